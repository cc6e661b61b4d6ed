"""Matching: which of the remembered masters fit an image, and the step that calibrates it; for a worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.night.entry import Entry
from viewer.core.night.masters import Choice, choose
from viewer.core.night.table import entry_of, scan
from viewer.core.progress import Progress

KINDS = ("bias", "dark", "flat")
# MaxIm DL's letters: what is corrected already needs no such master
DONE = {"bias": "BD", "dark": "D", "flat": "F"}


@dataclass(frozen=True)
class Match:
    """The masters for one image.

    Attributes
    ----------
    frame : Entry
        What is known of the image.
    choices : dict of str to Choice
        For bias, dark and flat: the master that fits, and why, or why each does not.
    """

    frame: Entry
    choices: dict[str, Choice]

    @property
    def found(self) -> dict[str, Entry]:
        """The masters that fit, by kind."""
        return {kind: each.master for kind, each in self.choices.items() if each.master is not None}

    @property
    def missing(self) -> tuple[str, ...]:
        """Kinds of which there are masters and none fits."""
        return tuple(
            kind for kind, each in self.choices.items() if each.master is None and self._wanted(kind, each)
        )

    @property
    def why(self) -> str:
        """In one sentence which masters are used and why they fit."""
        used = {kind: each for kind, each in self.choices.items() if each.master is not None}
        return "; ".join(f"{kind} {each.why.rstrip('.')}" for kind, each in used.items())

    def _wanted(self, kind: str, choice: Choice) -> bool:
        # a dark of the same exposure has the bias in it
        enough = kind == "bias" and self.choices["dark"].master is not None
        return bool(choice.verdicts) and not enough and not set(self.frame.corrections) & set(DONE[kind])


def masters_in(names: Sequence[str], progress: Progress) -> list[Entry]:
    """Return the master frames among files and in folders; a file that is named counts whatever it is.

    Raises
    ------
    ViewerError
        If a file that is named cannot be read, or there is nothing of the kind.
    """
    found: dict[Path, Entry] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            entries = [each for each in scan(path, progress=progress) if each.master]
        else:
            entries = [entry_of(path, path.parent)]
            if entries[0].problem:
                raise ViewerError(f"the master {path} cannot be used: {entries[0].problem}")
        found |= {each.path: each for each in entries if each.kind in KINDS}
    if not found:
        raise ViewerError(
            f"there are no master frames in {', '.join(names)}: make them first (Make master…), or choose "
            "another place."
        )
    return list(found.values())


def match(frame: Entry, masters: Sequence[Entry], tolerance: float = 2.0) -> Match:
    """Return which masters fit an image, and why.

    Parameters
    ----------
    frame : Entry
        What is known of the image.
    masters : sequence of Entry
        Of all kinds.
    tolerance : float
        By how many degrees the detector may have been warmer or colder.
    """
    choices: dict[str, Choice] = {}
    for kind in KINDS:
        candidates = [each for each in masters if each.kind == kind]
        bias = "bias" in choices and choices["bias"].master is not None
        choices[kind] = choose(frame, candidates, kind, bias=bias, temperature_tolerance=tolerance)
        if set(frame.corrections) & set(DONE[kind]):
            choices[kind] = Choice(
                None, choices[kind].verdicts, f"the header says that {kind} is corrected already"
            )
    return Match(frame, choices)


def calibration(
    masters: dict[str, Entry], override: bool = False, values: dict[str, Any] | None = None
) -> Call:
    """Return the step that corrects an image with masters.

    Parameters
    ----------
    masters : dict of str to Entry
        By kind.
    override : bool
        They are used even if they do not fit.
    values : dict, optional
        Further arguments of the operation.
    """
    files = {kind: str(entry.path) for kind, entry in masters.items()}
    return Call.of("calibrate", **(values or {}), **files, override=override)
