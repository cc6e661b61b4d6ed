"""The main window: puts the parts together and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QByteArray, QSettings, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent
from PyQt6.QtWidgets import QDialog, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from viewer.core.session.jobs import Priority
from viewer.core.session.session import Session
from viewer.ui import theme
from viewer.ui.docks import BELOW, Docks
from viewer.ui.fitting import fit
from viewer.ui.image.first import FirstPicture
from viewer.ui.messages import StatusLine
from viewer.ui.pages import Pages
from viewer.ui.panels.banner import ProblemsBanner
from viewer.ui.panels.colorbar import ColorBar
from viewer.ui.panels.hdus import HduBar
from viewer.ui.panels.planes import PlaneBar
from viewer.ui.qt import Waker

if TYPE_CHECKING:
    from viewer.core.session.journal import Last

SIZE = (1400, 900)
LEAST = 100
MENUS = ("File", "Edit", "View", "Scale", "Image", "Process", "Measure", "Night", "Help")
# If nothing has been drawn by then, there is no picture to wait for.
NO_PICTURE_MS = 400
LAYOUT_VERSION = 4


class MainWindow(QMainWindow):
    """One window with the current document, its controls, and the list of open images.

    Parameters
    ----------
    session : Session
        The state; it outlives the window.
    at_once : bool
        Build everything now; otherwise only what the first picture needs, and the rest after it.
    folder : pathlib.Path, optional
        Its frames are listed when everything is built.
    restored : Last, optional
        What an earlier session had open: the session has begun to bring it back.

    Attributes
    ----------
    completed : signal
        All panels and menus are there.
    """

    completed = pyqtSignal()

    def __init__(
        self,
        session: Session,
        at_once: bool = True,
        folder: Path | None = None,
        restored: "Last | None" = None,
    ) -> None:
        super().__init__()
        self.session = session
        self._waker = Waker(session.jobs, self)
        fit(self, *SIZE)
        self.setAcceptDrops(True)
        self.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AllowNestedDocks)
        self.hdu_bar = HduBar(session)
        self.plane_bar = PlaneBar(session)
        self.color_bar = ColorBar(session)
        self.banner = ProblemsBanner(session)
        self._first = FirstPicture(session)
        self._stack = QStackedWidget()
        self._pages = Pages(session, self._stack, self._first)
        self.setCentralWidget(self._central())
        self.setStatusBar(StatusLine(session))
        for title in MENUS:
            self.menuBar().addMenu(f"&{title}")
        self.docks = Docks(self, session)
        self.help: QWidget | None = None
        self._several_shown = False
        self._complete_view = False
        self._complete = False
        self._may_end = False
        self._folder, self._restored = folder, restored
        self._restore_layout()
        session.current_changed.connect(self.refresh)
        session.image_changed.connect(lambda _document: self.refresh())
        session.documents_changed.connect(self.refresh)
        session.history_changed.connect(lambda _document: self.refresh())
        self._theme = session.settings.theme
        session.settings_changed.connect(self._follow_theme)
        # the only file may turn out not to be one, or not be wanted any more
        session.jobs.changed.connect(lambda: None if session.documents else self.refresh())
        # the first file may have been read before there was anything to show it; not soon: what is
        # hidden until there is something to choose would never hear of it
        for bar in (self.hdu_bar, self.banner, self.plane_bar, self.color_bar):
            bar.refresh()
        self.refresh()
        if at_once:
            self._finish()
        else:
            self._wait_for_picture()

    def _wait_for_picture(self) -> None:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(self._finish)
        timer.start(NO_PICTURE_MS)
        self._first.painted.connect(lambda: timer.start(0))

    def _finish(self) -> None:
        """Build what the first picture can do without."""
        # pyqtgraph and all that stands on it; what actions need
        from viewer.ui.closing import Closing
        from viewer.ui.image.view import ImageView
        from viewer.ui.menus import Menus
        from viewer.ui.saving import Saving

        self.saving = Saving(self.session, self)
        self.closing = Closing(self.session, self.saving, self)
        self.image_view = ImageView(self.session)
        self.image_view.menu_wanted.connect(lambda where: self.menus.context_menu().popup(where))
        self._pages.set_image_view(self.image_view)
        self._first.close_down()
        self.menus = Menus(self, self._stack, self.docks.toggles())
        self.image_view.refresh()
        self._complete_view = True
        self.refresh()
        self.focus_page()
        self.docks.fill(self._filled)

    def _central(self) -> QWidget:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.hdu_bar, self.banner, self._stack, self.plane_bar, self.color_bar):
            column.addWidget(part, 1 if part is self._stack else 0)
        return middle

    def refresh(self) -> None:
        """Show the page that suits the current document, and name the window after it."""
        document = self.session.current
        self._pages.refresh()
        self.color_bar.setVisible(self._pages.shows_image)
        # Qt puts the sign of unsaved work where [*] is; a name may hold that too
        name = "" if document is None else document.name.replace("[*]", "[*][*]")
        self.setWindowTitle("Skyloupe" if document is None else f"{name}[*] – Skyloupe")
        self.setWindowModified(document is not None and document.modified)
        if len(self.session.documents) > 1 and not self._several_shown:
            self._several_shown = True
            self.docks.show("Images")
        # while the last one is closed, it is still the current one
        if self._complete and self.session.documents:
            self.session.add_details()

    def _follow_theme(self) -> None:
        if self.session.settings.theme != self._theme:
            self._theme = self.session.settings.theme
            theme.choose(self._theme)

    def _filled(self) -> None:
        # nothing has been done to an image before
        from viewer.ui.dropping import Dropping
        from viewer.ui.files import ask_for_folder
        from viewer.ui.recovery import Recovery

        self.dropping = Dropping(self)
        self.docks.images.closing = self.closing.close
        self.recovery = Recovery(self)
        self.recovery.start(self._restored)
        self.docks.folder.ask_for_folder = lambda: ask_for_folder(self)
        if self._folder is not None:
            self.show_folder(self._folder)
        # the header and the WCS need astropy, which takes longer to load than all the rest
        self._complete = True
        self.session.add_details()
        self.session.jobs.start(
            "Loading operations",
            _load_operations,
            self._operations_loaded,
            lambda sentence: self.session.tell("error", sentence),
            Priority.BACKGROUND,
        )
        self.completed.emit()

    def _operations_loaded(self, _none: object) -> None:
        # loaded by a worker just now
        from viewer.ui.operation_menus import OperationMenus

        self.operations = OperationMenus(self)
        # scipy and more, as above
        from viewer.ui.measuring import add_measuring

        add_measuring(self)

    # ------------------------------------------------------------------ what actions ask of the parts

    def move_pointer(self, dx: int, dy: int) -> None:
        """Move the readout by pixels as they lie on the screen, whatever way the view is turned."""
        viewport = self.session.viewport()
        if viewport is None:
            return
        zoom = viewport.zoom
        (x0, y0), (x1, y1) = viewport.to_image(0, 0), viewport.to_image(dx * zoom, -dy * zoom)
        self.session.move_pointer(round(x1 - x0), round(y1 - y0))

    def centre_on_pointer(self) -> None:
        """Bring the pixel under the readout to the middle of the view."""
        viewport = self.session.viewport()
        if viewport is not None and self.session.pointer is not None:
            self.session.set_viewport(self.session.pointer, viewport.zoom)

    def close_current(self) -> None:
        """Close the current document."""
        if self.session.current is not None:
            self.closing.close([self.session.current])

    def close_all(self) -> None:
        """Close every document."""
        self.closing.close(list(self.session.documents))

    def focus_page(self) -> None:
        """Give the keys back to the picture, or to what is shown in its place."""
        self._pages.focus()

    def find_in_header(self) -> None:
        """Go to the header panel's search field."""
        self.docks.show("Header")
        self.docks.header.focus_search()

    def show_folder(self, folder: Path, only: Sequence[Path] = (), show_first: bool = False) -> None:
        """List the frames of a folder, or only some of them, beside the picture."""
        self.docks.show("Folder")
        self.docks.folder.open_folder(folder, only, show_first)

    def invert(self) -> None:
        """Invert the colour map."""
        picture = self.session.picture
        if picture is not None:
            colormap = picture.scale.colormap
            self.session.set_colormap(replace(colormap, inverted=not colormap.inverted))

    # ------------------------------------------------------------------ the window itself

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Ask about unsaved work; remember where the window and its panels are."""
        modified = [document for document in self.session.documents if document.modified]
        if modified and self._complete_view and not self._may_end:
            event.ignore()
            self.closing.ask(modified, self._end)
            return
        if self._complete:
            self.recovery.close()
        store = QSettings("skyloupe", "window")
        store.setValue("geometry", self.saveGeometry())
        store.setValue("docks", self.saveState(LAYOUT_VERSION))
        for dialog in self.findChildren(QDialog, options=Qt.FindChildOption.FindDirectChildrenOnly):
            # pyqtgraph has hidden ones of its own, which answer a rejection
            if dialog.isVisible():
                dialog.reject()
        # a window may be closed before it is complete
        if self._complete_view:
            self.image_view.take_apart()
        super().closeEvent(event)

    def _end(self) -> None:
        self._may_end = True
        self.close()

    def _restore_layout(self) -> None:
        store = QSettings("skyloupe", "window")
        geometry, docks = store.value("geometry"), store.value("docks")
        if self._restored is not None and self._restored.windows:
            # several windows may be coming back, each to its own place
            own = self._restored.windows[0].window.geometry
            geometry = QByteArray.fromBase64(own.encode("ascii", "replace")) or geometry
        if (
            geometry is not None
            and self.restoreGeometry(geometry)
            and min(self.width(), self.height()) < LEAST
        ):
            # nobody could take hold of it
            self.move(0, 0)
            fit(self, *SIZE)
        if docks is not None and self.restoreState(docks, LAYOUT_VERSION):
            self._several_shown = not self.docks.is_hidden("Images")
        # at the start there is no folder to be listed, and nothing has been found or measured
        for title in BELOW:
            self.docks.hide(title)


def _load_operations(_progress: object) -> None:
    # scipy and astropy: a quarter of a second that the first picture need not wait for
    import viewer.core.operations
    import viewer.core.preview  # noqa: F401
