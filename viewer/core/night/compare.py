"""Compare: the headers of two or more files side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from viewer.core.cardtext import COMMENTARY
from viewer.core.errors import ViewerError
from viewer.core.header import CardRow, rows
from viewer.core.io import FileName, open_source
from viewer.core.night.reading import read_headers
from viewer.core.progress import Progress

# what is different in every two files and means nothing
_SUMS = ("CHECKSUM", "DATASUM", "ZHECKSUM", "ZDATASUM")


@dataclass(frozen=True)
class Row:
    """One keyword of all files.

    Attributes
    ----------
    keyword : str
        As `viewer.core.header.CardRow` has it; a number behind it if the header repeats it.
    values : tuple of str or None
        One for each file, as the file writes it; None where the card is missing.
    differs : bool
        Whether they mean different things: 60, 60.0 and 6.0E1 do not.
    """

    keyword: str
    values: tuple[str | None, ...]
    differs: bool


@dataclass(frozen=True)
class Comparison:
    """What the headers of several files say.

    Attributes
    ----------
    names : tuple of str
        Of the files that could be read; as short as they can be told apart.
    rows : tuple of Row
        In the order of the headers.
    problems : tuple of str
        Why files could not be read, a sentence each.
    """

    names: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[str, ...] = ()

    @property
    def differences(self) -> tuple[Row, ...]:
        """The rows that differ."""
        return tuple(row for row in self.rows if row.differs)


def compare_files(files: Sequence[Path | FileName], progress: Progress | None = None) -> Comparison:
    """Compare the headers of files: of the first image of each, with what it inherits from the primary.

    Parameters
    ----------
    files : sequence of pathlib.Path or FileName
        Two or more FITS files of any kind; of one that names an HDU, that one.
    progress : Progress, optional
        Told how many are read.

    Raises
    ------
    Cancelled
        If `progress` was cancelled.
    """
    read: list[FileName] = []
    headers: list[dict[str, CardRow]] = []
    problems = []
    for file in (progress or Progress()).each(files):
        name = FileName(file) if isinstance(file, Path) else file
        try:
            headers.append(_by_keyword(_headers(name)))
        except ViewerError as error:
            problems.append(f"{str(error).rstrip('.')}.")
            continue
        except OSError as error:
            problems.append(f"{name.path} cannot be read: {error.strerror or error}.")
            continue
        read.append(name)
    return Comparison(_short(read), compare(headers), tuple(problems))


def compare(headers: Sequence[dict[str, CardRow]]) -> tuple[Row, ...]:
    """Compare headers.

    Parameters
    ----------
    headers : sequence of dict of str to CardRow
        The cards of each by keyword.
    """
    found = []
    for keyword in _merged([list(header) for header in headers]):
        cards = [header.get(keyword) for header in headers]
        values = tuple(None if card is None else card.value for card in cards)
        meant = {(False, None) if card is None else (True, _meaning(card)) for card in cards}
        found.append(Row(keyword, values, len(meant) > 1 and keyword not in _SUMS))
    return tuple(found)


def _headers(name: FileName) -> tuple[bytes, ...]:
    if name.hdu is None:
        return read_headers(name.path).heading.headers
    source = open_source(name)
    index = source.find(name.hdu, name.ver)
    own = source.image_cards(index)
    return (own, source.cards(0)) if index else (own,)


def _by_keyword(parts: tuple[bytes, ...]) -> dict[str, CardRow]:
    found: dict[str, CardRow] = {}
    for place, raw in enumerate(parts):
        count: dict[str, int] = {}
        inherited = dict(found)
        for row in rows(raw):
            if not row.keyword or row.keyword == "END":
                continue
            count[row.keyword] = count.get(row.keyword, 0) + 1
            number = count[row.keyword]
            # COMMENT and HISTORY come many times
            keyword = row.keyword if number == 1 else f"{row.keyword} {number}"
            if not (place and row.keyword in inherited):
                found.setdefault(keyword, row)
    return found


def _meaning(card: CardRow) -> object:
    if card.keyword in COMMENTARY:
        return card.value.strip()
    value = card.typed
    if isinstance(value, str):
        return value.strip()
    # True is no 1 in a header
    return ("logical", value) if isinstance(value, bool) else value


def _merged(lists: Sequence[list[str]]) -> list[str]:
    """Return all keywords, each once, in an order as near to that of each header as can be."""
    merged: list[str] = []
    for keywords in lists:
        there = {keyword: place for place, keyword in enumerate(merged)}
        after = -1
        added: dict[int, list[str]] = {}
        for keyword in keywords:
            if keyword in there:
                after = there[keyword]
            else:
                added.setdefault(after, []).append(keyword)
        merged = [
            *added.get(-1, ()),
            *(each for place, known in enumerate(merged) for each in (known, *added.get(place, ()))),
        ]
    return merged


def _short(names: Sequence[FileName]) -> tuple[str, ...]:
    """Return the files' names, with as many folders as it takes to tell them apart."""
    shown: tuple[str, ...] = ()
    most = max((len(name.path.parts) for name in names), default=1)
    for count in range(1, most + 1):
        shown = tuple(f"{Path(*name.path.parts[-count:])}{_hdu(name)}" for name in names)
        if len(set(shown)) == len(set(names)):
            break
    return shown


def _hdu(name: FileName) -> str:
    if name.hdu is None:
        return ""
    return f"[{name.hdu}]" if name.ver is None else f"[{name.hdu},{name.ver}]"
