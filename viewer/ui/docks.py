"""Docks: the panels around the picture, loaded and built only once the first picture is on the screen."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PyQt6.QtCore import QSize, Qt, QTimer
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QScrollArea, QStyle, QWidget

from viewer.core.session.session import Session

if TYPE_CHECKING:
    from viewer.ui.examine.panel import MeasurePanel
    from viewer.ui.night.window import NightPanel
    from viewer.ui.panels.frames import FramesPanel
    from viewer.ui.panels.header import HeaderPanel
    from viewer.ui.panels.history import HistoryPanel
    from viewer.ui.panels.readout import ReadoutPanel
    from viewer.ui.regions.panel import RegionsPanel
    from viewer.ui.stars.panel import StarsPanel

RIGHT_WIDTH = 330
HEIGHTS = {"Readout": 184, "Overview and magnifier": 150, "Scale": 480}
HEIGHT_BELOW = 260


def _readout(session: Session) -> QWidget:
    # here and below: what the first picture does not need is loaded after it
    from viewer.ui.panels.readout import ReadoutPanel

    return ReadoutPanel(session)


def _overview(session: Session) -> QWidget:
    from viewer.ui.panels.magnifier import Magnifier
    from viewer.ui.panels.panner import Panner

    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(6, 2, 6, 2)
    row.addWidget(Panner(session))
    row.addWidget(Magnifier(session))
    return both


def _scale(session: Session) -> QWidget:
    from viewer.ui.panels.scale import ScalePanel

    # on a low screen the panel scrolls, and does not make the window higher than the screen
    panel, area = ScalePanel(session), QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(panel)
    bar = area.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
    area.setMinimumWidth(panel.minimumSizeHint().width() + bar)
    return area


def _header(session: Session) -> QWidget:
    from viewer.ui.panels.header import HeaderPanel

    return HeaderPanel(session)


def _history(session: Session) -> QWidget:
    from viewer.ui.panels.history import HistoryPanel

    return HistoryPanel(session)


def _pixels(session: Session) -> QWidget:
    from viewer.ui.panels.pixel_table import PixelTable

    return PixelTable(session)


def _images(session: Session) -> QWidget:
    from viewer.ui.panels.frames import FramesPanel

    return FramesPanel(session)


def _folder(session: Session) -> QWidget:
    from viewer.ui.night.window import NightPanel

    return NightPanel(session)


def _stars(session: Session) -> QWidget:
    from viewer.ui.stars.panel import StarsPanel

    return StarsPanel(session)


def _regions(session: Session) -> QWidget:
    from viewer.ui.regions.panel import RegionsPanel

    return RegionsPanel(session)


def _measure(session: Session) -> QWidget:
    from viewer.ui.examine.panel import MeasurePanel

    return MeasurePanel(session)


@dataclass(frozen=True)
class Part:
    """One dock.

    Attributes
    ----------
    title : str
        Of the dock.
    make : callable
        Gets the session; makes the panel.
    below : bool
        Under the picture, hidden at the start and not made before it is shown.
    """

    title: str
    make: Callable[[Session], QWidget]
    below: bool = False


PARTS = (
    Part("Readout", _readout),
    Part("Overview and magnifier", _overview),
    Part("Scale", _scale),
    Part("Header", _header),
    Part("History", _history),
    Part("Pixels", _pixels),
    Part("Images", _images),
    Part("Folder", _folder, below=True),
    Part("Stars", _stars, below=True),
    Part("Regions", _regions, below=True),
    Part("Measure", _measure, below=True),
)
BELOW = tuple(part.title for part in PARTS if part.below)


class _Placeholder(QWidget):
    """Keeps a panel's place, so that the picture does not move when the panel comes."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._height = HEIGHTS.get(title, HEIGHT_BELOW if title in BELOW else 100)

    def sizeHint(self) -> QSize:
        """As large as the panel will be."""
        return QSize(RIGHT_WIDTH, self._height)


