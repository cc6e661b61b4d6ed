"""Saving from the window: names, formats, the question before overwriting, and the one before closing."""

import json
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLineEdit, QMessageBox

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.call import Call
from viewer.ui.dialogs.save import SaveDialog
from viewer.ui.dialogs.save_form import SaveForm, format_of, loss, with_suffix

DIVIDE = Call.of("divide", value=2.0)


@pytest.fixture
def ramp(tmp_path):
    path = tmp_path / "ramp.fits"
    fits.writeto(path, np.arange(4800, dtype="f4").reshape(60, 80))
    return path


@pytest.fixture
def two(tmp_path):
    path = tmp_path / "two.fits"
    images = [fits.ImageHDU(np.full((20, 20), value, "f4"), name=f"E{value}") for value in (1, 2)]
    fits.HDUList([fits.PrimaryHDU(), *images]).writeto(path)
    return path


def press(window, keys):
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    QTest.keyClick(window, keys[1], keys[0])
    QApplication.processEvents()


def dialog_of(window):
    (found,) = window.findChildren(SaveDialog)
    return found


def answer(window, text):
    """Click a button of the question that is asked."""
    (box,) = (each for each in window.findChildren(QMessageBox) if each.isVisible())
    (button,) = (each for each in box.buttons() if each.text().replace("&", "") == text)
    button.click()
    QApplication.processEvents()


def save_under(window, name):
    dialog = dialog_of(window)
    dialog.findChild(QLineEdit).setText(str(name))
    dialog.accept()
    QApplication.processEvents()


SAVE = (Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_S)


def test_a_changed_image_is_marked_until_it_is_saved(session, window, ramp, tmp_path, qtbot):
    session.open([ramp])
    assert not window.isWindowModified()
    session.apply(DIVIDE)
    qtbot.waitUntil(window.isWindowModified)
    panel = window.docks.images
    window.docks.show("Images")
    qtbot.waitUntil(lambda: panel.list.count() and panel.list.item(0).text().startswith("ramp.fits*\n"))
    window.saving.save_as(session.current)
    save_under(window, tmp_path / "half.fits")
    assert not window.isWindowModified()
    assert window.windowTitle() == "half.fits[*] – Skyloupe"
    qtbot.waitUntil(lambda: panel.list.item(0).text().startswith("half.fits\n"))
    assert np.array_equal(fits.getdata(tmp_path / "half.fits"), fits.getdata(ramp) / 2)
    session.undo()
    assert window.isWindowModified(), "what is shown is not what the file holds"


def test_the_original_is_overwritten_only_after_asking_once(session, window, ramp):
    before = ramp.read_bytes()
    session.open([ramp])
    session.apply(DIVIDE)
    press(window, SAVE)
    answer(window, "Cancel")
    assert ramp.read_bytes() == before
    press(window, SAVE)
    answer(window, "Overwrite")
    assert fits.getdata(ramp)[1, 0] == 40
    session.apply(DIVIDE)
    press(window, SAVE)
    assert not [each for each in window.findChildren(QMessageBox) if each.isVisible()]
    assert fits.getdata(ramp)[1, 0] == 20


def test_nothing_to_save_is_said(session, window, ramp):
    before = ramp.stat().st_mtime_ns
    session.open([ramp])
    press(window, SAVE)
    assert "nothing to save" in session.last_told[-1][1]
    assert ramp.stat().st_mtime_ns == before


def test_a_section_never_takes_the_place_of_its_file(session, window, ramp):
    session.open([f"{ramp}[1:10,1:10]"])
    session.apply(DIVIDE)
    press(window, SAVE)
    dialog = dialog_of(window)
    assert dialog.selectedFiles()[0].endswith("_divide.fits") or "over" in dialog.selectedFiles()[0]
    dialog.reject()
    assert fits.getdata(ramp).shape == (60, 80)


