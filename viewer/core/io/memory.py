"""Images that no file holds yet, as a Source: made by an operation or split off from another."""

from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.header import raw_cards
from viewer.core.io.source import Hdu, Source
from viewer.core.pixels import Pixels

if TYPE_CHECKING:
    from viewer.core.io.table import Table


class MemorySource(Source):
    """One image in memory; its path is a name that nothing has been written to.

    Parameters
    ----------
    frame : Frame
        The image.
    folder : pathlib.Path
        Where the user would look for it.
    """

    def __init__(self, frame: Frame, folder: Path) -> None:
        self._frame = frame
        shape, dtype = frame.shape, frame.pixels.dtype.name
        hdu = Hdu(0, "PRIMARY", kind="image", shape=shape, dtype=dtype, unit=frame.unit)
        super().__init__(folder / frame.name, (hdu,), frame.problems)

    def cards(self, i: int) -> bytes:
        """See `Source.cards`."""
        self.find(i)
        return raw_cards(self._frame.cards)

    def pixels(self, i: int) -> Pixels:
        """See `Source.pixels`."""
        self.find(i)
        return self._frame.pixels

    def table(self, i: int) -> "Table":
        """There is none: `ViewerError`."""
        raise ViewerError(f"{self._frame.name} is an image and holds no tables")

    def frame(self, i: int, section: tuple[slice, slice] | None = None) -> Frame:
        """See `Source.frame`."""
        self.find(i)
        return self._frame if section is None else super().frame(i, section)

    def top_down(self, i: int) -> bool:
        """See `Source.top_down`."""
        return self._frame.top_down

    def colour(self, i: int) -> bool:
        """See `Source.colour`."""
        return self._frame.colour