class Docks:
    """The docks of the window; empty at first, then filled one by one.

    Parameters
    ----------
    window : QMainWindow
        Gets the docks.
    session : Session
        For the panels.
    """

    def __init__(self, window: QMainWindow, session: Session) -> None:
        self._session = session
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        self._panels: dict[str, QWidget] = {}
        self._filled: Callable[[], None] | None = None
        self._complete = False
        self._timer = QTimer(window)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._fill_next)
        self._naming = QTimer(window)
        self._naming.setSingleShot(True)
        self._naming.timeout.connect(self._name_once)
        for part in PARTS:
            dock = QDockWidget(part.title, window)
            dock.setObjectName(part.title)
            dock.setWidget(_Placeholder(part.title))
            self._docks[part.title] = dock
            if part.below:
                dock.visibilityChanged.connect(partial(self._shown, part.title))
            for moved in (dock.dockLocationChanged, dock.topLevelChanged):
                moved.connect(self._name_soon)
        self._arrange()
        self._name_soon()

    def _arrange(self) -> None:
        window, docks = self._window, self._docks
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        window.addDockWidget(left, docks["Images"])
        docks["Images"].hide()
        # below the picture; the panels beside it keep their height
        window.setCorner(Qt.Corner.BottomRightCorner, right)
        for title in BELOW:
            window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, docks[title])
            docks[title].hide()
        for title, following in pairwise(BELOW):
            window.tabifyDockWidget(docks[title], docks[following])
        column = [docks[title] for title in HEIGHTS]
        for dock in column:
            window.addDockWidget(right, dock)
        window.tabifyDockWidget(docks["Scale"], docks["Header"])
        window.tabifyDockWidget(docks["Header"], docks["History"])
        window.tabifyDockWidget(docks["History"], docks["Pixels"])
        docks["Scale"].raise_()
        window.setTabPosition(right, window.tabPosition(right).North)
        window.resizeDocks(column, list(HEIGHTS.values()), Qt.Orientation.Vertical)
        window.resizeDocks([docks["Scale"]], [RIGHT_WIDTH], Qt.Orientation.Horizontal)

    def _name_soon(self, *_values: object) -> None:
        # Qt tells of a dock's new place before its neighbours know of it
        self._naming.start(0)

    def _name_once(self) -> None:
        """Take the title bar from docks that share tabs: the tab says their name already."""
        for dock in self._docks.values():
            tabbed = bool(self._window.tabifiedDockWidgets(dock)) and not dock.isFloating()
            if tabbed != (dock.titleBarWidget() is not None):
                dock.setTitleBarWidget(QWidget(dock) if tabbed else None)

    def toggles(self) -> list[QAction]:
        """Return an action for each dock that shows or hides it."""
        return [dock.toggleViewAction() for dock in self._docks.values()]

    # ------------------------------------------------------------------ filling them

    def fill(self, filled: Callable[[], None]) -> None:
        """Build the panels, one in each round of the event loop, and call `filled` in the end."""
        self._filled = filled
        self._timer.start(0)

    def panel(self, title: str) -> QWidget:
        """Return a panel, building it if nobody has yet."""
        if title not in self._panels:
            make = next(part.make for part in PARTS if part.title == title)
            self._panels[title] = make(self._session)
            self._docks[title].setWidget(self._panels[title])
        return self._panels[title]

    @property
    def readout(self) -> "ReadoutPanel":
        """The readout panel."""
        return self.panel("Readout")  # type: ignore[return-value]

    @property
    def header(self) -> "HeaderPanel":
        """The header panel."""
        return self.panel("Header")  # type: ignore[return-value]

    @property
    def images(self) -> "FramesPanel":
        """The list of images."""
        return self.panel("Images")  # type: ignore[return-value]

    @property
    def history(self) -> "HistoryPanel":
        """The history panel."""
        return self.panel("History")  # type: ignore[return-value]

    @property
    def folder(self) -> "NightPanel":
        """The table of a folder."""
        return self.panel("Folder")  # type: ignore[return-value]

    @property
    def stars(self) -> "StarsPanel":
        """The table of stars."""
        return self.panel("Stars")  # type: ignore[return-value]

    @property
    def regions(self) -> "RegionsPanel":
        """The list of regions."""
        return self.panel("Regions")  # type: ignore[return-value]

    @property
    def measure(self) -> "MeasurePanel":
        """The answers of measurements."""
        return self.panel("Measure")  # type: ignore[return-value]

    def add_below(self, title: str, panel: QWidget) -> QDockWidget:
        """Add a dock for something that was asked for just now, under the picture beside the others there."""
        dock = QDockWidget(title, self._window)
        dock.setObjectName(title)
        dock.setWidget(panel)
        self._docks[title], self._panels[title] = dock, panel
        self._window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
        self._window.tabifyDockWidget(self._docks[BELOW[-1]], dock)
        for moved in (dock.dockLocationChanged, dock.topLevelChanged):
            moved.connect(self._name_soon)
        self._name_soon()
        return dock

    def show(self, title: str) -> None:
        """Bring a dock to the front."""
        self.panel(title)
        self._docks[title].show()
        self._docks[title].raise_()

    def _shown(self, title: str, visible: bool) -> None:
        # the start is quicker without panels that nobody may ask for
        if visible and self._complete:
            self.panel(title)

    def hide(self, title: str) -> None:
        """Take a dock out of sight."""
        self._docks[title].hide()

    def is_hidden(self, title: str) -> bool:
        """Whether the user, or nobody yet, wants to see a dock."""
        return self._docks[title].isHidden()

    def _fill_next(self) -> None:
        missing = [part.title for part in PARTS if part.title not in self._panels and not part.below]
        if missing:
            self.panel(missing[0])
            self._timer.start(0)
        elif self._filled is not None:
            self._complete = True
            self._filled()
