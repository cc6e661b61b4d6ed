"""Cleaning finds what was put into real frames, and leaves the stars alone."""

from pathlib import Path

import numpy as np
import pytest
import sep
from astropy.io import fits

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.operations.cleaning import listed, neighbours

FRAMES = ["night_arcsat/XO1-b_z_20250602_041008.fits", "one_set_full/LPSEB35_g_20250530_034359.fits"]


def cleaned(name: str, data: np.ndarray, **arguments: object) -> np.ndarray:
    return apply(Call.of(name, **arguments), Frame.of(data, fits.Header())).data


@pytest.fixture(scope="module", params=FRAMES)
def real(data_dir: Path, request: pytest.FixtureRequest) -> np.ndarray:
    return read(data_dir / request.param).data.astype(np.float32)


def bright_stars(data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return places of stars that are round and wide enough to be real."""
    background = sep.Background(data.copy())
    found = sep.extract(data - background, 10, err=background.globalrms, minarea=9)
    height, width = data.shape
    inside = (found["x"] > 20) & (found["x"] < width - 20) & (found["y"] > 20) & (found["y"] < height - 20)
    good = found[
        inside & (found["flag"] == 0) & (found["a"] < 6) & (found["b"] > 1.1) & (found["peak"] < 40000)
    ]
    return good["x"], good["y"]


def fluxes(data: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    from photutils.aperture import CircularAnnulus, CircularAperture, aperture_photometry

    places = np.transpose([x, y])
    # the core: farther out there are real hot pixels
    circle, ring = CircularAperture(places, 2.5), CircularAnnulus(places, 10, 15)
    sky = [np.median(mask.get_values(data)) for mask in ring.to_mask(method="center")]
    return np.asarray(aperture_photometry(data, circle)["aperture_sum"]) - circle.area * np.array(sky)


def injected(real: np.ndarray, count: int, height: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put single bright pixels at least 16 pixels from any star."""
    x, y = bright_stars(real)
    rng = np.random.default_rng(3)
    rows, columns = rng.integers(30, [[real.shape[0] - 30], [real.shape[1] - 30]], (2, 40 * count))
    far = np.array([np.hypot(x - c, y - r).min() > 16 for r, c in zip(rows, columns, strict=True)])
    rows, columns = rows[far][:count], columns[far][:count]
    data = real.copy()
    data[rows, columns] += height
    return data, rows, columns


@pytest.mark.parametrize(
    ("name", "arguments"), [("cosmic_rays", {"readnoise": 12.0}), ("hot_pixels", {"which": "hot"})]
)
def test_injected_pixels_go_and_stars_stay(name, arguments, real):
    data, rows, columns = injected(real, 200, 3000)
    result = cleaned(name, data, **arguments)
    sky = np.median(real)
    noise = 1.4826 * np.median(np.abs(real - sky))
    assert (np.abs(result[rows, columns] - real[rows, columns]) < 6 * noise).mean() > 0.98
    x, y = bright_stars(real)
    assert len(x) > 5
    before, after = fluxes(real, x, y), fluxes(cleaned(name, real, **arguments), x, y)
    np.testing.assert_allclose(after, before, rtol=0.01)
    # all others are untouched to the bit
    assert (result == data).mean() > 0.98


def test_cosmic_rays_are_those_of_the_library_also_with_gain_and_sky(real):
    import astroscrappy

    part = real[300:500, 300:600]
    mask, clean = astroscrappy.detect_cosmics(part, gain=1.5, readnoise=9.0, satlevel=65535.0 * 1.5)
    result = cleaned("cosmic_rays", part, gain=1.5, readnoise=9.0)
    np.testing.assert_array_equal(result, np.where(mask, clean, part))
    # what was subtracted counts for the noise: the same pixels are found
    below = cleaned("cosmic_rays", part - 100, gain=1.5, readnoise=9.0, sky=100.0)
    np.testing.assert_array_equal(below != part - 100, mask & (np.abs(clean - part) > 0))


def test_cosmic_rays_are_found_in_bands_as_in_the_whole_image():
    """A high image is worked on some rows at a time: nothing may be seen of where one band ends."""
    import astroscrappy

    data = np.random.default_rng(5).normal(300, 10, (1200, 90)).astype(np.float32)
    data[490:530:3, 5:85:8] += 2000
    data[1015:1030, 40] += 900
    mask, clean = astroscrappy.detect_cosmics(data, readnoise=10.0)
    assert mask[500:524].sum() > 50
    assert mask[1015:1030, 40].all()
    result = cleaned("cosmic_rays", data, readnoise=10.0)
    np.testing.assert_array_equal(result, np.where(mask, clean, data))


def test_cosmic_rays_need_room_for_the_filters():
    """The library writes where it must not in tiny images: it is not asked."""
    with pytest.raises(ViewerError, match="too small"):
        cleaned("cosmic_rays", np.ones((3, 50), np.float32))


def test_hot_dead_and_missing_pixels():
    data = np.random.default_rng(0).normal(100, 2, (60, 70))
    data[10, 20], data[30, 31], data[0, 0], data[40, 50:52] = 500, -300, 900, (800, 700)
    data[30, 32] = np.nan
    result = cleaned("hot_pixels", data)
    for row, column in ((10, 20), (30, 31), (0, 0), (40, 50), (40, 51)):
        assert abs(result[row, column] - 100) < 8
    around = np.delete(data[9:12, 19:22].ravel(), 4)
    assert result[10, 20] == np.median(around)
    assert np.nanmedian(np.delete(data[29:32, 30:33].ravel(), 4)) == result[30, 31]
    assert np.isnan(result[30, 32])
    only = cleaned("hot_pixels", data, which="hot")
    assert only[30, 31] == -300
    assert cleaned("hot_pixels", data, which="dead")[10, 20] == 500


def test_bad_columns_are_interpolated_and_found():
    y, x = np.mgrid[:50, :80]
    ramp = 3.0 * x + 2.0 * y + 100
    data = ramp.copy()
    data[:, [20, 40, 41, 42]] = 9999
    data[7, 40] = np.nan
    np.testing.assert_allclose(cleaned("bad_columns", data, lines="21, 41-43"), ramp, rtol=1e-12)
    rows = cleaned("bad_columns", np.ascontiguousarray(data.T), lines="21 41-43", direction="rows")
    np.testing.assert_allclose(rows, ramp.T, rtol=1e-12)
    noisy = ramp + np.random.default_rng(1).normal(0, 5, ramp.shape)
    noisy[:, 33] += 60
    found = (cleaned("bad_columns", noisy) != noisy).any(axis=0)
    assert np.flatnonzero(found).tolist() == [33]


@pytest.mark.parametrize("text", ["0", "81", "5-3", "x", "1-80", "4--6", "-4"])
def test_wrong_column_numbers_are_named(text):
    with pytest.raises(ViewerError, match="column"):
        listed(text, 80)


def test_the_median_of_eight_neighbours_is_exact_with_and_without_missing_pixels():
    data = np.random.default_rng(5).integers(0, 9, (70, 33)).astype("f4")
    for missing in (False, True):
        if missing:
            data[40:44, 7] = np.nan
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(data, 1, mode="reflect"), (3, 3))
        around = np.delete(windows.reshape(70, 33, 9), 4, axis=-1)
        median, scatter = neighbours(data)
        np.testing.assert_array_equal(median, np.nanmedian(around, axis=-1))
        whole = ~np.isnan(around).any(axis=-1)
        ordered = np.sort(around, axis=-1)
        np.testing.assert_array_equal(scatter[whole], ((ordered[..., 6] - ordered[..., 1]) / 1.7)[whole])
