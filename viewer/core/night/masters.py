"""Masters: which bias, dark or flat fits a frame, and why or why not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from viewer.core.geometry.moveheader import section_edges
from viewer.core.night.entry import Entry, Kind
from viewer.core.operations.matching import differences, equal_exposures


@dataclass(frozen=True)
class Verdict:
    """Whether one master fits a frame.

    Attributes
    ----------
    master : Entry
        The master, or a raw calibration frame.
    fits : bool
        Whether it may be used.
    why : str
        One sentence with the values, for or against.
    """

    master: Entry
    fits: bool
    why: str


@dataclass(frozen=True)
class Choice:
    """The master for a frame.

    Attributes
    ----------
    master : Entry or None
        The one that fits best; None if none does.
    verdicts : tuple of Verdict
        About each candidate: those that fit first, the best one at the beginning.
    why : str
        One sentence: why this one, or why none.
    """

    master: Entry | None
    verdicts: tuple[Verdict, ...]
    why: str


def choose(
    frame: Entry,
    masters: Sequence[Entry],
    kind: Kind,
    *,
    bias: bool = False,
    temperature_tolerance: float = 2.0,
) -> Choice:
    """Choose the master of a kind that fits a frame best.

    Size, binning, gain and camera have to be the same, for a flat the filter, for a dark the temperature,
    and its exposure too unless it can be scaled. Of those that fit the one with the closest exposure is
    taken, then the one with the closest temperature, a master before a single frame, the nearest in time.

    Parameters
    ----------
    frame : Entry
        The frame to be calibrated.
    masters : sequence of Entry
        Candidates; those of other kinds do not count.
    kind : str
        ``bias``, ``dark`` or ``flat``.
    bias : bool
        The frame gets a bias, so that a dark can be scaled to its exposure.
    temperature_tolerance : float
        By how many degrees the detector may have been warmer or colder.
    """
    verdicts = []
    for master in masters:
        if master.kind != kind or master.path == frame.path:
            continue
        against = _against(frame, master, bias, temperature_tolerance)
        if against:
            why = f"{master.path.name} does not fit: {'; '.join(against)}."
        else:
            why = f"{master.path.name} fits: {_reasons(frame, master)}."
        verdicts.append(Verdict(master, not against, why))
    verdicts.sort(key=lambda each: (not each.fits, *_distance(frame, each.master)))
    if not verdicts:
        return Choice(None, (), f"there is no {kind}.")
    fitting = [each for each in verdicts if each.fits]
    if not fitting:
        more = len(verdicts) - 1
        others = "" if not more else f" Nor {'does another one' if more == 1 else f'do {more} others'}."
        return Choice(None, tuple(verdicts), verdicts[0].why + others)
    return Choice(fitting[0].master, tuple(verdicts), fitting[0].why)


def mismatch(
    frame: Entry,
    master: Entry,
    *,
    bias: bool = False,
    temperature_tolerance: float = 2.0,
    kind: Kind = "",
) -> list[str]:
    """Return what speaks against a master, a sentence each; nothing if it fits.

    What one of the two does not say does not speak against it.

    Parameters
    ----------
    frame, master : Entry
        The frame, and the bias, dark or flat.
    bias, temperature_tolerance
        As for `choose`.
    kind : str
        What the master is to be used as, if that is not what it is called.
    """
    return [f"{phrase}." for phrase in _against(frame, master, bias, temperature_tolerance, kind)]


def _against(frame: Entry, master: Entry, bias: bool, tolerance: float, kind: Kind = "") -> list[str]:
    used = kind or master.kind
    if used not in ("bias", "dark", "flat"):
        return ["it is no bias, dark or flat"]
    scales = bias or "B" in master.corrections
    against = differences(used, _facts(frame), _facts(master), scales, tolerance)
    if master.shape and frame.shape and master.shape not in _shapes(frame):
        have, wanted = (" x ".join(str(n) for n in each.shape[::-1]) for each in (master, frame))
        against.insert(0, f"it has {have} pixels, the frame {wanted}")
    settings = frame.gain_setting, master.gain_setting
    if used != "flat" and None not in settings and settings[0] != settings[1]:
        against.append("it was taken at gain setting {1:g}, the frame at {0:g}".format(*settings))
    if used == "dark" and "B" in master.corrections and not bias and "B" not in frame.corrections:
        against.append("it is without its bias, and there is no bias for the frame")
    return against


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "kind": "" if entry.kind == "other" else entry.kind,
        "exposure": entry.exposure,
        "temperature": entry.temperature,
        "filter": entry.filter,
        "binning": entry.binning,
        "gain": entry.gain,
        "camera": entry.camera,
    }


def _shapes(frame: Entry) -> list[tuple[int, ...]]:
    """Return the shapes that a master may have: the frame's, that of its planes, and trimmed."""
    shapes = [frame.shape, frame.shape[-2:]]
    edges = section_edges(frame.value("TRIMSEC") or "")
    if edges is not None:
        width, height = np.abs(np.diff(edges)).ravel().astype(int).tolist()
        shapes += [(*frame.shape[:-2], height, width), (height, width)]
    return shapes


def _reasons(frame: Entry, master: Entry) -> str:
    """Return the values for which a master fits."""
    parts = []
    if master.kind == "dark":
        parts.append(_exposure_reason(frame.exposure, master.exposure))
    if master.kind == "flat":
        parts.append(
            f"filter {master.filter}"
            if frame.filter and master.filter
            else f"the {'flat' if frame.filter else 'frame'} does not say which filter"
        )
    if master.kind in ("bias", "dark"):
        if master.temperature is None or frame.temperature is None:
            parts.append("the temperature is not known")
        else:
            parts.append(f"{master.temperature:.1f} °C (frame {frame.temperature:.1f} °C)")
    if master.binning:
        parts.append("binning {} x {}".format(*master.binning))
    return ", ".join(parts) if parts else "the same size"


def _exposure_reason(wanted: float | None, taken: float | None) -> str:
    if wanted is None or taken is None:
        return f"the exposure of the {'dark' if taken is None else 'frame'} is not known"
    if equal_exposures(wanted, taken):
        return f"{taken:g} s as the frame"
    return f"{taken:g} s, scaled to the {wanted:g} s of the frame"


def _distance(frame: Entry, master: Entry) -> tuple[float, float, bool, float, str]:
    """Return how far a master is from what is wanted: what matters most first."""
    exposure = warmer = 0.0
    if master.kind == "dark":
        exposure = _ratio(frame.exposure, master.exposure)
    if master.kind != "flat":
        # half a degree is nothing: a master is better than the single frame of the very temperature
        warmer = round(2 * _difference(frame.temperature, master.temperature))
    return exposure, warmer, not master.master, abs(_days(frame.date) - _days(master.date)), master.name


def _ratio(wanted: float | None, taken: float | None) -> float:
    if wanted is None or taken is None:
        return 1e9
    if equal_exposures(wanted, taken):
        return 0.0
    if min(wanted, taken) <= 0:
        return 1e9
    # a longer dark has less noise after scaling
    return math.log(taken / wanted) / 2 if taken > wanted else math.log(wanted / taken)


def _difference(one: float | None, other: float | None) -> float:
    return 1e4 if one is None or other is None else abs(one - other)


def _days(date: str) -> float:
    """Return a date as a number of days; 0 if it is none."""
    try:
        return datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp() / 86400
    except ValueError:
        return 0.0
