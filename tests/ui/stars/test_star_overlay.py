"""Circles over the picture, judged by the pixels on the screen."""

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from astropy.io import fits
from PyQt6.QtGui import QColor, QImage, QTransform
from PyQt6.QtWidgets import QApplication

from viewer.core.call import Call
from viewer.core.measure.starlist import STAR_LIST, StarList
from viewer.core.render.viewport import Orientation
from viewer.core.session.layer import Contours, Shown, StarStyle
from viewer.ui.image.item import FrameItem
from viewer.ui.image.tools import PointerEvent
from viewer.ui.regions.colours import colour_of
from viewer.ui.stars.appearance import SATURATED
from viewer.ui.stars.item import StarsItem
from viewer.ui.stars.paint import FEW
from viewer.ui.stars.pick import StarPick, transform_of

SIZE = (600, 500)
SHAPE = (100, 120)
PINK = (0xFF, 0x7A, 0xD9)


def star_list(x, y, **columns):
    rows = np.zeros(len(x), STAR_LIST)
    rows["x"], rows["y"], rows["fwhm"], rows["flux"] = x, y, 3.0, 1000.0
    for name, values in columns.items():
        rows[name] = values
    return StarList(rows, SHAPE)


class Stage(pg.GraphicsView):
    """The picture and the stars over it, and nothing else of the program's view."""

    def __init__(self, session):
        super().__init__()
        self.session = session
        self.box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self.setCentralItem(self.box)
        self.item = FrameItem(session)
        self.box.addItem(self.item)
        self.stars = StarsItem(session)
        self.stars.setParentItem(self.item)
        for signal in (session.place_changed, session.image_changed, session.scale_changed):
            signal.connect(self.follow)

    def follow(self, *_document):
        viewport = self.session.viewport()
        origin = viewport.to_screen(0, 0)
        across, up = (np.subtract(viewport.to_screen(*to), origin) / viewport.zoom for to in ((1, 0), (0, 1)))
        self.item.refresh()
        self.item.setTransform(QTransform(across[0], -across[1], up[0], -up[1], 0, 0))
        x, y = self.item.transform().map(*viewport.center)
        dx, dy = (length / viewport.zoom / 2 for length in viewport.size)
        self.box.setRange(xRange=(x - dx, x + dx), yRange=(y - dy, y + dy), padding=0)
        self.item.update()


@pytest.fixture
def view(session, tmp_path, qtbot):
    """A black frame with one bright pixel at x = 30, y = 70, counted from 0."""
    data = np.zeros(SHAPE, "i2")
    data[70, 30] = 1000
    fits.writeto(tmp_path / "one.fits", data)
    session.open([tmp_path / "one.fits"])
    session.set_cuts((0, 1000))
    made = Stage(session)
    qtbot.addWidget(made)
    made.resize(*SIZE)
    made.show()
    session.set_screen_size(SIZE)
    made.follow()
    return made


def shot(view) -> np.ndarray:
    """Colours on the screen, (rows, columns, red-green-blue)."""
    QApplication.processEvents()
    return pixels_of(view.viewport().grab().toImage())


