"""Limits and samples against astropy and numpy, and the images that break naive rules."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.visualization import PercentileInterval, ZScaleInterval
from hypothesis import given
from hypothesis import strategies as st

from viewer.core.errors import ViewerError
from viewer.core.pixels import ArrayPixels
from viewer.core.render import sample as module
from viewer.core.render import strips
from viewer.core.render.limits import Limits, Sample

Array = np.ndarray[Any, Any]


def sample_of(image: Array, **more: Any) -> Sample:
    """Sample an array."""
    return Sample.of(ArrayPixels(image), **more)


def sky(shape: tuple[int, int], dtype: str) -> Array:
    """Noise with a gradient and stars."""
    rng = np.random.default_rng(4)
    image = rng.normal(1000, 15, shape) + np.linspace(0, 60, shape[1])
    image[rng.random(shape) < 0.01] += 9000
    return image.astype(dtype)


@pytest.mark.parametrize("dtype", ["u2", "i2", "i4", "i8", "f4", "f8", "u1"])
@pytest.mark.parametrize("shape", [(700, 800), (3, 5), (1, 1), (1, 4000), (999, 1)])
def test_zscale_equals_astropy(dtype: str, shape: tuple[int, int]) -> None:
    image = sky(shape, dtype)
    assert sample_of(image).zscale() == ZScaleInterval().get_limits(image)


@pytest.mark.parametrize("share", [0.001, 0.4, 0.99])
def test_zscale_equals_astropy_around_missing_pixels(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strips, "STRIP_BYTES", 50_000)
    image = sky((600, 500), "f4")
    rng = np.random.default_rng(5)
    image[rng.random(image.shape) < share] = np.nan
    image[100:150] = np.nan
    image[7, 7] = np.inf
    sample = sample_of(image)
    assert sample.zscale() == ZScaleInterval().get_limits(image)
    finite = image[np.isfinite(image)]
    assert (sample.minimum, sample.maximum) == (finite.min(), finite.max())


@pytest.mark.filterwarnings("ignore::astropy.utils.exceptions.AstropyWarning")
def test_zscale_of_real_files_equals_astropy(data_dir: Path) -> None:
    for name in ["images/HorseHead.fits", "images/emmi_na36.fits", "images/M67_dss_M6707HH.fits.gz",
                 "images/allsky_rosat.fits", "cube/l1448_13co.fits"]:  # fmt: skip
        image = fits.getdata(data_dir / name)
        image = image[(0,) * (image.ndim - 2)]
        assert sample_of(image).zscale() == ZScaleInterval().get_limits(image), name


def test_huge_images_are_sampled_without_reading_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SCANNED_UP_TO", 1000)
    image = sky((700, 800), "f4")
    assert sample_of(image).zscale() == ZScaleInterval().get_limits(image)
    image[::3] = np.nan
    assert sample_of(image).zscale() == pytest.approx(ZScaleInterval().get_limits(image), rel=0.03)


def test_percentages_and_histogram_equal_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    image = sky((300, 310), "f8")
    image[0, :50] = np.nan
    sample = sample_of(image)
    for percent in (99.5, 95, 50, 100):
        assert sample.percent(percent) == pytest.approx(
            PercentileInterval(percent).get_limits(image), rel=1e-12
        )
    counts = sample.histogram(256, 990.0, 1100.0)
    np.testing.assert_array_equal(counts, np.histogram(image[np.isfinite(image)], 256, (990, 1100))[0])
    monkeypatch.setattr(module, "MOST_VALUES", 10_000)
    fewer = sample_of(image)
    assert 2_000 < fewer.values.size <= 10_000
    assert fewer.percent(95) == pytest.approx(sample.percent(95), rel=0.01)


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1), (3, 2000), (200, 200)])
def test_a_sample_is_never_too_large_nor_empty(
    shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_VALUES", 1000)
    assert 100 < sample_of(np.ones(shape)).values.size <= 1000


def test_colour_is_sampled_in_all_planes() -> None:
    image = np.stack([np.full((20, 30), value, np.uint8) for value in (10, 100, 200)])
    sample = sample_of(image, colour=True)
    assert (sample.minimum, sample.maximum) == (10, 200)
    assert sample.values.size == 1800
    plane = sample_of(image, plane=(1,))
    assert plane.constant
    assert plane.minimum == 100


def test_extremes_of_the_pyramid_are_used() -> None:
    image = np.zeros((50, 50), np.uint16)
    image[3, 3] = 9
    sample = sample_of(image).with_extremes(0, 77)
    assert Limits("minmax").resolve(sample) == (0, 77)
    assert sample_of(image).with_extremes(None, None).maximum == 9


MASK = np.zeros((200, 200), np.uint8)
MASK[10:12, 10:12] = 1
COUNTS = np.random.default_rng(6).poisson(0.03, (400, 400)).astype(np.int16)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (MASK, (0, 1)),
        (MASK.astype(np.float32), (0, 1)),
        (np.full((50, 50), 1890, np.uint16), (945, 2835)),
        (np.zeros((50, 50)), (-0.5, 0.5)),
        (np.full((9, 9), np.nan), (0, 1)),
        (np.full((9, 9), -3e-21), (-4.5e-21, -1.5e-21)),
        (COUNTS, (0, 1)),
    ],
    ids=["mask", "float mask", "constant", "zero", "missing", "tiny constant", "counts"],
)
def test_the_first_view_makes_sense(image: Array, expected: tuple[float, float]) -> None:
    assert Limits().resolve(sample_of(image)) == pytest.approx(expected)


def test_zscale_may_reach_further_but_not_beyond_the_maximum() -> None:
    sample = sample_of(sky((300, 400), "u2"))
    low, high = Limits("zscale").resolve(sample)
    assert (low, high) == sample.zscale()
    assert Limits("zscale", reach=4.0).resolve(sample) == (low, low + 4 * (high - low))
    assert Limits("zscale", reach=1e5).resolve(sample) == (low, sample.maximum)


def test_a_constant_image_is_in_the_middle() -> None:
    low, high = Limits("minmax").resolve(sample_of(np.full((4, 4), 1.5e300)))
    assert (1.5e300 - low) / (high - low) == pytest.approx(0.5)


@given(
    st.lists(st.floats(width=64, allow_subnormal=False), min_size=1, max_size=60),
    st.sampled_from([Limits(), Limits("minmax"), Limits("percent", percent=90.0), Limits("manual", low=0.0),
                     Limits("manual", low=5.0, high=5.0)]),
)  # fmt: skip
def test_limits_are_always_usable(values: list[float], limits: Limits) -> None:
    low, high = limits.resolve(sample_of(np.array([values])))
    assert np.isfinite([low, high]).all()
    assert low < high


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("zscale", Limits("zscale")),
        (" MinMax", Limits("minmax")),
        ("100", Limits("minmax")),
        ("99.5", Limits("percent", percent=99.5)),
        ("98 %", Limits("percent", percent=98.0)),
        ("-3,1e4", Limits("manual", low=-3.0, high=1e4)),
        ("zscale*4", Limits("zscale", reach=4.0)),
        ("1e-20, 2e-20", Limits("manual", low=1e-20, high=2e-20)),
    ],
)
def test_limits_as_typed(text: str, limits: Limits) -> None:
    assert Limits.parse(text) == limits
    assert Limits.parse(str(limits)) == limits


@pytest.mark.parametrize(
    "text", ["", "auto", "0", "101", "5,5", "9,1", "nan,1", "1,2,3", "1,inf", "1,2%", "zscale*0", "zscale*x"]
)
def test_wrong_limits_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ViewerError):
        Limits.parse(text)
