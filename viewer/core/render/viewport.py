"""Viewport: which part of an image a screen shows, how large, and which way up."""

import math
from dataclasses import dataclass, replace

LOWEST_ZOOM = 2.0**-14
HIGHEST_ZOOM = 2.0**9


@dataclass(frozen=True)
class Orientation:
    """How the axes of an image lie on the screen.

    The image is mirrored first, then turned. Without either, x runs to the right and y upwards.

    Attributes
    ----------
    flip_x, flip_y : bool
        Whether the x or the y axis of the image is mirrored.
    quarter_turns : int
        Turns by 90 degrees, counter-clockwise on the screen; kept within 0 to 3.
    """

    flip_x: bool = False
    flip_y: bool = False
    quarter_turns: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "quarter_turns", self.quarter_turns % 4)

    @property
    def swaps_axes(self) -> bool:
        """Whether the rows of the image are columns of the screen."""
        return self.quarter_turns % 2 == 1

    @property
    def matrix(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Steps on the screen (right, down) for a step along x and along y: ``((xx, xy), (yx, yy))``.

        A step (dx, dy) in the image is ``(xx dx + xy dy, yx dx + yy dy)`` on the screen.
        """
        x_sign = -1 if self.flip_x else 1
        y_sign = -1 if self.flip_y else 1
        cosine = (1, 0, -1, 0)[self.quarter_turns]
        sine = (0, 1, 0, -1)[self.quarter_turns]
        return (cosine * x_sign, -sine * y_sign), (-sine * x_sign, -cosine * y_sign)

    def turned(self, quarter_turns: int = 1) -> "Orientation":
        """Return this orientation turned further, counter-clockwise on the screen."""
        return replace(self, quarter_turns=self.quarter_turns + quarter_turns)


@dataclass(frozen=True)
class Viewport:
    """The mapping between image coordinates and the device pixels of one screen.

    Image coordinates are 0-based (x, y) with pixel centres on integers. Screen coordinates have
    their origin at the top left corner and y downwards; device pixel k covers ``[k, k + 1)``.

    Attributes
    ----------
    center : tuple of float
        The image position in the middle of the screen.
    zoom : float
        Device pixels for each image pixel.
    size : tuple of int
        Width and height of the screen in device pixels.
    orientation : Orientation
        How the axes lie.
    """

    center: tuple[float, float]
    zoom: float
    size: tuple[int, int]
    orientation: Orientation = Orientation()

    @classmethod
    def fit(
        cls, image_shape: tuple[int, int], size: tuple[int, int], orientation: Orientation | None = None
    ) -> "Viewport":
        """Show the whole image, centred and as large as possible.

        Parameters
        ----------
        image_shape : tuple of int
            Rows and columns.
        size : tuple of int
            Width and height of the screen in device pixels.
        orientation : Orientation, optional
            How the axes lie; x to the right and y upwards if left out.
        """
        orientation = orientation or Orientation()
        rows, columns = image_shape
        across, down = (rows, columns) if orientation.swaps_axes else (columns, rows)
        zoom = min(size[0] / max(1, across), size[1] / max(1, down))
        return cls(((columns - 1) / 2, (rows - 1) / 2), zoom or 1.0, size, orientation)

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        """Return the screen position of an image position."""
        (xx, xy), (yx, yy) = self.orientation.matrix
        dx, dy = x - self.center[0], y - self.center[1]
        return (
            self.size[0] / 2 + self.zoom * (xx * dx + xy * dy),
            self.size[1] / 2 + self.zoom * (yx * dx + yy * dy),
        )

    def to_image(self, sx: float, sy: float) -> tuple[float, float]:
        """Return the image position under a screen position."""
        (xx, xy), (yx, yy) = self.orientation.matrix
        right, down = (sx - self.size[0] / 2) / self.zoom, (sy - self.size[1] / 2) / self.zoom
        # the matrix is orthogonal: its inverse is its transpose
        return self.center[0] + xx * right + yx * down, self.center[1] + xy * right + yy * down

    def visible(self, image_shape: tuple[int, int]) -> tuple[int, int, int, int] | None:
        """Return the range of image pixels that lie at least partly on the screen.

        Parameters
        ----------
        image_shape : tuple of int
            Rows and columns.

        Returns
        -------
        tuple of int or None
            ``(x0, x1, y0, y1)``, half-open; None if the image is elsewhere.
        """
        ax, ay = self.to_image(0, 0)
        bx, by = self.to_image(*self.size)
        rows, columns = image_shape
        x0, x1 = _pixels_between(ax, bx, columns)
        y0, y1 = _pixels_between(ay, by, rows)
        return (x0, x1, y0, y1) if x0 < x1 and y0 < y1 else None

    def zoomed(self, factor: float, about: tuple[float, float] | None = None) -> "Viewport":
        """Return this view enlarged.

        Parameters
        ----------
        factor : float
            More than 1 enlarges. The zoom stays between 2**-14 and 2**9, or where it is already.
        about : tuple of float, optional
            The screen position that keeps its place in the image; the middle if left out.
        """
        lowest, highest = min(LOWEST_ZOOM, self.zoom), max(HIGHEST_ZOOM, self.zoom)
        changed = replace(self, zoom=min(highest, max(lowest, self.zoom * factor)))
        if about is None:
            return changed
        before, after = self.to_image(*about), changed.to_image(*about)
        x, y = self.center
        return replace(changed, center=(x + before[0] - after[0], y + before[1] - after[1]))

    def moved(self, dx: float, dy: float) -> "Viewport":
        """Return this view after the picture was dragged by (dx, dy) device pixels, y downwards."""
        width, height = self.size
        return replace(self, center=self.to_image(width / 2 - dx, height / 2 - dy))

    def resized(self, size: tuple[int, int]) -> "Viewport":
        """Return this view on a screen of another size; the middle stays in the middle."""
        return replace(self, size=size)

    def turned(self, orientation: Orientation) -> "Viewport":
        """Return this view with the axes lying another way; the middle stays in the middle."""
        return replace(self, orientation=orientation)

    def reduced(self, n: int) -> "Viewport":
        """Return the same view on a screen with n times fewer device pixels along each axis.

        Its picture, enlarged n times from the top left corner, covers this one; it may stand out at
        the right and at the bottom by less than n pixels.
        """
        width, height = (math.ceil(length / n) for length in self.size)
        center = self.to_image(width * n / 2, height * n / 2)
        return replace(self, center=center, zoom=self.zoom / n, size=(width, height))


def _pixels_between(a: float, b: float, length: int) -> tuple[int, int]:
    low, high = min(a, b), max(a, b)
    return max(0, math.floor(low + 0.5)), min(length, math.ceil(high + 0.5))
