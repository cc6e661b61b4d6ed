"""RegionsPanel: the list of regions, what they are, and what lies inside them."""

from dataclasses import replace

from PyQt6.QtCore import QPoint, QSize, Qt
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QLabel, QMenu, QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from viewer.core.session.session import Session
from viewer.core.shapes.region import Region
from viewer.ui.panels.panel import Panel
from viewer.ui.regions.bar import RegionBar
from viewer.ui.regions.describing import has_sky
from viewer.ui.regions.files import ask_for_regions, ask_where_to_save
from viewer.ui.regions.form import RegionForm
from viewer.ui.regions.masking import mask_selected
from viewer.ui.regions.model import RegionsModel
from viewer.ui.regions.statistics import StatisticsView
from viewer.ui.regions.table import RegionsTable

EMPTY = (
    "There are no regions yet. Choose a shape above and drag in the picture, or load a region file. "
    "What is inside of the selected ones is measured here."
)


class RegionsPanel(Panel):
    """The regions of the image that is shown.

    Parameters
    ----------
    session : Session
        The state; its overlays hold the regions.
    parent : QWidget, optional
        As in Qt.
    """

    title = "Regions"
    delay = 15

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._overlays = session.overlays
        self._sky = False
        self.bar = RegionBar()
        self.model = RegionsModel(self)
        self.table = RegionsTable(self.model)
        self.form = RegionForm(session)
        self.statistics = StatisticsView(session)
        self._build()
        self._wire()
        self.refresh()

    def sizeHint(self) -> QSize:
        """Room for a few rows and the statistics beside them."""
        return QSize(900, 290)

    def refresh(self) -> None:
        """Show the regions as they are."""
        layer, picture = self._overlays.layer, self.session.picture
        possible = has_sky(picture)
        sky = self._sky and possible
        self.bar.show_tool(self._overlays.tool)
        self.bar.show_coordinates(sky, possible)
        self.bar.colour.show_colour(self._overlays.colour)
        self.model.show_regions(layer.regions, picture, sky, self.session.settings.sky_style)
        rows = self.model.rows_of(layer.selected)
        chosen = tuple(layer.regions[row] for row in rows)
        self.bar.save.setEnabled(bool(layer.regions))
        self.bar.load.setEnabled(picture is not None)
        self.bar.mask.setEnabled(any(region.closed or region.kind == "point" for region in chosen))
        self.bar.remove.setEnabled(bool(chosen))
        self.setEnabled(picture is not None)
        self.table.show_places(sky)
        self._pages.setCurrentIndex(0 if layer.regions else 1)
        self.table.show_selected(rows)
        self.form.show_regions(chosen, sky)
        self.statistics.show_regions(chosen)

    # ------------------------------------------------------------------ what it can be asked for

    def edit(self) -> None:
        """Let the name and numbers of the selected region be typed."""
        self.tabs.setCurrentWidget(self.form)
        self.form.focus_name()

    def remove(self) -> None:
        """Remove the selected regions."""
        self._overlays.remove_selected()

    def save(self) -> None:
        """Ask where to write all regions."""
        ask_where_to_save(self.session, self, self._overlays.layer.regions)

    def save_selected(self) -> None:
        """Ask where to write the selected regions."""
        ask_where_to_save(self.session, self, self._overlays.layer.chosen)

    def look_at(self) -> None:
        """Bring the selected regions into the middle of the view, as large as fits."""
        chosen, viewport = self._overlays.layer.chosen, self.session.viewport()
        if chosen and viewport is not None:
            lefts, rights, bottoms, tops = zip(*(region.bounds() for region in chosen), strict=True)
            x0, x1, y0, y1 = min(lefts), max(rights), min(bottoms), max(tops)
            room = max(x1 - x0, y1 - y0, 20.0) * 1.6
            zoom = min(viewport.size) / room
            self.session.set_viewport(((x0 + x1) / 2, (y0 + y1) / 2), min(zoom, max(viewport.zoom, 8.0)))

    def duplicate(self) -> None:
        """Add a copy of each selected region beside it, and select the copies."""
        regions, chosen = self._overlays.layer.regions, self._overlays.layer.chosen
        if chosen:
            copies = [_copy(region, self._overlays.next_key()) for region in chosen]
            title = "Duplicate region" if len(copies) == 1 else f"Duplicate {len(copies)} regions"
            self._overlays.set_regions((*regions, *copies), title)
            self._overlays.select([region.key for region in copies])

    def menu(self) -> QMenu:
        """Return what can be done with the selected regions."""
        chosen = self._overlays.layer.chosen
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, run in (
            ("Edit", self.edit),
            ("Look at", self.look_at),
            ("Duplicate", self.duplicate),
            ("Save selected…", self.save_selected),
        ):
            menu.addAction(text, run).setEnabled(bool(chosen))
        menu.addSeparator()
        menu.addAction("Copy statistics", self.statistics.copy).setEnabled(self.statistics.known)
        menu.addAction("Show Python", self.statistics.show_python).setEnabled(self.statistics.known)
        menu.addSeparator()
        menu.addAction("Remove\tDel", self.remove).setEnabled(bool(chosen))
        return menu

    # ------------------------------------------------------------------ construction

    def _build(self) -> None:
        empty = QLabel(EMPTY, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(empty)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.statistics, "Statistics")
        self.tabs.addTab(self.form, "Edit")
        self.tabs.setCornerWidget(self.statistics.buttons)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._pages)
        self._splitter.addWidget(self.tabs)
        self._splitter.setStretchFactor(0, 2)
        self._splitter.setStretchFactor(1, 3)
        self._splitter.setSizes([420, 600])
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 6)
        column.setSpacing(4)
        column.addWidget(self.bar)
        column.addWidget(self._splitter, 1)

    def _wire(self) -> None:
        session, bar = self.session, self.bar
        self._overlays.changed.connect(self._layer_changed)
        self._overlays.tool_changed.connect(self.refresh_soon)
        session.current_changed.connect(self.refresh_soon)
        session.image_changed.connect(self.refresh_soon)
        session.details_ready.connect(self.refresh_soon)
        session.settings_changed.connect(self.refresh_soon)
        bar.tool_wanted.connect(self._choose_tool)
        bar.sky_wanted.connect(self._show_sky)
        bar.colour.chosen.connect(self._overlays.set_colour)
        bar.load.clicked.connect(lambda: ask_for_regions(session, self))
        bar.save.clicked.connect(self.save)
        bar.mask_wanted.connect(lambda inside: mask_selected(session, inside))
        bar.remove.clicked.connect(self.remove)
        self.table.chosen.connect(lambda: self._overlays.select(self.table.keys()))
        self.table.remove_wanted.connect(self.remove)
        self.table.activated.connect(lambda _index: self.edit())
        self.table.copy_wanted.connect(self.statistics.copy)
        self.table.customContextMenuRequested.connect(self._show_menu)

    def _layer_changed(self, part: str) -> None:
        if part in ("regions", "selection", "layer"):
            self.refresh_soon()

    def _choose_tool(self, tool: str) -> None:
        self._overlays.set_tool(tool)
        # a second click on the same sign leaves it chosen
        self.bar.show_tool(tool)

    def _show_sky(self, sky: bool) -> None:
        self._sky = sky
        self.refresh()

    def _show_menu(self, where: QPoint) -> None:
        self.menu().popup(self.table.viewport().mapToGlobal(where))


def _copy(region: Region, key: int) -> Region:
    x0, x1, y0, y1 = region.bounds()
    step = max(4.0, 0.15 * max(x1 - x0, y1 - y0))
    return replace(region.moved_by(step, -step), key=key)
