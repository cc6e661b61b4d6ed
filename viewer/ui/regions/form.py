"""RegionForm: name, colour and numbers of the selected regions, to be typed."""

from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QPalette
from PyQt6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from viewer.core.errors import ViewerError
from viewer.core.session.session import Session
from viewer.core.shapes.region import Region
from viewer.ui.fitting import fixed_font
from viewer.ui.panels.panel import quietly
from viewer.ui.regions.colour_box import ColourBox
from viewer.ui.regions.describing import sky_of, title_of
from viewer.ui.regions.entries import Entry, entries_of

NOTHING = (
    "Select a region in the list or in the picture to change its name, colour and numbers here. "
    "Draw new ones with the signs above."
)
REFUSAL_MS = 6000
WIDEST = 10
ANGLES = "Angles are counter-clockwise from the x axis of the image."


class TypedField(QLineEdit):
    """A line whose text is taken by Enter or by leaving it; Escape takes the change back.

    Signals
    -------
    entered : str
        A person typed something else.

    Parameters
    ----------
    parent : QWidget, optional
        As in Qt.
    """

    entered = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self.returnPressed.connect(self._apply)

    def show_text(self, text: str) -> None:
        """Show a text, unless a person is typing."""
        if text != self._shown:
            self._shown = text
            if not (self.hasFocus() and self.isModified()):
                self.setText(text)

    def refuse(self, sentence: str) -> None:
        """Say why the text cannot be used, and show the one again that holds."""
        self.restore()
        place = self.mapToGlobal(self.rect().bottomLeft())
        QToolTip.showText(place, sentence, self, self.rect(), REFUSAL_MS)

    def restore(self) -> None:
        """Take back what was typed."""
        self.setText(self._shown)
        self.setModified(False)

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the window while it takes back what was typed."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.setAccepted(self.isModified())
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take back by Escape."""
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.restore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take what was typed when the user goes on."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._apply()

    def _apply(self) -> None:
        if self.isModified():
            text = self.text()
            self.setModified(False)
            if text != self._shown:
                self.entered.emit(text)


class RegionForm(QScrollArea):
    """Fields for the selected regions.

    Parameters
    ----------
    session : Session
        Its regions are changed.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._overlays = session.overlays
        self._chosen: tuple[Region, ...] = ()
        self._entries: list[Entry] = []
        self._made: tuple[str, ...] = ()
        self.fields: dict[str, TypedField] = {}
        self._build()
        self.show_regions((), False)

    def show_regions(self, chosen: tuple[Region, ...], sky: bool) -> None:
        """Show the selected regions, with places on the sky if `sky`."""
        self._chosen = chosen
        picture = self._session.picture
        self._note.setVisible(not chosen)
        self._common.setVisible(bool(chosen))
        self._title.setText(_title(chosen))
        if chosen:
            self._show_common(chosen)
        single = chosen[0] if len(chosen) == 1 and picture is not None else None
        self._entries = (
            []
            if single is None or picture is None
            else entries_of(single, picture, sky_of(single, picture) if sky else None)
        )
        self._make_fields()
        for entry in self._entries:
            self.fields[entry.label].show_text(entry.text)

    def focus_name(self) -> None:
        """Let a name be typed."""
        self.name.setFocus()
        self.name.selectAll()

    # ------------------------------------------------------------------ from the regions to the fields

    def _show_common(self, chosen: tuple[Region, ...]) -> None:
        names = {region.name for region in chosen}
        self.name.show_text(names.pop() if len(names) == 1 else "")
        self.name.setPlaceholderText("" if len(chosen) == 1 else "different names")
        self.colour.show_colour(chosen[0].colour)
        with quietly(self.line_width, self.excluded):
            self.line_width.setValue(chosen[0].width)
            self.excluded.setChecked(not chosen[0].include)

    def _make_fields(self) -> None:
        labels = tuple(entry.label + entry.unit for entry in self._entries)
        if labels == self._made:
            return
        self._made = labels
        while self._grid.count():
            self._grid.takeAt(0).widget().deleteLater()
        self.fields = {}
        for place, entry in enumerate(self._entries):
            row, column = divmod(place, 2)
            label = QLabel(f"{entry.label}{f' [{entry.unit}]' if entry.unit else ''}")
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            field = TypedField()
            field.setFont(fixed_font())
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.setMinimumWidth(field.fontMetrics().horizontalAdvance("0" * WIDEST) + 10)
            field.setAccessibleName(entry.label)
            field.setToolTip(ANGLES if entry.meaning == "angle" else "")
            field.entered.connect(lambda text, label=entry.label: self._entered(label, text))
            label.setBuddy(field)
            self._grid.addWidget(label, row, 2 * column)
            self._grid.addWidget(field, row, 2 * column + 1)
            self.fields[entry.label] = field

    # ------------------------------------------------------------------ from the fields to the regions

    def _entered(self, label: str, text: str) -> None:
        entry = next((each for each in self._entries if each.label == label), None)
        if entry is None or len(self._chosen) != 1:
            return
        try:
            changed = entry.change(self._chosen[0], entry.read(text))
        except ViewerError as error:
            self.fields[label].refuse(str(error))
            return
        self._replace(lambda _region: changed, "Change region")
        # the number in our own manner
        self.fields[label].restore()

    def _replace(self, change: Callable[[Region], Region], title: str) -> None:
        keys = {region.key for region in self._chosen}
        regions = self._overlays.layer.regions
        self._overlays.set_regions(
            [change(region) if region.key in keys else region for region in regions], title
        )

    def _rename(self, text: str) -> None:
        self._replace(lambda region: replace(region, name=text.strip()), "Name region")

    def _recolour(self, colour: str) -> None:
        self._replace(lambda region: replace(region, colour=colour), "Colour region")

    def _widen(self, width: int) -> None:
        self._replace(lambda region: replace(region, width=width), "Change width of line")

    def _exclude(self, on: bool) -> None:
        self._replace(
            lambda region: replace(region, include=not on), "Exclude region" if on else "Include region"
        )

    # ------------------------------------------------------------------ the widgets

    def _build(self) -> None:
        content = QWidget()
        self._note = QLabel(NOTHING, wordWrap=True)
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._title = QLabel()
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self.name = TypedField()
        self.name.setAccessibleName("Name")
        self.name.entered.connect(self._rename)
        self.colour = ColourBox("Colour of the selected regions")
        self.colour.chosen.connect(self._recolour)
        self.line_width = QSpinBox()
        self.line_width.setRange(1, 9)
        self.line_width.setToolTip("Width of the line, in pixels of the screen")
        self.line_width.valueChanged.connect(self._widen)
        self.excluded = QCheckBox("Excluded")
        self.excluded.setToolTip("To be left out: a region file writes it with a minus")
        self.excluded.toggled.connect(self._exclude)
        look = QHBoxLayout()
        look.setSpacing(6)
        look.addWidget(self.colour)
        look.addWidget(QLabel("Line"))
        look.addWidget(self.line_width)
        look.addWidget(self.excluded)
        look.addStretch(1)
        self._common = QWidget()
        form = QFormLayout(self._common)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.addRow("Name", self.name)
        form.addRow("Colour", look)
        numbers = QWidget()
        self._grid = QGridLayout(numbers)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(4)
        column = QVBoxLayout(content)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(4)
        for widget in (self._note, self._title, self._common, numbers):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(content)
        for widget in (self.viewport(), content):
            widget.setAutoFillBackground(False)


def _title(chosen: tuple[Region, ...]) -> str:
    if len(chosen) > 1:
        return f"{len(chosen):,} regions"
    return title_of(chosen[0]) if chosen else ""
