"""Paint stars: circles over the picture, marks on the selected ones, labels, and the legend of colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QFont, QImage, QPainter, QPen, QStaticText, QTransform

from viewer.core.session.layer import StarStyle
from viewer.ui.marks import CASING
from viewer.ui.stars.appearance import WIDEST, Appearance, colours_of, label_text
from viewer.ui.stars.columns import column_of
from viewer.ui.stars.stamps import stamped

Array = np.ndarray[Any, np.dtype[Any]]
LINE, EDGE = 1.4, 1.0
MARK = QColor("#ffffff")
MARK_INNER = QColor("#00b7ff")
# fewer are drawn one by one, at their exact places
FEW = 60
# more are drawn with thin lines and without casing while the picture moves
MANY = 4000
# device pixels around the view that are drawn too, so that panning need not draw anew
AHEAD = 192
MOST_LABELS = 300
LABEL_PIXELS = 12
BEHIND = QColor(0, 0, 0, 150)
LEGEND_SIZE = (120, 8)
MARGIN = 12


@dataclass
class _Drawn:
    """Circles drawn before, and for what."""

    key: tuple[object, ...]
    shift: tuple[float, float]
    hurried: bool
    pixels: Array
    image: QImage


class StarPainter:
    """Draws stars again and again, and keeps what has not changed: a moved view shifts the circles.

    For the use of one widget.
    """

    def __init__(self) -> None:
        self._drawn: _Drawn | None = None

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
        x, y = mapped(to_screen, appearance.x, appearance.y)
        zoom = scale_of(to_screen)
        radius = np.minimum(appearance.radius * appearance.growth(zoom), WIDEST)
        seen = (x > -radius - 4) & (x < size[0] + radius + 4) & (y > -radius - 4) & (y < size[1] + radius + 4)
        count = int(seen.sum())
        if count <= FEW:
            for place in np.flatnonzero(seen).tolist():
                one = QRectF(
                    x[place] - radius[place], y[place] - radius[place], 2 * radius[place], 2 * radius[place]
                )
                colour, square = QColor(int(appearance.colour[place])), bool(appearance.saturated[place])
                if appearance.filled:
                    draw_disc(painter, one, colour, square)
                else:
                    draw_mark(painter, one, colour, square)
        else:
            self._stamp(painter, to_screen, ratio, size, appearance, (x, y, radius), hurried and count > MANY)
        draw_marked(painter, x, y, radius, seen & marked)

    def _stamp(
        self,
        painter: QPainter,
        to_screen: QTransform,
        ratio: float,
        size: tuple[float, float],
        appearance: Appearance,
        places: tuple[Array, Array, Array],
        hurried: bool,
    ) -> None:
        linear = (to_screen.m11(), to_screen.m12(), to_screen.m21(), to_screen.m22())
        key = (id(appearance), linear, ratio, size)
        now = (to_screen.dx() * ratio, to_screen.dy() * ratio)
        drawn = self._drawn
        moved = (0, 0)
        if drawn is not None and drawn.key == key and (hurried or not drawn.hurried):
            moved = tuple(round(a - b) for a, b in zip(now, drawn.shift, strict=True))
        else:
            drawn = None
        if drawn is None or max(map(abs, moved)) > AHEAD:
            x, y, radius = places
            whole = (round(size[0] * ratio) + 2 * AHEAD, round(size[1] * ratio) + 2 * AHEAD)
            pixels = stamped(
                whole,
                x * ratio + AHEAD,
                y * ratio + AHEAD,
                radius * ratio,
                appearance.saturated,
                appearance.colour,
                0.0 if appearance.filled else (0.8 if hurried else LINE) * ratio,
                0.0 if appearance.filled or hurried else EDGE * ratio,
            )
            image = QImage(pixels.data, *whole, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
            image.setDevicePixelRatio(ratio)
            self._drawn = drawn = _Drawn(key, now, hurried, pixels, image)
            moved = (0, 0)
        painter.drawImage(QPointF((moved[0] - AHEAD) / ratio, (moved[1] - AHEAD) / ratio), drawn.image)


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
    for pen in (QPen(CASING, width + 2 * EDGE), QPen(colour, width)):
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
    painter.setBrush(colour)
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
    painter.fillRect(QRectF(0, 0, *size), QColor(chart))
    painter.setPen(QPen(QColor("#707070"), 1))
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
    # of hundreds, a plain line tells as much
    rings = [(MARK_INNER, 2.0)] if which.sum() > 200 else [(CASING, 6.0), (MARK_INNER, 4.0), (MARK, 1.6)]
    for colour, width in rings:
        painter.setPen(QPen(colour, width))
        for place in np.flatnonzero(which).tolist():
            reach = radius[place] + 3.5
            painter.drawEllipse(QPointF(x[place], y[place]), reach, reach)


def draw_labels(
    painter: QPainter,
    to_screen: QTransform,
    size: tuple[float, float],
    appearance: Appearance,
    table: Array,
    style: StarStyle,
) -> None:
    """Write a column beside the stars in sight, the brightest first, as long as there is room.

    Parameters
    ----------
    painter : QPainter
        In logical pixels.
    to_screen : QTransform
        From image coordinates to those of the painter.
    size : tuple of float
        Width and height of the view, logical pixels.
    appearance : Appearance
        What is drawn.
    table : numpy.ndarray
        All stars.
    style : StarStyle
        Says which column.
    """
    x, y = mapped(to_screen, appearance.x, appearance.y)
    seen = np.flatnonzero((x > 0) & (x < size[0]) & (y > 0) & (y < size[1]))
    flux = np.asarray(table["flux"], float)[appearance.rows[seen]]
    seen = seen[np.argsort(-np.where(np.isfinite(flux), flux, -np.inf), kind="stable")]
    growth = appearance.growth(scale_of(to_screen))
    font = painter.font()
    font.setPixelSize(LABEL_PIXELS)
    painter.setFont(font)
    taken: set[tuple[int, int]] = set()
    written = 0
    for place in seen[: 4 * MOST_LABELS].tolist():
        text, room = _laid_out(label_text(table, int(appearance.rows[place]), style.label), font.toString())
        reach = 0.71 * float(min(appearance.radius[place] * growth, WIDEST)) + 3
        corner = QPointF(x[place] + reach, y[place] - reach - room.height())
        box = QRectF(corner, room)
        cells = _cells(box)
        if not taken.isdisjoint(cells):
            continue
        taken.update(cells)
        if not style.chart:
            painter.fillRect(box, BEHIND)
        painter.setPen(QColor(int(appearance.colour[place])))
        painter.drawStaticText(corner + QPointF(3, 0), text)
        written += 1
        if written >= MOST_LABELS:
            break


@lru_cache(maxsize=4096)
def _laid_out(text: str, key: str) -> tuple[QStaticText, QSizeF]:
    """Return a text whose letters have their places, and the room that it takes: both take time."""
    font = QFont()
    font.fromString(key)
    laid_out = QStaticText(text)
    laid_out.setTextFormat(Qt.TextFormat.PlainText)
    laid_out.prepare(QTransform(), font)
    return laid_out, laid_out.size() + QSizeF(6, 0)


def draw_legend(painter: QPainter, corner: QPointF, style: StarStyle, appearance: Appearance) -> None:
    """Draw which colour means what.

    Parameters
    ----------
    painter : QPainter
        In logical pixels.
    corner : QPointF
        The lower right corner of the view.
    style : StarStyle
        Which column gives the colours.
    appearance : Appearance
        With the values of the first and the last colour.
    """
    if appearance.span is None:
        return
    column = column_of(style.colour_by)
    title = f"{column.title} ({column.unit})" if column.unit else column.title
    if column.logarithmic:
        title += ", log"
    low, high = (_short(value) for value in appearance.span)
    font = painter.font()
    font.setPixelSize(LABEL_PIXELS)
    painter.setFont(font)
    metrics = painter.fontMetrics()
    width = max(LEGEND_SIZE[0], metrics.horizontalAdvance(f"{low}  {high}"), metrics.horizontalAdvance(title))
    height = LEGEND_SIZE[1] + 2 * metrics.height() + 4
    box = QRectF(corner.x() - MARGIN - width - 16, corner.y() - MARGIN - height - 10, width + 16, height + 10)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(box, BEHIND)
    inside = box.adjusted(8, 5, -8, -5)
    painter.setPen(QColor("#f0f0f0"))
    painter.drawText(inside, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter, title)
    painter.drawText(inside, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, low)
    painter.drawText(inside, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, high)
    colours = colours_of(style.colormap)
    step = inside.width() / len(colours)
    top = inside.top() + metrics.height() + 2
    for n, colour in enumerate(colours.tolist()):
        painter.fillRect(QRectF(inside.left() + n * step, top, step + 0.5, LEGEND_SIZE[1]), QColor(colour))


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


def _cells(box: QRectF) -> list[tuple[int, int]]:
    """Return the cells of a coarse grid that a box covers."""
    columns = range(int(box.left() // 14), int(box.right() // 14) + 1)
    rows = range(int(box.top() // 14), int(box.bottom() // 14) + 1)
    return [(column, row) for column in columns for row in rows]


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1e5 else f"{value:.1e}".replace("e+0", "e").replace("e+", "e")
