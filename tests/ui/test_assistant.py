"""The assistant: a real night from its raw files to the report, as a person goes through the pages."""

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import QItemSelectionModel, QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QDialog, QInputDialog

from viewer.core.night.table import scan
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.main_window import MainWindow
from viewer.ui.night.assistant import Assistant
from viewer.ui.night.window import NightPanel
from viewer.ui.qt import Waker


@pytest.fixture
def session():
    return Session(Jobs(threads=0), Settings())


@pytest.fixture
def opened(session, qtbot, tmp_path):
    """Make the assistant for a folder; its results go elsewhere."""

    def make(folder, of=session, entries=()):
        assistant = Assistant(of, folder, entries)
        assistant.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(assistant)
        assistant.files.out.setText(str(tmp_path / "out"))
        assistant.show()
        qtbot.waitExposed(assistant)
        return assistant

    return make


def press_next(assistant):
    assert assistant.next_button.isEnabled()
    QTest.mouseClick(assistant.next_button, Qt.MouseButton.LeftButton)


def tick(box):
    # on the left, where a wide box and its text are
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def go_on(assistant, title):
    """Press Next until the page of that title."""
    while assistant.heading.text() != title:
        press_next(assistant)


def texts(tree):
    """All that a tree shows, level by level."""
    found = []
    places = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    while places:
        item = places.pop(0)
        found.append(item.text(0))
        places += [item.child(n) for n in range(item.childCount())]
    return found


def listed(page):
    return [page.list.item(row).text() for row in range(page.list.count())]


def test_a_night_with_all_calibrations(opened, session, data_dir, tmp_path, qtbot):
    night = data_dir / "night_arcsat"
    before = {path: path.stat().st_mtime_ns for path in night.iterdir()}
    assistant = opened(night)
    found = texts(assistant.files.tree)
    assert "Dark, 60 s, −25 °C (3)" in found
    assert sum(name.startswith("XO1-b") for name in found) == 5
    press_next(assistant)
    planned = texts(assistant.plan.steps)
    assert "Masters (3)" in planned
    assert "Calibration (5)" in planned
    assert any("scaled to the" in text for text in planned)
    assert not (tmp_path / "out").exists(), "nothing is written before Start"

    press_next(assistant)
    assert assistant.heading.text() == "Masters"
    assert [text[0] for text in listed(assistant.masters)] == ["✓"] * 3
    assert "flat_z.fits" in assistant.masters.text.toPlainText()
    qtbot.waitUntil(lambda: assistant.masters.picture._image is not None)
    assistant.masters.list.setCurrentRow(1)
    qtbot.waitUntil(lambda: assistant.masters.picture._image is not None)
    assert "dark_60s_-25C.fits" in assistant.masters.text.toPlainText()

    press_next(assistant)
    assert len(assistant.frames.results) == 5
    press_next(assistant)
    assert assistant.ranking.table.rowCount() == 5
    press_next(assistant)
    (result,) = assistant.coadds.results.values()
    assert fits.getheader(result.output)["NCOMBINE"] == 5
    press_next(assistant)
    assert "3 masters, 5 calibrated frames, 1 co-added image" in assistant.report.summary.text()
    assert (tmp_path / "out" / "report.html").exists()
    assert "XO1-b_z.fits" in assistant.report.text.toPlainText()
    QTest.mouseClick(assistant.report.open_images, Qt.MouseButton.LeftButton)
    assert [document.name for document in session.documents] == ["XO1-b_z.fits"]
    press_next(assistant)
    assert not assistant.isVisible()
    assert {path: path.stat().st_mtime_ns for path in night.iterdir()} == before


