"""The mouse and the keys of regions, in the real window."""

import math

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QInputDialog

from viewer.core.call import Call
from viewer.core.render.viewport import Orientation
from viewer.core.shapes.region import Region
from viewer.ui.regions.knob import STEM, knob_of

NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
LEFT = Qt.MouseButton.LeftButton


class Hand:
    """A mouse that is moved to positions of the image."""

    def __init__(self, window) -> None:
        self.session = window.session
        self.view = window.image_view
        self.area = window.image_view.graphics.viewport()

    def at(self, x, y) -> QPoint:
        return QPoint(*(math.floor(value) for value in self.session.viewport().to_screen(x, y)))

    def under(self, point) -> tuple[float, float]:
        """Image position of the middle of a screen pixel."""
        return self.session.viewport().to_image(point.x() + 0.5, point.y() + 0.5)

    def place(self, x, y) -> tuple[float, float]:
        """Where the mouse really is when it is moved to a position."""
        return self.under(self.at(x, y))

    def move(self, point, held=NONE, button=Qt.MouseButton.NoButton) -> None:
        place = QPointF(point)
        QApplication.sendEvent(
            self.area,
            QMouseEvent(
                QEvent.Type.MouseMove,
                place,
                QPointF(self.area.mapToGlobal(point)),
                Qt.MouseButton.NoButton,
                button,
                held,
            ),
        )

    def drag(self, start, end, held=NONE, steps=4) -> None:
        a, b = (each if isinstance(each, QPoint) else self.at(*each) for each in (start, end))
        self.move(a)
        QTest.mousePress(self.area, LEFT, held, a)
        for k in range(1, steps + 1):
            self.move(a + (b - a) * k / steps, held, LEFT)
        QTest.mouseRelease(self.area, LEFT, held, b)

    def click(self, x, y, held=NONE) -> None:
        self.move(self.at(x, y))
        QTest.mouseClick(self.area, LEFT, held, self.at(x, y))

    def key(self, key, held=NONE) -> None:
        self.view.graphics.setFocus()
        QTest.keyClick(self.view.graphics, key, held)


@pytest.fixture
def hand(window, session, sample) -> Hand:
    session.open([sample])
    QApplication.processEvents()
    return Hand(window)


def put(session, *regions) -> tuple[Region, ...]:
    session.overlays.set_regions(regions, "Put")
    return session.overlays.layer.regions


def the_regions(session) -> tuple[Region, ...]:
    return session.overlays.layer.regions


def near(point):
    return pytest.approx(point, abs=1e-6)


# -------------------------------------------------------------------------- drawing


# kind, keys held, and points and size for a drag from a down to b
DRAWN = [
    ("circle", NONE, lambda a, b: ((a,), (math.dist(a, b),))),
    (
        "circle",
        CONTROL,
        lambda a, b: ((((a[0] + b[0]) / 2, (a[1] + b[1]) / 2),), (math.dist(a, b) / 2,)),
    ),
    ("annulus", NONE, lambda a, b: ((a,), (math.dist(a, b) / 2, math.dist(a, b)))),
    ("ellipse", NONE, lambda a, b: ((a,), (b[0] - a[0], a[1] - b[1]))),
    (
        "box",
        NONE,
        lambda a, b: ((((a[0] + b[0]) / 2, (a[1] + b[1]) / 2),), (b[0] - a[0], a[1] - b[1])),
    ),
    ("box", CONTROL, lambda a, b: ((a,), (2 * (b[0] - a[0]), 2 * (a[1] - b[1])))),
    ("box", SHIFT | CONTROL, lambda a, b: ((a,), (2 * (b[0] - a[0]),) * 2)),
    ("line", NONE, lambda a, b: ((a, b), ())),
    ("ruler", NONE, lambda a, b: ((a, b), ())),
    ("vector", NONE, lambda a, b: ((a, b), ())),
    ("point", NONE, lambda a, b: ((b,), ())),
    (
        "box annulus",
        NONE,
        lambda a, b: (
            (((a[0] + b[0]) / 2, (a[1] + b[1]) / 2),),
            ((b[0] - a[0]) / 2, (a[1] - b[1]) / 2, b[0] - a[0], a[1] - b[1]),
        ),
    ),
    (
        "ellipse annulus",
        NONE,
        lambda a, b: ((a,), ((b[0] - a[0]) / 2, (a[1] - b[1]) / 2, b[0] - a[0], a[1] - b[1])),
    ),
]


