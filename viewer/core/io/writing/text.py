"""Write an image as a text of numbers, a line for each row."""

from typing import BinaryIO

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io.writing.encode import kept_type, strips
from viewer.core.io.writing.options import SaveOptions
from viewer.core.progress import Progress


def write_text(
    frame: Frame, file: BinaryIO, separator: str, options: SaveOptions, progress: Progress
) -> tuple[str, ...]:
    """Write an image to a text file with as many digits as it takes to read the same numbers back.

    The first line is the first row, which is the lowest one on the screen, as in FITS and numpy. Lines
    before it begin with ``#`` and say what it is; ``# dtype NAME`` is understood by `viewer.core.io.text`.

    Parameters
    ----------
    frame : Frame
        Of one plane.
    file : file
        Where to write to.
    separator : str
        What stands between two numbers.
    options : SaveOptions
        None of them matters here; a `dtype` that is not the image's is refused.
    progress : Progress
        Told how much is written.

    Raises
    ------
    ViewerError
        If the image is a cube, or another type is asked for.
    """
    pixels = frame.pixels
    rows, columns = pixels.image_shape
    if pixels.size != rows * columns:
        raise ViewerError(f"{frame.name} is a cube, and a text holds one plane: choose one, or save as FITS")
    name = kept_type(pixels.dtype)
    if options.dtype not in ("keep", name):
        raise ViewerError(
            f"a text holds the numbers with all their digits, not as {options.dtype}: convert the image first"
        )
    head = f"# {columns} columns, {rows} rows; the first line is the lowest row\n# dtype {name}\n"
    file.write(head.encode("ascii"))
    for read in strips(pixels, progress):
        strip = read.astype(name, copy=False)
        # numpy's scalars print the digits that their own precision needs, Python's floats those of 64 bits
        lists = strip.tolist() if name != "float32" else list(strip)
        lines = (separator.join(map(str, line)) for line in lists)
        file.write(("\n".join(lines) + "\n").encode("ascii"))
    return ()
