"""Cleaning: cosmic rays, hot and dead pixels, and bad columns are replaced by what is around them."""

from typing import Annotated, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import Array, floating
from viewer.core.parameter import Within
from viewer.core.progress import Progress

# Some rows at a time: the filters of astroscrappy take thirteen times the memory of what they are given.
BAND_ROWS = 512


@operation("Process/Cleaning", "Cosmic rays…")
def cosmic_rays(
    frame: Frame,
    *,
    sigclip: Annotated[float, Within(0.5, 100)] = 4.5,
    sigfrac: Annotated[float, Within(0.01, 1)] = 0.3,
    objlim: Annotated[float, Within(0.5, 100)] = 5.0,
    gain: Annotated[float, Within(1e-4, 1e4, "e-/ADU")] = 1.0,
    readnoise: Annotated[float, Within(0, 1e4, "e-")] = 6.5,
    saturation: Annotated[float, Within(1, 1e12, "ADU")] = 65535.0,
    sky: Annotated[float, Within(0, 1e9, "ADU")] = 0.0,
    iterations: Annotated[int, Within(1, 20)] = 4,
    progress: Progress,
) -> Frame:
    """Find cosmic rays by their sharp edges and replace them by the mean around them.

    L.A.Cosmic (van Dokkum 2001, PASP 113, 1420) in the version of the library astroscrappy. A star is blurred
    by the air and the optics, a cosmic ray is not: the Laplacian, a second derivative, is large at its sharp
    edges. A pixel counts as hit if its Laplacian exceeds the noise, and is much larger than the fine
    structure that a star would have. The noise is calculated from the pixel values, with the gain and the
    readout noise of the camera: so the bias has to be subtracted before, and a sky that was subtracted has to
    be told. Only pixels that are hit change. Missing pixels stay missing.

    Parameters
    ----------
    sigclip
        How many times the noise the Laplacian has to reach. Smaller values find more, also what is none.
    sigfrac
        For the neighbours of a hit pixel this fraction of it is enough.
    objlim
        Contrast between the Laplacian and the fine structure. Make it larger if cores of stars are taken
        away.
    gain
        Electrons for each unit of the image.
    readnoise
        Noise of the readout.
    saturation
        Level at which pixels are full: around saturated stars nothing is looked for.
    sky
        Level that was subtracted from the image, for its noise is still there.
    iterations
        How often to look again at the cleaned image; it ends sooner if nothing more is found.
    """
    import astroscrappy  # it is compiled, and not loaded before it is needed

    data = floating(frame.data)
    if min(data.shape[-2:]) < 9:
        raise ViewerError("the image is too small for its filters of nine pixels: take a larger one.")
    cleaned = np.empty_like(data)
    # each iteration looks at ten pixels around, and the search for saturated stars at ten more
    margin = 12 * (iterations + 1)
    bands = [(n, row) for n in np.ndindex(data.shape[:-2]) for row in range(0, data.shape[-2], BAND_ROWS)]
    for plane, row in progress.each(bands):
        first = max(0, row - margin)
        band = data[plane][first : row + BAND_ROWS + margin]
        missing = np.isnan(band)
        hit, around = astroscrappy.detect_cosmics(
            (np.where(missing, 0, band) + sky).astype(np.float32),
            inmask=missing,
            sigclip=sigclip,
            sigfrac=sigfrac,
            objlim=objlim,
            gain=gain,
            readnoise=readnoise,
            satlevel=saturation * gain,
            niter=iterations,
        )
        mended = np.where(hit, around - sky, band)
        cleaned[plane][row : row + BAND_ROWS] = mended[row - first : row - first + BAND_ROWS]
    return frame.derive(data=cleaned)


@operation("Process/Cleaning", "Hot pixels…")
def hot_pixels(
    frame: Frame,
    *,
    sigma: Annotated[float, Within(1, 1000)] = 5.0,
    which: Literal["hot", "dead", "both"] = "both",
    progress: Progress,
) -> Frame:
    """Replace single pixels that stick out by the median of their eight neighbours.

    A pixel is hot if it exceeds the median of its neighbours by more than sigma times the noise, and dead if
    it falls below it as much. The noise is that of the whole image, or that among the neighbours if this is
    larger: so stars stay, as long as they are wider than about 1.8 pixels (FWHM); sharper ones look like hot
    pixels, and a frame of them asks for a larger sigma, or for a dark. Two hot pixels side by side are found
    too, larger groups are not. Missing pixels are left out of the median and stay missing.

    Parameters
    ----------
    sigma
        How many times the noise.
    which
        Bright pixels, dark ones, or both.
    """
    data = floating(frame.data)
    cleaned = np.empty_like(data)
    for plane in progress.each(list(np.ndindex(data.shape[:-2]))):
        median, limit = neighbours(data[plane])
        excess = data[plane] - median
        # 1.4826 times the median deviation is the standard deviation, for Gaussian noise
        noise = 1.4826 * np.nanmedian(np.abs(excess), overwrite_input=True)
        np.maximum(limit, noise, out=limit)
        limit *= sigma
        if which == "hot":
            bad = excess > limit
        elif which == "dead":
            bad = -excess > limit
        else:
            bad = np.abs(excess) > limit
        cleaned[plane] = data[plane]
        np.copyto(cleaned[plane], median, where=bad)
    return frame.derive(data=cleaned)


