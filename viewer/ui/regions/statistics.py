"""StatisticsView: the numbers of the selected regions, and the histogram of one."""

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QGuiApplication, QPalette
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.core.session.session import Session
from viewer.core.shapes.region import Region
from viewer.ui.fitting import fixed_font
from viewer.ui.measuring_script import show_python
from viewer.ui.plots.curves import Curve, Line
from viewer.ui.plots.plot import Plot
from viewer.ui.regions.describing import title_of
from viewer.ui.regions.measured import Measured, as_csv, as_text, number_text, question_of
from viewer.ui.regions.measuring import MOST, Measuring

NOTHING = "Select a region, in the picture or in the list, to see the statistics of its pixels."
# what each line shows: of all pixels, and of those that clipping left
ROWS = (
    ("mean", "clipped_mean"),
    ("median", "clipped_median"),
    ("std", "clipped_std"),
    ("sum", ""),
    ("min", ""),
    ("max", ""),
    ("pixels", ""),
    ("missing", ""),
    ("area", ""),
)
TIPS = {
    "std": "Standard deviation",
    "pixels": "Pixels that have a value and whose centre lies inside",
    "missing": "Pixels inside that have no value",
    "area": "Of all pixels inside, in square arcseconds if the image has a WCS",
    "clipped": "Without what is further than 3 standard deviations from the median, again and again",
}
COLUMNS = ("pixels", "mean", "median", "std", "min", "max", "sum", "missing")
WIDTH = 12
NOTHING_YET, ONE, MANY, LENGTH = range(4)
# the histogram of a region that is dragged is drawn no more often
HISTOGRAM_MS = 120


