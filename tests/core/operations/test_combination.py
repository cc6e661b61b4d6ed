"""Combined images agree with ccdproc, lose what is in one image only, and keep the flux of the stars."""

import warnings
from functools import partial
from pathlib import Path

import ccdproc
import numpy as np
import pytest
import sep
from astropy.io import fits
from astropy.nddata import CCDData
from astropy.stats import sigma_clip
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as of_arrays

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.image import Image
from viewer.core.io import read
from viewer.core.operations import stacking
from viewer.core.operations.combination import combine
from viewer.core.operations.rejection import clipped, extremes
from viewer.core.operations.stacking import gaps_in, in_blocks, means, medians, sorting_network, strips
from viewer.core.progress import Cancelled, Progress

EVEN_AND_ODD = pytest.mark.parametrize("count", [2, 3, 6, 13])
TYPES = pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int16, np.int32, np.float32, np.float64])


def images_of(stack: np.ndarray, **cards: object) -> tuple[Image, ...]:
    header = fits.Header({"EXPTIME": 60.0, "IMAGETYP": "Light Frame", **cards})
    return tuple(
        Image.of(Frame.of(data, header.copy()).derive(name=f"i{number}.fits"))
        for number, data in enumerate(stack)
    )


def combined(stack: np.ndarray, **arguments: object) -> np.ndarray:
    return combine(images=images_of(stack), progress=Progress(), **arguments).data


def noisy(count: int, kind: type = np.float64, shape: tuple[int, int] = (40, 57)) -> np.ndarray:
    random = np.random.default_rng(count)
    stack = random.normal(100, 8, (count, *shape))
    stack[random.random(stack.shape) < 0.03] += 90
    return stack.astype(kind)


def combiner(stack: np.ndarray) -> ccdproc.Combiner:
    stack = stack.astype(float)
    made = ccdproc.Combiner([CCDData(data, unit="adu", mask=np.isnan(data)) for data in stack])
    # ccdproc does not look at its mask when it clips
    made.data_arr.data[np.isnan(stack)] = np.nan
    return made


