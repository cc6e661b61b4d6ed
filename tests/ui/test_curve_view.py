"""The curve view: a spectrum against pixels and wavelengths, with the readout under the mouse."""

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QImage, QPalette
from PyQt6.QtTest import QTest

from viewer.core.pixels import ArrayPixels
from viewer.ui.curve import BLOCK, KEPT, Curve
from viewer.ui.curve_view import CurveView


@pytest.fixture
def view(session, qtbot):
    made = CurveView(session)
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    return made


@pytest.fixture
def show(session, view, tmp_path, qtbot):
    def made(values, **cards):
        path = tmp_path / f"curve{len(list(tmp_path.iterdir()))}.fits"
        fits.PrimaryHDU(values, fits.Header(cards)).writeto(path)
        session.open([path])
        qtbot.waitUntil(lambda: drawn(view) is not None)
        return path

    return made


def drawn(view):
    """x and y of the curve, None before there is one."""
    if view.plot is None:
        return None
    x, y = view.plot.getPlotItem().listDataItems()[0].getOriginalDataset()
    return None if x is None or not len(x) else (x, y)


def bottom(view):
    return view.plot.getAxis("bottom").labelText


def hover(view, x):
    """Move the mouse to a coordinate of the horizontal axis."""
    # the plot finds its range when it is painted, and takes no more than 100 moves in a second
    QTest.qWait(100)
    box = view.plot.getViewBox()
    where = box.mapViewToScene(QPointF(x, box.viewRange()[1][0]))
    point = view.plot.mapFromScene(where)
    QTest.mouseMove(view.plot.viewport(), point)
    QTest.qWait(30)


def test_nothing_is_made_for_a_picture(session, view, sample, qtbot):
    session.open([sample])
    qtbot.wait(10)
    assert view.plot is None


def test_a_real_spectrum_against_pixels_then_wavelength(session, view, data_dir, qtbot):
    path = data_dir / "edge" / "spectrum1d_45P.fits"
    session.open([path])
    qtbot.waitUntil(lambda: drawn(view) is not None)
    values, header = fits.getdata(path, header=True)
    x, y = drawn(view)
    np.testing.assert_array_equal(y, values.astype(float))
    np.testing.assert_array_equal(x, np.arange(1, 2049))
    assert bottom(view) == "pixel number"
    session.add_details()
    qtbot.waitUntil(lambda: "wavelength" in bottom(view))
    expected = header["CRVAL1"] + (np.arange(2048) + 1 - header["CRPIX1"]) * header.get(
        "CD1_1", header.get("CDELT1")
    )
    np.testing.assert_allclose(drawn(view)[0], expected, rtol=1e-9)
    view.axis.setCurrentIndex(0)
    assert drawn(view)[0][0] == 1


def test_the_mouse_moves_the_readout(session, view, show):
    show(np.linspace(0, 10, 101).astype("f4"))
    hover(view, 51)
    assert session.pointer == (pytest.approx(50, abs=0.3), 0.0)
    assert view._note.text().startswith("pixel 51   5")
    hover(view, 103)
    assert session.pointer is None, "beside the image"


def test_arrow_keys_move_by_one_pixel(session, view, show):
    show(np.arange(30, dtype="i4") + 2_000_000_000)
    session.point_at((7.0, 0.0))
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert session.pointer == (8, 0)
    assert "2000000008" in view._note.text()
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert session.pointer == (7, 0)


def test_wavelengths_may_fall(session, view, show, qtbot):
    show(np.arange(100.0), CTYPE1="WAVE", CUNIT1="Angstrom", CRPIX1=1.0, CRVAL1=7000.0, CDELT1=-10.0)
    session.add_details()
    qtbot.waitUntil(lambda: drawn(view)[0][0] > 100)
    x, _ = drawn(view)
    step = x[1] - x[0]
    assert step < 0
    hover(view, x[40])
    assert session.pointer[0] == pytest.approx(40, abs=0.3)


def test_missing_values_are_gaps(session, view, show):
    values = np.ones(9)
    values[4] = np.nan
    values[6] = np.inf
    show(values)
    _, y = drawn(view)
    assert np.isnan(y[[4, 6]]).all()
    assert np.isfinite(y).sum() == 7


def test_nothing_but_missing_values(session, view, tmp_path, qtbot):
    fits.writeto(tmp_path / "none.fits", np.full(20, np.nan))
    session.open([tmp_path / "none.fits"])
    qtbot.waitUntil(lambda: view.plot is not None and "missing" in view._note.text())


def test_a_million_points_show_their_peaks(session, view, show):
    values = np.zeros(1_000_000, "f4")
    values[123_456] = 1000
    show(values)
    QTest.qWait(30)
    assert view.plot.getViewBox().viewRange()[1][1] >= 1000
    image = view.plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint8).reshape(
        image.height(), image.width(), 4
    )[..., 2::-1]
    link = view.palette().color(QPalette.ColorRole.Link)
    ink = np.abs(pixels.astype(int) - (link.red(), link.green(), link.blue())).sum(axis=-1) < 60
    assert ink[: ink.shape[0] // 4].any(), "a single pixel in a million is seen"


def test_a_part_of_a_million_points_is_drawn_in_full(session, view, show):
    values = np.arange(1_000_000, dtype="f4")
    show(values)
    assert len(drawn(view)[0]) < 5000
    view.plot.setXRange(500_000, 500_100, padding=0)
    x, y = drawn(view)
    np.testing.assert_array_equal(x - 1, y)
    assert x[0] <= 500_000
    assert x[-1] >= 500_100
    QTest.mouseClick(view.whole, Qt.MouseButton.LeftButton)
    assert view.plot.getViewBox().viewRange()[0][0] < 1


def test_it_takes_the_colours_of_a_dark_desktop(session, view, show):
    show(np.arange(30.0))
    dark = QPalette(view.palette())
    dark.setColor(QPalette.ColorRole.Base, QColor("#101112"))
    view.setPalette(dark)
    assert view.plot.grab().toImage().pixelColor(2, 2) == QColor("#101112")


def test_a_closed_curve_is_let_go(session, view, show):
    show(np.arange(30.0))
    session.close(session.current)
    assert drawn(view) is None


@settings(max_examples=60, deadline=None)
@given(
    length=st.one_of(st.integers(1, 3000), st.integers(KEPT - 70, KEPT + 300)),
    ends=st.tuples(st.floats(-0.2, 1.2), st.floats(-0.2, 1.2)),
    columns=st.integers(1, 900),
    peak=st.floats(0, 1),
)
def test_no_peak_is_lost_at_any_zoom(length, ends, columns, peak):
    values = np.zeros(length, "f4")
    at = min(int(peak * length), length - 1)
    values[at] = 7
    first, last = sorted(end * length for end in ends)
    x, y = Curve(ArrayPixels(values)).drawn(first, last, columns)
    assert len(x) == len(y) <= 4 * columns + 8
    if first <= at <= last:
        assert y.max() == 7
        width = (last - first) / columns + 2 * BLOCK
        assert abs(x[np.argmax(y)] - at) <= width


def test_gaps_and_infinite_values_in_long_curves():
    values = np.ones(100_000)
    values[20_000:30_000] = np.nan
    values[5] = -np.inf
    curve = Curve(ArrayPixels(values))
    assert (curve.low, curve.high) == (1, 1)
    x, y = curve.drawn(0, 1e5, 100)
    inside = (x > 21_000) & (x < 29_000)
    assert np.isnan(y[inside]).all()
    assert np.isfinite(y[~inside & ((x < 19_000) | (x > 31_000))]).all()
