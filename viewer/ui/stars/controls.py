"""Controls above the table of stars: how they are looked for, which are shown, and how they are drawn."""

from collections.abc import Sequence
from dataclasses import replace

from PyQt6.QtCore import QLocale, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPushButton,
    QWidget,
)

from viewer.core.render.colormap import ColorMap
from viewer.core.session.layer import StarStyle
from viewer.ui.flow import Flow, labelled
from viewer.ui.panels.panel import quietly
from viewer.ui.stars.columns import COLOURED, LABELLED, column_of
from viewer.ui.stars.searching import Search

METHODS = {"sep": "SExtractor (sep)", "teaching": "Teaching"}
METHOD_TIPS = (
    "<qt>SExtractor's way: the background from a mesh, a matched filter, what stands out of the noise, and "
    "stars that touch separated; hot pixels, cosmic rays and trails are left out.</qt>",
    "<qt>The way of a first exercise: arcsinh, limits at the percentiles 0.25 and 99.5, and every local "
    "maximum above a part of the range. Simple, and often wrong: compare it with the other.</qt>",
)
LEVEL = 0.7
DRAWN = {"circles": "circles", "white": "chart, white", "black": "chart, black", "": "hidden"}
SIZES = {"flux": "brightness", "fwhm": "width", "fixed": "one size"}
FILTER_EXAMPLE = "Filter: snr>20 fwhm<4 not saturated"
FILTER_TIP = (
    "<qt>Shows the stars for which all of it holds, in the table and in the picture:<br>"
    "conditions such as <b>snr&gt;20</b>, <b>3&lt;fwhm&lt;5</b>, <b>x&lt;=100</b>; <b>saturated</b>, "
    "<b>not saturated</b>; words of the notes.<br>Columns: number x y ra dec flux flux_err mag peak fwhm "
    "ellipticity theta snr background. Positions count from 1, RA and Dec are in degrees.</qt>"
)


