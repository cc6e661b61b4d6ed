"""Paint stars: circles over the picture or discs of a chart, and marks on the selected ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import (
    QColor,
    QPainter,
    QPen,
    QTransform,
)

from viewer.ui.marks import CASING
from viewer.ui.stars.appearance import WIDEST, Appearance
from viewer.ui.stars.sheet import AHEAD, Sheet
from viewer.ui.stars.stamps import stamped
from viewer.ui.tint import reddens, tinted, tinted_rgb

Array = np.ndarray[Any, np.dtype[Any]]
LINE, EDGE = 1.4, 1.0
MARK = QColor("#ffffff")
MARK_INNER = QColor("#00b7ff")
MARK_GAP = 3.5
IN_THE_DOME = QColor("#787878")
# fewer are drawn one by one, at their exact places
FEW = 60
# more are drawn with thin lines and without casing while the picture moves
MANY = 4000


class StarPainter:
    """Draws stars again and again, and keeps what has not changed.

    For the use of one widget.
    """

    def __init__(self) -> None:
        self._circles = Sheet()
        self._marks = Sheet()

    @property
    def hurried(self) -> bool:
        """Whether the last circles were drawn with thin lines."""
        return self._circles.drawn is not None and self._circles.drawn.hurried

    def forget(self) -> None:
        """Keep nothing of what was drawn."""
        self._circles.drawn = self._marks.drawn = None

    def draw(
        self,
        painter: QPainter,
        to_screen: QTransform,
        ratio: float,
        size: tuple[float, float],
        appearance: Appearance,
        marked: Array,
        hurried: bool = False,
    ) -> None:
        """Draw all circles in sight, and marks on the selected ones.

        Parameters
        ----------
        painter : QPainter
            In logical pixels.
        to_screen : QTransform
            From image coordinates to those of the painter.
        ratio : float
            Device pixels for a logical one.
        size : tuple of float
            Width and height of the view, logical pixels.
        appearance : Appearance
            What is drawn.
        marked : numpy.ndarray
            Boolean, one for each star drawn: those that are selected.
        hurried : bool
            Of thousands, draw thin lines: another picture comes soon.
        """
        x, y, radius, seen = in_sight(to_screen, size, appearance)
        count, view = int(seen.sum()), (to_screen, ratio, size)
        if count <= FEW:
            draw_each(painter, x, y, radius, seen, appearance)
        else:

            def circles(whole: tuple[int, int], quick: bool) -> Array:
                line, edge = (0.8, 0.0) if quick else (LINE, EDGE)
                return stamped(
                    whole,
                    x * ratio + AHEAD,
                    y * ratio + AHEAD,
                    radius * ratio,
                    appearance.saturated,
                    tinted_rgb(appearance.colour),
                    0.0 if appearance.filled else line * ratio,
                    0.0 if appearance.filled else edge * ratio,
                )

            self._circles.draw(painter, view, (appearance, reddens()), circles, hurried and count > MANY)
        if int((seen & marked).sum()) <= FEW:
            draw_marked(painter, x, y, radius, seen & marked)
            return

        def rings(whole: tuple[int, int], _quick: bool) -> Array:
            places = (x[marked] * ratio + AHEAD, y[marked] * ratio + AHEAD)
            reach = (radius[marked] + MARK_GAP) * ratio
            colour = np.full(len(reach), tinted(MARK_INNER).rgb() & 0xFFFFFF)
            return stamped(
                whole, *places, reach, np.zeros(len(reach), bool), colour, 2.2 * ratio, EDGE * ratio
            )

        self._marks.draw(painter, view, (appearance, marked.tobytes(), reddens()), rings)


def in_sight(
    to_screen: QTransform, size: tuple[float, float], appearance: Appearance
) -> tuple[Array, Array, Array, Array]:
    """Return places and radii of all circles on the screen, and which of them are seen."""
    x, y = mapped(to_screen, appearance.x, appearance.y)
    radius = np.minimum(appearance.radius * appearance.growth(scale_of(to_screen)), WIDEST)
    reach = radius + 4
    seen = (x > -reach) & (x < size[0] + reach) & (y > -reach) & (y < size[1] + reach)
    return x, y, radius, seen


def draw_each(
    painter: QPainter, x: Array, y: Array, radius: Array, seen: Array, appearance: Appearance
) -> None:
    """Draw stars one by one, at their exact places.

    Parameters
    ----------
    painter : QPainter
        In logical pixels.
    x, y, radius : numpy.ndarray
        Circles of all stars.
    seen : numpy.ndarray
        Boolean: those to be drawn.
    appearance : Appearance
        With their colours.
    """
    draw = draw_disc if appearance.filled else draw_mark
    for place in np.flatnonzero(seen).tolist():
        reach = float(radius[place])
        box = QRectF(x[place] - reach, y[place] - reach, 2 * reach, 2 * reach)
        draw(painter, box, QColor(int(appearance.colour[place])), bool(appearance.saturated[place]))


def mapped(transform: QTransform, x: Array, y: Array) -> tuple[Array, Array]:
    """Return positions after an affine transform."""
    return (
        transform.m11() * x + transform.m21() * y + transform.dx(),
        transform.m12() * x + transform.m22() * y + transform.dy(),
    )


def scale_of(transform: QTransform) -> float:
    """Return how much a transform without shear enlarges."""
    return float(np.hypot(transform.m11(), transform.m12()))


def draw_mark(painter: QPainter, box: QRectF, colour: QColor, square: bool, width: float = LINE) -> None:
    """Draw one circle, or a square, in a dark casing."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(CASING, width + 2 * EDGE), QPen(tinted(colour), width)):
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        if square:
            painter.drawRect(box)
        else:
            painter.drawEllipse(box)


