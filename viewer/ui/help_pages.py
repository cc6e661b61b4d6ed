"""Keys and mouse on one page: what the buttons do, and the keys of menus, modes and lists."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QTextBrowser,
    QVBoxLayout,
)

from viewer.ui.fitting import fit
from viewer.ui.help_style import style_of
from viewer.ui.image.habits import HABITS

if TYPE_CHECKING:
    from viewer.ui.action import Action
    from viewer.ui.main_window import MainWindow

Rows = tuple[tuple[str, str], ...]
Group = tuple[str, Rows]

DROPS: Rows = (("Drop files or folders", "Open them"),)
REGIONS: Rows = (
    ("Drag a region", "Select and move it"),
    ("Drag a square handle", "Resize it"),
    ("Drag the round knob", "Turn it; with Shift in steps of 15°"),
    ("Shift-click", "Add it to the selection"),
    ("Shift-drag in the open", "Select all in a rectangle"),
    ("Double click", "Its numbers"),
    ("Ctrl, Shift while drawing", "From the other point; both axes alike"),
    ("Enter, double click", "End a polygon"),
    ("Backspace", "Take back the last corner"),
    ("Del", "Remove the selected regions"),
    ("Ctrl+A", "Select all regions"),
    ("Esc", "Give up drawing; drop the selection; usual mouse"),
)
LISTS: Rows = (
    ("Del in the list of images", "Close the image"),
    ("Enter, Del in the list of stars", "Centre the star; take it off the list"),
    ("Double click on a header card", "Change it"),
    ("Enter in the folder's table", "Open the frames"),
    ("Ctrl+C", "Copy the selected rows"),
    ("Space where frames are ticked", "Tick them, or not"),
)
# In characters of the desktop's font; two columns have room.
SIZE = (140, 50)


def key_groups(
    actions: "Iterable[Action]", order: Sequence[str] = (), mouse: str = "skyloupe"
) -> list[Group]:
    """Return what keys and mouse do, in groups with a heading each.

    Parameters
    ----------
    actions : iterable of Action
        Of the menus.
    order : sequence of str
        Titles of the menus as they stand.
    mouse : str
        The habits in force, as the settings name them.
    """
    # the modes come with all that measures, after the window
    from viewer.ui.examine.tool import KEYS_TEXT

    found: dict[str, list[tuple[str, str]]] = {title: [] for title in order}
    for action in actions:
        if action.keys:
            menu = action.menu.partition("/")[0]
            found.setdefault(menu, []).append((_names(action.keys), _told(action)))
    menus = [(f"Menu {menu}", tuple(rows)) for menu, rows in found.items() if rows]
    examine = tuple((" \u2002".join(keys.split()), text[:1].upper() + text[1:]) for keys, text in KEYS_TEXT)
    return [
        ("Mouse in the picture", (*HABITS[mouse].told, *DROPS)),
        *menus,
        ("Examine mode (E)", examine),
        ("Regions", REGIONS),
        ("Lists and tables", LISTS),
    ]


def _names(keys: Sequence[str]) -> str:
    return ", ".join(
        QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText).replace(",", "comma")
        for key in keys
    )


def _told(action: "Action") -> str:
    """Return what an action does where its menu is not there to say it: ``Zoom 1:1``."""
    menu, text = action.menu.rpartition("/")[2], action.text.rstrip("…")
    if menu == "Zoom":
        return f"Zoom {text}"
    return f"{menu} {text.lower()}" if menu == "Move the pointer" else text


def holding(groups: Iterable[Group], words: str) -> list[Group]:
    """Return the rows of groups that hold all words, in their key, text or heading."""
    wanted = words.casefold().split()
    kept = []
    for title, rows in groups:
        matching = tuple(
            row for row in rows if all(word in f"{title} {' '.join(row)}".casefold() for word in wanted)
        )
        if matching:
            kept.append((title, matching))
    return kept


def keys_html(groups: Sequence[Group]) -> str:
    """Return groups as a page in two columns of the same height.

    Parameters
    ----------
    groups : sequence
        Heading, and rows of key and text, of each.
    """
    if not groups:
        return "<p>No key or gesture is called so.</p>"
    left, right = _halves(groups)
    columns = "".join(
        f'<td class="bare" width="50%" valign="top">{"".join(map(_group_html, half))}</td>'
        for half in (left, right)
        if half
    )
    return f'<table width="100%" class="bare"><tr>{columns}</tr></table>'


def _halves(groups: Sequence[Group]) -> tuple[list[Group], list[Group]]:
    """Share groups between two columns so that the higher one is as low as can be."""
    heights = [len(rows) + 2.5 for _, rows in groups]
    best = min(range(1, len(groups) + 1), key=lambda count: max(sum(heights[:count]), sum(heights[count:])))
    return list(groups[:best]), list(groups[best:])


def _group_html(group: Group) -> str:
    title, rows = group
    anchor = "".join(letter if letter.isalnum() else "-" for letter in title.lower())
    lines = "".join(
        f'<tr><td class="bare" width="40%"><b>{escape(keys)}</b></td>'
        f'<td class="bare">{escape(text)}</td></tr>'
        for keys, text in rows
    )
    return (
        f'<h3><a name="{anchor}" id="{anchor}"></a>{escape(title)}</h3>'
        f'<table class="bare" width="100%">{lines}</table>'
    )


class KeysDialog(QDialog):
    """The page with a field that leaves only what one looks for.

    Parameters
    ----------
    window : MainWindow
        Its menus are told.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keys and mouse")
        self._groups = groups_of(window)
        self.field = QLineEdit(clearButtonEnabled=True)
        self.field.setPlaceholderText("Search: a key, or what it does")
        self.field.setAccessibleName("Search")
        self.page = QTextBrowser()
        self.page.setAccessibleName("Keys and mouse")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        printing = buttons.addButton("Print…", QDialogButtonBox.ButtonRole.ActionRole)
        printing.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)
        layout.addWidget(self.page, 1)
        layout.addWidget(buttons)
        fit(self, SIZE[0] * self.fontMetrics().averageCharWidth(), SIZE[1] * self.fontMetrics().lineSpacing())
        buttons.rejected.connect(self.reject)
        printing.clicked.connect(self._print)
        self.field.textChanged.connect(self._show)
        self._show()

    def _show(self) -> None:
        self.page.document().setDefaultStyleSheet(style_of(self.palette()))
        self.page.setHtml(keys_html(holding(self._groups, self.field.text())))

    def _print(self) -> None:
        # only who prints needs it
        from viewer.ui.help_print import ask_to_print

        ask_to_print(f"<h1>Skyloupe: keys and mouse</h1>{keys_html(self._groups)}", self)

    def changeEvent(self, event: QEvent | None) -> None:
        """Take over the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "page"):
            self._show()


def groups_of(window: "MainWindow") -> list[Group]:
    """Return all keys and gestures of a window."""
    order = [title.text().replace("&", "") for title in window.menuBar().actions()]
    return key_groups(window.menus.listed, order, window.session.settings.mouse)