def test_the_name_says_what_was_done_and_follows_the_kind(session, window, ramp, tmp_path):
    session.open([ramp])
    session.apply(DIVIDE)
    window.saving.save_as(session.current)
    dialog = dialog_of(window)
    field = dialog.findChild(QLineEdit)
    assert field.text() == "ramp_over.fits"
    dialog.selectNameFilter("PNG picture (*.png)")
    dialog.filterSelected.emit("PNG picture (*.png)")
    assert field.text() == "ramp_over.png"
    assert dialog.form.picture.isVisibleTo(dialog)
    assert not dialog.form.checksum.isVisibleTo(dialog)
    field.clear()
    QTest.keyClicks(field, "other.fits.gz")
    assert field.text() == "other.fits.gz"
    assert dialog.form.checksum.isVisibleTo(dialog)
    assert not dialog.form.compression.isVisibleTo(dialog)
    assert dialog.selectedNameFilter().startswith("FITS image in gzip")
    dialog.accept()
    assert np.array_equal(fits.getdata(tmp_path / "other.fits.gz"), fits.getdata(ramp) / 2)


def test_types_and_compression_are_as_chosen(session, window, ramp, tmp_path):
    session.open([ramp])
    session.apply(DIVIDE)
    window.saving.save_as(session.current)
    form = dialog_of(window).form
    form.dtype.setCurrentIndex(form.dtype.findData("uint16"))
    form.dtype.activated.emit(form.dtype.currentIndex())
    assert "rounded to whole numbers" in form.remark.text()
    form.compression.setCurrentIndex(form.compression.findData("RICE_1"))
    form.checksum.setChecked(False)
    save_under(window, tmp_path / "small.fits")
    with fits.open(tmp_path / "small.fits") as hdus:
        assert hdus[1].data.dtype == np.uint16
        assert np.array_equal(hdus[1].data, np.rint(fits.getdata(ramp) / 2))
        assert hdus[1].compression_type == "RICE_1"
        assert "CHECKSUM" not in hdus[1].header


def test_pictures_hold_the_numbers_or_what_is_shown(session, window, ramp, tmp_path):
    session.open([ramp])
    session.apply(DIVIDE)
    window.saving.save_as(session.current)
    save_under(window, tmp_path / "data.png")
    with Image.open(tmp_path / "data.png") as picture:
        assert picture.size == (80, 60)
        assert np.asarray(picture).max() == 65535
    window.saving.save_as(session.current)
    dialog = dialog_of(window)
    dialog.findChild(QLineEdit).setText("shown.png")
    dialog._follow_name("shown.png")
    dialog.form.picture.setCurrentIndex(dialog.form.picture.findData("shown"))
    dialog.accept()
    with Image.open(tmp_path / "shown.png") as picture:
        assert picture.size == session.screen_size
        assert picture.mode == "RGB"


def test_every_type_of_a_picture_can_be_asked_for(session, window, ramp, tmp_path):
    session.open([ramp])
    session.apply(DIVIDE)
    window.saving.save_as(session.current)
    dialog = dialog_of(window)
    dialog.form.set_format(format_of("x.tif"))
    listed = [dialog.form.dtype.itemData(index) for index in range(dialog.form.dtype.count())]
    assert listed == ["keep", "uint8", "uint16", "float32"], "also the one that the image has"
    dialog.form.dtype.setCurrentIndex(listed.index("float32"))
    save_under(window, tmp_path / "float.tif")
    with Image.open(tmp_path / "float.tif") as picture:
        assert np.array_equal(np.asarray(picture), np.flipud(fits.getdata(ramp) / 2))


def test_all_changed_hdus_are_saved_in_their_file(session, window, two, tmp_path):
    session.open([two])
    session.apply(DIVIDE)
    session.select_hdu(2)
    session.apply(DIVIDE)
    window.saving.save_as(session.current)
    assert dialog_of(window).form.whole.isVisibleTo(dialog_of(window))
    save_under(window, tmp_path / "both.fits")
    with fits.open(tmp_path / "both.fits") as hdus:
        assert [hdu.name for hdu in hdus] == ["PRIMARY", "E1", "E2"]
        assert [float(hdu.data[0, 0]) for hdu in hdus[1:]] == [0.5, 1.0]
    assert not session.current.modified


def test_one_hdu_alone_leaves_the_others_unsaved(session, window, two, tmp_path):
    session.open([two])
    session.apply(DIVIDE)
    session.select_hdu(2)
    session.apply(DIVIDE)
    window.saving.save_as(session.current)
    dialog_of(window).form.whole.setChecked(False)
    save_under(window, tmp_path / "one.fits")
    with fits.open(tmp_path / "one.fits") as hdus:
        assert [float(hdu.data[0, 0]) for hdu in hdus if hdu.data is not None] == [1.0]
    assert session.current.modified


