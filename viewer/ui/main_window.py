"""The main window: puts the parts together and nothing else."""

from dataclasses import replace

from PyQt6.QtCore import QSettings, Qt, QTimer
from PyQt6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from viewer.core.session.session import Session
from viewer.ui import files
from viewer.ui.curve_view import CurveView
from viewer.ui.empty_page import EmptyPage
from viewer.ui.image.view import ImageView
from viewer.ui.menus import Menus
from viewer.ui.messages import StatusLine
from viewer.ui.panels.banner import ProblemsBanner
from viewer.ui.panels.colorbar import ColorBar
from viewer.ui.panels.frames import FramesPanel
from viewer.ui.panels.hdus import HduBar
from viewer.ui.panels.header import HeaderPanel
from viewer.ui.panels.magnifier import Magnifier
from viewer.ui.panels.panel import Panel
from viewer.ui.panels.panner import Panner
from viewer.ui.panels.pixel_table import PixelTable
from viewer.ui.panels.planes import PlaneBar
from viewer.ui.panels.readout import ReadoutPanel
from viewer.ui.panels.scale import ScalePanel
from viewer.ui.qt import Waker
from viewer.ui.start_page import StartPage
from viewer.ui.table_view import TableView

SIZE = (1400, 900)
# after the first picture: long enough for it to reach the screen
DETAILS_AFTER_MS = 30
LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


