"""Masters agree with ccdproc on real frames, lose what is in one frame only, and refuse what is no good."""

import warnings
from pathlib import Path

import ccdproc
import numpy as np
import pytest
from astropy import units as u
from astropy.io import fits
from astropy.nddata import CCDData

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.image import Image
from viewer.core.io import read
from viewer.core.operations.create import add_star
from viewer.core.operations.masters import master_bias, master_dark, master_flat
from viewer.core.progress import Progress

SHAPE = (60, 80)


def image(data: np.ndarray, number: int, **cards: object) -> Image:
    header = fits.Header({keyword.replace("__", "-"): value for keyword, value in cards.items()})
    return Image.of(Frame.of(data, header).derive(name=f"f{number}.fits"))


def frames(level: float, noise: float, count: int, **cards: object) -> list[Image]:
    random = np.random.default_rng(int(level))
    data = np.round(random.normal(level, noise, (count, *SHAPE))).clip(0, 65535).astype(np.uint16)
    return [image(each, number, **cards) for number, each in enumerate(data)]


def flats(level: float = 20000, count: int = 5, **cards: object) -> list[Image]:
    return frames(level, 100, count, **{"EXPTIME": 5.0, "IMAGETYP": "Flat Field", "FILTER": "V", **cards})


def flat_of(images: list[Image], **arguments: object) -> Frame:
    return master_flat(images=tuple(images), progress=Progress(), **arguments)


def constant(value: float, **cards: object) -> Frame:
    return Frame.of(np.full(SHAPE, value, np.float32), fits.Header(cards)).derive(name="master.fits")


def theirs(path: Path) -> CCDData:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return CCDData.read(path, unit="adu")


def test_masters_of_a_real_night_agree_with_ccdproc(data_dir, tmp_path):
    night = data_dir / "night_arcsat"
    raw = {kind: sorted(night.glob(f"{kind}*.fits")) for kind in ("Bias", "Dark", "domeflat")}

    def made(name: str, kind: str, **arguments: object) -> Frame:
        call = Call.of(f"master_{name}", images=[str(path) for path in raw[kind]], **arguments)
        result = apply(call, None)
        fits.writeto(tmp_path / f"{name}.fits", result.data, result.header, output_verify="silentfix")
        return result

    bias = made("bias", "Bias")
    dark = made("dark", "Dark", bias=str(tmp_path / "bias.fits"))
    flat = made("flat", "domeflat", bias=str(tmp_path / "bias.fits"), dark=str(tmp_path / "dark.fits"))
    their_bias = ccdproc.combine([theirs(path) for path in raw["Bias"]], method="median")
    their_dark = ccdproc.subtract_bias(
        ccdproc.combine([theirs(path) for path in raw["Dark"]], method="median"), their_bias
    )
    np.testing.assert_array_equal(bias.data, their_bias.data)
    np.testing.assert_array_equal(dark.data, their_dark.data)
    their_flats = [
        ccdproc.subtract_dark(
            ccdproc.subtract_bias(theirs(path), their_bias),
            their_dark,
            dark_exposure=60 * u.s,
            data_exposure=fits.getval(path, "EXPTIME") * u.s,
            scale=True,
        )
        for path in raw["domeflat"]
    ]

    # the means without outliers, which ccdproc takes from a function
    def level(data: np.ndarray) -> float:
        kept = data
        for _ in range(5):
            distance = np.abs(kept - np.median(kept))
            kept = kept[distance <= 3 * 1.4826 * np.median(distance)]
        return 1 / kept.mean()

    expected = ccdproc.combine(their_flats, method="median", scale=level).data
    np.testing.assert_allclose(flat.data, expected / expected.mean(), rtol=1e-6)
    assert abs(flat.data.mean(dtype=float) - 1) < 1e-6

    assert [each.header["IMAGETYP"] for each in (bias, dark, flat)] == [
        "Master Bias",
        "Master Dark",
        "Master Flat",
    ]
    assert (dark.header["EXPTIME"], dark.header["CALSTAT"], dark.header["BIASFILE"]) == (60, "B", "bias.fits")
    assert (flat.header["CALSTAT"], flat.header["DARKFILE"], flat.header["NCOMBINE"]) == (
        "BD",
        "dark.fits",
        3,
    )
    assert flat.header["FILTER"] == "z"
    assert flat.header["FLATLVL"] == pytest.approx(18033, abs=1)


