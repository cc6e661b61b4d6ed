"""Preview: what an operation will do to the part of an image that is on the screen."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.apply import repeated_in, without_mask
from viewer.core.call import Call, Operand
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.operation import Operation
from viewer.core.pixels import ArrayPixels
from viewer.core.previewpart import (
    MOST_READ,
    Part,
    Rectangle,
    budget_for,
    cut,
    cut_like,
    part_of,
    scaled_arguments,
    without_margin,
)
from viewer.core.progress import Progress
from viewer.core.quiet import quiet
from viewer.core.render.limits import Limits
from viewer.core.render.pyramid import Pyramid
from viewer.core.render.sample import Sample
from viewer.core.render.scale import Scale

Find = Callable[[Operand, Progress], Frame]

BUDGET = 1 << 19
# Limits of the screen are kept if they show at least this part of what they showed before.
_STILL_SHOWN = 0.25


@dataclass(frozen=True, eq=False)
class Preview:
    """A part of an image before and after an operation.

    Attributes
    ----------
    before, after : Frame
        The part, as it is and as it will be; of the same shape unless the operation changes that. The
        result may be a curve, of one axis.
    rectangle : tuple of int
        Which pixels of the image `before` shows, ``(x0, x1, y0, y1)``, half-open.
    factor : int
        Pixels of the image for one of the preview's, along either axis.
    middle : bool
        Only the middle of what was asked for: all of it would have had to be reduced so much that
        nothing of the operation could be seen.
    """

    before: Frame
    after: Frame
    rectangle: Rectangle
    factor: int = 1
    middle: bool = False


def preview(
    call: Call,
    frame: Frame,
    plane: tuple[int, ...],
    rectangle: Rectangle,
    budget: int = BUDGET,
    find: Find | None = None,
    pyramids: Sequence[Pyramid] = (),
    progress: Progress | None = None,
) -> Preview:
    """Do an operation to what is visible of an image, and to no more.

    A visible part with more pixels than `budget` is reduced to means of blocks, and lengths in pixels
    with it. If these would become too short, the middle is shown at full resolution instead. What turns,
    cuts or scales the image is shown with the whole image, reduced.

    Parameters
    ----------
    call : Call
        The operation and its arguments.
    frame : Frame
        The image.
    plane : tuple of int
        Which plane of a cube is on the screen; not looked at for images in colour.
    rectangle : tuple of int
        What is visible, ``(x0, x1, y0, y1)``, half-open, inside the image.
    budget : int
        Pixels of one plane that may be computed.
    find : callable, optional
        Gives the frame of an `Operand`.
    pyramids : sequence of Pyramid
        Of the plane, or of the three colours: where means have been made already.
    progress : Progress, optional
        Cancelling it raises `Cancelled` in operations that report.

    Raises
    ------
    ViewerError
        If the operation refuses the image or an argument.
    """
    operation, progress = call.operation, progress or Progress()
    arguments = dict(call.arguments)
    others = {
        parameter.name: without_mask(find(arguments[parameter.name], progress))
        for parameter in operation.images
        if find is not None and isinstance(arguments[parameter.name], Operand)
    }
    stack = frame.colour or (frame.ndim > 2 and operation.requires in ("colour", "cube"))
    shown = None if stack else frame.pixels.index(plane)
    fixed = any(other.image_shape != frame.image_shape for other in others.values())
    part = part_of(operation, arguments, frame, rectangle, budget_for(frame, budget, stack), fixed)
    small = cut(frame, shown, part, pyramids)
    given = {name: cut_like(other, frame, shown, part) for name, other in others.items()}
    source = small if operation.masks else without_mask(small)
    try:
        after = run(operation, source, {**part.arguments, **given}, progress)
    except ViewerError as error:
        raise _refusal(operation, arguments, frame, part, error) from None
    before = small
    if part.margin and after.shape[-2:] == small.shape[-2:]:
        before, after = (without_margin(each, part, frame) for each in (small, after))
    return Preview(before, after, part.rectangle, part.factor, part.middle)


def preview_created(
    call: Call, budget: int = BUDGET, progress: Progress | None = None, find: Find | None = None
) -> Preview:
    """Do an operation that makes an image, smaller if the image would be large; see `preview`.

    Of the images that it is made of, every n-th pixel is used.
    """
    operation, arguments = call.operation, dict(call.arguments)
    progress = progress or Progress()
    for parameter in operation.images:
        operand = arguments[parameter.name]
        if isinstance(operand, Operand) and find is not None:
            arguments[parameter.name] = _thinned(without_mask(find(operand, progress)), budget)
    lengths = sorted(
        arguments[parameter.name]
        for parameter in operation.parameters
        if parameter.kind == "int" and parameter.unit == "px"
    )
    factor = 1
    while len(lengths) > 1 and lengths[-1] * lengths[-2] > budget * factor**2:
        factor *= 2
    made = run(operation, None, scaled_arguments(operation, arguments, factor), progress)
    made = made.derive(**repeated_in(made.header))
    height, width = made.image_shape
    return Preview(made, made, (0, width, 0, height), factor)


def _thinned(frame: Frame, budget: int) -> Frame:
    rows, columns = frame.image_shape
    step = max(1, math.ceil(math.sqrt(rows * columns / budget)))
    if step == 1 or frame.ndim != 2:
        return frame
    return frame.derive(data=frame.pixels.read(slice(None, None, step), slice(None, None, step)))


def run(operation: Operation, frame: Frame | None, arguments: dict[str, Any], progress: Progress) -> Frame:
    """Call the function of an operation; nothing is written into the header."""
    extra: dict[str, Any] = {"progress": progress} if operation.reports else {}
    with quiet(), np.errstate(all="ignore"):
        if frame is None:
            return operation.function(**arguments, **extra)
        return operation.function(frame, **arguments, **extra)


def cuts_for(shown: Frame, before: Frame, scale: Scale, cuts: tuple[float, float]) -> tuple[float, float]:
    """Return the limits to draw a result with: those of the screen, as long as they show something of it.

    Parameters
    ----------
    shown : Frame
        The result.
    before : Frame
        What it was made of.
    scale : Scale
        Of the screen: its rule gives limits to a result with other values.
    cuts : tuple of float
        The limits of the screen.
    """
    sample = Sample.of(shown.pixels, colour=in_colour(shown))
    earlier = Sample.of(before.pixels, colour=in_colour(before))
    if sample.all_missing or _share(sample, cuts) >= _STILL_SHOWN * _share(earlier, cuts):
        return cuts
    limits = Limits("zscale") if scale.limits.mode == "manual" else scale.limits
    return limits.resolve(sample)


def in_colour(frame: Frame) -> bool:
    """Whether a frame is drawn as red, green and blue."""
    return frame.colour and frame.ndim == 3 and frame.shape[0] == 3


def _share(sample: Sample, cuts: tuple[float, float]) -> float:
    """Return which part of the values lies between the limits, and not at them."""
    if sample.all_missing:
        return 0.0
    low, high = np.searchsorted(sample.values, [cuts[0], cuts[1]], "right")
    return float(high - low) / sample.values.size


def _refusal(
    operation: Operation, arguments: dict[str, Any], frame: Frame, part: Part, error: ViewerError
) -> ViewerError:
    """Return the sentence of a refusal with the numbers of the whole image, not of its reduced copy."""
    if (part.factor == 1 and not part.middle) or not any(letter.isdigit() for letter in str(error)):
        return error
    if operation.view and frame.image_shape[0] * frame.image_shape[1] <= MOST_READ:
        stand_in = Frame(ArrayPixels(np.broadcast_to(np.uint8(0), frame.image_shape)), cards=frame.header)
        try:
            run(operation, stand_in, arguments, Progress())
        except ViewerError as told:
            return told
    return ViewerError(f"There is no preview of this part: {error}")
