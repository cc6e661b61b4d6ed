"""The levels against plain means of the same pixels, and what is served before they exist."""

import warnings
from typing import Any

import numpy as np
import pytest

from viewer.core.pixels import ArrayPixels
from viewer.core.progress import Cancelled, Progress
from viewer.core.render import pyramid as module
from viewer.core.render import strips
from viewer.core.render.pyramid import Pyramid


def block_means(image: np.ndarray[Any, Any], factor: int) -> np.ndarray[Any, Any]:
    """The means of the finite pixels of each block, the slow way."""
    rows, columns = image.shape
    padded = np.full((-(-rows // factor) * factor, -(-columns // factor) * factor), np.nan)
    padded[:rows, :columns] = np.where(np.isfinite(image), image, np.nan)
    blocks = padded.reshape(padded.shape[0] // factor, factor, -1, factor)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanmean(blocks, axis=(1, 3))


@pytest.fixture(params=[1 << 26, 0], ids=["from-2", "from-4"])
def first_level(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Both kinds of pyramid, with strips so small that there are several."""
    monkeypatch.setattr(module, "HALVED_UP_TO", request.param)
    monkeypatch.setattr(strips, "STRIP_BYTES", 20_000)
    return 2 if request.param else 4


@pytest.mark.parametrize("shape", [(256, 256), (123, 457), (1, 200), (200, 1), (5, 3), (1, 1)])
@pytest.mark.parametrize("missing", [False, True], ids=["finite", "missing"])
@pytest.mark.parametrize("dtype", ["u2", "f4", "f8", "i4", "u1", "i8"])
def test_levels_are_means(shape: tuple[int, int], missing: bool, dtype: str, first_level: int) -> None:
    rng = np.random.default_rng(1)
    image = rng.integers(0, 200, shape).astype(dtype)
    if missing and image.dtype.kind == "f":
        image[rng.random(shape) < 0.3] = np.nan
        image[: shape[0] // 3, : shape[1] // 3] = np.nan
        image[-1, -1] = np.inf
    pyramid = Pyramid(ArrayPixels(image))
    assert pyramid.first_level == first_level
    pyramid.build()
    rows, columns = shape
    for factor in (2, 4, 8, 16):
        if pyramid.factor(factor) != factor:
            continue
        window = pyramid.window(factor, 0, columns, 0, rows)
        np.testing.assert_allclose(window.values, block_means(image, factor), rtol=1e-5)
        assert window.x[0] == min((factor - 1) / 2, (columns - 1) / 2)
        assert window.x[-1] == pytest.approx(
            ((window.x.size - 1) * factor + min(columns, window.x.size * factor) - 1) / 2
        )
    finite = image[np.isfinite(image)]
    assert pyramid.missing == image.size - finite.size
    assert (pyramid.minimum, pyramid.maximum) == (
        (finite.min(), finite.max()) if finite.size else (None, None)
    )


def test_a_window_is_a_part_of_the_whole(first_level: int) -> None:
    image = np.random.default_rng(2).normal(size=(300, 500)).astype(np.float32)
    pyramid = Pyramid(ArrayPixels(image))
    for built in (False, True):
        if built:
            pyramid.build()
        for step in (1, 2, 3.9, 4, 8):
            whole = pyramid.window(step, 0, 500, 0, 300)
            part = pyramid.window(step, 101, 303, 55, 57)
            assert part.factor == whole.factor
            columns = np.searchsorted(whole.x, part.x)
            rows = np.searchsorted(whole.y, part.y)
            np.testing.assert_array_equal(part.values, whole.values[np.ix_(rows, columns)])
            assert part.x[0] <= 101 - 1
            assert part.x[-1] >= 303


def test_repeated_windows_share_what_they_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HALVED_UP_TO", 0)
    image = np.random.default_rng(3).normal(size=(400, 400)).astype(np.float32)
    pyramid = Pyramid(ArrayPixels(image))
    pyramid.build()
    means = block_means(image, 2)
    for x0, x1, y0, y1 in [(0, 200, 0, 200), (40, 240, 30, 230), (10, 390, 10, 390), (100, 120, 100, 120),
                           (0, 30, 350, 400), (0, 400, 0, 400)]:  # fmt: skip
        window = pyramid.window(2, x0, x1, y0, y1)
        rows, columns = (window.y // 2).astype(int), (window.x // 2).astype(int)
        np.testing.assert_allclose(window.values, means[np.ix_(rows, columns)], rtol=1e-5, atol=1e-6)


def test_before_it_is_built_every_nth_pixel() -> None:
    image = np.arange(70 * 90, dtype=np.int32).reshape(70, 90)
    pyramid = Pyramid(ArrayPixels(image))
    window = pyramid.window(5, 8, 60, 4, 50)
    assert not window.averaged
    assert not pyramid.ready
    assert window.factor == 4
    np.testing.assert_array_equal(window.values, image[np.ix_(window.y.astype(int), window.x.astype(int))])
    assert not (window.x % 4).any()


def test_values_near_the_end_of_the_range_do_not_overflow() -> None:
    image = np.full((64, 64), 3e38, np.float32)
    image[:, ::2] = -3.2e38
    image[0, 0] = np.nan
    pyramid = Pyramid(ArrayPixels(image))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pyramid.build()
    for factor in (2, 4, 8):
        level = pyramid.window(factor, 0, 64, 0, 64).values
        assert np.isfinite(level).all()
        np.testing.assert_allclose(level[1:], -1e37, rtol=1e-5)


def test_all_missing() -> None:
    pyramid = Pyramid(ArrayPixels(np.full((100, 90), np.nan)))
    pyramid.build()
    assert pyramid.minimum is None
    assert pyramid.missing == 9000
    assert np.isnan(pyramid.window(4, 0, 90, 0, 100).values).all()


def test_a_cancel_stops_the_work_and_leaves_the_preview(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strips, "STRIP_BYTES", 4096)
    progress = Progress()
    progress.cancel()
    pyramid = Pyramid(ArrayPixels(np.zeros((500, 500), np.uint16)))
    with pytest.raises(Cancelled):
        pyramid.build(progress)
    assert not pyramid.ready
    fresh = Progress()
    pyramid.build(fresh)
    assert fresh.fraction == 1
    assert pyramid.revision == 1


def test_a_plane_of_a_cube() -> None:
    cube = np.arange(3 * 40 * 50, dtype=np.float64).reshape(3, 40, 50)
    pyramid = Pyramid(ArrayPixels(cube), (2,))
    pyramid.build()
    np.testing.assert_allclose(pyramid.window(2, 0, 50, 0, 40).values, block_means(cube[2], 2))