def test_closing_asks_and_cancel_keeps(session, window, ramp):
    session.open([ramp])
    session.apply(DIVIDE)
    window.close_current()
    assert len(session.documents) == 1
    answer(window, "Cancel")
    assert len(session.documents) == 1
    window.docks.show("Images")
    window.docks.images.closing([session.current])
    answer(window, "Discard")
    assert session.documents == []


def test_all_is_asked_once_and_saved_one_by_one(session, window, ramp, two, tmp_path):
    session.open([ramp, two])
    for document in session.documents:
        session.select(document)
        session.apply(DIVIDE)
    window.close_all()
    (box,) = (each for each in window.findChildren(QMessageBox) if each.isVisible())
    assert box.text() == "2 images have changes that are not saved."
    assert [line[:8] for line in box.informativeText().splitlines()] == ["• ramp.f", "• two.fi"]
    answer(window, "Save…")
    answer(window, "Overwrite")
    assert len(session.documents) == 2, "nothing is closed before all is saved"
    answer(window, "Save as…")
    save_under(window, tmp_path / "two_half.fits")
    assert session.documents == []
    assert fits.getdata(ramp)[1, 0] == 40
    assert fits.getdata(tmp_path / "two_half.fits", 1)[0, 0] == 0.5


def test_who_cancels_saving_keeps_all(session, window, ramp):
    session.open([ramp])
    session.apply(DIVIDE)
    window.close_all()
    answer(window, "Save…")
    answer(window, "Save as…")
    dialog_of(window).reject()
    assert len(session.documents) == 1
    assert window.isVisible()


def test_quitting_asks_too(session, window, ramp):
    session.open([ramp])
    session.apply(DIVIDE)
    window.close()
    assert window.isVisible()
    window.close()
    answer(window, "Cancel")
    assert window.isVisible()
    window.close()
    answer(window, "Discard")
    assert not window.isVisible()


def test_quitting_unchanged_asks_nothing(session, window, ramp):
    session.open([ramp])
    session.apply(DIVIDE)
    session.undo()
    window.close()
    assert not window.isVisible()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.FITS", "fits"), ("a.fits.gz", "packed"), ("a.png", "picture"), ("a.csv", "text"), ("a", None)],
)
def test_kinds_are_known_by_their_suffix(name, kind):
    found = format_of(name)
    assert (found and found.kind) == kind


def test_suffixes_are_exchanged():
    png = format_of("x.png")
    assert with_suffix("a.b.fits.gz", png) == "a.b.png"
    assert with_suffix("a", png) == "a.png"
    assert with_suffix("a.png", png) == "a.png"


def test_losses_are_said_before_they_happen():
    assert loss("float32", "keep", None) == ""
    assert loss("uint8", "int16", None) == ""
    assert loss("int16", "float32", (0, 9)) == ""
    assert "7" not in loss("float64", "float32", None)
    assert "6 digits" in loss("float64", "float32", None)
    assert "clipped: the image has 0 to 70000" in loss("int32", "uint16", (0, 70000))
    assert loss("int32", "uint16", (0, 60000)) == ""
    assert "The image has 0.5 to 9" in loss("float32", "int16", (0.5, 9))


def test_the_form_is_made_for_cubes_of_colours_too(session, tmp_path, qtbot):
    path = tmp_path / "rgb.fits"
    fits.writeto(path, np.zeros((3, 20, 30), "u1"))
    session.open([path])
    form = SaveForm(session.current)
    qtbot.addWidget(form)
    form.set_format(format_of("x.png"))
    assert form.picture.findData("balanced") >= 0
    assert json.dumps(form.options.picture) == '"data"'


def test_an_image_in_no_file_keeps_its_name(session, window, ramp):
    session.open([ramp])
    session.create(Call.of("create_frame", width=64, height=48))
    SaveDialog(session.current, lambda *_chosen: None, window)
    assert Path(dialog_of(window).selectedFiles()[0]).name == session.current.name == "create_frame.fits"
    dialog_of(window).deleteLater()
    QTest.qWait(10)
    session.apply(Call.of("gaussian"))
    SaveDialog(session.current, lambda *_chosen: None, window)
    assert Path(dialog_of(window).selectedFiles()[0]).name == "create_frame_gaussian.fits"
