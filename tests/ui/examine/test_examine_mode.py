"""The Examine mode, line cuts and the photometer, in the real window, by mouse and keys."""

import csv
import math

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS
from PyQt6.QtCore import QPoint, Qt, QTimer
from PyQt6.QtGui import QGuiApplication, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from viewer.core.call import Call
from viewer.core.session.session import Session
from viewer.core.shapes.region import Region
from viewer.ui.examine.adding import PAUSE_MS
from viewer.ui.examine.item import APERTURE_COLOUR, CUT_COLOUR
from viewer.ui.examine.log import LogView
from viewer.ui.examine.log_columns import SHOWN
from viewer.ui.examine.numbers import with_error
from viewer.ui.examine.panel import MeasurePanel
from viewer.ui.examine.starting import ask_here
from viewer.ui.measuring_script import PythonDialog

FWHM = 4.0
# 0-based
STAR = (61.3, 42.8)
SECOND = (20.4, 90.1)


def field(*stars, shape=(120, 140), sky=100.0):
    rows, columns = np.indices(shape)
    image = np.full(shape, sky)
    for x, y, height in stars:
        image += height * np.exp(-4 * np.log(2) * ((columns - x) ** 2 + (rows - y) ** 2) / FWHM**2)
    return image


def header():
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval, wcs.wcs.crpix = [150.0, 20.0], [70.5, 60.5]
    wcs.wcs.cd = np.array([[-0.5, 0.02], [0.02, 0.5]]) / 3600
    return wcs.to_header()


@pytest.fixture
def stars(window, tmp_path):
    """The window with two stars of known place and width, under a little noise."""
    noise = np.random.default_rng(5).normal(0, 2, (120, 140))
    image = (field((*STAR, 5000), (*SECOND, 3000)) + noise).astype("f4")
    cards = header()
    cards["BUNIT"], cards["EGAIN"] = "adu", 2.0
    fits.writeto(tmp_path / "stars.fits", image, cards)
    window.session.open([tmp_path / "stars.fits"])
    QApplication.processEvents()
    return window


def area(window):
    return window.image_view.graphics.viewport()


def at(window, x, y) -> QPoint:
    """The pixel of the picture's area where an image position is shown."""
    ratio = window.image_view.graphics.devicePixelRatioF()
    column, row = window.session.viewport().to_screen(x, y)
    return QPoint(math.floor(column / ratio), math.floor(row / ratio))


def press(window, key, place=None, modifier=Qt.KeyboardModifier.NoModifier):
    """Press a key, with the pointer at a place of the image."""
    if place is not None:
        # a mouse that rests where it was in the test before does not move
        for shift in (QPoint(3, 3), QPoint(0, 0)):
            QTest.mouseMove(area(window), at(window, *place) + shift)
        QApplication.processEvents()
    window.focus_page()
    QTest.keyClick(window.image_view.graphics, key, modifier)
    QApplication.processEvents()


def click(window, x, y):
    QTest.mouseMove(area(window), at(window, x, y))
    QTest.mouseClick(area(window), Qt.MouseButton.LeftButton, pos=at(window, x, y))
    QApplication.processEvents()


def drag(window, start, end, modifier=Qt.KeyboardModifier.NoModifier):
    first, last = at(window, *start), at(window, *end)
    QTest.mouseMove(area(window), first)
    QTest.mousePress(area(window), Qt.MouseButton.LeftButton, modifier, first)
    for part in (0.3, 0.7, 1.0):
        place = QPoint(
            *(round(a + part * (b - a)) for a, b in ((first.x(), last.x()), (first.y(), last.y())))
        )
        QTest.mouseMove(area(window), place)
        QApplication.processEvents()
    QTest.mouseRelease(area(window), Qt.MouseButton.LeftButton, modifier, last)
    QApplication.processEvents()


def shot(window) -> np.ndarray:
    QApplication.processEvents()
    image = area(window).grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    buffer = image.constBits().asarray(image.sizeInBytes())
    return np.frombuffer(buffer, np.uint8).reshape(image.height(), image.width(), 4)[..., 2::-1].astype(int)


def inked(window, colour) -> np.ndarray:
    rgb = (colour.red(), colour.green(), colour.blue())
    return np.abs(shot(window) - rgb).sum(axis=-1) < 70


def settle():
    """Let the panel show the newest: it does so a moment after all else."""
    for _ in range(60):
        QTest.qWait(20)
        panels = [panel for panel in QApplication.allWidgets() if isinstance(panel, MeasurePanel)]
        if not any(timer.isActive() for panel in panels for timer in panel.findChildren(QTimer)):
            return


