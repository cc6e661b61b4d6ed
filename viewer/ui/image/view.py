"""ImageView: pyqtgraph's image view with our own item, moved by the session alone."""

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QTransform
from PyQt6.QtWidgets import QApplication, QWidget

from viewer.core.render.viewport import Viewport
from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.image.item import FrameItem
from viewer.ui.image.mouse import Mouse
from viewer.ui.image.overlay_items import CompassItem, CrosshairItem, Overlay, PixelGridItem
from viewer.ui.image.tools import MouseTool
from viewer.ui.qt import adopt_orphans
from viewer.ui.theme import colour_plots, image_background


class ImageView(pg.ImageView):
    """The picture. It shows the session's current image where the session says.

    Parameters
    ----------
    session : Session
        The state.
    parent : QWidget, optional
        As in Qt.
    """

    menu_wanted = pyqtSignal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self.session = session
        colour_plots()
        self.item = FrameItem(session)
        box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        known = QApplication.topLevelWidgets()
        super().__init__(parent, view=box, imageItem=self.item, discreteTimeLine=True)
        adopt_orphans(self, known)
        self.overlays = (PixelGridItem(session), CrosshairItem(session), CompassItem(session))
        for overlay in self.overlays:
            overlay.setParentItem(self.item)
        self.view.invertY(False)
        self.view.setAspectLocked(False)
        self.view.disableAutoRange()
        for widget in (self.ui.histogram, self.ui.roiBtn, self.ui.menuBtn):
            widget.hide()
        self.ui.gridLayout.setContentsMargins(0, 0, 0, 0)
        self.ui.layoutWidget.layout().setSpacing(0)
        self.graphics = self.ui.graphicsView
        self._set_background()
        self.graphics.setFrameShape(self.graphics.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(self.graphics)
        self.mouse = Mouse(session, self)
        self.mouse.menu_wanted.connect(self.menu_wanted)
        self._planes, self._stepping = 0, True
        self.sigTimeChanged.connect(self._time_changed)
        session.current_changed.connect(self.refresh)
        session.image_changed.connect(self._image_changed)
        session.scale_changed.connect(self._scale_changed)
        session.place_changed.connect(self._place_changed)
        session.settings_changed.connect(self.refresh_place)

    def add_tool(self, tool: MouseTool) -> None:
        """Ask another tool what the mouse means, before those that were added earlier."""
        self.mouse.tools.insert(0, tool)

    def add_overlay(self, overlay: Overlay) -> None:
        """Draw something more over the picture, below the compass."""
        overlay.setParentItem(self.item)
        overlay.stackBefore(self.overlays[0])
        self.overlays = (*self.overlays, overlay)

    # ------------------------------------------------------------------ following the session

    def refresh(self) -> None:
        """Show the session's current image."""
        self._refresh_time_axis()
        self.item.refresh()
        self.refresh_place()
        self.mouse.rest()

    def refresh_place(self) -> None:
        """Look where the session looks."""
        viewport = self.session.viewport()
        if viewport is None:
            return
        self.item.setTransform(_orientation_transform(viewport))
        x, y = self.item.transform().map(*viewport.center)
        half_width, half_height = viewport.size[0] / viewport.zoom / 2, viewport.size[1] / viewport.zoom / 2
        self.view.setRange(
            xRange=(x - half_width, x + half_width),
            yRange=(y - half_height, y + half_height),
            padding=0,
            disableAutoRange=False,
        )
        # now, or the view box does it while it is painted, and everything is painted twice
        self.view.updateMatrix()
        self.item.hurry()

    def _image_changed(self, document: Document) -> None:
        if document is self.session.current:
            self.refresh()

    def _scale_changed(self, document: Document) -> None:
        if document is self.session.current:
            self.item.hurry()

    def _place_changed(self, document: Document) -> None:
        if document is self.session.current:
            self.refresh_place()

    # ------------------------------------------------------------------ the time axis of cubes

    def _refresh_time_axis(self) -> None:
        """Give pyqtgraph's time line as many instants as the cube's first long axis has planes.

        It is handed an array of that length which takes no memory: the pixels are drawn by our item.
        """
        axis = self._time_axis()
        picture = self.session.picture
        count = 0 if axis is None or picture is None else picture.frame.shape[axis]
        if count != self._planes:
            # pyqtgraph goes to the first plane of what is new to it, but the user may have been at another
            self._planes, self._stepping = count, False
            # planes are counted: no ticks between them
            self.ui.roiPlot.getAxis("bottom").setTickSpacing(*((1, 1) if count <= 12 else ()))
            if count:
                stand_in = np.broadcast_to(np.zeros(1, np.uint8), (count, 1, 1))
                self.setImage(
                    stand_in,
                    False,
                    False,
                    axes={"t": 0, "y": 1, "x": 2},
                    xvals=np.arange(1.0, count + 1),
                    autoHistogramRange=False,
                )
            else:
                self.setImage(FrameItem.image, False, False, autoHistogramRange=False)
            self._stepping = True
        if axis is not None and picture is not None and picture.plane[axis] != self.currentIndex:
            self.setCurrentIndex(picture.plane[axis])

    def _time_axis(self) -> int | None:
        picture = self.session.picture
        if picture is None or picture.colour:
            return None
        return picture.long_axis

    def _time_changed(self, index: int, _time: float) -> None:
        axis, picture = self._time_axis(), self.session.picture
        if axis is not None and picture is not None and self._stepping:
            plane = list(picture.plane)
            plane[axis] = int(index)
            self.session.set_plane(tuple(plane))

    # ------------------------------------------------------------------ size and colours

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "mouse"):
            self._set_background()
            self.mouse.recolour()
            self.item.update()

    def _set_background(self) -> None:
        self.graphics.setBackground(QColor(image_background() & 0xFFFFFF))

    def take_apart(self) -> None:
        """Free pyqtgraph's registry of this view; it would be called when the view is gone."""
        for box in (self.view, self.ui.roiPlot.plotItem.vb):
            if box in pg.ViewBox.AllViews:
                box.unregister()
                box.destroyed.disconnect()

    def set_size(self) -> None:
        """Tell the session how many device pixels there are."""
        ratio = self.graphics.devicePixelRatioF()
        area = self.graphics.viewport().size()
        self.session.set_screen_size((round(area.width() * ratio), round(area.height() * ratio)))

    def keyPressEvent(self, event) -> None:
        """Leave keys to the window's actions; pyqtgraph's own would clash with DS9's."""
        event.ignore()

    def keyReleaseEvent(self, event) -> None:
        """See `keyPressEvent`."""
        event.ignore()


def _orientation_transform(viewport: Viewport) -> QTransform:
    """From image to view coordinates (x right, y up): only the mirroring and turning."""
    origin, right, up = (viewport.to_screen(x, y) for x, y in ((0, 0), (1, 0), (0, 1)))
    ax, ay = ((p[0] - origin[0]) / viewport.zoom for p in (right, up))
    bx, by = ((origin[1] - p[1]) / viewport.zoom for p in (right, up))
    return QTransform(round(ax), round(bx), round(ay), round(by), 0, 0)
