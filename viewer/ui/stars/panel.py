"""The panel Stars: finds them, lists them, and hands them on."""

import numpy as np
from PyQt6.QtCore import QPoint, QSize, Qt, QTimer
from PyQt6.QtGui import QGuiApplication, QPalette
from PyQt6.QtWidgets import (
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.core.session.layer import StarStyle
from viewer.core.session.session import Session
from viewer.ui.panels.panel import Panel
from viewer.ui.stars.columns import COLUMNS
from viewer.ui.stars.controls import SearchControls, StyleControls
from viewer.ui.stars.export import add_regions, ask_for_table
from viewer.ui.stars.menu import star_menu
from viewer.ui.stars.model import StarsModel
from viewer.ui.stars.searching import Search, Searching
from viewer.ui.stars.summary import summary_text
from viewer.ui.stars.table import StarsTable
from viewer.ui.texts import sentence

FILTER_MS = 60
MOST_COPIED = 200_000
# the part of the view, from its middle, in which a star need not be brought into view
INNER = 0.47


class StarsPanel(Panel):
    """The stars of the image that is shown.

    Parameters
    ----------
    session : Session
        The state; its overlays hold the stars.
    parent : QWidget, optional
        As in Qt.
    """

    title = "Stars"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.model = StarsModel(self)
        self.table = StarsTable(self.model)
        self.searching = Searching(session, self.refresh_state, self)
        self.export_button = _button(
            "Export…", "Write the stars that are shown: CSV, ECSV, FITS, VOTable, DS9 regions"
        )
        self.regions_button = _button(
            "To regions", "Make regions of the selected stars, or of all that are shown"
        )
        self.python_button = _button("Python…", "The same search as a script that needs no Skyloupe")
        self.search = SearchControls((self.export_button, self.regions_button, self.python_button))
        self.style_controls = StyleControls()
        self._style: StarStyle | None = None
        self._measured: object = None
        self._style_later = QTimer(self)
        self._style_later.setSingleShot(True)
        self._style_later.setInterval(FILTER_MS)
        self._style_later.timeout.connect(self._take_style)
        self._build()
        self._wire()
        self.refresh()

    def sizeHint(self) -> QSize:
        """Room for a dozen stars below the picture."""
        return QSize(900, 300)

    # ------------------------------------------------------------------ what it can be asked for

    def find(self, search: Search | None = None) -> None:
        """Look for stars, as the controls are set if nothing else is said."""
        self.searching.start(search or self.search.search())
        self.refresh_state()

    def chosen_rows(self) -> np.ndarray:
        """Return the stars that a command is meant for: the selected ones, or all that are shown."""
        selected = self.table.stars()
        shown = self.model.shown
        return shown[[self.model.place_of(star) for star in selected]] if selected else shown

    def export(self) -> None:
        """Ask where to write the stars that are shown."""
        stars = self.session.overlays.layer.stars
        if stars is not None:
            ask_for_table(self.session, stars, self.model.shown, self)

    def export_selected(self) -> None:
        """Ask where to write the selected stars."""
        stars = self.session.overlays.layer.stars
        if stars is not None:
            ask_for_table(self.session, stars, self.chosen_rows(), self)

    def to_regions(self) -> None:
        """Make regions of the selected stars, or of all that are shown."""
        stars = self.session.overlays.layer.stars
        rows = self.chosen_rows()
        if stars is not None and len(rows):
            add_regions(self.session, stars, rows, self.search.aperture.value() or None)

    def copy(self) -> None:
        """Copy the selected rows as they are shown, with the names of the columns, separated by tabs."""
        places = self.table.selected_rows()
        if not places:
            return
        if len(places) * len(COLUMNS) > MOST_COPIED:
            self.session.tell("warning", f"{len(places):,} rows are too many to copy: export them.")
            return
        lines = ["\t".join(column.key for column in self.model.columns)]
        lines += [
            "\t".join(self.model.text(place, column) for column in self.model.columns) for place in places
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def show_python(self) -> None:
        """Show the search for these stars as a script; without stars, the one that the controls ask for."""
        # who asks for a script has the operations and scipy loaded
        from viewer.ui.measuring_script import show_python
        from viewer.ui.stars.searching import question_of

        stars, search, picture = self.session.overlays.layer.stars, self.search.search(), self.session.picture
        asked = (search.method, search.settings) if stars is None else (stars.method, stars.settings)
        question = question_of(*asked, colour=picture is not None and picture.colour)
        show_python(self.session, question, self)

    def forget(self) -> None:
        """Take the stars away."""
        self.session.overlays.set_stars(None)

    def centre(self) -> None:
        """Bring the star whose row is current to the middle of the view."""
        stars, star, viewport = (
            self.session.overlays.layer.stars,
            self.table.current_star,
            self.session.viewport(),
        )
        if stars is not None and star is not None and viewport is not None:
            self.session.set_viewport(
                (float(stars.table["x"][star]), float(stars.table["y"][star])), viewport.zoom
            )

    def remove_selected(self) -> None:
        """Take the selected stars off the list: those that are none."""
        stars, selected = self.session.overlays.layer.stars, self.table.stars()
        if stars is not None and selected:
            kept = np.ones(len(stars), bool)
            kept[selected] = False
            self.session.overlays.set_stars(stars.chosen(kept))

    def menu(self) -> QMenu:
        """Return what can be done with the selected stars."""
        return star_menu(self)

    # ------------------------------------------------------------------ following the session

    def refresh(self) -> None:
        """Show the stars of the image on display."""
        layer = self.session.overlays.layer
        self._style = layer.star_style
        if not self._style_later.isActive():
            self.style_controls.show_style(layer.star_style)
        self.model.show_stars(layer.stars, layer.star_style.filter, self.session.settings.sky_style)
        if layer.stars is not None and self._measured is not layer.stars:
            self._measured = layer.stars
            self.table.set_widths()
        self._show_marked(reveal=True)
        self.refresh_state()

    def refresh_state(self) -> None:
        """Show what is under way, what was found, and let be done what can be."""
        layer, picture = self.session.overlays.layer, self.session.picture
        busy = self.searching.busy
        image = picture is not None and picture.frame.ndim > 1
        self.search.show_busy(busy, image)
        there = layer.stars is not None
        self.python_button.setEnabled(image)
        for button in (self.export_button, self.regions_button):
            button.setEnabled(len(self.model.shown) > 0)
        if layer.stars is not None and len(layer.stars):
            text = summary_text(layer.stars, self.model.shown, len(layer.marked))
        else:
            text = ""
        self.state.setText(self.model.problem or text)
        self.state.setToolTip(
            "\n".join(filter(None, [text, *(map(sentence, layer.stars.notes) if there else ())]))
        )
        colour = QPalette.ColorRole.BrightText if self.model.problem else QPalette.ColorRole.WindowText
        self.state.setForegroundRole(colour)
        self.empty.setText(self._why_empty(image, busy))
        self.pages.setCurrentWidget(self.table if len(self.model.shown) else self._nothing)

    def _why_empty(self, image: bool, busy: bool) -> str:
        stars = self.session.overlays.layer.stars
        if not image:
            return "Stars can be found in images: open one."
        if busy:
            return "Looking for stars…"
        if stars is None:
            return "No stars yet: press “Find stars” to look for them in this image."
        if len(stars):
            return "No star fits the filter."
        return " ".join(["No stars were found.", *map(sentence, stars.notes)])

    def _overlays_changed(self, part: str) -> None:
        if part == "marked":
            self._show_marked(reveal=True)
            self.refresh_state()
        elif part in ("stars", "layer"):
            self.refresh()

    def _show_marked(self, reveal: bool) -> None:
        self.table.show_marked(self.session.overlays.layer.marked, reveal)

    # ------------------------------------------------------------------ from the controls to the session

    def _choose(self) -> None:
        """The user selected rows: mark the stars, and bring the current one into view."""
        stars = self.table.stars()
        self.session.overlays.mark_stars(stars)
        star, layer, viewport = self.table.current_star, self.session.overlays.layer, self.session.viewport()
        if layer.stars is None or viewport is None or star is None or star not in layer.marked:
            return
        x, y = float(layer.stars.table["x"][star]), float(layer.stars.table["y"][star])
        right, down = viewport.to_screen(x, y)
        width, height = viewport.size
        if abs(right / width - 0.5) > INNER or abs(down / height - 0.5) > INNER:
            self.session.set_viewport((x, y), viewport.zoom)

    def _style_wanted(self, style: StarStyle) -> None:
        self._wanted = style
        if self._style is not None and style.filter != self._style.filter:
            # while one types
            self._style_later.start()
        else:
            self._take_style()

    def _take_style(self) -> None:
        self._style_later.stop()
        self.session.overlays.set_star_style(self._wanted)

    # ------------------------------------------------------------------ the widgets

    def _build(self) -> None:
        self.empty = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._nothing = QWidget()
        middle = QVBoxLayout(self._nothing)
        middle.addWidget(self.empty, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.table)
        self.pages.addWidget(self._nothing)
        self.state = QLabel()
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(4)
        column.addWidget(self.search)
        column.addWidget(self.style_controls)
        column.addWidget(self.pages, 1)
        column.addWidget(self.state)
        self.setFocusProxy(self.table)

    def _wire(self) -> None:
        session = self.session
        self.search.wanted.connect(self.find)
        self.search.stopped.connect(self.searching.cancel)
        self.style_controls.changed.connect(self._style_wanted)
        self.table.chosen.connect(self._choose)
        self.table.activated.connect(lambda _index: self.centre())
        self.table.copy_wanted.connect(self.copy)
        self.table.remove_wanted.connect(self.remove_selected)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.model.modelReset.connect(lambda: self._show_marked(reveal=False))
        self.export_button.clicked.connect(lambda _checked: self.export())
        self.python_button.clicked.connect(lambda _checked: self.show_python())
        self.regions_button.clicked.connect(lambda _checked: self.to_regions())
        session.overlays.changed.connect(self._overlays_changed)
        session.settings_changed.connect(self.refresh_soon)
        session.details_ready.connect(self.refresh_soon)

    def _show_menu(self, where: QPoint) -> None:
        self.menu().popup(self.table.viewport().mapToGlobal(where))


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton(text=text, toolTip=tip)
    # keys reach it too
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
