"""Flip and turn an image; its coordinates follow."""

import math
from typing import Annotated, Literal

import numpy as np

from viewer.core.frame import Frame
from viewer.core.geometry.moveheader import move_header
from viewer.core.geometry.movepixels import move_pixels
from viewer.core.operation import operation
from viewer.core.operations.common import floating
from viewer.core.parameter import Within


@operation("Image/Orientation", "Rotate 90° counter-clockwise", shortcut="Ctrl+Shift+R", view=True)
def rotate90(frame: Frame) -> Frame:
    """Rotate the image by 90 degrees counter-clockwise.

    No pixel changes its value, and every coordinate follows: a star keeps its position on the sky. The image
    turns as it is seen, with the first row at the bottom, or at the top if the header says so (ROWORDER).
    """
    height, width = frame.image_shape
    if frame.top_down:
        header = move_header(frame.header, ((0, 1), (-1, 0)), (0, width - 1), (width, height))
        mask = None if frame.mask is None else np.rot90(frame.mask, axes=(-2, -1))
        data = np.rot90(frame.data) if frame.ndim == 2 else np.rot90(frame.data, axes=(-2, -1))
    else:
        # numpy's first row is at the top, here it is at the bottom: so it turns the other way
        header = move_header(frame.header, ((0, -1), (1, 0)), (height - 1, 0), (width, height))
        mask = None if frame.mask is None else np.rot90(frame.mask, -1, axes=(-2, -1))
        data = np.rot90(frame.data, -1) if frame.ndim == 2 else np.rot90(frame.data, -1, axes=(-2, -1))
    return frame.derive(data=data, header=header, mask=mask)


@operation("Image/Orientation", "Rotate 90° clockwise", shortcut="Ctrl+Alt+R", view=True)
def rotate270(frame: Frame) -> Frame:
    """Rotate the image by 90 degrees clockwise, which is 270 degrees counter-clockwise.

    No pixel changes its value, and every coordinate follows: a star keeps its position on the sky. The image
    turns as it is seen, with the first row at the bottom, or at the top if the header says so (ROWORDER).
    """
    height, width = frame.image_shape
    if frame.top_down:
        header = move_header(frame.header, ((0, -1), (1, 0)), (height - 1, 0), (width, height))
        mask = None if frame.mask is None else np.rot90(frame.mask, -1, axes=(-2, -1))
        data = np.rot90(frame.data, -1) if frame.ndim == 2 else np.rot90(frame.data, -1, axes=(-2, -1))
    else:
        # numpy's first row is at the top, here it is at the bottom: so it turns the other way
        header = move_header(frame.header, ((0, 1), (-1, 0)), (0, width - 1), (width, height))
        mask = None if frame.mask is None else np.rot90(frame.mask, axes=(-2, -1))
        data = np.rot90(frame.data) if frame.ndim == 2 else np.rot90(frame.data, axes=(-2, -1))
    return frame.derive(data=data, header=header, mask=mask)


@operation("Image/Orientation", "Rotate 180°", view=True)
def rotate180(frame: Frame) -> Frame:
    """Rotate the image by 180 degrees.

    No pixel changes its value, and every coordinate follows: a star keeps its position on the sky.
    """
    height, width = frame.image_shape
    header = move_header(frame.header, ((-1, 0), (0, -1)), (width - 1, height - 1), (height, width))
    mask = None if frame.mask is None else np.rot90(frame.mask, 2, axes=(-2, -1))
    data = np.rot90(frame.data, 2) if frame.ndim == 2 else np.rot90(frame.data, 2, axes=(-2, -1))
    return frame.derive(data=data, header=header, mask=mask)


