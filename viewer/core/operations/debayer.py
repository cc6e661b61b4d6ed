"""Debayer: three colours from the mosaic of a one-shot-colour camera."""

from typing import Literal

import numpy as np
from astropy.io.fits import Header
from scipy import ndimage

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.geometry.moveheader import move_header
from viewer.core.geometry.movewcs import number
from viewer.core.operation import operation
from viewer.core.operations.common import Array, floating


@operation("Image/Colour", "Debayer…", makes=3)
def debayer(
    frame: Frame,
    *,
    pattern: Literal["auto", "RGGB", "BGGR", "GRBG", "GBRG"] = "auto",
    method: Literal["bilinear", "superpixel"] = "bilinear",
) -> Frame:
    """Make a colour image of the raw frame of a one-shot-colour camera.

    Each pixel of such a camera lies under a red, green or blue filter: in every square of two by two pixels
    one is red, one is blue, and two are green. Bilinear: the colours that a pixel has not measured are the
    mean of its neighbours that have. Superpixel: each square becomes one pixel, with nothing invented, at
    half the resolution. Missing pixels are left out of the means.

    Parameters
    ----------
    pattern
        The filters of the first two pixels of the first row and of the second row, as stored. Auto: as
        BAYERPAT, XBAYROFF, YBAYROFF and ROWORDER say; RGGB, the most frequent one, where there is no
        BAYERPAT.
    method
        Full size with interpolated colours, or half size with measured ones.
    """
    if frame.ndim != 2:
        raise ViewerError("only an image of one plane can be debayered: this one has several.")
    colours = stored_pattern(frame.header, frame.shape[0]) if pattern == "auto" else pattern
    mosaic = floating(frame.data)
    if method == "bilinear":
        header = frame.header.copy()
        data = np.empty((3, *mosaic.shape), mosaic.dtype)
        # some rows at a time, for the memory; an even number, for the pattern
        for row in range(0, mosaic.shape[0], 256):
            first = max(0, row - 2)
            for plane, colour in zip(data, "RGB", strict=True):
                band = interpolated_colour(mosaic[first : row + 258], colours, colour)
                plane[row : row + 256] = band[row - first : row - first + 256]
    else:
        data = np.stack([binned_colour(mosaic, colours, colour) for colour in "RGB"])
        header = move_header(frame.header, [[0.5, 0], [0, 0.5]], [-0.25, -0.25], data.shape[-2:])
    for keyword in ("BAYERPAT", "COLORTYP", "XBAYROFF", "YBAYROFF"):
        header.remove(keyword, ignore_missing=True)
    return frame.derive(data=data, header=header, colour=True)


def stored_pattern(header: Header, height: int) -> str:
    """Return the filters of the first two rows as stored, such as RGGB, of what the header says.

    BAYERPAT begins with the first row that is stored, but with the last one if ROWORDER is BOTTOM-UP, as
    Siril and ASTAP read it; XBAYROFF and YBAYROFF say how far into the pattern the image begins.
    """
    pattern = str(header.get("BAYERPAT", header.get("COLORTYP", "RGGB"))).strip().upper()
    if sorted(pattern) != ["B", "G", "G", "R"]:
        raise ViewerError(f"the Bayer pattern '{pattern}' is not one of red, green and blue: choose one.")
    right, down = int(number(header, "XBAYROFF", 0.0)), int(number(header, "YBAYROFF", 0.0))
    if str(header.get("ROWORDER", "")).strip().upper() == "BOTTOM-UP":
        # the rows are counted from the other end
        rows = [height - 1 + down, height - 2 + down]
    else:
        rows = [down, down + 1]
    return "".join(pattern[2 * (row % 2) + (right + column) % 2] for row in rows for column in (0, 1))


def interpolated_colour(mosaic: Array, pattern: str, colour: str) -> Array:
    """Return one colour everywhere: measured, or the mean of the neighbours that have it."""
    measured = np.zeros(mosaic.shape, bool)
    for place, name in enumerate(pattern):
        if name == colour:
            measured[place // 2 :: 2, place % 2 :: 2] = True
    measured &= np.isfinite(mosaic)
    total, weight = np.where(measured, mosaic, 0), measured.astype(mosaic.dtype)
    # pixels on the next row or column count half: this gives the mean of those that are there
    for axis in (0, 1):
        total = ndimage.convolve1d(total, [0.5, 1, 0.5], axis, mode="constant")
        weight = ndimage.convolve1d(weight, [0.5, 1, 0.5], axis, mode="constant")
    total[weight == 0] = np.nan
    total /= np.maximum(weight, 0.25)
    np.copyto(total, mosaic, where=measured)
    return total


def binned_colour(mosaic: Array, pattern: str, colour: str) -> Array:
    """Return one colour of each square of two by two pixels."""
    rows, columns = mosaic.shape[0] // 2 * 2, mosaic.shape[1] // 2 * 2
    planes = [
        mosaic[place // 2 : rows : 2, place % 2 : columns : 2]
        for place, name in enumerate(pattern)
        if name == colour
    ]
    binned: Array = np.nanmean(planes, axis=0)
    return binned
