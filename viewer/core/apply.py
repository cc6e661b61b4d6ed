"""Apply: carry out a call on a frame - checks, parts on all cores, memory, HISTORY."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.call import Call, Operand, history_lines, origin_lines, read_history
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.geometry.lost import what_is_lost
from viewer.core.image import Image
from viewer.core.io import read
from viewer.core.operation import Operation
from viewer.core.operations.common import floating
from viewer.core.operations.correcting import remarks_in
from viewer.core.parts import in_parts
from viewer.core.pixels import Pixels, with_missing
from viewer.core.progress import Progress
from viewer.core.quiet import quiet

if TYPE_CHECKING:
    from astropy.io.fits import Header

Array = np.ndarray[Any, np.dtype[Any]]
Find = Callable[[Operand, Progress], Frame]

# Pixels: below this a second thread costs more than it gains.
_WORTH_PARTS = 1 << 18
# What describes the values as they were stored, and holds no longer.
_STORED = ("CHECKSUM", "DATASUM", "BSCALE", "BZERO", "BLANK", "DATAMIN", "DATAMAX")
_BITPIX = {"f4": -32, "f8": -64, "u1": 8, "i2": 16, "u2": 16, "i4": 32, "u4": 32, "i8": 64, "u8": 64}


def apply(
    call: Call, frame: Frame | None, progress: Progress | None = None, find: Find | None = None
) -> Frame:
    """Return what an operation makes of a frame, with the call in its HISTORY.

    Parameters
    ----------
    call : Call
        The operation and its arguments.
    frame : Frame or None
        The image; None for an operation that creates one.
    progress : Progress, optional
        Told how far it is; cancelling it raises `Cancelled`.
    find : callable, optional
        Gives the frame of an `Operand`; by default it is read from its file.

    Returns
    -------
    Frame
        A new one; `frame` is what it was. Its problems tell what could not follow, such as a WCS.

    Raises
    ------
    ViewerError
        If the operation does not suit the image, refuses an argument, or memory does not suffice.
    """
    progress = progress or Progress()
    operation = call.operation
    arguments = dict(call.arguments)
    for parameter in operation.images:
        given = arguments[parameter.name]
        if isinstance(given, tuple):
            arguments[parameter.name] = tuple(
                Image.of((find or read_operand)(each, progress)) for each in given
            )
        elif given is not None:
            arguments[parameter.name] = without_mask((find or read_operand)(given, progress))
    if frame is not None:
        if operation.creates:
            raise ViewerError(f"{operation.name} makes a new image: it takes none.")
        suits(operation, frame)
        if operation.pixels:
            _memory_for(frame, operation.memory)
            frame = frame if operation.masks else without_mask(frame)
    elif not operation.creates:
        raise ViewerError(f"{operation.name} needs an image to work on.")
    try:
        with quiet(), np.errstate(all="ignore"):
            result = _run(operation, frame, arguments, progress)
    except MemoryError:
        raise ViewerError(
            f"{operation.name} needs more memory than there is: close other images, or take a part."
        ) from None
    except ImportError as error:
        raise ViewerError(
            f"{operation.name} needs the Python library {error.name}, which is not installed here: "
            f"pip install {error.name}"
        ) from None
    progress.report(1.0)
    return _finished(call, frame, result)


def apply_all(
    calls: tuple[Call, ...], frame: Frame | None, progress: Progress | None = None, find: Find | None = None
) -> Frame:
    """Return what several calls, one after the other, make of a frame; see `apply`."""
    for call in calls:
        frame = apply(call, frame, progress, find)
    if frame is None:
        raise ViewerError("there is nothing to do, and no image to do it with.")
    return frame


def read_operand(operand: Operand, progress: Progress | None = None) -> Frame:
    """Read the image that an operand names, and do to it what was done before."""
    return apply_all(operand.calls, read(operand.name) if operand.name else None, progress)


def without_mask(frame: Frame) -> Frame:
    """Return the frame with NaN for its masked pixels, for operations that know nothing of masks."""
    if frame.mask is None:
        return frame
    return frame.derive(data=np.where(frame.mask, np.nan, floating(frame.data)), mask=None)


def suits(operation: Operation, frame: Frame) -> None:
    """Refuse an image that an operation cannot work on.

    Raises
    ------
    ViewerError
        If it has too few axes, no pixels, or lacks what the operation requires.
    """
    problem = why_not(operation, frame)
    if problem:
        raise ViewerError(problem)


def why_not(operation: Operation, frame: Frame) -> str:
    """Return why an operation cannot work on an image, in a sentence; empty if it can."""
    title = operation.title.rstrip("…")
    if operation.creates:
        return ""
    if not frame.pixels.size:
        return f"{title}: {frame.name} is an image without pixels."
    if frame.ndim < 2 and not operation.flat:
        return f"{title} needs an image of two axes: {frame.name} has one."
    if operation.requires == "colour" and not (frame.ndim == 3 and frame.shape[0] == 3):
        return f"{title} needs a colour image or a cube of three planes: {frame.name} is not one."
    if operation.requires == "cube" and frame.ndim < 3:
        return f"{title} needs a cube: {frame.name} has one plane."
    if operation.requires == "mask" and frame.mask is None:
        return f"{title} needs masked pixels: {frame.name} has none."
    if operation.requires == "wcs" and not frame.world.celestial:
        return f"{title} needs a WCS: {frame.name} has none."
    return ""


def _run(operation: Operation, frame: Frame | None, arguments: dict[str, Any], progress: Progress) -> Frame:
    extra: dict[str, Any] = {"progress": progress} if operation.reports else {}
    if frame is None:
        return operation.function(**arguments, **extra)
    height, width = frame.image_shape
    others = [value for value in arguments.values() if isinstance(value, Frame)]
    if (
        operation.reach is None
        or frame.ndim != 2
        or height * width < _WORTH_PARTS
        # whether other shapes suit, and what is wrong with them, only the whole images can tell
        or any(other.shape != frame.shape for other in others)
    ):
        progress.report(0.0)
        return operation.function(frame, **arguments, **extra)
    try:
        return in_parts(operation, frame, arguments, operation.reach(**arguments), progress)
    except ViewerError:
        # a part was refused, and knows only its own pixels: the whole image says how many there are
        return operation.function(frame, **arguments, **extra)


def _finished(call: Call, frame: Frame | None, result: Frame) -> Frame:
    """Bring the header up to date and write the call into its HISTORY."""
    header = result.header.copy()
    with quiet():
        for keyword in _STORED:
            header.remove(keyword, ignore_missing=True, remove_all=True)
        _describe(header, result.pixels)
        if frame is not None and frame.path is not None and not _has_steps(frame):
            for line in origin_lines(frame.full_name):
                header.add_history(line)
        for line in history_lines(call):
            header.add_history(line)
    told = remarks_in(frame.header) if frame is not None else []
    said = tuple(each for each in remarks_in(header) if each not in told)
    if frame is None:
        return result.derive(cards=header, name=f"{call.name}.fits", problems=said, **repeated_in(header))
    repeated = repeated_in(header)
    if call.operation.pixels:
        # the header of a picture says nothing of its rows
        repeated["top_down"] = result.top_down
    lost = tuple(problem for problem in what_is_lost(frame.header, header) if problem not in frame.problems)
    return result.derive(cards=header, problems=(*frame.problems, *lost, *said), **repeated)


def repeated_in(header: "Header") -> dict[str, Any]:
    """Return what a frame repeats of its header."""
    upside_down = str(header.get("ROWORDER", "")).strip().upper() == "TOP-DOWN"
    return {"unit": str(header.get("BUNIT", "")).strip(), "top_down": upside_down}


def _describe(header: "Header", pixels: Pixels) -> None:
    """Write the type and the size of the pixels into the header."""
    header["BITPIX"] = _BITPIX.get(pixels.dtype.str[1:], 8)
    header["NAXIS"] = pixels.ndim
    for number in range(1, 10):
        if number <= pixels.ndim:
            header.set(f"NAXIS{number}", pixels.shape[-number], after=f"NAXIS{number - 1}".rstrip("0"))
        else:
            header.remove(f"NAXIS{number}", ignore_missing=True)


def _has_steps(frame: Frame) -> bool:
    try:
        return bool(read_history(frame.header))
    except ViewerError:
        return True


def _memory_for(frame: Frame, times: int) -> None:
    """Refuse work that this machine has no memory for, before the system stops the program.

    Raises
    ------
    ViewerError
        If there is not enough.
    """
    needed = frame.pixels.size * with_missing(frame.pixels.dtype).itemsize * times
    free = available_memory()
    if free is not None and needed > free:
        raise ViewerError(
            f"{frame.name} may need {needed / 2**30:.1f} GiB of memory for this, and {free / 2**30:.1f} GiB "
            "are free: close other programs, or crop or bin the image first."
        )


def available_memory() -> int | None:
    """Return how many bytes of memory can still be had; None where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:  # noqa: PTH123
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        return None
    return None