@operation("Image/Orientation", "Flip top–bottom", shortcut="Ctrl+Shift+Y", view=True)
def flip_vertical(frame: Frame) -> Frame:
    """Flip the image: the top becomes the bottom.

    No pixel changes its value, and every coordinate follows: a star keeps its position on the sky.
    """
    height, width = frame.image_shape
    header = move_header(frame.header, ((1, 0), (0, -1)), (0, height - 1), (height, width))
    mask = None if frame.mask is None else np.flip(frame.mask, axis=-2)
    data = np.flipud(frame.data) if frame.ndim == 2 else np.flip(frame.data, axis=-2)
    return frame.derive(data=data, header=header, mask=mask)


@operation("Image/Orientation", "Flip left–right", shortcut="Ctrl+Shift+X", view=True)
def flip_horizontal(frame: Frame) -> Frame:
    """Flip the image: left becomes right.

    No pixel changes its value, and every coordinate follows: a star keeps its position on the sky.
    """
    height, width = frame.image_shape
    header = move_header(frame.header, ((-1, 0), (0, 1)), (width - 1, 0), (height, width))
    mask = None if frame.mask is None else np.flip(frame.mask, axis=-1)
    data = np.fliplr(frame.data) if frame.ndim == 2 else np.flip(frame.data, axis=-1)
    return frame.derive(data=data, header=header, mask=mask)


@operation("Image/Orientation", "Transpose", view=True)
def transpose(frame: Frame) -> Frame:
    """Exchange rows and columns: x becomes y.

    No pixel changes its value, and every coordinate follows: a star keeps its position on the sky.
    """
    height, width = frame.image_shape
    header = move_header(frame.header, ((0, 1), (1, 0)), (0, 0), (width, height))
    mask = None if frame.mask is None else np.swapaxes(frame.mask, -2, -1)
    data = frame.data.T if frame.ndim == 2 else np.swapaxes(frame.data, -2, -1)
    return frame.derive(data=data, header=header, mask=mask)


@operation("Image/Orientation", "Rotate by an angle…")
def rotate(
    frame: Frame,
    *,
    angle: Annotated[float, Within(-360, 360, "deg")] = 0.0,
    interpolation: Literal["nearest", "bilinear", "cubic", "bicubic"] = "bilinear",
    keep_size: bool = False,
    fill: float = math.nan,
) -> Frame:
    """Rotate the image about its centre by any angle, counter-clockwise.

    The new pixels lie between the old ones and are interpolated: noise gets smoother, and the noise of
    neighbours is no longer independent. Missing pixels do not spread: what is near them is made of the pixels
    that remain, and stays missing where most of the weight is lost. Every coordinate follows. The image turns
    as it is seen, with the first row at the bottom, or at the top if the header says so (ROWORDER).

    Parameters
    ----------
    angle
        Counter-clockwise as seen on the screen; negative turns clockwise.
    interpolation
        How new pixels are made. Nearest takes the closest old pixel and invents no values; bilinear is a mean
        of four; cubic is a spline through all pixels, the sharpest, which may ring at stars and hot pixels;
        bicubic weighs the 16 pixels around (Keys 1981, a = -1/2), nearly as sharp with less ringing.
    keep_size
        Keep rows and columns as they are and lose the corners; otherwise the image grows to hold them.
    fill
        Value of pixels outside the old image; NaN means missing.
    """
    height, width = frame.image_shape
    cosine = round(math.cos(math.radians(angle)), 15)  # exactly 0 at 90 degrees
    sine = round(math.sin(math.radians(angle)), 15)
    if frame.top_down:
        sine = -sine  # y goes down on the screen
    if keep_size:
        shape = (height, width)
    else:
        shape = (
            math.ceil(abs(width * sine) + abs(height * cosine) - 1e-6),
            math.ceil(abs(width * cosine) + abs(height * sine) - 1e-6),
        )
    turn = np.array([[cosine, -sine], [sine, cosine]])
    # from the old centre to the new one
    offset = np.array([shape[1] - 1, shape[0] - 1]) / 2 - turn @ np.array([width - 1, height - 1]) / 2
    header = move_header(frame.header, turn, offset, shape)
    data = move_pixels(floating(frame.data), turn, offset, shape, interpolation, fill)
    return frame.derive(data=data, header=header)
