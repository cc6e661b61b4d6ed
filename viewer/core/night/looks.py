"""Looks: whether calibration frames are what their headers say, by a few rows of their pixels."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from viewer.core.errors import ViewerError
from viewer.core.image import Image
from viewer.core.io import FileName, read
from viewer.core.night.entry import Entry
from viewer.core.night.sets import sets
from viewer.core.operations.agreement import LEVELS
from viewer.core.operations.common import floating
from viewer.core.operations.flatfield import faults_of
from viewer.core.operations.skylevel import rows_of, sample_rows, sky_of
from viewer.core.progress import Progress

Doubts = list[tuple[Entry, str]]

# Lights of each size whose level is measured.
_LIGHTS = 8
# Counts: less than that above the bias is no light.
_NO_LIGHT = 20
# A dark is brighter than a light of the same exposure only by its noise; a dark that is a flat by far more.
_BRIGHTER = 1.3


@dataclass(frozen=True)
class Look:
    """What a few rows of a frame show.

    Attributes
    ----------
    level, noise : float
        Median and scatter.
    faults : tuple of str
        Of a flat: saturated, zero.
    """

    level: float
    noise: float
    faults: tuple[str, ...] = ()


def looked_at(entries: Sequence[Entry], progress: Progress) -> dict[Entry, Look]:
    """Look at all calibration frames and some lights; those that cannot be read are left out.

    Parameters
    ----------
    entries : sequence of Entry
        Frames of two axes.
    progress : Progress
        Told how many have been looked at.
    """
    lights: dict[object, list[Entry]] = {}
    for entry in entries:
        if entry.kind == "light":
            lights.setdefault((entry.shape, entry.binning), []).append(entry)
    wanted = [entry for entry in entries if entry.kind != "light" and not entry.master]
    wanted.sort(key=lambda entry: entry.kind != "bias")
    wanted += [entry for each in lights.values() for entry in each[:_LIGHTS]]
    found: dict[Entry, Look] = {}
    for entry in progress.each(wanted):
        try:
            image = Image.of(read(FileName(entry.path, hdu=entry.hdu)))
            level, noise = sky_of(image)
            faults: list[str] = []
            if entry.kind == "flat":
                raw = rows_of(image.data, sample_rows(image.data.shape))
                faults = faults_of(image, raw, floating(raw) - (_floor(entry, found) or 0.0))
            found[entry] = Look(level, noise, tuple(faults))
        except (ViewerError, OSError):
            # who combines it will say what is wrong
            continue
    return found


def doubtful(entries: Sequence[Entry], looks: dict[Entry, Look], tolerance: float) -> Doubts:
    """Return the calibration frames that are not what their headers say, and why.

    Parameters
    ----------
    entries : sequence of Entry
        All frames that would be used.
    looks : dict
        Of `looked_at`.
    tolerance : float
        See `viewer.core.night.sets.sets`.
    """
    found: Doubts = []
    for entry in entries:
        if entry in looks and entry.kind != "light":
            why = _bad_flat(entry, looks) if entry.kind == "flat" else _too_bright(entry, looks)
            found += [(entry, why)] if why else []
    doubted = {entry.path for entry, _ in found}
    for kind in ("bias", "dark"):
        rest = [each for each in looks if each.kind == kind and each.path not in doubted]
        for members in sets(rest, tolerance):
            found += _strange(members, looks)
    return found


def _floor(entry: Entry, looks: dict[Entry, Look]) -> float | None:
    """Return the level of the bias frames of the same size; None if there are none."""
    levels = [
        look.level
        for each, look in looks.items()
        if each.kind == "bias" and (each.shape, each.binning) == (entry.shape, entry.binning)
    ]
    return statistics.median(levels) if levels else None


def _bad_flat(entry: Entry, looks: dict[Entry, Look]) -> str:
    look, floor = looks[entry], _floor(entry, looks)
    if look.faults:
        return f"{look.faults[0]}."
    if floor is not None and look.level - floor < _NO_LIGHT:
        return (
            f"this flat has no light: its level is {look.level:.0f}, and that of the bias frames {floor:.0f}."
        )
    return ""


def _too_bright(entry: Entry, looks: dict[Entry, Look]) -> str:
    """Return why a bias or dark is hardly one: a light of the same camera collects at least as much."""
    lights = [
        look.level
        for each, look in looks.items()
        if each.kind == "light" and (each.shape, each.binning) == (entry.shape, entry.binning)
        if entry.exposure is None or each.exposure is None or entry.exposure <= 1.01 * each.exposure
    ]
    if not lights:
        return ""
    floor = (_floor(entry, looks) or 0.0) if entry.kind == "dark" else 0.0
    level, light = looks[entry].level, max(lights)
    if level - floor <= _BRIGHTER * max(light - floor, 0) + _NO_LIGHT:
        return ""
    return (
        f"its header says {entry.kind}, but its level, {level:.0f}, is above that of the lights, "
        f"{light:.0f}: it is perhaps a flat."
    )


def _strange(members: Sequence[Entry], looks: dict[Entry, Look]) -> Doubts:
    """Return those of a set whose level is far from that of the others, as masters refuse them."""
    middle = statistics.median(looks[each].level for each in members)
    noise = max(statistics.median(looks[each].noise for each in members), 1e-6 * abs(middle))
    return [
        (each, f"its level is {looks[each].level:.0f}, that of the other {each.kind} frames {middle:.0f}.")
        for each in members
        if abs(looks[each].level - middle) > LEVELS * noise
    ]
