"""Ramp: the colours of a picture side by side, the data values they stand for, and how both are painted."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from viewer.core.render.colormap import ColorMap
from viewer.core.render.sample import Sample
from viewer.core.render.scale import Scale
from viewer.core.render.stretch import Stretch
from viewer.core.session.document import Picture
from viewer.ui.panels.numbers import labels, round_step, rounded, without_zeros
from viewer.ui.tint import reddens

BAR_HEIGHT = 12
TICK = 3
GAP = 8
# On the middle of a pixel, so that lines are sharp.
MARGIN = 4.5
TOP = 2.5
MISSING_TEXT = "NaN"
LINEAR = Stretch("linear")
# Where the stretch is asked; fine near 0, where some are steep.
STEPS = np.union1d(np.linspace(0.0, 1.0, 513), np.geomspace(1e-7, 1.0, 257))

Ticks = list[tuple[float, str]]


@dataclass(frozen=True, eq=False)
class Ramp:
    """What a colour bar shows of one picture at one moment.

    Attributes
    ----------
    scale : Scale
        How values become colours.
    sample : Sample
        The values of the image.
    cuts : tuple of float
        The limits in force.
    unit : str
        Of the values, or empty.
    missing : bool
        Whether there are missing pixels, whose colour is shown too.
    curve : tuple of numpy.ndarray
        Data values and their places 0..1 along the bar (before contrast and bias), both ascending.
    """

    scale: Scale
    sample: Sample
    cuts: tuple[float, float]
    unit: str
    missing: bool
    curve: tuple[np.ndarray, np.ndarray]

    @classmethod
    def of(cls, picture: Picture, before: "Ramp | None" = None) -> "Ramp":
        """Take it from a picture; one in colour has a plain bar.

        Parameters
        ----------
        picture : Picture
            What is shown.
        before : Ramp, optional
            Whose curve is kept if it is the same: contrast, bias and colours do not change it.
        """
        scale = replace(picture.scale, colormap=ColorMap()) if picture.colour else picture.scale
        missing = any(pyramid.missing for pyramid in picture.pyramids)
        if (
            before is not None
            and before.sample is picture.sample
            and (before.scale.stretch, before.cuts) == (scale.stretch, picture.cuts)
        ):
            curve = before.curve
        else:
            curve = _curve(scale, picture.sample, picture.cuts)
        return cls(scale, picture.sample, picture.cuts, picture.frame.unit, missing, curve)

    # ------------------------------------------------------------------ places and values

    def value_at(self, place: float) -> float:
        """Return the data value whose brightness (before contrast and bias) is `place`, 0..1."""
        values, places = self.curve
        return float(np.interp(place, places, values))

    def ticks(self, width: float, advance: Callable[[str], float]) -> Ticks:
        """Return places 0..1 and labels: round values, at their exact places.

        Parameters
        ----------
        width : float
            From the middle of the first label to the end of the bar.
        advance : callable
            Gives the width of a text, in the same unit.
        """
        if self.sample.all_missing:
            return []
        values, places = self.curve
        low, high = float(values[0]), float(values[-1])
        room = advance(max(labels([low, high], (high - low) / 100), key=len)) + 6 * GAP
        count = max(2, int(width / room) + 1)
        wanted = np.interp(np.linspace(0.0, 1.0, count), places, values)
        found: Ticks = []
        right = -float("inf")
        gaps = np.diff(wanted)
        for position, value in enumerate(wanted):
            beside = [gap for gap in gaps[max(0, position - 1) : position + 1] if gap > 0]
            distance = float(min(beside, default=high - low))
            # a quarter of the way to the neighbour: round, and still near the place that was wanted
            step = round_step(distance / 4)
            tidy = rounded(float(value), step)
            tidy += step * ((tidy < low) - (tidy > high))
            tidy = min(max(tidy, low), high)
            text = without_zeros(labels([low, high, tidy], step)[2])
            place = float(np.interp(tidy, values, places))
            half = advance(text) / 2
            middle = min(max(place * width, half), width - half)
            if middle - half >= right + GAP or not found:
                found.append((place, text))
                right = middle + half
        return found

    def colours(self, count: int) -> tuple[np.ndarray, int]:
        """Return `count` colours 0xffRRGGBB from left to right, and that of missing pixels."""
        # with a linear stretch the table is linear in colour, and exact where another one is steep
        table = replace(self.scale, stretch=LINEAR).table(self.sample, self.cuts, red=reddens())
        index = 1 + np.round(np.linspace(0.0, table.size - 2.0, count)).astype(np.intp)
        return table[index], int(table[0])

    # ------------------------------------------------------------------ drawing

    def bar(self, width: float, metrics: QFontMetricsF) -> QRectF:
        """Return where the colours lie if there are `width` logical pixels for bar, unit and swatch."""
        left, right = MARGIN, width - MARGIN
        if self.missing:
            left += _missing_width(metrics) + GAP
        if self.unit:
            right -= metrics.horizontalAdvance(self._shown_unit(width, metrics)) + GAP
        return QRectF(left, TOP, max(1.0, right - left), BAR_HEIGHT)

    def paint(
        self, painter: QPainter, width: float, ratio: float, edge: QColor, ink: QColor, ticks: Ticks
    ) -> None:
        """Draw bar, labels, unit, and the colour of missing pixels if there are any.

        Parameters
        ----------
        painter : QPainter
            In logical pixels, with its origin at the top left corner and the font of the labels.
        width : float
            Logical pixels for everything.
        ratio : float
            Device pixels for a logical one.
        edge, ink : QColor
            Of the line around the bar, and of the texts.
        ticks : list of (float, str)
            As `ticks` gives them for the width of `bar`.
        """
        metrics = QFontMetricsF(painter.font())
        bar = self.bar(width, metrics)
        colours, missing = self.colours(max(1, round(bar.width() * ratio)))
        painter.drawImage(bar, _row(colours))
        # one device pixel on the screen, and still to be seen on paper
        line = max(1, round(ratio / 2)) / ratio
        painter.setPen(QPen(edge, line))
        painter.drawRect(bar)
        if self.missing:
            left = MARGIN + (_missing_width(metrics) - BAR_HEIGHT) / 2
            swatch = QRectF(left, bar.top(), BAR_HEIGHT, BAR_HEIGHT)
            painter.fillRect(swatch, missing)
            painter.drawRect(swatch)
        painter.setPen(QPen(ink, line))
        self._draw_texts(painter, width, bar, metrics, ticks)

    def _draw_texts(
        self, painter: QPainter, width: float, bar: QRectF, metrics: QFontMetricsF, ticks: Ticks
    ) -> None:
        top = bar.bottom() + TICK
        height = metrics.height()
        for place, text in ticks:
            x = bar.left() + place * bar.width()
            painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + TICK))
            wide = metrics.horizontalAdvance(text)
            left = min(max(x - wide / 2, bar.left()), bar.right() - wide)
            painter.drawText(QRectF(left, top, wide + 1, height), Qt.AlignmentFlag.AlignLeft, text)
        if self.unit:
            painter.drawText(
                QRectF(bar.right() + GAP, bar.top(), width - bar.right(), BAR_HEIGHT),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                self._shown_unit(width, metrics),
            )
        if self.missing:
            place = QRectF(MARGIN, top, _missing_width(metrics) + 1, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter, MISSING_TEXT)

    def _shown_unit(self, width: float, metrics: QFontMetricsF) -> str:
        return metrics.elidedText(self.unit, Qt.TextElideMode.ElideRight, width / 4)


def _curve(scale: Scale, sample: Sample, cuts: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    low, high = cuts
    plain = replace(scale, contrast=1.0, bias=0.5)
    return low + (high - low) * STEPS, np.maximum.accumulate(plain.curve(STEPS, sample, cuts))


def _missing_width(metrics: QFontMetricsF) -> float:
    return max(BAR_HEIGHT, metrics.horizontalAdvance(MISSING_TEXT))


def _row(colours: np.ndarray) -> QImage:
    data = np.ascontiguousarray(colours)
    return QImage(data.tobytes(), data.size, 1, 4 * data.size, QImage.Format.Format_RGB32).copy()
