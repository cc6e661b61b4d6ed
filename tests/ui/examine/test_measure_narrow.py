"""The panel Measure where there is little room, and where there is much."""

from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from viewer.ui.examine.number_table import NumberTable


def fit(window, width: int, height: int):
    window.resize(width, height)
    window.docks.show("Measure")
    QApplication.processEvents()
    QTest.qWait(30)
    return window.docks.measure


def measure(window):
    """Measure the star at the upper left, and wait until its numbers are shown."""
    window.session.examining.ask("radial", 36, 227)
    numbers: NumberTable = window.docks.measure.numbers
    for _ in range(60):
        QTest.qWait(20)
        if numbers.table.rowCount():
            return numbers
    raise AssertionError("nothing was measured")


def rect_in(window, widget: QWidget, rect: QRect) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)) + rect.topLeft(), rect.size())


def assert_fwhm_is_read(window, numbers):
    table = numbers.table
    label, value, unit = (table.visualItemRect(table.item(0, column)) for column in range(3))
    assert table.item(0, 0).text() == "FWHM"
    text = table.item(0, 1).text()
    assert "±" in text
    assert value.width() >= table.fontMetrics().horizontalAdvance(text), "not cut"
    area = table.viewport().rect()
    for rect in (label, value, unit):
        assert area.contains(rect), "not scrolled away"
    assert window.rect().contains(rect_in(window, table.viewport(), value))
    assert table.viewport().visibleRegion().contains(value), "nothing covers it"


def test_the_panel_fits_a_small_window_and_the_width_of_a_star_is_read(window, sample):
    window.session.open([sample])
    panel = fit(window, 1100, 700)
    assert window.width() == 1100
    assert panel.minimumSizeHint().width() <= 520
    numbers = measure(window)
    assert window.width() == 1100
    assert_fwhm_is_read(window, numbers)
    assert not panel.log.isVisible()
    tabs = panel.parts.tabs
    assert tabs.tabText(1) == "Log (1)"
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
    assert panel.log.isVisible()
    assert not numbers.isVisible()
    assert panel.log.table.visualRect(panel.log.sorted.index(0, 0)).isValid()


def test_numbers_and_log_are_beside_each_other_where_there_is_room(window, sample):
    window.session.open([sample])
    panel = fit(window, 1400, 900)
    numbers = measure(window)
    assert_fwhm_is_read(window, numbers)
    assert not panel.parts.tabs.isVisible()
    edges = [rect_in(window, part, part.rect()) for part in (panel.answer, numbers, panel.log)]
    assert edges[0].right() < edges[1].left() < edges[1].right() < edges[2].left()
    assert min(edge.width() for edge in edges) > 280
    # and back
    fit(window, 1100, 700)
    assert window.width() == 1100
    assert not panel.log.isVisible()
    assert_fwhm_is_read(window, numbers)


def test_the_keys_are_shown_above_a_log_and_the_last_answer_comes_back(window, sample):
    window.session.open([sample])
    panel = fit(window, 1400, 900)
    assert panel.numbers.heading.text() == "Nothing measured yet"
    numbers = measure(window)
    window.session.examining.show(None)
    QTest.qWait(200)
    assert numbers.heading.text() == "Keys of the Examine mode"
    row = panel.log.table.visualRect(panel.log.sorted.index(0, 1))
    QTest.mouseClick(panel.log.table.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    QTest.qWait(200)
    assert numbers.heading.text() == "Radial profile"
