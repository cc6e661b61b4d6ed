"""Series: a star compared with others through the frames of a night."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from viewer.core.arrays import floating
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.measure.cards import exposure_of, gain_of, heading_of, saturation_of
from viewer.core.measure.following import followed_places
from viewer.core.measure.lightcurve import (
    STAR_FLUX_KEYS,
    compared_fluxes,
    curve_remarks,
    star_fluxes,
)
from viewer.core.measure.plane import Plane
from viewer.core.measure.seriestable import Series
from viewer.core.measure.starmeasure import measure_star
from viewer.core.observation.dates import date_of
from viewer.core.operations.aiming import aim_of, mapping_to
from viewer.core.progress import Progress

Array = np.ndarray[Any, np.dtype[Any]]

_J2000 = datetime(2000, 1, 1, 12)
_JD_OF_J2000 = 2451545.0
_FULL_WELL = 65535.0
# how remarks begin that matter here
_UNFIT = ("another star", "saturated", "not round")
TIME_NOTE = (
    "Times are of the middle of each exposure, at the telescope: DATE-OBS, taken as UTC, plus half of "
    "EXPTIME. They are not barycentric (BJD)."
)


@dataclass(frozen=True)
class Aperture:
    """How the stars of a series are measured; lengths in pixels.

    Attributes
    ----------
    radius : float
        Of the circle.
    inner, outer : float
        Of the annulus that tells the sky.
    recentre : bool
        Whether each star is looked for.
    search : float
        How far from where it should be.
    saturation : float or None
        Pixels from this value on are full; None takes what the header says, or 65535 in 16-bit files.
    gain : float or None
        Electrons for each count; None takes what the header says.
    """

    radius: float = 5.0
    inner: float = 10.0
    outer: float = 15.0
    recentre: bool = True
    search: float = 8.0
    saturation: float | None = None
    gain: float | None = None


def moment_of(frame: Frame) -> tuple[float, float]:
    """Return the Julian day of the middle of an exposure, and how long it took; NaN for what is not known."""
    date, exposure = date_of(heading_of(frame.cards)), exposure_of(frame.cards)
    seconds = math.nan if exposure is None else exposure
    # only a day is no time
    if "T" not in date:
        return math.nan, seconds
    days = (datetime.fromisoformat(date) - _J2000).total_seconds() / 86400
    return _JD_OF_J2000 + days + (seconds / 2 / 86400 if exposure is not None else 0.0), seconds


def airmass_of(frame: Frame) -> float:
    """Return the airmass that the header gives; NaN if it does not."""
    heading = heading_of(frame.cards)
    for keyword in ("AIRMASS", "SECZ", "ESO TEL AIRM START"):
        value = heading.get(keyword)
        if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < 50:
            return float(value)
    return math.nan


def full_at(frame: Frame, aperture: Aperture) -> float | None:
    """Return the value from which on pixels of a frame are full, if it is known."""
    if aperture.saturation is not None:
        return aperture.saturation
    said = saturation_of(frame.cards)
    if said is None and frame.pixels.dtype == np.uint16:
        return _FULL_WELL
    return said


def measure_series(
    reference: Frame,
    frames: Sequence[str | Path | Frame],
    stars: Sequence[tuple[float, float]],
    *,
    align: str = "stars",
    aperture: Aperture | None = None,
    progress: Progress | None = None,
) -> Series:
    """Follow stars through frames and compare the first of them with the others.

    Parameters
    ----------
    reference : Frame
        In which the stars were marked.
    frames : sequence
        Files, or images that are open. Each is read when it is its turn.
    stars : sequence of (float, float)
        Positions as FITS counts, from 1: the target, then the comparison stars.
    align : str
        stars, wcs or pixels: how the stars are found again. Then each is looked for near its place.
    aperture : Aperture, optional
        How they are measured.
    progress : Progress, optional
        Reported to.

    Raises
    ------
    ViewerError
        If there are fewer than two stars or no frames, or nothing can be aligned with the reference. A single
        frame that cannot be used has a row without values, and a sentence among the problems.
    """
    if len(stars) < 2:
        raise ViewerError("a light curve needs a target and at least one comparison star.")
    if not frames:
        raise ViewerError("there are no frames to measure.")
    if reference.ndim != 2:
        raise ViewerError(f"{reference.name} is no image of two axes: light curves are made of plain images.")
    aperture, progress = aperture or Aperture(), progress or Progress()
    for x, y in stars:
        rows, columns = reference.image_shape
        if not (0.5 <= x <= columns + 0.5 and 0.5 <= y <= rows + 0.5):
            raise ViewerError(
                f"the star at {x:g}, {y:g} is outside {reference.name} ({columns} x {rows} pixels)."
            )
    way = "none" if align == "pixels" else align
    aim = aim_of(_values(reference), reference.header, way)
    found = [_row(each, aim, way, stars, aperture) for each in progress.each(frames)]
    problems = tuple(row["problem"] for row in found if row["problem"])
    if all(row["light"] is None for row in found):
        raise ViewerError(f"no frame could be measured: {problems[0]}")
    order = np.argsort([row["jd"] for row in found], kind="stable")
    remarks = star_remarks(reference, stars, aperture)
    return _series([found[i] for i in order], tuple(stars), problems, remarks)


def star_remarks(reference: Frame, stars: Sequence[tuple[float, float]], aperture: Aperture) -> list[str]:
    """Return sentences about stars that are not fit for this: full, not round, or not alone.

    Parameters
    ----------
    reference : Frame
        In which they were marked.
    stars : sequence of (float, float)
        Positions as FITS counts, the target first.
    aperture : Aperture
        How they are measured.
    """
    plane: Any = Plane(reference)
    remarks = []
    for number, (x, y) in enumerate(stars):
        found = measure_star(
            plane,
            x=x,
            y=y,
            radius=aperture.radius,
            inner=aperture.inner,
            outer=aperture.outer,
            gain=gain_of(reference.cards) if aperture.gain is None else aperture.gain,
            # without a value, a flat top tells
            saturation=aperture.saturation or saturation_of(reference.cards),
            search=aperture.search,
        )
        said = [note for note in found["notes"].split("; ") if note.startswith(_UNFIT)]
        if said:
            name = f"comparison star {number}" if number else "target"
            remarks.append(f"In {reference.name}, of the {name}: {'; '.join(said)}.")
    return remarks


def _values(frame: Frame) -> Array:
    """Return the pixels of a frame, NaN for masked ones."""
    return floating(np.asarray(frame.pixels))


def _row(
    each: str | Path | Frame,
    aim: dict[str, Any],
    way: str,
    stars: Sequence[tuple[float, float]],
    aperture: Aperture,
) -> dict[str, Any]:
    """Measure the stars of one frame."""
    name = each.name if isinstance(each, Frame) else Path(each).name
    row: dict[str, Any] = {
        "file": name,
        "jd": math.nan,
        "exposure": math.nan,
        "airmass": math.nan,
        "light": None,
        "gain": None,
        "full": None,
        "frame": each.full_name if isinstance(each, Frame) else str(each),
    }
    try:
        frame = each if isinstance(each, Frame) else read(each)
        row["jd"], row["exposure"] = moment_of(frame)
        row["airmass"] = airmass_of(frame)
        if frame.ndim != 2:
            raise ViewerError("it is no image of two axes")
        values = _values(frame)
        mapping, why, _ = mapping_to(aim, values, frame.header, way)
        if mapping is None:
            raise ViewerError(why)
        places = followed_places(mapping, [x for x, _ in stars], [y for _, y in stars], aim["shape"])
        row["gain"] = gain_of(frame.cards) if aperture.gain is None else aperture.gain
        row["full"] = full_at(frame, aperture)
        row["light"] = star_fluxes(
            values,
            xs=places[:, 0],
            ys=places[:, 1],
            radius=aperture.radius,
            inner=aperture.inner,
            outer=aperture.outer,
            gain=row["gain"],
            saturation=row["full"],
            recentre=aperture.recentre,
            search=aperture.search,
        )
        row["problem"] = ""
    except ViewerError as error:
        row["problem"] = f"{name} has no values: {str(error).rstrip('.')}."
    return row


def _series(
    found: list[dict[str, Any]],
    stars: tuple[tuple[float, float], ...],
    problems: tuple[str, ...],
    remarks: list[str],
) -> Series:
    """Put the rows of all frames together."""
    count = len(stars)
    light = {
        key: np.array([row["light"][key] if row["light"] else [math.nan] * count for row in found])
        for key in STAR_FLUX_KEYS
    }
    said = [row["light"]["flags"] if row["light"] else ["not measured"] * count for row in found]
    curve = compared_fluxes(light["flux"], light["flux_err"])
    jd = np.array([row["jd"] for row in found])
    columns: dict[str, Array] = {
        "file": np.array([row["file"] for row in found], str),
        "jd": jd,
        "mjd": jd - 2400000.5,
        "exposure": np.array([row["exposure"] for row in found]),
        "airmass": np.array([row["airmass"] for row in found]),
    }
    for key in ("relative", "relative_err", "magnitude", "magnitude_err", "comparison", "comparison_err"):
        columns[key] = curve[key]
    for star in range(count):
        suffix = f"_{star}" if star else ""
        columns |= {key + suffix: light[key][:, star] for key in STAR_FLUX_KEYS}
        if star:
            columns |= {key + suffix: curve[key][:, star - 1] for key in ("check", "check_err")}
    columns["flags"] = np.array([_flags(each) for each in said], str)
    notes = [TIME_NOTE] if np.isfinite(jd).any() else []
    untimed = int(np.count_nonzero(~np.isfinite(jd)))
    if untimed:
        notes.append(f"The headers of {untimed} of {len(jd)} frames do not say when they were taken.")
    if all(row["gain"] is None for row in found):
        notes.append(
            "The gain is not known: errors are those of the sky only, and too small for bright stars."
        )
    return Series(
        columns,
        stars,
        (*notes, *remarks, *curve_remarks(curve, ~np.isfinite(light["flux"]))),
        problems,
        tuple(row["frame"] for row in found),
        tuple(row["gain"] for row in found),
        tuple(row["full"] for row in found),
    )


def _flags(said: Iterable[str]) -> str:
    """Return what is wrong with the stars of a frame: the target's first, then those of C1, C2 …."""
    texts = list(said)
    return "; ".join(f"C{i}: {text}" if i else text for i, text in enumerate(texts) if text)
