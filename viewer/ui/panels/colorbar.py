"""ColorBar: the colours of the picture side by side, and the data values they stand for."""

from PyQt6.QtCore import QEvent, QSize
from PyQt6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPalette
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from viewer.core.session.session import Session
from viewer.ui.panels.numbers import field_text
from viewer.ui.panels.panel import Panel
from viewer.ui.panels.ramp import BAR_HEIGHT, TICK, Ramp


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
        self._ramp: Ramp | None = None
        self._ticks: dict[float, list[tuple[float, str]]] = {}
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

    def value_at(self, place: float) -> float | None:
        """Return the data value whose brightness (before contrast and bias) is `place`, 0..1."""
        ramp = self._current()
        return None if ramp is None else ramp.value_at(place)

    def ticks(self, width: float) -> list[tuple[float, str]]:
        """Return places 0..1 and labels for a bar of `width` logical pixels.

        Parameters
        ----------
        width : float
            From the middle of the first label to the end of the bar.
        """
        ramp = self._current()
        if ramp is None:
            return []
        if width not in self._ticks:
            self._ticks = {width: ramp.ticks(width, QFontMetricsF(self.font()).horizontalAdvance)}
        return self._ticks[width]

    def _current(self) -> Ramp | None:
        """Return the picture's ramp; curve and labels are kept while only colours change."""
        picture = self.session.picture
        if picture is None:
            return None
        before = self._ramp
        self._ramp = Ramp.of(picture, before)
        if before is None or before.curve is not self._ramp.curve:
            self._ticks = {}
        return self._ramp

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw bar, labels, unit, and the colour of missing pixels if there are any."""
        ramp = self._current()
        if ramp is None:
            return
        painter = QPainter(self)
        ticks = self.ticks(ramp.bar(self.width(), QFontMetricsF(self.font())).width())
        roles = (QPalette.ColorRole.Dark, QPalette.ColorRole.WindowText)
        edge, ink = (self.palette().color(role) for role in roles)
        ramp.paint(painter, self.width(), self.devicePixelRatioF(), edge, ink, ticks)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Tell the value under the mouse as a tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._tell_value(event)
            return True
        return super().event(event)

    def _tell_value(self, event: QHelpEvent) -> None:
        ramp = self._current()
        if ramp is None:
            return
        bar = ramp.bar(self.width(), QFontMetricsF(self.font()))
        place = (event.pos().x() - bar.left()) / bar.width()
        if 0 <= place <= 1:
            low, high = ramp.cuts
            text = field_text(ramp.value_at(place), (high - low) / 1000)
            QToolTip.showText(event.globalPos(), f"{text} {ramp.unit}".strip(), self)
        else:
            QToolTip.hideText()
