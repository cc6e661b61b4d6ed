"""Layout: how large an export is, and where picture, name and colour bar lie in it."""

from dataclasses import dataclass

from PyQt6.QtGui import QFont, QFontMetricsF

from viewer.core.errors import ViewerError
from viewer.core.render.viewport import Viewport
from viewer.ui.export.choices import CM_PER_INCH, Choices
from viewer.ui.export.scene import Scene
from viewer.ui.panels.ramp import BAR_HEIGHT, TICK, TOP

# Logical pixels: 96 for an inch, as on the screen.
LOGICAL_DPI = 96.0
TEXT_SIZE = 12
MARGIN = 10.0
GAP = 5.0
# Colour bar and texts need as much, however small the picture is.
LEAST_WIDTH = 220.0
MOST_PIXELS = 100_000_000
# Qt paints no larger images.
LONGEST_SIDE = 32_000


@dataclass(frozen=True)
class Layout:
    """Places in an export, in its own pixels.

    Attributes
    ----------
    size : tuple of int
        Width and height of the whole.
    unit : float
        Pixels for a logical one.
    left, top : int
        Corner of the picture.
    view : Viewport
        What the picture shows, at the resolution of the export.
    name_top, bar_top : float or None
        Where name and colour bar begin, if they are wanted.
    """

    size: tuple[int, int]
    unit: float
    left: int
    top: int
    view: Viewport
    name_top: float | None
    bar_top: float | None

    @property
    def dpi(self) -> float:
        """Pixels for an inch."""
        return self.unit * LOGICAL_DPI

    @property
    def size_cm(self) -> tuple[float, float]:
        """Width and height on paper."""
        width, height = self.size
        return width / self.dpi * CM_PER_INCH, height / self.dpi * CM_PER_INCH


def text_font(scene: Scene) -> QFont:
    """Return the font of all texts; the painter is scaled to logical pixels."""
    font = QFont(scene.font)
    font.setPixelSize(TEXT_SIZE)
    return font


def lay_out(scene: Scene, choices: Choices) -> Layout:
    """Find room for everything that was chosen.

    Raises
    ------
    ViewerError
        If there would be too many pixels, or none left for the picture.
    """
    seen = scene.seen(choices.trim)
    unit = choices.dpi / LOGICAL_DPI if choices.for_print else scene.ratio
    # the picture alone goes to the edges
    margin = round(MARGIN * unit) if choices.colour_bar or choices.name else 0
    if choices.for_print:
        width = round(choices.inches * choices.dpi)
        picture_width = width - 2 * margin
        if picture_width < 1:
            raise ViewerError("There is no room for the picture: choose a larger width.")
    else:
        picture_width = seen.size[0]
        width = picture_width + 2 * margin
        if margin:
            width = max(width, round(LEAST_WIDTH * unit))
    factor = picture_width / seen.size[0]
    picture_height = max(1, round(seen.size[1] * factor))
    view = Viewport(seen.center, seen.zoom * factor, (picture_width, picture_height), seen.orientation)
    line = QFontMetricsF(text_font(scene)).height()
    top, name_top, bar_top = margin, None, None
    if choices.name:
        name_top = float(margin)
        top += round((line + GAP) * unit)
    height = top + picture_height
    if choices.colour_bar:
        bar_top = height + GAP * unit
        height += round((GAP + TOP + BAR_HEIGHT + TICK + line) * unit)
    height += margin
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise ViewerError(
            f"{width} × {height} pixels are more than can be exported: choose a smaller width or fewer dpi."
        )
    return Layout((width, height), unit, (width - picture_width) // 2, top, view, name_top, bar_top)
