"""The menus Image and Process: made from the registry, greyed out with a reason, undone by keys."""

from collections import Counter

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from viewer.core.call import Call
from viewer.core.operation import operations
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.dialogs.tiles import TilesDialog
from viewer.ui.main_window import MainWindow

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def ramp(tmp_path):
    """Every pixel has a value of its own: 30 rows of 40."""
    path = tmp_path / "ramp.fits"
    fits.writeto(path, np.arange(1200, dtype="f4").reshape(30, 40))
    return path


def walk(menu, path=()):
    for action in menu.actions():
        if action.menu() is not None:
            yield from walk(action.menu(), (*path, action.text().replace("&", "")))
        elif not action.isSeparator():
            yield "/".join(path), action


def entries(window) -> dict[str, QAction]:
    found = {}
    for title in window.menuBar().actions():
        for path, action in walk(title.menu(), (title.text().replace("&", ""),)):
            found[f"{path}/{action.text()}"] = action
    return found


def test_until_operations_are_loaded_the_menus_say_so(qtbot):
    window = MainWindow(Session(Jobs(threads=0), Settings()))
    qtbot.addWidget(window)
    found = entries(window)
    assert not found["Image/Loading…"].isEnabled()
    assert not found["Process/Loading…"].isEnabled()
    titles = [title.text().replace("&", "") for title in window.menuBar().actions()]
    assert titles == ["File", "Edit", "View", "Scale", "Image", "Process", "Measure", "Night", "Help"]
    window.show()
    qtbot.waitUntil(lambda: hasattr(window, "operations"))
    assert not any("Loading" in text for text in entries(window))


def test_every_operation_has_its_entry_with_what_it_does(window):
    found = entries(window)
    for operation in operations().values():
        if operation.menu:
            entry = found[f"{operation.menu}/{operation.title}"]
            assert entry.shortcut().toString() == operation.shortcut


def test_no_two_entries_share_a_key(window):
    keys = Counter(
        key.toString() for action in set(window.findChildren(QAction)) for key in action.shortcuts()
    )
    assert [key for key, count in keys.items() if count > 1] == []
    assert keys["Ctrl+Z"] == keys["Ctrl+Shift+Z"] == keys["Ctrl+Y"] == 1


def test_entries_tell_why_they_are_grey(window, session, ramp):
    blur = entries(window)["Process/Filters/Gaussian blur…"]
    assert not blur.isEnabled()
    assert "open one first" in blur.toolTip()
    session.open([ramp])
    assert blur.isEnabled()
    assert blur.toolTip() == blur.statusTip() == "Blur the image with a Gaussian."
    colour = entries(window)["Image/Colour/Luminance…"]
    assert not colour.isEnabled()
    assert "ramp.fits is not one" in colour.toolTip()


def test_a_step_is_done_by_a_key_and_taken_back_by_another(window, session, ramp):
    session.open([ramp])
    window.focus_page()
    data = fits.getdata(ramp)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_R, CONTROL | SHIFT)
    np.testing.assert_array_equal(session.picture.frame.data, np.rot90(data, -1))
    undo = next(entry for text, entry in entries(window).items() if text.startswith("Edit/Undo"))
    redo = next(entry for text, entry in entries(window).items() if text.startswith("Edit/Redo"))
    assert undo.text() == "Undo Rotate 90° counter-clockwise"
    assert (redo.text(), redo.isEnabled()) == ("Redo", False)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Z, CONTROL)
    np.testing.assert_array_equal(session.picture.frame.data, data)
    assert (undo.text(), undo.isEnabled()) == ("Undo", False)
    assert redo.text() == "Redo Rotate 90° counter-clockwise"
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Y, CONTROL)
    assert session.picture.frame.shape == (40, 30)


def test_the_last_operation_is_repeated_on_another_image(window, session, ramp, sample):
    session.open([ramp, sample])
    repeat = next(entry for text, entry in entries(window).items() if text.startswith("Process/Repeat"))
    assert not repeat.isEnabled()
    session.select(session.documents[0])
    session.apply(Call.of("add", value=5.0))
    session.undo()
    session.select(session.documents[1])
    QApplication.processEvents()
    assert repeat.text() == "Repeat: Add a number, value 5"
    before = session.picture.frame.data
    repeat.trigger()
    np.testing.assert_array_equal(session.picture.frame.data, before + np.float32(5))


@pytest.mark.parametrize("turns", [0, 1])
def test_the_image_is_cut_to_what_the_view_shows(window, session, ramp, turns):
    session.open([ramp])
    data = fits.getdata(ramp)
    crop = entries(window)["Image/Size/Crop to the view"]
    crop.trigger()
    assert session.last_told[-1][0] == "warning"
    assert session.current.history.calls == ()
    if turns:
        session.set_orientation(session.picture.place.orientation.turned())
    width, height = session.screen_size
    session.set_viewport((20.0, 15.0), max(width, height) / 20)
    x0, x1, y0, y1 = session.viewport().visible(data.shape)
    crop.trigger()
    np.testing.assert_array_equal(session.picture.frame.data, data[y0:y1, x0:x1])
    assert session.picture.frame.shape != data.shape
    assert session.current.history.calls == (Call.of("crop", x1=x0 + 1, x2=x1, y1=y0 + 1, y2=y1),)


def test_a_photograph_is_split_into_its_colours(window, session, tmp_path):
    path = tmp_path / "photo.png"
    pixels = np.random.default_rng(2).integers(0, 255, (20, 30, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    session.open([path])
    entries(window)["Image/Colour/Split into red, green and blue"].trigger()
    made = session.documents[1:]
    assert [document.name for document in made] == ["photo_red.fits", "photo_green.fits", "photo_blue.fits"]
    whole = session.documents[0].picture.frame.data
    for number, (document, colour) in enumerate(zip(made, ("red", "green", "blue"), strict=True)):
        np.testing.assert_array_equal(document.picture.frame.data, whole[number])
        assert document.picture.scale.colormap.name == colour
        assert document.history.calls == (Call.of("take_colour", colour=colour),)
        assert document.file is None
    QTest.qWait(50)
    shot = window.image_view.graphics.viewport().grab().toImage()
    # not on the line between two pixels
    middle = shot.pixelColor(shot.width() // 2 + 5, shot.height() // 2 + 5)
    assert middle.red() == middle.green() == 0, "the last one is shown in blue"


def test_an_image_is_split_into_tiles(window, session, ramp):
    session.open([ramp])
    entries(window)["Image/Size/Split into tiles…"].trigger()
    dialog = window.findChild(TilesDialog)
    assert "4 images of about 20 × 15 pixels" in dialog.result_text.text()
    dialog.form.fields["columns"].spin.lineEdit().setText("60")
    assert "too many" in dialog.result_text.text()
    dialog.form.fields["columns"].spin.lineEdit().setText("4")
    dialog.form.fields["rows"].spin.lineEdit().setText("1")
    dialog.accept()
    tiles = [document.picture.frame.data for document in session.documents[1:]]
    np.testing.assert_array_equal(np.hstack(tiles), fits.getdata(ramp))


def test_the_page_of_keys_lists_operations(window):
    shown = {key for action in window.menus.listed for key in action.keys}
    assert {"Ctrl+Z", "Ctrl+Shift+R", "F4"} <= shown