class StatisticsView(QWidget):
    """Shows what lies inside of the selected regions, also while they are dragged.

    Attributes
    ----------
    buttons : QWidget
        What can be done with the numbers; its owner gives it a place.

    Parameters
    ----------
    session : Session
        Its picture is measured.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.found: list[Measured] = []
        self._measuring = Measuring(session, self._show)
        self.values: dict[str, QLabel] = {}
        self._page = NOTHING_YET
        self._waiting: Measured | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(HISTOGRAM_MS)
        self._pause.timeout.connect(self._draw)
        self._build()
        self._show([])

    @property
    def known(self) -> bool:
        """Whether there are numbers."""
        return any(each.numbers for each in self.found)

    def show_regions(self, chosen: tuple[Region, ...]) -> None:
        """Show the statistics of some regions, as soon as they are known."""
        self._measuring.ask(chosen)

    def copy(self) -> None:
        """Copy the numbers, a line for each."""
        document = self._session.current
        if self.known and document is not None:
            QGuiApplication.clipboard().setText(as_text(self.found, document.name, self._unit))

    def copy_csv(self) -> None:
        """Copy the numbers as CSV, a row for each region."""
        if self.known:
            QGuiApplication.clipboard().setText(as_csv(self.found))

    def show_python(self) -> None:
        """Show the Python that measures the first of the regions."""
        picture = self._session.picture
        if self.known and picture is not None:
            show_python(self._session, question_of(self.found[0].region, picture), self.window())

    # ------------------------------------------------------------------ what was measured

    @property
    def _unit(self) -> str:
        picture = self._session.picture
        return "" if picture is None else picture.frame.unit

    def _show(self, found: list[Measured]) -> None:
        self.found = found
        for button in (self.copy_button, self.python_button):
            button.setEnabled(self.known)
        self._page = NOTHING_YET
        if not found:
            self._note.setText(NOTHING)
        elif len(found) > 1:
            cut = f" The first {MOST:,} are measured." if len(found) == MOST else ""
            self._note.setText(f"{len(found):,} regions.{cut}")
            self._fill_table(found)
            self._page = MANY
        else:
            self._show_one(found[0])
        self._note.setVisible(bool(self._note.text()))
        self._pages.setCurrentIndex(self._page)

    def _show_one(self, one: Measured) -> None:
        self._note.setText(one.notes[:1].upper() + one.notes[1:])
        line = "length" in one.numbers
        self._page = LENGTH if line else ONE
        for name, label in self.values.items():
            value = one.numbers.get(name)
            label.setText("" if value is None and one.numbers else number_text(value))
        area = one.numbers.get("area_arcsec2")
        if area is not None and area == area:
            self.values["area"].setText(f"{number_text(area)} ″²")
        elif "area" in one.numbers:
            self.values["area"].setText(f"{one.numbers['area']:,} px")
        if line:
            self._length.setText(_length_text(one))
        self._waiting = one
        if not self._pause.isActive():
            self._draw()

    def _draw(self) -> None:
        """Draw the histogram; not for each step of the mouse, since axes take longer than all the rest."""
        one, self._waiting = self._waiting, None
        if one is None:
            return
        self._pause.start()
        self.plot.setVisible(one.histogram is not None)
        if one.histogram is None:
            return
        curve = Curve(one.histogram["edges"], one.histogram["count"], "pixels", "bars")
        lines = [Line(one.numbers["median"], "median")]
        self.plot.set_labels("Value", "Pixels", self._unit)
        # another region is shown whole; while one is dragged the axes follow it, too
        self.plot.set_curves([curve], lines, fit=True)

    def _fill_table(self, found: list[Measured]) -> None:
        self.table.setRowCount(len(found))
        for row, each in enumerate(found):
            texts = [f"{title_of(each.region)} {each.region.name}".strip()]
            texts += [number_text(each.numbers[name]) if name in each.numbers else "" for name in COLUMNS]
            for column, text in enumerate(texts):
                item = self.table.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    if column:
                        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                    self.table.setItem(row, column, item)
                if item.text() != text:
                    item.setText(text)
                item.setToolTip(each.notes)

    # ------------------------------------------------------------------ the widgets

    def _build(self) -> None:
        self._note = QLabel(wordWrap=False)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.copy_button = QToolButton(text="Copy")
        self.copy_button.setToolTip("Copy the statistics")
        self.copy_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.copy_button)
        menu.addAction("As text", self.copy)
        menu.addAction("As CSV", self.copy_csv)
        self.copy_button.setMenu(menu)
        self.python_button = QToolButton(text="Python…")
        self.python_button.setToolTip("The same measurement as a script that needs no Skyloupe")
        self.python_button.clicked.connect(lambda _on: self.show_python())
        self.buttons = QWidget()
        row = QHBoxLayout(self.buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.copy_button)
        row.addWidget(self.python_button)
        self._pages = QStackedWidget()
        self._pages.addWidget(QWidget())
        self._pages.addWidget(self._one())
        self._pages.addWidget(self._many())
        self._length = QLabel(alignment=Qt.AlignmentFlag.AlignTop)
        self._length.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._length.setFont(fixed_font())
        self._pages.addWidget(self._length)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._note)
        column.addWidget(self._pages, 1)

    def _one(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.plot = Plot(self._session, name="region histogram")
        policy = self.plot.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.plot.setSizePolicy(policy)
        row.addWidget(self._numbers())
        row.addWidget(self.plot, 1)
        return page

    def _numbers(self) -> QWidget:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(1)
        grid.setHorizontalSpacing(10)
        for column, (text, tip) in enumerate((("all", ""), ("3σ-clipped", TIPS["clipped"])), 1):
            title = QLabel(text, alignment=Qt.AlignmentFlag.AlignRight)
            title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            title.setToolTip(tip)
            grid.addWidget(title, 0, column)
        for row, names in enumerate(ROWS, 1):
            title = QLabel(names[0])
            title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            title.setToolTip(TIPS.get(names[0], ""))
            grid.addWidget(title, row, 0)
            for column, name in enumerate(names, 1):
                if name:
                    grid.addWidget(self._value(name), row, column)
        grid.setRowStretch(len(ROWS) + 1, 1)
        return page

    def _value(self, name: str) -> QLabel:
        label = QLabel(alignment=Qt.AlignmentFlag.AlignRight)
        label.setFont(fixed_font())
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # nothing moves when digits come or go
        label.setMinimumWidth(label.fontMetrics().horizontalAdvance("0" * WIDTH))
        self.values[name] = label
        return label

    def _many(self) -> QWidget:
        self.table = QTableWidget(0, len(COLUMNS) + 1)
        self.table.setHorizontalHeaderLabels(["region", *COLUMNS])
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setFont(fixed_font())
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.table.fontMetrics().height() + 4)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        for column in range(1, len(COLUMNS) + 1):
            self.table.setColumnWidth(column, self.table.fontMetrics().horizontalAdvance("0" * WIDTH))
        return self.table


def _length_text(one: Measured) -> str:
    found = one.numbers
    lines = [f"length          {number_text(found['length'])} px"]
    if found["length_arcsec"] == found["length_arcsec"]:
        lines.append(f"on the sky      {number_text(found['length_arcsec'])} ″")
        lines.append(f"position angle  {found['position_angle']:.3f}°  (north through east)")
    lines.append(f"angle           {found['angle']:.3f}°  (from x, counter-clockwise)")
    return "\n".join(lines)