class SearchControls(QWidget):
    """How stars are looked for, and the button that does it.

    Parameters
    ----------
    buttons : sequence of QWidget
        Stand in the same row.
    parent : QWidget, optional
        As in Qt.

    Signals
    -------
    wanted : Search
        The user wants stars to be found.
    stopped
        … no more.
    """

    wanted = pyqtSignal(object)
    stopped = pyqtSignal()

    def __init__(self, buttons: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.method = _chooser(METHODS, "How stars are looked for")
        for place, tip in enumerate(METHOD_TIPS):
            self.method.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        search = Search()
        self.threshold = _number(search.threshold, 1, 1000, 0.5, 1, " σ")
        self.threshold.setToolTip("How many times the noise a star stands out of the background")
        self.level = _number(LEVEL, 0.05, 0.99, 0.05, 2, "")
        self.level.setToolTip(
            "Which part of the range, from the faintest to the brightest shown, a peak is above"
        )
        self.separation = _number(0, 0, 1000, 0.5, 1, " px", "auto")
        self.separation.setToolTip("Two stars are never closer than this; auto: half the width of the stars")
        self.aperture = _number(0, 0, 1000, 0.5, 1, " px", "auto")
        self.aperture.setToolTip(
            "Radius of the circle in which light is summed; auto: 1.5 times the stars' width"
        )
        self.find = QPushButton("Find stars")
        self.find.setAutoDefault(False)
        self.find.setFixedWidth(self.find.sizeHint().width() + 6)
        row = Flow(self)
        row.addWidget(self.find)
        row.addWidget(self.method)
        row.addWidget(labelled("Threshold", self.threshold, self.level))
        row.addWidget(labelled("Separation", self.separation))
        row.addWidget(labelled("Aperture", self.aperture))
        for button in buttons:
            row.addWidget(button)
        self._busy = False
        self.find.clicked.connect(self._pressed)
        for field in (self.threshold, self.level, self.separation, self.aperture):
            field.lineEdit().returnPressed.connect(self.find.click)
        self.method.activated.connect(self._show_method)
        self._show_method()
        self.show_busy(False, False)

    def search(self) -> Search:
        """Return what is set."""
        return Search(
            self.method.currentData(),
            (self.level if self.method.currentData() == "teaching" else self.threshold).value(),
            self.separation.value(),
            self.aperture.value(),
        )

    def show_busy(self, busy: bool, possible: bool) -> None:
        """Show whether stars are being looked for, and whether there is an image that may have some."""
        self._busy = busy
        self.find.setText("Cancel" if busy else "Find stars")
        self.find.setToolTip("Stop looking" if busy else "Look for stars in the image that is shown")
        self.find.setEnabled(busy or possible)

    def _pressed(self) -> None:
        if self._busy:
            self.stopped.emit()
        else:
            self.wanted.emit(self.search())

    def _show_method(self) -> None:
        teaching = self.method.currentData() == "teaching"
        self.method.setToolTip(METHOD_TIPS[self.method.currentIndex()])
        self.threshold.setVisible(not teaching)
        self.level.setVisible(teaching)


class StyleControls(QWidget):
    """Which stars are shown, and how they are drawn.

    Signals
    -------
    changed : StarStyle
        The user wants them drawn like this.
    """

    changed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = StarStyle()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(FILTER_EXAMPLE)
        self.filter.setToolTip(FILTER_TIP)
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(150)
        self.drawn = _chooser(DRAWN, "How the stars are drawn; saturated ones are squares")
        self.size = _chooser(SIZES, "What the size of a circle follows")
        self.colour = _chooser({"": "one colour"} | _names(COLOURED), "Which column colours the circles")
        self.colormap = _chooser({name: name for name in ColorMap.names() if name != "grey"}, "Which colours")
        self.label = _chooser({"": "none"} | _names(LABELLED), "What is written beside the stars")
        row = Flow(self)
        row.addWidget(self.filter)
        row.addWidget(self.drawn)
        row.addWidget(labelled("Size", self.size))
        row.addWidget(labelled("Colour", self.colour, self.colormap))
        row.addWidget(labelled("Label", self.label))
        self.filter.textChanged.connect(lambda _text: self._emit())
        for chooser in (self.drawn, self.size, self.colour, self.colormap, self.label):
            chooser.activated.connect(lambda _place: self._emit())

    def show_style(self, style: StarStyle) -> None:
        """Show how stars are drawn now."""
        self._style = style
        with quietly(self.filter):
            if style.filter != self.filter.text():
                self.filter.setText(style.filter)
        for chooser, value in (
            (self.drawn, (style.chart or "circles") if style.shown else ""),
            (self.size, style.size),
            (self.colour, style.colour_by),
            (self.colormap, style.colormap),
            (self.label, style.label),
        ):
            chooser.setCurrentIndex(max(0, chooser.findData(value)))
        self.colormap.setVisible(bool(style.colour_by))

    def _emit(self) -> None:
        drawn = self.drawn.currentData()
        self.changed.emit(
            replace(
                self._style,
                filter=self.filter.text(),
                shown=drawn != "",
                chart=drawn if drawn in ("black", "white") else "",
                size=self.size.currentData(),
                colour_by=self.colour.currentData(),
                colormap=self.colormap.currentData(),
                label=self.label.currentData(),
            )
        )


def _names(keys: Sequence[str]) -> dict[str, str]:
    names = {"number": "number", "theta": "angle", "snr": "S/N", "fwhm": "FWHM", "background": "sky"}
    return {key: names.get(key, column_of(key).key) for key in keys}


def _chooser(entries: dict[str, str], tip: str) -> QComboBox:
    chooser = QComboBox()
    for key, text in entries.items():
        chooser.addItem(text, key)
    chooser.setToolTip(tip)
    chooser.setAccessibleName(tip)
    # turning the wheel over the panel does not change what is drawn
    chooser.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return chooser


def _number(
    value: float, low: float, high: float, step: float, digits: int, suffix: str, at_low: str = ""
) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    # numbers are written as in Python whatever the desktop's language is
    field.setLocale(QLocale.c())
    field.setDecimals(digits)
    field.setRange(low, high)
    field.setSingleStep(step)
    field.setSuffix(suffix)
    field.setSpecialValueText(at_low)
    field.setValue(value)
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    field.setFixedWidth(field.fontMetrics().horizontalAdvance("000.0 px") + 24)
    return field
