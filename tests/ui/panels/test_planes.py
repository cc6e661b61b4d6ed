"""The plane bar: which plane of a cube is shown, by slider, number, buttons and play."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from viewer.ui.panels.planes import PlaneBar


@pytest.fixture
def bar(session, qtbot):
    made = PlaneBar(session)
    qtbot.addWidget(made)
    made.resize(900, 80)
    return made


@pytest.fixture
def open_array(session, tmp_path):
    def made(shape, dtype="f4", name="cube.fits", **cards):
        data = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
        fits.PrimaryHDU(data, fits.Header(cards)).writeto(tmp_path / name)
        session.open([tmp_path / name])

    return made


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_image_has_no_planes(bar, open_array):
    open_array((4, 5))
    assert not bar.isVisible()


def test_every_control_moves_the_same_plane(session, bar, data_dir):
    session.open([data_dir / "cube" / "l1448_13co.fits"])
    assert bar.isVisible()
    (row,) = bar.rows
    row.slider.setFocus()
    QTest.keyClick(row.slider, Qt.Key.Key_Right)
    assert session.picture.plane == (1,)
    assert row.spin.value() == 2, "planes are counted from 1, as in FITS"
    row.spin.selectAll()
    QTest.keyClicks(row.spin, "30")
    QTest.keyClick(row.spin, Qt.Key.Key_Return)
    assert session.picture.plane == (29,)
    assert row.slider.value() == 29
    click(row.last)
    assert session.picture.plane == (52,)
    click(row.after)
    assert session.picture.plane == (0,), "round the end"
    click(row.before)
    click(row.before)
    assert session.picture.plane == (51,)
    click(row.first)
    assert session.picture.plane == (0,)


def test_the_axis_has_its_name_and_value_once_the_header_is_read(session, bar, data_dir):
    path = data_dir / "cube" / "l1448_13co.fits"
    session.open([path])
    (row,) = bar.rows
    assert (row.name.text(), row.value.text()) == ("Axis 3", "")
    session.add_details()
    assert row.name.text() == "optical velocity"
    session.set_plane((20,))
    header = fits.getheader(path)
    expected = WCS(header).all_pix2world([[52, 52, 20]], 0)[0][2]
    number, unit = row.value.text().split()
    assert float(number) == pytest.approx(expected, rel=1e-9)
    assert unit == "m/s"


def test_each_axis_of_a_4d_cube_has_a_row_the_third_fits_axis_first(session, bar, open_array):
    open_array((2, 5, 3, 4))
    first, second = bar.rows
    assert (first.length, second.length) == (5, 2)
    click(second.after)
    click(first.last)
    assert session.picture.plane == (1, 4)


def test_axes_of_one_plane_are_mentioned(session, bar, open_array):
    open_array(
        (1, 5, 3, 4), CTYPE1="RA---TAN", CTYPE2="DEC--TAN", CTYPE3="FREQ", CTYPE4="STOKES", CRVAL4=1, CRPIX4=1
    )
    assert len(bar.rows) == 1
    assert "Axis 4" in bar.degenerate.text()
    session.add_details()
    assert "Stokes I" in bar.degenerate.text()
    assert bar.rows[0].name.text() == "frequency"


def test_play_goes_round_and_stops(session, bar, open_array, qtbot):
    open_array((4, 5, 6))
    bar.rate.setCurrentIndex(bar.rate.count() - 1)
    seen = []
    session.image_changed.connect(lambda _document: seen.append(session.picture.plane[0]))
    click(bar.rows[0].play)
    assert bar.playing
    qtbot.waitUntil(lambda: len(set(seen)) == 4, timeout=3000)
    qtbot.waitUntil(lambda: seen.count(0) > 0 and seen.index(0) < len(seen) - 1, timeout=3000)
    click(bar.rows[0].play)
    assert not bar.playing
    stopped = session.picture.plane
    qtbot.wait(100)
    assert session.picture.plane == stopped


def test_play_waits_for_the_work_behind_the_picture(session, bar, open_array, qtbot, monkeypatch):
    open_array((4, 5, 6))
    bar.rate.setCurrentIndex(bar.rate.count() - 1)
    busy = [True]
    monkeypatch.setattr(type(session.jobs), "running", property(lambda _jobs: (1,) if busy[0] else ()))
    for pyramid in session.picture.pyramids:
        pyramid.forget()
    bar.toggle_play()
    qtbot.wait(120)
    assert session.picture.plane == (0,)
    busy[0] = False
    qtbot.waitUntil(lambda: session.picture.plane != (0,), timeout=2000)
    bar.stop()


def test_play_stops_with_the_document(session, bar, open_array):
    open_array((4, 5, 6))
    bar.toggle_play()
    assert bar.playing
    open_array((4, 5, 6), name="other.fits")
    assert not bar.playing
    session.close(session.current)
    session.close(session.current)
    assert not bar.isVisible()


def test_three_planes_can_be_a_colour_picture(session, bar, open_array):
    open_array((3, 5, 6), "u1")
    assert session.picture.colour
    assert bar.colour.isChecked()
    assert not bar.rows[0].isVisible()
    click(bar.planes)
    assert not session.picture.colour
    assert bar.rows[0].isVisible()
    session.set_colour(True)
    assert bar.colour.isChecked()
    open_array((4, 5, 6), name="four.fits")
    assert not bar.mode.isVisible()