def examine(window):
    press(window, Qt.Key.Key_E)
    assert window.session.overlays.tool == "examine"
    # the panel below has made the picture smaller
    QTest.qWait(30)
    return window.session.examining


def test_a_click_measures_a_star_and_shows_its_profile(stars):
    examining = examine(stars)
    panel = stars.docks.measure
    assert panel.isVisible()
    click(stars, STAR[0] + 1.5, STAR[1] - 1)
    settle()
    answer = examining.shown
    assert answer.kind == "radial"
    assert answer.place == pytest.approx(STAR, abs=0.02)
    assert answer.number_of("fwhm") == pytest.approx(FWHM, abs=0.02)
    flux = 5000 * np.pi / np.log(2) / 4 * FWHM**2
    assert answer.number_of("flux") == pytest.approx(flux, rel=0.01)
    expected = WCS(stars.session.picture.frame.header).all_pix2world([STAR], 0)[0]
    assert (answer.ra, answer.dec) == pytest.approx(tuple(expected), abs=0.02 / 3600)
    text = panel.numbers.text("FWHM")
    assert text.startswith(("4.00", "3.99"))
    assert "±" in text
    # the fits are drawn through the pixels
    gaussian = next(curve for curve in panel.answer.plot.curves if curve.name.startswith("Gaussian"))
    half = float(np.interp(FWHM / 2, gaussian.x, gaussian.y))
    assert half == pytest.approx(2500, rel=0.02)
    assert panel.answer.plot.axes.x_title == "distance from the centre [px]"
    assert panel.answer.plot.axes.y_title == "above the sky [adu]"
    # its aperture is circled in the picture
    ink = inked(stars, APERTURE_COLOUR)
    radius = answer.number_of("radius")
    right = at(stars, STAR[0] + radius, STAR[1])
    assert ink[right.y() - 2 : right.y() + 3, right.x() - 3 : right.x() + 4].any()


def test_the_mode_is_to_be_seen_and_ends_with_escape(stars):
    turned = stars.session.picture.place.orientation
    examine(stars)
    corner = shot(stars)[12:32, 12:200]
    assert (corner[..., 2] > corner[..., 0] + 30).mean() > 0.3, "a sign in the corner"
    press(stars, Qt.Key.Key_R, STAR)
    assert stars.session.picture.place.orientation == turned, (
        "r asks for a profile and does not turn the view"
    )
    assert stars.docks.measure.choices.examine.isChecked()
    press(stars, Qt.Key.Key_Escape)
    assert stars.session.overlays.tool == "pan"
    assert not stars.docks.measure.choices.examine.isChecked()
    press(stars, Qt.Key.Key_R, STAR)
    assert stars.session.picture.place.orientation != turned
    assert len(stars.session.examining.answers) == 1


@pytest.mark.parametrize(
    ("key", "kind", "name", "expected"),
    [
        (Qt.Key.Key_A, "photometry", "magnitude", 25 - 2.5 * math.log10(5000 * math.pi / math.log(2) * 4)),
        (Qt.Key.Key_Comma, "photometry", "fwhm", FWHM),
        (Qt.Key.Key_Period, "radial", "fwhm_moffat", FWHM),
        (Qt.Key.Key_G, "growth", "radius_50", FWHM / 2),
        (Qt.Key.Key_J, "fit row", "center", STAR[0] + 1),
        (Qt.Key.Key_K, "fit column", "center", STAR[1] + 1),
        (Qt.Key.Key_M, "statistics", "count", 25),
        (Qt.Key.Key_L, "row", "first", 42),
        (Qt.Key.Key_C, "column", "last", 64),
        (Qt.Key.Key_E, "contours", "background", 100),
        (Qt.Key.Key_H, "histogram", "total", 41 * 41),
        (Qt.Key.Key_S, "surface", "block", 1),
        (Qt.Key.Key_X, "position", "column", 62),
        (Qt.Key.Key_Z, "pixels", None, None),
    ],
)
def test_the_keys_of_imexamine(stars, key, kind, name, expected):
    examining = examine(stars)
    press(stars, key, (round(STAR[0]), round(STAR[1])))
    settle()
    answer = examining.shown
    assert answer is not None, stars.session.last_told
    assert answer.kind == kind
    if name is not None:
        assert answer.number_of(name) == pytest.approx(expected, rel=0.02, abs=0.1)
    panel = stars.docks.measure
    assert panel.numbers.heading.text() == answer.title
    assert panel.numbers.table.rowCount() > 1
    assert panel.log.table.model().rowCount() == 1
    if kind == "pixels":
        # the upper row is above
        assert panel.answer.grid.verticalHeaderItem(0).text() == "48"
        assert panel.answer.grid.item(4, 4).text() == f"{stars.session.picture.frame.data[43, 61]:.6g}"


