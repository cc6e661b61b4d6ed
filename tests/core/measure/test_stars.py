"""Star finding: positions, widths, shapes and fluxes of stars whose truth is known; and what is no star."""

import numpy as np
import pytest
from astropy.io import fits
from photutils.detection import DAOStarFinder
from scipy.spatial import KDTree

from viewer.core.measure.stars import Stars, find_stars


def field(
    fwhm: float = 3.0,
    *,
    count: int = 80,
    axis_ratio: float = 1.0,
    angle: float = 0.0,
    shape: tuple[int, int] = (700, 800),
    brightest: float = 3e5,
    faintest: float = 2e4,
    seed: int = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return an image of Gaussian stars on a sloping sky, their places (n, 2), and their fluxes."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    image = 1000 + 0.1 * x + rng.normal(0, 10, shape)
    # on a lattice, so that none is beside another
    pitch = max(int(10 * fwhm), 40)
    slots = [
        (i, j)
        for i in range(pitch, shape[1] - pitch // 2, pitch)
        for j in range(pitch, shape[0] - pitch // 2, pitch)
    ]
    chosen = rng.permutation(len(slots))[: min(count, len(slots))]
    places = np.array([slots[n] for n in chosen]) + rng.uniform(-3, 3, (len(chosen), 2))
    fluxes = np.geomspace(faintest, brightest, len(chosen))
    long, short = fwhm / 2.3548 / np.sqrt(axis_ratio), fwhm / 2.3548 * np.sqrt(axis_ratio)
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    for (x0, y0), flux in zip(places, fluxes, strict=True):
        reach = int(6 * fwhm) + 2
        part = np.s_[max(0, int(y0) - reach) : int(y0) + reach, max(0, int(x0) - reach) : int(x0) + reach]
        dx, dy = x[part] - x0, y[part] - y0
        along, across = dx * cosine + dy * sine, dy * cosine - dx * sine
        image[part] += (
            flux * np.exp(-0.5 * ((along / long) ** 2 + (across / short) ** 2)) / (2 * np.pi * long * short)
        )
    return image, places, fluxes


def matched(stars: Stars, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the numbers of stars and of the places they are at, and how far they are off."""
    off, nearest = KDTree(places).query(np.stack([stars.x, stars.y], axis=1))
    near = np.flatnonzero(off < 1)
    return near, nearest[near], off[near]


@pytest.mark.parametrize("fwhm", [1.8, 3.0, 6.0, 12.0])
def test_width_flux_and_place_of_gaussian_stars(fwhm):
    image, places, fluxes = field(fwhm, faintest=2e4 * fwhm, brightest=2e5 * fwhm)
    stars = find_stars(image)
    found, true, off = matched(stars, places)
    assert len(found) == len(places) == len(stars)
    assert np.sqrt(np.mean(off**2)) < 0.02 * fwhm
    np.testing.assert_allclose(np.median(stars.fwhm), fwhm, rtol=0.01)
    assert abs(stars.fwhm / fwhm - 1).max() < 0.03 * max(1, 5 / np.sqrt(fwhm))
    np.testing.assert_allclose(np.median(stars.flux[found] / fluxes[true]), 1, atol=0.01)
    assert np.median(stars.ellipticity) < 0.03
    assert (np.diff(stars.flux) <= 0).all()


@pytest.mark.parametrize("angle", [0, 30, 90, 150])
def test_shape_and_direction_of_trailed_stars(angle):
    image, places, _ = field(5.0, axis_ratio=0.7, angle=angle)
    stars = find_stars(image)
    assert len(matched(stars, places)[0]) == len(places)
    np.testing.assert_allclose(np.median(stars.ellipticity), 0.3, atol=0.01)
    turned = (stars.theta - angle + 90) % 180 - 90
    assert abs(np.median(turned)) < 1
    np.testing.assert_allclose(np.median(stars.fwhm), 5.0, rtol=0.01)


def test_hot_pixels_cosmic_rays_and_trails_are_no_stars():
    image, places, _ = field(3.0)
    clean = find_stars(image)
    rng = np.random.default_rng(5)
    spoiled = image.copy()
    rows, columns = rng.integers(5, 695, 400), rng.integers(5, 795, 400)
    far = KDTree(places).query(np.stack([columns, rows], axis=1))[0] > 15
    spoiled[rows[far], columns[far]] += rng.uniform(500, 40_000, far.sum())
    # tracks of one pixel's width
    for _ in range(30):
        y, x = int(rng.integers(20, 680)), int(rng.integers(20, 780))
        if KDTree(places).query((x, y))[0] > 20:
            spoiled[np.arange(y, y + 7), np.arange(x, x + 7)] += 3000
    stars = find_stars(spoiled)
    assert len(matched(stars, places)[0]) == len(places) == len(clean)
    assert len(stars) <= len(places) + 2
    np.testing.assert_allclose(np.median(stars.fwhm), 3.0, rtol=0.01)


def test_a_full_well_is_flagged():
    image, places, _ = field(4.0, brightest=4e6)
    assert not find_stars(image).saturated.any()
    full = np.minimum(image, 60_000)
    stars = find_stars(full)
    _, true, _ = matched(stars, places)
    brightest = np.argsort(-stars.flux)
    flat = [(full[int(y) - 3 : int(y) + 4, int(x) - 3 : int(x) + 4] == 60_000).sum() for x, y in places[true]]
    assert stars.saturated[np.array(flat) > 6].all()
    assert not stars.saturated[np.array(flat) == 0].any()
    assert stars.saturated[brightest[0]]
    assert find_stars(full, saturation=20_000).saturated.sum() > stars.saturated.sum()


def test_missing_pixels_are_no_stars_and_hide_none_beside_them():
    image, places, _ = field(3.0)
    image[:, 200] = np.nan
    image[100:140, 300:340] = np.nan
    stars = find_stars(image.astype(np.float32))
    hidden = (abs(places[:, 0] - 200) < 8) | ((abs(places - [320, 120]) < 30).all(axis=1))
    found = set(matched(stars, places)[1].tolist())
    assert set(np.flatnonzero(~hidden).tolist()) <= found
    assert len(stars) <= len(places)
    for empty in (
        np.full((100, 100), np.nan),
        np.zeros((100, 100)),
        np.zeros((3, 3)),
        np.full((50, 50), 7, "u2"),
    ):
        assert len(find_stars(empty)) == 0


def test_real_stars_are_where_photutils_finds_them(data_dir):
    image = fits.getdata(data_dir / "night_tres1" / "tres1-021.fit").astype(float)
    stars = find_stars(image)
    level, noise = np.median(image), 49.0
    other = DAOStarFinder(20 * noise, 2.5, exclude_border=True)(image - level)
    names = ("x_centroid", "y_centroid") if "x_centroid" in other.colnames else ("xcentroid", "ycentroid")
    places = np.stack([np.asarray(other[name]) for name in names], axis=1)
    bright = places[np.argsort(-np.asarray(other["flux"]))[:60]]
    off = KDTree(np.stack([stars.x, stars.y], axis=1)).query(bright)[0]
    assert (off < 1).mean() > 0.95
    assert np.median(off) < 0.1


def test_colour_images_and_cubes_are_looked_at_as_one_plane():
    image, places, _ = field(3.0)
    stars = find_stars(np.stack([image, image, image]))
    assert len(matched(stars, places)[0]) == len(places)
    assert stars.shape == (700, 800)