def test_a_drag_draws_the_shape_that_is_chosen(hand, session):
    a, b = hand.place(100, 180), hand.place(140, 160)
    for kind, held, expected in DRAWN:
        session.overlays.set_tool(kind)
        hand.drag((100, 180), (140, 160), held)
        (region,) = the_regions(session)
        points, size = expected(a, b)
        assert region.kind == kind
        assert np.ravel(region.points) == pytest.approx(np.ravel(points), abs=1e-6), kind
        assert region.size == pytest.approx(size, abs=1e-6), kind
        assert session.overlays.layer.selected == {region.key}
        session.undo()
        assert the_regions(session) == ()
        assert session.undoable is None, "all of it was one step"


def test_shift_keeps_lines_to_steps_of_an_angle(hand, session):
    session.overlays.set_tool("ruler")
    hand.drag((100, 100), (150, 145), SHIFT)
    (x0, y0), (x1, y1) = the_regions(session)[0].points
    assert math.degrees(math.atan2(y1 - y0, x1 - x0)) == pytest.approx(45)


def test_a_click_makes_one_of_the_size_that_was_drawn_last(hand, session):
    session.overlays.set_tool("circle")
    hand.click(60, 60)
    hand.drag((150, 150), (150, 135))
    session.overlays.select([])
    hand.click(220, 220)
    first, drawn, clicked = the_regions(session)
    assert first.size == (20.0,)
    assert clicked.size == pytest.approx(drawn.size)
    assert clicked.points == (near(hand.place(220, 220)),)


def test_a_polygon_is_clicked_and_ended_by_enter_a_double_click_or_its_first_corner(hand, session):
    corners = [(60, 60), (120, 70), (110, 140)]
    session.overlays.set_tool("polygon")
    for corner in corners:
        hand.click(*corner)
    hand.key(Qt.Key.Key_Return)
    (region,) = the_regions(session)
    assert region.kind == "polygon"
    assert list(region.points) == [near(hand.place(*corner)) for corner in corners]
    session.overlays.select([])
    for corner in [(200, 60), (250, 60), (250, 120), (230, 150)]:
        hand.click(*corner)
    hand.key(Qt.Key.Key_Backspace)
    hand.click(200, 60)
    assert len(the_regions(session)[1].points) == 3, "one corner was taken back"
    session.overlays.select([])
    for corner in [(60, 200), (100, 200)]:
        hand.click(*corner)
    hand.click(80, 250)
    QTest.mouseDClick(hand.area, LEFT, NONE, hand.at(80, 250))
    assert len(the_regions(session)[2].points) == 3
    session.undo()
    assert len(the_regions(session)) == 2


def test_escape_gives_up_what_is_drawn_then_the_shape(hand, session):
    session.overlays.set_tool("polygon")
    hand.click(60, 60)
    hand.click(120, 70)
    hand.move(hand.at(120, 120))
    assert len(the_regions(session)) == 1, "it is seen while it is clicked"
    hand.key(Qt.Key.Key_Escape)
    assert the_regions(session) == ()
    assert session.overlays.tool == "polygon"
    hand.key(Qt.Key.Key_Escape)
    assert session.overlays.tool == "pan"
    assert session.undoable is None


def test_a_polygon_of_two_corners_is_none_and_the_user_hears_why(hand, session):
    session.overlays.set_tool("polygon")
    hand.click(60, 60)
    hand.click(120, 70)
    hand.key(Qt.Key.Key_Return)
    assert the_regions(session) == ()
    assert "three corners" in session.last_told[-1][1]


