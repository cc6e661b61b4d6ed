"""Letters over stars: labels beside them, and the legend of the colours."""

from functools import lru_cache
from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QStaticText, QTransform

from viewer.core.session.layer import StarStyle
from viewer.ui.fitting import scaled
from viewer.ui.stars.appearance import WIDEST, Appearance, colours_of, label_text
from viewer.ui.stars.columns import column_of
from viewer.ui.stars.paint import mapped, scale_of
from viewer.ui.tint import tinted, tinted_rgb

Array = np.ndarray[Any, np.dtype[Any]]
MOST_LABELS = 300
LABEL_PIXELS = 12
BEHIND = QColor(0, 0, 0, 175)
LETTERS = {"white": QColor("#000000")}
BRIGHT = QColor("#f4f4f4")
LEGEND_SIZE = (120, 8)
MARGIN = 12


def draw_labels(
    painter: QPainter,
    to_screen: QTransform,
    size: tuple[float, float],
    appearance: Appearance,
    table: Array,
    style: StarStyle,
    paper: bool = False,
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
    paper : bool
        Letters are laid out anew, as another thread and another device need it.
    """
    x, y = mapped(to_screen, appearance.x, appearance.y)
    seen = np.flatnonzero((x > 0) & (x < size[0]) & (y > 0) & (y < size[1]))
    flux = np.asarray(table["flux"], float)[appearance.rows[seen]]
    seen = seen[np.argsort(-np.where(np.isfinite(flux), flux, -np.inf), kind="stable")]
    growth = appearance.growth(scale_of(to_screen))
    font = painter.font()
    font.setPixelSize(scaled(LABEL_PIXELS))
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    taken: set[tuple[int, int]] = set()
    written = 0
    for place in seen[: 4 * MOST_LABELS].tolist():
        text = label_text(table, int(appearance.rows[place]), style.label)
        room = QSizeF(metrics.boundingRect(text).size() if paper else _laid_out(text, font.toString()).size())
        reach = 0.71 * float(min(appearance.radius[place] * growth, WIDEST)) + 3
        width = room.width() + 6
        left = x[place] + reach
        if left + width > size[0]:
            left = x[place] - reach - width
        box = QRectF(left, y[place] - reach - room.height(), width, room.height())
        cells = _cells(box)
        if not taken.isdisjoint(cells):
            continue
        taken.update(cells)
        if style.chart != "white":
            painter.fillRect(box, BEHIND)
        painter.setPen(tinted(LETTERS.get(style.chart, BRIGHT)))
        if paper:
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        else:
            painter.drawStaticText(box.topLeft() + QPointF(3, 0), _laid_out(text, font.toString()))
        written += 1
        if written >= MOST_LABELS:
            break


@lru_cache(maxsize=4096)
def _laid_out(text: str, font: str) -> QStaticText:
    """Return a text whose letters have their places, which takes time."""
    letters = QFont()
    letters.fromString(font)
    laid_out = QStaticText(text)
    laid_out.setTextFormat(Qt.TextFormat.PlainText)
    laid_out.prepare(QTransform(), letters)
    return laid_out


def draw_legend(painter: QPainter, corner: QPointF, style: StarStyle, appearance: Appearance) -> None:
    """Draw which colour means what.

    Parameters
    ----------
    painter : QPainter
        In logical pixels.
    corner : QPointF
        The upper right corner of the view.
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
    font.setPixelSize(scaled(LABEL_PIXELS))
    painter.setFont(font)
    metrics = painter.fontMetrics()
    width = max(LEGEND_SIZE[0], metrics.horizontalAdvance(f"{low}  {high}"), metrics.horizontalAdvance(title))
    height = LEGEND_SIZE[1] + 2 * metrics.height() + 4
    box = QRectF(corner.x() - MARGIN - width - 16, corner.y() + MARGIN, width + 16, height + 10)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(box, BEHIND)
    inside = box.adjusted(8, 5, -8, -5)
    painter.setPen(tinted(BRIGHT))
    painter.drawText(inside, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter, title)
    painter.drawText(inside, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, low)
    painter.drawText(inside, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, high)
    bar = QRectF(inside.left(), inside.top() + metrics.height() + 2, inside.width(), LEGEND_SIZE[1])
    gradient = QLinearGradient(bar.topLeft(), bar.topRight())
    colours = tinted_rgb(colours_of(style.colormap)).tolist()
    for n, colour in enumerate(colours):
        gradient.setColorAt(n / (len(colours) - 1), QColor(colour))
    painter.fillRect(bar, gradient)


def _cells(box: QRectF) -> list[tuple[int, int]]:
    """Return the cells of a coarse grid that a box covers."""
    columns = range(int(box.left() // 14), int(box.right() // 14) + 1)
    rows = range(int(box.top() // 14), int(box.bottom() // 14) + 1)
    return [(column, row) for column in columns for row in rows]


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1e5 else f"{value:.1e}".replace("e+0", "e").replace("e+", "e")
