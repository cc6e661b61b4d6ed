"""Colour images and cubes: take planes out, add them up, weigh the colours against each other."""

import functools
from typing import Annotated, Literal

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.geometry.planes import flat_header
from viewer.core.operation import operation
from viewer.core.operations.common import floating
from viewer.core.parameter import Within

PLANES = {"red": 0, "green": 1, "blue": 2}
# how bright the eye sees red, green and blue (ITU-R BT.709)
WEIGHTS = {"rec709": (0.2126, 0.7152, 0.0722), "mean": (1 / 3, 1 / 3, 1 / 3)}


@operation("Image/Colour", "Take a colour…", requires="colour", makes=2)
def take_colour(frame: Frame, *, colour: Literal["red", "green", "blue"] = "red") -> Frame:
    """Take the red, green or blue plane out of a colour image.

    Parameters
    ----------
    colour
        Which one.
    """
    data = frame.data[PLANES[colour]]
    header = flat_header(frame.header, [PLANES[colour]])
    return frame.derive(data=data, header=header, colour=False)


@operation("Image/Colour", "Take a plane…", requires="cube", makes=2)
def take_plane(frame: Frame, *, plane: Annotated[int, Within(1)] = 1) -> Frame:
    """Take one plane out of a cube.

    The coordinates of the sky stay right; that of the third axis goes.

    Parameters
    ----------
    plane
        Number of the plane, counted from 1; with more than three axes they are counted through.
    """
    planes = frame.data.reshape(-1, *frame.shape[-2:])
    if plane > len(planes):
        raise ViewerError(f"there is no plane {plane}: the cube has {len(planes)}.")
    indices = [int(index) for index in np.unravel_index(plane - 1, frame.shape[:-2])]
    header = flat_header(frame.header, indices[::-1])
    data = planes[plane - 1]
    return frame.derive(data=data, header=header, colour=False)


@operation("Image/Colour", "Collapse the planes…", requires="cube", makes=2)
def collapse(
    frame: Frame, *, method: Literal["sum", "mean", "median", "maximum", "minimum"] = "mean"
) -> Frame:
    """Make one image of all planes of a cube.

    Missing pixels are left out; where all planes miss one, it stays missing. A sum of planes that miss pixels
    is too small there: take the mean.

    Parameters
    ----------
    method
        What is calculated of the values that lie above each other.
    """
    planes = floating(frame.data.reshape(-1, *frame.shape[-2:]))
    header = flat_header(frame.header)
    if method == "sum":
        data = np.where(np.isnan(planes).all(axis=0), np.nan, np.nansum(planes, axis=0))
    elif method == "mean":
        data = np.nanmean(planes, axis=0)
    elif method == "median":
        data = np.nanmedian(planes, axis=0)
    elif method == "maximum":
        data = functools.reduce(np.fmax, planes)
    else:
        data = functools.reduce(np.fmin, planes)
    return frame.derive(data=data, header=header, colour=False)


@operation("Image/Colour", "Luminance…", requires="colour", makes=2)
def luminance(frame: Frame, *, weights: Literal["rec709", "mean"] = "rec709") -> Frame:
    """Turn a colour image into a grey one.

    The weights of the eye hold for light. The numbers in a JPEG or PNG are not proportional to light but bent
    for the screen (gamma); of them, this gives what image programs call luma.

    Parameters
    ----------
    weights
        As the eye sees: 0.2126 red + 0.7152 green + 0.0722 blue (Rec. 709); or the mean of the three.
    """
    red, green, blue = WEIGHTS[weights]
    planes = floating(frame.data)
    header = flat_header(frame.header)
    data = red * planes[0] + green * planes[1] + blue * planes[2]
    return frame.derive(data=data, header=header, colour=False)


@operation("Image/Colour", "Balance colours", requires="colour")
def balance(frame: Frame) -> Frame:
    """Scale red, green and blue to the same median: a grey sky.

    The planes are multiplied, so that their medians become that of the green one. Subtract the backgrounds
    before if the sky is much brighter than what is to be balanced.
    """
    data = floating(frame.data)
    levels = np.nanmedian(data, axis=(-2, -1), keepdims=True)
    if not (levels > 0).all():
        raise ViewerError("a plane has a median that is not above 0: colours cannot be scaled to it.")
    data = data * (levels[1] / levels)
    return frame.derive(data=data)