def test_words_are_asked_for_before_a_text_is_made(hand, session, window):
    session.overlays.set_tool("text")
    hand.click(100, 100)
    dialog = window.findChild(QInputDialog)
    assert the_regions(session) == ()
    dialog.setTextValue("M 13")
    dialog.accept()
    (region,) = the_regions(session)
    assert (region.kind, region.name) == ("text", "M 13")


# -------------------------------------------------------------------------- changing


@pytest.mark.parametrize(
    "orientation", [Orientation(), Orientation(True, False, 0), Orientation(False, True, 1)]
)
def test_a_region_is_dragged_pulled_and_turned_however_the_view_lies(hand, session, orientation):
    session.set_orientation(orientation)
    (box,) = put(session, Region("box", ((150.0, 150.0),), (60.0, 40.0), 20.0))
    hand.drag((150, 150), (170, 140))
    start, end = hand.place(150, 150), hand.place(170, 140)
    (moved,) = the_regions(session)
    assert moved.points == (near((150 + end[0] - start[0], 150 + end[1] - start[1])),)
    assert session.undoable == "Move region"
    # a corner follows the mouse, the opposite one stays
    corners = moved.handles()
    grip = corners[0]
    hand.drag(grip, (grip[0] + 12, grip[1] + 9))
    (pulled,) = the_regions(session)
    start, end = hand.place(*grip), hand.place(grip[0] + 12, grip[1] + 9)
    assert pulled.handles()[0] == near((grip[0] + end[0] - start[0], grip[1] + end[1] - start[1]))
    assert pulled.handles()[2] == near(corners[2])
    # the knob turns it about its centre
    viewport = session.viewport()
    _, knob = knob_of(pulled, lambda place: viewport.to_screen(*place), STEM)
    grip = QPoint(*map(math.floor, knob))
    x, y = pulled.centre
    before, after = (math.atan2(b - y, a - x) for a, b in (hand.under(grip), hand.place(x + 60, y - 50)))
    hand.drag(grip, hand.at(x + 60, y - 50))
    (turned,) = the_regions(session)
    assert turned.centre == near((x, y))
    assert turned.size == near(pulled.size)
    difference = turned.angle - pulled.angle - math.degrees(after - before)
    assert math.remainder(difference, 360) == pytest.approx(0, abs=1e-6)
    for _ in range(3):
        session.undo()
    assert the_regions(session) == (box,)


def test_what_is_not_taken_hold_of_pans(hand, session):
    put(session, Region("circle", ((100.0, 100.0),), (20.0,)))
    session.set_viewport((150, 150), 4)
    before = session.viewport().center
    hand.drag((200, 200), (210, 205))
    assert session.viewport().center != before
    assert the_regions(session)[0].points == ((100.0, 100.0),)
    # inside of a region whose edge is out of sight one pans, too
    put(session, Region("circle", ((150.0, 150.0),), (1000.0,)))
    before = session.viewport().center
    hand.drag((150, 150), (160, 155))
    assert session.viewport().center != before
    assert the_regions(session)[0].points == ((150.0, 150.0),)


def test_clicks_with_shift_add_to_the_selection_and_all_of_it_is_moved(hand, session):
    a, b, c = put(session, *(Region("circle", ((x, 100.0),), (12.0,)) for x in (60.0, 120.0, 180.0)))
    hand.click(60, 100)
    hand.click(120, 100, SHIFT)
    assert session.overlays.layer.selected == {a.key, b.key}
    hand.drag((120, 100), (130, 120))
    moved = the_regions(session)
    assert moved[0].points[0][1] > 115
    assert moved[0].points[0][1] == pytest.approx(moved[1].points[0][1])
    assert moved[2] == c
    assert session.undoable == "Move 2 regions"
    hand.click(130, 120, SHIFT)
    assert session.overlays.layer.selected == {a.key}
    hand.click(250, 250)
    assert session.overlays.layer.selected == frozenset(), "a click into the open"


