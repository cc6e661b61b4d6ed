"""A plot in a file or on the clipboard: as a picture on white, or its numbers as a table."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QBuffer, QMimeData, Qt
from PyQt6.QtGui import QGuiApplication, QImage, QPalette
from PyQt6.QtWidgets import QWidget

from viewer.core.errors import ViewerError
from viewer.core.io.safe import written
from viewer.ui.folders import file_dialog
from viewer.ui.plots.curves import Axes, Curve, titled
from viewer.ui.plots.svg import plot_svg
from viewer.ui.theme import palette

if TYPE_CHECKING:
    from viewer.ui.plots.plot import Plot

FILTERS = ("PNG picture (*.png)", "SVG drawing (*.svg)", "Numbers as CSV (*.csv)")
SUFFIXES = (".png", ".svg", ".csv")
# device pixels of a PNG for one of the screen: sharp on paper, too
SHARPNESS = 2.0


def ask_where_to_save(plot: "Plot") -> None:
    """Ask for a file; its suffix says whether it is to be a picture, a drawing or the numbers."""
    dialog = file_dialog(plot, plot.session, "Export the plot", f"{plot.name}.png")
    dialog.setNameFilters(FILTERS)
    dialog.setDefaultSuffix("png")
    dialog.filterSelected.connect(
        lambda chosen: dialog.setDefaultSuffix(SUFFIXES[FILTERS.index(chosen)].lstrip("."))
    )
    dialog.fileSelected.connect(lambda name: save_plot(plot, Path(name), overwrite=True))
    dialog.open()


def save_plot(plot: "Plot", path: Path, overwrite: bool = False) -> None:
    """Write a plot to a file and tell the user; see `ask_where_to_save`."""
    try:
        contents = plot_bytes(plot, path)
        with written(path, overwrite=overwrite) as file:
            file.write(contents)
    except ViewerError as error:
        plot.session.tell("error", str(error))
    else:
        plot.session.tell("info", f"The plot was saved as {path}.")


def plot_bytes(plot: "Plot", path: Path) -> bytes:
    """Return the contents of a file for a plot.

    Raises
    ------
    ViewerError
        If the suffix is none of those known.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return plot_csv(plot.curves, plot.axes).encode("utf-8", "backslashreplace")
    if suffix == ".svg":
        return plot_svg(plot)
    if suffix == ".png":
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        plot_image(plot).save(buffer, "PNG")
        return bytes(buffer.data())
    raise ViewerError(
        f"{path.name}: a plot is saved as {', '.join(SUFFIXES)}, so end the name with one of these"
    )


def copy_plot(plot: "Plot") -> None:
    """Copy a plot: a text program gets the picture, a spreadsheet the numbers."""
    data = QMimeData()
    data.setImageData(plot_image(plot))
    data.setText(plot_csv(plot.curves, plot.axes, "\t"))
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.setMimeData(data)
        plot.session.tell("info", "The plot was copied as a picture and as a table of its numbers.")


def plot_image(plot: "Plot") -> QImage:
    """Return a plot as it is on the screen, but on white and sharper."""
    with _on_paper(plot):
        size = plot.widget.size()
        image = QImage(size * SHARPNESS, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(SHARPNESS)
        image.fill(Qt.GlobalColor.white)
        # a widget's own way: a graphics view's leaves out what waits to be laid out
        QWidget.render(plot.widget, image)
        return image


def plot_csv(curves: tuple[Curve, ...], axes: Axes, separator: str = ",") -> str:
    """Return the numbers of curves as a table.

    Curves over the same values of `x` share that column; others stand beside them with an `x` of their own.
    Where there is no value, the cell is empty.

    Parameters
    ----------
    curves : tuple of Curve
        What is shown.
    axes : Axes
        Titles and units for the headings.
    separator : str
        Between cells.
    """
    columns: list[tuple[str, np.ndarray]] = []
    last: Curve | None = None
    shared = all(_same_places(curve, curves[0]) for curve in curves)
    for number, curve in enumerate(curves):
        name = curve.name or axes.y or f"curve {number + 1}"
        if last is None or not _same_places(curve, last):
            columns += _places(curve, axes, "" if shared else f" of {name}")
        columns.append((titled(name, axes.y_unit), np.asarray(curve.y)))
        if curve.error is not None:
            columns.append((titled(f"error of {name}", axes.y_unit), np.asarray(curve.error)))
        last = curve
    text = io.StringIO()
    rows = csv.writer(text, delimiter=separator, lineterminator="\n")
    rows.writerow([heading for heading, _ in columns])
    for row in range(max((len(values) for _, values in columns), default=0)):
        rows.writerow([_cell(values[row]) if row < len(values) else "" for _, values in columns])
    return text.getvalue()


def _same_places(one: Curve, other: Curve) -> bool:
    return np.array_equal(np.asarray(one.x, float), np.asarray(other.x, float), equal_nan=True)


def _places(curve: Curve, axes: Axes, suffix: str) -> list[tuple[str, np.ndarray]]:
    x = np.asarray(curve.x)
    label = axes.x or "x"
    if curve.has_edges:
        return [
            (titled(f"{label} from{suffix}", axes.x_unit), x[:-1]),
            (titled(f"{label} to{suffix}", axes.x_unit), x[1:]),
        ]
    return [(titled(f"{label}{suffix}", axes.x_unit), x)]


def _cell(value: np.generic) -> str:
    if not np.isfinite(value):
        return ""
    # as few digits as tell the number from its neighbours
    return str(value.item() if value.dtype.kind in "iub" else value)


@contextmanager
def _on_paper(plot: "Plot") -> Iterator[None]:
    """Give a plot the light colours, without the lines through the mouse, while it is exported."""
    own = QPalette(plot.palette()) if plot.testAttribute(Qt.WidgetAttribute.WA_SetPalette) else QPalette()
    plot.forget_mouse()
    plot.setPalette(palette("light"))
    try:
        yield
    finally:
        plot.setPalette(own)
