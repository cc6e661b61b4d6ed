"""The surface view: where a peak is drawn, turning it, and the picture that is exported."""

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtTest import QTest

from viewer.core.render.colormap import ColorMap
from viewer.ui.surface.projection import Landscape, Projection, level_heights
from viewer.ui.surface.view import SurfaceView


@pytest.fixture
def view(session, qtbot):
    made = SurfaceView(session)
    qtbot.addWidget(made)
    made.resize(500, 340)
    made.show()
    qtbot.waitExposed(made)
    return made


def peak(at: tuple[int, int], size=41) -> np.ndarray:
    rows, columns = np.mgrid[:size, :size]
    return 100 + 900 * np.exp(-((columns - at[0]) ** 2 + (rows - at[1]) ** 2) / 60)


def brightest(view) -> tuple[float, float]:
    """The middle of the pixels in the colours of the highest values."""
    image = view.scene.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint8)
    pixels = pixels.reshape(image.height(), image.width(), 4)[..., 2::-1].astype(int)
    yellow = np.abs(pixels - ColorMap("viridis").rgb()[240] * 255).sum(axis=-1) < 90
    rows, columns = np.nonzero(yellow)
    assert len(rows)
    return columns.mean(), rows.mean()


def test_a_peak_is_drawn_where_it_is_seen_from_above(view):
    x = np.arange(1, 42)
    view.show_surface(x, x, peak((32, 8)), "ADU")
    view.scene.look(Projection(azimuth=0, elevation=90))
    QTest.qWait(200)
    column, row = brightest(view)
    assert column > view.scene.width() / 2, "x goes to the right"
    assert row > view.scene.height() / 2, "y goes upwards"


def test_what_is_in_front_hides_what_is_behind(view):
    x = np.arange(1, 42)
    z = peak((20, 5)) + 0.4 * peak((20, 36))
    view.show_surface(x, x, z, "")
    view.scene.look(Projection(azimuth=0, elevation=5, height=1.5))
    QTest.qWait(200)
    from_the_front = brightest(view)[1]
    view.scene.look(Projection(azimuth=180, elevation=5, height=1.5))
    QTest.qWait(200)
    assert abs(brightest(view)[1] - from_the_front) < 60, "the highest peak is seen from both sides"


def test_dragging_turns_and_the_wheel_makes_it_steeper(view):
    x = np.arange(1, 42)
    view.show_surface(x, x, peak((20, 20)), "ADU")
    before = view.scene.grab().toImage()
    QTest.mousePress(view.scene, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    QTest.mouseMove(view.scene, QPoint(260, 130))
    QTest.mouseRelease(view.scene, Qt.MouseButton.LeftButton, pos=QPoint(260, 130))
    assert view.scene.projection.azimuth == pytest.approx(60)
    assert view.scene.projection.elevation == pytest.approx(25)
    assert view.scene.grab().toImage() != before
    QTest.mouseClick(view.reset, Qt.MouseButton.LeftButton)
    assert view.scene.projection == Projection()


def test_holes_and_flat_ground_are_drawn(view):
    z = np.ones((5, 9))
    z[2, 3] = np.nan
    view.show_surface(np.arange(9.0), np.arange(5.0), z, "")
    view.scene.grab()
    view.show_surface(np.arange(9.0), np.arange(5.0), np.full((5, 9), np.nan), "")
    view.scene.grab()


def test_it_is_saved_on_white(view, session, tmp_path):
    view.show_surface(np.arange(1, 42), np.arange(1, 42), peak((20, 20)), "ADU")
    view.save(tmp_path / "s.png")
    image = QImage(str(tmp_path / "s.png"))
    assert image.width() == 2 * view.scene.width()
    assert image.pixelColor(1, 1).lightness() == 255
    assert session.last_told[-1][0] == "info"
    view.save(tmp_path / "s.png")
    assert session.last_told[-1][0] == "error"


def test_logarithmic_heights_keep_both_ends():
    heights = level_heights(np.array([10.0, 11.0, 110.0]), 10, 110, True)
    assert heights[[0, 2]] == pytest.approx([0, 1])
    assert heights[1] == pytest.approx(np.log(11) / np.log(1001))


def test_a_long_cut_out_keeps_its_shape():
    landscape = Landscape(np.arange(100.0), np.arange(50.0), np.zeros((50, 100)))
    assert landscape.reach == (1.0, pytest.approx(49 / 99))
    assert max(landscape.thinned(40).z.shape) <= 40