def pixels_of(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    buffer = image.constBits().asarray(image.sizeInBytes())
    return np.frombuffer(buffer, np.uint8).reshape(image.height(), image.width(), 4)[:, :, 2::-1].astype(int)


def of_colour(pixels, colour, tolerance=40) -> np.ndarray:
    """Rows and columns of the pixels of a colour."""
    return np.argwhere(np.abs(pixels - np.array(colour)).max(axis=-1) < tolerance)


def ring(pixels, colour=PINK) -> tuple[np.ndarray, np.ndarray]:
    """Middle (x, y) of what has a colour, and its distances from there."""
    found = of_colour(pixels, colour)
    assert len(found) > 10, "nothing of this colour"
    low, high = found.min(axis=0), found.max(axis=0)
    middle = (low + high) / 2 + 0.5
    return middle[::-1], np.hypot(*(found + 0.5 - middle).T)


@pytest.mark.parametrize(
    "orientation",
    [Orientation(), Orientation(True, False, 1), Orientation(False, True), Orientation(quarter_turns=3)],
)
@pytest.mark.parametrize("zoom", [1.0, 4.0, 20.0])
def test_a_circle_lies_around_its_star_in_any_view(session, view, zoom, orientation):
    session.overlays.set_stars(star_list([30], [70]))
    session.set_viewport((36, 66), zoom)
    session.set_orientation(orientation)
    middle, distance = ring(shot(view))
    np.testing.assert_allclose(middle, session.viewport().to_screen(30, 70), atol=1)
    assert np.ptp(distance) < 4, "a thin ring"
    assert distance.min() > 3


def test_lines_are_as_thin_far_zoomed_in(session, view):
    session.overlays.set_stars(star_list([30], [70]))
    thickness = []
    for zoom in (2, 30):
        session.set_viewport((30, 70), zoom)
        _, distance = ring(shot(view))
        thickness.append(np.ptp(distance))
    assert thickness[1] == pytest.approx(thickness[0], abs=1.5)


@pytest.mark.parametrize("operation", ["flip_horizontal", "flip_vertical", "rotate90", "transpose"])
def test_circles_follow_the_pixels_of_an_operation_and_back(session, view, operation):
    session.overlays.set_stars(star_list([30], [70]))
    session.apply(Call.of(operation))
    row, column = np.argwhere(np.asarray(session.picture.frame.data) == 1000)[0]
    session.set_viewport((column, row), 3)
    middle, _ = ring(shot(view))
    np.testing.assert_allclose(middle, session.viewport().to_screen(column, row), atol=1)
    session.undo()
    session.set_viewport((30, 70), 3)
    middle, _ = ring(shot(view))
    np.testing.assert_allclose(middle, session.viewport().to_screen(30, 70), atol=1)


def test_a_saturated_star_is_a_square_of_another_colour(session, view):
    session.overlays.set_stars(star_list([30, 80], [70, 40], saturated=[True, False]))
    session.fit()
    pixels = shot(view)
    square = of_colour(pixels, (SATURATED >> 16, SATURATED >> 8 & 0xFF, SATURATED & 0xFF))
    low, high = square.min(axis=0), square.max(axis=0)
    np.testing.assert_allclose(((low + high) / 2 + 0.5)[::-1], session.viewport().to_screen(30, 70), atol=1)
    corners = {(int(r), int(c)) for r, c in square}
    assert tuple(low) in corners, "it has corners"
    middle, _ = ring(pixels)
    np.testing.assert_allclose(middle, session.viewport().to_screen(80, 40), atol=1)


@pytest.mark.parametrize("level", [0, 1000], ids=["black", "white"])
def test_circles_can_be_seen_on_any_background(session, view, level):
    session.set_cuts((-1, 0) if level else (0, 1000))
    bare = shot(view)
    session.overlays.set_stars(star_list([80], [40]))
    session.fit()
    drawn = shot(view)
    x, y = (round(v) for v in session.viewport().to_screen(80, 40))
    part = slice(y - 25, y + 25), slice(x - 25, x + 25)
    weight = np.array([0.299, 0.587, 0.114])
    assert np.abs((drawn - bare)[part] @ weight).max() > 90


def test_many_are_drawn_as_few_are(session, view):
    """Stamps and Qt's own circles: the same places and sizes, to a pixel."""
    rng = np.random.default_rng(3)
    count = FEW + 40
    x, y = rng.uniform(10, 110, count), rng.uniform(10, 90, count)
    session.fit()
    session.overlays.set_stars(star_list(x, y))
    stamped = np.abs(shot(view)).max(axis=-1) > 60
    one_by_one = np.zeros_like(stamped)
    for start in range(0, count, FEW):
        session.overlays.set_stars(star_list(x[start : start + FEW], y[start : start + FEW]))
        one_by_one |= np.abs(shot(view)).max(axis=-1) > 60
    # every pixel of the one has a neighbour in the other
    for first, second in ((stamped, one_by_one), (one_by_one, stamped)):
        grown = second.copy()
        for axis in (0, 1):
            grown = grown | np.roll(grown, 1, axis) | np.roll(grown, -1, axis)
        assert (first & ~grown).sum() <= 0.01 * first.sum()


def test_thousands_get_their_full_lines_when_the_view_rests(session, view, qtbot):
    rng = np.random.default_rng(6)
    session.overlays.set_stars(star_list(rng.uniform(0, 119, 5000), rng.uniform(0, 99, 5000)))
    session.fit()
    shot(view)
    qtbot.wait(200)
    full = shot(view)
    session.zoom_by(1.25)
    session.zoom_by(0.8)
    view.stars._painter.forget()
    quick = shot(view)
    assert (quick != full).any()
    qtbot.waitUntil(lambda: not view.stars._painter.hurried)
    np.testing.assert_array_equal(shot(view), full)


def test_panning_shows_what_a_fresh_drawing_would(session, view):
    rng = np.random.default_rng(4)
    session.overlays.set_stars(star_list(rng.uniform(0, 119, 900), rng.uniform(0, 99, 900)))
    session.set_viewport((60, 50), 8)
    shot(view)
    for _ in range(30):
        session.pan_by(7, -5)
        moved = shot(view)
    view.stars._painter.forget()
    view.stars.update()
    fresh = shot(view)
    assert (np.abs(moved - fresh).max(axis=-1) > 60).mean() < 0.002


def test_hidden_filtered_and_forgotten_stars_leave_no_trace(session, view):
    bare = shot(view)
    overlays = session.overlays
    overlays.set_stars(star_list([30, 80], [70, 40], snr=[50, 5]))
    both = shot(view)
    assert (both != bare).any()
    style = overlays.layer.star_style
    overlays.set_star_style(replace(style, filter="snr>10"))
    middle, _ = ring(shot(view))
    np.testing.assert_allclose(middle, session.viewport().to_screen(30, 70), atol=1)
    overlays.set_star_style(replace(style, shown=False))
    np.testing.assert_array_equal(shot(view), bare)
    overlays.set_star_style(style)
    np.testing.assert_array_equal(shot(view), both)
    overlays.set_stars(None)
    np.testing.assert_array_equal(shot(view), bare)


def test_brightness_width_and_columns_show_in_size_and_colour(session, view):
    overlays = session.overlays
    stars = star_list([20, 60, 100], [50, 50, 50], flux=[10, 1e3, 1e5], fwhm=[6, 3, 3], snr=[3, 30, 300])
    overlays.set_stars(stars)
    session.fit()
    style = overlays.layer.star_style

    def radii(**changes) -> list[float]:
        overlays.set_star_style(replace(style, **changes))
        pixels = shot(view).max(axis=-1) > 100
        across = []
        for x in stars["x"]:
            sx, sy = (round(v) for v in session.viewport().to_screen(x, 50))
            inside = np.argwhere(pixels[sy - 45 : sy + 45, max(0, sx - 45) : sx + 45])
            across.append(np.ptp(inside[:, 0]) / 2)
        return across

    faint, middle, bright = radii(size="flux")
    assert faint < middle < bright
    wide, narrow, other = radii(size="fwhm")
    assert wide == pytest.approx(2 * narrow, rel=0.12)
    assert narrow == other
    assert len(set(radii(size="fixed"))) == 1
    overlays.set_star_style(replace(style, size="fixed", colour_by="snr", colormap="red"))
    pixels = shot(view)
    reds = []
    for x in stars["x"]:
        sx, sy = (round(v) for v in session.viewport().to_screen(x, 50))
        reds.append(pixels[sy - 45 : sy + 45, max(0, sx - 45) : sx + 45, 0].max())
    assert reds[0] < reds[1] < reds[2]
    corner = pixels[:60, -160:]
    assert (corner.max(axis=-1) > 200).sum() > 100, "a legend says what the colours mean"


def test_labels_stand_beside_their_stars_and_not_over_each_other(session, view):
    overlays = session.overlays
    overlays.set_stars(star_list([40, 80], [50, 50]))
    session.fit()
    without = shot(view)
    overlays.set_star_style(replace(overlays.layer.star_style, label="number"))
    changed = np.argwhere(np.abs(shot(view) - without).max(axis=-1) > 60)
    columns = changed[:, 1]
    for x in (40, 80):
        sx, _ = session.viewport().to_screen(x, 50)
        assert ((columns > sx) & (columns < sx + 60)).any()


def test_a_chart_covers_the_picture_with_discs(session, view):
    overlays = session.overlays
    overlays.set_stars(star_list([80], [40]))
    session.fit()
    overlays.set_star_style(replace(overlays.layer.star_style, chart="white"))
    pixels = shot(view)
    x, y = (round(v) for v in session.viewport().to_screen(80, 40))
    assert pixels[y, x].max() < 20, "a black disc"
    x, y = (round(v) for v in session.viewport().to_screen(30, 70))
    assert pixels[y, x].min() > 240, "on white, where the picture was"


def test_marked_stars_stand_out(session, view):
    session.overlays.set_stars(star_list([30, 80], [70, 40]))
    session.fit()
    before = shot(view)
    session.overlays.mark_stars([1])
    changed = np.argwhere(np.abs(shot(view) - before).max(axis=-1) > 60)
    middle = (changed.min(axis=0) + changed.max(axis=0))[::-1] / 2 + 0.5
    np.testing.assert_allclose(middle, session.viewport().to_screen(80, 40), atol=1.5)


def test_many_marked_stars_stand_out_too(session, view):
    rng = np.random.default_rng(5)
    x, y = rng.uniform(10, 110, 400), rng.uniform(10, 90, 400)
    session.overlays.set_stars(star_list(x, y))
    session.fit()
    before = shot(view)
    session.overlays.mark_stars(range(200))
    changed = (np.abs(shot(view) - before).max(axis=-1) > 60).sum()
    session.overlays.mark_stars(range(400))
    assert (np.abs(shot(view) - before).max(axis=-1) > 60).sum() > 1.4 * changed
    session.overlays.mark_stars(())
    np.testing.assert_array_equal(shot(view), before)


# -------------------------------------------------------------------------- picking


def clicked(session, x, y, **keys):
    """Click at a place of the image."""
    viewport = session.viewport()
    event = PointerEvent(x, y, viewport.to_screen(x, y), viewport.zoom, **keys)
    return StarPick(session).click(event)


@pytest.mark.parametrize("orientation", [Orientation(), Orientation(True, False, 1)])
def test_a_click_marks_the_star_under_it(session, view, orientation):
    session.overlays.set_stars(star_list([30, 80, 82], [70, 40, 40]))
    session.set_orientation(orientation)
    layer = lambda: session.overlays.layer  # noqa: E731
    assert clicked(session, 30.5, 70.3)
    assert layer().marked == {0}
    clicked(session, 82, 40)
    assert layer().marked == {2}, "the nearer one"
    clicked(session, 30, 70, control=True)
    assert layer().marked == {0, 2}
    clicked(session, 82, 40, shift=True)
    assert layer().marked == {0}
    assert not clicked(session, 60, 90), "others may take it"
    assert layer().marked == set()


def test_other_tools_have_the_click_for_themselves(session, view):
    session.overlays.set_stars(star_list([30], [70]))
    session.overlays.set_tool("examine")
    assert not clicked(session, 30, 70)
    assert session.overlays.layer.marked == set()


def test_hidden_stars_cannot_be_clicked(session, view):
    session.overlays.set_stars(star_list([30], [70]))
    session.overlays.set_star_style(replace(session.overlays.layer.star_style, shown=False))
    assert not clicked(session, 30, 70)
    assert session.overlays.layer.marked == set()


def test_the_transform_of_a_view_is_that_of_its_viewport(session, view):
    session.set_viewport((33.3, 44.4), 2.5)
    session.set_orientation(Orientation(True, False, 3))
    viewport = session.viewport()
    transform = transform_of(viewport, 2.0)
    for place in ((0, 0), (10, 3), (-4, 99)):
        np.testing.assert_allclose(
            np.multiply(transform.map(*map(float, place)), 2), viewport.to_screen(*place)
        )


# -------------------------------------------------------------------------- exports


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_an_exported_view_has_the_circles(session, view, tmp_path, suffix):
    from viewer.core.progress import Progress
    from viewer.ui.export.choices import Choices
    from viewer.ui.export.render import render_bytes
    from viewer.ui.export.scene import Scene

    session.overlays.set_stars(star_list([30, 80], [70, 40], snr=[3, 300]))
    session.overlays.set_star_style(replace(session.overlays.layer.star_style, label="number"))
    session.fit()
    scene = Scene.of(session, 1.0, [view.stars])
    plain = Choices(colour_bar=False, compass=False, scale_bar=False, trim=False, suffix=suffix)
    made = render_bytes(scene, plain, suffix, Progress())
    if suffix == ".svg":
        assert made.count(b"<circle") + made.count(b"<ellipse") + made.count(b"<path") >= 4
        assert b">2<" in made, "labels are texts"
        return
    pixels = pixels_of(QImage.fromData(made))
    x, y = (round(v) for v in session.viewport().to_screen(30, 70))
    middle, distance = ring(pixels[y - 14 : y + 14, x - 14 : x + 14])
    np.testing.assert_allclose(middle, (14, 14), atol=2)
    assert np.ptp(distance) < 4


def test_stars_have_a_colour_of_their_own():
    """Circles of stars, regions, catalogues and contours are told apart as they come."""
    stars = QColor(StarStyle().colour)
    others = [colour_of("green"), QColor(SATURATED)]
    others += [QColor(layer.colour) for layer in (Shown, Contours)]
    for other in others:
        apart = (stars.red() - other.red(), stars.green() - other.green(), stars.blue() - other.blue())
        assert np.linalg.norm(apart) > 130, other.name()
        hues = abs(stars.hsvHueF() - other.hsvHueF())
        assert min(hues, 1 - hues) > 0.1, other.name()