def test_next_and_previous_image_and_the_keys_themselves(stars, sample):
    stars.session.open([sample])
    stars.session.select(stars.session.documents[0])
    examine(stars)
    press(stars, Qt.Key.Key_R, STAR)
    press(stars, Qt.Key.Key_N)
    assert stars.session.current is stars.session.documents[1]
    press(stars, Qt.Key.Key_P)
    assert stars.session.current is stars.session.documents[0]
    press(stars, Qt.Key.Key_Question, modifier=Qt.KeyboardModifier.ShiftModifier)
    settle()
    assert stars.docks.measure.answer.currentWidget() is stars.docks.measure.answer.hint
    told = stars.session.last_told[-1][1]
    assert "; g = curve of growth; j, k = fit along line, column; l, c = " in told


def test_a_flipped_and_turned_frame_measures_the_same_star(stars):
    examining = examine(stars)
    click(stars, *STAR)
    before = examining.shown
    for name in ("flip_horizontal", "rotate90"):
        stars.session.apply(Call.of(name))
    QApplication.processEvents()
    height, width = stars.session.picture.frame.image_shape
    assert (height, width) == (140, 120)
    wcs = WCS(stars.session.picture.frame.header)
    place = wcs.all_world2pix([[before.ra, before.dec]], 0)[0]
    assert not (abs(place - STAR) < 1).all()
    click(stars, *place)
    after = examining.shown
    assert after is not before
    assert (after.ra, after.dec) == pytest.approx((before.ra, before.dec), abs=0.005 / 3600)
    assert after.number_of("flux") == pytest.approx(before.number_of("flux"), rel=1e-5)
    assert after.number_of("fwhm") == pytest.approx(before.number_of("fwhm"), rel=1e-3)
    examining.show(before)
    assert not inked(stars, APERTURE_COLOUR).any(), "its place is that of other pixels"


