"""Thumbnail: a small picture of a file for file managers, in bounded time and memory whatever the file is."""

import argparse
import contextlib
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.commands.bounded import TooLong, bounded
from viewer.core.errors import ViewerError
from viewer.core.names import shown

if TYPE_CHECKING:
    from viewer.core.session.thumbnail import Thumbnail

HELP = "write a small PNG picture of a file, as file managers show it"
EXAMPLES = "skyloupe thumbnail m13.fits m13.png 256"

LARGEST = 2048
SECONDS = 20
MEMORY = 2 << 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE", help="a file, or its address, file:///...")
    parser.add_argument("output", metavar="OUT", help="the picture's file, which is replaced")
    parser.add_argument("size", type=_size, metavar="SIZE", help="of its longest side in pixels")


def run(arguments: argparse.Namespace, _parser: argparse.ArgumentParser) -> int:
    """Do it."""
    return make(arguments.file, arguments.output, arguments.size)


def make(file: str, output: str, size: int) -> int:
    """Draw a file into a picture file; the limits are set before anything of the file is looked at.

    Parameters
    ----------
    file, output : str
        Paths or ``file:`` URIs.
    size : int
        The longest side of the picture in pixels.

    Returns
    -------
    int
        The exit code: 1, after one sentence on standard error, if there is no picture.
    """
    # one thread multiplies matrices as fast as it needs to, for there are none
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    name, place = local_name(file), Path(local_name(output))
    too_long = f"{name} takes longer than the {SECONDS} s that a small picture is worth"
    try:
        with bounded(SECONDS, MEMORY, _sentence(too_long)):
            picture = drawn(name, place, size)
        save(picture, place)
    except (ViewerError, MemoryError, TooLong) as error:
        said = {MemoryError: f"{name} needs more memory than a small picture is worth", TooLong: too_long}
        sys.stderr.write(_sentence(said.get(type(error), str(error))))
        return 1
    return 0


def _sentence(text: str) -> str:
    # one line, whatever the name of the file is
    return f"skyloupe: {shown(text)}\n"


def drawn(file: str, output: Path, size: int) -> "Thumbnail":
    """Draw a file small.

    Parameters
    ----------
    file : str
        A path, with brackets if a certain image is wanted.
    output : pathlib.Path
        Where the picture is to be written: not over the file itself, nor into a device.
    size : int
        The longest side of the picture in pixels.

    Raises
    ------
    ViewerError
        If there is nothing to draw, or no place for it.
    """
    # these load numpy, which has to find the limits and the environment set
    from viewer.core.io.name import FileName
    from viewer.core.session.thumbnail import thumbnail

    _check(FileName.parse(file).path, output)
    return thumbnail(file, size)


def local_name(text: str) -> str:
    """Return the path that a ``file:`` URI means; a path stays as it is, as does a file really called so."""
    # only who gets such a name needs these
    if not text.startswith("file:/"):
        return text
    from urllib.parse import unquote_to_bytes

    from viewer.core.io.name import exists

    if exists(text):
        return text
    rest = text.removeprefix("file:")
    if rest.startswith("//"):
        # the computer's name is empty or this one's: others cannot be reached so
        rest = "/" + rest.removeprefix("//").partition("/")[2]
    return os.fsdecode(unquote_to_bytes(os.fsencode(rest)))


def save(picture: "Thumbnail", output: Path) -> None:
    """Write the PNG beside its place and rename it; a symbolic link in its place is not followed.

    Raises
    ------
    ViewerError
        If it cannot be written.
    """
    # only who writes a picture needs it
    from PIL.PngImagePlugin import PngInfo

    from viewer.core.io.picture_file import as_picture

    path = picture.source.path
    texts = PngInfo()
    part = output.with_name(f".{os.urandom(8).hex()}.part")
    try:
        for key, value in _texts(picture).items():
            texts.add_text(key, value)
        # for nobody else's eyes: so the specification of thumbnails wants it
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            as_picture(picture.colours).save(file, "PNG", pnginfo=texts)
        part.replace(output)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise ViewerError(
            f"the picture of {path.name} cannot be written: {error.strerror or error}"
        ) from None


def _texts(picture: "Thumbnail") -> dict[str, str]:
    path, shape = picture.source.path, picture.shape
    return {
        "Thumb::URI": path.absolute().as_uri(),
        "Thumb::MTime": str(int(picture.source.modified)),
        "Thumb::Size": str(path.stat().st_size),
        "Thumb::Image::Width": str(shape[-1]),
        "Thumb::Image::Height": str(shape[-2] if len(shape) > 1 else 1),
        "Software": "Skyloupe",
        "Description": "\n".join(f"{name}: {text}" for name, text in picture.facts),
    }


def _check(file: Path, output: Path) -> None:
    """Refuse to write over the image itself, or into what is no ordinary file."""
    try:
        if output.samefile(file):
            raise ViewerError(f"{output} is the image itself: choose another name for the picture")
    except (OSError, ValueError):
        pass
    with contextlib.suppress(OSError, ValueError):
        mode = output.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            raise ViewerError(f"{output} is not an ordinary file: choose another name for the picture")


def _size(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST:
        raise argparse.ArgumentTypeError(f"not a number of pixels from 1 to {LARGEST}: {text!r}")
    return int(text)
