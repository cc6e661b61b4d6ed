"""Both sides of a preview as colours; made by a worker."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from viewer.core.frame import Frame
from viewer.core.preview import Preview, cuts_for, in_colour
from viewer.core.render.draw import draw
from viewer.core.render.pyramid import Pyramid
from viewer.core.render.sample import Sample
from viewer.core.render.scale import DEFAULT_SCALE, Scale
from viewer.core.render.viewport import Orientation, Viewport

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Look:
    """How a preview is drawn: as the image is on the screen.

    Attributes
    ----------
    scale : Scale or None
        None for an image that is not on the screen yet.
    cuts : tuple of float
        The limits in force.
    plane : tuple of int
        Which plane of a cube.
    orientation : Orientation
        Which way up.
    upright : bool
        An image that is not on the screen yet and whose first row is the top one is turned over.
    usual : Scale
        Of an image that is not on the screen yet.
    """

    scale: Scale | None = None
    cuts: tuple[float, float] = (0.0, 1.0)
    plane: tuple[int, ...] = ()
    orientation: Orientation = Orientation()
    upright: bool = False
    usual: Scale = DEFAULT_SCALE


@dataclass(frozen=True, eq=False)
class Drawn:
    """A preview as colours: what a worker brings back.

    Attributes
    ----------
    before, after : numpy.ndarray
        uint32, 0xffRRGGBB.
    own_limits : bool
        The result has limits of its own: nothing of it would be seen with those of the screen.
    """

    preview: Preview
    before: Array
    after: Array
    own_limits: bool

    @property
    def note(self) -> str:
        """What has to be known about it."""
        if self.preview.after.ndim < 2:
            return "The result is a curve: no preview"
        notes = []
        if self.preview.factor > 1:
            notes.append(f"at 1/{self.preview.factor}")
        if self.preview.middle:
            notes.append("of the middle only")
        if self.own_limits:
            notes.append("with limits of its own")
        return "Preview " + ", ".join(notes) if notes else ""


def draw_preview(
    preview: Preview, look: Look, size: tuple[int, int], background: int, red: bool = False
) -> Drawn:
    """Draw both sides of a preview.

    Parameters
    ----------
    preview : Preview
        What to draw.
    look : Look
        How.
    size : tuple of int
        Width and height in device pixels.
    background : int
        Colour around the image, 0xffRRGGBB.
    red : bool
        For the red theme.
    """
    scale, cuts = look.scale, look.cuts
    if scale is None:
        sample = Sample.of(preview.after.pixels, colour=in_colour(preview.after))
        scale = Scale.first(sample, look.usual)
        cuts = scale.limits.resolve(sample)
        look = replace(look, orientation=Orientation(flip_y=look.upright and preview.after.top_down))
    before = _colours(preview.before, look, scale, cuts, size, background, red)
    after, after_cuts = before, cuts
    if preview.after is not preview.before and preview.after.ndim > 1:
        after_cuts = cuts_for(preview.after, preview.before, scale, cuts)
        after = _colours(preview.after, look, scale, after_cuts, size, background, red)
    return Drawn(preview, before, after, after_cuts != cuts)


def _colours(
    frame: Frame,
    look: Look,
    scale: Scale,
    cuts: tuple[float, float],
    size: tuple[int, int],
    background: int,
    red: bool,
) -> Array:
    colour = in_colour(frame)
    leading = frame.shape[:-2]
    plane = look.plane if len(look.plane) == len(leading) else (0,) * len(leading)
    plane = tuple(min(index, length - 1) for index, length in zip(plane, leading, strict=True))
    planes = [(channel,) for channel in range(3)] if colour else [plane]
    pyramids = [Pyramid(frame.pixels, each) for each in planes]
    for pyramid in pyramids:
        pyramid.build(threads=1)
    viewport = Viewport.fit(frame.image_shape, size, look.orientation)
    sample = Sample.of(frame.pixels, plane, colour) if scale.stretch.name == "histequal" else None
    return draw(pyramids, viewport, scale, [cuts] * len(pyramids), sample, background, red=red)