def test_flats_of_any_brightness_count_the_same_and_lose_stars_and_scratches():
    y, x = np.indices(SHAPE)
    true = 1 - ((x - 40) ** 2 + (y - 30) ** 2) / 20000
    true /= true.mean()
    random = np.random.default_rng(2)
    images = []
    for number, level in enumerate((9000, 14000, 22000, 30000, 41000)):
        data = level * true
        # the telescope moved between the exposures of the twilight sky
        for star in range(6):
            add_star(data, 8 + 12 * star + 2.5 * number, 10 + 7 * number, 200000, 3.0)
        images.append(image(random.poisson(data).astype(np.uint16), number, IMAGETYP="Sky Flat", EXPTIME=2.0))
    for method in ("median", "sigma-clip"):
        made = flat_of(images, method=method)
        np.testing.assert_allclose(made.data, true, rtol=0.03)
        assert np.std(made.data / true) < 0.0075
    assert np.abs(flat_of(images, method="mean").data / true - 1).max() > 0.1


def test_a_dark_is_scaled_only_without_its_bias():
    images = flats(EXPTIME=30.0)
    for each in images[1:3]:
        each.header["EXPTIME"] = 15.0
    raw = np.array([each.data[...] for each in images], float)
    with pytest.raises(ViewerError, match=r"f0\.fits was exposed for 30 s, the dark for 60 s: only without"):
        flat_of(images, dark=constant(700, EXPTIME=60.0))
    times = np.array([30, 15, 15, 30, 30])[:, None, None] / 60

    def expected(corrected: np.ndarray) -> np.ndarray:
        corrected = corrected / corrected.mean(axis=(1, 2), keepdims=True)
        return np.median(corrected, axis=0) / np.median(corrected, axis=0).mean()

    slope = np.zeros(SHAPE, np.float32)
    slope[:, 40:] = 3000
    without = Frame.of(slope, fits.Header({"EXPTIME": 60.0, "CALSTAT": "B"}))
    with pytest.raises(ViewerError, match=r"the dark is without its bias, and f0\.fits is not"):
        flat_of(images, dark=without)
    for dark in (without, Frame.of(slope + 500, fits.Header({"EXPTIME": 60.0}))):
        made = flat_of(images, bias=constant(500), dark=dark)
        np.testing.assert_allclose(made.data, expected(raw - 500 - times * slope), rtol=2e-4)
    equal = Frame.of(slope + 500, fits.Header({"EXPTIME": 30.0}))
    made = flat_of([images[0], *images[3:]], dark=equal)
    np.testing.assert_allclose(made.data, expected(raw[[0, 3, 4]] - 500 - slope), rtol=2e-4)
    with pytest.raises(ViewerError, match="the header of the dark has no exposure"):
        flat_of(images, bias=constant(500), dark=constant(600))
    with pytest.raises(ViewerError, match="the dark has 5 x 4 pixels, the images 80 x 60"):
        flat_of(images, dark=Frame.of(np.zeros((4, 5)), fits.Header({"EXPTIME": 30.0})))


def test_nonlinearity_is_undone_before_the_division():
    half = np.full(SHAPE, 10000.0)
    half[:, 40:] = 20000
    true = half / half.mean()
    counts = np.linspace(0, 30000, 300001)
    light = (-1e-11 * counts + 3e-6) * counts**2 + 0.98 * counts
    images = [image(np.interp(half * f, light, counts), number) for number, f in enumerate((1.0, 0.8, 1.1))]
    assert np.abs(flat_of(images).data / true - 1).max() > 0.01
    np.testing.assert_allclose(flat_of(images, a=0.98, b=3e-6, c=-1e-11).data, true, rtol=1e-6)


