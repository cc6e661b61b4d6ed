"""Menus and shortcuts, made from the table of actions."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QActionGroup, QKeySequence
from PyQt6.QtWidgets import QMenu, QWidget

from viewer.core.render.colormap import ColorMap
from viewer.core.render.scale import PRESETS
from viewer.core.session.session import Session
from viewer.ui.action import Action, has_picture
from viewer.ui.actions import ACTIONS
from viewer.ui.recent import RecentMenu

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

# Their entries are made of operations, which load scipy.
LOADED_LATER = ("Image", "Process", "Measure")


class Menus:
    """The menu bar; entries are enabled and checked as the session is when a menu opens.

    Parameters
    ----------
    window : MainWindow
        Has a bar of empty menus; actions are called with it.
    picture : QWidget
        Where keys of actions with `in_picture` count: the picture and what is shown in its place.
    panels : sequence of QAction
        Show and hide the panels.
    """

    def __init__(self, window: "MainWindow", picture: QWidget, panels: Sequence[QAction]) -> None:
        self._window = window
        self._menus: dict[str, QMenu] = {}
        self._made: list[tuple[QAction, Action]] = []
        for title in window.menuBar().actions():
            self._menus[title.text().replace("&", "")] = title.menu()
        self._picture = picture
        for action in ACTIONS:
            self._add(action)
        self._loading = [self._menus[title].addAction("Loading…") for title in LOADED_LATER]
        for entry in self._loading:
            entry.setEnabled(False)
        for panel in panels:
            panel.setStatusTip(f"Show or hide the panel {panel.text()}.")
        self._menus["View"].addMenu("Panels").addActions(panels)
        self.recent = RecentMenu(window)
        self._menus["File"].insertMenu(self._made_as("Open the sample"), self.recent)
        self._presets = self._menus["Scale"].addMenu("Presets")
        self._steps: tuple[str | None, str | None] = (None, None)
        self._presets.aboutToShow.connect(self._fill_presets)
        self._colormaps = self._menus["Scale"].addMenu("Colour map")
        self._colormaps.aboutToShow.connect(self._fill_colormaps)
        session = window.session
        session.current_changed.connect(self.refresh)
        session.image_changed.connect(self.refresh)
        session.settings_changed.connect(self.refresh)
        session.history_changed.connect(self.refresh)
        session.overlays.changed.connect(self._refresh_steps)
        session.overlays.tool_changed.connect(self.refresh)
        for menu in self._menus.values():
            menu.aboutToShow.connect(self.refresh)
        self.refresh()

    @property
    def listed(self) -> tuple[Action, ...]:
        """Every entry, in the order in which they were added."""
        return tuple(action for _, action in self._made)

    def add(self, actions: Sequence[Action]) -> None:
        """Add entries to menus and submenus, when what they need is loaded."""
        for title, entry in zip(LOADED_LATER, self._loading, strict=False):
            self._menus[title].removeAction(entry)
            entry.deleteLater()
        self._loading = []
        for action in actions:
            self._add(action)
        self.refresh()

    def refresh(self, *_values: object) -> None:
        """Enable and check the entries as the session is."""
        session = self._window.session
        for made, action in self._made:
            made.setEnabled(action.enabled(session))
            if action.name is not None:
                made.setText(action.name(session).replace("&", "&&"))
            if action.why_not is not None:
                reason = action.why_not(session)
                made.setToolTip(reason or action.tip)
                made.setStatusTip(reason or action.tip)
            if action.checked is not None:
                made.setChecked(action.checked(session))
        for menu in (self._presets, self._colormaps):
            menu.setEnabled(has_picture(session))
        self.recent.setEnabled(bool(session.settings.recent))

    def _refresh_steps(self, _part: str) -> None:
        # many times a second while regions are dragged, which changes no entry
        steps = (self._window.session.undoable, self._window.session.redoable)
        if steps != self._steps:
            self._steps = steps
            self.refresh()

    def context_menu(self) -> QMenu:
        """Return the menu of a right click in the picture."""
        menu = QMenu(self._window)
        wanted = (
            "Fit the whole image",
            "1:1",
            "2:1",
            "8:1",
            "Centre on the pointer",
            "Copy readout",
            "Freeze the readout",
        )
        for made, action in self._made:
            if action.text in wanted:
                menu.addAction(made)
        menu.addSeparator()
        menu.addMenu(self._presets)
        menu.addMenu(self._colormaps)
        return menu

    def _menu(self, path: str) -> QMenu:
        if path not in self._menus:
            parent, _, name = path.rpartition("/")
            menu = QMenu(name, self._window)
            # the submenu of new images stands where windows are opened
            above = self._menu(parent)
            before = self._made_as("Restore the last session") if parent == "File" else None
            above.insertMenu(before, menu)
            menu.setToolTipsVisible(True)
            self._menus[path] = menu
        return self._menus[path]

    def _made_as(self, text: str) -> QAction:
        return next(made for made, action in self._made if action.text == text)

    def _add(self, action: Action) -> None:
        menu = self._menu(action.menu)
        if not action.text:
            menu.addSeparator()
            return
        made = menu.addAction(action.text)
        made.setShortcuts([QKeySequence(keys) for keys in action.keys])
        made.setCheckable(action.checked is not None)
        if action.tip:
            made.setStatusTip(action.tip)
            made.setToolTip(action.tip)
        if action.in_picture:
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._picture.addAction(made)
        made.triggered.connect(self._runner(action))
        self._made.append((made, action))

    def _runner(self, action: Action) -> Callable[[], None]:
        def run() -> None:
            if action.enabled(self._window.session):
                action.run(self._window)
                self.refresh()

        return run

    def _fill_presets(self) -> None:
        self._presets.clear()
        for name, scale in PRESETS.items():
            entry = self._presets.addAction(name, lambda scale=scale: self._window.session.set_scale(scale))
            entry.setStatusTip("Draw the image with these limits, this stretch and these colours.")

    def _fill_colormaps(self) -> None:
        session: Session = self._window.session
        self._colormaps.clear()
        group = QActionGroup(self._colormaps)
        for name in ColorMap.names():
            entry = self._colormaps.addAction(name)
            entry.setStatusTip("Draw the image in these colours.")
            entry.setCheckable(True)
            group.addAction(entry)
            if session.picture is not None:
                inverted = session.picture.scale.colormap.inverted
                entry.setChecked(session.picture.scale.colormap.name == name)
                entry.triggered.connect(lambda _on, n=name, i=inverted: session.set_colormap(ColorMap(n, i)))
