"""ExamineItem: apertures, the line of a cut, and the sign of the mode, over the picture."""

import math

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QPainter, QPen, QTransform
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from viewer.core.session.answer import Answer
from viewer.core.session.session import Session
from viewer.ui.examine import cut_tool, tool
from viewer.ui.image.overlay_items import Overlay
from viewer.ui.marks import CASING, draw_lines, on_device, scale_of
from viewer.ui.tint import tinted

APERTURE_COLOUR = QColor("#5fd7ff")
ANNULUS_COLOUR = QColor("#ffd24d")
CUT_COLOUR = QColor("#ff8ad8")
CROSS = 5.0
HANDLE = 4.0
SIGNS = {
    tool.MODE: "Examine mode:  click a star   ? keys   Esc ends",
    cut_tool.MODE: "Line cut:  drag a line   Shift straight   Esc ends",
}


class ExamineItem(Overlay):
    """Where the light is that the panel tells of.

    Parameters
    ----------
    session : Session
        Its `examining` is drawn.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        examining = session.examining
        for signal in (
            examining.shown_changed,
            examining.live_changed,
            examining.line_changed,
            examining.choices_changed,
            session.overlays.tool_changed,
        ):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self, *_values: object) -> None:
        """Follow the session; where nothing is to be seen, nothing is painted."""
        wanted = bool(self._sign() or self.session.examining.line or self._apertures())
        if wanted:
            super().refresh()
        if wanted != self.isVisible():
            self.setVisible(wanted)

    def bounds(self) -> QRectF:
        """Return everything that the view shows: an annulus may reach beyond the image."""
        viewport = self.session.viewport()
        if viewport is None:
            return QRectF()
        (x0, y0), (x1, y1) = viewport.to_image(0, 0), viewport.to_image(*viewport.size)
        return QRectF(QPointF(x0, y0), QPointF(x1, y1)).normalized()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw circles, the line and the sign."""
        viewport = self.session.viewport()
        if viewport is None:
            return
        with on_device(painter) as (to_device, _ratio):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for answer in self._apertures():
                _draw_apertures(painter, to_device, answer)
            line = self.session.examining.line
            if line is not None:
                _draw_cut(painter, to_device, line, self.session.examining.choices.width)
            if self._sign():
                _draw_sign(painter, to_device.map(QPointF(*viewport.to_image(0, 0))), self._sign())

    def _sign(self) -> str:
        return SIGNS.get(self.session.overlays.tool, "") if self.session.picture is not None else ""

    def _apertures(self) -> list[Answer]:
        """Return the answers whose place is to be seen: what follows the pointer, else what is shown."""
        examining, picture = self.session.examining, self.session.picture
        answer = examining.live if examining.live is not None else examining.shown
        if answer is None or answer.kind == "cut" or not answer.belongs_to(picture):
            return []
        return [answer]


def _draw_apertures(painter: QPainter, to_device: QTransform, answer: Answer) -> None:
    middle, zoom = to_device.map(QPointF(*answer.place)), scale_of(to_device)
    radii = [(answer.number_of("radius"), APERTURE_COLOUR)]
    radii += [(answer.number_of(name), ANNULUS_COLOUR) for name in ("inner", "outer")]
    if answer.kind in ("row", "column"):
        return
    known = [(radius * zoom, colour) for radius, colour in radii if math.isfinite(radius)]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for radius, colour in known:
        for pen in (QPen(CASING, 3), QPen(tinted(colour), 1.3)):
            painter.setPen(pen)
            painter.drawEllipse(middle, radius, radius)
    if not known or known[0][0] > 3 * CROSS:
        x, y = middle.x(), middle.y()
        cross = [QLineF(x - CROSS, y, x + CROSS, y), QLineF(x, y - CROSS, x, y + CROSS)]
        draw_lines(painter, cross, APERTURE_COLOUR, 1.2)


def _draw_cut(painter: QPainter, to_device: QTransform, line: cut_tool.Ends, width: int) -> None:
    ends = [to_device.map(QPointF(*end)) for end in line]
    along = QLineF(*ends)
    draw_lines(painter, [along], CUT_COLOUR, 1.6)
    half = width * scale_of(to_device) / 2
    if half > 3 and along.length() > 0:
        normal = along.normalVector().unitVector()
        aside = QPointF(normal.dx(), normal.dy()) * half
        pen = QPen(tinted(CUT_COLOUR), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLines(
            [QLineF(ends[0] + aside, ends[1] + aside), QLineF(ends[0] - aside, ends[1] - aside)]
        )
    for number, end in enumerate(ends):
        painter.setPen(QPen(CASING, 1))
        # the first end, where the plot begins, is filled
        painter.setBrush(QBrush(tinted(CUT_COLOUR if number == 0 else QColor("white"))))
        painter.drawRect(QRectF(end.x() - HANDLE, end.y() - HANDLE, 2 * HANDLE, 2 * HANDLE))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw_sign(painter: QPainter, corner: QPointF, words: str) -> None:
    """Say in the corner of the picture which mode is on."""
    room = painter.fontMetrics().boundingRect(words)
    box = QRectF(corner.x() + 10, corner.y() + 10, room.width() + 18, room.height() + 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tinted(QColor(20, 60, 90, 215)))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(tinted(QColor("white")))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
    painter.setBrush(Qt.BrushStyle.NoBrush)