def test_bad_flats_are_named():
    good = flats()
    saturated = image(np.full(SHAPE, 65535, np.uint16), 7, FILTER="V", EXPTIME=5.0)
    with pytest.raises(ViewerError, match=r"f7\.fits is saturated in 100 % of its pixels"):
        flat_of([*good, saturated])
    # the camera's own level, in the header
    for each in good:
        each.header["SATURATE"] = 20100
    with pytest.raises(
        ViewerError, match=r"f0\.fits is saturated in 17 % of its pixels.*2\.fits.*and 2 more"
    ):
        flat_of(good)
    assert flat_of(good, override=True).data.mean() == pytest.approx(1)
    good = flats()
    dark = good[1].data[...].copy()
    dark[:, :10] = 0
    with pytest.raises(ViewerError, match=r"f9\.fits is zero or negative in 12\.5 % of its pixels"):
        flat_of([*good, image(dark, 9, FILTER="V")])
    with pytest.raises(ViewerError, match=r"the mean of f0\.fits is -"):
        flat_of(good, bias=constant(30000), override=True)
    with pytest.raises(ViewerError, match=r"f5\.fits has filter R, f0\.fits V"):
        flat_of([*good, image(good[0].data[...], 5, FILTER="R")])
    with pytest.raises(ViewerError, match=r"the header of f5\.fits calls it a dark, not a flat"):
        flat_of([*good, image(good[0].data[...], 5, IMAGETYP="DARK")])


def test_dead_and_missing_pixels_are_missing_in_the_flat():
    data = np.array([each.data[...] for each in flats()], np.float32)
    data[:, 3, 4] = 0
    data[2, 5, 6] = np.nan
    data[1, 7, 8] = -10
    made = flat_of([image(each, number) for number, each in enumerate(data)])
    assert np.argwhere(np.isnan(made.data)).tolist() == [[3, 4]]
    assert abs(made.data[5, 6] - 1) < 0.02
    assert abs(made.data[7, 8] - 1) < 0.02
    assert made.header["NMISS"] == 7


def test_bias_and_dark_do_with_few_frames_and_name_what_does_not_belong():
    biases = frames(1000, 5, 2, IMAGETYP="zero", EXPTIME=0.0)
    made = master_bias(images=tuple(biases), progress=Progress())
    expected = (biases[0].data[...].astype(float) + biases[1].data[...]) / 2
    np.testing.assert_array_equal(made.data, expected)
    assert made.data.dtype == np.float32
    assert made.header["EXPTIME"] == 0

    darks = frames(1100, 6, 4, IMAGETYP="Dark Frame", EXPTIME=60.0, CCD__TEMP=-10.0)
    good = master_dark(images=tuple(darks), method="sigma-clip", progress=Progress())
    assert 1099 < good.data.mean() < 1101
    assert good.header["NREJ"] > 0
    assert "CALSTAT" not in good.header
    once = master_dark(images=(darks[0],), progress=Progress())
    np.testing.assert_array_equal(once.data, darks[0].data[...])

    for wrong, sentence in (
        (frames(21000, 90, 1, IMAGETYP="Dark Frame", EXPTIME=60.0), "are at 2.*those of the others at 1100"),
        (frames(1100, 6, 1, IMAGETYP="FLAT", EXPTIME=60.0), "calls it a flat, not a dark"),
        (frames(1100, 6, 1, EXPTIME=120.0), r"has exposure 120, f0\.fits 60"),
        (frames(1100, 6, 1, CCD__TEMP=3.0), r"has temperature 3, f0\.fits -10"),
        (frames(1100, 6, 1, XBINNING=2, YBINNING=2), ""),
    ):
        images = (*darks, *wrong)
        if sentence:
            with pytest.raises(ViewerError, match=sentence):
                master_dark(images=images, progress=Progress())
        assert master_dark(images=images, override=True, progress=Progress()).header["NCOMBINE"] == 5
    done = frames(100, 6, 3, CALSTAT="B", EXPTIME=60.0)
    with pytest.raises(ViewerError, match=r"the bias was subtracted from f0\.fits before"):
        master_dark(images=tuple(done), bias=constant(1000), progress=Progress())


def test_the_raw_files_are_what_they_were(data_dir):
    paths = sorted((data_dir / "night_arcsat").glob("domeflat*"))
    opened = tuple(read(path) for path in paths)
    before = [frame.data.copy() for frame in opened]
    flat_of([Image.of(frame) for frame in opened], method="sigma-clip")
    for frame, data in zip(opened, before, strict=True):
        np.testing.assert_array_equal(frame.data, data)
        assert frame.header["IMAGETYP"].strip() == "FLAT"
