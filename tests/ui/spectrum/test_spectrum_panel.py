"""The spectrum panel: driven as a person would, on the real long-slit frames and the cube."""

import csv
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from viewer.core.shapes.region import Region
from viewer.ui.measuring_script import PythonDialog
from viewer.ui.spectrum.adding import open_spectrum
from viewer.ui.spectrum.extracting import Extracting

STAR = "v_s_20180810_27_1_0_0.fits.gz"
LAMP = "v_a_20180810_13_1_0_1.fits.gz"


@pytest.fixture
def star(window, data_dir):
    window.session.open([data_dir / "longslit_sprat" / STAR])
    made = open_spectrum(window)
    QApplication.processEvents()
    return made


def _raw(data_dir: Path) -> np.ndarray:
    return fits.getdata(data_dir / "longslit_sprat" / STAR).astype(float)


def _sum(raw: np.ndarray, band: tuple[int, int], sky: tuple[tuple[int, int], ...]) -> np.ndarray:
    level = np.median(np.concatenate([raw[low - 1 : high] for low, high in sky]), axis=0)
    return (raw[band[0] - 1 : band[1]] - level).sum(axis=0)


def _screen(window, x: float, y: float) -> QPoint:
    """Where a pixel of the picture is in its view."""
    viewport = window.session.viewport()
    ratio = window.image_view.devicePixelRatioF()
    left, top = viewport.to_screen(x, y)
    return QPoint(round(left / ratio), round(top / ratio))


def _green_pixels(window) -> int:
    """How many pixels of a column of the picture's view are as green as the edges of the object's band."""
    image = window.image_view.graphics.grab().toImage()
    colours = [image.pixelColor(image.width() // 2, row) for row in range(image.height())]
    # an edge between two pixels of the screen is mixed with its casing
    return sum(pixel.green() > max(pixel.red() + 40, pixel.blue() + 25) for pixel in colours)


def test_the_object_is_found_and_its_spectrum_is_numpys(star, window, data_dir):
    how = star.extracting.how
    assert how.along == "rows"
    assert how.band[0] <= 130 < 135 <= how.band[1]
    assert len(how.sky) == 2
    np.testing.assert_allclose(star.extracting.spectrum.flux, _sum(_raw(data_dir), how.band, how.sky))
    np.testing.assert_array_equal(star.plot.curves[0].y, star.extracting.spectrum.flux)
    assert "the longer side of the frame" in star.note.text()
    # by numbers
    star.slit.first.setValue(124)
    star.slit.last.setValue(142)
    star.slit.sky.setText("90:115, 150-175")
    star.slit.sky.editingFinished.emit()
    np.testing.assert_allclose(
        star.extracting.spectrum.flux, _sum(_raw(data_dir), (124, 142), ((90, 115), (150, 175)))
    )
    # wrong ones are explained, and change nothing
    star.slit.sky.setText("90 to 115")
    star.slit.sky.editingFinished.emit()
    assert "such as 90:115" in star.note.text()
    star.slit.sky.setText("130:150")
    star.slit.sky.editingFinished.emit()
    assert "overlaps the band" in star.note.text()
    assert not star.save_button.isEnabled()


def test_an_edge_is_dragged_in_the_picture(star, window, data_dir):
    star.slit.sky.setText("90:115 150:175")
    star.slit.sky.editingFinished.emit()
    star.slit.first.setValue(124)
    star.slit.last.setValue(142)
    window.session.set_viewport((512.0, 132.0), 6.0)
    QApplication.processEvents()
    view = window.image_view.graphics.viewport()
    assert _green_pixels(window) > 0
    # the upper edge of row 142 (FITS) is at 141.5 from 0
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=_screen(window, 512, 141.5))
    QTest.mouseMove(view, _screen(window, 512, 143))
    QTest.mouseMove(view, _screen(window, 512, 144.7))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=_screen(window, 512, 144.7))
    assert star.extracting.how.band == (124, 145)
    assert star.slit.last.value() == 145
    assert window.session.viewport().center == (512.0, 132.0), "the picture was not panned"
    np.testing.assert_allclose(
        star.extracting.spectrum.flux, _sum(_raw(data_dir), (124, 145), ((90, 115), (150, 175)))
    )
    # elsewhere the button pans as usual
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=_screen(window, 512, 133))
    QTest.mouseMove(view, _screen(window, 520, 130))
    QTest.mouseMove(view, _screen(window, 530, 130))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=_screen(window, 530, 130))
    assert star.extracting.how.band == (124, 145)
    assert window.session.viewport().center != (512.0, 132.0)
    # closed, it draws nothing and takes hold of nothing
    window.docks.hide("Spectrum")
    window.session.set_viewport((512.0, 132.0), 6.0)
    QApplication.processEvents()
    assert _green_pixels(window) == 0


