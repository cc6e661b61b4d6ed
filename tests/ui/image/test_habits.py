"""What the mouse buttons do in the picture is the user's choice."""

import math
from dataclasses import replace

import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from viewer.ui.help_pages import groups_of

NONE = Qt.KeyboardModifier.NoModifier
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
A, B = QPoint(150, 120), QPoint(230, 180)


@pytest.fixture
def area(window, session, sample):
    session.open([sample])
    QApplication.processEvents()
    session.zoom_to(4.0)
    return window.image_view.graphics.viewport()


def drag(area, button, start=A, end=B) -> None:
    QTest.mousePress(area, button, NONE, start)
    for k in (1, 2, 3):
        place = QPointF(start + (end - start) * k / 3)
        move = QMouseEvent(QEvent.Type.MouseMove, place, place, Qt.MouseButton.NoButton, button, NONE)
        QApplication.sendEvent(area, move)
    QTest.mouseRelease(area, button, NONE, end)


def under(session, point) -> tuple[float, float]:
    """Image position of the middle of a screen pixel."""
    return session.viewport().to_image(point.x() + 0.5, point.y() + 0.5)


def turn_wheel(area, point) -> None:
    event = QWheelEvent(
        QPointF(point),
        QPointF(area.mapToGlobal(point)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(area, event)


def use(session, habit) -> None:
    session.set_settings(replace(session.settings, mouse=habit))


def told(window) -> str:
    return str(dict(groups_of(window))["Mouse in the picture"])


def test_each_habit_does_what_it_says(window, session, area):
    scale, viewport = session.picture.scale, session.viewport
    use(session, "plain")
    drag(area, RIGHT)
    assert session.picture.scale == scale
    assert "contrast" not in told(window)
    held = under(session, A)
    drag(area, LEFT)
    assert under(session, B) == pytest.approx(held)
    use(session, "skyloupe")
    drag(area, RIGHT)
    assert session.picture.scale.bias == pytest.approx(0.5 + 80 / area.width())
    assert session.picture.scale.contrast < 1

    use(session, "ds9")
    assert "Draw a region" in told(window)
    # the place in the view, whatever they were
    drag(area, RIGHT)
    assert session.picture.scale.bias == pytest.approx((B.x() + 0.5) / area.width())
    assert session.picture.scale.contrast == pytest.approx(10 * (B.y() + 0.5) / area.height())
    before, wanted = viewport(), under(session, B)
    drag(area, MIDDLE)
    assert viewport().center == pytest.approx(wanted)
    assert viewport().zoom == before.zoom
    held = under(session, A)
    turn_wheel(area, A)
    assert viewport().zoom == pytest.approx(1.2 * before.zoom)
    assert under(session, A) == pytest.approx(held)

    # the left button draws circles in the open, and moves those that are there
    centre = viewport().center
    a, b = under(session, A), under(session, B)
    drag(area, LEFT)
    [circle] = session.overlays.layer.regions
    assert circle.kind == "circle"
    assert circle.centre == pytest.approx(a)
    assert circle.size == pytest.approx((math.dist(a, b),))
    assert viewport().center == centre
    assert session.overlays.layer.selected
    # beside it the first press drops the selection, and the next one draws
    far = QPoint(area.width() - 120, area.height() - 120)
    drag(area, LEFT, far, far + QPoint(40, 0))
    assert not session.overlays.layer.selected
    assert len(session.overlays.layer.regions) == 1
    QTest.mouseClick(area, LEFT, NONE, far)
    assert [region.kind for region in session.overlays.layer.regions] == ["circle", "circle"]


def test_a_click_on_something_that_takes_it_makes_no_region(window, session, area):
    use(session, "ds9")
    clicked = []
    tool = next(tool for tool in window.image_view.mouse.tools if hasattr(tool, "click_elsewhere"))
    other = next(each for each in window.image_view.mouse.tools if each is not tool)
    other.click = lambda event: not clicked.append((event.x, event.y))
    QTest.mouseClick(area, LEFT, NONE, A)
    assert clicked == [pytest.approx(under(session, A))]
    assert session.overlays.layer.regions == ()
