"""The table view: values of the file, pages on demand, sorting and copying."""

import time

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import QItemSelectionModel, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest

from viewer.core.session.jobs import Jobs
from viewer.ui.table_model import TableModel, cell_text
from viewer.ui.table_view import TableView


@pytest.fixture
def view(session, qtbot):
    made = TableView(session)
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    return made


@pytest.fixture
def open_columns(session, view, tmp_path, qtbot):
    def made(*columns):
        path = tmp_path / f"table{len(list(tmp_path.iterdir()))}.fits"
        fits.BinTableHDU.from_columns(columns).writeto(path)
        session.open([path])
        wait_for_cells(view, qtbot)
        return view.grid.model()

    return made


def wait_for_cells(view, qtbot):
    qtbot.waitUntil(lambda: view.grid is not None and view.grid.model() is not None)
    qtbot.waitUntil(lambda: cell(view.grid.model(), 0, 0) is not None)


def cell(model, row, column):
    return model.data(model.index(row, column))


def column_of(model, column, rows):
    return [cell(model, row, column) for row in range(rows)]


def click_header(view, column):
    header = view.grid.horizontalHeader()
    x = header.sectionViewportPosition(column) + 8
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=header.rect().center().__class__(x, 6))


def test_no_grid_before_the_first_table(session, view, sample, qtbot):
    session.open([sample])
    qtbot.wait(10)
    assert view.grid is None


def test_a_real_table(session, view, data_dir, qtbot):
    path = data_dir / "edge" / "chandra_time.fits"
    session.open([path])
    wait_for_cells(view, qtbot)
    model = view.grid.model()
    with fits.open(path) as file:
        data = file[1].data
        assert model.rowCount() == len(data)
        assert model.columnCount() == len(data.columns)
        for number, name in enumerate(data.columns.names):
            if data[name].ndim == 1 and data[name].dtype.kind in "if":
                assert [float(text) for text in column_of(model, number, 2)] == pytest.approx(
                    list(data[name]), rel=1e-6
                )
    assert model.headerData(0, Qt.Orientation.Horizontal) == "time\ns"
    assert model.headerData(1, Qt.Orientation.Vertical) == "2"


def test_sorting_by_a_click_and_back(session, view, open_columns, qtbot):
    model = open_columns(
        fits.Column("name", "5A", array=["b", "a", "d", "c"]),
        fits.Column("flux", "E", array=[2.0, np.nan, -1.5, 30.0]),
    )
    click_header(view, 1)
    qtbot.waitUntil(lambda: column_of(model, 1, 4) == ["-1.5", "2.0", "30.0", "nan"])
    assert column_of(model, 0, 4) == ["d", "b", "c", "a"], "rows stay together"
    assert [model.headerData(row, Qt.Orientation.Vertical) for row in range(4)] == ["3", "1", "4", "2"]
    click_header(view, 1)
    qtbot.waitUntil(lambda: column_of(model, 1, 4) == ["30.0", "2.0", "-1.5", "nan"])
    click_header(view, 1)
    qtbot.waitUntil(lambda: column_of(model, 0, 4) == ["b", "a", "d", "c"])


def test_only_rows_in_sight_are_read(session, view, open_columns, qtbot, monkeypatch):
    rows = 2_000_000
    model = open_columns(
        fits.Column("n", "J", array=np.arange(rows)), fits.Column("r", "E", array=-np.arange(rows))
    )
    assert model.rowCount() == rows
    read = []
    original = type(model.table).read
    monkeypatch.setattr(type(model.table), "read", lambda t, a, b: read.append(b - a) or original(t, a, b))
    started = time.monotonic()
    view.grid.scrollToBottom()
    qtbot.waitUntil(lambda: cell(model, rows - 1, 0) == str(rows - 1))
    assert sum(read) <= 4 * model.page_rows
    assert time.monotonic() - started < 2
    model.sort(1)
    qtbot.waitUntil(lambda: cell(model, rows - 1, 0) == "0", timeout=10_000)


def test_a_thousand_columns(session, view, open_columns, qtbot):
    columns = [fits.Column(f"C{n}", "E", array=np.full(20, n)) for n in range(999)]
    model = open_columns(*columns)
    assert model.columnCount() == 999
    view.grid.horizontalScrollBar().setValue(view.grid.horizontalScrollBar().maximum())
    qtbot.waitUntil(lambda: cell(model, 0, 998) == "998.0")


def test_everything_cannot_be_selected_where_it_would_take_minutes(session, view, open_columns):
    model = open_columns(fits.Column("n", "J", array=np.arange(300_000)))
    view.grid.selectAll()
    assert not view.grid.selectionModel().hasSelection()
    assert model.rowCount() == 300_000


def test_cells_are_copied_for_a_spreadsheet(session, view, open_columns):
    model = open_columns(
        fits.Column("a", "J", array=[1, 2, 3]),
        fits.Column("b", "3A", array=["x", "y", "z"]),
        fits.Column("c", "L", array=[True, False, True]),
    )
    select = QItemSelectionModel.SelectionFlag.Select
    for row, column in ((0, 0), (0, 1), (2, 1), (2, 2)):
        view.grid.selectionModel().select(model.index(row, column), select)
    view.grid.setFocus()
    QTest.keyClick(view.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1\tx\t\n\tz\tT"


def test_a_closed_table_is_let_go(session, view, open_columns, qtbot):
    open_columns(fits.Column("a", "J", array=[1, 2, 3]))
    session.close(session.current)
    assert view.grid.model() is None


def test_results_for_a_model_that_is_gone_are_dropped(data_dir, qapp, qtbot):
    from viewer.core.io import open_source

    jobs = Jobs(threads=1)
    try:
        model = TableModel(open_source(data_dir / "edge" / "tb.fits").table(1), jobs)
        model.data(model.index(0, 0))
        model.sort(0)
        model.close()
        deadline = time.monotonic() + 5
        while jobs.running and time.monotonic() < deadline:
            jobs.deliver()
            time.sleep(0.01)
        assert not jobs.running
        assert model.data(model.index(0, 0)) is None
    finally:
        jobs.close()


def test_null_and_long_cells():
    assert cell_text(None) == ""
    assert cell_text(True) == "T"
    assert cell_text(2**63) == "9223372036854775808"
    assert len(cell_text("x" * 10_000)) == 200
