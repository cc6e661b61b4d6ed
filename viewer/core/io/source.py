"""Source: an opened file and the HDUs it holds, whatever its format."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.pixels import Pixels
from viewer.core.progress import Progress

if TYPE_CHECKING:
    from astropy.io.fits import Header

    from viewer.core.io.table import Table

Kind = Literal["image", "table", "empty", "groups"]


@dataclass(frozen=True)
class Hdu:
    """What one HDU holds, known from its header alone.

    Attributes
    ----------
    index : int
        0-based place in the file.
    name : str
        EXTNAME, ``PRIMARY`` for a first HDU without one, else empty.
    ver : int or None
        EXTVER.
    kind : str
        ``image``, ``table``, ``empty`` (nothing to show) or ``groups`` (random groups).
    shape : tuple of int
        In numpy order; rows and columns of a table; groups and parameters (with the data as the
        last) of random groups.
    dtype : str
        Physical values in native byte order ("uint16", "float32"), empty for anything but images.
    bitpix : int or None
        BITPIX of the image, also of a compressed one; None if there is no valid one.
    compressed : str
        The tile compression (``RICE_1`` …) or empty.
    unit : str
        BUNIT.
    wcs : bool
        The CTYPEs name a pair of celestial axes.
    problems : tuple of str
        What is wrong with this HDU, a sentence each.
    """

    index: int
    name: str = ""
    ver: int | None = None
    kind: Kind = "empty"
    shape: tuple[int, ...] = ()
    dtype: str = ""
    bitpix: int | None = None
    compressed: str = ""
    unit: str = ""
    wcs: bool = False
    problems: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What brackets name it by: ``SCI,2``, ``SCI``, or its number."""
        if not self.name or self.name == "PRIMARY":
            return str(self.index)
        return self.name if self.ver in (None, 1) else f"{self.name},{self.ver}"


class Source(ABC):
    """An opened file. Reading from it is thread-safe; nothing about it changes.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    hdus : tuple of Hdu
        At least one.
    default : int or None
        The HDU to show first: an image of two or more axes, else of one, else a table.
    problems : tuple of str
        What is wrong with the file as a whole, a sentence each.
    modified : float
        The file's time of modification when it was opened, in seconds since 1970.
    """

    def __init__(
        self, path: Path, hdus: tuple[Hdu, ...], problems: tuple[str, ...] = (), modified: float = 0.0
    ) -> None:
        self.path = path
        self.hdus = hdus
        self.problems = problems
        self.modified = modified
        self.default = default_hdu(hdus)

    @abstractmethod
    def cards(self, i: int) -> bytes:
        """Return the header of HDU `i` as it is in the file, 80 bytes for each card."""

    @abstractmethod
    def pixels(self, i: int) -> Pixels:
        """Return the image of HDU `i`; `ViewerError` if it is not an image."""

    @abstractmethod
    def table(self, i: int) -> "Table":
        """Return the table of HDU `i`; `ViewerError` if it is not a table."""

    def frame(self, i: int, section: tuple[slice, slice] | None = None) -> Frame:
        """Return the image of HDU `i` as a frame.

        Parameters
        ----------
        i : int
            Index of the HDU.
        section : tuple of slice, optional
            Rows and columns, 0-based and half-open; the header's WCS moves along.

        Raises
        ------
        ViewerError
            If the HDU is not an image or the section is not inside it.
        """
        hdu = self._hdu(i)
        frame = Frame(
            pixels=self.pixels(i),
            name=self.name(i),
            path=self.path,
            hdu=i,
            cards=self.image_cards(i),
            unit=hdu.unit,
            problems=self.problems + hdu.problems,
            top_down=self.top_down(i),
            colour=self.colour(i),
        )
        if section is None:
            return frame
        # a section needs the header parsed, which costs half a second; a whole image does not
        from viewer.core.io.section import cut

        return cut(frame, *section)

    def header(self, i: int) -> "Header":
        """Return the header of HDU `i` as astropy has it; for a compressed image the image's."""
        # astropy is not needed before the first picture
        from viewer.core.header import parse

        return parse(self.image_cards(i))

    def image_cards(self, i: int) -> bytes:
        """Return the header that describes the image, which of a compressed one is not the file's."""
        return self.cards(i)

    def top_down(self, i: int) -> bool:
        """Whether the first row is the top one."""
        return False

    def colour(self, i: int) -> bool:
        """Whether the three planes are red, green and blue."""
        return False

    def verify(self, i: int, progress: Progress | None = None) -> tuple[str, ...]:
        """Read all of HDU `i` and compare its checksums.

        Parameters
        ----------
        i : int
            Index of the HDU.
        progress : Progress, optional
            Told how much has been read.

        Returns
        -------
        tuple of str
            A sentence for each checksum that is wrong.

        Raises
        ------
        Cancelled
            If `progress` was cancelled.
        """
        return ()

    def name(self, i: int) -> str:
        """Return the file's name, with the HDU in brackets unless it is the one shown first."""
        return self.path.name if i == self.default else f"{self.path.name}[{self.hdus[i].label}]"

    def find(self, hdu: int | str | None, ver: int | None = None) -> int:
        """Return the index of the HDU that a user named.

        Parameters
        ----------
        hdu : int, str or None
            Index, or EXTNAME in any case; None for the default.
        ver : int, optional
            EXTVER; without it the first HDU of the name.

        Raises
        ------
        ViewerError
            If there is none; the message names those that exist.
        """
        if hdu is None:
            if self.default is None:
                # the last one says most: what the header promises and the file lacks
                why = next((each.problems[-1] for each in self.hdus if each.problems), "")
                raise ViewerError(
                    f"{self.path.name} has no image and no table, "
                    + (f"for {why}" if why else "only headers")
                )
            return self.default
        if isinstance(hdu, int):
            if 0 <= hdu < len(self.hdus):
                return hdu
            last = len(self.hdus) - 1
            has = "only HDU 0" if last == 0 else f"HDUs 0 to {last}"
            raise ViewerError(f"no HDU {hdu} in {self.path.name}: it has {has}")
        wanted = hdu.strip().upper()
        for each in self.hdus:
            names = {each.name.upper()} | ({"PRIMARY"} if each.index == 0 else set())
            if wanted in names and (ver is None or ver == (1 if each.ver is None else each.ver)):
                return each.index
        asked = hdu if ver is None else f"{hdu},{ver}"
        raise ViewerError(f"no HDU '{asked}' in {self.path.name}: it has {self._names()}")

    def _names(self) -> str:
        names = [each.name if each.label == str(each.index) else each.label for each in self.hdus]
        listed = [name or str(index) for index, name in enumerate(names)]
        return ", ".join(listed[:20]) + (f" and {len(listed) - 20} more" if len(listed) > 20 else "")

    def _hdu(self, i: int) -> Hdu:
        return self.hdus[self.find(i)]


def default_hdu(hdus: tuple[Hdu, ...]) -> int | None:
    """Return the index of the HDU to show first, or None if all are empty."""
    images = [hdu for hdu in hdus if hdu.kind == "image"]
    tables = [hdu for hdu in hdus if hdu.kind in ("table", "groups")]
    best = [hdu for hdu in images if len(hdu.shape) > 1] + images + tables
    return best[0].index if best else None
