"""Which part of an image a preview computes, how much smaller, and its pixels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.frame import Frame
from viewer.core.operation import Operation
from viewer.core.parameter import Parameter
from viewer.core.pixels import ArrayPixels, MaskedPixels, Pixels
from viewer.core.render.blocks import correct_edges, divide, reduce_blocks
from viewer.core.render.pyramid import Pyramid, working_type

Array = np.ndarray[Any, np.dtype[Any]]
Rectangle = tuple[int, int, int, int]

# Pixels: beyond this, single ones stand for their blocks where no means have been prepared.
MOST_READ = 1 << 24
# Menus of what looks at single pixels and has to see them, though nothing in its declaration says so, and
# single operations of other menus.
_EXACT = ("Process/Cleaning", "Process/Frequency", "add_noise")
# A length of less than this part of a preview's pixel does nothing that could be seen.
_SHORTEST = 0.5


@dataclass(frozen=True)
class Part:
    """What is computed.

    Attributes
    ----------
    rectangle : tuple of int
        What is shown, ``(x0, x1, y0, y1)`` of the image, half-open.
    margin : int
        How much more is needed on every side, in pixels of the reduced image.
    factor : int
        Pixels of the image for one that is computed, along either axis.
    arguments : dict
        Of the operation, for the reduced image.
    middle : bool
        Less than what is visible, at full resolution.
    """

    rectangle: Rectangle
    margin: int
    factor: int
    arguments: dict[str, Any]
    middle: bool = False


def budget_for(frame: Frame, budget: int, stack: bool) -> int:
    """Return how many pixels of a plane may be computed, if perhaps all planes are."""
    planes = math.prod(frame.shape[:-2]) if stack else 1
    return budget if planes <= 3 else max(1 << 10, 4 * budget // planes)


def part_of(
    operation: Operation,
    arguments: dict[str, Any],
    frame: Frame,
    rectangle: Rectangle,
    budget: int,
    fixed: bool = False,
) -> Part:
    """Choose what is computed of an image.

    Parameters
    ----------
    operation, arguments
        What will be done.
    frame : Frame
        The image.
    rectangle : tuple of int
        What is visible of it.
    budget : int
        Pixels that may be computed.
    fixed : bool
        Another image, such as a kernel, has a size of its own that cannot be reduced with this one's.
    """
    height, width = frame.image_shape
    moves = operation.menu.startswith("Image/")
    whole = (0, width, 0, height)
    wanted = whole if moves else rectangle
    factor = 1
    while factor < max(height, width):
        scaled = scaled_arguments(operation, arguments, factor)
        margin = 0 if moves or operation.reach is None else operation.reach(**scaled)
        x0, x1, y0, y1 = (-(-edge // factor) for edge in wanted)
        if (x1 - x0 + 2 * margin) * (y1 - y0 + 2 * margin) <= budget:
            break
        factor *= 2
    scaled = scaled_arguments(operation, arguments, factor)
    if factor == 1 or (not fixed and _can_be_reduced(operation, arguments, frame, factor)):
        margin = 0 if moves or operation.reach is None else operation.reach(**scaled)
        return Part(_aligned(wanted, factor, frame), margin, factor, scaled)
    margin = 0 if operation.reach is None else operation.reach(**arguments)
    return Part(_middle(rectangle, budget, frame), margin, 1, arguments, True)


def _can_be_reduced(operation: Operation, arguments: dict[str, Any], frame: Frame, factor: int) -> bool:
    """Whether something of the operation can be seen on an image that is smaller by a factor."""
    if operation.view:
        return True
    if operation.menu in _EXACT or operation.name in _EXACT:
        return False
    if operation.requires == "mask" or operation.makes == 3:
        return False
    if operation.masks and frame.mask is not None:
        return False
    if any(parameter.kind == "matrix" for parameter in operation.parameters):
        return False
    lengths = [parameter for parameter in operation.parameters if parameter.unit == "px"]
    if not lengths:
        # one that looks at the next pixels has to see them
        return operation.reach is None or operation.reach(**arguments) == 0
    return not any(_too_short(parameter, arguments[parameter.name], factor) for parameter in lengths)


def _too_short(parameter: Parameter, value: float, factor: int) -> bool:
    if parameter.low is None or parameter.low <= 0 or value <= 0:
        return False
    if parameter.kind == "int":
        shorter = round(value / factor)
        return shorter < parameter.low or (value > 1 and shorter <= 1)
    return value / factor < max(_SHORTEST, parameter.low)


def scaled_arguments(operation: Operation, arguments: dict[str, Any], factor: int) -> dict[str, Any]:
    """Return the arguments for an image that is smaller by a factor."""
    if factor == 1:
        return arguments
    scaled = dict(arguments)
    for parameter in operation.parameters:
        if parameter.unit == "px":
            scaled[parameter.name] = _shorter(parameter, arguments[parameter.name], factor)
    return scaled


def _shorter(parameter: Parameter, value: Any, factor: int) -> Any:
    shorter: int | float = value / factor
    if parameter.kind == "int":
        # a window with a middle (a side, not a radius) keeps one, and 0 often means something else than a
        # small number
        odd = value % 2 == 1 and (parameter.low or 0) > 1
        shorter = 2 * round((shorter - 1) / 2) + 1 if odd else round(shorter)
        if value > 0:
            shorter = max(1, shorter)
    if parameter.low is not None:
        shorter = max(shorter, int(parameter.low) if parameter.kind == "int" else parameter.low)
    return shorter


def _aligned(rectangle: Rectangle, factor: int, frame: Frame) -> Rectangle:
    height, width = frame.image_shape
    # a colour filter repeats itself every second pixel
    step = max(2, factor)
    x0, x1, y0, y1 = rectangle
    return (
        x0 - x0 % step,
        min(width, -(-x1 // step) * step),
        y0 - y0 % step,
        min(height, -(-y1 // step) * step),
    )


def _middle(rectangle: Rectangle, budget: int, frame: Frame) -> Rectangle:
    x0, x1, y0, y1 = rectangle
    share = min(1.0, math.sqrt(budget / ((x1 - x0) * (y1 - y0))))
    width, height = max(2, int((x1 - x0) * share)), max(2, int((y1 - y0) * share))
    left, bottom = (x0 + x1 - width) // 2, (y0 + y1 - height) // 2
    return _aligned((left, left + width, bottom, bottom + height), 2, frame)


def _with_margin(part: Part, shape: tuple[int, int]) -> Rectangle:
    (height, width), more = shape, part.margin * part.factor
    x0, x1, y0, y1 = part.rectangle
    return max(0, x0 - more), min(width, x1 + more), max(0, y0 - more), min(height, y1 + more)


def without_margin(frame: Frame, part: Part, whole: Frame) -> Frame:
    """Take the margin from what `cut` returned, or from what was made of it; `whole` is the image."""
    x0, x1, y0, y1 = part.rectangle
    left, _, bottom, _ = _with_margin(part, whole.image_shape)
    factor = part.factor
    rows = slice((y0 - bottom) // factor, -(-(y1 - bottom) // factor))
    columns = slice((x0 - left) // factor, -(-(x1 - left) // factor))
    mask = None if frame.mask is None else frame.mask[..., rows, columns]
    return frame.derive(data=frame.data[..., rows, columns], mask=mask)


def cut(frame: Frame, plane: tuple[int, ...] | None, part: Part, pyramids: Sequence[Pyramid] = ()) -> Frame:
    """Return a part of one plane of a frame, or of all of them, with the header of the whole."""
    window = _with_margin(part, frame.image_shape)
    planes = list(np.ndindex(*frame.shape[:-2])) if plane is None else [plane]
    known = {pyramid.plane: pyramid for pyramid in pyramids if pyramid.pixels is frame.pixels}
    values, masks = [], []
    for each in planes:
        if part.factor > 1:
            values.append(_reduced(frame.pixels, each, window, part.factor, known.get(each)))
            continue
        whole = frame.pixels
        rows, columns = slice(*window[2:]), slice(*window[:2])
        if isinstance(whole, MaskedPixels):
            masks.append(whole.mask[(*each, rows, columns)])
            whole = whole.unmasked
        values.append(whole.read(rows, columns, each))
    data, mask = values[0], masks[0] if masks else None
    if plane is None:
        leading = frame.shape[:-2]
        data = np.stack(values).reshape(*leading, *data.shape)
        mask = np.stack(masks).reshape(data.shape) if masks else None
    # a copy: an operation may keep a view of it, and the file may be mapped
    pixels: Pixels = ArrayPixels(np.ascontiguousarray(data))
    if mask is not None:
        pixels = MaskedPixels(pixels, np.ascontiguousarray(mask))
    return frame.derive(pixels=pixels, header=frame.header)


def cut_like(other: Frame, frame: Frame, plane: tuple[int, ...] | None, part: Part) -> Frame:
    """Return the same part of another image, if that has the same size; otherwise all of it."""
    if other.image_shape != frame.image_shape:
        return other
    same = other.shape == frame.shape
    return cut(other, plane if same else other.pixels.index(()), part)


def _reduced(
    pixels: Pixels, plane: tuple[int, ...], window: Rectangle, factor: int, pyramid: Pyramid | None
) -> Array:
    """Return the means of blocks; the window begins with a whole one."""
    x0, x1, y0, y1 = window
    if pyramid is not None and pyramid.ready and pyramid.factor(factor) == factor:
        found = pyramid.window(factor, *window).values
        left, bottom = max(0, x0 // factor - 1), max(0, y0 // factor - 1)
        rows = slice(y0 // factor - bottom, -(-y1 // factor) - bottom)
        return found[rows, x0 // factor - left : -(-x1 // factor) - left]
    if (x1 - x0) * (y1 - y0) > MOST_READ:
        return pixels.read(slice(y0, y1, factor), slice(x0, x1, factor), plane)
    block = pixels.read(slice(y0, y1), slice(x0, x1), plane)
    sums, coverage, *_ = reduce_blocks(block, factor, working_type(pixels.dtype))
    if coverage is not None:
        return divide(sums, coverage)
    correct_edges(sums, factor, block.shape)
    return sums
