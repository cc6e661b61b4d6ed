"""The readout: the right numbers, in rows that stay where they are."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest

from viewer.ui.panels.readout import NOTHING, ReadoutPanel


@pytest.fixture
def panel(session, qtbot):
    made = ReadoutPanel(session)
    qtbot.addWidget(made)
    made.resize(330, 260)
    made.show()
    return made


@pytest.fixture
def nebula(session, panel, data_dir):
    """A frame with a WCS, its details ready; returns its path."""
    path = data_dir / "images" / "HorseHead.fits"
    session.open([path])
    session.add_details()
    return path


def shown(panel) -> dict[str, str]:
    return {label: panel.text(label) for label in panel.labels()}


def choose(box, text: str) -> None:
    """Choose an entry with the keyboard, as a person may."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findText(text)):
        QTest.keyClick(box, Qt.Key.Key_Down)


def test_position_and_value_are_those_of_the_file(session, panel, nebula):
    session.point_at((100.26, 200.4))
    rows = shown(panel)
    assert rows["x, y"] == "101.3, 201.4"
    assert rows["[row, column]"] == "[200, 100]"
    assert rows["value"].split()[0] == str(fits.getdata(nebula)[200, 100])


@pytest.mark.filterwarnings("ignore::astropy.wcs.FITSFixedWarning")
def test_the_sky_position_is_that_of_astropy_in_every_frame(session, panel, nebula):
    session.point_at((100.0, 200.0))
    sky = WCS(fits.getheader(nebula)).pixel_to_world(100, 200)
    assert panel.text("RA (ICRS)").startswith(
        sky.icrs.ra.to_string("hour", sep=":", precision=1, pad=True)[:10]
    )
    choose(panel._notation, "degrees")
    assert session.settings.sexagesimal is False
    assert float(panel.text("RA (ICRS)").split()[0].rstrip("°")) == pytest.approx(sky.icrs.ra.deg, abs=1e-5)
    choose(panel._sky_frame, "Galactic")
    assert session.settings.sky_frame == "galactic"
    galactic = {
        label: text for label, text in shown(panel).items() if "Galactic" in label or "galactic" in label
    }
    numbers = [float(text.split()[0].rstrip("°")) for text in galactic.values()]
    assert numbers == pytest.approx([sky.galactic.l.deg, sky.galactic.b.deg], abs=1e-5)


def test_nothing_moves_while_the_pointer_does(session, panel, nebula):
    before = [(field.geometry(), field.label.geometry()) for field in panel._fields]
    assert len(before) >= 5, "the rows of the WCS stand before the pointer comes"
    assert set(shown(panel).values()) == {NOTHING}
    height, width = session.picture.frame.image_shape
    for position in ((0, 0), (width - 1.0, height - 1.0), (-1e6, 1e6), (3.3, 4.4)):
        session.point_at(position)
        assert [(field.geometry(), field.label.geometry()) for field in panel._fields] == before


def test_outside_the_image_it_says_so(session, panel, nebula):
    session.point_at((-30.0, 5.0))
    assert "outside" in panel.text("value")
    session.point_at(None)
    assert set(shown(panel).values()) == {NOTHING}


def test_before_the_wcs_is_built_it_is_not_touched(session, panel, data_dir):
    session.open([data_dir / "images" / "HorseHead.fits"])
    session.point_at((10.0, 10.0))
    assert "world" not in vars(session.picture.frame)
    assert panel.labels() == ("x, y", "[row, column]", "value")
    session.add_details()
    assert panel.text("RA (ICRS)") != NOTHING, "it comes without another move of the mouse"


def test_the_button_holds_the_readout_and_shows_that_it_is_held(session, panel, nebula):
    session.point_at((5.0, 6.0))
    QTest.mouseClick(panel._freeze, Qt.MouseButton.LeftButton)
    assert session.frozen
    assert panel._freeze.text() == "Frozen"
    session.point_at((50.0, 60.0))
    assert panel.text("x, y") == "6.0, 7.0"
    session.set_frozen(False)
    assert not panel._freeze.isChecked()


def test_it_can_be_copied_as_text(session, panel, nebula):
    session.point_at((5.0, 6.0))
    QTest.mouseClick(panel._copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    for label, text in shown(panel).items():
        assert any(line.startswith(label) and line.endswith(text) for line in copied.splitlines())


def test_planes_of_a_cube_change_value_and_spectral_axis(session, panel, data_dir):
    session.open([data_dir / "cube" / "l1448_13co.fits"])
    session.add_details()
    session.point_at((50.0, 60.0))
    first = shown(panel)
    session.set_plane((20,))
    second = shown(panel)
    assert second["value"].split()[0] == str(fits.getdata(session.current.source.path)[20, 60, 50])
    changed = {label for label in second if second[label] != first[label]}
    assert len(changed) >= 3, "plane, value and velocity"


def test_it_takes_up_with_the_next_image(session, panel, nebula, tmp_path):
    fits.writeto(tmp_path / "plain.fits", np.full((5, 5), 2**62, "i8"))
    session.open([tmp_path / "plain.fits"])
    session.add_details()
    session.point_at((1.0, 1.0))
    assert panel.text("value") == str(2**62)
    assert not any("RA" in label for label in panel.labels())
    session.close(session.current)
    session.close(session.current)
    assert panel.labels() == ("x, y", "[row, column]", "value")
    assert set(shown(panel).values()) == {NOTHING}


def test_a_file_cut_short_while_it_is_open_is_told_once(session, panel, tmp_path):
    path = tmp_path / "frame.fits"
    fits.writeto(path, np.zeros((300, 300), "f4"))
    session.open([path])
    told = []
    session.told.connect(lambda level, sentence: told.append(sentence))
    path.write_bytes(path.read_bytes()[:5000])
    session.point_at((10.0, 200.0))
    session.point_at((11.0, 200.0))
    assert panel.text("value") == NOTHING
    assert len(told) == 1
    assert "frame.fits" in told[0]
