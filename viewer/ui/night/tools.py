"""The tools of the folder's table: what can be done with the files selected in it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtWidgets import QWidget

from viewer.core.night.entry import Entry
from viewer.core.session.session import Session

Run = Callable[[Session, Path, tuple[Entry, ...], QWidget], object]


@dataclass(frozen=True)
class Tool:
    """One entry of the table's menu of tools.

    Attributes
    ----------
    text : str
        As shown.
    tip : str
        What it does, in a sentence.
    run : callable
        Gets the session, the folder, the entries, and the window to be the parent of a dialog.
    least : int
        So many files have to be selected.
    whole : bool
        It works on all files of the folder, whatever is selected.
    """

    text: str
    tip: str
    run: Run
    least: int = 1
    whole: bool = False


TOOLS: tuple[Tool, ...] = ()
"""Each loads what it needs only when it is chosen."""
