"""The histogram: what it counts, how its limits are dragged, and that it copes with any values."""

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from viewer.core.pixels import ArrayPixels
from viewer.core.render.sample import Sample
from viewer.ui.panels.histogram import HistogramPlot


def sample_of(values) -> Sample:
    return Sample.of(ArrayPixels(np.atleast_2d(values)), ())


@pytest.fixture
def sky():
    return sample_of(np.random.default_rng(3).normal(1000, 20, (200, 200)))


@pytest.fixture
def plot(qtbot):
    made = HistogramPlot()
    qtbot.addWidget(made)
    made.resize(318, made.height())
    made.show()
    qtbot.waitExposed(made)
    return made


def column_of(plot, value) -> QPoint:
    """Where a data value is on the widget, half way up."""
    box = plot.centralWidget.getItem(0, 0)
    left, right = plot.value_range
    area = box.sceneBoundingRect()
    x = area.left() + (value - left) / (right - left) * area.width()
    return plot.mapFromScene(QPointF(x, area.center().y()))


def drag(plot, start: QPoint, end: QPoint) -> None:
    """As a hand does: several moves; pyqtgraph takes no more than a hundred a second."""
    window = plot.windowHandle()
    QTest.mouseMove(window, start)
    QTest.mousePress(window, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 11):
        QTest.mouseMove(window, start + (end - start) * step / 10)
        QTest.qWait(12)
    QTest.mouseRelease(window, Qt.MouseButton.LeftButton, pos=end)


def test_it_counts_what_is_there(plot, sky):
    plot.set_sample(sky, (980.0, 1020.0), "adu")
    edges, heights = plot.counts()
    assert heights.size == edges.size - 1
    assert heights.max() == 1
    middles = (edges[1:] + edges[:-1]) / 2
    assert abs(middles[heights.argmax()] - 1000) < 15
    expected = np.log1p(np.histogram(sky.values, edges)[0])
    np.testing.assert_allclose(heights, expected / expected.max(), atol=1e-9)


def test_limits_are_in_sight_with_room_about_them(plot, sky):
    plot.set_sample(sky, (980.0, 1020.0), "")
    left, right = plot.value_range
    assert left < 980 < 1020 < right
    assert right - left < 4 * 40
    plot.set_limits((500.0, 60000.0))
    left, right = plot.value_range
    assert left < 500 < 60000 < right


def test_whole_numbers_make_no_comb(plot):
    counts = np.random.default_rng(5).poisson(1000, (300, 300))
    plot.set_sample(sample_of(counts), (930.0, 1110.0), "")
    edges, heights = plot.counts()
    assert np.allclose(np.diff(edges) % 1, 0) or np.allclose(np.diff(edges) % 1, 1)
    assert edges[0] % 1 == pytest.approx(0.5)
    inner = heights[(edges[:-1] > 960) & (edges[1:] < 1040)]
    assert inner.min() > 0.8


def test_a_limit_is_dragged(plot, sky):
    plot.set_sample(sky, (980.0, 1020.0), "")
    dragged = []
    plot.limits_dragged.connect(lambda low, high: dragged.append((low, high)))
    drag(plot, column_of(plot, 1020), column_of(plot, 1030))
    assert len(dragged) >= 3
    assert all(low == 980 for low, _ in dragged)
    assert dragged[-1][1] == pytest.approx(1030, abs=1)
    assert plot.limits == pytest.approx(dragged[-1])


def test_both_limits_move_with_the_area_between_them(plot, sky):
    plot.set_sample(sky, (980.0, 1020.0), "")
    dragged = []
    plot.limits_dragged.connect(lambda low, high: dragged.append((low, high)))
    drag(plot, column_of(plot, 1000), column_of(plot, 1010))
    assert dragged[-1] == pytest.approx((990, 1030), abs=1)


def test_limits_never_cross(plot, sky):
    plot.set_sample(sky, (980.0, 1020.0), "")
    dragged = []
    plot.limits_dragged.connect(lambda low, high: dragged.append((low, high)))
    drag(plot, column_of(plot, 980), column_of(plot, 1028))
    assert dragged
    assert all(low < high for low, high in dragged)


def test_the_wheel_zooms_the_axis_and_a_double_click_resets_it(plot, sky):
    plot.set_sample(sky, (980.0, 1020.0), "")
    before = plot.value_range
    place = column_of(plot, 1000)
    port = plot.viewport()
    event = QWheelEvent(
        QPointF(place), QPointF(port.mapToGlobal(place)), QPoint(), QPoint(0, 240),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(port, event)
    zoomed = plot.value_range
    assert zoomed[1] - zoomed[0] < before[1] - before[0]
    assert plot.counts()[0][-1] <= zoomed[1] + 1, "counted again for what is in sight"
    plot.set_limits((900.0, 1100.0))
    assert plot.value_range == zoomed, "a range that the user chose stays"
    plot.set_limits((980.0, 1020.0))
    QTest.mouseDClick(plot.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    assert plot.value_range == pytest.approx(before)


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        (np.linspace(0, 3e-20, 1000), (1e-21, 2e-20)),
        (np.linspace(-1e38, 1e38, 1000), (-1e37, 1e37)),
        (np.r_[np.zeros(900), np.ones(100)], (0.0, 1.0)),
        (np.full(100, 7.0), (6.5, 7.5)),
        (np.full(100, np.nan), (0.0, 1.0)),
        (np.linspace(1e9, 1e9 + 1, 500), (1e9, 1e9 + 1)),
    ],
    ids=["1e-20", "1e38", "mask", "constant", "all missing", "offset"],
)
def test_any_values(plot, values, limits):
    plot.set_sample(sample_of(values), limits, "W")
    plot.set_curve(np.linspace(0, 1, 50), np.linspace(0, 1, 50))
    left, right = plot.value_range
    assert left < limits[0] < limits[1] < right
    assert plot.limits == pytest.approx(limits, rel=1e-9)
    shot = plot.grab().toImage()
    assert not shot.isNull()
    dragged = []
    plot.limits_dragged.connect(lambda low, high: dragged.append((low, high)))
    wanted = limits[1] - 0.3 * (limits[1] - limits[0])
    drag(plot, column_of(plot, limits[1]), column_of(plot, wanted))
    assert dragged[-1][1] == pytest.approx(wanted, abs=0.03 * (limits[1] - limits[0]))


def test_the_curve_goes_from_limit_to_limit(plot, sky):
    plot.set_sample(sky, (980.0, 1020.0), "")
    plot.set_curve(np.linspace(0, 1, 41), np.linspace(0, 1, 41) ** 2)
    values, brightness = plot.curve()
    assert np.interp(980, values, brightness) == pytest.approx(0)
    assert np.interp(1000, values, brightness) == pytest.approx(0.25, abs=0.01)
    assert np.interp(1020, values, brightness) == pytest.approx(1)
    assert (brightness[-2:] == 1).all()
