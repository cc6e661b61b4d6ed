"""Python colours: keywords, text, numbers and comments of a script, on a light or a dark page."""

import builtins
import io
import keyword
import re
import tokenize

from PyQt6.QtGui import QColor, QFont, QGuiApplication, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from viewer.ui.theme import kind_of

# each at least 4.5 : 1 against the page (WCAG 2.1, success criterion 1.4.3)
COLOURS = {
    "light": {
        "keyword": "#8250a8",
        "text": "#1a6b2f",
        "number": "#a3480c",
        "comment": "#5f646c",
        "builtin": "#1a5cb8",
        "step": "#1a5cb8",
    },
    "dark": {
        "keyword": "#c99bf0",
        "text": "#8fd19e",
        "number": "#f0b07a",
        "comment": "#a0a4ab",
        "builtin": "#7db5ff",
        "step": "#7db5ff",
    },
    # in red, weight and slope of the letters tell them apart
    "red": dict.fromkeys(("keyword", "text", "number", "comment", "builtin", "step"), "#ff0000"),
}
_BUILTINS = frozenset(dir(builtins))
_STEP = re.compile(r"# \d+\. ")
Span = tuple[int, int, str]


def spans(text: str) -> dict[int, list[Span]]:
    """Return what is coloured in a script.

    Parameters
    ----------
    text : str
        Python, as far as it is.

    Returns
    -------
    dict of int to list of (int, int, str)
        By line, counted from 0: first column, number of characters, and a key of `COLOURS`.
    """
    found: dict[int, list[Span]] = {}
    lines = text.splitlines()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            kind = _kind(token)
            if kind:
                _mark(found, lines, token, kind)
    except (tokenize.TokenError, SyntaxError):
        # no script: what was understood keeps its colours
        pass
    return found


def _kind(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.COMMENT:
        return "step" if _STEP.match(token.string) else "comment"
    if token.type == tokenize.NUMBER:
        return "number"
    if token.type == tokenize.NAME:
        if keyword.iskeyword(token.string):
            return "keyword"
        return "builtin" if token.string in _BUILTINS else ""
    # from Python 3.12 on, a formatted string comes in parts
    return "text" if "STRING" in tokenize.tok_name[token.type] else ""


def _mark(found: dict[int, list[Span]], lines: list[str], token: tokenize.TokenInfo, kind: str) -> None:
    (first, begin), (last, end) = token.start, token.end
    for line in range(first, last + 1):
        start = begin if line == first else 0
        stop = end if line == last else len(lines[line - 1])
        found.setdefault(line - 1, []).append((start, stop - start, kind))


class PythonColours(QSyntaxHighlighter):
    """Colours a document that holds a script, again if the desktop's colours change.

    Parameters
    ----------
    document : QTextDocument
        What is coloured; owns this.
    """

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._spans: dict[int, list[Span]] = {}
        # a filter on the application would bring every event of every widget through Python
        QGuiApplication.instance().paletteChanged.connect(self.rehighlight)

    def set_script(self, text: str) -> None:
        """Prepare for a text that the document is about to get."""
        self._spans = spans(text)

    def highlightBlock(self, _text: str | None) -> None:
        """Colour one line."""
        theme = kind_of(QGuiApplication.palette())
        for start, length, kind in self._spans.get(self.currentBlock().blockNumber(), ()):
            form = QTextCharFormat()
            form.setForeground(QColor(COLOURS[theme][kind]))
            if kind in ("keyword", "step"):
                form.setFontWeight(QFont.Weight.Bold)
            form.setFontItalic(theme == "red" and kind in ("comment", "text"))
            self.setFormat(start, length, form)
