"""The panel Regions: the list, the fields, the statistics, and files."""

import csv
import io
import subprocess
import sys

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.stats import sigma_clipped_stats
from astropy.wcs import WCS
from PyQt6.QtCore import QItemSelectionModel, QPoint, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDialog, QPlainTextEdit

from viewer.core.shapes.region import Region
from viewer.ui.measuring_script import PythonDialog
from viewer.ui.regions.files import load_regions, read_into, save

Flag = QItemSelectionModel.SelectionFlag


@pytest.fixture
def panel(window, session, sample):
    session.open([sample])
    session.add_details()
    window.docks.show("Regions")
    QApplication.processEvents()
    return window.docks.regions


def settle(milliseconds=40) -> None:
    """Let the panel come up with what was done."""
    QTest.qWait(milliseconds)


@pytest.fixture
def values(sample):
    return fits.getdata(sample).astype(float)


def put(session, *regions):
    session.overlays.set_regions(regions, "Put")
    settle()
    return session.overlays.layer.regions


def chosen(session) -> Region:
    settle()
    (region,) = session.overlays.layer.chosen
    return region


def type_into(field, text) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()


def in_circle(values, x, y, radius) -> np.ndarray:
    rows, columns = np.indices(values.shape)
    return values[(columns - x) ** 2 + (rows - y) ** 2 < radius**2]


# -------------------------------------------------------------------------- the list


def test_the_list_and_the_picture_select_the_same(panel, session):
    regions = put(
        session, *(Region("circle", ((x, 100.0),), (9.0,), name=f"{x:g}") for x in (50.0, 90.0, 130.0))
    )
    assert [panel.model.text(row, 1) for row in range(3)] == ["50", "90", "130"]
    assert panel.model.text(0, 2) == "51.00, 101.00", "counted from 1"
    panel.table.selectRow(1)
    assert session.overlays.layer.selected == {regions[1].key}
    panel.table.selectionModel().select(panel.model.index(2, 0), Flag.Select | Flag.Rows)
    assert session.overlays.layer.selected == {regions[1].key, regions[2].key}
    session.overlays.select([regions[0].key])
    settle()
    assert panel.table.selected_rows() == [0]
    panel.table.selectAll()
    assert len(session.overlays.layer.selected) == 3
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert session.overlays.layer.regions == ()
    assert session.undoable == "Remove 3 regions"


def test_the_bar_chooses_what_the_mouse_draws(panel, session):
    panel.bar.tools["box"].click()
    assert session.overlays.tool == "box"
    session.overlays.set_tool("ruler")
    settle()
    assert [name for name, button in panel.bar.tools.items() if button.isChecked()] == ["ruler"]
    panel.bar.colour.setCurrentText("red")
    panel.bar.colour.activated.emit(panel.bar.colour.currentIndex())
    assert session.overlays.colour == "red"


# -------------------------------------------------------------------------- the fields


def test_name_colour_and_numbers_are_typed(panel, session):
    put(session, Region("box", ((100.0, 120.0),), (30.0, 20.0), 10.0))
    panel.table.selectRow(0)
    panel.edit()
    settle()
    assert panel.form.fields["x"].text() == "101"
    type_into(panel.form.name, "a box")
    type_into(panel.form.fields["x"], "51.5")
    type_into(panel.form.fields["Width"], "44")
    type_into(panel.form.fields["Angle"], "-30")
    region = chosen(session)
    assert (region.name, region.points, region.size, region.angle) == (
        "a box",
        ((50.5, 120.0),),
        (44.0, 20.0),
        330.0,
    )
    type_into(panel.form.fields["Height"], "-3")
    assert chosen(session).size == (44.0, 20.0)
    assert panel.form.fields["Height"].text() == "20", "what cannot be is not taken"
    type_into(panel.form.fields["Height"], "nonsense")
    assert chosen(session).size == (44.0, 20.0)
    panel.form.colour.chosen.emit("cyan")
    panel.form.excluded.click()
    assert (chosen(session).colour, chosen(session).include) == ("cyan", False)
    for _ in range(6):
        session.undo()
    assert chosen(session) == Region("box", ((100.0, 120.0),), (30.0, 20.0), 10.0, key=chosen(session).key)


