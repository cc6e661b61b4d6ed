"""Plots: what is drawn, read under the mouse, clicked and taken elsewhere."""

import csv
import io
from xml.etree import ElementTree

import numpy as np
import pyqtgraph as pg
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QColor, QGuiApplication, QImage, QPalette
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QFileDialog

from viewer.ui.plots.colours import curve_colour
from viewer.ui.plots.curves import Axes, Band, Curve, Line
from viewer.ui.plots.plot import Plot, number_text
from viewer.ui.plots.saving import plot_csv, save_plot

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def plot(session, qtbot):
    made = Plot(session, name="profile", log_axes="xy")
    qtbot.addWidget(made)
    made.resize(700, 420)
    made.show()
    made.set_labels("distance from the centre", "value", "px", "ADU")
    qtbot.waitExposed(made)
    return made


def settle():
    # the plot finds its range when it is painted, and takes no more than 100 moves in a second
    QTest.qWait(60)


def at(plot, x, y) -> QPoint:
    """The pixel of the plot's viewport where values stand (as on the axes)."""
    return plot.widget.mapFromScene(plot.item.getViewBox().mapViewToScene(QPointF(x, y)))


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return (
        np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint8)
        .reshape(image.height(), image.width(), 4)[..., 2::-1]
        .astype(int)
    )


def near(image: QImage, colour: QColor) -> np.ndarray:
    return np.abs(pixels(image) - (colour.red(), colour.green(), colour.blue())).sum(axis=-1) < 60


def test_curves_are_where_the_axes_say(plot):
    x = np.arange(101.0)
    plot.set_curves([Curve(x, x**2)])
    settle()
    image = plot.widget.grab().toImage()
    ink = near(image, curve_colour(0, plot.palette()))
    for value in (20, 50, 80):
        point = at(plot, value, value**2)
        rows = np.flatnonzero(ink[:, point.x()])
        assert abs(rows.mean() - point.y()) < 3
    assert plot.item.getAxis("bottom").labelText == "distance from the centre [px]"
    assert plot.item.getAxis("left").labelText == "value [ADU]"


def test_the_mouse_reads_the_nearest_values_with_their_errors(plot):
    x = np.arange(11.0)
    plot.set_curves(
        [Curve(x, x * 3, "measured", "points", error=np.full(11, 0.25)), Curve(x, x * 4, "fit")], fit=True
    )
    settle()
    QTest.mouseMove(plot.widget.viewport(), at(plot, 7.2, 10))
    settle()
    assert "measured 21.0000 ± 0.25 ADU" in plot.readout
    assert "fit 28.0000 ADU" in plot.readout
    assert plot.readout.startswith("distance from the centre 7.2")
    QTest.mouseMove(plot.widget.viewport(), QPoint(2, 2))
    settle()
    assert plot.readout == ""


def test_steps_are_read_by_their_edges(plot):
    plot.set_labels("value", "pixels", "ADU")
    plot.set_curves([Curve(np.array([0.0, 1, 3, 6]), np.array([5, 9, 2]), "", "bars")], fit=True)
    settle()
    QTest.mouseMove(plot.widget.viewport(), at(plot, 2.8, 4))
    settle()
    assert "pixels 9" in plot.readout


def test_clicks_give_values_also_on_logarithmic_axes(plot, qtbot):
    x = np.linspace(1, 1000, 200)
    plot.set_curves([Curve(x, 5 * x)], fit=True)
    QTest.mouseClick(plot.log_x, Qt.MouseButton.LeftButton)
    QTest.mouseClick(plot.log_y, Qt.MouseButton.LeftButton)
    settle()
    with qtbot.waitSignal(plot.clicked) as got:
        QTest.mouseClick(plot.widget.viewport(), Qt.MouseButton.LeftButton, pos=at(plot, 2.0, 2.5))
    assert got.args == pytest.approx([100, 316], rel=0.05)


