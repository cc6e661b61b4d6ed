"""Magnifier: the pixels around the pointer, enlarged."""

import math

from PyQt6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QActionGroup, QColor, QContextMenuEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QMenu, QSizePolicy, QWidget

from viewer.core.render.draw import Screen
from viewer.core.render.viewport import Viewport
from viewer.core.session.session import Session
from viewer.ui.marks import POINTER_COLOUR, as_image, draw_box, draw_lines
from viewer.ui.panels.panel import Panel
from viewer.ui.theme import image_background, is_red

SIDE = 150
# Screen pixels for an image pixel.
ENLARGEMENTS = (4, 8, 16, 32)
# Times the zoom of the view.
FACTORS = (2, 4, 8)
# However far the view is zoomed in, this many pixels are seen across.
FEWEST_PIXELS = 5
SMALLEST_BOX = 4.0


class Magnifier(Panel):
    """A square that shows the surroundings of the pointer with the view's colours and orientation.

    Parameters
    ----------
    session : Session
        The state.
    parent : QWidget, optional
        As in Qt.
    """

    title = "Magnifier"
    delay = 0

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.enlargement: float = 8
        self.relative = False
        self._screen = Screen()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(90, 90)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setToolTip("The pixels around the pointer. Right click: how large.")
        session.pointer_moved.connect(self.refresh_soon)
        session.current_changed.connect(self.refresh_soon)
        session.image_changed.connect(self.refresh_soon)
        session.scale_changed.connect(self.refresh_soon)
        session.place_changed.connect(self.refresh_soon)

    def sizeHint(self) -> QSize:
        """A small square."""
        return QSize(SIDE, SIDE)

    def refresh(self) -> None:
        """Draw the present surroundings of the pointer."""
        self.update()

    def set_enlargement(self, amount: float, relative: bool) -> None:
        """Choose how large the pixels are.

        Parameters
        ----------
        amount : float
            Logical screen pixels for an image pixel, or a multiple of the view's zoom.
        relative : bool
            Whether it is a multiple.
        """
        if (amount, relative) != (self.enlargement, self.relative):
            self.enlargement, self.relative = amount, relative
            self.refresh()

    def viewport(self) -> Viewport | None:
        """Return what the magnifier shows now; None without a pointer."""
        picture, view, pointer = self.session.picture, self.session.viewport(), self.session.pointer
        if picture is None or view is None or pointer is None:
            return None
        ratio = self.devicePixelRatioF()
        # fixed pixels would be smaller than the view's own when that is far zoomed in
        zoom = self.enlargement * view.zoom if self.relative else max(self.enlargement * ratio, 2 * view.zoom)
        size = (max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        return Viewport(pointer, min(zoom, min(size) / FEWEST_PIXELS), size, view.orientation)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw the pixels and a cross that leaves the one under the pointer free."""
        painter = QPainter(self)
        picture, viewport, pointer = self.session.picture, self.viewport(), self.session.pointer
        if picture is None or viewport is None or pointer is None:
            painter.fillRect(self.rect(), QColor(image_background()))
            return
        cuts = [picture.cuts] * len(picture.pyramids)
        pixels = self._screen.draw(
            picture.pyramids,
            viewport,
            picture.scale,
            cuts,
            picture.sample,
            image_background(),
            red=is_red(),
        )
        ratio = self.devicePixelRatioF()
        painter.drawImage(QPointF(0, 0), as_image(pixels, ratio))
        self._draw_cross(painter, viewport, pointer, ratio)

    def _draw_cross(
        self, painter: QPainter, viewport: Viewport, pointer: tuple[float, float], ratio: float
    ) -> None:
        column, row = math.floor(pointer[0] + 0.5), math.floor(pointer[1] + 0.5)
        corners = [viewport.to_screen(column + dx, row + dy) for dx, dy in ((-0.5, -0.5), (0.5, 0.5))]
        first, last = (QPointF(x, y) / ratio for x, y in corners)
        box = QRectF(first, last).normalized()
        if box.width() < SMALLEST_BOX:
            grow = (SMALLEST_BOX - box.width()) / 2
            box.adjust(-grow, -grow, grow, grow)
        draw_box(painter, box, POINTER_COLOUR, 1)
        middle, gap, reach = box.center(), box.width() / 2 + 2, box.width() / 2 + 10
        ticks = [
            QLineF(middle + QPointF(dx, dy) * gap, middle + QPointF(dx, dy) * reach)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
        ]
        draw_lines(painter, ticks, POINTER_COLOUR, 1)

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """Offer the enlargements."""
        if event is not None:
            self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """Return the choice of enlargements."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        choices = [(amount, False, f"{amount} screen pixels for a pixel") for amount in ENLARGEMENTS]
        choices += [(amount, True, f"{amount} × the view's zoom") for amount in FACTORS]
        for amount, relative, text in choices:
            if relative and amount == FACTORS[0]:
                menu.addSeparator()
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setActionGroup(group)
            action.setChecked((amount, relative) == (self.enlargement, self.relative))
            action.triggered.connect(
                lambda _on, amount=amount, relative=relative: self.set_enlargement(amount, relative)
            )
        return menu
