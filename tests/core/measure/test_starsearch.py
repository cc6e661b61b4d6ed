"""Star search: how many of the known stars it finds, what else it takes for one, and what it measures."""

import numpy as np
import pytest
from astropy.io import fits
from photutils.aperture import CircularAperture, aperture_photometry
from photutils.detection import DAOStarFinder
from scipy import ndimage
from scipy.spatial import KDTree

from viewer.core.io import read
from viewer.core.measure.starmaxima import list_maxima
from viewer.core.measure.starsearch import list_stars

SKY, NOISE = 1000.0, 10.0


def star_field(
    fwhm: float,
    count: int,
    faintest: float,
    brightest: float,
    beta: float = 0.0,
    side: int = 1024,
    seed: int = 3,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return an image of stars (Moffat, or Gaussian if beta is 0), their places (n, 2) and fluxes."""
    rng = np.random.default_rng(seed)
    image = rng.normal(SKY, NOISE, (side, side))
    places = rng.uniform(5, side - 6, (count, 2))
    fluxes = faintest * (brightest / faintest) ** (rng.random(count) ** 2)
    reach = int(8 * fwhm)
    for (x, y), flux in zip(places, fluxes, strict=True):
        part = np.s_[max(0, int(y) - reach) : int(y) + reach, max(0, int(x) - reach) : int(x) + reach]
        rows, columns = np.ogrid[
            part[0].start : min(side, part[0].stop), part[1].start : min(side, part[1].stop)
        ]
        square = (columns - x) ** 2 + (rows - y) ** 2
        if beta:
            alpha = (fwhm / 2) ** 2 / (2 ** (1 / beta) - 1)
            image[part] += flux * (beta - 1) / (np.pi * alpha) * (1 + square / alpha) ** -beta
        else:
            sigma = fwhm / 2.3548
            image[part] += flux / (2 * np.pi * sigma**2) * np.exp(-0.5 * square / sigma**2)
    return image, places, fluxes


def places_of(found: dict) -> np.ndarray:
    return np.column_stack([found["x"], found["y"]]) - 1


def compared(found: dict, places: np.ndarray, near: float) -> tuple[np.ndarray, int]:
    """Return which of the known places were found, and the number of stars that are at none."""
    listed = places_of(found)
    hit = KDTree(listed).query(places)[0] < near
    return hit, int((KDTree(places).query(listed)[0] > max(3, near)).sum())


@pytest.mark.parametrize(("fwhm", "beta"), [(1.5, 0), (2.5, 0), (3.0, 3.0), (4.0, 2.5)])
def test_completeness_and_false_stars(fwhm, beta):
    image, places, fluxes = star_field(fwhm, 400, 100, 2e6, beta)
    found = list_stars(image.astype(np.float32))
    hit, false = compared(found, places, 0.5 * fwhm)
    # as a Gaussian matched filter sees them; the wings of a Moffat function are lost to it
    strength = fluxes / (NOISE * np.sqrt(4 * np.pi) * fwhm / 2.3548)
    alone = KDTree(places).query(places, k=2)[0][:, 1] > 4 * fwhm
    assert false == 0
    assert hit[alone & (strength > 20)].mean() > 0.98
    assert hit[alone & (strength > 10) & (strength < 20)].mean() > 0.9
    if fwhm == 2.5:
        assert hit[alone & (strength > 7) & (strength < 10)].mean() > 0.85
        assert hit[alone & (strength > 5) & (strength < 7)].mean() > 0.5
    # with a Moffat function it is an approximation, and the list says the median
    assert found["median_fwhm"] == pytest.approx(fwhm, rel=0.06 if beta else 0.01)


def test_a_single_star_is_measured_as_many_are():
    image, places, _ = star_field(4.0, 1, 1e5, 2e5, 3.0, side=200)
    found = list_stars(image)
    assert found["count"] == 1
    assert found["median_fwhm"] == pytest.approx(4.0, rel=0.06)
    np.testing.assert_allclose(places_of(found), places, atol=0.02)


def test_noise_has_no_stars():
    assert (
        sum(
            list_stars(np.random.default_rng(seed).normal(100, 5, (1024, 1024)))["count"] for seed in range(4)
        )
        == 0
    )


def test_fluxes_and_errors_are_those_of_exact_apertures():
    image, places, fluxes = star_field(3.0, 60, 2e4, 4e5, side=600)
    found = list_stars(image, aperture=6.0, gain=2.0)
    listed = places_of(found)
    light = image - np.interp(0, [0], [SKY])
    apertures = CircularAperture(listed, 6.0)
    sums = np.asarray(aperture_photometry(light, apertures, method="exact")["aperture_sum"])
    # only the background differs: a mesh of the whole image, not the number that is known
    np.testing.assert_allclose(found["flux"], sums, atol=np.pi * 36 * 1.5)
    errors = np.sqrt(np.pi * 36 * NOISE**2 + found["flux"] / 2.0)
    np.testing.assert_allclose(found["flux_err"], errors, rtol=0.05)
    np.testing.assert_allclose(found["snr"], found["flux"] / found["flux_err"])
    alone = KDTree(listed).query(listed, k=2)[0][:, 1] > 20
    off, true = KDTree(places).query(listed)
    # what the stated error leaves of the known truth
    pull = ((found["flux"] - fluxes[true]) / np.hypot(found["flux_err"], 100))[alone]
    assert abs(pull).max() < 4
    assert off[alone].max() < 0.05


def test_a_turned_image_has_the_same_stars():
    image, _, _ = star_field(3.0, 80, 5e3, 4e5, 3.0, side=512)
    plain = list_stars(image)
    turned = list_stars(np.rot90(image).copy())
    x, y = turned["x"] - 1, turned["y"] - 1
    # np.rot90 takes the pixel (row, column) to (columns - 1 - column, row)
    back = np.column_stack([image.shape[1] - 1 - y, x])
    off, same = KDTree(places_of(plain)).query(back)
    assert len(turned["x"]) == len(plain["x"])
    assert off.max() < 0.01
    np.testing.assert_allclose(turned["flux"], plain["flux"][same], atol=3 * plain["flux_err"].max())


def spoiled(kind: str, image: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(9)
    side = image.shape[0]
    image = image.copy()
    if kind == "hot pixels":
        image[rng.integers(side, size=300), rng.integers(side, size=300)] += rng.uniform(200, 6e4, 300)
        for _ in range(40):
            row, column, length = rng.integers(side), rng.integers(side - 15), rng.integers(2, 12)
            image[row, column : column + length] += 5000
    elif kind == "cosmic rays":
        for _ in range(150):
            (row, column), length, angle = (
                rng.integers(30, side - 30, 2),
                rng.integers(3, 25),
                rng.uniform(0, 3),
            )
            for step in np.arange(0, length, 0.5):
                image[int(row + step * np.sin(angle)), int(column + step * np.cos(angle))] += rng.uniform(
                    300, 1500
                )
    elif kind == "trail":
        rows, columns = np.ogrid[:side, :side]
        image += 150 * np.exp(-0.5 * ((rows - 200 - 0.55 * columns) / 1.7) ** 2)
    elif kind == "edges":
        image[:, 500] += 800
        image[300] += 400
        image[:, -1] += 2000
        image[0] += 3000
        image[-1] -= 500
    elif kind == "missing":
        image[:60] = image[:, 980:] = np.nan
        image[400:460, 300:360] = np.nan
    return image


@pytest.mark.parametrize("kind", ["hot pixels", "cosmic rays", "trail", "edges", "missing"])
def test_what_is_no_star(kind):
    image, places, _ = star_field(3.5, 200, 3e3, 2e6, 3.5, seed=4)
    bad = spoiled(kind, image)
    found = list_stars(bad.astype(np.float32))
    seen = np.isfinite(bad[np.rint(places[:, 1]).astype(int), np.rint(places[:, 0]).astype(int)])
    before, _ = compared(list_stars(image.astype(np.float32)), places, 1.5)
    hit, false = compared(found, places, 1.5)
    assert false <= 1
    assert hit[before & seen].mean() > 0.96
    if kind == "missing":
        # a star beside a missing pixel is one whose circle holds it
        holes = KDTree(np.argwhere(~np.isfinite(bad))[:, ::-1]).query(places_of(found))[0]
        said = np.array(["missing" in words for words in found["flags"]])
        assert said[holes < found["aperture"] - 0.8].all()
        assert not said[holes > found["aperture"] + 0.8].any()


@pytest.mark.parametrize("seed", [5, 6])
def test_the_rim_of_a_dead_part_is_no_star(seed):
    image, _, _ = star_field(3.0, 200, 3e3, 2e5, 3.5, seed=seed)
    image[:, 940:] = 0
    found = list_stars(image.astype(np.float32))
    assert found["count"] == len(found["flux"]) > 150
    assert ((found["flux"] > 0) | np.isfinite(found["fwhm"])).all()


def bleeding(image: np.ndarray, full: float) -> np.ndarray:
    """Return an image with full wells whose surplus has flown up and down their columns."""
    result = np.minimum(image, full)
    for column in np.flatnonzero((image > full).any(axis=0)):
        pieces, number = ndimage.label(image[:, column] > full)
        for piece in range(1, number + 1):
            rows = np.flatnonzero(pieces == piece)
            length = int(min((image[rows, column] - full).sum() / 2 / full, 180))
            result[max(0, rows[0] - length) : rows[-1] + length + 1, column] = full
    return result


@pytest.mark.parametrize("told", [True, False])
def test_saturated_stars_are_listed_once_where_they_are(told):
    image, places, fluxes = star_field(3.5, 200, 3e3, 3e7, 3.5, seed=4)
    found = list_stars(bleeding(image, 60_000), saturation=59_999.0 if told else None)
    hit, false = compared(found, places, 1.5)
    brightest = np.argsort(-fluxes)[:30]
    assert false == 0
    assert hit[brightest].all()
    assert found["saturated"][KDTree(places_of(found)).query(places[brightest])[1]].all()
    height = fluxes / (3.5**2 * 1.35)
    assert not found["saturated"][KDTree(places_of(found)).query(places[hit & (height < 3e4)])[1]].any()
    assert bool(found["notes"]) is not told


@pytest.mark.parametrize("radius", [8, 12, 30])
def test_doughnuts_are_found_once_each(radius):
    rng = np.random.default_rng(5)
    places: list[np.ndarray] = []
    while len(places) < 16:
        place = rng.uniform(2 * radius, 800 - 2 * radius, 2)
        if all(np.hypot(*(place - other)) > 3.5 * radius for other in places):
            places.append(place)
    rows, columns = np.ogrid[:800, :800]
    light = np.zeros((800, 800))
    for (x, y), flux in zip(places, np.geomspace(150 * radius**2, 2500 * radius**2, 16), strict=True):
        far = np.hypot(columns - x, rows - y)
        ring = np.clip(radius + 0.5 - far, 0, 1) * np.clip(far - 0.4 * radius + 0.5, 0, 1)
        light += flux * ring / ring.sum()
    image = rng.normal(SKY, NOISE, light.shape) + rng.poisson(ndimage.gaussian_filter(light, 1.2))
    found = list_stars(image)
    hit, _ = compared(found, np.array(places), 0.25 * radius)
    assert hit.all()
    x, y = np.rint(places_of(found)).astype(int).T
    tops = [
        image[v - radius : v + radius + 1, u - radius : u + radius + 1].max()
        for u, v in zip(x, y, strict=True)
    ]
    np.testing.assert_allclose(found["peak"] + found["background"], tops, rtol=0.05)
    assert found["count"] == 16


def test_a_galaxy_is_not_hundreds_of_stars():
    image, places, _ = star_field(3.5, 100, 1e4, 2e6, 3.5, seed=4)
    rng = np.random.default_rng(6)
    rows, columns = np.mgrid[:1024, :1024] - 512.0
    far, angle = np.hypot(columns, rows), np.arctan2(rows, columns)
    light = 2000 * np.exp(-far / 120) * (1 + 0.8 * np.cos(2 * (angle - 3 * np.log(far + 1))))
    light += 8000 * np.exp(-far / 15)
    for _ in range(600):
        away = rng.exponential(130)
        turn = 3 * np.log(away + 1) + rng.integers(2) * np.pi + rng.normal(0, 0.25)
        x, y, size = away * np.cos(turn) + 512, away * np.sin(turn) + 512, rng.uniform(2, 7)
        if 25 < x < 999 and 25 < y < 999:
            part = np.s_[int(y) - 20 : int(y) + 21, int(x) - 20 : int(x) + 21]
            square = (columns[part] + 512 - x) ** 2 + (rows[part] + 512 - y) ** 2
            light[part] += rng.exponential(150) * np.exp(-0.5 * square / size**2)
    found = list_stars(image + rng.poisson(ndimage.gaussian_filter(light, 1.5)))
    hit, false = compared(found, places, 1.5)
    assert hit[np.hypot(*(places - 512).T) > 200].mean() > 0.93
    assert false < 60


@pytest.mark.parametrize("kind", ["constant", "full", "missing", "tiny", "one row"])
def test_images_without_anything_to_find_say_so(kind):
    image = {
        "constant": np.full((100, 100), 7, np.int16),
        "full": np.full((100, 100), 65535, np.uint16),
        "missing": np.full((100, 100), np.nan),
        "tiny": np.zeros((5, 9)),
        "one row": np.zeros((1, 500)),
    }[kind]
    for search in (list_stars, list_maxima):
        found = search(image)
        assert found["count"] == len(found["x"]) == 0
        assert found["notes"]


REAL = {
    # file, threshold and width for photutils, least share of its stars that are found here
    "cluster": ("compressed/m13.fits", 3.3, 0.9),
    "open cluster": ("images/M67_dss_M6707HH.fits.gz", 3.6, 0.9),
    "amateur camera": ("night_tres1/tres1-021.fit", 2.2, 0.95),
    "sparse": ("night_arcsat/XO1-b_z_20250602_041008.fits", 3.8, 0.9),
}


@pytest.mark.parametrize("name", REAL)
def test_real_frames_have_the_stars_that_photutils_finds(name, data_dir):
    file, width, share = REAL[name]
    data = fits.getdata(data_dir / file).astype(np.float32)
    found = list_stars(data)
    level = (
        ndimage.median_filter(data[::4, ::4], 15).repeat(4, 0).repeat(4, 1)[: data.shape[0], : data.shape[1]]
    )
    light = data - level
    noise = 1.4826 * np.median(abs(light))
    # sharpness and roundness keep hot pixels out
    theirs = DAOStarFinder(15 * noise, width, sharpness_range=(0.25, 0.8), roundness_range=(-0.7, 0.7))(light)
    places = np.column_stack([theirs["x_centroid"], theirs["y_centroid"]])
    inside = (places > 4).all(axis=1) & (places < np.array(data.shape[::-1]) - 5).all(axis=1)
    off = KDTree(places_of(found)).query(places[inside])[0]
    assert inside.sum() >= 8
    assert (off < 0.6 * width).mean() >= share
    assert np.median(off) < 0.15


def test_frames_without_stars_have_next_to_none(data_dir):
    for file in (
        "night_arcsat/Dark_BIN1_20250602_032243.fits",
        "night_arcsat/Bias_BIN1_20250602_032138.fits",
        "night_tres1/tres1-001d.fit",
        "one_set_full/Dark_BIN1_20250530_020632.fits",
    ):
        assert list_stars(fits.getdata(data_dir / file))["count"] <= 5


def test_sextractor_finds_them_too(data_dir):
    data = read(data_dir / "images" / "emmi_na36.fits").data
    catalogue = np.loadtxt(data_dir / "images" / "emmi_na36_sextractor.cat", comments="#")
    found = list_stars(data)
    good = (catalogue[:, 12] / catalogue[:, 13] > 15) & (catalogue[:, -1] == 0)
    off = KDTree(places_of(found) + 1).query(catalogue[good][:, 3:5])[0]
    assert (off < 1).mean() > 0.9
    assert np.median(off) < 0.1


def test_the_method_of_a_first_course(sample):
    data = fits.getdata(sample).astype(float)
    scaled = np.arcsinh(data)
    low, high = np.percentile(scaled, [0.25, 99.5])
    scaled = (scaled - low) / (high - low)
    found = list_maxima(data)
    x, y = found["x"] - 1, found["y"] - 1
    row, column = np.rint(y).astype(int), np.rint(x).astype(int)
    # what a student would check: above 0.7, brightest around, and no two near each other
    assert (scaled[row, column] > 0.7).all()
    peaks = (data == ndimage.maximum_filter(data, 11)) & (scaled > 0.7) & (scaled < 1)
    places = np.argwhere(peaks)[:, ::-1]
    assert KDTree(places_of(found)).query(places)[0].max() <= 0.5
    assert KDTree(places_of(found)).query(places_of(found), k=2)[0][:, 1].min() >= 5
    assert np.isclose(
        KDTree(places_of(found)).query(np.argwhere(data == data.max())[:, ::-1])[0].min(), 0, atol=2.5
    )
    fewer = list_maxima(data, threshold=0.9)
    assert 10 < fewer["count"] < found["count"]
