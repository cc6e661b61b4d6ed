"""ColorBar: the colours of the picture side by side, and the data values they stand for."""

from dataclasses import replace

import numpy as np
from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent, QPalette, QPen
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from viewer.core.render.colormap import ColorMap
from viewer.core.render.sample import Sample
from viewer.core.render.scale import Scale
from viewer.core.render.stretch import Stretch
from viewer.core.session.document import Picture
from viewer.core.session.session import Session
from viewer.ui.panels.numbers import field_text, labels, round_step, rounded, without_zeros
from viewer.ui.panels.panel import Panel

BAR_HEIGHT = 12
TICK = 3
GAP = 8
# On the middle of a pixel, so that lines are sharp.
MARGIN = 4.5
MISSING_TEXT = "NaN"
LINEAR = Stretch("linear")
# Where the stretch is asked; fine near 0, where some are steep.
STEPS = np.union1d(np.linspace(0.0, 1.0, 513), np.geomspace(1e-7, 1.0, 257))


class ColorBar(Panel):
    """A horizontal bar from the colour of the low limit to that of the high one.

    It is linear in colour, as in SAOImage DS9: equal lengths are equal steps of brightness, and the labels
    say which value has that brightness, so that they crowd where the stretch is flat. The labels are
    round values at their exact places. Contrast and bias move the colours, not the labels.
    """

    title = "Colour bar"
    # a few times less often than a mouse moves: the picture goes first
    delay = 30

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._sample: Sample | None = None
        self._ticks: dict[float, list[tuple[float, str]]] = {}
        self._stops: tuple[object, np.ndarray, np.ndarray] | None = None
        for signal in (session.scale_changed, session.image_changed, session.current_changed):
            signal.connect(self.refresh_soon)

    def refresh(self) -> None:
        """Show the current scale."""
        self.update()

    def sizeHint(self) -> QSize:
        """As high as bar and labels need."""
        return QSize(300, BAR_HEIGHT + TICK + self.fontMetrics().height() + 6)

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`, but narrow."""
        return QSize(120, self.sizeHint().height())

    # ------------------------------------------------------------------ places and values

    def value_at(self, place: float) -> float | None:
        """Return the data value whose brightness (before contrast and bias) is `place`, 0..1."""
        picture = self.session.picture
        if picture is None:
            return None
        values, places = self._curve(picture)
        return float(np.interp(place, places, values))

    def ticks(self, width: float) -> list[tuple[float, str]]:
        """Return places 0..1 and labels for a bar of `width` logical pixels.

        Parameters
        ----------
        width : float
            From the middle of the first label to the end of the bar.
        """
        picture = self.session.picture
        if picture is None or picture.sample.all_missing:
            return []
        values, places = self._curve(picture)
        if width not in self._ticks:
            self._ticks = {width: self._find_ticks(width, values, places)}
        return self._ticks[width]

    def _find_ticks(self, width: float, values: np.ndarray, places: np.ndarray) -> list[tuple[float, str]]:
        metrics = self.fontMetrics()
        low, high = float(values[0]), float(values[-1])
        room = metrics.horizontalAdvance(max(labels([low, high], (high - low) / 100), key=len)) + 6 * GAP
        count = max(2, int(width / room) + 1)
        wanted = np.interp(np.linspace(0.0, 1.0, count), places, values)
        found: list[tuple[float, str]] = []
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
            half = metrics.horizontalAdvance(text) / 2
            middle = min(max(place * width, half), width - half)
            if middle - half >= right + GAP or not found:
                found.append((place, text))
                right = middle + half
        return found

    def _curve(self, picture: Picture) -> tuple[np.ndarray, np.ndarray]:
        """Return data values and their places along the bar, both ascending."""
        low, high = picture.cuts
        key = (picture.scale.stretch, picture.cuts)
        if self._sample is not picture.sample or self._stops is None or self._stops[0] != key:
            self._sample = picture.sample
            plain = replace(picture.scale, contrast=1.0, bias=0.5)
            places = np.maximum.accumulate(plain.curve(STEPS, picture.sample, picture.cuts))
            self._stops = (key, low + (high - low) * STEPS, places)
            self._ticks = {}
        return self._stops[1], self._stops[2]

    # ------------------------------------------------------------------ drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw bar, labels, unit, and the colour of missing pixels if there are any."""
        picture = self.session.picture
        if picture is None:
            return
        painter = QPainter(self)
        bar = self._bar(picture)
        colours, missing = self._colours(picture, max(1, round(bar.width() * self.devicePixelRatioF())))
        painter.drawImage(bar, _row(colours))
        pen = QPen(self.palette().color(QPalette.ColorRole.Dark))
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawRect(bar)
        if self._has_missing(picture):
            swatch = QRectF(
                MARGIN + (self._missing_width() - BAR_HEIGHT) / 2, bar.top(), BAR_HEIGHT, BAR_HEIGHT
            )
            painter.fillRect(swatch, missing)
            painter.drawRect(swatch)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        self._draw_texts(painter, picture, bar)
        painter.end()

    def _draw_texts(self, painter: QPainter, picture: Picture, bar: QRectF) -> None:
        metrics = self.fontMetrics()
        top = bar.bottom() + TICK
        height = metrics.height()
        for place, text in self.ticks(bar.width()):
            x = bar.left() + place * bar.width()
            painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + TICK))
            width = metrics.horizontalAdvance(text)
            left = min(max(x - width / 2, bar.left()), bar.right() - width)
            painter.drawText(QRectF(left, top, width + 1, height), Qt.AlignmentFlag.AlignLeft, text)
        if picture.frame.unit:
            painter.drawText(
                QRectF(bar.right() + GAP, bar.top(), self.width() - bar.right(), BAR_HEIGHT),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                self._unit(picture),
            )
        if self._has_missing(picture):
            place = QRectF(MARGIN, top, self._missing_width() + 1, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter, MISSING_TEXT)

    def _bar(self, picture: Picture) -> QRectF:
        left, right = MARGIN, self.width() - MARGIN
        if self._has_missing(picture):
            left += self._missing_width() + GAP
        if picture.frame.unit:
            right -= self.fontMetrics().horizontalAdvance(self._unit(picture)) + GAP
        return QRectF(left, 2.5, max(1.0, right - left), BAR_HEIGHT)

    def _missing_width(self) -> int:
        return max(BAR_HEIGHT, self.fontMetrics().horizontalAdvance(MISSING_TEXT))

    def _unit(self, picture: Picture) -> str:
        return self.fontMetrics().elidedText(
            picture.frame.unit, Qt.TextElideMode.ElideRight, self.width() // 4
        )

    @staticmethod
    def _has_missing(picture: Picture) -> bool:
        return any(pyramid.missing for pyramid in picture.pyramids)

    @staticmethod
    def _colours(picture: Picture, count: int) -> tuple[np.ndarray, int]:
        """Return `count` colours 0xffRRGGBB from left to right, and that of missing pixels."""
        # with a linear stretch the table is linear in colour, and exact where another one is steep
        scale: Scale = replace(picture.scale, stretch=LINEAR)
        if picture.colour:
            scale = replace(scale, colormap=ColorMap())
        table = scale.table(picture.sample, picture.cuts)
        index = 1 + np.round(np.linspace(0.0, table.size - 2.0, count)).astype(np.intp)
        return table[index], int(table[0])

    # ------------------------------------------------------------------ what is under the mouse

    def event(self, event: QEvent) -> bool:
        """Tell the value under the mouse as a tooltip."""
        picture = self.session.picture
        if isinstance(event, QHelpEvent) and picture is not None and event.type() == QEvent.Type.ToolTip:
            bar = self._bar(picture)
            place = (event.pos().x() - bar.left()) / bar.width()
            if 0 <= place <= 1:
                low, high = picture.cuts
                text = field_text(self.value_at(place) or 0.0, (high - low) / 1000)
                QToolTip.showText(event.globalPos(), f"{text} {picture.frame.unit}".strip(), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


def _row(colours: np.ndarray) -> QImage:
    data = np.ascontiguousarray(colours)
    return QImage(data.tobytes(), data.size, 1, 4 * data.size, QImage.Format.Format_RGB32).copy()
