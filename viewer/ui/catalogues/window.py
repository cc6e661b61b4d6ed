"""CataloguesWindow: catalogues over the picture - opened, fetched, drawn as wanted, hidden, removed."""

from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from viewer.core.session.jobs import Job
from viewer.core.session.layer import Shown
from viewer.core.session.session import Session
from viewer.ui.catalogues.fetching import fetch, read_file
from viewer.ui.catalogues.naming import NamesRow
from viewer.ui.catalogues.pick import as_html
from viewer.ui.catalogues.symbols import KINDS
from viewer.ui.fitting import fit, scaled
from viewer.ui.folders import file_dialog
from viewer.ui.panels.panel import quietly
from viewer.ui.regions.colour_box import ColourBox

FILES = "Catalogues (*.csv *.tsv *.txt *.dat *.ecsv *.vot *.xml *.votable *.fits *.fit *.cat *.tbl *.gz)"
SERVICES = {"gaia": "Gaia DR3 (stars)", "simbad": "SIMBAD (objects)"}
NOTHING = "Open a file with RA and Dec or x and y, or fetch what is known of this part of the sky."


class CataloguesWindow(QDialog):
    """Lists the catalogues of the image that is shown.

    Parameters
    ----------
    session : Session
        Whose current layer it shows and changes.
    parent : QWidget
        The program's window.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._path: Path | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Catalogues")
        self.list = QListWidget()
        self.list.setAccessibleName("Catalogues of this image")
        self.list.currentRowChanged.connect(lambda _row: self._show_one())
        self.list.itemChanged.connect(self._ticked)
        self.text = QTextBrowser()
        self.text.setAccessibleName("About the catalogue or the object")
        self.said = QLabel(wordWrap=True)
        self.said.hide()
        column = QVBoxLayout(self)
        column.addLayout(self._opening())
        self.names = NamesRow(self)
        self.names.wanted.connect(self._read_again)
        column.addWidget(self.names)
        column.addWidget(self.said)
        middle = QHBoxLayout()
        middle.addWidget(self.list, 1)
        middle.addWidget(self._drawing())
        column.addLayout(middle, 1)
        column.addWidget(self.text, 1)
        session.overlays.changed.connect(self._changed)
        session.jobs.changed.connect(self._jobs_changed)
        self.finished.connect(self._leave)
        self._refresh()
        self._jobs_changed()
        fit(self, scaled(640), scaled(560))

    # ------------------------------------------------------------------ parts

    def _opening(self) -> QHBoxLayout:
        self.open_button = QPushButton("Open file…", autoDefault=False)
        self.open_button.setToolTip("CSV, ECSV, FITS table, VOTable, SExtractor")
        self.open_button.clicked.connect(self._ask)
        self.service = QComboBox()
        self.service.setAccessibleName("Service")
        for key, title in SERVICES.items():
            self.service.addItem(title, key)
        self.radius = QDoubleSpinBox(minimum=0, maximum=300, decimals=1, suffix="′")
        self.radius.setSpecialValueText("whole image")
        self.radius.setToolTip("Radius around the middle of the image")
        self.faintest = QDoubleSpinBox(minimum=0, maximum=25, decimals=1, suffix=" mag")
        self.faintest.setSpecialValueText("any brightness")
        self.faintest.setToolTip("Only objects brighter than this: G in Gaia, V in SIMBAD")
        self.rows = QSpinBox(minimum=10, maximum=50_000, singleStep=1000, value=5000, suffix=" rows")
        self.rows.setToolTip("So many objects at most")
        self.fetch_button = QPushButton("Fetch", autoDefault=False)
        self.fetch_button.setToolTip("Ask over the network (needs astroquery)")
        self.fetch_button.clicked.connect(self._fetch)
        self.cancel_button = QPushButton("Cancel", autoDefault=False)
        self.cancel_button.clicked.connect(self._cancel)
        row = QHBoxLayout()
        row.addWidget(self.open_button)
        row.addStretch(1)
        for widget in (self.service, self.radius, self.faintest, self.rows):
            row.addWidget(widget)
        row.addWidget(self.fetch_button)
        row.addWidget(self.cancel_button)
        return row

    def _drawing(self) -> QGroupBox:
        self.box = QGroupBox("Drawn as")
        self.symbol = QComboBox()
        self.symbol.addItems(KINDS)
        self.symbol.activated.connect(lambda _: self._change(symbol=self.symbol.currentText()))
        self.colour = ColourBox("Colour of the symbols")
        self.colour.chosen.connect(lambda name: self._change(colour=name))
        self.size = QDoubleSpinBox(minimum=2, maximum=40, decimals=0, suffix=" px")
        self.size.valueChanged.connect(lambda value: self._change(size=value))
        self.size_by = QComboBox()
        self.size_by.activated.connect(lambda _: self._change(size_by=self.size_by.currentData()))
        self.label = QComboBox()
        self.label.activated.connect(lambda _: self._change(label=self.label.currentData()))
        self.remove_button = QPushButton("Remove", autoDefault=False)
        self.remove_button.clicked.connect(self._remove)
        form = QFormLayout(self.box)
        for title, widget in (
            ("Symbol", self.symbol),
            ("Colour", self.colour),
            ("Size", self.size),
            ("Size by", self.size_by),
            ("Label", self.label),
            ("", self.remove_button),
        ):
            widget.setAccessibleName(title or "Remove")
            form.addRow(title, widget)
        for box in (self.size_by, self.label):
            box.setMaximumWidth(scaled(180))
        return self.box

    # ------------------------------------------------------------------ showing the session

    @property
    def catalogues(self) -> tuple[Shown, ...]:
        """Those of the image that is shown."""
        return self._session.overlays.layer.catalogues

    @property
    def selected(self) -> Shown | None:
        """The one that is selected in the list."""
        row = self.list.currentRow()
        return self.catalogues[row] if 0 <= row < len(self.catalogues) else None

    def _changed(self, part: str) -> None:
        if part in ("catalogues", "layer"):
            self._refresh()

    def _refresh(self) -> None:
        row = self.list.currentRow()
        before = self.list.count()
        with quietly(self.list):
            self.list.clear()
            for shown in self.catalogues:
                item = QListWidgetItem(f"{shown.catalogue.name} ({len(shown.catalogue):,})")
                item.setToolTip(shown.catalogue.origin)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked if shown.visible else Qt.CheckState.Unchecked)
                self.list.addItem(item)
            added = self.list.count() > before
            self.list.setCurrentRow(self.list.count() - 1 if added else min(row, self.list.count() - 1))
        self._show_one()

    def _show_one(self) -> None:
        shown = self.selected
        self.box.setEnabled(shown is not None)
        if shown is None:
            self.text.setPlainText(NOTHING)
            return
        catalogue = shown.catalogue
        self.symbol.setCurrentText(shown.symbol)
        self.colour.show_colour(shown.colour)
        with quietly(self.size):
            self.size.setValue(shown.size)
        numbers = [name for name, values in catalogue.columns.items() if values.dtype.kind in "biuf"]
        _fill(self.size_by, "all the same", numbers, shown.size_by)
        _fill(self.label, "none", list(catalogue.columns), shown.label)
        self.text.setPlainText("\n".join([catalogue.origin, *catalogue.notes, "Click a symbol for its row."]))

    def show_object(self, shown: Shown, row: int) -> None:
        """Show what a catalogue has of an object."""
        for number, each in enumerate(self.catalogues):
            if each is shown:
                self.list.setCurrentRow(number)
        self.text.setHtml(as_html(shown.catalogue, row, most=1000))

    # ------------------------------------------------------------------ verbs

    def _change(self, **changes: object) -> None:
        shown = self.selected
        if shown is not None and any(getattr(shown, name) != value for name, value in changes.items()):
            self._put([replace(each, **changes) if each is shown else each for each in self.catalogues])

    def _ticked(self, item: QListWidgetItem) -> None:
        row, visible = self.list.row(item), item.checkState() == Qt.CheckState.Checked
        if 0 <= row < len(self.catalogues) and self.catalogues[row].visible != visible:
            changed = list(self.catalogues)
            changed[row] = replace(changed[row], visible=visible)
            self._put(changed)

    def _remove(self) -> None:
        shown = self.selected
        self._put([each for each in self.catalogues if each is not shown])

    def _put(self, catalogues: list[Shown]) -> None:
        self._session.overlays.set_catalogues(catalogues)

    def _ask(self) -> None:
        dialog = file_dialog(self, self._session, "Open a catalogue")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([FILES, "All files (*)"])
        dialog.fileSelected.connect(lambda name: self.read(Path(name)))
        dialog.open()

    def read(self, path: Path) -> None:
        """Show the catalogue of a file."""
        self._path = path
        self._begin()
        self._job = read_file(self._session, path, None, self._no_positions)
        self._jobs_changed()

    def _read_again(self) -> None:
        if self._path is None:
            return
        named = self.names.named()
        self._begin()
        self._job = read_file(self._session, self._path, named, self._no_positions)
        self._jobs_changed()

    def _fetch(self) -> None:
        self._begin()
        radius = self.radius.value() / 60 or None
        faintest = self.faintest.value() or None
        self._job = fetch(
            self._session, self.service.currentData(), radius, self.rows.value(), faintest, self._say
        )
        self._jobs_changed()

    def _begin(self) -> None:
        self._say("")
        self.names.hide()

    def _no_positions(self, sentence: str) -> None:
        self._say(sentence)
        helps = ("name the columns", "has no column", "name others", "name both")
        self.names.setVisible(any(words in sentence for words in helps))

    def _say(self, sentence: str) -> None:
        self.said.setText(sentence[:1].upper() + sentence[1:])
        self.said.setVisible(bool(sentence))

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._jobs_changed()

    def _jobs_changed(self) -> None:
        if self._job is not None and self._job not in self._session.jobs.running:
            self._job = None
        busy = self._job is not None
        for button in (self.open_button, self.fetch_button):
            button.setEnabled(not busy)
        self.cancel_button.setVisible(busy)

    def _leave(self, _code: int) -> None:
        self._session.overlays.changed.disconnect(self._changed)
        self._session.jobs.changed.disconnect(self._jobs_changed)
        # an answer that comes now has nobody to be told to
        if self._job is not None:
            self._job.cancel()


def _fill(box: QComboBox, nothing: str, names: list[str], chosen: str) -> None:
    box.clear()
    box.addItem(nothing, "")
    for name in names:
        box.addItem(name, name)
    box.setCurrentIndex(max(0, box.findData(chosen)))
