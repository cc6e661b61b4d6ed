"""Masters and calibration in the window: one key with remembered masters, refusals, many files."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QFileDialog, QPushButton

from viewer.core.call import Call
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings, load_settings, settings_path
from viewer.ui.main_window import MainWindow
from viewer.ui.night.calibrate import ask_how, calibrate_frame
from viewer.ui.night.calibrate_dialog import CalibrateDialog
from viewer.ui.night.calibrate_files import CalibrateFilesDialog
from viewer.ui.night.master import MasterDialog

SHAPE = (40, 60)
RNG = np.random.default_rng(4)
DARK, FLAT = RNG.uniform(90, 110, SHAPE), RNG.uniform(0.8, 1.2, SHAPE)
SKY = np.full(SHAPE, 500.0)


def save(path, data, kind, **cards):
    header = fits.Header({"IMAGETYP": kind, "EXPTIME": 60.0, "CCD-TEMP": -20.0, "XBINNING": 1, "YBINNING": 1})
    header.update(cards)
    path.parent.mkdir(exist_ok=True)
    fits.writeto(path, data.astype("f4"), header)
    return path


@pytest.fixture
def masters(tmp_path):
    """Folder with a dark and a flat, and a dark of another exposure."""
    folder = tmp_path / "masters"
    save(folder / "dark60.fits", DARK, "Master Dark", NCOMBINE=5)
    save(folder / "dark5.fits", DARK / 2, "Master Dark", NCOMBINE=5, EXPTIME=5.0)
    save(folder / "flat_r.fits", FLAT, "Master Flat", NCOMBINE=5, FILTER="r", CALSTAT="BD")
    return folder


@pytest.fixture
def light(tmp_path):
    return save(
        tmp_path / "m13.fits", SKY * FLAT / FLAT.mean() + DARK, "Light Frame", FILTER="r", OBJECT="M13"
    )


@pytest.fixture
def session():
    return Session(Jobs(threads=0), Settings())


@pytest.fixture
def window(session, qtbot):
    """The program's window, with its menus."""
    made = MainWindow(session)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: hasattr(made, "operations"))
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    yield made
    for document in list(session.documents):
        session.close(document)
    made.close()
    made.deleteLater()


def press_ctrl_d(window):
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)


def dialog_of(window):
    dialogs = [each for each in window.findChildren(CalibrateDialog) if each.isVisible()]
    return dialogs[0] if dialogs else None


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_first_time_it_asks_and_then_one_key_is_enough(window, session, light, masters):
    session.open([light])
    press_ctrl_d(window)
    dialog = dialog_of(window)
    assert "next time one key is enough" in dialog.note.text()
    assert not dialog.ok.isEnabled()
    assert "No masters" in dialog.problem.text()
    folder = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Folder…")
    click(folder)
    (chooser,) = dialog.findChildren(QFileDialog)
    chooser.filesSelected.emit([str(masters)])
    chooser.reject()
    assert dialog.lists["dark"].currentText() == "dark60.fits"
    assert "60 s" in dialog.reasons["dark"].text()
    assert "filter r" in dialog.reasons["flat"].text()
    click(dialog.ok)
    assert np.allclose(session.picture.frame.data, SKY, rtol=1e-5)
    assert [call.name for call in session.current.history.calls] == ["calibrate"]
    assert load_settings(settings_path()).masters == (str(masters),)

    session.undo()
    press_ctrl_d(window)
    assert dialog_of(window) is None
    assert np.allclose(session.picture.frame.data, SKY, rtol=1e-5)
    level, text = session.last_told[-1]
    assert level == "info"
    assert "dark60.fits" in text
    assert "60 s" in text
    header = session.picture.frame.header
    assert header["DARKFILE"] == "dark60.fits"
    assert any("calibrate(" in str(line) for line in header["HISTORY"])

    press_ctrl_d(window)
    assert "calibrated already" in session.last_told[-1][1]
    assert len(session.current.history.calls) == 1