def test_frames_unticked_in_the_ranking_are_not_combined(opened, data_dir):
    night = data_dir / "night_arcsat"
    assistant = opened(night, entries=scan(night))
    go_on(assistant, "Ranking")
    last = assistant.ranking.table.item(4, 0).text()
    assistant.ranking.table.selectRow(4)
    QTest.keyClick(assistant.ranking.table, Qt.Key.Key_Space)
    press_next(assistant)
    (result,) = assistant.coadds.results.values()
    header = fits.getheader(result.output)
    assert header["NCOMBINE"] == 4
    assert last not in [header[f"IMCMB{number:03d}"] for number in range(1, 5)]

    QTest.mouseClick(assistant.back_button, Qt.MouseButton.LeftButton)
    QTest.keyClick(assistant.ranking.table, Qt.Key.Key_Space)
    press_next(assistant)
    (result,) = assistant.coadds.results.values()
    assert fits.getheader(result.output)["NCOMBINE"] == 5
    press_next(assistant)
    assert "0 left out" not in assistant.report.summary.text()


def test_what_is_set_by_hand_changes_the_plan(opened, data_dir, qtbot):
    night = data_dir / "night_tres1"
    assistant = opened(night)
    files = assistant.files
    lights = next(
        files.tree.topLevelItem(n)
        for n in range(files.tree.topLevelItemCount())
        if files.tree.topLevelItem(n).text(0).startswith("Light")
    )
    assert "target not said" in lights.text(0)
    lights.setSelected(True)
    files.by_hand.activated.emit(files.by_hand.findData("target"))
    (dialog,) = files.findChildren(QInputDialog)
    assert dialog.labelText() == "Target of 12 frames:"
    dialog.setTextValue("TrES-1")
    dialog.accept()
    # nine of the lights are not wanted
    files.tree.clearSelection()
    lights = files.tree.topLevelItem(1)
    for row in range(3, 12):
        lights.child(row).setSelected(True)
    files.set_kind("left out")
    assert "Left out by hand (9)" in texts(files.tree)
    press_next(assistant)
    planned = texts(assistant.plan.steps)
    assert any(text.startswith("Co-add TrES-1") for text in planned)
    assert "Calibration (3)" in planned
    assert "Not used (9)" in planned
    assert any("No flat" in text for text in planned)

    # another way to combine makes another plan
    assistant.plan.form.fields["method"].show_value("sigma-clip")
    assert not assistant.next_button.isEnabled()
    qtbot.waitUntil(lambda: assistant.plan.plan is not None)
    assert assistant.plan.plan.options.method == "sigma-clip"
    go_on(assistant, "The report")
    (result,) = assistant.coadds.results.values()
    assert result.output.name.startswith("TrES-1")
    assert np.isfinite(fits.getdata(result.output)).mean() > 0.9


def test_results_are_not_lost_and_raw_files_never_overwritten(opened, data_dir, tmp_path):
    night = data_dir / "night_arcsat"
    assistant = opened(night)
    assistant.files.out.setText(str(night))
    press_next(assistant)
    assert "choose another" in assistant.plan.note.text()
    assert not assistant.next_button.isEnabled()
    QTest.mouseClick(assistant.back_button, Qt.MouseButton.LeftButton)

    foreign = tmp_path / "out" / "masters" / "bias.fits"
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"mine")
    assistant.files.out.clear()
    QTest.keyClicks(assistant.files.out, str(tmp_path / "out"))
    tick(assistant.files.overwrite)
    press_next(assistant)
    assert "bias.fits" in assistant.plan.note.text()
    assert foreign.read_bytes() == b"mine"


def test_results_of_an_earlier_reduction_are_kept_unless_one_says_so(opened, data_dir, tmp_path):
    first = opened(data_dir / "night_arcsat")
    go_on(first, "Calibrated frames")
    first.reject()
    bias = tmp_path / "out" / "masters" / "bias.fits"
    before = bias.stat().st_mtime_ns
    second = opened(data_dir / "night_arcsat")
    press_next(second)
    assert "bias.fits" in second.plan.note.text()
    assert not second.next_button.isEnabled()
    QTest.mouseClick(second.back_button, Qt.MouseButton.LeftButton)
    tick(second.files.overwrite)
    press_next(second)
    press_next(second)
    assert second.masters.done
    assert bias.stat().st_mtime_ns > before