# sorts eight values (Knuth, The Art of Computer Programming 3, section 5.3.4)
PAIRS = "01 23 45 67 02 13 46 57 12 56 04 15 26 37 24 35 12 34 56"
SORTING_NETWORK = [(int(pair[0]), int(pair[1])) for pair in PAIRS.split()]


def neighbours(data: Array) -> tuple[Array, Array]:
    """Return median and scatter of the eight pixels around each one; at the edge they are mirrored."""
    padded = np.pad(data, 1, mode="reflect")
    height, width = data.shape
    median, scatter = np.empty_like(data), np.empty_like(data)
    # some rows at a time, for the memory
    for start in range(0, height, 32):
        stop = min(start + 32, height)
        shifts = [(y, x) for y in range(3) for x in range(3) if (y, x) != (1, 1)]
        around = np.stack([padded[start + y : stop + y, x : x + width] for y, x in shifts])
        if np.isnan(around).any():
            around.sort(axis=0)  # missing pixels come last
            count = np.isfinite(around).sum(axis=0)
            second, low, high, last = (
                np.take_along_axis(around, np.clip(place, 0, 7)[np.newaxis], axis=0)[0]
                for place in (np.minimum(1, count), (count - 1) // 2, count // 2, count - 2)
            )
        else:
            # the same, ten times as fast: of each of these pairs the smaller value comes first
            for i, j in SORTING_NETWORK:
                around[i], around[j] = np.minimum(around[i], around[j]), np.maximum(around[i], around[j])
            second, low, high, last = around[1], around[3], around[4], around[6]
        median[start:stop] = (low + high) / 2
        # the second and the seventh of eight values are 1.7 standard deviations apart, for Gaussian noise
        scatter[start:stop] = (last - second) / 1.7
    return median, scatter


@operation("Process/Cleaning", "Bad columns or rows…")
def bad_columns(
    frame: Frame,
    *,
    lines: str = "",
    direction: Literal["columns", "rows"] = "columns",
    sigma: Annotated[float, Within(2, 1000)] = 7.0,
) -> Frame:
    """Replace bad columns or rows by a straight line between the good ones beside them.

    Without numbers, those are found whose median differs from that of the columns around by more than sigma
    times the usual difference; a column that is bad on a short part of its length is not found so. At the
    edge of the image the next good column is repeated. Missing pixels in a bad column are filled, others are
    not.

    Parameters
    ----------
    lines
        Numbers as the readout shows them, counted from 1: '120, 340-345'. Empty: they are found.
    direction
        Whether columns or rows are bad.
    sigma
        How much a column has to differ to be found.
    """
    data = floating(frame.data)
    if direction == "rows":
        data = np.swapaxes(data, -2, -1)
    bad = listed(lines, data.shape[-1]) if lines.strip() else outstanding(data, sigma)
    data = interpolated(data, bad)
    if direction == "rows":
        data = np.swapaxes(data, -2, -1)
    return frame.derive(data=data)


def listed(text: str, length: int) -> Array:
    """Return True for the numbers in a list such as '120, 340-345', counted from 1."""
    bad = np.zeros(length, bool)
    for part in text.replace(",", " ").split():
        first, dash, last = part.partition("-")
        if not first.isdigit() or (dash and not last.isdigit()):
            raise ViewerError(f"'{part}' is no column or row: write numbers such as '120, 340-345'.")
        start, stop = int(first), int(last if dash else first)
        if not 1 <= start <= stop <= length:
            raise ViewerError(f"there is no column or row {part}: they go from 1 to {length}.")
        bad[start - 1 : stop] = True
    if bad.all():
        raise ViewerError("all columns or rows cannot be bad: leave some to replace the others with.")
    return bad


def outstanding(data: Array, sigma: float) -> Array:
    """Return True for the columns whose median differs from those around."""
    rows = data.reshape(-1, data.shape[-1])
    with_values = np.isfinite(rows).any(axis=0)
    if not with_values.any():
        return np.zeros(rows.shape[1], bool)
    profile = np.full(rows.shape[1], np.nan)
    profile[with_values] = np.nanmedian(rows[:, with_values], axis=0)
    # a column without any value is missing, not bad
    level = np.interp(np.arange(len(profile)), np.flatnonzero(with_values), profile[with_values])
    # the mean of the medians of seven columns on either side; at the edge the slope is continued
    windows = sliding_window_view(np.pad(level, 7, mode="reflect", reflect_type="odd"), 15)
    around = (np.median(windows[:, :7], axis=1) + np.median(windows[:, 8:], axis=1)) / 2
    difference = level - around
    # 1.4826 times the median deviation is the standard deviation, for Gaussian noise
    noise = 1.4826 * np.median(np.abs(difference[with_values]))
    bad: Array = np.abs(difference) > sigma * noise
    return bad


def interpolated(data: Array, bad: Array) -> Array:
    """Return an image with its bad columns replaced by a line between the good ones beside them."""
    good = np.flatnonzero(~bad)
    result = data.copy()
    for column in np.flatnonzero(bad):
        place = int(np.searchsorted(good, column))
        left, right = good[max(place - 1, 0)], good[min(place, len(good) - 1)]
        weight = (column - left) / (right - left) if right > left else 0.0
        before, after = data[..., left], data[..., right]
        line = (1 - weight) * before + weight * after
        # where one side is missing, the other one counts alone
        line = np.where(np.isnan(before), after, np.where(np.isnan(after), before, line))
        result[..., column] = line
    return result
