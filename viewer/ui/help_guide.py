"""Guide: the pages of the user's guide that come with the program, their sections, and a search in them."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path

from viewer.core.resources import resource

KEYS_PAGE = "keys"
# Where the text of a page begins, below the links that only a browser needs.
_MARK = "<!-- page -->"
_HEADING = re.compile(r'<h[1-6]><a name="([^"]+)" id="[^"]+"></a>(.*?)</h[1-6]>')
# Of an operation: its name, behind its title.
_NAME = re.compile(r" <code>(\w+)</code>$")
_INLINE = re.compile(r"</?(?:a|code|em|strong)\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")
# Characters of a section that are shown beside its title.
EXCERPT = 110
MOST_FOUND = 60


@dataclass(frozen=True)
class Section:
    """A heading with the text below it.

    Attributes
    ----------
    page : str
        Name of the page.
    anchor : str
        Where on the page; empty for its beginning.
    title : str
        The heading's words.
    text : str
        All words of the section, without the heading.
    """

    page: str
    anchor: str
    title: str
    text: str


@dataclass(frozen=True)
class Entry:
    """A line of the list of contents.

    Attributes
    ----------
    page, anchor : str
        Where it leads.
    title : str
        What it says.
    entries : tuple of Entry
        What stands below it.
    """

    page: str
    anchor: str
    title: str
    entries: "tuple[Entry, ...]" = ()


class Guide:
    """The pages as they lie in a folder.

    Parameters
    ----------
    folder : pathlib.Path, optional
        With ``contents.json`` and the pages; the program's own if it is not given.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = resource("help") if folder is None else folder
        self._pages = json.loads((self.folder / "contents.json").read_text(encoding="utf-8"))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The list of contents: pages, then chapters or sections, then sections."""
        return tuple(self._entry(page) for page in self._pages if not page["within"])

    def _entry(self, page: dict) -> Entry:
        chapters = [self._entry(each) for each in self._pages if each["within"] == page["page"]]
        sections = [Entry(page["page"], each["anchor"], each["title"]) for each in page["sections"]]
        return Entry(page["page"], "", page["title"], (*sections, *chapters))

    def body(self, page: str) -> str:
        """Return the HTML of a page, without what leads to the other pages."""
        text = (self.folder / f"{page}.html").read_text(encoding="utf-8")
        head, _, rest = text.partition("<body>")
        # a line's end before the end of code is a line of its own to Qt
        return f"{head}<body>{rest.partition(_MARK)[2]}".replace("\n</code></pre>", "</code></pre>")

    def path(self, page: str) -> Path:
        """Return the file of a page."""
        return self.folder / f"{page}.html"

    def title(self, page: str) -> str:
        """Return what the list of contents calls a page; of a chapter, with the page that it is part of."""
        for each in self._pages:
            if each["page"] == page:
                return f"{self.title(each['within'])}: {each['title']}" if each["within"] else each["title"]
        return ""

    def place_of(self, operation: str) -> tuple[str, str]:
        """Return page and anchor of an operation; its reference as a whole if it has no entry there."""
        for page in self._pages:
            if page["within"] and any(each["anchor"] == operation for each in page["sections"]):
                return page["page"], operation
        return "operations", ""

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All sections of all pages."""
        return tuple(
            section for page in self._pages for section in sections(page["page"], self.body(page["page"]))
        )


def sections(page: str, html: str) -> Iterator[Section]:
    """Return the sections of a page that is written as the guide's are."""
    headings = list(_HEADING.finditer(html))
    ends = [each.start() for each in headings[1:]] + [len(html)]
    for heading, end in zip(headings, ends, strict=True):
        name = _NAME.search(heading[2])
        text = plain(html[heading.end() : end])
        yield Section(
            page, heading[1], plain(_NAME.sub("", heading[2])), f"{text} ({name[1]})" if name else text
        )


def plain(html: str) -> str:
    """Return the words of HTML in one line."""
    return " ".join(unescape(_TAG.sub(" ", _INLINE.sub("", html))).split())


def search(found_in: Sequence[Section], words: str) -> list[tuple[Section, str]]:
    """Look for sections that hold all of the words, or beginnings of words.

    Parameters
    ----------
    found_in : sequence of Section
        Where to look.
    words : str
        What was typed.

    Returns
    -------
    list of tuple
        Section and an excerpt; those with the words in the title first, then those that say them most often.
    """
    patterns = [re.compile(rf"(?<!\w){re.escape(word)}", re.IGNORECASE) for word in words.split()]
    if not patterns:
        return []
    ranked = []
    for section in found_in:
        in_title = [bool(pattern.search(section.title)) for pattern in patterns]
        counts = [len(pattern.findall(section.text)) for pattern in patterns]
        if all(title or count for title, count in zip(in_title, counts, strict=True)):
            ranked.append((-sum(in_title), -min(counts), -sum(counts), section))
    ranked.sort(key=lambda each: each[:3])
    return [(section, _excerpt(section.text, patterns)) for *_, section in ranked[:MOST_FOUND]]


def _excerpt(text: str, patterns: Sequence[re.Pattern[str]]) -> str:
    """Return the words around the first that was looked for."""
    at = min((match.start() for pattern in patterns if (match := pattern.search(text))), default=0)
    start = text.rfind(" ", 0, max(0, at - EXCERPT // 3)) + 1 if at > EXCERPT // 2 else 0
    cut = text[start : start + EXCERPT]
    return ("…" if start else "") + cut + ("…" if start + EXCERPT < len(text) else "")
