"""The dialog of an operation: what it shows before it is done, and what it does."""

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDialogButtonBox, QScrollArea
from scipy import ndimage

from viewer.core.call import Call
from viewer.core.operation import find
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.dialogs.operation import OperationDialog
from viewer.ui.main_window import MainWindow
from viewer.ui.runner import run

SHAPE = (300, 400)


@pytest.fixture
def stars(tmp_path):
    """A frame with one star in the middle of a flat sky."""
    data = np.full(SHAPE, 100, "f4")
    data[150, 200] += 20_000
    path = tmp_path / "stars.fits"
    fits.writeto(path, ndimage.gaussian_filter(data, 1.5))
    return path


def opened(window, name) -> OperationDialog:
    """Choose the entry, and wait for the first preview."""
    run(window, find(name))
    dialog = window.findChildren(OperationDialog)[-1]
    settle(dialog)
    return dialog


def settle(dialog) -> None:
    for _ in range(50):
        QTest.qWait(10)
        if not dialog.picture._timer.isActive():
            return


def picture_of(dialog) -> np.ndarray:
    """Red channel of the preview, rows from the top."""
    QApplication.processEvents()
    shot = dialog.picture.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    buffer = shot.constBits().asarray(shot.sizeInBytes())
    pixels = np.frombuffer(buffer, np.uint8).reshape(shot.height(), shot.bytesPerLine() // 4, 4)
    return pixels[:, : shot.width(), 2].copy()


def typed(dialog, name, text) -> None:
    spin = dialog.form.fields[name].spin
    spin.selectAll()
    QTest.keyClicks(spin.lineEdit(), text)
    settle(dialog)


def bright(dialog) -> int:
    return int((picture_of(dialog) > 200).sum())


def test_the_preview_follows_the_value_and_the_view(window, session, stars):
    session.open([stars])
    session.set_cuts((100, 200))
    dialog = opened(window, "gaussian")
    assert dialog.windowTitle() == "Gaussian blur – stars.fits"
    small = bright(dialog)
    typed(dialog, "sigma", "4")
    larger = bright(dialog)
    assert larger > 1.5 * small
    session.set_viewport((200, 150), 16.0)
    settle(dialog)
    assert bright(dialog) > 4 * larger
    x0, x1, *_ = dialog.picture.drawn.preview.rectangle
    assert x0 < 200 < x1
    assert x1 - x0 < 120, "no more than the view shows"
    assert session.current.history.calls == ()


def test_holding_shows_the_image_as_it_is(window, session, stars):
    session.open([stars])
    session.set_cuts((100, 200))
    dialog = opened(window, "gaussian")
    typed(dialog, "sigma", "6")
    after = picture_of(dialog)
    QTest.mousePress(dialog.picture, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    assert dialog.before.isChecked()
    assert not np.array_equal(picture_of(dialog), after)
    QTest.mouseRelease(dialog.picture, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    np.testing.assert_array_equal(picture_of(dialog), after)
    dialog.before.click()
    assert not np.array_equal(picture_of(dialog), after)


def test_enter_does_it_and_escape_does_not(window, session, stars):
    session.open([stars])
    dialog = opened(window, "gaussian")
    typed(dialog, "sigma", "2.5")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    QTest.qWait(10)
    assert session.current.history.calls == ()
    assert window.findChildren(OperationDialog) == []
    dialog = opened(window, "gaussian")
    typed(dialog, "sigma", "2.5")
    QTest.keyClick(dialog.form.fields["sigma"].spin, Qt.Key.Key_Return)
    QTest.qWait(10)
    assert session.current.history.calls == (Call.of("gaussian", sigma=2.5),)
    assert window.findChildren(OperationDialog) == []


def test_apply_keeps_the_dialog_and_shows_what_comes_next(window, session, stars):
    session.open([stars])
    dialog = opened(window, "add")
    typed(dialog, "value", "50")
    dialog.apply_button.click()
    settle(dialog)
    assert dialog.isVisible()
    assert session.picture.frame.data.max() == pytest.approx(dialog.picture.drawn.preview.before.data.max())
    assert dialog.picture.drawn.preview.after.data.min() == pytest.approx(200, abs=0.5)
    dialog.reject()


def test_values_are_remembered_and_reset(window, session, stars):
    session.open([stars])
    dialog = opened(window, "gaussian")
    typed(dialog, "sigma", "7.5")
    dialog.ok.click()
    dialog = opened(window, "gaussian")
    assert dialog.form.values()["sigma"] == 7.5
    dialog.buttons.button(QDialogButtonBox.StandardButton.Reset).click()
    assert dialog.form.values()["sigma"] == 1.5
    dialog.reject()


def test_what_is_wrong_is_said_and_cannot_be_done(window, session, stars):
    session.open([stars])
    dialog = opened(window, "gaussian")
    typed(dialog, "sigma", "1000")
    assert "0.1 to 200 px" in dialog.problem.text()
    assert not dialog.ok.isEnabled()
    assert not dialog.apply_button.isEnabled()
    QTest.keyClick(dialog.form.fields["sigma"].spin, Qt.Key.Key_Return)
    assert dialog.isVisible()
    typed(dialog, "sigma", "2")
    assert dialog.problem.text() == ""
    assert dialog.ok.isEnabled()
    dialog.reject()


def test_a_refusal_is_a_sentence_in_the_dialog(window, session, stars):
    session.open([stars])
    dialog = opened(window, "crop")
    typed(dialog, "x1", "9000")
    assert "from 1 to 400" in dialog.problem.text()
    dialog.ok.click()
    QTest.qWait(10)
    assert dialog.isVisible(), "it comes back with the reason"
    assert "from 1 to 400" in dialog.problem.text()
    assert session.current.history.calls == ()
    dialog.reject()


def test_another_image_is_chosen_among_those_of_the_same_size(window, session, stars, tmp_path):
    flat, other = tmp_path / "flat.fits", tmp_path / "small.fits"
    fits.writeto(flat, np.full(SHAPE, 2, "f4"))
    fits.writeto(other, np.ones((10, 10), "f4"))
    session.open([stars, other, flat])
    session.select(session.documents[0])
    dialog = opened(window, "divide_image")
    field = dialog.form.fields["other"]
    texts = [field.list.itemText(n) for n in range(field.list.count())]
    assert texts == ["flat.fits", "", "small.fits  (10×10)", "", "From a file…"]
    assert field.list.currentText() == "flat.fits"
    assert np.nanmedian(dialog.picture.drawn.preview.after.data) == pytest.approx(50, abs=0.1)
    session.close(session.documents[2])
    assert "Choose the other image" in dialog.problem.text()
    assert not dialog.ok.isEnabled()
    field.choose_file(str(flat))
    settle(dialog)
    assert dialog.problem.text() == ""
    dialog.ok.click()
    QTest.qWait(10)
    assert np.nanmedian(session.picture.frame.data) == pytest.approx(50, abs=0.1)
    assert session.current.history.calls[0].arguments["other"].name == str(flat)


def test_the_dialog_goes_with_its_image_and_not_with_another(window, session, stars, sample):
    session.open([stars, sample])
    session.select(session.documents[0])
    dialog = opened(window, "gaussian")
    session.select(session.documents[1])
    typed(dialog, "sigma", "3")
    dialog.apply_button.click()
    assert session.documents[0].history.calls == (Call.of("gaussian", sigma=3.0),)
    assert session.documents[1].history.calls == ()
    opened(window, "gaussian")
    assert len(window.findChildren(OperationDialog)) == 2, "one for each image"
    opened(window, "gaussian")
    assert len(window.findChildren(OperationDialog)) == 2, "and no more"
    session.close(session.documents[0])
    QTest.qWait(10)
    assert [each.document.name for each in window.findChildren(OperationDialog)] == ["m13.fits"]


def test_new_images_have_a_preview_and_no_other_side(window, session):
    dialog = opened(window, "create_frame")
    assert not dialog.before.isVisible()
    assert picture_of(dialog).std() > 10
    dialog.ok.click()
    QTest.qWait(10)
    assert session.picture.frame.shape == (512, 512)
    assert window.findChildren(OperationDialog) == []


def test_a_slow_preview_does_not_hold_the_window(qtbot, stars):
    session = Session(Jobs(), Settings())
    window = MainWindow(session)
    window.show()
    qtbot.waitUntil(lambda: hasattr(window, "operations"), timeout=20_000)
    session.open([stars])
    qtbot.waitUntil(lambda: session.picture is not None)
    run(window, find("gaussian"))
    dialog = window.findChildren(OperationDialog)[-1]
    for sigma in ("2", "3", "4", "5"):
        dialog.form.fields["sigma"].spin.lineEdit().setText(sigma)
        QTest.qWait(1)
    qtbot.waitUntil(lambda: dialog.picture.drawn is not None, timeout=10_000)
    wanted = ndimage.gaussian_filter(fits.getdata(stars).astype("f4"), 5, mode="nearest")

    def newest():
        drawn = dialog.picture.drawn
        np.testing.assert_allclose(drawn.preview.after.data, wanted, rtol=1e-5)

    qtbot.waitUntil(newest, timeout=10_000)
    window.close()
    session.jobs.close()
    window.deleteLater()


@pytest.mark.parametrize("height", [600, 720, 1200])
def test_a_long_form_fits_on_a_low_screen(window, session, stars, monkeypatch, height):
    session.open([stars])
    screen = window.screen()
    monkeypatch.setattr(window, "screen", lambda: screen)
    monkeypatch.setattr(screen, "availableGeometry", lambda: QRect(0, 28, 1366, height))
    dialog = opened(window, "cosmic_rays")
    frame = dialog.frameGeometry()
    assert frame.top() >= 28
    assert frame.bottom() < 28 + height
    assert dialog.rect().contains(dialog.ok.geometry().translated(dialog.buttons.pos()))
    # all of the fields can be reached, and where there is room many are in sight
    area = dialog.findChild(QScrollArea)
    assert area.height() > (370 if height > 1000 else 140)
    dialog.reject()
