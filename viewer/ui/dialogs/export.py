"""ExportDialog: asks what an exported view is to hold and how large it is, and shows what will come out."""

from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from viewer.core.errors import ViewerError
from viewer.core.session.session import Session
from viewer.ui.export.choices import (
    CM_PER_INCH,
    RESOLUTIONS,
    SUFFIXES,
    UNITS,
    WIDTHS_CM,
    load_choices,
    save_choices,
)
from viewer.ui.export.layout import lay_out
from viewer.ui.export.preview import Preview
from viewer.ui.export.save import check_target, copy_export, save_export
from viewer.ui.export.scene import Scene
from viewer.ui.folders import file_dialog

FILTERS = {".png": "PNG picture (*.png)", ".pdf": "PDF document (*.pdf)", ".svg": "SVG drawing (*.svg)"}
SHOWN = {
    "overlays": ("Regions, stars and contours", "What is drawn over the picture"),
    "colour_bar": ("Colour bar", "The colours with the values and the unit that they stand for"),
    "compass": ("Compass", "Where north and east are"),
    "scale_bar": ("Scale bar", "A line of a round length on the sky"),
    "name": ("Name", "The file's name above the picture"),
    "trim": ("Trim to the image", "Leave out the empty space that the view shows beside the image"),
}
ON_SKY = ("compass", "scale_bar")


