"""Draw: a screenful of colours, redoing only what has changed."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from viewer.core.render.pyramid import Pyramid
from viewer.core.render.red import BLUE, GREEN, RED, reddened
from viewer.core.render.resample import Screenful, sample_screen
from viewer.core.render.sample import Sample
from viewer.core.render.scale import MISSING, TABLE_SIZE, Scale
from viewer.core.render.viewport import Viewport

__all__ = ["Screen", "Screenful", "draw", "sample_screen", "to_index"]

Array = np.ndarray[Any, np.dtype[Any]]
Cuts = tuple[float, float]

BACKGROUND = 0xFF1E1E1E
_TOP = TABLE_SIZE - 2
_BAND = 1 << 17
# float32 arithmetic is exact enough, and does not overflow, if the limits are this far apart
_NARROWEST, _WIDEST = 1e-30, 1e37


def to_index(values: Array, cuts: Cuts, complete: bool = False, out: Array | None = None) -> Array:
    """Return the entry of the table of colours for each value.

    Parameters
    ----------
    values : numpy.ndarray
        Two-dimensional, any type.
    cuts : tuple of float
        Low and high limit, finite, ``low < high``.
    complete : bool
        True if no value is NaN.
    out : numpy.ndarray, optional
        uint16 of the same shape, to be filled.

    Returns
    -------
    numpy.ndarray
        uint16: 0 for missing pixels (NaN), otherwise 1 at and below the low limit to 65535 at and above
        the high one.
    """
    low, high = cuts
    index = np.empty(values.shape, np.uint16) if out is None else out
    half = not np.isfinite(high - low)  # limits at both ends of float64
    span = high / 2 - low / 2 if half else high - low
    narrow = values.dtype.itemsize <= 4 and values.dtype.kind == "f"
    fits = _NARROWEST < span < _WIDEST and max(abs(low), abs(high)) < _WIDEST
    dtype = np.dtype(np.float32 if narrow and fits else np.float64)
    zero, one, top, end = dtype.type(low), dtype.type(_TOP / span), dtype.type(_TOP), dtype.type(1.5)
    height = max(1, _BAND // max(1, values.shape[1]))
    buffer = np.empty((min(height, values.shape[0]), values.shape[1]), dtype)
    with np.errstate(all="ignore"):
        for start in range(0, values.shape[0], height):
            band = values[start : start + height]
            x = buffer[: band.shape[0]]
            if half:
                np.multiply(band, 0.5, out=x)
                x -= low / 2
            else:
                np.subtract(band, zero, out=x, dtype=dtype)
            x *= one
            np.maximum(x, 0, out=x)
            np.minimum(x, top, out=x)
            x += end  # 1 for the entry of the missing pixels, 0.5 to round
            if not complete:
                np.fmax(x, 0, out=x)
            np.copyto(index[start : start + height], x, casting="unsafe")
    return index


class Screen:
    """Draws one screen again and again, and keeps what has not changed.

    A step of contrast, bias, stretch or colour map costs a table and one look-up for each device pixel;
    one of the limits, the conversion to table entries as well; only another view, image or pyramid is
    sampled anew. For the use of one thread.
    """

    def __init__(self) -> None:
        self._view: tuple[object, ...] = ()
        self._cuts: tuple[Cuts, ...] = ()
        self._colours: tuple[object, ...] = ()
        self._screenfuls: list[Screenful] = []
        self._indices: list[Array] = []
        self._pictures: list[Array] = []

    def draw(
        self,
        pyramids: Sequence[Pyramid],
        viewport: Viewport,
        scale: Scale,
        cuts: Sequence[Cuts],
        sample: Sample | None = None,
        background: int = BACKGROUND,
        missing: int = MISSING,
        red: bool = False,
    ) -> Array:
        """Draw.

        Parameters
        ----------
        pyramids : sequence of Pyramid
            One, or three of the same shape for red, green and blue; of the colour map, only its
            inversion counts for three.
        viewport : Viewport
            The screen and what it shows.
        scale : Scale
            How values become colours; its limits are not looked at, but `cuts` are.
        cuts : sequence of tuple of float
            Low and high limit for each pyramid.
        sample : Sample, optional
            The values of the image, for histogram equalisation.
        background : int
            Colour around the image, 0xffRRGGBB.
        missing : int
            Colour of missing pixels, 0xffRRGGBB.
        red : bool
            The image and its missing pixels only in red, as bright as they would be.

        Returns
        -------
        numpy.ndarray
            uint32 of shape (height, width), contiguous, 0xffRRGGBB, row 0 on top. It keeps its content
            during the next call; the one after that may write over it.
        """
        view = (tuple(pyramid.key for pyramid in pyramids), viewport)
        cuts = tuple(cuts)
        if scale.stretch.name == "histequal":
            curve: object = (sample, cuts)
        else:
            curve = None
        colours = (scale.stretch, scale.colormap, scale.contrast, scale.bias, curve, background, missing, red)
        if view != self._view:
            sampled = [sample_screen(pyramid, viewport) for pyramid in pyramids]
            self._screenfuls = [screenful for screenful in sampled if screenful is not None]
        elif cuts == self._cuts and colours == self._colours and self._pictures:
            return self._pictures[-1]
        if view != self._view or cuts != self._cuts:
            self._indices = [
                to_index(screenful.values, pair, screenful.complete, self._spare(n, screenful.values.shape))
                for n, (screenful, pair) in enumerate(zip(self._screenfuls, cuts, strict=False))
            ]
        self._view, self._cuts, self._colours = view, cuts, colours
        return self._paint(viewport, scale, sample, background, missing, red)

    def _spare(self, n: int, shape: tuple[int, ...]) -> Array | None:
        return self._indices[n] if n < len(self._indices) and self._indices[n].shape == shape else None

    def _paint(
        self,
        viewport: Viewport,
        scale: Scale,
        sample: Sample | None,
        background: int,
        missing: int,
        red: bool,
    ) -> Array:
        width, height = viewport.size
        picture = self._next_picture((height, width))
        if not self._screenfuls:
            picture[...] = background
            return picture
        first = self._screenfuls[0]
        rows, columns = first.values.shape
        place = slice(first.top, first.top + rows), slice(first.left, first.left + columns)
        whole = (rows, columns) == (height, width)
        if not whole:
            picture[...] = background
        if len(self._indices) == 1:
            table = scale.table(sample, self._cuts[0], missing, red)
            if whole:
                np.take(table, self._indices[0], out=picture, mode="clip")
            else:
                picture[place] = np.take(table, self._indices[0], mode="clip")
        else:
            tables = [scale.levels(sample, pair) for pair in self._cuts]
            inverted = scale.colormap.inverted
            picture[place] = _combine(self._indices, tables, inverted, missing, red)
        return picture

    def _next_picture(self, shape: tuple[int, int]) -> Array:
        # two pictures take turns: Qt may still be showing the last one while the next is made
        if self._pictures and self._pictures[0].shape != shape:
            self._pictures = []
        if len(self._pictures) < 2:
            self._pictures.append(np.empty(shape, np.uint32))
        else:
            self._pictures.reverse()
        return self._pictures[-1]


def _combine(
    indices: Sequence[Array], levels: Sequence[Array], inverted: bool, missing: int, red: bool
) -> Array:
    """Put red, green and blue together; a pixel is missing if all three are."""
    weights = (RED, GREEN, BLUE) if red else (1 << 16, 1 << 8, 1)
    colours = np.full(indices[0].shape, 0xFF000000, np.uint32)
    for index, level, weight in zip(indices, levels, weights, strict=True):
        channel = np.zeros(TABLE_SIZE, np.uint32)
        channel[1:] = (255 - level) if inverted else level
        channel *= np.uint32(weight)
        colours += np.take(channel, index, mode="clip")
    if red:
        colours &= np.uint32(0xFFFF0000)
    absent = (indices[0] == 0) & (indices[1] == 0) & (indices[2] == 0)
    if absent.any():
        colours[absent] = reddened(np.array(missing, np.uint32)) if red else missing
    return colours


def draw(
    pyramids: Sequence[Pyramid],
    viewport: Viewport,
    scale: Scale,
    cuts: Sequence[Cuts],
    sample: Sample | None = None,
    background: int = BACKGROUND,
    missing: int = MISSING,
    red: bool = False,
) -> Array:
    """Draw once; see `Screen.draw` for the parameters. The array belongs to the caller."""
    return Screen().draw(pyramids, viewport, scale, cuts, sample, background, missing, red)
