"""The table of pixels: values of the file, upright as FITS has them."""

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication, QPalette

from viewer.core.render.viewport import Orientation
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.panels.pixel_table import PixelTable

ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


@pytest.fixture
def session(tmp_path):
    """A frame whose values say where they are: 1000 x + y, 1-based."""
    y, x = np.mgrid[1:31, 1:41]
    fits.writeto(tmp_path / "places.fits", (1000 * x + y).astype("i4"))
    made = Session(Jobs(threads=0), Settings())
    made.open([tmp_path / "places.fits"])
    return made


@pytest.fixture
def table(session, qtbot):
    made = PixelTable(session)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.layout() is not None)
    return made


def rows(table) -> list[list[str]]:
    return [
        [table.model.text(row, column) for column in range(table.model.size)]
        for row in range(table.model.size)
    ]


@pytest.mark.parametrize("orientation", [Orientation(), Orientation(True, True, 1)])
def test_x_runs_across_and_y_upwards_whatever_the_view_does(session, table, qtbot, orientation):
    session.set_orientation(orientation)
    session.point_at((19.3, 14.6))
    qtbot.waitUntil(lambda: table.model.text(2, 2) == "20016")
    assert [table.model.headerData(n, ACROSS) for n in range(5)] == ["18", "19", "20", "21", "22"]
    assert [table.model.headerData(n, DOWN) for n in range(5)] == ["18", "17", "16", "15", "14"]
    assert rows(table) == [[str(1000 * x + y) for x in range(18, 23)] for y in (18, 17, 16, 15, 14)]


def test_beyond_the_edge_the_cells_are_empty(session, table, qtbot):
    session.point_at((0.0, 0.0))
    qtbot.waitUntil(lambda: table.model.text(2, 2) == "1001")
    assert rows(table)[0] == ["", "", "1003", "2003", "3003"]
    assert rows(table)[3:] == [[""] * 5, [""] * 5]
    session.point_at((-100.0, 0.0))
    qtbot.waitUntil(lambda: table.model.text(2, 2) == "")


def test_the_middle_stands_out_and_the_size_can_be_chosen(session, table, qtbot):
    table.set_size(8)
    assert table.model.size == 9
    session.point_at((20.0, 20.0))
    qtbot.waitUntil(lambda: table.model.text(4, 4) == "21021")
    highlight = QGuiApplication.palette().brush(QPalette.ColorRole.Highlight)
    role = Qt.ItemDataRole.BackgroundRole
    marked = [
        (row, column)
        for row in range(9)
        for column in range(9)
        if table.model.data(table.model.index(row, column), role) == highlight
    ]
    assert marked == [(4, 4)]


def test_it_is_copied_with_its_coordinates(session, table, qtbot):
    session.point_at((20.0, 20.0))
    qtbot.waitUntil(lambda: table.model.text(2, 2) == "21021")
    table.copy()
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0][1:] == ["19", "20", "21", "22", "23"]
    assert lines[1] == ["23", "19023", "20023", "21023", "22023", "23023"]


def test_hidden_it_reads_nothing(session, table, qtbot, monkeypatch):
    table.hide()
    read = []
    monkeypatch.setattr(
        type(session.picture.frame.pixels), "read", lambda *given, **named: read.append(given)
    )
    session.point_at((7.0, 7.0))
    qtbot.wait(80)
    assert read == []