def test_what_is_not_positive_has_no_place_on_a_logarithmic_axis(plot):
    plot.set_log(y=True)
    plot.set_curves([Curve(np.arange(4.0), np.array([-1, 0, 10, 100]), error=np.full(4, 20.0))], fit=True)
    settle()
    low, high = plot.item.getViewBox().viewRange()[1]
    assert -0.5 < low < 1
    assert 2 < high < 3


@pytest.mark.parametrize("style", ["points", "line", "steps"])
def test_what_is_missing_is_not_drawn_and_warns_of_nothing(plot, recwarn, style):
    x, gap = np.arange(6.0), np.full(6, np.nan)
    plot.set_curves([Curve(x, gap, "pixels", style, error=np.ones(6)), Curve(gap, x, "fit", style)], fit=True)
    settle()
    plot.widget.grab()
    some = np.array([1, np.nan, 3, np.inf, 2, np.nan])
    plot.set_curves([Curve(x, some, "pixels", "points", error=np.ones(6)), Curve(x, gap, "fit")], fit=True)
    settle()
    plot.widget.grab()
    assert [str(warning.message) for warning in recwarn] == []
    dots = next(item for item in plot.item.items if isinstance(item, pg.PlotDataItem))
    assert [list(values) for values in dots.getOriginalDataset()] == [[0, 2, 4], [1, 3, 2]]
    bars = next(item for item in plot.item.items if isinstance(item, pg.ErrorBarItem))
    assert list(bars.opts["x"]) == [0, 2, 4]


@pytest.mark.parametrize(("peak", "left"), [(18, True), (2, False)])
def test_the_legend_does_not_stand_on_the_peak(plot, peak, left):
    x = np.arange(21.0)
    star = 100 * np.exp(-0.5 * ((x - peak) / 1.7) ** 2)
    plot.set_curves([Curve(x, star, "pixels", "steps"), Curve(x, star, "Gaussian")], fit=True)
    settle()
    legend = plot.item.getViewBox().childItems()
    box = next(item for item in legend if isinstance(item, pg.LegendItem)).sceneBoundingRect()
    middle = plot.item.getViewBox().sceneBoundingRect().center().x()
    assert (box.center().x() < middle) == left
    assert not box.contains(plot.item.getViewBox().mapViewToScene(QPointF(peak, 100)))


def test_fit_shows_all_again_after_zooming(plot):
    plot.set_curves([Curve(np.arange(11.0), np.arange(11.0))], fit=True)
    settle()
    plot.item.setXRange(2, 3)
    plot.set_curves([Curve(np.arange(21.0), np.arange(21.0))])
    settle()
    assert plot.item.getViewBox().viewRange()[0][1] < 4, "new values leave the zoom alone"
    QTest.mouseClick(plot.fit_button, Qt.MouseButton.LeftButton)
    settle()
    assert plot.item.getViewBox().viewRange()[0][1] > 20


def test_a_band_is_dragged_and_told(plot, qtbot):
    plot.set_curves([Curve(np.arange(11.0), np.arange(11.0))], bands=[Band(2, 4, movable=True)], fit=True)
    settle()
    moved = []
    plot.band_moved.connect(lambda *values: moved.append(values))
    start, end = at(plot, 3, 5), at(plot, 6, 5)
    port = plot.widget.viewport()
    QTest.mouseMove(port, start)
    settle()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for part in np.linspace(0.1, 1, 10):
        QTest.mouseMove(port, start + (end - start) * float(part))
        QTest.qWait(15)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)
    settle()
    index, low, high = moved[-1]
    assert index == 0
    assert (low, high) == (pytest.approx(5, abs=0.15), pytest.approx(7, abs=0.15))


