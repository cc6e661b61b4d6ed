"""The history panel: the steps, going back and forth between them, and the script of what was done."""

import runpy
import sys

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QGuiApplication, QPalette
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QFileDialog

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.call import Call
from viewer.core.recipe import read_recipe
from viewer.ui.panels.history import HistoryPanel
from viewer.ui.python_colours import COLOURS, spans
from viewer.ui.theme import DARK, LIGHT

DIVIDE, BLUR = Call.of("divide", value=2.0), Call.of("gaussian", sigma=3.0)


@pytest.fixture
def panel(session, qtbot):
    made = HistoryPanel(session)
    qtbot.addWidget(made)
    made.resize(400, 700)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: made._built)
    return made


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.fits"
    fits.writeto(path, np.arange(4800, dtype="f4").reshape(60, 80))
    return path


def rows(panel):
    return [panel.list.item(row).text() for row in range(panel.list.count())]


def click(panel, row, qtbot):
    where = panel.list.visualItemRect(panel.list.item(row)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.wait(10)


def test_it_says_what_it_is_for_while_nothing_was_done(session, panel, small, qtbot):
    assert "no image" in panel.note.text()
    session.open([small])
    qtbot.waitUntil(lambda: rows(panel) == ["As opened: small.fits"])
    assert panel.note.isVisible()
    assert "Nothing was done yet" in panel.note.text()
    assert not any(button.isEnabled() for button in (panel.undo, panel.redo, panel.recipe))


def test_a_click_shows_the_image_as_it_was(session, panel, small, qtbot):
    session.open([small])
    session.apply(DIVIDE)
    session.apply(BLUR)
    qtbot.waitUntil(lambda: panel.list.count() == 3)
    assert rows(panel)[1:] == [f"1. {DIVIDE.sentence}", f"2. {BLUR.sentence}"]
    assert panel.list.currentRow() == 2
    assert not panel.note.isVisible()
    assert panel.list.item(2).toolTip().startswith(f"{BLUR.text}\n{BLUR.operation.summary}")
    original = fits.getdata(small)
    click(panel, 1, qtbot)
    assert np.array_equal(session.picture.frame.data, original / 2)
    click(panel, 0, qtbot)
    assert np.array_equal(session.picture.frame.data, original)
    grey = panel.palette().color(QPalette.ColorRole.PlaceholderText)
    assert [panel.list.item(row).foreground().color() == grey for row in range(3)] == [False, True, True]
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    assert np.array_equal(session.picture.frame.data, original / 2)


def test_undo_and_redo(session, panel, small, qtbot):
    session.open([small])
    session.apply(DIVIDE)
    qtbot.waitUntil(panel.undo.isEnabled)
    qtbot.mouseClick(panel.undo, Qt.MouseButton.LeftButton)
    assert session.current.history.position == 0
    qtbot.waitUntil(lambda: panel.redo.isEnabled() and not panel.undo.isEnabled())
    qtbot.mouseClick(panel.redo, Qt.MouseButton.LeftButton)
    assert session.current.history.position == 1


def test_the_script_follows_the_steps_and_does_the_same(session, panel, small, qtbot, tmp_path, monkeypatch):
    session.open([small])
    session.apply(DIVIDE)
    session.apply(BLUR)
    qtbot.waitUntil(lambda: panel.list.count() == 3)
    qtbot.mouseClick(panel.python, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "gaussian_filter" in panel.script.text.toPlainText())
    qtbot.wait(20)
    view = panel.script.text
    line = view.toPlainText()[: view.toPlainText().index("# 1. ")].count("\n")
    place = view.blockBoundingGeometry(view.document().findBlockByNumber(line)).translated(
        view.contentOffset()
    )
    assert 0 <= place.top() < view.viewport().height(), "scrolled to the steps"
    click(panel, 1, qtbot)
    qtbot.waitUntil(lambda: "gaussian_filter" not in panel.script.text.toPlainText())
    click(panel, 2, qtbot)
    qtbot.waitUntil(lambda: "gaussian_filter" in panel.script.text.toPlainText())
    qtbot.mouseClick(panel.script.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == panel.script.text.toPlainText()

    qtbot.mouseClick(panel.script.save, Qt.MouseButton.LeftButton)
    (dialog,) = panel.findChildren(QFileDialog)
    script = tmp_path / "what_i_did.py"
    dialog.selectFile(str(script))
    dialog.accept()
    monkeypatch.setattr(sys, "argv", ["what_i_did.py", str(small), str(tmp_path / "result.fits")])
    runpy.run_path(str(script), run_name="__main__")
    assert np.array_equal(fits.getdata(tmp_path / "result.fits"), session.picture.frame.data)


def test_the_recipe_holds_the_steps_up_to_here(session, panel, small, qtbot, tmp_path):
    session.open([small])
    session.apply(DIVIDE)
    session.apply(BLUR)
    session.undo()
    qtbot.waitUntil(panel.recipe.isEnabled)
    qtbot.mouseClick(panel.recipe, Qt.MouseButton.LeftButton)
    (dialog,) = panel.findChildren(QFileDialog)
    dialog.selectFile(str(tmp_path / "mine.recipe.json"))
    dialog.accept()
    assert read_recipe(tmp_path / "mine.recipe.json") == (DIVIDE,)


def test_what_was_done_before_is_read_from_the_header(session, panel, small, qtbot, tmp_path):
    session.open([small])
    session.apply(DIVIDE)
    saved = tmp_path / "saved.fits"
    session.save(session.current, saved)
    session.open([saved])
    session.apply(BLUR)
    qtbot.waitUntil(lambda: panel.list.count() == 3)
    assert rows(panel) == [
        DIVIDE.sentence,
        "As opened: saved.fits",
        f"1. {BLUR.sentence}",
    ]
    click(panel, 0, qtbot)
    assert session.current.history.position == 1, "it cannot be gone back to"


def test_tables_have_no_steps(session, panel, data_dir, qtbot):
    session.open([f"{data_dir}/mef/astropy_test0.fits[0]"])
    qtbot.wait(20)
    assert rows(panel) == []
    assert not panel.python.isEnabled()


def test_colours_are_those_of_python():
    text = 'import numpy as np\n\n# 1. Blur\nx = len("a") + 2\n"""more\nlines"""\n'
    found = spans(text)
    assert found[0] == [(0, 6, "keyword"), (13, 2, "keyword")]
    assert found[2] == [(0, 9, "step")]
    assert found[3] == [(4, 3, "builtin"), (8, 3, "text"), (15, 1, "number")]
    assert found[4] == [(0, 7, "text")]
    assert found[5] == [(0, 8, "text")]
    assert spans('"""without an end') == {}


@pytest.mark.parametrize(("theme", "page"), [("light", LIGHT), ("dark", DARK)])
def test_colours_can_be_read(theme, page):
    def luminance(name):
        parts = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(name).getRgbF()[:3]
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    base = luminance(page[QPalette.ColorRole.Base])
    for colour in COLOURS[theme].values():
        high, low = sorted((base, luminance(colour)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5


def test_long_steps_are_folded_and_leave_room_for_the_script(session, panel, small, qtbot):
    session.open([small])
    session.apply(Call.of("rotate", angle=22.5))
    qtbot.waitUntil(lambda: panel.list.count() == 2)
    assert panel.list.visualItemRect(panel.list.item(1)).height() >= 2 * panel.list.sizeHintForRow(0)
    panel.python.click()
    qtbot.waitUntil(panel.script.isVisible)
    last = panel.list.visualItemRect(panel.list.item(1))
    assert panel.list.viewport().rect().contains(last)
    assert panel.script.height() > panel.height() / 2
    panel.resize(1000, 400)
    panel.python.click()
    panel.python.click()
    assert panel.script.width() > 1.5 * panel.list.width()
