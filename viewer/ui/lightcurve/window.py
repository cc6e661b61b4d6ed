"""LightCurveWindow: stars are marked in the picture, frames chosen, and the light curve measured."""

from typing import TYPE_CHECKING

from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.dialogs.file_list import FileList
from viewer.ui.fitting import fit, scaled
from viewer.ui.lightcurve.marking import MarkTool, Place, mark, marked_places, names_of
from viewer.ui.lightcurve.results import Results
from viewer.ui.lightcurve.taking import ask_where_to_save, question_of
from viewer.ui.measuring_script import show_python
from viewer.ui.working import Work

if TYPE_CHECKING:
    from viewer.core.measure.series import Aperture
    from viewer.core.measure.seriestable import Series

WAYS = {"By the stars": "stars", "By the WCS": "wcs", "At the same pixels": "pixels"}
HINT = "Mark the target first, then stars near it that do not vary: click Mark stars, then each star."


class LightCurveWindow(QDialog):
    """Asks for stars and frames, and shows the light curve.

    Parameters
    ----------
    session : Session
        Its current image is where the stars are marked.
    tool : MarkTool
        Marks stars by clicks in the picture.
    parent : QWidget
        The program's window.
    """

    def __init__(self, session: Session, tool: MarkTool, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._tool = tool
        self._measured: tuple[Document, Aperture, str] | None = None
        self.setWindowTitle("Light curve")
        self.work = Work(session.jobs, self)
        self.work.changed.connect(self._show_state)
        self.work.stopped.connect(lambda: self._say("Stopped: there is no light curve."))
        self.files = FileList(session, self, result="What became of it")
        self.files.changed.connect(self._show_state)
        self.files.said.connect(self._say)
        self.results = Results(session, self)
        self.said = QLabel(wordWrap=True)
        top = QWidget()
        row = QHBoxLayout(top)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(self._stars())
        row.addWidget(self.files, 1)
        row.addLayout(self._options())
        split = QSplitter(self)
        split.setOrientation(split.orientation().Vertical)
        split.addWidget(top)
        split.addWidget(self.results)
        split.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.addWidget(split, 1)
        column.addWidget(self.said)
        column.addLayout(self._buttons())
        session.overlays.changed.connect(self._overlays_changed)
        tool.changed.connect(self._show_state)
        self._overlays_changed("catalogues")
        self._say(HINT)
        fit(self, scaled(980), scaled(700))

    # ------------------------------------------------------------------ parts

    def _stars(self) -> QVBoxLayout:
        self.stars = QListWidget()
        self.stars.setAccessibleName("Target and comparison stars")
        self.stars.setMaximumWidth(scaled(190))
        self.mark_button = QPushButton("Mark stars", checkable=True, autoDefault=False)
        self.mark_button.setToolTip("Each click in the picture marks a star; a click on a mark takes it away")
        self.mark_button.toggled.connect(self._tool.turn)
        self.take_button = QPushButton("Take the selected", autoDefault=False)
        self.take_button.setToolTip("The stars that are selected in the panel Stars, the brightest first")
        self.take_button.clicked.connect(self.take_marked)
        self.target_button = QPushButton("Make target", autoDefault=False)
        self.target_button.clicked.connect(self._make_target)
        self.drop_button = QPushButton("Remove", autoDefault=False)
        self.drop_button.clicked.connect(self._drop)
        self.stars.currentRowChanged.connect(lambda _: self._show_state())
        column = QVBoxLayout()
        for widget in (self.mark_button, self.stars, self.take_button, self.target_button, self.drop_button):
            column.addWidget(widget)
        return column

    def _options(self) -> QFormLayout:
        def length(value: float, tip: str) -> QDoubleSpinBox:
            box = QDoubleSpinBox(minimum=0.5, maximum=200, decimals=1, singleStep=0.5, suffix=" px")
            box.setValue(value)
            box.setToolTip(tip)
            return box

        self.radius = length(5, "Radius of the aperture: about 1.5 to 2 times the width of a star")
        self.inner = length(10, "Where the annulus of the sky begins")
        self.outer = length(15, "Where the annulus of the sky ends")
        self.search = length(8, "How far a star may be from where it is expected")
        self.way = QComboBox()
        self.way.addItems(list(WAYS))
        self.way.setToolTip("How the stars are found in the other frames")
        self.recentre = QCheckBox("Centre each star", checked=True)
        form = QFormLayout()
        for title, widget in (
            ("Aperture", self.radius),
            ("Sky from", self.inner),
            ("Sky to", self.outer),
            ("Follow", self.way),
            ("Search", self.search),
            ("", self.recentre),
        ):
            widget.setAccessibleName(title or "Centre each star")
            form.addRow(title, widget)
        return form

    def _buttons(self) -> QHBoxLayout:
        self.bar = QProgressBar(maximum=1000, textVisible=False)
        self.bar.setMaximumWidth(scaled(160))
        self.measure_button = QPushButton("Measure", default=True)
        self.measure_button.clicked.connect(self.measure)
        self.stop_button = QPushButton("Cancel", autoDefault=False)
        self.stop_button.clicked.connect(self.work.stop)
        self.save_button = QPushButton("Save table…", autoDefault=False)
        self.save_button.clicked.connect(self._save)
        self.python_button = QPushButton("Show Python", autoDefault=False)
        self.python_button.clicked.connect(self.show_script)
        row = QHBoxLayout()
        row.addWidget(self.python_button)
        row.addWidget(self.save_button)
        row.addStretch(1)
        for widget in (self.bar, self.stop_button, self.measure_button):
            row.addWidget(widget)
        return row

    # ------------------------------------------------------------------ state

    @property
    def places(self) -> tuple[Place, ...]:
        """The marked stars, counted from 0."""
        return marked_places(self._session)

    def _overlays_changed(self, part: str) -> None:
        if part not in ("catalogues", "marked", "stars", "layer"):
            return
        row, places = self.stars.currentRow(), self.places
        self.stars.clear()
        for name, (x, y) in zip(names_of(len(places)), places, strict=True):
            self.stars.addItem(f"{name}   {x + 1:.1f}, {y + 1:.1f}")
        self.stars.setCurrentRow(min(row, len(places) - 1))
        self._show_state()

    def _show_state(self) -> None:
        busy, layer = self.work.busy, self._session.overlays.layer
        self.mark_button.setChecked(self._tool.on)
        self.take_button.setEnabled(layer.stars is not None and bool(layer.marked))
        self.target_button.setEnabled(self.stars.currentRow() > 0)
        self.drop_button.setEnabled(self.stars.currentRow() >= 0)
        self.measure_button.setEnabled(not busy and len(self.places) > 1 and bool(self.files.names))
        self.stop_button.setVisible(busy)
        self.bar.setVisible(busy)
        self.bar.setValue(round(1000 * self.work.fraction))
        self.files.set_busy(busy)
        for button in (self.save_button, self.python_button):
            button.setEnabled(self.results.series is not None)

    def _say(self, sentence: str) -> None:
        self.said.setText(sentence)

    # ------------------------------------------------------------------ verbs

    def take_marked(self) -> None:
        """Take the stars that are selected in the list of stars, the brightest first."""
        layer = self._session.overlays.layer
        if layer.stars is not None:
            x, y = layer.stars["x"], layer.stars["y"]
            added = [(float(x[row]), float(y[row])) for row in sorted(layer.marked)]
            mark(self._session, [*self.places, *(each for each in added if each not in self.places)])

    def _make_target(self) -> None:
        row, places = self.stars.currentRow(), list(self.places)
        mark(self._session, [places[row], *places[:row], *places[row + 1 :]])

    def _drop(self) -> None:
        row = self.stars.currentRow()
        mark(self._session, [each for i, each in enumerate(self.places) if i != row])

    def _aperture(self) -> "Aperture":
        # measuring loads scipy, which the start does without
        from viewer.core.measure.series import Aperture

        return Aperture(
            radius=self.radius.value(),
            inner=self.inner.value(),
            outer=self.outer.value(),
            recentre=self.recentre.isChecked(),
            search=self.search.value(),
        )

    def measure(self) -> None:
        """Measure the marked stars in all files, in a job."""
        document, picture = self._session.current, self._session.picture
        if document is None or picture is None:
            return
        self._tool.turn(False)
        reference, files = picture.frame, self.files.names
        stars = [(x + 1, y + 1) for x, y in self.places]
        way, aperture = WAYS[self.way.currentText()], self._aperture()
        self._say("")
        self.files.begin()

        def work(progress: object, _tell: object) -> "Series":
            # as above
            from viewer.core.measure.series import measure_series

            return measure_series(
                reference,
                files,
                stars,
                align=way,
                aperture=aperture,
                progress=progress,  # type: ignore[arg-type]
            )

        def finished(series: "Series") -> None:
            self._measured = document, aperture, way
            self._show_series(series)

        def failed(sentence: str) -> None:
            self.files.end()
            self._say(sentence[:1].upper() + sentence[1:])

        self.work.start("Measuring a light curve", work, finished, failed)
        self._show_state()

    def _show_series(self, series: "Series") -> None:
        self.results.show_series(series)
        self.files.end()
        for name, short, flags in zip(
            series.frames, *map(series.columns.get, ("file", "flags")), strict=True
        ):
            problem = next((each for each in series.problems if each.startswith(f"{short} has no ")), "")
            wrong = flags.startswith("not measured")
            self.files.note(name, problem if wrong else flags or "measured", wrong)
        self._say(" ".join((series.summary, *series.notes)))
        self._show_state()

    def _save(self) -> None:
        if self.results.series is not None:
            ask_where_to_save(self._session, self, self.results.series)

    def show_script(self) -> QDialog | None:
        """Show the Python that measures the same light curve."""
        series = self.results.series
        if series is None or self._measured is None:
            return None
        document, aperture, way = self._measured
        if document is not self._session.current:
            self._session.tell("warning", "Show the image first in which the stars were marked.")
            return None
        question = question_of(series, str(document.source.path.absolute()), aperture, way)
        return show_python(self._session, question, self)

    def closeEvent(self, event) -> None:
        """Give the mouse back; what is under way goes on, and the window can be shown again."""
        self._tool.turn(False)
        super().closeEvent(event)

    def reject(self) -> None:
        """Esc closes the window as its button does."""
        self._tool.turn(False)
        super().reject()