def test_the_picture_is_exported_on_white_in_the_dark(plot, session, tmp_path):
    dark = QPalette(plot.palette())
    dark.setColor(QPalette.ColorRole.Base, QColor("#101112"))
    dark.setColor(QPalette.ColorRole.Text, QColor("#e6e7e9"))
    plot.setPalette(dark)
    x = np.linspace(0, 10, 50)
    plot.set_curves(
        [Curve(x, np.sin(x), "sine"), Curve(x, np.cos(x), "cosine", dashed=True)], [Line(5, "a<b")]
    )
    settle()
    assert plot.widget.grab().toImage().pixelColor(3, 3) == QColor("#101112")
    save_plot(plot, tmp_path / "p.png")
    image = QImage(str(tmp_path / "p.png"))
    assert image.width() == 2 * plot.widget.width()
    assert image.pixelColor(3, 3) == QColor("white")
    settle()
    assert plot.widget.grab().toImage().pixelColor(3, 3) == QColor("#101112"), "the window stays dark"
    save_plot(plot, tmp_path / "p.png")
    assert session.last_told[-1][0] == "error", "nothing is overwritten unasked"


def test_an_svg_holds_the_curves_inside_the_axes(plot, tmp_path):
    x = np.linspace(0, 10, 50)
    values = np.sin(x)
    values[20] = np.nan
    plot.set_curves(
        [Curve(x, values, "a & b"), Curve(x, x / 10, "points", "points")], [Line(5, "a<b")], fit=True
    )
    settle()
    save_plot(plot, tmp_path / "p.svg")
    tree = ElementTree.parse(tmp_path / "p.svg")
    words = {text.text for text in tree.iter(f"{SVG}text")}
    assert {"distance from the centre [px]", "value [ADU]", "a & b", "points", "a<b"} <= words
    group = next(group for group in tree.iter(f"{SVG}g") if group.get("id") == "a & b")
    path = group.find(f"{SVG}path").get("d").split()
    assert len(path) == 49
    assert sum(step.startswith("M") for step in path) == 2, "a missing value is a gap"
    last = at(plot, x[-1], values[-1])
    assert [float(part) for part in path[-1][1:].split(",")] == pytest.approx([last.x(), last.y()], abs=1.5)


def test_numbers_as_csv():
    x = np.array([1.0, 2.0])
    axes = Axes("r", "value", "px", "ADU")
    shared = plot_csv((Curve(x, np.array([0.1, np.nan]), "a", error=x), Curve(x, x, "b")), axes)
    assert list(csv.reader(io.StringIO(shared))) == [
        ["r [px]", "a [ADU]", "error of a [ADU]", "b [ADU]"],
        ["1.0", "0.1", "1.0", "1.0"],
        ["2.0", "", "2.0", "2.0"],
    ]
    apart = plot_csv((Curve(x, x, "a"), Curve(np.arange(4), np.array([7, 8, 9]), "n", "bars")), axes)
    assert list(csv.reader(io.StringIO(apart)))[::3] == [
        ["r of a [px]", "a [ADU]", "r from of n [px]", "r to of n [px]", "n [ADU]"],
        ["", "", "2", "3", "9"],
    ]


def test_copy_gives_the_picture_and_the_numbers(plot):
    plot.set_curves([Curve(np.arange(3.0), np.arange(3.0))])
    QTest.mouseClick(plot.copy_button, Qt.MouseButton.LeftButton)
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasImage()
    assert data.text().splitlines()[1] == "0.0\t0.0"


def test_export_asks_for_a_file(plot, tmp_path):
    plot.set_curves([Curve(np.arange(3.0), np.arange(3.0))])
    QTest.mouseClick(plot.export_button, Qt.MouseButton.LeftButton)
    dialog = plot.findChild(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("profile.png")
    dialog.selectNameFilter(dialog.nameFilters()[2])
    dialog.filterSelected.emit(dialog.nameFilters()[2])
    dialog.selectFile(str(tmp_path / "out"))
    dialog.accept()
    assert (tmp_path / "out.csv").read_text().startswith("distance from the centre [px],value [ADU]\n")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (12345.678, "12345.7"), (1.5e12, "1.5e+12"), (np.nan, "—"), (-0.25, "-0.25000")],
)
def test_numbers_are_said_with_six_digits(value, text):
    assert number_text(value) == text
