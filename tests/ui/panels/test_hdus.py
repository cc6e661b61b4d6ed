"""The HDU bar: tabs or a list, and the session follows them."""

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.ui.panels.hdus import HduBar


@pytest.fixture
def bar(session, qtbot):
    made = HduBar(session)
    qtbot.addWidget(made)
    made.resize(1000, 40)
    return made


def click_tab(bar, index):
    QTest.mouseClick(bar.tabs, Qt.MouseButton.LeftButton, pos=bar.tabs.tabRect(index).center())


def test_one_hdu_needs_no_bar(session, bar, sample):
    session.open([sample])
    assert not bar.isVisible()


def test_tabs_show_what_each_hdu_holds_and_a_click_shows_it(session, bar, data_dir):
    session.open([data_dir / "mef" / "astropy_o4sp040b0_raw.fits"])
    assert bar.isVisible()
    assert bar.tabs.tabText(0) == "0 PRIMARY  header only"
    assert bar.tabs.tabText(4) == "4 SCI,2  62×44 uint16"
    assert bar.tabs.currentIndex() == session.current.hdu == 1
    click_tab(bar, 4)
    assert session.current.hdu == 4
    click_tab(bar, 0)
    assert session.current.hdu == 0
    assert session.picture is None, "an HDU without data can be chosen for its header"


def test_steps_stop_at_the_ends(session, bar, data_dir):
    session.open([data_dir / "edge" / "generic_mixed.fits"])
    last = len(session.current.source.hdus) - 1
    for _ in range(last + 2):
        bar.step(1)
    assert bar.tabs.currentIndex() == session.current.hdu == last
    bar.step(-1)
    assert bar.tabs.currentIndex() == session.current.hdu == last - 1


def test_many_hdus_are_a_list(session, bar, data_dir):
    session.open([data_dir / "mef" / "jwst_nirspec_msa_1.fits"])
    hdus = session.current.source.hdus
    assert len(hdus) > 12
    assert bar.list.isVisible()
    assert not bar.tabs.isVisible()
    assert bar.list.count() == len(hdus)
    bar.list.setFocus()
    QTest.keyClick(bar.list, Qt.Key.Key_Down)
    assert session.current.hdu == 2
    assert bar.list.currentIndex() == 2


def test_it_follows_the_document(session, bar, data_dir, sample):
    session.open([data_dir / "mef" / "astropy_o4sp040b0_raw.fits"])
    session.select_hdu(4)
    session.open([sample])
    assert not bar.isVisible()
    session.select_next()
    assert bar.isVisible()
    assert bar.tabs.currentIndex() == 4


def test_it_stays_when_an_hdu_cannot_be_shown(session, bar, tmp_path, monkeypatch):
    hdus = [fits.PrimaryHDU(np.ones((3, 4), "f4")), fits.ImageHDU(np.ones((3, 4), "f4"), name="A & B")]
    fits.HDUList(hdus).writeto(tmp_path / "two.fits")
    session.open([tmp_path / "two.fits"])

    def refuse(*_args):
        raise ViewerError("This HDU is damaged.")

    monkeypatch.setattr(session.current.source, "frame", refuse)
    told = []
    session.told.connect(lambda *what: told.append(what))
    assert "&&" in bar.tabs.tabText(1), "an ampersand is no shortcut"
    click_tab(bar, 1)
    assert told == [("error", "This HDU is damaged.")]
    assert bar.tabs.currentIndex() == session.current.hdu == 0


def test_changed_hdus_have_a_star_until_they_are_as_saved(session, bar, tmp_path):
    path = tmp_path / "two.fits"
    fits.HDUList([fits.PrimaryHDU(), *(fits.ImageHDU(np.ones((20, 20), "f4")) for _ in range(2))]).writeto(
        path
    )
    session.open([path])
    session.apply(Call.of("divide", value=2.0))
    assert [bar.tabs.tabText(index).endswith(" *") for index in range(3)] == [False, True, False]
    session.undo()
    assert not bar.tabs.tabText(1).endswith(" *")


def test_a_tab_tells_the_size_and_type_after_a_step(session, bar, tmp_path):
    path = tmp_path / "two.fits"
    images = [fits.ImageHDU(np.ones((20, 30), "i2")), fits.ImageHDU(np.ones((20, 30), "i2"))]
    fits.HDUList([fits.PrimaryHDU(), *images]).writeto(path)
    session.open([path])
    session.apply(Call.of("rotate90"))
    session.apply(Call.of("divide", value=2.0))
    assert bar.tabs.tabText(1) == "1  20×30 float32 *"
    session.select_hdu(2)
    assert [bar.tabs.tabText(index) for index in (1, 2)] == ["1  20×30 float32 *", "2  30×20 int16"]
