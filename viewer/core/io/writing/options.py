"""SaveOptions: how an image is to be saved, whatever the kind of file."""

from dataclasses import dataclass
from math import isfinite
from typing import Literal, get_args

from viewer.core.errors import ViewerError

Dtype = Literal["keep", "uint8", "int16", "uint16", "int32", "float32", "float64"]
Compression = Literal["keep", "none", "RICE_1", "GZIP_1", "GZIP_2", "HCOMPRESS_1"]
PictureKind = Literal["data", "grey", "log", "balanced"]


@dataclass(frozen=True)
class SaveOptions:
    """How to save; what does not concern a kind of file is ignored there.

    Attributes
    ----------
    dtype : str
        Type of the numbers in the file; ``keep`` is that of the image, or the nearest that the file can
        hold.
    compression : str
        Tile compression of a FITS image. ``keep``: as it is in the file that is saved whole, else none (in
        a file named ``.fz``: RICE_1 for integers, GZIP_2 for floats). It never loses anything: floats are
        compressed by GZIP_2 where the one asked for would round them.
    whole_file : bool
        Copy the other HDUs of the FITS file that the image was read from.
    checksum : bool
        Write CHECKSUM and DATASUM.
    picture : str
        What a PNG, JPEG or TIFF file shows: ``data``, the numbers themselves where they fit; ``grey`` and
        ``log``, shades between the limits; ``balanced``, red, green and blue between limits of their own.
    limits : (float, float) or None
        Values that become black and white. None: the smallest and the largest for ``data``, and for the
        others the 0.5 and 99.5 percentiles.

    Raises
    ------
    ViewerError
        If a value is not one of those.
    """

    dtype: Dtype = "keep"
    compression: Compression = "keep"
    whole_file: bool = True
    checksum: bool = True
    picture: PictureKind = "data"
    limits: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for value, choices in (
            (self.dtype, get_args(Dtype)),
            (self.compression, get_args(Compression)),
            (self.picture, get_args(PictureKind)),
        ):
            if value not in choices:
                raise ViewerError(f"cannot save with '{value}': choose one of {', '.join(choices)}")
        if self.limits is not None:
            low, high = self.limits
            if not (isfinite(low) and isfinite(high) and low < high):
                raise ViewerError(f"{low:g} to {high:g} are no limits: black has to be less than white")