class MainWindow(QMainWindow):
    """One window with the current document, its controls, and the list of open images.

    Parameters
    ----------
    session : Session
        The state; it outlives the window.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._waker = Waker(session.jobs, self)
        self.resize(*SIZE)
        self.setAcceptDrops(True)
        self.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AllowNestedDocks)
        self.image_view = ImageView(session)
        self.curve_view = CurveView(session)
        self.table_view = TableView(session)
        self.start_page = StartPage(session)
        self.empty_page = EmptyPage(session)
        self.hdu_bar = HduBar(session)
        self.plane_bar = PlaneBar(session)
        self._stack = QStackedWidget()
        for page in (self.start_page, self.empty_page, self.image_view, self.curve_view, self.table_view):
            self._stack.addWidget(page)
        self.setCentralWidget(self._central())
        self.setStatusBar(StatusLine(session))
        self.menus = Menus(self, self.image_view)
        self._make_docks()
        self.image_view.menu_wanted.connect(lambda where: self.menus.context_menu().popup(where))
        self.image_view.first_painted.connect(self._schedule_details)
        session.current_changed.connect(self.refresh)
        session.image_changed.connect(lambda _document: self.refresh())
        session.documents_changed.connect(self.refresh)
        self._details = QTimer(self)
        self._details.setSingleShot(True)
        self._details.setInterval(DETAILS_AFTER_MS)
        self._details.timeout.connect(session.add_details)
        self._pictured = False
        self._restore_layout()
        self.refresh()
        self.image_view.setFocus()

    # ------------------------------------------------------------------ the parts

    def _central(self) -> QWidget:
        self._colour_bar = ColorBar(self.session)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (
            self.hdu_bar,
            ProblemsBanner(self.session),
            self._stack,
            self.plane_bar,
            self._colour_bar,
        ):
            column.addWidget(part, 1 if part is self._stack else 0)
        return middle

    def _make_docks(self) -> None:
        session = self.session
        self.readout = ReadoutPanel(session)
        self.header = HeaderPanel(session)
        self._frames_dock = self._dock("Images", FramesPanel(session), LEFT)
        readout_dock = self._dock("Readout", self.readout, RIGHT)
        overview = QWidget()
        row = QHBoxLayout(overview)
        row.setContentsMargins(6, 2, 6, 2)
        row.addWidget(Panner(session))
        row.addWidget(Magnifier(session))
        overview_dock = self._dock("Overview and magnifier", overview, RIGHT)
        scale_dock = self._dock("Scale", _scrolled(ScalePanel(session)), RIGHT)
        header_dock = self._dock("Header", self.header, RIGHT)
        pixels_dock = self._dock("Pixels", PixelTable(session), RIGHT)
        self._header_dock = header_dock
        self.splitDockWidget(readout_dock, overview_dock, Qt.Orientation.Vertical)
        self.splitDockWidget(overview_dock, scale_dock, Qt.Orientation.Vertical)
        self.tabifyDockWidget(scale_dock, header_dock)
        self.tabifyDockWidget(header_dock, pixels_dock)
        scale_dock.raise_()
        self.setTabPosition(RIGHT, self.tabPosition(RIGHT).North)
        self._frames_dock.hide()
        self.resizeDocks([readout_dock, overview_dock, scale_dock], [10, 10, 600], Qt.Orientation.Vertical)
        self.resizeDocks([scale_dock], [330], Qt.Orientation.Horizontal)

    def _dock(self, title: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(title)
        dock.setWidget(content)
        self.addDockWidget(area, dock)
        self.menus.windows.addAction(dock.toggleViewAction())
        return dock

    def refresh(self) -> None:
        """Show the page that suits the current document, and name the window after it."""
        document = self.session.current
        page: Panel | ImageView = self.start_page
        if document is not None and document.table is not None:
            page = self.table_view
        elif document is not None and document.picture is not None:
            page = self.curve_view if len(document.picture.frame.shape) == 1 else self.image_view
        elif document is not None:
            page = self.empty_page
        self._stack.setCurrentWidget(page)
        self._colour_bar.setVisible(page is self.image_view)
        self.setWindowTitle("Skyloupe" if document is None else f"{document.name} – Skyloupe")
        if len(self.session.documents) > 1 and not self._frames_shown:
            self._frames_shown = True
            self._frames_dock.show()
        if self._pictured or page is not self.image_view:
            self._schedule_details()

    _frames_shown = False

    def _schedule_details(self) -> None:
        self._pictured = True
        self._details.start()

    # ------------------------------------------------------------------ what actions ask of the parts

    def move_pointer(self, dx: int, dy: int) -> None:
        """Move the readout by pixels as they lie on the screen, whatever way the view is turned."""
        viewport = self.session.viewport()
        if viewport is None:
            return
        (x0, y0), (x1, y1) = (
            viewport.to_image(0, 0),
            viewport.to_image(dx * viewport.zoom, -dy * viewport.zoom),
        )
        self.session.move_pointer(round(x1 - x0), round(y1 - y0))

    def centre_on_pointer(self) -> None:
        """Bring the pixel under the readout to the middle of the view."""
        viewport = self.session.viewport()
        if viewport is not None and self.session.pointer is not None:
            self.session.set_viewport(self.session.pointer, viewport.zoom)

    def close_current(self) -> None:
        """Close the current document."""
        if self.session.current is not None:
            self.session.close(self.session.current)

    def copy_readout(self) -> None:
        """Copy what the readout says."""
        self.readout.copy()

    def find_in_header(self) -> None:
        """Go to the header panel's search field."""
        self._header_dock.show()
        self._header_dock.raise_()
        self.header.focus_search()

    def step_hdu(self, step: int) -> None:
        """Show the next or previous HDU."""
        self.hdu_bar.step(step)

    def toggle_play(self) -> None:
        """Play through the planes, or stop."""
        self.plane_bar.toggle_play()

    def invert(self) -> None:
        """Invert the colour map."""
        picture = self.session.picture
        if picture is not None:
            colormap = picture.scale.colormap
            self.session.set_colormap(replace(colormap, inverted=not colormap.inverted))

    # ------------------------------------------------------------------ the window itself

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Take files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Open what was dropped."""
        local = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if local:
            event.acceptProposedAction()
            files.open_all(self.session, local)
        else:
            self.session.tell("warning", "Only files and folders on this computer can be dropped here.")

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Remember where the window and its panels are."""
        store = QSettings("skyloupe", "window")
        store.setValue("geometry", self.saveGeometry())
        store.setValue("docks", self.saveState(1))
        self.image_view.take_apart()
        super().closeEvent(event)

    def _restore_layout(self) -> None:
        store = QSettings("skyloupe", "window")
        geometry, docks = store.value("geometry"), store.value("docks")
        if geometry is not None:
            self.restoreGeometry(geometry)
        if docks is not None and self.restoreState(docks, 1):
            self._frames_shown = not self._frames_dock.isHidden()


def _scrolled(panel: Panel) -> QScrollArea:
    """On a low screen the panel scrolls, and does not make the window higher than the screen."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(panel)
    area.setMinimumWidth(panel.minimumSizeHint().width())
    return area
