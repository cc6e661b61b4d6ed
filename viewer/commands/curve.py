"""Curve: a one-dimensional image as a line with its axes, drawn without Qt."""

from typing import TYPE_CHECKING

import numpy as np

from viewer.core.frame import Frame

if TYPE_CHECKING:
    from PIL.Image import Image

_MARGIN = (70, 12, 12, 40)  # left, top, right, bottom
_INK, _LINE, _PAPER = (60, 60, 60), (20, 80, 160), (255, 255, 255)


def draw_curve(frame: Frame, size: tuple[int, int]) -> "Image":
    """Draw the values of a one-dimensional image over its coordinate, or over its pixels.

    Parameters
    ----------
    frame : Frame
        One-dimensional and not empty.
    size : tuple of int
        Width and height in pixels.
    """
    # only pictures need pillow
    from PIL import Image, ImageDraw

    values = frame.pixels.read()[0].astype(np.float64)
    image = Image.new("RGB", size, _PAPER)
    pen = ImageDraw.Draw(image)
    left, top = _MARGIN[0], _MARGIN[1]
    right, bottom = size[0] - _MARGIN[2] - 1, size[1] - _MARGIN[3] - 1
    finite = values[np.isfinite(values)]
    if right - left < 10 or bottom - top < 10 or not finite.size:
        return image
    low, high = float(finite.min()), float(finite.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    pen.rectangle((left, top, right, bottom), outline=_INK)
    xs = left + np.arange(values.size) * ((right - left) / max(1, values.size - 1))
    with np.errstate(invalid="ignore"):
        ys = bottom - (values - low) / (high - low) * (bottom - top)
    known = np.isfinite(ys)
    # a gap where values are missing
    starts = np.flatnonzero(known & ~np.concatenate(([False], known[:-1])))
    ends = np.flatnonzero(known & ~np.concatenate((known[1:], [False])))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        points = np.stack([xs[start : end + 1], ys[start : end + 1]], 1).round(2)
        pen.line([tuple(point) for point in points.tolist()], fill=_LINE)
        if start == end:
            pen.point(tuple(points[0].tolist()), fill=_LINE)
    for value, y in ((high, top), (low, bottom - 10)):
        pen.text((4, y), f"{value:.5g}", fill=_INK)
    first, last, label = _ends(frame, values.size)
    pen.text((left, bottom + 6), first, fill=_INK)
    pen.text((right - pen.textlength(last), bottom + 6), last, fill=_INK)
    pen.text(((left + right - pen.textlength(label)) / 2, bottom + 20), label, fill=_INK)
    return image


def _ends(frame: Frame, count: int) -> tuple[str, str, str]:
    """Return what stands below the axis: at its left, at its right and in the middle."""
    described = frame.world.describe(0, 0)[:1], frame.world.describe(count - 1, 0)[:1]
    if described[0] and not frame.world.problem:
        start, end = described[0][0], described[1][0]
        unit = f" ({start.unit})" if start.unit else ""
        texts = [each.text.removesuffix(f" {each.unit}") for each in (start, end)]
        return texts[0], texts[1], f"{start.label}{unit}".encode("latin-1", "replace").decode("latin-1")
    return "1", str(count), "pixel"
