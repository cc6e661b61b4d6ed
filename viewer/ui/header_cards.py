"""Header cards of one HDU: reading them for the panel and saving them as text, in a worker."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.errors import ViewerError
from viewer.core.header import SPELLINGS, CardRow, as_text, pinned, raw_cards, rows
from viewer.core.io.source import Source
from viewer.core.session.document import Document

if TYPE_CHECKING:
    from astropy.io.fits import Header


@dataclass(frozen=True)
class Cards:
    """The header of one HDU, read.

    Attributes
    ----------
    rows : list of CardRow
        For the table.
    pins : list of CardRow
        Those that are pinned, from here or else from the primary header.
    """

    rows: list[CardRow]
    pins: list[CardRow]


def own_cards(document: Document, index: int) -> "Header | None":
    """Return the header of an image that is not the file's: of a section, or after a step; else None."""
    picture = document.pictures.get(index)
    return None if picture is None or isinstance(picture.frame.cards, bytes) else picture.frame.cards


def read_cards(source: Source, index: int, own: "Header | None", keywords: tuple[str, ...]) -> Cards:
    """Read the header of an HDU.

    Parameters
    ----------
    source : Source
        The file.
    index : int
        The HDU.
    own : astropy.io.fits.Header or None
        Its header if that is not the file's.
    keywords : tuple of str
        Which cards are pinned.
    """
    raw = source.image_cards(index) if own is None else raw_cards(own)
    return Cards(rows(raw), pinned(raw + source.cards(0) if index else raw, keywords))


def save_cards(source: Source, index: int, own: "Header | None", target: Path) -> None:
    """Write the header of an HDU as text beside the target and rename it.

    Parameters
    ----------
    source, index, own
        As in `read_cards`.
    target : pathlib.Path
        An existing file is replaced.

    Raises
    ------
    ViewerError
        If it cannot be written, or is the image itself.
    """
    text = as_text(source.image_cards(index) if own is None else own)
    temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        if target.exists() and target.samefile(source.path):
            raise ViewerError(f"{target.name} is the image itself: give the header another name.")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise ViewerError(
            f"The header cannot be saved as {target} ({reason}): choose another place."
        ) from error


def means(pin: str, keyword: str) -> bool:
    """Whether a pinned keyword stands for a card, if need be under another spelling."""
    wanted = pin.strip().upper().removeprefix("HIERARCH ")
    return keyword.upper() == wanted or keyword.upper() in SPELLINGS.get(wanted, ())
