"""Frequencies, correlations and profiles against closed forms and sums over every pixel."""

import numpy as np
import pytest
from astropy.io import fits

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read

RNG = np.random.default_rng(9)


def frame_of(data: np.ndarray) -> Frame:
    return Frame.of(data, fits.Header())


def run(call: str, data: np.ndarray, other: np.ndarray | None = None) -> Frame:
    return apply(Call.parse(call), frame_of(data), find=lambda *_: frame_of(other))


def position(frame: Frame) -> dict[str, float]:
    """Return the coordinates of the brightest pixel as the header has them."""
    y, x = np.unravel_index(np.nanargmax(frame.data), frame.shape)
    return {each.label: each.value for each in frame.world.describe(float(x), float(y))}


@pytest.mark.parametrize("shape", [(48, 64), (47, 63)])
def test_power_obeys_parseval_and_a_wave_has_one_frequency(shape):
    data = RNG.normal(0, 3, shape)
    power = 10 ** run("power_spectrum()", data).data
    np.testing.assert_allclose(power.sum(), data.size * (data**2).sum(), rtol=1e-12)
    np.testing.assert_allclose(power[shape[0] // 2, shape[1] // 2], data.sum() ** 2, rtol=1e-9)
    y, x = np.indices(shape)
    wave = np.cos(2 * np.pi * (5 * x / shape[1] + 3 * y / shape[0]))
    found = position(run("power_spectrum()", wave))
    assert abs(found["xfreq"]) == pytest.approx(5 / shape[1])
    assert found["yfreq"] / found["xfreq"] == pytest.approx((3 / shape[0]) / (5 / shape[1]))


@pytest.mark.parametrize("shape", [(60, 80), (61, 81)])
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_waves_pass_or_vanish(shape, kind):
    x = np.indices(shape)[1]
    length = shape[1] / 8
    wave = np.cos(2 * np.pi * x / length).astype(kind)
    data = 100 + wave
    close = {"atol": 1e-4 if kind == "float32" else 1e-11}
    for cutoff, passes in ((length * 0.99, 1.0), (length, 1.0), (length * 1.01, 0.0)):
        low = run(f"low_pass(cutoff={cutoff}, edge='sharp')", data)
        np.testing.assert_allclose(low.data, 100 + passes * wave, **close)
        high = run(f"high_pass(cutoff={cutoff}, edge='sharp')", data)
        np.testing.assert_allclose(high.data + low.data, data, **close)
        assert low.data.dtype == kind
    # a soft edge lets one half pass at the cutoff, and 2^-4 at twice the cutoff
    np.testing.assert_allclose(run(f"low_pass(cutoff={length})", data).data, 100 + wave / 2, **close)
    np.testing.assert_allclose(run(f"high_pass(cutoff={length * 2})", data).data, 15 / 16 * wave, **close)
    band = run(f"band_pass(shortest={length / 2}, longest={length * 2}, edge='sharp')", data)
    np.testing.assert_allclose(band.data, wave, **close)
    np.testing.assert_allclose(run("band_pass(shortest=2.5, longest=3, edge='sharp')", data).data, 0, **close)
    with pytest.raises(ViewerError, match="shortest"):
        Call.of("band_pass", shortest=5, longest=5)


def test_missing_pixels_count_as_the_median_and_stay_missing():
    data = RNG.normal(50, 3, (40, 50))
    data[3:5, 7:9] = np.nan
    filled = np.where(np.isnan(data), np.nanmedian(data), data)
    for call in ("low_pass()", "high_pass()", "band_pass()"):
        expected = np.where(np.isnan(data), np.nan, run(call, filled).data)
        assert np.array_equal(run(call, data).data, expected, equal_nan=True)
    for call in ("power_spectrum()", "autocorrelation()"):
        assert np.array_equal(run(call, data).data, run(call, filled).data)
    with pytest.raises(ViewerError, match="every pixel of the image is missing"):
        run("low_pass()", np.full((4, 4), np.nan))


@pytest.mark.parametrize("shape", [(6, 8), (7, 9)])
def test_correlation_is_the_sum_over_all_pixels(shape):
    data, other = RNG.normal(0, 1, (2, *shape))
    one, two = data - data.mean(), other - other.mean()
    found = run("cross_correlation(other='other.fits')", data, other).data
    alone = run("autocorrelation()", data).data
    for y, x in np.ndindex(shape):
        shift = (y - shape[0] // 2, x - shape[1] // 2)
        shifted = np.roll(two, shift, (0, 1))
        expected = (one * shifted).sum() / np.sqrt((one**2).sum() * (two**2).sum())
        assert found[y, x] == pytest.approx(expected, abs=1e-12)
        own = (one * np.roll(one, shift, (0, 1))).sum() / (one**2).sum()
        assert alone[y, x] == pytest.approx(own, abs=1e-12)


def test_the_peak_tells_the_shift(sample):
    data = read(str(sample)).data
    found = run("cross_correlation(other='o.fits')", np.roll(data, (7, -12), (0, 1)).copy(), data)
    assert position(found) == pytest.approx({"xlag": -12.0, "ylag": 7.0})
    assert found.data.max() == pytest.approx(1, abs=1e-5)
    with pytest.raises(ViewerError, match="equal pixels has nothing to compare"):
        run("autocorrelation()", np.full((5, 5), 3, np.uint16))


def test_radial_average_is_the_mean_of_each_ring():
    data = RNG.normal(10, 1, (21, 30))
    data[4, 5] = np.nan
    for x, y, call in (
        (14.5, 10.0, "radial_average()"),
        (6.25, 3.5, "radial_average(x=7.25, y=4.5)"),
        (40.0, -0.5, "radial_average(x=41, y=0.5)"),
    ):
        rings: dict[int, list[float]] = {}
        for row, column in np.ndindex(data.shape):
            if np.isfinite(data[row, column]):
                distance = np.hypot(row - y, column - x)
                rings.setdefault(int(np.floor(distance + 0.5)), []).append(data[row, column])
        found = run(call, data)
        assert found.ndim == 1
        assert found.data.size == max(rings) + 1
        for distance, value in enumerate(found.data):
            expected = np.mean(rings[distance]) if distance in rings else np.nan
            np.testing.assert_allclose(value, expected, rtol=1e-12)
    assert found.header["CTYPE1"] == "RADIUS"
    with pytest.raises(ViewerError, match="one plane"):
        run("radial_average()", np.ones((2, 5, 5)))


@pytest.mark.parametrize("name", ["power_spectrum", "autocorrelation", "radial_average"])
def test_no_place_on_the_sky_is_left(sample, name):
    frame = read(str(sample))
    assert frame.world.celestial
    header = frame.header.copy()
    header["A_ORDER"], header["A_0_2"], header["LTV1"], header["BAYERPAT"] = 2, 1e-5, 3.0, "RGGB"
    header["DATASEC"], header["CTYPE1A"], header["MYCARD"] = "[1:20,1:20]", "LINEAR", 5
    result = apply(Call.of(name), frame.derive(header=header))
    assert not result.world.celestial
    assert "The WCS was removed: the pixels of the result are no places on the sky." in result.problems
    assert not {"A_ORDER", "A_0_2", "LTV1", "BAYERPAT", "DATASEC", "CTYPE1A", "CD1_1"} & set(result.header)
    assert result.header["MYCARD"] == 5
    again = apply(Call.of("gaussian"), result) if result.ndim == 2 else result
    assert again.problems == result.problems
