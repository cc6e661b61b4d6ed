"""The tools of the folder's table: what can be done with the files selected in it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtWidgets import QWidget

from viewer.core.night.entry import Entry
from viewer.core.session.session import Session
from viewer.ui.night import opening

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


TOOLS: tuple[Tool, ...] = (
    Tool(
        "Make master…",
        "Combine bias, dark or flat frames to a master.",
        lambda session, _folder, entries, parent: opening.make_master(session, entries, parent),
    ),
    Tool(
        "Calibrate selection…",
        "Correct the selected files with the masters that fit each of them, into another folder.",
        lambda session, _folder, entries, parent: opening.calibrate_selection(session, entries, parent),
    ),
    Tool(
        "Align and combine…",
        "Rank the selected files, align them by their stars and make one image of them.",
        lambda session, _folder, entries, parent: opening.align_and_combine(session, entries, parent),
        least=2,
    ),
    Tool(
        "Reduce folder…",
        "Masters, calibrated frames and co-added images of the whole folder, step by step.",
        opening.reduce_night,
        whole=True,
    ),
)
"""Each loads what it needs only when it is chosen."""