def test_the_window_stays_live_and_stop_can_go_on(opened, data_dir, qtbot):
    jobs = Jobs()
    waker = Waker(jobs)
    live = Session(jobs, Settings())
    assistant = opened(data_dir / "night_arcsat", live)
    qtbot.waitUntil(lambda: bool(assistant.files.entries), timeout=30_000)
    press_next(assistant)
    qtbot.waitUntil(lambda: assistant.plan.plan is not None, timeout=30_000)
    press_next(assistant)
    page = assistant.masters
    assert page.work.busy
    assert not assistant.next_button.isEnabled()
    QTest.mouseClick(page.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.work.busy, timeout=30_000)
    if not page.done:
        assert "Continue goes on" in page.note.text()
        QTest.mouseClick(page.again, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: page.done and not page.work.busy, timeout=60_000)
    assert assistant.next_button.isEnabled()
    assistant.close()
    jobs.close()
    waker.deleteLater()


def test_whoever_leaves_early_is_told_and_the_masters_are_remembered(opened, session, data_dir, tmp_path):
    assistant = opened(data_dir / "night_arcsat")
    assistant.reject()
    assert not session.last_told
    assistant = opened(data_dir / "night_arcsat")
    go_on(assistant, "Masters")
    assistant.reject()
    out = tmp_path / "out"
    assert session.last_told[-1][1] == f"The reduction was not finished: 3 results so far in {out}."
    assert session.settings.masters == (str(out / "masters"),)


def test_a_folder_without_images_says_so(opened, tmp_path):
    (tmp_path / "empty").mkdir()
    assistant = opened(tmp_path / "empty")
    assert not assistant.next_button.isEnabled()
    assert assistant.files.count.text() == "0 files"


def test_the_tools_of_the_folders_table_take_what_is_selected(session, data_dir, qtbot):
    panel = NightPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    panel.open_folder(data_dir / "night_arcsat")
    qtbot.waitUntil(lambda: not panel.reading.busy, timeout=30_000)
    assert len(panel.model.shown) == 14
    tools = {tool.text: tool for tool in panel.tools}
    table = panel.parts.table
    table.selectAll()
    panel.by_hand.set([panel.model.entries[0]], kind="dark")

    def run(text):
        panel.run_tool(tools[text])
        return next(each for each in panel.findChildren(QDialog) if each.isVisible())

    stack = run("Align and combine…")
    assert [each.name[:5] for each in stack.frames.rows] == ["XO1-b"] * 5
    assert "9 files left out" in session.last_told[-1][1]
    stack.close()
    files = run("Calibrate selection…")
    assert len(files.files.names) == 5
    files.close()
    table.clearSelection()
    for row, entry in enumerate(panel.model.shown):
        if entry.kind == "bias":
            table.selectionModel().select(
                panel.model.index(row, 0),
                QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
            )
    master = run("Make master…")
    assert master.kind.currentText() == "Bias"
    assert len(master.files.names) == 2
    master.close()
    assistant = run("Reduce folder…")
    assert sum(entry.kind == "dark" for entry in assistant.files.entries) == 4, "what was set by hand stays"
    assistant.close()


def test_the_menu_begins_with_the_folder_that_is_listed(session, data_dir, qtbot):
    window = MainWindow(session)
    window.show()
    qtbot.waitUntil(lambda: hasattr(window, "operations"))
    window.show_folder(data_dir / "night_arcsat")
    qtbot.waitUntil(lambda: not window.docks.folder.reading.busy, timeout=30_000)
    action = next(each for each in window.menus.listed if each.text == "Reduce a night…")
    action.run(window)
    assistant = window.findChild(Assistant)
    assert assistant.files.folder == data_dir / "night_arcsat"
    assert len(assistant.files.entries) == 14
    window.close()
    window.deleteLater()