def theirs(stack: np.ndarray, method: str, before: str = "", *limits: object, **how: object) -> np.ndarray:
    """Return what ccdproc makes of it, with NaN where it masks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = combiner(stack)
        if before:
            getattr(made, before)(*limits, **how)
        result = getattr(made, method)()
        return np.where(result.mask, np.nan, result.data)


@EVEN_AND_ODD
@TYPES
@pytest.mark.parametrize("gaps", [False, True])
def test_agrees_with_ccdproc(count, kind, gaps):
    stack = noisy(count, kind)
    if gaps:
        if stack.dtype.kind != "f":
            return
        stack[np.random.default_rng(9).random(stack.shape) < 0.1] = np.nan
        stack[:, 5, 7] = np.nan
    agree = partial(np.testing.assert_allclose, rtol=1e-12 if stack.dtype.itemsize > 4 else 3e-7)
    agree(combined(stack), theirs(stack, "median_combine"))
    agree(combined(stack, method="mean"), theirs(stack, "average_combine"))
    if not gaps:
        agree(combined(stack, method="sum"), theirs(stack, "sum_combine"))
    for centre in ("median", "mean"):
        for deviation, name in (("mad", "mad_std"), ("std", "std")):
            how = {"centre": centre, "deviation": deviation, "iterations": 1}
            ours = combined(stack, method="sigma-clip", sigma_low=2.0, sigma=2.5, **how)
            how = {"func": centre, "dev_func": name}
            agree(ours, theirs(stack, "average_combine", "sigma_clipping", 2.0, 2.5, **how))
    for lowest, highest in ((1, 1), (0, 2), (3, 0)):
        if lowest + highest < count and not gaps:
            ours = combined(stack, method="min-max", lowest=lowest, highest=highest)
            agree(ours, theirs(stack, "average_combine", "clip_extrema", lowest, highest))


@TYPES
@pytest.mark.parametrize("deviation", ["mad", "std"])
@pytest.mark.filterwarnings("ignore:Input data contains invalid values")
def test_clipping_again_and_again_agrees_with_astropy(kind, deviation):
    stack = noisy(15, kind)
    if stack.dtype.kind == "f":
        stack[np.random.default_rng(9).random(stack.shape) < 0.1] = np.nan
    name = {"mad": "mad_std", "std": "std"}[deviation]
    expected = sigma_clip(stack.astype(float), sigma=2, maxiters=5, cenfunc="median", stdfunc=name, axis=0)
    ours = clipped(stack.reshape(15, -1).copy(), 2, 2, "median", deviation, 5)
    assert np.array_equal(ours.reshape(stack.shape), expected.mask)


def test_agrees_with_ccdproc_on_real_darks_from_their_files(data_dir):
    paths = sorted((data_dir / "night_tres1").glob("*d.fit"))
    assert len(paths) == 6
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        median = ccdproc.combine([str(path) for path in paths], method="median", unit="adu")
        clip = ccdproc.combine(
            [str(path) for path in paths],
            unit="adu",
            sigma_clip=True,
            sigma_clip_func="median",
            sigma_clip_dev_func="mad_std",
        )
    names = [str(path) for path in paths]
    ours = apply(Call.of("combine", images=names), None)
    assert ours.data.dtype == np.float32
    np.testing.assert_array_equal(ours.data, median.data)
    ours = apply(Call.of("combine", images=names, method="sigma-clip", iterations=1), None)
    np.testing.assert_allclose(ours.data, clip.data, rtol=1e-6)


@given(
    of_arrays.arrays(
        np.float64,
        st.tuples(st.integers(1, 40), st.integers(1, 9)),
        elements=st.one_of(st.integers(-9, 9).map(float), st.just(np.nan)),
    )
)
def test_medians_are_those_of_numpy(block):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = np.nanmedian(block, axis=0)
    np.testing.assert_array_equal(medians(block.copy(), gaps_in(block)), expected)


@given(st.integers(1, 70), st.data())
def test_a_network_without_needless_steps_still_sorts(count, data):
    wanted = data.draw(st.sets(st.integers(0, count - 1), min_size=1))
    rows = list(np.array(data.draw(st.permutations(range(count)))))
    for i, j, small, large in sorting_network(count, tuple(wanted)):
        low, high = min(rows[i], rows[j]), max(rows[i], rows[j])
        rows[i], rows[j] = low if small else -1, high if large else -1
    assert all(rows[place] == place for place in wanted)


@given(
    of_arrays.arrays(
        np.float64,
        st.tuples(st.integers(3, 12), st.integers(1, 6)),
        elements=st.one_of(st.integers(0, 4).map(float), st.just(np.nan)),
    ),
    st.integers(0, 1),
    st.integers(0, 1),
)
def test_extremes_are_the_ends_of_what_is_sorted(block, lowest, highest):
    left_out = extremes(block.copy(), lowest, highest)
    left_out = np.zeros(block.shape, bool) if left_out is None else left_out
    for column, bad in zip(block.T, left_out.T, strict=True):
        there = np.sort(column[~np.isnan(column)])
        # where values are missing, the same share is rejected
        low, high = (part * len(there) // len(column) for part in (lowest, highest))
        kept = there[low : len(there) - high]
        np.testing.assert_array_equal(np.sort(column[~bad]), kept)


def test_strips_and_blocks_change_nothing(monkeypatch, data_dir):
    paths = sorted((data_dir / "night_arcsat").glob("XO1*"))
    images = tuple(Image.of(read(path)) for path in paths)
    arguments = {"method": "sigma-clip", "level": "offset", "align": "pixels"}
    at_once = combine(images=images, progress=Progress(), **arguments)
    assert len(strips(images, (768, 768), 2.0)) == 1
    monkeypatch.setattr(stacking, "BLOCK", 5000)
    low = combine(images=images, progress=Progress(), memory=0.01, **arguments)
    assert len(strips(images, (768, 768), 0.01)) > 4
    np.testing.assert_array_equal(at_once.data, low.data)
    assert at_once.header.tostring() == low.header.tostring()
    assert at_once.header["NREJ"] > 10000


def test_two_images_work_with_every_method():
    stack = np.array([[[1, 10, np.nan, np.nan]], [[3, 1000, 7, np.nan]]])
    for method in ("median", "mean", "sigma-clip"):
        np.testing.assert_array_equal(combined(stack, method=method), [[2, 505, 7, np.nan]])
    np.testing.assert_array_equal(combined(stack, method="sum"), [[4, 1010, 14, np.nan]])
    np.testing.assert_array_equal(
        combined(stack, method="min-max", lowest=0, highest=1), [[1, 10, 7, np.nan]]
    )
    with pytest.raises(ViewerError, match="of 2 images, the 1 lowest and the 1 highest"):
        combined(stack, method="min-max")
    assert combined(stack[:1])[0, 1] == 10


def test_weights_and_levels():
    stack = np.array([[[100.0, 200]], [[160, 260]], [[140, 340]]])
    images = list(images_of(stack))
    for image, exposure in zip(images, (10, 20, 30), strict=True):
        image.header["EXPTIME"] = exposure
    made = combine(images=tuple(images), method="mean", weight="exposure", progress=Progress())
    np.testing.assert_allclose(made.data, [[(1000 + 3200 + 4200) / 60, (2000 + 5200 + 10200) / 60]])
    # a mean of 140 counts belongs to the mean exposure with the same weights
    assert made.header["EXPTIME"] == pytest.approx((100 + 400 + 900) / 60)
    assert made.header["EXPTOT"] == 60

    random = np.random.default_rng(1)
    noise = random.normal(0, 1, (3, 200, 200)) * np.array([2, 4, 8])[:, None, None]
    made = combined(1000 + noise, method="mean", weight="noise")
    weights = np.array([1, 1 / 4, 1 / 16])
    expected = np.average(1000 + noise, axis=0, weights=weights)
    np.testing.assert_allclose(made, expected, atol=0.1)
    assert made.std() < 2 * 0.9

    # the sky of the first is at 1000; a star is on all of them
    sky = np.array([1000, 1500, 400])[:, None, None] + random.normal(0, 3, (3, 200, 200))
    sky[:, 50, 60] += 5000
    offset = combined(sky, level="offset")
    assert abs(np.median(offset) - 1000) < 0.1
    assert abs(offset[50, 60] - 6000) < 10
    scaled = combined(sky / 1000 * np.array([1, 2, 4])[:, None, None], level="scale", method="mean")
    assert abs(np.median(scaled) - 1) < 0.001
    with pytest.raises(ViewerError, match=r"sky of i1\.fits is at -3: it cannot be scaled"):
        combined(np.stack([sky[0], np.full((200, 200), -3.0)]), level="scale")


def test_sum_leaves_no_holes_and_maps_tell_what_was_used():
    stack = np.full((5, 4, 6), 100.0)
    stack += np.arange(5)[:, None, None]
    stack[1, 0, 0] = np.nan
    stack[:, 3, 3] = np.nan
    stack[4, 2, 2] = 9000
    images = images_of(stack)
    total = combine(images=images, method="sum", progress=Progress())
    assert total.data[1, 1] == 510
    assert total.data[0, 0] == pytest.approx(5 * (100 + 102 + 103 + 104) / 4)
    assert np.isnan(total.data[3, 3])
    assert total.header["EXPTIME"] == 300
    exposures = combine(images=images, method="sigma-clip", result="exposure map", progress=Progress())
    assert exposures.header["BUNIT"] == "s"
    assert [exposures.data[place] for place in ((1, 1), (0, 0), (2, 2), (3, 3))] == [300, 240, 240, 0]
    rejected = combine(images=images, method="sigma-clip", result="rejected", progress=Progress())
    assert rejected.data.sum() == rejected.data[2, 2] == 1
    header = rejected.header
    assert (header["NUSED"], header["NREJ"], header["NMISS"]) == (5 * 24 - 7, 1, 6)
    assert [header[f"NREJ00{number}"] for number in range(1, 6)] == [0, 0, 0, 0, 1]


def test_header_tells_inputs_exposure_and_time(data_dir):
    paths = sorted((data_dir / "night_tres1").glob("tres1-*[0-9].fit"))
    header = apply(Call.of("combine", images=[str(path) for path in paths], method="sigma-clip"), None).header
    assert header["NCOMBINE"] == 12
    assert header["EXPTIME"] == header["EXPOSURE"] == 60
    assert header["EXPTOT"] == 720
    begins = [np.datetime64(fits.getheader(path)["DATE-OBS"], "ms") for path in paths]
    assert np.datetime64(header["DATE-BEG"]) == min(begins)
    assert np.datetime64(header["DATE-END"]) == max(begins) + np.timedelta64(60, "s")
    seconds = [(begin - begins[0]) / np.timedelta64(1, "s") for begin in begins]
    mean = begins[0] + np.timedelta64(round(1000 * (np.mean(seconds) + 30)), "ms")
    assert abs(np.datetime64(header["DATE-AVG"]) - mean) <= np.timedelta64(1, "ms")
    assert [header[f"IMCMB{number:03d}"] for number in range(1, 13)] == [path.name for path in paths]
    again = combine(images=images_of(noisy(2), NCOMBINE=5, EXPTOT=300.0, IMCMB004="x"), progress=Progress())
    assert again.header["NCOMBINE"] == 10
    assert again.header["EXPTOT"] == 600
    assert "IMCMB004" not in again.header


def test_the_mean_time_of_combined_images_counts_every_exposure():
    begins = [np.datetime64("2024-01-01T20:00:00") + np.timedelta64(10 * n * n, "m") for n in range(5)]
    images = images_of(noisy(5))
    for image, begin in zip(images, begins, strict=True):
        image.header["DATE-OBS"] = str(begin)
    # the first one of a combination is the best, not the earliest
    parts = (images[2::-1], images[3:])
    names = ("one.fits", "two.fits")
    made = [
        Image.of(combine(images=part, progress=Progress()).derive(name=name))
        for part, name in zip(parts, names, strict=True)
    ]
    again, once = (combine(images=part, progress=Progress()).header for part in (tuple(made), images))
    for keyword in ("DATE-BEG", "DATE-AVG", "DATE-END", "MJD-AVG", "EXPTOT", "NCOMBINE", "EXPTIME"):
        assert again[keyword] == once[keyword], keyword
    assert once["DATE-AVG"] == "2024-01-01T21:00:30.000"


def test_coordinates_come_from_another_image_if_the_first_has_none():
    random = np.random.default_rng(3)
    stars = random.uniform(20, 180, (40, 2))
    y, x = np.indices((200, 200))
    # turned by half a circle about the centre, and shifted
    linear, shift = -np.eye(2), np.array([203.3, 195.6])
    planes = []
    for places in (stars, stars @ linear + shift):
        plane = random.normal(100, 3, x.shape)
        for (right, up), flux in zip(places, np.linspace(3000, 30000, 40), strict=True):
            plane += flux / 20 * np.exp(-((x - right) ** 2 + (y - up) ** 2) / 6.4)
        planes.append(plane)
    images = images_of(np.array(planes))
    known = WCS(naxis=2)
    known.wcs.ctype, known.wcs.crval, known.wcs.crpix = ["RA---TAN", "DEC--TAN"], [150, 20], [90, 120]
    known.wcs.cd = [[-2e-4, 3e-5], [3e-5, 2e-4]]
    images[1].header.update(known.to_header())
    made = combine(images=images, align="stars", progress=Progress())
    there = WCS(made.header).pixel_to_world_values(*stars.T)
    back = np.stack(known.world_to_pixel_values(*there), axis=1)
    np.testing.assert_allclose(back, stars @ linear + shift, atol=0.05)
    assert "coordinates on the sky are those of i1.fits" in " ".join(made.header["HISTORY"])


def spoiled(data: np.ndarray, seed: int, trail: bool) -> np.ndarray:
    """Add 100 cosmic rays, and the trail of a satellite."""
    random = np.random.default_rng(seed)
    result = data.astype(float)
    y, x = np.indices(data.shape)
    for _ in range(100):
        row, column = random.integers(0, data.shape[0]), random.integers(0, data.shape[1] - 4)
        result[row, column : column + random.integers(1, 5)] += random.uniform(1000, 30000)
    angle = random.uniform(0.2, 1.3)
    distance = (x - data.shape[1] * seed / 5) * np.sin(angle) - (y - data.shape[0] / 2) * np.cos(angle)
    if trail:
        result += 3000 * np.exp(-((distance / 2) ** 2))
    return result.clip(0, 65535).astype(np.uint16)


@pytest.mark.parametrize("night", ["night_arcsat/XO1*.fits", "night_tres1/tres1-*[0-9].fit"])
def test_cosmic_rays_and_trails_are_gone_and_stars_keep_their_flux(data_dir, night):
    frames = [read(path) for path in sorted(data_dir.glob(night))]
    clean = tuple(Image.of(frame) for frame in frames)
    dirty = tuple(
        Image.of(frame.derive(data=spoiled(frame.data, number, trail=number in (1, 3))))
        for number, frame in enumerate(frames)
    )
    made = {
        (method, which): combine(
            images=images, method=method, align="stars", level="offset", progress=Progress()
        ).data
        for which, images in (("clean", clean), ("dirty", dirty))
        for method in ("median", "sigma-clip")
    }
    reference = made["median", "clean"]
    reference = np.nan_to_num(reference, nan=float(np.nanmedian(reference)))
    back = sep.Background(reference)
    found = sep.extract(reference - back, 10, err=back.globalrms)
    # where all frames overlap
    low, high = 130, min(reference.shape) - 130
    found = found[(found["x"] > 30) & (found["x"] < high) & (found["y"] > low) & (found["flux"] > 8000)]
    assert len(found) >= 4

    def fluxes(data: np.ndarray) -> np.ndarray:
        data = np.nan_to_num(data, nan=float(np.nanmedian(data)))
        return sep.sum_circle(data - sep.Background(data), found["x"], found["y"], 5)[0]

    for method in ("median", "sigma-clip"):
        change = np.abs(fluxes(made[method, "dirty"]) / fluxes(made[method, "clean"]) - 1)
        # where a trail crosses a star, the others differ by their seeing
        assert np.quantile(change, 0.9) < 0.01
        assert change.max() < 0.03
        # nothing is left of 30,000 counts
        left = np.abs(made[method, "dirty"] - made[method, "clean"])
        assert np.nanpercentile(left, 99.9) < 6 * back.globalrms


def test_what_does_not_fit_is_named():
    stack = noisy(3)
    with pytest.raises(ViewerError, match=r"i1\.fits has 5 x 4 pixels, i0\.fits 57 x 40"):
        combine(images=(images_of(stack)[0], images_of(np.ones((2, 4, 5)))[1]), progress=Progress())
    with pytest.raises(ViewerError, match=r"has 57 x 40 x 3 pixels"):
        combine(images=(images_of(stack)[0], images_of(stack[None])[0]), progress=Progress())
    for keyword, one, other in (
        ("FILTER", "V", "R"),
        ("GAIN", 1.5, 2.5),
        ("XBINNING", 1, 2),
        ("IMAGETYP", "Light Frame", "dark"),
    ):
        images = images_of(stack)
        for number, image in enumerate(images):
            image.header[keyword] = other if number == 2 else one
        with pytest.raises(ViewerError, match=rf"i2\.fits has (filter|gain|binning|kind) {other}"):
            combine(images=images, progress=Progress())
        assert combine(images=images, override=True, progress=Progress()).header["NCOMBINE"] == 3
    with pytest.raises(ViewerError, match=r"b\.fits is there twice"):
        Call.of("combine", images=["/n/a.fits", "/n/b.fits", "/n/b.fits"])
    with pytest.raises(ViewerError, match=r"b\.fits is there twice"):
        Call.of("combine", images=["/n/a.fits", "/n/b.fits", "/n/../n/b.fits"])
    assert Call.of("combine", images=["/n/a.fits", "/m/a.fits"])
    assert Call.of("combine", images=["/n/a.fits[1]", "/n/a.fits[2]"])
    with pytest.raises(ViewerError, match="with method median, all images count the same"):
        Call.of("combine", images=["a.fits", "b.fits"], weight="noise")
    images = images_of(stack)
    del images[1].header["EXPTIME"]
    with pytest.raises(ViewerError, match=r"the header of i1\.fits has no exposure"):
        combine(images=images, method="mean", weight="exposure", progress=Progress())
    assert "EXPTOT" not in combine(images=images, progress=Progress()).header


def test_an_image_that_cannot_be_aligned_is_left_out(data_dir):
    paths = sorted((data_dir / "night_arcsat").glob("XO1*"))[:3]
    dark = Frame.of(np.full((768, 768), 1000.0), fits.Header({"EXPTIME": 60.0})).derive(name="empty.fits")
    images = tuple(Image.of(frame) for frame in (read(paths[0]), dark, *map(read, paths[1:])))
    made = combine(images=images, align="stars", progress=Progress())
    assert made.header["NCOMBINE"] == 3
    assert "left out empty.fits" in " ".join(made.header["HISTORY"])
    with pytest.raises(ViewerError, match=r"no image can be aligned.*empty\.fits"):
        combine(images=images[:2], align="stars", progress=Progress())


def test_cubes_are_combined_plane_by_plane_and_work_can_be_cancelled(monkeypatch):
    stack = noisy(5, shape=(6, 70)).reshape(5, 3, 20, 7)
    np.testing.assert_allclose(combined(stack), np.median(stack, axis=0))
    deep = noisy(2, shape=(600, 50)).reshape(2, 6, 2, 5, 500)
    monkeypatch.setattr(stacking, "STRIP", 3 * deep[:, 0].nbytes)
    assert len(strips(images_of(deep), deep.shape[1:], 2.0)) == 2
    np.testing.assert_allclose(combined(deep, method="mean"), deep.mean(axis=0))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        combine(images=images_of(noisy(3)), progress=progress)


def test_a_stack_is_done_by_blocks_of_any_size(monkeypatch):
    stack = noisy(4)
    whole, counts = in_blocks(stack.copy(), partial(clipped, low=2, high=2), means)
    monkeypatch.setattr(stacking, "BLOCK", 100)
    parts, same = in_blocks(stack.copy(), partial(clipped, low=2, high=2), means)
    np.testing.assert_array_equal(whole, parts)
    np.testing.assert_array_equal(counts, same)


def test_output_goes_to_a_file_that_astropy_reads(tmp_path: Path):
    names = []
    for number, data in enumerate(noisy(3, np.uint16)):
        path = tmp_path / f"a{number}.fits"
        fits.writeto(path, data, fits.Header({"EXPTIME": 5.0}))
        names.append(str(path))
    made = apply(Call.of("combine", images=names), None)
    fits.writeto(tmp_path / "out.fits", made.data, made.header)
    assert fits.getval(tmp_path / "out.fits", "NCOMBINE") == 3