def test_straightened_by_the_trace(star):
    star.slit.straight.setCurrentIndex(1)
    star.slit.straight.activated.emit(1)
    assert star.extracting.how.angle == pytest.approx(-0.14, abs=0.02)
    assert star.slit.angle.value() == pytest.approx(star.extracting.how.angle, abs=1e-3)
    assert "the trace rises by -0.1" in star.note.text()
    star.slit.straight.setCurrentIndex(2)
    star.slit.straight.activated.emit(2)
    assert star.extracting.how.angle == 0
    assert len(star.extracting.how.trace) == 3
    star.slit.straight.setCurrentIndex(0)
    star.slit.straight.activated.emit(0)
    assert star.extracting.how.trace is None


def test_a_lamp_calibrates_a_star_which_is_saved(star, window, data_dir, tmp_path):
    window.session.open([data_dir / "longslit_sprat" / LAMP])
    QApplication.processEvents()
    assert star.extracting.frame.name == LAMP
    form = star.calibration
    assert "Click lines" in form.told.text()
    form.marking.click()
    for near, wavelength in ((281, "4671.23"), (607, "6182,42"), (710, "6668.92"), (914, "7642.02")):
        star.plot.clicked.emit(
            float(np.interp(near, np.arange(1, 1025), star.extracting.spectrum.axis.values)), 0.0
        )
        row = form.table.currentRow()
        assert float(form.table.item(row, 0).text()) == pytest.approx(near, abs=1.0)
        form.table.item(row, 1).setText(wavelength)
    form.order.setValue(2)
    form.medium.setCurrentIndex(1)
    form.medium.activated.emit(1)
    assert form.table.item(0, 2).text()[0] in "+-"
    assert "rms" in form.told.text()
    assert star.plot.axes.x_title == "wavelength in air [Angstrom]"
    # a number that is none is refused
    form.table.item(0, 1).setText("blue")
    assert "blue is no wavelength" in star.note.text()
    assert form.table.item(0, 1).text() == "4671.23"
    # the star next to it has these wavelengths
    window.session.select(window.session.documents[0])
    QApplication.processEvents()
    spectrum = star.extracting.spectrum
    assert spectrum.name == STAR
    assert "calibrated with 4 lines" in star.note.text()
    star.save(tmp_path / "star.csv")
    with (tmp_path / "star.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    np.testing.assert_array_equal([float(row["wavelength"]) for row in rows], spectrum.axis.values)
    star.save(tmp_path / "star.fits")
    with fits.open(tmp_path / "star.fits") as hdus:
        assert "--calibrate" in "".join(hdus[0].header["HISTORY"]).replace("\n", "")
        np.testing.assert_array_equal(hdus[1].data["flux"], spectrum.flux)
    # and its Python gives the same numbers
    star.python_button.click()
    dialog = star.findChild(PythonDialog)
    script = tmp_path / "measure.py"
    script.write_text(dialog.view.text.toPlainText(), encoding="utf-8")
    run = subprocess.run([sys.executable, "-I", str(script)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    table = run.stdout[run.stdout.index("pixel,wavelength,flux") :].splitlines()[1:1025]
    there = np.array([[float(word) for word in line.split(",")] for line in table])
    np.testing.assert_array_equal(there[:, 2], spectrum.flux)
    np.testing.assert_allclose(there[:, 1], spectrum.axis.values, atol=0.01)
    dialog.close()


def test_a_cube_live_under_the_pointer_and_of_a_region(window, data_dir):
    window.session.open([data_dir / "cube" / "l1448_13co.fits"])
    made = open_spectrum(window)
    assert "Point at the picture" in made.note.text()
    cube = fits.getdata(data_dir / "cube" / "l1448_13co.fits").astype(float)
    window.session.point_at((52.3, 59.8))
    np.testing.assert_allclose(made.extracting.spectrum.flux, cube[:, 60, 52], rtol=1e-6)
    assert made.plot.axes.x_title == "optical velocity [m/s]"
    window.session.point_at((10.0, 11.0))
    np.testing.assert_allclose(made.plot.curves[0].y, cube[:, 11, 10], rtol=1e-6)
    region = window.session.overlays.add_region(Region("circle", ((52.0, 59.0),), (7.5,)))
    window.session.overlays.select({region.key})
    y, x = np.mgrid[0:105, 0:105]
    inside = (x - 52) ** 2 + (y - 59) ** 2 < 7.5**2
    np.testing.assert_allclose(made.extracting.spectrum.flux, cube[:, inside].mean(1), rtol=1e-6)
    # it follows the region, not the pointer
    moved = region.moved_by(-10.0, 3.0)
    window.session.overlays.drag_regions([moved])
    window.session.point_at((1.0, 1.0))
    inside = (x - 42) ** 2 + (y - 62) ** 2 < 7.5**2
    np.testing.assert_allclose(made.extracting.spectrum.flux, cube[:, inside].mean(1), rtol=1e-6)
    assert made.side.isHidden()


def test_an_image_without_a_spectrum(window, tmp_path):
    fits.writeto(tmp_path / "noise.fits", np.random.default_rng(1).normal(0, 1, (60, 90)).astype(np.float32))
    window.session.open([tmp_path / "noise.fits"])
    made = open_spectrum(window)
    assert "no trace was found" in made.note.text()
    assert made.extracting.spectrum is not None
    made.slit.straight.activated.emit(1)
    assert "give the angle by hand" in made.note.text()
    assert made.extracting.how.angle == 0


def test_while_a_band_is_dragged_the_newest_counts(live, qtbot, data_dir):
    live.open([data_dir / "longslit_sprat" / STAR])
    qtbot.waitUntil(lambda: live.picture is not None)
    extracting = Extracting(live)
    extracting.start()
    qtbot.waitUntil(lambda: extracting.spectrum is not None)
    before = extracting.how
    for last in range(134, 160):
        extracting.set_how(replace(before, band=(126, last), sky=((60, 100),)))
    assert len(live.jobs.running) <= 3, "they do not pile up"
    qtbot.waitUntil(lambda: extracting.spectrum is not None and "126:159" in extracting.spectrum.history[0])
    np.testing.assert_allclose(extracting.spectrum.flux, _sum(_raw(data_dir), (126, 159), ((60, 100),)))
    extracting.stop()


def test_what_is_neither_a_frame_nor_a_cube_is_said(star, window, data_dir):
    window.session.open([data_dir / "edge" / "spectrum1d_45P.fits"])
    QApplication.processEvents()
    assert "this is neither" in star.note.text()
    assert not star.save_button.isEnabled()
    assert not star.slit.isEnabled()
    assert not star.plot.curves
    for document in tuple(window.session.documents):
        window.session.close(document)
    assert "this is neither" in star.note.text()
    window.session.open([data_dir / "longslit_sprat" / STAR])
    QApplication.processEvents()
    assert star.extracting.spectrum is not None
    # whoever draws regions does not take hold of a band
    window.session.set_viewport((512.0, 132.0), 6.0)
    window.session.overlays.set_tool("circle")
    before = star.extracting.how
    edge = max(before.band) - 0.5
    view = window.image_view.graphics.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=_screen(window, 512, edge))
    QTest.mouseMove(view, _screen(window, 514, edge + 4))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=_screen(window, 516, edge + 5))
    assert star.extracting.how == before
    assert len(window.session.overlays.layer.regions) == 1