class ExportDialog(QDialog):
    """Asks for the choices of an export; the picture is what the view showed when the dialog was opened.

    Parameters
    ----------
    session : Session
        The state.
    scene : Scene
        What is exported.
    folder : pathlib.Path
        Where the file dialog begins.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, scene: Scene, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export the view")
        self._session = session
        self._scene = scene
        self._folder = folder
        self.choices = load_choices()
        self._build()
        self._show_choices()
        self._follow_sky()
        self._changed()
        session.details_ready.connect(self._sky_known)
        self.finished.connect(self._end)

    # ------------------------------------------------------------------ the controls

    def _build(self) -> None:
        self.boxes = {name: QCheckBox(text, toolTip=tip) for name, (text, tip) in SHOWN.items()}
        self.on_screen, self.for_print = QRadioButton("As on the screen"), QRadioButton("For print:")
        self.white, self.dark = QRadioButton("White"), QRadioButton("Dark")
        self.width_field = QDoubleSpinBox(
            decimals=2, toolTip="Of the whole, with everything beside the picture"
        )
        self.unit = QComboBox()
        self.unit.addItems(UNITS)
        self.dpi = QSpinBox(suffix=" dpi", toolTip="Pixels for an inch: journals ask for 300 or more")
        self.dpi.setRange(*RESOLUTIONS)
        self.dpi.setSingleStep(50)
        for field in (self.width_field, self.dpi):
            field.setKeyboardTracking(False)
        self.preview = Preview(self._session)
        self.result_text = QLabel(wordWrap=True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.save = buttons.addButton("Save as…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        buttons.accepted.connect(self.ask_for_name)
        buttons.rejected.connect(self.reject)
        self.copy.clicked.connect(self.copy_view)
        self._arrange(buttons)
        self.save.setDefault(True)
        self.save.setFocus()
        for button in (*self.boxes.values(), self.for_print, self.dark):
            button.toggled.connect(self._changed)
        self.unit.currentTextChanged.connect(self._unit_changed)
        self.width_field.valueChanged.connect(self._changed)
        self.dpi.valueChanged.connect(self._changed)

    def _arrange(self, buttons: QDialogButtonBox) -> None:
        width = QHBoxLayout()
        width.setContentsMargins(22, 0, 0, 0)
        width.addWidget(self.width_field)
        width.addWidget(self.unit)
        width.addWidget(self.dpi)
        shown, size, surround = QGroupBox("Show"), QGroupBox("Size"), QGroupBox("Surround")
        rows = QVBoxLayout(shown)
        for box in self.boxes.values():
            rows.addWidget(box)
        rows = QVBoxLayout(size)
        rows.addWidget(self.on_screen)
        rows.addWidget(self.for_print)
        rows.addLayout(width)
        columns = QHBoxLayout(surround)
        for pair, line in (((self.on_screen, self.for_print), None), ((self.white, self.dark), columns)):
            group = QButtonGroup(self)
            for button in pair:
                group.addButton(button)
                if line is not None:
                    line.addWidget(button)
        left = QVBoxLayout()
        for group_box in (shown, size, surround):
            left.addWidget(group_box)
        left.addStretch(1)
        left.addWidget(self.result_text)
        middle = QHBoxLayout()
        middle.addLayout(left)
        middle.addWidget(self.preview, 1)
        column = QVBoxLayout(self)
        column.addLayout(middle, 1)
        column.addWidget(buttons)

    def _show_choices(self) -> None:
        choices = self.choices
        for name, box in self.boxes.items():
            box.setChecked(getattr(choices, name))
        (self.for_print if choices.for_print else self.on_screen).setChecked(True)
        (self.dark if choices.dark else self.white).setChecked(True)
        self.unit.setCurrentText(choices.unit)
        self._set_range(choices.unit)
        self.width_field.setValue(choices.width)
        self.dpi.setValue(choices.dpi)

    def _set_range(self, unit: str) -> None:
        factor = 1.0 if unit == "cm" else CM_PER_INCH
        self.width_field.setRange(*(width / factor for width in WIDTHS_CM))
        self.width_field.setSingleStep(0.5 / factor)

    def _unit_changed(self, unit: str) -> None:
        if unit == self.choices.unit:
            return
        inches = self.choices.inches
        # before the value, which is told: it belongs to the new unit
        self.choices = replace(self.choices, unit=unit, width=inches * (CM_PER_INCH if unit == "cm" else 1.0))
        width = self.choices.width
        self._set_range(unit)
        self.width_field.setValue(width)
        self._changed()

    def _changed(self, *_value: object) -> None:
        """Take over what the controls say, and show what comes of it."""
        self.choices = replace(
            self.choices,
            **{name: box.isChecked() for name, box in self.boxes.items()},
            for_print=self.for_print.isChecked(),
            width=self.width_field.value(),
            unit=self.unit.currentText(),
            dpi=self.dpi.value(),
            dark=self.dark.isChecked(),
        )
        for field in (self.width_field, self.unit, self.dpi):
            field.setEnabled(self.choices.for_print)
        self._refresh_result()

    def _refresh_result(self) -> None:
        """Say how large the export is, and draw it; or why it cannot be made."""
        try:
            layout = lay_out(self._scene, self.choices)
        except ViewerError as error:
            text, possible = str(error), False
            self.preview.stop()
        else:
            self.preview.draw_soon(self._scene, self.choices)
            text, possible = "{} × {} pixels".format(*layout.size), True
            if self.choices.for_print:
                factor = 1.0 if self.choices.unit == "cm" else CM_PER_INCH
                lengths = (f"{length / factor:.1f}" for length in layout.size_cm)
                text += f", {' × '.join(lengths)} {self.choices.unit}"
        self.result_text.setText(text)
        self.save.setEnabled(possible)
        self.copy.setEnabled(possible)

    # ------------------------------------------------------------------ the sky, which may be known later

    def _sky_known(self, _document: object) -> None:
        scene = Scene.of(self._session, self._scene.ratio)
        if scene is not None and scene.picture.frame is self._scene.picture.frame:
            self._scene = replace(self._scene, arms=scene.arms, arcsec=scene.arcsec)
            self._follow_sky()
            self._refresh_result()

    def _follow_sky(self) -> None:
        for name, known in zip(ON_SKY, (self._scene.arms, self._scene.arcsec), strict=True):
            self.boxes[name].setEnabled(known is not None)
            without = "The header does not say where on the sky the image is"
            self.boxes[name].setToolTip(without if known is None else SHOWN[name][1])

    def _end(self, _result: int) -> None:
        self.preview.stop()
        self._session.details_ready.disconnect(self._sky_known)

    # ------------------------------------------------------------------ what comes of it

    def copy_view(self) -> None:
        """Put the export into the clipboard."""
        save_choices(self.choices)
        copy_export(self._session, self._scene, self.choices)
        self.accept()

    def ask_for_name(self) -> None:
        """Ask where to save; the dialog stays until there is an answer."""
        name = f"{self._scene.stem}_view{self.choices.suffix}"
        dialog = file_dialog(self, self._session, "Export the view", str(self._folder / name))
        dialog.setNameFilters(list(FILTERS.values()))
        dialog.selectNameFilter(FILTERS[self.choices.suffix])
        dialog.setDefaultSuffix(self.choices.suffix)
        dialog.filterSelected.connect(lambda chosen: _follow_filter(dialog, chosen))
        dialog.fileSelected.connect(lambda chosen: self._save(Path(chosen)))
        dialog.open()

    def _save(self, path: Path) -> None:
        try:
            check_target(self._scene, path)
        except ViewerError as error:
            # the dialog stays: another name may be chosen
            self.result_text.setText(str(error))
            return
        self.choices = replace(self.choices, suffix=path.suffix.lower())
        save_choices(self.choices)
        save_export(self._session, self._scene, self.choices, path)
        self.accept()


def _follow_filter(dialog: QFileDialog, chosen: str) -> None:
    """Give the proposed name the suffix of the format that was chosen."""
    suffix = next(suffix for suffix, text in FILTERS.items() if text == chosen)
    dialog.setDefaultSuffix(suffix)
    names = dialog.selectedFiles()
    if names and Path(names[0]).suffix.lower() in SUFFIXES:
        dialog.selectFile(Path(names[0]).with_suffix(suffix).name)
