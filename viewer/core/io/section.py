"""Cut a rectangle out of a frame and move its coordinate systems along."""

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.geometry.lost import what_is_lost
from viewer.core.geometry.moveheader import move_header
from viewer.core.pixels import SectionPixels


def cut(frame: Frame, rows: slice, columns: slice) -> Frame:
    """Return a rectangle of a frame, of every plane of a cube.

    Parameters
    ----------
    frame : Frame
        The whole image.
    rows, columns : slice
        0-based and half-open, with positive steps if any.

    Returns
    -------
    Frame
        With every coordinate moved along; what cannot follow is told among its problems.

    Raises
    ------
    ViewerError
        If the section reaches beyond the image.
    """
    height, width = frame.image_shape
    for part, length, axis in ((columns, width, "x"), (rows, height, "y")):
        if (part.start or 0) >= length or (part.stop or 0) > length:
            raise ViewerError(
                f"section {_written(rows, columns)} is not inside {frame.name}: "
                f"{axis} goes from 1 to {length}"
            )
    pixels = SectionPixels(frame.pixels, rows, columns)
    height, width = pixels.image_shape
    across, up = columns.step or 1, rows.step or 1
    header = move_header(
        frame.header,
        ((1 / across, 0), (0, 1 / up)),
        (-(columns.start or 0) / across, -(rows.start or 0) / up),
        (height, width),
    )
    problems = (*frame.problems, *what_is_lost(frame.header, header))
    name = f"{frame.name}{_written(rows, columns)}"
    return frame.derive(pixels=pixels, cards=header, name=name, problems=problems)


def _written(rows: slice, columns: slice) -> str:
    return f"[{_range(columns)},{_range(rows)}]"


def _range(part: slice) -> str:
    if part == slice(None):
        return "*"
    first = "" if part.start is None else str(part.start + 1)
    last = "" if part.stop is None else str(part.stop)
    return f"{first}:{last}" if part.step in (None, 1) else f"{first}:{last}:{part.step}"