def test_the_log_is_saved_read_again_copied_and_cleared(stars, tmp_path):
    examining = examine(stars)
    for place in (STAR, SECOND):
        click(stars, *place)
    press(stars, Qt.Key.Key_H, STAR)
    log = stars.docks.measure.log
    assert log.count.text() == "3 measurements"
    for suffix in ("csv", "ecsv", "txt"):
        log.write(tmp_path / f"log.{suffix}")
        assert stars.session.last_told[-1][0] == "info"
    with (tmp_path / "log.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["what"] for row in rows] == ["radial", "radial", "histogram"]
    assert float(rows[0]["x"]) == pytest.approx(STAR[0] + 1, abs=0.02), "as FITS counts"
    assert float(rows[1]["y"]) == pytest.approx(SECOND[1] + 1, abs=0.02)
    table = Table.read(tmp_path / "log.ecsv")
    assert str(table["fwhm"].unit) == "pix"
    assert str(table["flux"].unit) == "adu"
    np.testing.assert_allclose(table["fwhm_arcsec"][:2], FWHM * 0.5, rtol=0.02)
    assert "radial" in (tmp_path / "log.txt").read_text().splitlines()[1]
    # an entry that is clicked is shown again
    index = log.sorted.index(0, 3)
    QTest.mouseClick(
        log.table.viewport(), Qt.MouseButton.LeftButton, pos=log.table.visualRect(index).center()
    )
    settle()
    assert examining.shown is examining.answers[0]
    assert stars.docks.measure.numbers.heading.text() == "Radial profile"
    log.table.selectAll()
    QTest.mouseClick(log.copy, Qt.MouseButton.LeftButton)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 4
    log.table.selectRow(2)
    log.table.setFocus()
    QTest.keyClick(log.table, Qt.Key.Key_Delete)
    assert [answer.kind for answer in examining.answers] == ["radial", "radial"]
    QTest.mouseClick(log.clear, Qt.MouseButton.LeftButton)
    assert examining.answers == []
    settle()
    assert examining.shown is None


def test_the_log_is_sorted_by_numbers(stars):
    examine(stars)
    for place in (STAR, SECOND):
        click(stars, *place)
    log: LogView = stars.docks.measure.log
    column = [column.key for column in SHOWN].index("x")
    log.table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
    assert log.sorted.index(0, column).data() == f"{SECOND[0] + 1:.2f}"


def test_the_photometer_follows_the_pointer_and_keeps_no_log(stars):
    session = stars.session
    press(stars, Qt.Key.Key_P, modifier=Qt.KeyboardModifier.ControlModifier)
    QTest.qWait(30)
    QTest.mouseMove(area(stars), at(stars, STAR[0] + 1, STAR[1]))
    QTest.qWait(PAUSE_MS + 50)
    settle()
    live = session.examining.live
    assert live.place == pytest.approx(STAR, abs=0.1)
    assert live.number_of("fwhm") == pytest.approx(FWHM, abs=0.4)
    panel = stars.docks.measure
    assert panel.numbers.heading.text() == "Under the pointer"
    assert panel.answer.plot.curves[0].name == "pixels", "drawn when the pointer rests"
    ink = inked(stars, APERTURE_COLOUR)
    assert ink.any()
    QTest.mouseMove(area(stars), at(stars, *SECOND))
    QTest.qWait(PAUSE_MS + 50)
    settle()
    assert session.examining.live.place == pytest.approx(SECOND, abs=0.1)
    assert session.examining.answers == []
    press(stars, Qt.Key.Key_P, modifier=Qt.KeyboardModifier.ControlModifier)
    assert session.examining.live is None
    assert not inked(stars, APERTURE_COLOUR).any()


def test_the_readout_does_not_wait_for_the_photometer(live: Session, sample, qtbot):
    live.open([sample])
    qtbot.waitUntil(lambda: live.picture is not None)
    live.examining.follow("photometer")
    starts, seen = [], []
    live.pointer_moved.connect(lambda: seen.append(live.pointer))
    for step in range(30):
        starts.append((60.0 + step, 70.0))
        live.point_at(starts[-1])
        assert seen[-1] == starts[-1], "the readout hears of it at once"
    assert sum(job.title == "Under the pointer" for job in live.jobs.running) <= 1
    qtbot.waitUntil(lambda: live.examining.live is not None and live.examining.live.x == starts[-1][0])


def test_rows_and_columns_follow_the_pointer(stars):
    examining = stars.session.examining
    stars.docks.show("Measure")
    QTest.qWait(30)
    panel = stars.docks.measure
    panel.choices.width.setValue(1)
    panel.choices.follows.setCurrentIndex(2)
    panel.choices.follows.activated.emit(2)
    QTest.mouseMove(area(stars), at(stars, 30, 43))
    QTest.qWait(PAUSE_MS + 50)
    settle()
    curve = panel.answer.plot.curves[0]
    np.testing.assert_allclose(curve.y, stars.session.picture.frame.data[43], rtol=1e-6)
    assert curve.x[0] == 1
    examining.follow("column")
    QTest.mouseMove(area(stars), at(stars, 61, 20))
    QTest.qWait(PAUSE_MS + 50)
    settle()
    np.testing.assert_allclose(
        panel.answer.plot.curves[0].y, stars.session.picture.frame.data[:, 61], rtol=1e-6
    )


def test_a_surface_of_the_selected_region(stars):
    region = Region("box", ((60.0, 40.0),), (30.0, 20.0))
    stars.session.overlays.add_region(region)
    ask_here(stars, "surface")
    settle()
    view = stars.docks.measure.answer
    assert view.currentWidget() is view.surface
    landscape = view.surface.scene.landscape
    assert (landscape.x[0], landscape.x[-1]) == (46, 76)
    assert landscape.z.max() == stars.session.picture.frame.data[25:56, 45:76].max()


def test_a_cut_is_drawn_moved_and_logged(window, tmp_path):
    rows, columns = np.indices((100, 140))
    fits.writeto(tmp_path / "plane.fits", (3.0 * columns + 2.0 * rows).astype("f4"))
    window.session.open([tmp_path / "plane.fits"])
    press(window, Qt.Key.Key_L, modifier=Qt.KeyboardModifier.ControlModifier)
    QTest.qWait(30)
    examining, panel = window.session.examining, window.docks.measure
    drag(window, (20, 30), (100, 60))
    settle()
    (x1, y1), (x2, y2) = examining.line
    assert (x1, y1, x2, y2) == pytest.approx((20, 30, 100, 60), abs=1)
    assert len(examining.answers) == 1, "while the mouse drags nothing is logged"
    curve = panel.answer.plot.curves[0]
    length = math.hypot(x2 - x1, y2 - y1)
    expected = 3 * x1 + 2 * y1 + curve.x / length * (3 * (x2 - x1) + 2 * (y2 - y1))
    np.testing.assert_allclose(curve.y, expected, atol=0.02)
    assert inked(window, CUT_COLOUR).any()
    # an end is taken hold of and goes along the row
    drag(window, (x2, y2), (110, y1 + 3), Qt.KeyboardModifier.ShiftModifier)
    assert examining.line[0] == (x1, y1)
    assert examining.line[1] == pytest.approx((110, y1), abs=1.5)
    assert examining.line[1][1] == pytest.approx(y1, abs=1e-9)
    # all of it is moved
    drag(window, (60, y1), (60, y1 + 20))
    assert examining.line[0] == pytest.approx((x1, y1 + 20), abs=1.5)
    assert [answer.kind for answer in examining.answers] == ["cut"] * 3
    press(window, Qt.Key.Key_Delete)
    assert examining.line is None
    press(window, Qt.Key.Key_Escape)
    before = window.session.viewport()
    drag(window, (60, 50), (70, 50))
    assert window.session.viewport() != before, "the mouse pans again"


def test_apertures_are_chosen_measured_again_and_remembered(stars):
    examining = examine(stars)
    click(stars, *STAR)
    row = stars.docks.measure.choices
    assert row.radius.text() == "auto"
    row.radius.stepUp()
    settle()
    assert examining.choices.radius == 5
    assert examining.shown.number_of("radius") == 5, "what is shown is measured again"
    row.radius.setValue(3.5)
    row.zero_point.stepUp()
    settle()
    assert examining.shown.star["zero_point" if "zero_point" in examining.shown.star else "radius"]
    again = Session(stars.session.jobs, stars.session.settings)
    assert again.examining.choices == examining.choices
    assert again.examining.choices.radius == 3.5
    assert again.examining.choices.zero_point == 25


def test_what_cannot_be_measured_is_said(stars, tmp_path):
    examining = examine(stars)
    click(stars, 0.2, 60)
    settle()
    assert "No star" in stars.docks.measure.numbers.notes.text()
    assert stars.docks.measure.numbers.text("FWHM") == "—"
    told = len(stars.session.last_told)
    stars.session.set_viewport((0, 0), 4)
    QApplication.processEvents()
    press(stars, Qt.Key.Key_R, (-10, -10))
    assert len(stars.session.last_told) == told + 1
    assert "beside the image" in stars.session.last_told[-1][1]
    cube = np.arange(3 * 30 * 30, dtype="f4").reshape(3, 30, 30)
    fits.writeto(tmp_path / "rgb.fits", cube)
    stars.session.open([tmp_path / "rgb.fits"])
    stars.session.set_colour(True)
    stars.session.fit()
    press(stars, Qt.Key.Key_R, (15, 15))
    assert "colour" in stars.session.last_told[-1][1]
    assert len(examining.answers) == 1


def test_the_python_of_what_is_shown(stars):
    examine(stars)
    click(stars, *STAR)
    settle()
    QTest.mouseClick(stars.docks.measure.numbers.python, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    dialog = stars.findChild(PythonDialog)
    script = dialog.view.text.toPlainText()
    assert "def radial_profile(" in script
    assert "viewer" not in script
    compile(script, "script.py", "exec")
    dialog.reject()


def test_another_image_ends_the_cut_and_the_photometer_but_not_the_log(stars, sample):
    examining = examine(stars)
    click(stars, *STAR)
    examining.set_line(((10, 10), (50, 50)))
    examining.follow("photometer")
    stars.session.open([sample])
    stars.session.select(stars.session.documents[1])
    examining.follow("")
    assert examining.line is None
    assert len(examining.answers) == 2
    settle()
    assert not stars.docks.measure.numbers.python.isEnabled()
    stars.session.close(stars.session.documents[0])
    settle()
    assert stars.docks.measure.log.table.model().rowCount() == 2


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (3.5487, 0.0283, "3.549 ± 0.028"),
        (216589.7, 381.2, "216590 ± 380"),
        (math.nan, 1, "—"),
        (4.24349, math.nan, "4.2435"),
        (0.0123, 0.0, "0.0123"),
        (12.0, 1.26, "12.0 ± 1.3"),
    ],
)
def test_numbers_have_as_many_digits_as_their_errors(value, error, text):
    assert with_error(value, error) == text
