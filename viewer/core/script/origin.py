"""Origin: the image that a script begins with."""

from dataclasses import dataclass, replace

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import FileName, read
from viewer.core.script.expressions import PLAIN, Facts


@dataclass(frozen=True)
class Origin:
    """What a script begins with.

    Attributes
    ----------
    name : str
        A file name, with brackets if an HDU or a section is meant; empty if the first call creates the image.
    hdu : int
        Index of its HDU.
    facts : Facts
        About the image.
    deep : bool
        A picture of more than 8 bits for each colour.
    problem : str
        What is wrong with the file, in a sentence; other programs may refuse it.
    """

    name: str = ""
    hdu: int = 0
    facts: Facts = PLAIN
    deep: bool = False
    problem: str = ""

    @classmethod
    def of(cls, frame: Frame | None) -> "Origin":
        """Describe the frame of a file as it was opened; None if the first call makes the image."""
        if frame is None:
            return cls()
        facts = Facts(frame.ndim, frame.colour, frame.top_down)
        deep = frame.colour and frame.pixels.dtype.itemsize > 1
        return cls(frame.full_name, frame.hdu, facts, deep, next(iter(frame.problems), ""))

    @classmethod
    def named(cls, name: str) -> "Origin":
        """Describe the image that a file name asks for; a plain one if the file is not there."""
        if not name:
            return cls()
        try:
            return replace(cls.of(read(name)), name=name)
        except ViewerError:
            hdu = FileName.parse(name).hdu
            return cls(name, hdu if isinstance(hdu, int) else 0)