def draw_disc(painter: QPainter, box: QRectF, colour: QColor, square: bool) -> None:
    """Draw one disc of a chart, or a filled square."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tinted(colour))
    if square:
        painter.drawRect(box)
    else:
        painter.drawEllipse(box)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def draw_ground(painter: QPainter, size: tuple[float, float], chart: str, image: QRectF) -> None:
    """Cover the picture with the ground of a chart, and draw where the image ends.

    Parameters
    ----------
    painter : QPainter
        In logical pixels.
    size : tuple of float
        Width and height of the view.
    chart : str
        ``black`` or ``white``.
    image : QRectF
        The image on the screen.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    # a white one would light up the dome
    ground = IN_THE_DOME if chart == "white" and reddens() else QColor(chart)
    painter.fillRect(QRectF(0, 0, *size), tinted(ground))
    painter.setPen(QPen(tinted(QColor("#707070")), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(image)


def draw_marked(painter: QPainter, x: Array, y: Array, radius: Array, which: Array) -> None:
    """Draw a bright ring around stars that are selected.

    Parameters
    ----------
    painter : QPainter
        In logical pixels.
    x, y, radius : numpy.ndarray
        Circles of all stars.
    which : numpy.ndarray
        Boolean: those that are selected.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((CASING, 6.0), (MARK_INNER, 4.0), (MARK, 1.6)):
        painter.setPen(QPen(tinted(colour), width))
        for place in np.flatnonzero(which).tolist():
            reach = radius[place] + MARK_GAP
            painter.drawEllipse(QPointF(x[place], y[place]), reach, reach)


def nearest_star(
    to_screen: QTransform, where: Sequence[float], appearance: Appearance, reach: float
) -> int | None:
    """Return the row of the star whose circle is hit, the smallest of several; None if none is.

    Parameters
    ----------
    to_screen : QTransform
        From image coordinates to logical pixels.
    where : sequence of float
        Position on the screen.
    appearance : Appearance
        What is drawn.
    reach : float
        How far beside a circle is near enough, logical pixels.
    """
    x, y = mapped(to_screen, appearance.x, appearance.y)
    radius = np.minimum(appearance.radius * appearance.growth(scale_of(to_screen)), WIDEST)
    distance = np.hypot(x - where[0], y - where[1])
    hit = np.flatnonzero(distance <= radius + reach)
    if not len(hit):
        return None
    # relative to its size: the middle of a small circle inside a large one means the small one
    return int(appearance.rows[hit[np.argmin(distance[hit] / (radius[hit] + reach))]])