def test_a_mismatch_is_refused_with_its_values_and_can_be_overruled(window, session, tmp_path, masters):
    other = save(tmp_path / "g.fits", SKY + DARK, "Light Frame", FILTER="g", EXPTIME=30.0)
    session.set_settings(Settings(masters=(str(masters),)))
    session.open([other])
    calibrate_frame(window)
    assert not session.current.history.calls, "nothing is done before the user has decided"
    dialog = dialog_of(window)
    assert "No dark or flat fits g.fits" in dialog.note.text()
    assert dialog.lists["dark"].currentText() == "None"
    assert "30 s" in dialog.reasons["dark"].text()
    assert "filter r" in dialog.reasons["flat"].text()
    assert "the frame g" in dialog.reasons["flat"].text()
    assert not dialog.ok.isEnabled()

    dialog.lists["dark"].setCurrentIndex(1)
    assert dialog.override.isVisible()
    assert not dialog.ok.isEnabled()
    # a wide box is ticked on its left, where it and its text are
    QTest.mouseClick(dialog.override, Qt.MouseButton.LeftButton, pos=QPoint(8, dialog.override.height() // 2))
    assert dialog.ok.isEnabled()
    click(dialog.ok)
    (call,) = session.current.history.calls
    assert call.arguments["override"]
    assert call.arguments["flat"] is None
    assert "although" in session.last_told[-1][1]


def test_how_is_remembered_for_the_next_frame(window, session, light, masters):
    session.set_settings(Settings(masters=(str(masters),)))
    session.open([light])
    ask_how(window)
    dialog = dialog_of(window)
    dialog.form.fields["gain"].show_value(2.0)
    dialog.form.fields["electrons"].show_value(True)
    click(dialog.ok)
    assert np.allclose(session.picture.frame.data, 2 * SKY, rtol=1e-5)
    session.undo()
    calibrate_frame(window)
    assert np.allclose(session.picture.frame.data, 2 * SKY, rtol=1e-5)


def test_masters_that_are_gone_are_asked_for(window, session, light, tmp_path):
    session.set_settings(Settings(masters=(str(tmp_path / "gone"),)))
    session.open([light])
    calibrate_frame(window)
    dialog = dialog_of(window)
    assert "gone" in dialog.note.text()
    dialog.reject()
    session.close(session.current)
    calibrate_frame(window)
    assert "open one first" in session.last_told[-1][1]


@pytest.fixture
def files_dialog(session, qtbot, masters):
    session.set_settings(Settings(masters=(str(masters),)))

    def make(names):
        dialog = CalibrateFilesDialog(session, names)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


def results(dialog):
    table = dialog.files.table
    return [table.item(row, 1).text() for row in range(table.rowCount())]


def test_many_files_get_the_masters_that_fit_each(files_dialog, session, light, tmp_path):
    short = save(tmp_path / "short.fits", SKY + DARK / 2, "Light Frame", FILTER="g", EXPTIME=5.0)
    broken = tmp_path / "broken.fits"
    broken.write_bytes(b"SIMPLE  = nonsense")
    before = {path: path.read_bytes() for path in (light, short, broken)}
    dialog = files_dialog([light, short, broken])
    assert dialog.folder.text() == str(tmp_path / "calibrated")
    click(dialog.ok)
    done, refused, damaged = results(dialog)
    assert done.startswith("saved as m13.fits")
    assert "dark60.fits fits" in done
    assert "no flat fits" in refused
    assert "filter r" in refused
    assert "broken.fits" in damaged
    assert np.allclose(fits.getdata(tmp_path / "calibrated" / "m13.fits"), SKY, rtol=1e-5)
    assert not (tmp_path / "calibrated" / "short.fits").exists()

    dialog.unfit.setCurrentIndex(dialog.unfit.findData("without"))
    dialog.overwrite.setChecked(True)
    click(dialog.ok)
    assert results(dialog)[1].startswith("saved as short.fits")
    header = fits.getheader(tmp_path / "calibrated" / "short.fits")
    assert header["DARKFILE"] == "dark5.fits"
    assert np.allclose(fits.getdata(tmp_path / "calibrated" / "short.fits"), SKY, rtol=1e-5)
    assert {path: path.read_bytes() for path in before} == before, "raw files stay as they are"


def test_the_raw_files_and_the_masters_are_never_written_to(files_dialog, light, masters):
    dialog = files_dialog([light])
    dialog.overwrite.setChecked(True)
    dialog.folder.setText(str(light.parent))
    click(dialog.ok)
    assert "choose another folder" in dialog.summary.text()
    shutil.copy(masters / "dark60.fits", masters / "m13.fits")
    kept = (masters / "m13.fits").read_bytes()
    dialog.folder.setText(str(masters))
    click(dialog.ok)
    assert "is a master frame" in dialog.summary.text()
    assert (masters / "m13.fits").read_bytes() == kept


def test_a_master_is_made_saved_and_used(session, qtbot, tmp_path, data_dir):
    darks = sorted((data_dir / "night_arcsat").glob("Dark*"))
    stranger = data_dir / "night_arcsat" / "domeflat_z_001.fits"
    dialog = MasterDialog(session)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.files.add([*darks[:2], stranger])
    assert dialog.kind.currentText() == "Dark"
    assert dialog.files.table.item(0, 1).text().startswith("60 s")
    assert "its header says flat, not dark" in dialog.files.table.item(2, 1).text()
    dialog.files.table.selectRow(2)
    dialog.files.remove_selected()
    assert dialog.few.isVisible()
    dialog.files.add(darks[2:])
    assert not dialog.few.isVisible()
    target = tmp_path / "m" / "dark.fits"
    dialog.target.clear()
    QTest.keyClicks(dialog.target, str(target))
    dialog.forms["dark"].fields["method"].show_value("sigma-clip")
    click(dialog.ok)
    expected = np.median([fits.getdata(path).astype(float) for path in darks], axis=0)
    found = fits.getdata(target)
    assert abs(np.median(found - expected)) < 1
    assert fits.getheader(target)["NCOMBINE"] == 3
    assert [call.name for call in session.current.history.calls] == ["master_dark"]
    assert "rejected" in dialog.note.text()
    assert "pixels rejected" in dialog.files.table.item(0, 1).text()
    assert session.settings.masters == (str(target.parent),)

    session.open([data_dir / "night_arcsat" / "XO1-b_z_20250602_041008.fits"])
    calibrate_frame(SimpleNamespace(session=session))
    raw = fits.getdata(data_dir / "night_arcsat" / "XO1-b_z_20250602_041008.fits").astype(float)
    assert np.allclose(session.picture.frame.data, raw - found, atol=1e-3)
    assert session.current.history.calls == (Call.of("calibrate", dark=str(target)),)


def test_the_remembered_masters_that_a_flat_needs_are_chosen(session, qtbot, tmp_path, data_dir, masters):
    flat = save(tmp_path / "flat.fits", FLAT, "Flat Field", FILTER="r", EXPTIME=5.0)
    bias = save(masters / "bias.fits", DARK / 20, "Master Bias", NCOMBINE=5, EXPTIME=0.0)
    session.set_settings(Settings(masters=(str(masters),)))
    dialog = MasterDialog(session)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.files.add([flat])
    assert dialog.kind.currentText() == "Flat"
    arguments = dialog.call().arguments
    assert arguments["bias"].name == str(bias)
    assert arguments["dark"].name == str(masters / "dark5.fits")
    assert "dark5.fits fits" in dialog.note.text()
    # what the user takes away stays away
    dialog.forms["flat"].fields["bias"].show_value(None)
    dialog.files.add([save(tmp_path / "flat2.fits", FLAT, "Flat Field", FILTER="r", EXPTIME=5.0)])
    assert dialog.call().arguments["bias"] is None


def test_what_cannot_be_one_master_is_refused_in_a_sentence(session, qtbot, data_dir):
    darks = sorted((data_dir / "night_arcsat").glob("Dark*"))
    dialog = MasterDialog(session)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.files.add([*darks[:2], data_dir / "night_tres1" / "tres1-001d.fit"])
    assert "differs from the others" in dialog.files.table.item(2, 1).text()
    click(dialog.ok)
    assert "tres1-001d.fit" in dialog.problem.text()
    assert dialog.ok.isEnabled()
    assert not session.documents
