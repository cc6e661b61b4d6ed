"""Contours over the picture: where they lie, what can be chosen, and those of another image."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.ui.contours.dialog import ContoursDialog
from viewer.ui.contours.making import levels_of
from viewer.ui.measuring_script import PythonDialog

CENTRE = (70.0, 40.0)
FWHM = 20.0


def write(path, centre=CENTRE, crpix=(61.0, 51.0), scale=1.0, unit=True):
    rows, columns = np.indices((100, 120))
    square = (columns - centre[0]) ** 2 + (rows - centre[1]) ** 2
    image = 100 * np.exp(-4 * np.log(2) * square / FWHM**2)
    header = fits.Header()
    if unit:
        wcs = WCS(naxis=2)
        wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
        wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt = [10, 5], crpix, [-scale / 3600, scale / 3600]
        header = wcs.to_header()
    fits.writeto(path, image.astype("f4"), header)
    return path


def opened(window) -> ContoursDialog:
    """The dialog, by its key, with levels by hand and no smoothing."""
    window.focus_page()
    QTest.keyClick(window.image_view.graphics, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(ContoursDialog)
    dialog.smooth.setValue(0)
    dialog.spacing.setCurrentIndex(3)
    dialog.levels.setText("50")
    QTest.qWait(400)
    return dialog


def radii(window, centre) -> np.ndarray:
    contours = window.session.overlays.layer.contours
    points = np.concatenate([line for lines in contours.lines for line in lines])
    return np.hypot(*(points - centre).T)


def test_the_contour_at_half_of_the_peak_is_a_circle_as_wide_as_the_star(window, tmp_path):
    window.session.open([write(tmp_path / "a.fits")])
    dialog = opened(window)
    np.testing.assert_allclose(radii(window, CENTRE), FWHM / 2, atol=0.05)
    # it is seen in its colour, and follows another one
    dialog.colour.setCurrentText("magenta")
    QTest.qWait(400)
    image = window.image_view.graphics.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    x, y = window.session.viewport().to_screen(CENTRE[0] + FWHM / 2, CENTRE[1])
    colour = QColor(window.session.overlays.layer.contours.colour)
    near = [image.pixelColor(int(x) + dx, int(y)) for dx in range(-3, 4)]
    assert min(abs(c.red() - colour.red()) + abs(c.green() - colour.green()) for c in near) < 60
    # an operation that moves the pixels takes them along
    window.session.apply(Call.of("flip_horizontal"))
    np.testing.assert_allclose(radii(window, (119 - CENTRE[0], CENTRE[1])), FWHM / 2, atol=0.05)
    QTest.mouseClick(dialog.remove, Qt.MouseButton.LeftButton)
    assert window.session.overlays.layer.contours is None
    QTest.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def test_contours_of_another_image_are_brought_over_by_the_sky(window, tmp_path):
    # the other one has pixels of half the size, and the star elsewhere in it
    small = write(tmp_path / "small.fits", centre=(50.0, 30.0), crpix=(41.0, 41.0), scale=0.5)
    window.session.open([write(tmp_path / "a.fits"), small])
    session = window.session
    session.select(session.documents[0])
    dialog = opened(window)
    dialog.source.setCurrentIndex(1)
    QTest.qWait(400)
    assert session.overlays.layer.contours.name == "small.fits"
    # 10 and -10 small pixels from the reference point are 5 and -5 large ones
    np.testing.assert_allclose(radii(window, (60 + 5, 50 - 5)), FWHM / 4, atol=0.05)
    assert not dialog.python.isEnabled()
    session.close(session.documents[1])
    assert dialog.source.count() == 1


def test_what_makes_no_sense_is_said(window, tmp_path):
    plain = write(tmp_path / "plain.fits", unit=False)
    window.session.open([write(tmp_path / "a.fits"), plain])
    dialog = opened(window)
    dialog.levels.setText("50, many")
    QTest.qWait(400)
    assert "many" in dialog.note.text()
    dialog.levels.setText("5000")
    QTest.qWait(400)
    assert "5000 does not occur" in dialog.note.text()
    dialog.levels.setText("50")
    dialog.source.setCurrentIndex(1)
    QTest.qWait(400)
    assert "no WCS" in dialog.note.text()


def test_the_python_of_contours(window, tmp_path):
    window.session.open([write(tmp_path / "a.fits")])
    dialog = opened(window)
    QTest.mouseClick(dialog.python, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    script = window.findChild(PythonDialog).view.text.toPlainText()
    assert "contour_lines(data, smooth=0.0, levels=(50.0,))" in script
    window.findChild(PythonDialog).reject()


@pytest.mark.parametrize(("text", "levels"), [("1,2 3", (1, 2, 3)), (" -1e3; 5", (-1000, 5))])
def test_levels_are_typed_with_commas_or_spaces(text, levels):
    assert levels_of(text) == levels


@pytest.mark.parametrize("text", ["", "a", "1 nan", "inf"])
def test_other_words_are_refused(text):
    with pytest.raises(ViewerError):
        levels_of(text)
