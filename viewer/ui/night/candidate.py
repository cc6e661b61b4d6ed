"""Candidate: a frame that may be combined, what was measured of it, and the columns that show it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from viewer.core.call import Operand
from viewer.core.night.alignment import Alignment
from viewer.core.night.quality import Quality
from viewer.ui.texts import sentence


@dataclass
class Candidate:
    """One frame that may be combined.

    Attributes
    ----------
    operand : Operand
        Where it is, and what was done to it.
    used : bool
        It is to be combined.
    quality : Quality or None
        What was measured.
    alignment : Alignment or None
        How it lies on the reference.
    residuals : numpy.ndarray or None
        How far each matched star lies from its place, x and y in pixels, shape (n, 2).
    score : float or None
        How good it is compared with the best of the table, which has 1.
    unreadable, unaligned : str
        Why it cannot be read, or is no image of the sky; why it cannot be aligned; empty if it can.
    """

    operand: Operand
    used: bool = True
    quality: Quality | None = None
    alignment: Alignment | None = None
    residuals: np.ndarray | None = None
    score: float | None = None
    unreadable: str = ""
    unaligned: str = ""

    @classmethod
    def of_file(cls, path: Path, quality: Quality, left_out: str = "") -> "Candidate":
        """Return a file that was measured, and why it is not to be combined."""
        return cls(Operand(str(path)), not left_out, quality, score=quality.score, unreadable=left_out)

    @property
    def problem(self) -> str:
        """Why it cannot be combined."""
        return self.unreadable or self.unaligned

    @property
    def name(self) -> str:
        """As the table shows it."""
        return Path(self.operand.name).name or "a created image"


@dataclass(frozen=True)
class Column:
    """One column: its title, what it says, and what it is sorted by."""

    title: str
    tip: str
    value: Callable[[Candidate], Any]
    text: Callable[[Any], str] = str
    width: int = 8


def _quality(name: str) -> Callable[[Candidate], Any]:
    return lambda candidate: None if candidate.quality is None else getattr(candidate.quality, name)


def _drift(candidate: Candidate) -> tuple[float, float] | None:
    if candidate.alignment is not None:
        return candidate.alignment.shift
    return None if candidate.quality is None else candidate.quality.drift


def _matched(candidate: Candidate) -> int | None:
    return None if candidate.alignment is None else len(candidate.alignment.matched[0])


def _rms(candidate: Candidate) -> float | None:
    matched = _matched(candidate)
    return candidate.alignment.rms if matched else None


def note_of(candidate: Candidate) -> str:
    """Return what is wrong with a frame, or worth knowing."""
    # whose note it is stands in the first column
    problem = candidate.problem.replace(f"{candidate.name} cannot be aligned:", "not aligned:", 1)
    notes = [problem, "" if candidate.quality is None else candidate.quality.note]
    if candidate.alignment is not None and not _matched(candidate):
        # where stars are matched, the columns say how well
        notes.append(candidate.alignment.note)
    return " ".join(sentence(note) for note in dict.fromkeys(notes) if note)


def _fixed(digits: int) -> Callable[[Any], str]:
    return lambda value: "–" if value != value else f"{value:.{digits}f}"


COLUMNS = (
    Column("Frame", "Ticked frames are combined: the space bar ticks", lambda each: each.name, width=25),
    Column("Score", "1 is as good as the best of these frames", lambda each: each.score, _fixed(2), 6),
    Column("Stars", "Stars found", _quality("stars"), str, 6),
    Column("FWHM", "Median width of the stars at half of their height, px", _quality("fwhm"), _fixed(2), 6),
    Column(
        "Ellipt.",
        "Median ellipticity of the stars: 0 is round, and more is trailed",
        _quality("ellipticity"),
        _fixed(2),
        7,
    ),
    Column("Sky", "Its median level, in the image's unit", _quality("background"), _fixed(1), 8),
    Column("Noise", "Scatter of one pixel of the sky, in the image's unit", _quality("noise"), _fixed(1), 6),
    Column(
        "Drift",
        "How far the stars have moved since the reference, x and y, px",
        _drift,
        # no minus before a zero
        lambda drift: " ".join(f"{round(part, 1) + 0.0:+.1f}" for part in drift),
        13,
    ),
    Column("Matched", "Stars found in the reference too, which the alignment is made of", _matched, str, 8),
    Column(
        "rms",
        "How far matched stars lie from each other after the alignment (rms), px",
        _rms,
        _fixed(2),
        6,
    ),
    Column("Note", "What is wrong, or worth knowing", note_of, str, 12),
)
NUMBERS = range(1, len(COLUMNS) - 1)