def test_places_and_sizes_on_the_sky_agree_with_astropy(panel, session, sample):
    put(session, Region("circle", ((100.0, 120.0),), (10.0,)))
    panel.table.selectRow(0)
    panel.bar.coordinates.setCurrentIndex(1)
    panel.bar.coordinates.activated.emit(1)
    panel.edit()
    settle()
    wcs = WCS(fits.getheader(sample))
    shown = SkyCoord(
        panel.form.fields["RA"].text(), panel.form.fields["Dec"].text(), unit=("hourangle", "deg")
    )
    assert shown.separation(wcs.pixel_to_world(100, 120).icrs).arcsec < 1e-3
    side = wcs.pixel_to_world(100, 120).separation(wcs.pixel_to_world(110, 120)).arcsec
    assert float(panel.form.fields["Radius"].text()) == pytest.approx(side, rel=1e-3)
    wanted = wcs.pixel_to_world(180, 90).icrs
    type_into(panel.form.fields["RA"], wanted.ra.to_string("hour", sep=":", precision=5))
    type_into(panel.form.fields["Dec"], f"{wanted.dec.deg:.8f}")
    assert chosen(session).points[0] == pytest.approx((180, 90), abs=1e-3)
    type_into(panel.form.fields["Dec"], "99")
    assert chosen(session).points[0] == pytest.approx((180, 90), abs=1e-3)


def test_an_annulus_keeps_its_inner_edge_inside(panel, session):
    put(session, Region("annulus", ((100.0, 120.0),), (10.0, 20.0)))
    panel.table.selectRow(0)
    panel.edit()
    settle()
    type_into(panel.form.fields["Inner radius"], "25")
    assert chosen(session).size == (10.0, 20.0)
    type_into(panel.form.fields["Outer radius"], "30")
    assert chosen(session).size == (10.0, 30.0)


# -------------------------------------------------------------------------- statistics


def test_statistics_and_histogram_follow_while_a_region_is_dragged(panel, session, window, values):
    (circle,) = put(session, Region("circle", ((150.0, 150.0),), (20.0,)))
    session.overlays.select([circle.key])
    settle(200)

    def shown(x, y) -> None:
        inside = in_circle(values, x, y, 20.0)
        found = panel.statistics.found[0].numbers
        mean, median, std = sigma_clipped_stats(inside, sigma=3, maxiters=None)
        expected = {
            "pixels": inside.size,
            "sum": inside.sum(),
            "mean": inside.mean(),
            "median": np.median(inside),
            "std": inside.std(),
            "min": inside.min(),
            "max": inside.max(),
            "clipped_mean": mean,
            "clipped_median": median,
            "clipped_std": std,
        }
        assert {name: found[name] for name in expected} == pytest.approx(expected)
        assert panel.statistics.values["pixels"].text() == f"{inside.size:,}"
        counted = panel.statistics.plot.curves[0].y.sum()
        assert counted <= inside.size
        assert counted > 0.99 * inside.size

    shown(150, 150)
    area, viewport = window.image_view.graphics.viewport(), session.viewport()
    at = [QPoint(*map(int, viewport.to_screen(*place))) for place in ((150, 150), (170, 140), (190, 120))]
    QTest.mousePress(area, Qt.MouseButton.LeftButton, pos=at[0])
    for point in at[1:]:
        QTest.mouseMove(area, point)
        settle(200)
        shown(*session.overlays.layer.regions[0].points[0])
    assert session.undoable == "Put", "the mouse is still down"
    QTest.mouseRelease(area, Qt.MouseButton.LeftButton, pos=at[-1])
    settle(200)
    assert session.overlays.layer.regions[0].points[0][0] > 185
    shown(*session.overlays.layer.regions[0].points[0])


def test_statistics_are_copied_as_text_and_csv(panel, session, values):
    put(session, *(Region("circle", ((x, 100.0),), (9.0,), name=f"at {x:g}") for x in (50.0, 90.0)))
    panel.table.selectAll()
    settle()
    panel.statistics.copy_csv()
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text())))
    assert [row["name"] for row in rows] == ["at 50", "at 90"]
    assert [float(row["x_centre"]) for row in rows] == [51, 91]
    for row, x in zip(rows, (50, 90), strict=True):
        assert float(row["sum"]) == in_circle(values, x, 100, 9.0).sum()
    panel.table.selectRow(0)
    settle()
    panel.statistics.copy()
    assert "median\t" in QGuiApplication.clipboard().text()
    assert "m13" in QGuiApplication.clipboard().text()


