"""Region files: DS9, CRTF and FITS tables read onto an image, and what could not be read named."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.errors import ViewerError
from viewer.core.progress import Progress
from viewer.core.shapes.ds9 import Ds9Reader
from viewer.core.shapes.given import Given, Problems
from viewer.core.shapes.placing import place
from viewer.core.shapes.region import Region

if TYPE_CHECKING:
    from viewer.core.world import World

LARGEST = 1 << 28
"""Region files above so many bytes are none."""

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True)
class Loaded:
    """What a region file holds.

    Attributes
    ----------
    regions : tuple of Region
        In the order of the file, 0-based pixels of the image, without keys.
    problems : tuple of str
        What could not be read, or not as it is meant: a phrase each, beginning with the lines.
    """

    regions: tuple[Region, ...]
    problems: tuple[str, ...] = ()


def read_region_file(
    path: Path, world: "World", plane: tuple[int, ...] = (), progress: Progress | None = None
) -> Loaded:
    """Read a region file for an image.

    Parameters
    ----------
    path : pathlib.Path
        A DS9 region file, a CASA region text file (CRTF) or a FITS file with a region table.
    world : World
        Of the image: regions on the sky and in physical coordinates are brought to its pixels.
    plane : tuple of int
        Plane of a cube shown.
    progress : Progress, optional
        Told how much is done.

    Returns
    -------
    Loaded
        The regions, and what could not be read.

    Raises
    ------
    ViewerError
        If the file cannot be read at all, or is of another kind.
    Cancelled
        If nobody wants the regions any more.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ViewerError(f"{path.name} is too large for a file of regions")
        content = path.read_bytes()
    except OSError as error:
        raise ViewerError(f"{path.name} cannot be read: {error.strerror or error}") from error
    return read_regions(content, path.name, world, plane, progress)


def read_regions(
    content: bytes | str,
    name: str,
    world: "World",
    plane: tuple[int, ...] = (),
    progress: Progress | None = None,
) -> Loaded:
    """Read the content of a region file, as `read_region_file` does."""
    progress = Progress() if progress is None else progress
    raw = content.encode() if isinstance(content, str) else content
    if raw.startswith(b"SIMPLE  ="):
        # the regions package, and astropy with it, are for those who need them
        from viewer.core.shapes.packaged import from_table

        problems = Problems("row")
        given = from_table(raw, name, problems, progress)
        return _loaded(given, world, plane, problems, progress)
    if _CONTROL.search(raw[: 1 << 16]):
        raise ViewerError(f"{name} is no region file: it holds no text")
    text = _decoded(raw)
    problems = Problems()
    if text.lstrip().startswith("#CRTF"):
        from viewer.core.shapes.packaged import from_crtf

        given = from_crtf(text, problems, progress)
    else:
        reader = Ds9Reader(problems)
        reader.read(text, progress)
        given = reader.regions
    return _loaded(given, world, plane, problems, progress)


def _loaded(
    given: list[Given], world: "World", plane: tuple[int, ...], problems: Problems, progress: Progress
) -> Loaded:
    regions = tuple(place(given, world, plane, problems, progress))
    sentences = problems.sentences()
    if not regions and not sentences:
        sentences = ("there is no region in it",)
    return Loaded(regions, sentences)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
