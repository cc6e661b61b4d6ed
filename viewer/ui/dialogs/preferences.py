"""PreferencesDialog: all settings that a person chooses, made from their declaration, at work at once."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from viewer.core.errors import ViewerError
from viewer.core.session.preferences import check_stretch, preferences, preferred, usual_parameter
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.dialogs.explained import paint_red
from viewer.ui.dialogs.form import Form
from viewer.ui.fitting import fit
from viewer.ui.image.habits import HABITS

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

# What stands together, so that no page is longer than a low screen.
PAGES = (
    ("Picture", ("First view of an image", "Next images")),
    ("Coordinates", ("Coordinates", "Header")),
    ("Mouse", ("Mouse",)),
    ("Window", ("Window", "Memory")),
)
# Of a line that explains something, and of the screen.
CHARACTERS = 72
GESTURES = (24, 0, 0, 8)
HIGHEST = 0.75
Button = QDialogButtonBox.StandardButton


class PreferencesDialog(QDialog):
    """Stays beside the window. What is changed holds from then on; Cancel takes it back.

    Parameters
    ----------
    session : Session
        Whose settings they are.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._before = self._known = preferred(session.settings)
        self._busy = False
        self.forms: dict[str, Form] = {}
        self.pages = QTabWidget()
        for title, headings in PAGES:
            self.pages.addTab(self._page(headings), title)
        widest = max(form.label_width for form in self.forms.values())
        for form in self.forms.values():
            form.align(widest)
        for area in self.pages.findChildren(_Area):
            # what is too wide cannot be scrolled
            area.setMinimumWidth(area.widget().minimumSizeHint().width() + area.bar_width)
        self.problem = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        paint_red(self.problem)
        self.problem.setMinimumHeight(self.fontMetrics().lineSpacing())
        self.buttons = QDialogButtonBox(Button.RestoreDefaults | Button.Cancel | Button.Ok)
        self.ok = self.buttons.button(Button.Ok)
        self.ok.setDefault(True)
        self.buttons.button(Button.RestoreDefaults).setText("Reset to defaults")
        self.buttons.button(Button.RestoreDefaults).setToolTip("Everything on all pages, as it was at first")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(Button.RestoreDefaults).clicked.connect(self.show_defaults)
        whole = QVBoxLayout(self)
        for part in (self.pages, self.problem, self.buttons):
            whole.addWidget(part)
        self.show_values(self._before)
        # left to itself, Qt gives a new window two thirds of the screen
        fit(self, self.sizeHint().width(), self.sizeHint().height())
        for form in self.forms.values():
            form.changed.connect(self._changed)
        self.field("stretch").changed.connect(self._stretch_changed)
        self.field("mouse").changed.connect(self._show_needed)
        session.settings_changed.connect(self._settings_changed)
        self.finished.connect(lambda _result: session.settings_changed.disconnect(self._settings_changed))

    def field(self, name: str) -> Any:
        """Return the field of a preference."""
        return next(form.fields[name] for form in self.forms.values() if name in form.fields)

    def show_values(self, values: dict[str, Any]) -> None:
        """Show settings by their names."""
        busy, self._busy = self._busy, True
        for form in self.forms.values():
            form.show_values(values)
        self._busy = busy
        self._show_needed()

    def show_defaults(self) -> None:
        """Show the settings that the program comes with, which hold from now on."""
        self.show_values(preferred(Settings()))
        self._changed()

    def reject(self) -> None:
        """Go back to what held before."""
        self._busy = True
        self._set(self._before)
        super().reject()

    # ------------------------------------------------------------------ the parts

    def _page(self, headings: tuple[str, ...]) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        for heading in headings:
            title = QLabel(heading)
            font = title.font()
            font.setBold(True)
            title.setFont(font)
            form = Form(preferences()[heading], self._session, None)
            form.setContentsMargins(self.fontMetrics().averageCharWidth() * 2, 0, 0, 0)
            self.forms[heading] = form
            column.addWidget(title)
            column.addWidget(form)
            if "mouse" in form.fields:
                self.gestures = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
                self.gestures.setContentsMargins(*GESTURES)
                column.addWidget(self.gestures)
        column.addStretch(1)
        area = _Area()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        for widget in (area.viewport(), page):
            widget.setAutoFillBackground(False)
        return area

    # ------------------------------------------------------------------ from the fields to the session

    def _changed(self) -> None:
        if self._busy:
            return
        try:
            values: dict[str, Any] = {}
            for form in self.forms.values():
                values |= form.values()
            check_stretch(values["stretch"], values["stretch_parameter"])
        except ViewerError as error:
            self.problem.setText(str(error))
            self.ok.setEnabled(False)
            return
        self.problem.clear()
        self.ok.setEnabled(True)
        self._set(values)

    def _set(self, values: dict[str, Any]) -> None:
        self._known = self._known | values
        self._session.set_settings(replace(self._session.settings, **values))

    def _stretch_changed(self) -> None:
        if self._busy:
            return
        usual = usual_parameter(self.field("stretch").value)
        if usual is not None:
            self.field("stretch_parameter").show_value(usual)
        self._show_needed()

    def _show_needed(self) -> None:
        """Show what the other choices make of use, and tell the gestures of the habits."""
        told = HABITS[self.field("mouse").value].told
        rows = (f"<tr><td>{gesture}</td><td>{text}</td></tr>" for gesture, text in told)
        self.gestures.setText(f"<table cellpadding='3'>{''.join(rows)}</table>")
        needed = usual_parameter(self.field("stretch").value) is not None
        self.forms["First view of an image"].show_needed("stretch_parameter", needed)

    # ------------------------------------------------------------------ from the session to the fields

    def _settings_changed(self) -> None:
        """Show what was chosen elsewhere, in a menu or a panel; it is not taken back by Cancel."""
        now = preferred(self._session.settings)
        changed = {name: value for name, value in now.items() if value != self._known[name]}
        if changed:
            self._before, self._known = self._before | changed, now
            self.show_values(changed)
            self._changed()


class _Area(QScrollArea):
    """Wants to show all that is in it, if the screen is high enough."""

    def sizeHint(self) -> QSize:
        lines = CHARACTERS * self.fontMetrics().averageCharWidth()
        inside = self.widget()
        width = max(inside.sizeHint().width(), lines)
        height = inside.heightForWidth(width) if inside.hasHeightForWidth() else inside.sizeHint().height()
        highest = round(self.screen().availableGeometry().height() * HIGHEST)
        return QSize(width + self.bar_width, min(height, highest))

    @property
    def bar_width(self) -> int:
        """What the scroll bar takes."""
        return self.verticalScrollBar().sizeHint().width()


def show_preferences(window: "MainWindow") -> None:
    """Show the dialog, or bring it to the front."""
    dialog = window.findChild(PreferencesDialog) or PreferencesDialog(window.session, window)
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