def test_a_rubber_band_selects_what_lies_in_it(hand, session):
    a, b, _ = put(session, *(Region("circle", ((x, 100.0),), (12.0,)) for x in (60.0, 120.0, 180.0)))
    hand.drag((30, 130), (150, 70), SHIFT)
    assert session.overlays.layer.selected == {a.key, b.key}
    session.overlays.set_tool("select")
    hand.drag((90, 130), (150, 70))
    assert session.overlays.layer.selected == {b.key}
    hand.key(Qt.Key.Key_Delete)
    assert [region.points[0][0] for region in the_regions(session)] == [60.0, 180.0]
    session.undo()
    assert the_regions(session)[1] == b


def test_a_small_region_in_a_large_one_can_be_hit_and_drawn(hand, session):
    large, small = put(
        session,
        Region("circle", ((150.0, 150.0),), (100.0,)),
        Region("circle", ((150.0, 150.0),), (10.0,)),
    )
    hand.click(152, 148)
    assert session.overlays.layer.selected == {small.key}
    hand.click(190, 150)
    assert session.overlays.layer.selected == {large.key}
    session.overlays.set_tool("circle")
    hand.drag((190, 150), (200, 150))
    assert len(the_regions(session)) == 3


def test_the_cursor_says_what_a_press_would_do(hand, session):
    (box,) = put(session, Region("box", ((150.0, 150.0),), (60.0, 40.0)))
    shapes = {}
    for name, place in (("open", (250, 250)), ("body", (150, 150))):
        hand.move(hand.at(*place))
        shapes[name] = hand.area.cursor().shape()
    session.overlays.select([box.key])
    hand.move(hand.at(*box.handles()[0]))
    shapes["handle"] = hand.area.cursor().shape()
    assert shapes == {
        "open": Qt.CursorShape.CrossCursor,
        "body": Qt.CursorShape.SizeAllCursor,
        "handle": Qt.CursorShape.SizeFDiagCursor,
    }


def test_another_image_ends_what_was_begun(hand, session, sample, tmp_path):
    other = tmp_path / "other.fits"
    other.write_bytes(sample.read_bytes())
    (circle,) = put(session, Region("circle", ((100.0, 100.0),), (20.0,)))
    QTest.mousePress(hand.area, LEFT, NONE, hand.at(100, 100))
    hand.move(hand.at(120, 120), NONE, LEFT)
    assert the_regions(session)[0].points != circle.points
    session.open([other])
    QTest.mouseRelease(hand.area, LEFT, NONE, hand.at(120, 120))
    assert the_regions(session) == ()
    session.select(session.documents[0])
    assert the_regions(session) == (circle,)
    assert session.undoable == "Put"


def test_a_step_of_the_image_ends_what_was_begun(hand, session):
    put(session, Region("circle", ((100.0, 100.0),), (20.0,)))
    QTest.mousePress(hand.area, LEFT, NONE, hand.at(100, 100))
    hand.move(hand.at(120, 120), NONE, LEFT)
    session.apply(Call.of("flip_vertical"))
    flipped = the_regions(session)
    hand.move(hand.at(140, 140), NONE, LEFT)
    QTest.mouseRelease(hand.area, LEFT, NONE, hand.at(140, 140))
    assert the_regions(session) == flipped


def test_a_double_click_shows_the_fields_of_a_region(hand, session, window):
    put(session, Region("circle", ((100.0, 100.0),), (20.0,)))
    hand.click(100, 100)
    QTest.mouseDClick(hand.area, LEFT, NONE, hand.at(100, 100))
    panel = window.docks.regions
    assert panel.isVisible()
    assert panel.tabs.currentWidget() is panel.form
    assert panel.form.fields["Radius"].text() == "20"
