"""The panel Stars in the window: found, listed, chosen in table and picture, filtered, written to files."""

import csv
import subprocess
import sys
import time

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QFileDialog
from regions import Regions

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.call import Call
from viewer.core.measure.starlist import STAR_LIST, StarList
from viewer.ui.measuring_script import PythonDialog
from viewer.ui.stars.columns import COLUMNS
from viewer.ui.stars.export import save_table
from viewer.ui.stars.panel import StarsPanel
from viewer.ui.stars.searching import Search


@pytest.fixture
def panel(window, sample):
    """The panel of the window, with the stars of the sample found by the key for it."""
    window.session.open([sample])
    window.session.add_details()
    press(window, "Ctrl+J")
    return window.docks.stars


def press(window, keys):
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    window.focus_page()
    key = {"Ctrl+J": (Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)}[keys]
    QTest.keyClick(window.focusWidget(), *key)
    QApplication.processEvents()


def column(name):
    return next(place for place, each in enumerate(COLUMNS) if each.key == name)


def cells(panel, name):
    """Texts of a column, from the top."""
    model = panel.model
    return [str(model.data(model.index(row, column(name)))).strip() for row in range(model.rowCount())]


def click_row(panel, row, keys=Qt.KeyboardModifier.NoModifier):
    table = panel.table
    table.scrollTo(panel.model.index(row, 1))
    where = table.visualRect(panel.model.index(row, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, keys, where)
    QApplication.processEvents()


def click_star(window, star, keys=Qt.KeyboardModifier.NoModifier):
    """Click in the picture where a star is."""
    session, area = window.session, window.image_view.graphics.viewport()
    rows = session.overlays.layer.stars.table
    x, y = session.viewport().to_screen(float(rows["x"][star]), float(rows["y"][star]))
    QTest.mouseClick(area, Qt.MouseButton.LeftButton, keys, QPoint(int(x), int(y)))
    QApplication.processEvents()


def test_stars_are_found_listed_and_summed_up(window, panel, sample):
    stars = window.session.overlays.layer.stars
    assert panel.isVisible()
    assert panel.model.rowCount() == len(stars) > 100
    assert cells(panel, "number")[:3] == ["1", "2", "3"]
    # positions as FITS counts them, and on the sky as the readout writes them
    assert float(cells(panel, "x")[4]) == pytest.approx(stars["x"][4] + 1, abs=0.006)
    readout = window.docks.readout
    window.session.point_at((float(stars["x"][4]), float(stars["y"][4])))
    assert cells(panel, "ra")[4] == readout.text("RA (ICRS)")
    assert cells(panel, "dec")[4] == readout.text("Dec (ICRS)")
    state = panel.state.text()
    assert f"{len(stars):,} stars" in state
    assert f"median FWHM {stars.median_fwhm:.2f} px = {stars.median_fwhm * stars.pixel_scale:.2f}″" in state
    with fits.open(sample) as hdus:
        data = hdus[0].data
    for row in range(5):
        x, y = round(float(cells(panel, "x")[row])) - 1, round(float(cells(panel, "y")[row])) - 1
        assert data[y - 1 : y + 2, x - 1 : x + 2].max() > np.percentile(data, 97), "a star is there"


def test_degrees_instead_of_sexagesimal(window, panel):
    from dataclasses import replace

    session = window.session
    session.set_settings(replace(session.settings, sexagesimal=False))
    QApplication.processEvents()
    stars = session.overlays.layer.stars
    assert float(cells(panel, "ra")[0]) == pytest.approx(stars["ra"][0], abs=1e-6)


def test_a_row_and_its_star_are_marked_together(window, panel, qtbot):
    session = window.session
    click_row(panel, 3)
    assert session.overlays.layer.marked == {3}
    click_row(panel, 6, Qt.KeyboardModifier.ShiftModifier)
    assert session.overlays.layer.marked == {3, 4, 5, 6}
    click_row(panel, 0, Qt.KeyboardModifier.ControlModifier)
    assert session.overlays.layer.marked == {0, 3, 4, 5, 6}
    assert "5 selected" in panel.state.text()
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    assert session.overlays.layer.marked == {1}


def test_a_click_in_the_picture_selects_the_row_and_scrolls_to_it(window, panel):
    session = window.session
    rows = session.overlays.layer.stars.table
    # one that stands alone, far down in the table
    distance = np.hypot(rows["x"][:, None] - rows["x"], rows["y"][:, None] - rows["y"])
    np.fill_diagonal(distance, np.inf)
    alone = np.flatnonzero(distance.min(axis=1) > 12)
    star, other = int(alone[-1]), int(alone[0])
    click_star(window, star)
    assert panel.table.stars() == [star]
    shown = panel.table.viewport().rect()
    assert shown.intersects(panel.table.visualRect(panel.model.index(panel.model.place_of(star), 0)))
    click_star(window, other, Qt.KeyboardModifier.ControlModifier)
    assert sorted(panel.table.stars()) == sorted([star, other])
    assert session.overlays.layer.marked == {star, other}


def test_a_star_out_of_sight_is_brought_into_view(window, panel):
    session = window.session
    rows = session.overlays.layer.stars.table
    session.set_viewport((float(rows["x"][0]), float(rows["y"][0])), 20.0)
    away = int(np.argmax(np.hypot(rows["x"] - rows["x"][0], rows["y"] - rows["y"][0])))
    click_row(panel, panel.model.place_of(away))
    viewport = session.viewport()
    assert viewport.zoom == 20.0
    x, y = viewport.to_screen(float(rows["x"][away]), float(rows["y"][away]))
    assert 0 < x < viewport.size[0]
    assert 0 < y < viewport.size[1]
    before = viewport
    click_row(panel, panel.model.place_of(away))
    assert session.viewport() == before, "one that is seen stays where it is"


def test_dragging_in_the_picture_still_pans(window, panel, qtbot):
    session, area = window.session, window.image_view.graphics.viewport()
    session.set_viewport((150, 150), 4.0)
    start = QPoint(area.width() // 2, area.height() // 2)
    QTest.mousePress(area, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(area, start + QPoint(8 * step, 0))
        QApplication.processEvents()
    QTest.mouseRelease(area, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 0))
    assert session.viewport().center[0] == pytest.approx(140, abs=1.5)
    assert session.overlays.layer.marked == set()


def test_sorting_puts_what_is_not_known_last_and_keeps_the_selection(session, window):
    rows = np.zeros(5, STAR_LIST)
    rows["fwhm"] = [3.0, np.nan, 1.0, 2.0, np.nan]
    rows["flags"] = ["b", "", "a", "", "c"]
    show(window, rows)
    panel = window.docks.stars
    header = panel.table.horizontalHeader()
    click_row(panel, 0)
    for order, wanted in (
        (Qt.SortOrder.AscendingOrder, [2, 3, 0, 1, 4]),
        (Qt.SortOrder.DescendingOrder, [0, 3, 2, 1, 4]),
    ):
        panel.table.sortByColumn(column("fwhm"), order)
        assert panel.model.shown.tolist() == wanted
        assert panel.table.stars() == [0]
    panel.table.sortByColumn(column("flags"), Qt.SortOrder.AscendingOrder)
    assert cells(panel, "flags") == ["", "", "a", "b", "c"]
    assert header.sortIndicatorSection() == column("flags")
    assert cells(panel, "fwhm").count("–") == 2


def show(window, rows):
    """Open an image and give it these stars."""
    window.docks.show("Stars")
    session = window.session
    session.create(Call.of("create_constant", width=100, height=80))
    session.overlays.set_stars(StarList(rows, (80, 100)))
    QApplication.processEvents()


def test_the_filter_leaves_rows_and_circles_as_one_types(window, panel, qtbot):
    session, field = window.session, panel.style_controls.filter
    stars = session.overlays.layer.stars
    QTest.keyClicks(field, "snr>100 fwhm<3.5")
    wanted = (stars["snr"] > 100) & (stars["fwhm"] < 3.5)
    qtbot.waitUntil(lambda: panel.model.rowCount() == wanted.sum())
    assert f"{wanted.sum():,} of {len(stars):,} stars" in panel.state.text()
    median = stars.chosen(wanted).median_fwhm
    assert f"median FWHM {median:.2f} px" in panel.state.text(), "of those that are shown"
    assert f"{median:.2f}" != f"{stars.median_fwhm:.2f}"
    (item,) = [each for each in window.image_view.overlays if type(each).__name__ == "StarsItem"]
    np.testing.assert_array_equal(item.appearance.rows, np.flatnonzero(wanted))
    QTest.keyClicks(field, " snr<1")
    qtbot.waitUntil(lambda: panel.model.rowCount() == 0)
    assert panel.empty.isVisible()
    assert panel.empty.text() == "No star fits the filter."
    field.setText("fhwm<3")
    qtbot.waitUntil(lambda: "fhwm" in panel.state.text())
    assert panel.model.rowCount() == len(stars)


@pytest.mark.parametrize("suffix", ["csv", "ecsv", "fits", "vot", "reg"])
def test_what_is_shown_is_exported(window, panel, tmp_path, suffix, qtbot):
    session = window.session
    stars = session.overlays.layer.stars
    panel.style_controls.filter.setText("snr>200")
    qtbot.waitUntil(lambda: panel.model.rowCount() < len(stars))
    panel.table.sortByColumn(column("y"), Qt.SortOrder.AscendingOrder)
    panel.export()
    (dialog,) = panel.findChildren(QFileDialog)
    path = tmp_path / f"out.{suffix}"
    dialog.selectFile(str(path))
    dialog.accept()
    QApplication.processEvents()
    shown = panel.model.shown
    if suffix == "reg":
        read = Regions.read(path, format="ds9")
        places = np.array([region.center.xy for region in read])
        np.testing.assert_allclose(places[:, 0], stars["x"][shown], atol=1e-3)
        return
    read = Table.read(path)
    np.testing.assert_allclose(read["x"], stars["x"][shown] + 1, atol=1e-4)
    np.testing.assert_allclose(read["flux"], stars["flux"][shown], rtol=1e-5)


def test_the_suffix_follows_the_kind_that_is_chosen(window, panel):
    panel.export()
    (dialog,) = panel.findChildren(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("m13-stars.csv")
    dialog.selectNameFilter("VOTable (*.vot)")
    dialog.filterSelected.emit("VOTable (*.vot)")
    assert dialog.selectedFiles()[0].endswith("m13-stars.vot")
    dialog.reject()


def test_a_file_that_cannot_be_written_is_told(window, panel, tmp_path):
    stars = window.session.overlays.layer.stars
    save_table(window.session, tmp_path / "nowhere" / "s.csv", stars, panel.model.shown)
    level, sentence = window.session.last_told[-1]
    assert level == "error"
    assert "nowhere" in sentence


def test_rows_are_copied_as_a_spreadsheet_takes_them(window, panel):
    click_row(panel, 0)
    click_row(panel, 2, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = list(csv.reader(QGuiApplication.clipboard().text().splitlines(), delimiter="\t"))
    assert lines[0][:5] == ["number", "x", "y", "ra", "dec"]
    assert [line[0] for line in lines[1:]] == ["1", "2", "3"]
    assert lines[1][1] == cells(panel, "x")[0]


def test_stars_become_regions_and_that_can_be_undone(window, panel):
    session = window.session
    click_row(panel, 1)
    panel.regions_button.click()
    (region,) = session.overlays.layer.regions
    stars = session.overlays.layer.stars
    assert region.kind == "circle"
    assert region.points[0] == (stars["x"][1], stars["y"][1])
    assert region.size[0] > 2
    session.undo()
    assert session.overlays.layer.regions == ()
    session.overlays.mark_stars(())
    panel.regions_button.click()
    assert len(session.overlays.layer.regions) == len(stars)


def test_rows_that_are_no_stars_are_taken_off_the_list(window, panel):
    before = window.session.overlays.layer.stars
    click_row(panel, 1)
    click_row(panel, 3, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    after = window.session.overlays.layer.stars
    np.testing.assert_array_equal(after["x"], np.delete(before["x"], [1, 3]))
    assert panel.model.rowCount() == len(before) - 2
    texts = [action.text().split("\t")[0] for action in panel.menu().actions() if action.isEnabled()]
    assert "Export all that are shown…" in texts
    assert "Copy rows" not in texts, "nothing is selected"


def test_the_other_method_has_a_threshold_of_its_own(window, panel):
    controls = panel.search
    controls.method.setCurrentIndex(controls.method.findData("teaching"))
    controls.method.activated.emit(controls.method.currentIndex())
    assert controls.level.isVisible()
    assert not controls.threshold.isVisible()
    assert controls.search() == Search("teaching", 0.7)
    QTest.mouseClick(controls.find, Qt.MouseButton.LeftButton)
    assert window.session.overlays.layer.stars.method == "teaching"
    assert panel.model.rowCount() == len(window.session.overlays.layer.stars)


def test_every_image_has_its_own_stars(window, panel, data_dir):
    session = window.session
    count = panel.model.rowCount()
    session.open([data_dir / "images" / "HorseHead.fits"])
    QApplication.processEvents()
    assert panel.model.rowCount() == 0
    assert "No stars yet" in panel.empty.text()
    session.select(session.documents[0])
    assert panel.model.rowCount() == count
    for document in tuple(session.documents):
        session.close(document)
    QApplication.processEvents()
    assert "open one" in panel.empty.text()
    assert not panel.search.find.isEnabled()


def test_an_empty_image_says_why_nothing_was_found(window, tmp_path):
    fits.writeto(tmp_path / "flat.fits", np.full((64, 64), 7.0, "f4"))
    window.session.open([tmp_path / "flat.fits"])
    press(window, "Ctrl+J")
    text = window.docks.stars.empty.text()
    assert text.startswith("No stars were found.")
    assert "one value" in text


def test_the_python_of_the_search_finds_the_same_stars(window, panel, sample, tmp_path):
    panel.show_python()
    (dialog,) = panel.findChildren(PythonDialog)
    script = tmp_path / "stars.py"
    script.write_text(dialog.view.text.toPlainText())
    answer = subprocess.run(
        [sys.executable, script, str(sample)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    stars = window.session.overlays.layer.stars
    assert f"{len(stars)}" in answer.stdout
    dialog.close()


def test_the_python_for_a_colour_picture_runs_too(window, data_dir, tmp_path):
    path = data_dir / "images" / "ginga_rgbcube.fits"
    window.session.open([path])
    press(window, "Ctrl+J")
    panel = window.docks.stars
    panel.show_python()
    (dialog,) = panel.findChildren(PythonDialog)
    script = tmp_path / "stars.py"
    script.write_text(dialog.view.text.toPlainText())
    answer = subprocess.run([sys.executable, script, str(path)], capture_output=True, text=True, check=True)
    first = window.session.overlays.layer.stars["x"][0] + 1
    assert f"{first:.4f}"[:7] in answer.stdout
    dialog.close()


# -------------------------------------------------------------------------- while it works


@pytest.fixture
def slow(live, qtbot, tmp_path, monkeypatch):
    """A panel whose searches take their time, on an image of its own."""
    fits.writeto(tmp_path / "sky.fits", np.random.default_rng(0).normal(100, 5, (200, 200)).astype("f4"))

    def find_in(frame, plane, search, progress):
        for _ in range(20):
            time.sleep(0.02)
            progress.report(0.5)
        return StarList(np.zeros(3, STAR_LIST), frame.image_shape)

    monkeypatch.setattr("viewer.ui.stars.searching.find_in", find_in)
    live.open([tmp_path / "sky.fits"])
    qtbot.waitUntil(lambda: live.picture is not None)
    made = StarsPanel(live)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_search_can_be_given_up(slow, qtbot):
    QTest.mouseClick(slow.search.find, Qt.MouseButton.LeftButton)
    assert slow.search.find.text() == "Cancel"
    assert slow.empty.text() == "Looking for stars…"
    QTest.mouseClick(slow.search.find, Qt.MouseButton.LeftButton)
    assert slow.search.find.text() == "Find stars"
    qtbot.waitUntil(lambda: not slow.session.jobs.running)
    assert slow.session.overlays.layer.stars is None


def test_stars_of_an_image_that_has_changed_meanwhile_are_dropped(slow, qtbot):
    slow.find()
    slow.session.apply(Call.of("flip_horizontal"))
    qtbot.waitUntil(lambda: not slow.session.jobs.running)
    QApplication.processEvents()
    assert slow.session.overlays.layer.stars is None
    assert any("has changed" in sentence for _, sentence in slow.session.last_told)
    assert slow.search.find.text() == "Find stars"


def test_stars_of_an_image_that_is_not_shown_any_more_wait_for_it(slow, qtbot, sample):
    session = slow.session
    slow.find()
    session.open([sample])
    qtbot.waitUntil(lambda: len(session.documents) == 2)
    session.select(session.documents[1])
    assert not slow.searching.busy
    qtbot.waitUntil(lambda: not session.jobs.running)
    assert session.overlays.layer.stars is None
    session.select(session.documents[0])
    assert slow.model.rowCount() == 3