def test_the_python_of_a_statistic_prints_the_same_number(panel, session, window, values, tmp_path):
    (circle,) = put(session, Region("circle", ((150.0, 150.0),), (20.0,)))
    session.overlays.select([circle.key])
    settle()
    panel.statistics.show_python()
    dialog = window.findChild(PythonDialog)
    script = tmp_path / "measure.py"
    script.write_text(dialog.view.text.toPlainText())
    dialog.reject()
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=tmp_path, check=True)
    line = next(line for line in ran.stdout.splitlines() if line.split()[:1] == ["sum"])
    assert float(line.split()[1].replace(",", "")) == in_circle(values, 150, 150, 20.0).sum()


@pytest.mark.parametrize(
    ("region", "words"),
    [
        (Region("circle", ((-50.0, 10.0),), (9.0,)), "outside the image"),
        (Region("circle", ((2.0, 10.0),), (9.0,)), "part of it lies outside"),
        (Region("text", ((20.0, 10.0),), name="M 13"), "no inside"),
    ],
)
def test_what_has_to_be_known_is_said(panel, session, region, words):
    (made,) = put(session, region)
    session.overlays.select([made.key])
    settle()
    assert words in panel.statistics.findChild(type(panel.statistics._note)).text()


# -------------------------------------------------------------------------- masks and files


def test_the_inside_or_outside_of_the_selected_regions_is_masked(panel, session, values):
    circle, box, _ = put(
        session,
        Region("circle", ((100.0, 120.0),), (10.5,)),
        Region("box", ((200.0, 150.0),), (30.0, 20.0), 30.0),
        Region("circle", ((20.0, 20.0),), (10.0,)),
    )
    session.overlays.select([circle.key, box.key])
    settle()
    rows, columns = np.indices(values.shape)
    inside = circle.contains(columns, rows) | box.contains(columns, rows)
    panel.bar.mask.menu().actions()[0].trigger()
    np.testing.assert_array_equal(session.picture.frame.mask, inside)
    session.undo()
    panel.bar.mask.menu().actions()[1].trigger()
    np.testing.assert_array_equal(session.picture.frame.mask, ~inside)
    assert "mask_regions" in session.current.history.calls[0].text


@pytest.mark.parametrize("frame", ["icrs", "image", "galactic"])
def test_regions_are_saved_and_read_again(panel, session, window, tmp_path, frame):
    regions = put(
        session,
        Region("circle", ((100.0, 120.0),), (10.5,), name="a star", colour="red"),
        Region("box", ((200.0, 150.0),), (30.0, 20.0), 30.0, width=2),
        Region("polygon", ((20.0, 30.0), (50.0, 30.0), (40.0, 60.0)), include=False),
    )
    file = tmp_path / "some.reg"
    save(session, panel, file, regions, frame)
    put(session)
    load_regions(window, file)
    for new, old in zip(session.overlays.layer.regions, regions, strict=True):
        assert (new.kind, new.name, new.colour, new.width, new.include) == (
            old.kind,
            old.name,
            old.colour,
            old.width,
            old.include,
        )
        np.testing.assert_allclose(new.points, old.points, atol=2e-3)
        np.testing.assert_allclose(new.size, old.size, rtol=2e-3)
    assert session.undoable == "Add 3 regions"


def test_what_could_not_be_read_is_listed(panel, session, window, tmp_path):
    file = tmp_path / "some.reg"
    file.write_text("image\ncircle(50,50,5)\ncircle(50,fifty,5)\npentagon(3,4)\n")
    read_into(session, window, file)
    assert len(session.overlays.layer.regions) == 1
    dialog = next(each for each in window.findChildren(QDialog) if each.windowTitle().startswith("Problems"))
    told = dialog.findChild(QPlainTextEdit).toPlainText()
    assert "3" in told
    assert "pentagon" in told
    dialog.reject()
    level, sentence = session.last_told[-1]
    assert (level, "1 region read" in sentence) == ("warning", True)
