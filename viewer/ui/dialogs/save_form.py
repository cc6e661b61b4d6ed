"""Save form: how an image is to be saved, with the questions that suit the kind of file."""

from dataclasses import dataclass
from typing import get_args

import numpy as np
from PyQt6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from viewer.core.io.writing.options import Compression, Dtype, SaveOptions
from viewer.core.session.document import Document


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes
    ----------
    title : str
        For the list of kinds.
    suffixes : tuple of str
        What names of such files end in; the first is proposed.
    kind : str
        Which questions suit it: ``fits``, ``packed`` (FITS within gzip), ``picture`` or ``text``.
    types : tuple of str
        Types of numbers that it holds, beside that of the image.
    """

    title: str
    suffixes: tuple[str, ...]
    kind: str
    types: tuple[str, ...] = ()

    @property
    def filter(self) -> str:
        """As a file dialog has it."""
        return f"{self.title} ({' '.join(f'*{suffix}' for suffix in self.suffixes)})"


_ALL = get_args(Dtype)[1:]
FORMATS = (
    Format("FITS image", (".fits", ".fit", ".fts"), "fits", _ALL),
    Format("FITS image, tile-compressed", (".fits.fz", ".fz"), "fits", _ALL),
    Format("FITS image in gzip", (".fits.gz", ".fit.gz", ".fts.gz"), "packed", _ALL),
    Format("PNG picture", (".png",), "picture", ("uint8", "uint16")),
    Format("TIFF picture", (".tif", ".tiff"), "picture", ("uint8", "uint16", "float32")),
    Format("JPEG picture", (".jpg", ".jpeg"), "picture", ()),
    Format("Text of numbers", (".txt", ".dat"), "text"),
    Format("Numbers with commas", (".csv",), "text"),
)
COMPRESSIONS = {
    "keep": "As in the file it comes from",
    "none": "None",
    "RICE_1": "Rice",
    "GZIP_1": "gzip",
    "GZIP_2": "gzip, bytes shuffled",
    "HCOMPRESS_1": "HCOMPRESS",
}
assert set(COMPRESSIONS) == set(get_args(Compression))
PICTURES = {
    "data": "The numbers themselves",
    "shown": "As on the screen, with its colours",
    "grey": "Shades of grey between the limits of the screen",
    "log": "Logarithmic shades between the limits of the screen",
    "balanced": "Three colours, each balanced by itself",
}
SHADES = ("grey", "log", "balanced")


def format_of(name: str) -> Format | None:
    """Return the kind of file that a name asks for; None if its suffix is unknown."""
    lower = name.lower()
    found = [(len(suffix), each) for each in FORMATS for suffix in each.suffixes if lower.endswith(suffix)]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def loss(kept: str, wanted: str, extremes: tuple[float, float] | None) -> str:
    """Return what is lost if numbers are saved as another type, in a sentence; empty if nothing.

    Parameters
    ----------
    kept, wanted : str
        Types of the image and of the file.
    extremes : tuple of float or None
        Smallest and largest value of the image, if known.
    """
    if wanted == "keep" or np.can_cast(kept, wanted):
        return ""
    if np.dtype(wanted).kind == "f":
        digits = np.finfo(wanted).precision
        return f"{kept} numbers are rounded to the {digits} digits that {wanted} has."
    limits = np.iinfo(wanted)
    if extremes is not None and not (limits.min <= extremes[0] and extremes[1] <= limits.max):
        text = (
            f"Values beyond {limits.min} to {limits.max} are clipped: "
            f"the image has {extremes[0]:g} to {extremes[1]:g}"
        )
        return f"{text}, and the others are rounded to whole numbers." if _fractions(kept) else f"{text}."
    if not _fractions(kept):
        return "" if extremes is not None else f"Values beyond {limits.min} to {limits.max} are clipped."
    text = f"Values are rounded to whole numbers; those beyond {limits.min} to {limits.max} are clipped."
    return text if extremes is None else f"{text} The image has {extremes[0]:g} to {extremes[1]:g}."


class SaveForm(QWidget):
    """The questions; those that do not suit the kind of file are hidden.

    Parameters
    ----------
    document : Document
        What is saved.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        picture = document.picture
        self._picture = picture
        self._kept = picture.frame.pixels.dtype.name
        self._several = len(document.source.hdus) > 1
        self._format = FORMATS[0]
        self.picture = QComboBox()
        self.dtype = QComboBox()
        self.compression = QComboBox()
        for value, text in COMPRESSIONS.items():
            self.compression.addItem(text, value)
        self.whole = QCheckBox("With the other HDUs of the file")
        self.whole.setChecked(True)
        self.whole.setToolTip("They are copied as they are; otherwise the file holds this image alone")
        self.checksum = QCheckBox("Write checksums")
        self.checksum.setChecked(True)
        self.checksum.setToolTip("DATASUM and CHECKSUM: damage will be noticed")
        self.remark = QLabel(wordWrap=True)
        self._form = QFormLayout()
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.addRow("Picture:", self.picture)
        self._form.addRow("Numbers:", self.dtype)
        self._form.addRow("Compression:", self.compression)
        self._form.addRow("", self.whole)
        self._form.addRow("", self.checksum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.addLayout(self._form)
        column.addWidget(self.remark)
        for combo in (self.picture, self.dtype, self.compression):
            combo.activated.connect(self._refresh)
        self.set_format(FORMATS[0])

    @property
    def format(self) -> Format:
        """The kind of file that is asked about."""
        return self._format

    @property
    def as_shown(self) -> bool:
        """Whether the view is to be saved, not the numbers."""
        return self._format.kind == "picture" and self.picture.currentData() == "shown"

    @property
    def options(self) -> SaveOptions:
        """What was chosen."""
        if self._format.kind == "text":
            return SaveOptions()
        shown = self.picture.currentData() if self._format.kind == "picture" else "data"
        limits = self._picture.cuts if shown in ("grey", "log") else None
        return SaveOptions(
            dtype=self.dtype.currentData() or "keep",
            compression=self.compression.currentData() if self._format.kind == "fits" else "keep",
            whole_file=self.whole.isChecked(),
            checksum=self.checksum.isChecked(),
            picture="data" if shown == "shown" else shown,
            limits=limits if limits is not None and limits[0] < limits[1] else None,
        )

    def set_format(self, chosen: Format) -> None:
        """Ask what suits a kind of file."""
        self._format = chosen
        frame = self._picture.frame
        in_three = len(frame.shape) == 3 and frame.shape[0] == 3
        self.picture.clear()
        for value, text in PICTURES.items():
            possible = value != "data" or chosen.types
            if possible and (value != "balanced" or in_three):
                self.picture.addItem(text, value)
        self._fill_types()
        self._refresh()

    def _fill_types(self) -> None:
        before = self.dtype.currentData()
        shades = self._format.kind == "picture" and self.picture.currentData() in SHADES
        types = ("uint16",) if shades else self._format.types
        self.dtype.clear()
        self.dtype.addItem("uint8" if shades else f"As they are ({self._kept})", "keep")
        if self._format.kind == "picture" and not shades:
            self.dtype.setItemText(0, "What suits the format")
        for name in types:
            # what suits a picture depends on the numbers: there every type can be asked for
            if self._format.kind == "picture" or name != self._kept:
                self.dtype.addItem(name, name)
        self.dtype.setCurrentIndex(max(0, self.dtype.findData(before)))

    def _refresh(self) -> None:
        self._fill_types()
        kind, shown = self._format.kind, self.picture.currentData()
        self._form.setRowVisible(self.picture, kind == "picture")
        self._form.setRowVisible(self.dtype, bool(self._format.types) and not self.as_shown)
        self._form.setRowVisible(self.compression, kind == "fits")
        self._form.setRowVisible(self.whole, kind in ("fits", "packed") and self._several)
        self._form.setRowVisible(self.checksum, kind in ("fits", "packed"))
        self.remark.setText(self._remark(kind, shown))

    def _remark(self, kind: str, shown: str) -> str:
        wanted = self.dtype.currentData()
        if kind == "text":
            return "The first line is the first row of the image. A text has no header."
        if kind == "picture":
            without = "A picture has no FITS header: neither WCS nor HISTORY are kept."
            if shown != "data":
                return without
            return f"Numbers that do not fit are scaled from the smallest to the largest. {without}"
        return loss(self._kept, wanted, self._picture.sample.extremes)


def _fractions(name: str) -> bool:
    return np.dtype(name).kind == "f"


def with_suffix(name: str, chosen: Format) -> str:
    """Return a file name with the suffix of another kind of file.

    Parameters
    ----------
    name : str
        A name without folder.
    chosen : Format
        The kind.
    """
    known = format_of(name)
    if known is chosen:
        return name
    if known is not None:
        ending = max((each for each in known.suffixes if name.lower().endswith(each)), key=len)
        name = name[: -len(ending)]
    return (name or "image") + chosen.suffixes[0]
