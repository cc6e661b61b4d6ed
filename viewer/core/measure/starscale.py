"""Star scale: how wide the stars of an image are, and the image brought together if they are too wide."""

import math
from typing import Any

import numpy as np
from scipy import ndimage

from viewer.core.arrays import Array

# Stars wider than this, in pixels, are looked for in an image brought together to about 4 pixels for each.
WIDEST_SEARCHED = 12.0


def coarseness(light: Array, rms: Array, missing: Array | None, threshold: float, found: Array) -> int:
    """Return how many pixels have to be brought together so that stars become as wide as sep looks for them.

    Doughnuts and other wide images of stars fall into pieces when neighbours are separated; so it is done
    only where many of the brightest seem to be neighbours, or are wide. Then they are looked at in one piece
    each.
    """
    import sep  # it is compiled, and not everyone has it

    bright = found[:50]
    if len(bright) < 3:
        return 1
    if (bright["flag"] & 1).mean() < 0.3 and np.median(np.sqrt(bright["a"] * bright["b"])) < 4:
        return 1
    whole = sep.extract(light, threshold, err=rms, mask=missing, deblend_cont=1.0)
    whole = whole[np.argsort(-whole["flux"], kind="stable")][:60]
    width = float(np.median([extent(light, one) for one in whole])) if len(whole) else 0.0
    return max(1, round(width / 4)) if width > WIDEST_SEARCHED else 1


def extent(light: Array, one: Array) -> float:
    """Return the diameter of what is brighter than 0.4 of its top, with the holes in it filled."""
    part = light[one["ymin"] : one["ymax"] + 1, one["xmin"] : one["xmax"] + 1]
    high = ndimage.binary_fill_holes(part > 0.4 * np.percentile(part[part > 0], 98))
    pieces, number = ndimage.label(high)
    if not number:
        return 0.0
    return math.sqrt(4 / math.pi * float(np.bincount(pieces.ravel())[1:].max()))


def coarse_field(field: dict[str, Any], factor: int) -> dict[str, Any]:
    """Return light and noise of a field whose pixels are means of factor x factor."""
    rows, columns = (n // factor * factor for n in field["shape"])
    missing = field["missing"]

    def brought(values: Array) -> Array:
        values = values[:rows, :columns].reshape(rows // factor, factor, columns // factor, factor)
        return np.ascontiguousarray(values.mean((1, 3), dtype=values.dtype))

    light, rms = brought(field["light"]), brought(field["rms"]) / factor
    gone = None
    if missing is not None:
        there = brought((~missing).astype(light.dtype))
        gone = there < 0.5
        light = np.where(gone, 0, light / np.maximum(there, 0.5))
    return {"light": light, "rms": rms, "missing": gone}
