"""What regions look like on the screen, by its pixels."""

import time
from itertools import pairwise

import numpy as np
import pytest
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtWidgets import QApplication
from scipy import ndimage

from viewer.core.render.viewport import Orientation
from viewer.core.shapes.region import Region
from viewer.ui.regions.colours import colour_of
from viewer.ui.regions.drawing import FEW


@pytest.fixture
def area(window, session, sample):
    session.open([sample])
    QApplication.processEvents()
    return window.image_view.graphics.viewport()


def shot(area) -> np.ndarray:
    """Colours on the screen, (rows, columns, red-green-blue)."""
    QApplication.processEvents()
    image = area.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    buffer = image.constBits().asarray(image.sizeInBytes())
    pixels = np.frombuffer(buffer, np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[:, :, 2::-1].astype(int)


def of_colour(pixels, name) -> np.ndarray:
    """Boolean picture of where a colour is."""
    colour = QColor(colour_of(name))
    return np.abs(pixels - [colour.red(), colour.green(), colour.blue()]).max(axis=-1) < 110


def near_colour(seen, place, reach=2) -> bool:
    x, y = (int(value) for value in place)
    return bool(seen[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1].any())


SHAPES = [
    Region("circle", ((150.0, 150.0),), (40.0,), colour="red"),
    Region("ellipse", ((150.0, 150.0),), (60.0, 25.0), 30.0, colour="red"),
    Region("box", ((150.0, 150.0),), (90.0, 40.0), -20.0, colour="red"),
    Region("annulus", ((150.0, 150.0),), (20.0, 50.0), colour="red"),
    Region("box annulus", ((150.0, 150.0),), (20.0, 30.0, 60.0, 90.0), 10.0, colour="red"),
    Region("ellipse annulus", ((150.0, 150.0),), (20.0, 30.0, 60.0, 90.0), 50.0, colour="red"),
    Region("polygon", ((100.0, 100.0), (200.0, 120.0), (140.0, 190.0)), colour="red"),
    Region("line", ((100.0, 100.0), (200.0, 120.0)), colour="red"),
    Region("vector", ((100.0, 100.0), (200.0, 120.0)), colour="red"),
]


@pytest.mark.parametrize("orientation", [Orientation(), Orientation(True, False, 1)])
@pytest.mark.parametrize("many", [False, True], ids=["alone", "in a crowd"])
def test_outlines_are_where_the_geometry_says(area, session, orientation, many):
    session.set_orientation(orientation)
    # what else there is is as small as a dot, and of another colour
    others = [
        Region("circle", ((5.0 + n % 20, 5.0 + n // 20),), (0.2,), colour="blue") for n in range(FEW + 5)
    ]
    for shape in SHAPES:
        session.overlays.set_regions([*(others if many else ()), shape], "Put")
        seen = of_colour(shot(area), "red")
        points = [
            start + (end - start) * part
            for piece in shape.outline()
            for start, end in pairwise(piece)
            for part in np.linspace(0, 1, max(2, 2000 // len(piece)))
        ]
        x, y = np.array([session.viewport().to_screen(*each) for each in points]).astype(int).T
        outline = np.zeros_like(seen)
        outline[y, x] = True
        # every point of it has red beside it, and there is red nowhere else; vectors have a head
        assert not (outline & ~wider(seen, 2)).any(), shape
        assert not (seen & ~wider(outline, 12 if shape.kind == "vector" else 3)).any(), shape


def wider(seen, reach) -> np.ndarray:
    """Return what is within some pixels of what is seen."""
    return ndimage.maximum_filter(seen, 2 * reach + 1)


def test_selected_regions_have_handles_and_others_none(area, session):
    session.overlays.set_regions([Region("box", ((150.0, 150.0),), (90.0, 40.0), colour="red")], "Put")
    (box,) = session.overlays.layer.regions
    session.set_cuts((1e6, 2e6))
    places = [session.viewport().to_screen(*place) for place in box.handles()]
    white = of_colour(shot(area), "white")
    assert not any(near_colour(white, place) for place in places)
    session.overlays.select([box.key])
    white = of_colour(shot(area), "white")
    assert all(near_colour(white, place, 1) for place in places)


def test_names_and_lengths_are_written_and_excluded_regions_struck(area, session, window):
    session.set_cuts((1e6, 2e6))
    session.overlays.set_regions([Region("circle", ((150.0, 150.0),), (30.0,), colour="yellow")], "Put")
    plain = of_colour(shot(area), "yellow")
    (circle,) = session.overlays.layer.regions
    session.overlays.set_regions(
        [Region("circle", circle.points, circle.size, name="M 13", colour="yellow")], "Name"
    )
    named = of_colour(shot(area), "yellow")
    written = np.argwhere(named & ~plain)
    assert len(written) > 30
    x, y = session.viewport().to_screen(150, 180)
    assert written[:, 0].max() < y, "above the region"
    assert abs(written[:, 1].mean() - x) < 6
    session.overlays.set_regions(
        [Region("circle", circle.points, circle.size, include=False, colour="yellow")], "Out"
    )
    pixels = shot(area)
    assert of_colour(pixels, "yellow").sum() < 0.8 * plain.sum(), "dashed"
    struck = np.abs(pixels - [255, 48, 48]).max(axis=-1) < 110
    assert near_colour(struck, session.viewport().to_screen(150, 150), 3)


def test_fifty_thousand_regions_are_drawn_in_a_moment_and_moved_at_once(area, session):
    rng = np.random.default_rng(5)
    regions = [
        Region("circle", ((float(x), float(y)),), (1.0,), colour="red")
        for x, y in rng.uniform(0, 290, (50_000, 2))
    ]
    session.overlays.set_regions(regions, "Put")
    assert of_colour(shot(area), "red").mean() > 0.2
    times = []
    for _ in range(8):
        start = time.perf_counter()
        session.pan_by(7, 3)
        area.repaint()
        times.append(time.perf_counter() - start)
    # half a second would be a picture that jumps; the figures are in the benchmarks
    assert np.median(times) < 0.5
