"""CompressedPixels: a tile-compressed image of which only the tiles that are looked at are decoded."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np

from viewer.core.io.codecs import Array, DamagedTile
from viewer.core.io.scaling import Scaling
from viewer.core.io.scan import Buffer, ScannedHdu
from viewer.core.io.tiled import Tiles
from viewer.core.pixels import ALL, Pixels

# Decoded tiles that are kept, so that readout and panning find them: about what a large window shows.
CACHE_BYTES = 48 * 2**20


class CompressedPixels(Pixels):
    """The image of one HDU that holds compressed tiles; see `Pixels`.

    Tiles that are damaged or missing are NaN. In an image of integers that has no BLANK they are 0,
    unless the file is known to be cut short: then its type is one that can hold NaN.

    Parameters
    ----------
    buffer : numpy.ndarray of uint8
        The whole file.
    hdu : ScannedHdu
        A compressed image.

    Attributes
    ----------
    hdu : ScannedHdu
        As given.
    cache_bytes : int
        So much of the decoded tiles is kept.

    Raises
    ------
    ViewerError
        If the header does not say how the image is compressed.
    """

    cache_bytes = CACHE_BYTES

    def __init__(self, buffer: Buffer, hdu: ScannedHdu) -> None:
        self.hdu = hdu
        self._buffer = buffer
        self._tiles = Tiles(buffer, hdu)
        self._scaling = Scaling.of(hdu.cards, self._tiles.bitpix, missing=hdu.available < hdu.data_size)
        self.shape = self._tiles.shape
        self.dtype = self._scaling.dtype
        # one-dimensional images are a row here
        self._tile_shape = (1,) * (2 - len(self.shape)) + self._tiles.tile_shape
        self.together = self._tile_shape[-2]
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, ...], Array] = OrderedDict()
        self._kept_bytes = 0
        self._damaged: set[tuple[int, ...]] = set()

    @property
    def algorithm(self) -> str:
        """Name of the compression, as ``RICE_1``."""
        return self._tiles.algorithm

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence if damaged tiles have been met so far; reading more may find more."""
        count, total = len(self._damaged), prod(self._tiles.grid)
        if not count:
            return ()
        shown = "missing" if self.dtype.kind == "f" else "0"
        tiles = "tile is" if count == 1 else "tiles are"
        return (f"{count} of {total} compressed {tiles} damaged or not in the file and shown as {shown}",)

    @property
    def whole(self) -> bool:
        """Whether the file holds all of the table of tiles."""
        return self.hdu.available == self.hdu.data_size

    def stored(self) -> Buffer:
        """Return the bytes of the table of tiles and its heap as they are in the file, to be copied."""
        return np.asarray(self._buffer)[self.hdu.data_offset : self.hdu.data_offset + self.hdu.data_size]

    def read(
        self, rows: slice = ALL, columns: slice = ALL, plane: tuple[int, ...] = ()
    ) -> np.ndarray[Any, Any]:
        """See `Pixels.read`."""
        height, width = self.image_shape
        places = (range(*rows.indices(height)), range(*columns.indices(width)))
        before, inside = self._leading(plane)
        stored = np.zeros((len(places[0]), len(places[1])), self._tiles.stored)
        absent: list[tuple[slice, slice]] = []

        down = _overlaps(places[0], self._tile_shape[-2])
        across = _overlaps(places[1], self._tile_shape[-1])
        for row, column in product(down, across):
            tile = self._tile((*before, row.tile, column.tile))
            if tile is None:
                absent.append((row.window, column.window))
            else:
                stored[row.window, column.window] = tile[inside][row.inside, column.inside]
        values = self._scaling.apply(stored)
        for where in absent:
            values[where] = np.nan if self.dtype.kind == "f" else 0
        return values

    def value(self, index: tuple[int, ...]) -> Any:
        """See `Pixels.value`; integers stay integers even if the image has missing pixels."""
        index = (0,) * (2 - len(index)) + tuple(index)
        tile = self._tile(tuple(i // size for i, size in zip(index, self._tile_shape, strict=True)))
        if tile is None:
            return self.dtype.type(np.nan if self.dtype.kind == "f" else 0)
        inside = tuple(i % size for i, size in zip(index, self._tile_shape, strict=True))
        return self._scaling.exact(tile[inside].reshape(1))

    def _leading(self, plane: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return which tiles along the leading axes hold a plane, and where in them it is."""
        lengths, sizes = self.shape[:-2], self._tile_shape[: len(self.shape[:-2])]
        indices = [range(n)[i] for i, n in zip(self.index(plane), lengths, strict=True)]
        parts = [divmod(i, size) for i, size in zip(indices, sizes, strict=True)]
        return tuple(tile for tile, _ in parts), tuple(rest for _, rest in parts)

    def _tile(self, tile: tuple[int, ...]) -> Array | None:
        """Return the stored numbers of a tile, None if it is damaged."""
        with self._lock:
            kept = self._kept.get(tile)
            if kept is not None:
                self._kept.move_to_end(tile)
                return kept
            if tile in self._damaged:
                return None
        try:
            decoded = self._tiles.decode(tile[-len(self.shape) :])
        except DamagedTile:
            with self._lock:
                self._damaged.add(tile)
            return None
        decoded = decoded.reshape((1,) * (2 - decoded.ndim) + decoded.shape)
        with self._lock:
            if tile not in self._kept:
                self._kept[tile] = decoded
                self._kept_bytes += decoded.nbytes
            # the last one stays even if it alone is more than the limit: the next pixel asks for it again
            while self._kept_bytes > self.cache_bytes and len(self._kept) > 1:
                self._kept_bytes -= self._kept.popitem(last=False)[1].nbytes
        return decoded


@dataclass(frozen=True)
class _Overlap:
    """What a window and a tile share along one axis: which tile, where in the window, where in the tile."""

    tile: int
    window: slice
    inside: slice


def _overlaps(places: range, size: int) -> list[_Overlap]:
    found: list[_Overlap] = []
    begin = 0
    while begin < len(places):
        tile, first = divmod(places[begin], size)
        end = min(len(places), begin + -(-(size - first) // places.step))
        last = places[end - 1] - tile * size
        found.append(_Overlap(tile, slice(begin, end), slice(first, last + 1, places.step)))
        begin = end
    return found
