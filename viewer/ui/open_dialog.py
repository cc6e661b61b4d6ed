"""Open dialog: Qt's own dialog for files, with a picture of the file that is selected."""

from PyQt6.QtCore import QSettings, QSize, QTimer
from PyQt6.QtGui import QFileSystemModel
from PyQt6.QtWidgets import QFileDialog, QSplitter, QTreeView, QWidget

from viewer.core.session.folder import FITS_SUFFIXES, RASTER_SUFFIXES, REGION_SUFFIXES
from viewer.core.session.session import Session
from viewer.ui.folders import file_dialog
from viewer.ui.preview_pane import PreviewPane

_WIDTH, _HEIGHT = 1000, 560


def open_dialog(parent: QWidget | None, session: Session) -> QFileDialog:
    """Return the dialog that asks for images and files of regions; it is not open yet."""
    dialog = file_dialog(parent, session, "Open images")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    # the whole list of suffixes is wider than the dialog
    dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
    images = " ".join(f"*.{suffix}" for suffix in (*FITS_SUFFIXES, *RASTER_SUFFIXES))
    regions = " ".join(f"*.{suffix}" for suffix in REGION_SUFFIXES)
    dialog.setNameFilters([f"Images ({images})", f"Regions ({regions})", "All files (*)"])
    splitter = dialog.findChild(QSplitter)
    model = dialog.findChild(QFileSystemModel)
    if splitter is None or model is None:
        # another Qt may build its dialog otherwise: then it has no preview
        return dialog
    _columns(dialog)
    pane = PreviewPane()
    splitter.addWidget(pane)
    splitter.setStretchFactor(splitter.indexOf(pane), 0)

    def look(path: str) -> None:
        # the list knows already what is a folder: nobody asks the disk
        pane.show_file("" if model.isDir(model.index(path)) else path)

    def ended() -> None:
        pane.close_down()
        store = QSettings("skyloupe", "window")
        store.setValue("open_dialog/geometry", dialog.saveGeometry())
        store.setValue("open_dialog/parts", splitter.saveState())

    dialog.currentChanged.connect(look)
    dialog.directoryEntered.connect(lambda _folder: pane.show_file(""))
    dialog.finished.connect(ended)
    QTimer.singleShot(0, pane.prepare)
    screen = dialog.screen()
    room = QSize(_WIDTH, _HEIGHT) if screen is None else screen.availableSize()
    dialog.resize(min(_WIDTH, room.width() * 9 // 10), min(_HEIGHT, room.height() * 9 // 10))
    store = QSettings("skyloupe", "window")
    geometry, parts = store.value("open_dialog/geometry"), store.value("open_dialog/parts")
    if geometry is not None:
        dialog.restoreGeometry(geometry)
    if parts is None or not splitter.restoreState(parts):
        splitter.setSizes([_WIDTH // 6, _WIDTH // 2, _WIDTH // 3])
    return dialog


def _columns(dialog: QFileDialog) -> None:
    """Give name, size and date the room that they need; the kind is what the name ends in."""
    tree = dialog.findChild(QTreeView)
    header = None if tree is None else tree.header()
    if header is not None:
        letter = dialog.fontMetrics().averageCharWidth()
        header.hideSection(2)
        header.setStretchLastSection(True)
        for section, letters in ((0, 34), (1, 13), (3, 22)):
            header.resizeSection(section, letter * letters)
