"""Cards of a combined image: how many images, which, their exposure and time, and what was rejected."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from astropy.io.fits import Header

from viewer.core.errors import ViewerError
from viewer.core.operations.common import Array
from viewer.core.operations.matching import EXPOSURES, number_in

# IMCMB001 ... IMCMB999, as IRAF has them
LISTED = 999
# begin of an exposure: the date and, if it is not with it, the time
DATES = (("DATE-OBS", "TIME-OBS"), ("DATE-OBS", "UT"), ("DATE-OBS", "UTSTART"), ("DATE-BEG", ""))
# what held for one exposure, and for no combination of several
OF_ONE = ("JD-HELIO", "HJD", "BJD", "DATE-END", "MJD-END", "TIME-END", "UTEND")


def exposures_of(images: Sequence[Any]) -> list[float | None]:
    """Return the exposure of each image in seconds; None if its header does not say."""
    return [number_in(image.header, EXPOSURES) for image in images]


def known_exposures(images: Sequence[Any]) -> Array:
    """Return the exposures of all images; refuse images whose headers do not say."""
    for image, exposure in zip(images, exposures_of(images), strict=True):
        if exposure is None or not exposure > 0:
            raise ViewerError(f"the header of {image.name} has no exposure (EXPTIME): set it, or do without.")
    return np.array(exposures_of(images), float)


def begin_of(header: Header) -> datetime | None:
    """Return when an exposure began; None if the header does not say."""
    for day, time in DATES:
        date = str(header.get(day, "")).strip()
        if time and "T" not in date:
            date = f"{date}T{str(header.get(time, '')).strip()}"
        try:
            begin = datetime.fromisoformat(date)
        except ValueError:
            continue
        return begin.astimezone(UTC).replace(tzinfo=None) if begin.tzinfo else begin
    return None


def times_of(header: Header, exposure: float) -> tuple[datetime, datetime, datetime] | None:
    """Return begin, mean and end of an image's exposure, also of a combined one; None if it does not say."""
    begin, length = begin_of(header), timedelta(seconds=exposure)
    told = [str(header.get(keyword, "")) for keyword in ("DATE-BEG", "DATE-AVG", "DATE-END")]
    if (number_in(header, ("NCOMBINE",)) or 1) > 1 and all(told):
        try:
            first, mean, last = (datetime.fromisoformat(each) for each in told)
            if not (first.tzinfo or mean.tzinfo or last.tzinfo):
                return first, mean, last
        except ValueError:
            pass
    return None if begin is None else (begin, begin + length / 2, begin + length)


def stack_header(images: Sequence[Any], weights: Array | None = None, summed: bool = False) -> Header:
    """Return the header of the first image with what a combination of all has in its place.

    EXPTIME goes with the pixels: for a sum it is the total, else the mean exposure (with the same weights).
    EXPTOT is the total. DATE-AVG is the mean of the middles of all exposures, DATE-OBS stays the first
    image's.
    """
    header: Header = images[0].header.copy()
    for keyword in (*OF_ONE, "IMCMB???", "NREJ???"):
        for found in list(header[keyword]) if "?" in keyword else [keyword]:
            header.remove(found, ignore_missing=True)
    combined = [max(1.0, number_in(image.header, ("NCOMBINE",)) or 1) for image in images]
    header["NCOMBINE"] = (int(sum(combined)), "number of images combined")
    exposures = [each for each in exposures_of(images) if each is not None]
    if len(exposures) == len(images):
        totals = [number_in(image.header, ("EXPTOT",)) for image in images]
        total = sum(one if many is None else many for one, many in zip(exposures, totals, strict=True))
        mean = float(sum(exposures) if summed else np.average(exposures, weights=weights))
        for keyword in EXPOSURES:
            if keyword in header:
                header[keyword] = mean
        header["EXPTOT"] = (float(total), "[s] total exposure of all images")
    add_dates(header, images, exposures, combined)
    for number, image in enumerate(images[:LISTED], 1):
        header[f"IMCMB{number:03d}"] = plain(image.name)
    return header


def add_dates(
    header: Header, images: Sequence[Any], exposures: Sequence[float], counts: Sequence[float]
) -> None:
    """Write the begin of the first, the end of the last and the mean time of all exposures into a header.

    An image counts as often as images were combined in it (`counts`).
    """
    lengths = list(exposures) or [0.0] * len(images)
    if len(lengths) < len(images):
        return
    told = [times_of(image.header, length) for image, length in zip(images, lengths, strict=True)]
    times = [each for each in told if each is not None]
    if len(times) < len(images):
        return
    first, last = min(begin for begin, _, _ in times), max(end for _, _, end in times)
    later = [(middle - first) * count for (_, middle, _), count in zip(times, counts, strict=True)]
    mean = first + sum(later, timedelta(0)) / sum(counts)
    header["DATE-BEG"] = (first.isoformat(timespec="milliseconds"), "begin of the first exposure")
    header["DATE-AVG"] = (mean.isoformat(timespec="milliseconds"), "mean of the middles of all exposures")
    header["DATE-END"] = (last.isoformat(timespec="milliseconds"), "end of the last exposure")
    days = (mean - datetime(1858, 11, 17)) / timedelta(days=1)
    header["MJD-AVG"] = (round(days, 8), "[d] modified Julian date of DATE-AVG")


def add_counts(header: Header, counts: Array, size: int) -> None:
    """Write into a header how many values were rejected and missing, of all images and of each.

    Parameters
    ----------
    header
        It is changed.
    counts
        How many values of each image (second axis) were left out, and how many of them because they were
        missing.
    size
        Number of pixels of an image.
    """
    left_out, lost = counts
    rejected, there = left_out - lost, counts.shape[1] * size - lost.sum()
    header["NUSED"] = (int(there - rejected.sum()), "values used, of all images")
    header["NREJ"] = (int(rejected.sum()), f"values rejected ({100 * rejected.sum() / max(there, 1):.3g} %)")
    header["NMISS"] = (int(lost.sum()), "values that were missing")
    if rejected.any():
        for number, value in enumerate(rejected[:LISTED], 1):
            header[f"NREJ{number:03d}"] = (int(value), f"rejected of IMCMB{number:03d}")


def plain(text: str) -> str:
    """Return text as a header can hold it."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)
