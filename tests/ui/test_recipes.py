"""Recipes in the window: to the image that is shown, and to many files while the window stays live."""

import time

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QFileDialog

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.call import Call
from viewer.core.recipe import recipe_text
from viewer.ui.dialogs.recipe import RecipeDialog
from viewer.ui.main_window import MainWindow
from viewer.ui.recipes import apply_recipe

STEPS = (Call.of("divide", value=2.0), Call.of("rotate90"))


@pytest.fixture
def night(tmp_path):
    """Three images and a file that is none."""
    paths = []
    for number in range(3):
        paths.append(tmp_path / f"frame{number}.fits")
        fits.writeto(paths[-1], np.full((30, 40), number, "f4"))
    paths.append(tmp_path / "broken.fits")
    paths[-1].write_bytes(b"SIMPLE  = nonsense")
    return paths


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "mine.recipe.json"
    path.write_text(recipe_text(STEPS))
    return path


@pytest.fixture
def dialog(session, qtbot):
    made = RecipeDialog(session)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def results(dialog):
    table = dialog.files.table
    return [table.item(row, 1).text() for row in range(table.rowCount())]


def test_each_file_is_done_and_what_failed_is_said(session, dialog, night, recipe, tmp_path):
    assert not dialog.apply.isEnabled()
    dialog.read_recipe(recipe)
    assert dialog.steps.text().splitlines() == [f"{n}. {call.sentence}" for n, call in enumerate(STEPS, 1)]
    dialog.files.add(night[:2] + night[3:])
    assert dialog.folder.text() == str(tmp_path / "processed")
    QTest.mouseClick(dialog.apply, Qt.MouseButton.LeftButton)
    assert results(dialog)[:2] == ["saved as frame0.fits", "saved as frame1.fits"]
    assert "broken.fits" in results(dialog)[2]
    assert "2 images saved, 1 failed" in dialog.summary.text()
    assert session.last_told[-1][0] == "warning"
    assert np.array_equal(fits.getdata(tmp_path / "processed" / "frame1.fits"), np.full((40, 30), 0.5))
    assert np.array_equal(fits.getdata(night[1]), np.full((30, 40), 1)), "the original stays"

    QTest.mouseClick(dialog.apply, Qt.MouseButton.LeftButton)
    assert "exists already" in results(dialog)[0]
    dialog.overwrite.setChecked(True)
    QTest.mouseClick(dialog.apply, Qt.MouseButton.LeftButton)
    assert results(dialog)[0] == "saved as frame0.fits"


def test_the_kind_of_file_is_chosen(dialog, night, recipe, tmp_path):
    dialog.read_recipe(recipe)
    dialog.files.add(night[1:2])
    dialog.kind.setCurrentIndex(dialog.kind.findData(".fits.gz"))
    dialog.folder.setText(str(tmp_path / "packed"))
    dialog.start()
    assert fits.getdata(tmp_path / "packed" / "frame1.fits.gz").shape == (40, 30)


def test_files_folders_and_open_images_are_added_once_and_removed(session, night, qtbot):
    session.open([night[2]])
    session.apply(STEPS[0])
    dialog = RecipeDialog(session)
    qtbot.addWidget(dialog)
    assert dialog.recipe.text() == "The steps of frame2.fits"
    dialog.files.add_open()
    dialog.files.add([night[0].parent])
    assert [name.rpartition("/")[2] for name in dialog.files.names] == [
        "frame2.fits",
        "broken.fits",
        "frame0.fits",
        "frame1.fits",
    ]
    dialog.files.table.selectRow(1)
    dialog.files.remove_selected()
    assert len(dialog.files.names) == 3
    dialog.start()
    assert np.array_equal(fits.getdata(night[0].parent / "processed" / "frame2.fits"), np.ones((30, 40)))


def test_what_cannot_work_is_refused_as_a_whole(dialog, night, tmp_path):
    wrong = tmp_path / "wrong.recipe.json"
    wrong.write_text('{"skyloupe recipe": 1, "steps": [{"operation": "divde"}]}')
    dialog.read_recipe(wrong)
    assert "divide" in dialog.summary.text()
    assert not dialog.apply.isEnabled()
    dialog.set_calls(STEPS, "steps")
    dialog.files.add(night[:1])
    dialog.folder.setText(str(tmp_path))
    dialog.start()
    assert "choose another folder" in dialog.summary.text()
    assert results(dialog) == [""]


def test_the_window_stays_live_and_cancel_keeps_what_is_done(live, qtbot, night, tmp_path):
    dialog = RecipeDialog(live)
    qtbot.addWidget(dialog)
    dialog.show()
    big = []
    for number in range(3):
        big.append(tmp_path / f"big{number}.fits")
        fits.writeto(big[-1], np.full((2000, 2000), number, "f4"))
    dialog.set_calls(tuple(Call.of("median_filter", radius=5) for _ in range(3)), "slow")
    dialog.files.add([*night[:1], *big])
    dialog.files.table.selectRow(3)
    dialog.files.remove_selected()
    before = time.perf_counter()
    dialog.start()
    assert time.perf_counter() - before < 0.2
    assert results(dialog) == ["waiting"] * 3
    fixed = (dialog.folder, dialog.choose_folder, dialog.kind, dialog.overwrite)
    assert not any(each.isEnabled() for each in fixed), "what is typed now would count for nothing"
    qtbot.waitUntil(lambda: results(dialog)[0] == "saved as frame0.fits", timeout=20_000)
    assert not dialog.apply.isEnabled()
    QTest.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.apply.isEnabled(), timeout=20_000)
    assert results(dialog)[1:] == ["", ""]
    assert all(each.isEnabled() for each in fixed)
    assert "1 image saved, 2 not done" in dialog.summary.text()
    assert sorted(path.name for path in (tmp_path / "processed").iterdir()) == ["frame0.fits"]


def test_many_files_are_done_by_several_processes(live, qtbot, night, recipe, tmp_path):
    dialog = RecipeDialog(live)
    qtbot.addWidget(dialog)
    dialog.set_calls(STEPS, "steps")
    dialog.files.add(night)
    dialog.start()
    qtbot.waitUntil(lambda: dialog._job is None, timeout=60_000)
    assert "3 images saved, 1 failed" in dialog.summary.text()
    assert fits.getdata(tmp_path / "processed" / "frame2.fits")[0, 0] == 1


def test_a_recipe_is_done_to_the_image_that_is_shown(session, qtbot, night, recipe):
    window = MainWindow(session)
    qtbot.waitUntil(lambda: hasattr(window, "recovery"))
    session.open([night[2]])
    apply_recipe(window)
    (dialog,) = window.findChildren(QFileDialog)
    dialog.selectFile(str(recipe))
    dialog.accept()
    QApplication.processEvents()
    assert session.current.history.calls == STEPS
    assert np.array_equal(session.picture.frame.data, np.ones((40, 30)))
    session.undo()
    assert session.picture.frame.shape == (30, 40)
    session.close(session.current)
    window.close()
    window.deleteLater()
