"""Calibration agrees with ccdproc and with the tables of the real nights, and refuses what does not fit."""

import csv
from pathlib import Path

import ccdproc
import numpy as np
import pytest
from astropy import units as u
from astropy.io import fits
from astropy.nddata import CCDData, StdDevUncertainty

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.operations.calibration import calibrate, uncertainty
from viewer.core.operations.defects import bad_pixels

ARCSAT = "night_arcsat"


def header(**cards: object) -> fits.Header:
    made = fits.Header()
    for keyword, value in cards.items():
        made[keyword.replace("__", "-")] = value
    return made


def frame(value: float, noise: float = 5.0, shape: tuple[int, ...] = (64, 80), **cards: object) -> Frame:
    rng = np.random.default_rng(abs(int(value)) + 1)
    return Frame.of(rng.normal(value, noise, shape).astype(np.float32), header(**cards))


def median(folder: Path, pattern: str, **cards: object) -> Frame:
    """Return the median of some raw frames, with the header of the first."""
    frames = [read(path) for path in sorted(folder.glob(pattern))]
    assert frames
    made = frames[0].header.copy()
    made.update(cards)
    return Frame.of(np.median([each.data.astype(float) for each in frames], axis=0), made)


def ccd(frame: Frame, unit: object = u.adu) -> CCDData:
    return CCDData(frame.data.astype(float), unit=unit, meta=dict(frame.header))


def close(ours: np.ndarray, theirs: np.ndarray, values: float) -> bool:
    """Whether numbers agree to the rounding of 32-bit floats of this size."""
    return np.allclose(ours, theirs, rtol=1e-6, atol=4 * values * np.finfo(np.float32).eps)


def truth(folder: Path) -> list[dict[str, str]]:
    with (folder / "TRUTH.tsv").open(encoding="utf-8") as lines:
        return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


# ------------------------------------------------------------------ the same numbers as others


@pytest.fixture(scope="module")
def arcsat(data_dir: Path) -> dict[str, Frame]:
    folder = data_dir / ARCSAT
    bias, dark = median(folder, "Bias*"), median(folder, "Dark*")
    flats = []
    for path in sorted(folder.glob("domeflat*")):
        values = read(path).data - bias.data
        flats.append(values / np.median(values))
    flat = Frame.of(np.median(flats, axis=0), header(FILTER="z", CALSTAT="B"))
    return {"bias": bias, "dark": dark, "flat": flat}


def test_the_numbers_of_the_nights(data_dir, arcsat):
    """As TRUTH.tsv has them, where the flat's median is 1 and not its mean."""
    flat = arcsat["flat"].data
    for row in truth(data_dir / ARCSAT):
        raw = read(data_dir / ARCSAT / row["file"])
        done = calibrate(raw, dark=arcsat["dark"], flat=arcsat["flat"])
        values = done.data * np.median(flat) / np.mean(flat)
        y, x = (length // 2 for length in raw.shape)
        assert values[y, x] == pytest.approx(float(row["calibrated_there"]), abs=2e-3)
        assert np.median(values) == pytest.approx(float(row["median_calibrated"]), abs=0.051)
        assert done.header["CALSTAT"] == "DF"
        assert "CALNOTE1" not in done.header
    folder = data_dir / "night_tres1"
    dark = median(folder, "tres1-*d.fit")
    for row in truth(folder):
        raw = read(folder / row["file"])
        done = calibrate(raw, dark=dark, tolerance=1.0)
        y, x = (length // 2 for length in raw.shape)
        assert done.data[y, x] == float(row["calibrated_there"])
        assert np.median(done.data) == float(row["median_calibrated"])


@pytest.mark.parametrize("name", ["XO1-b_z_20250602_041008.fits", "domeflat_z_002.fits"])
def test_bias_scaled_dark_and_flat_as_ccdproc(name, data_dir, arcsat):
    raw = read(data_dir / ARCSAT / name)
    bias, dark, flat = (ccd(arcsat[kind]) for kind in ("bias", "dark", "flat"))
    current = ccdproc.subtract_bias(dark, bias)
    theirs = ccdproc.subtract_bias(ccd(raw), bias)
    exposures = {"data_exposure": raw.header["EXPTIME"] * u.s, "dark_exposure": 60 * u.s}
    theirs = ccdproc.subtract_dark(theirs, current, scale=True, **exposures)
    theirs = ccdproc.flat_correct(theirs, flat)
    done = calibrate(raw, **arcsat)
    assert close(done.data, theirs.data, 65535)
    assert done.header["DARKSCAL"] == raw.header["EXPTIME"] / 60
    # a dark that is without its bias gives the same
    free = Frame.of(current.data, header(EXPTIME=60.0, CALSTAT="B"))
    assert np.allclose(calibrate(raw, **{**arcsat, "dark": free}).data, done.data, rtol=1e-12)
    # and so if it does not say so, but lies far below the bias
    free = Frame.of(current.data, header(EXPTIME=60.0))
    assert np.allclose(calibrate(raw, **{**arcsat, "dark": free}).data, done.data, rtol=1e-12)


def test_raw_integers_are_enough_for_float32(data_dir, arcsat):
    """With masters in float32 the result is float32, and off by rounding only."""
    raw = read(data_dir / ARCSAT / "XO1-b_z_20250602_041008.fits")
    single = {kind: each.derive(data=each.data.astype(np.float32)) for kind, each in arcsat.items()}
    done = calibrate(raw, **single)
    assert done.data.dtype == np.float32
    assert close(done.data, calibrate(raw, **arcsat).data, 65535)


def test_overscan_trim_and_gain_as_ccdproc(data_dir):
    raw = read(data_dir / "images" / "ccd_saao_a8280271.fits")
    bias_section = raw.header["BIASSEC"].replace(" ", "")
    theirs = ccdproc.subtract_overscan(ccd(raw), fits_section=bias_section, overscan_axis=None, median=True)
    assert np.array_equal(calibrate(raw, overscan=True).data, theirs.data)
    theirs = ccdproc.trim_image(theirs, fits_section=raw.header["TRIMSEC"].replace(" ", ""))
    theirs = ccdproc.gain_correct(theirs, 1.9 * u.electron / u.adu)
    call = Call.of("calibrate", overscan=True, trim=True, electrons=True)
    done = apply(call, raw)
    assert done.data.shape == (520, 512)
    assert close(done.data, theirs.data, 65535)
    assert (done.header["BUNIT"], done.unit, done.header["GAIN"]) == ("electron", "electron", 1.0)
    assert (done.header["LTV1"], done.header["TRIMSEC"]) == (-16, "[1:512,1:520]")
    assert "BIASSEC" not in done.header
    assert done.problems == raw.problems
    # along rows too, where the overscan lies above
    lying = Frame.of(raw.data.T.copy(), header(BIASSEC="[1:520,4:13]"))
    assert np.array_equal(calibrate(lying, overscan=True).data, calibrate(raw, overscan=True).data.T)


def test_masters_of_the_raw_size_are_cut_like_the_frame(data_dir):
    raw = read(data_dir / "images" / "ccd_saao_a8280271.fits")
    rng = np.random.default_rng(1)
    level = Frame.of(rng.normal(500, 3, raw.shape), raw.header.copy())
    level.header["IMAGETYP"] = "zero"
    small = calibrate(level, overscan=True, trim=True)
    once = calibrate(raw, bias=level, overscan=True, trim=True)
    assert np.array_equal(once.data, calibrate(raw, bias=small, overscan=True, trim=True).data)
    # it was subtracted from this one already
    kept = calibrate(level, overscan=True)
    assert np.allclose(once.data, calibrate(raw, bias=kept, overscan=True, trim=True).data)
    with pytest.raises(ViewerError, match="the bias has 512 x 520 pixels and the frame 536 x 520"):
        calibrate(raw, bias=small)
    with pytest.raises(ViewerError, match="no BIASSEC"):
        calibrate(frame(100), overscan=True)
    with pytest.raises(ViewerError, match=r"TRIMSEC = .* is not inside the image of 80 x 64"):
        calibrate(frame(100, TRIMSEC="[1:81,1:64]"), trim=True)


def test_the_sky_stays_where_it_is_when_trimmed(data_dir):
    raw = read(data_dir / ARCSAT / "XO1-b_z_20250602_041008.fits")
    raw.header["TRIMSEC"] = "[101:700,51:750]"
    done = calibrate(raw, trim=True)
    assert done.shape == (700, 600)
    assert done.world.sky(200, 300) == pytest.approx(raw.world.sky(300, 350), abs=1e-9)


def test_nonlinearity_comes_after_the_dark_and_before_the_flat():
    raw, dark = frame(20000, EXPTIME=10), frame(1000, EXPTIME=10)
    flat = frame(1, 0.1, CALSTAT="D")
    done = calibrate(raw, dark=dark, flat=flat, a=1.01, b=-2e-6, c=3e-11)
    v = raw.data.astype(float) - dark.data
    expected = (1.01 * v - 2e-6 * v**2 + 3e-11 * v**3) / (flat.data / np.mean(flat.data, dtype=float))
    assert close(done.data, expected, 20000)


def test_noise_as_ccdproc(data_dir, arcsat):
    raw = read(data_dir / ARCSAT / "XO1-b_z_20250602_041008.fits")
    level = ccdproc.subtract_bias(ccd(raw), ccd(arcsat["bias"]))
    gain, noise = 1.4 * u.electron / u.adu, 7.5 * u.electron
    theirs = ccdproc.create_deviation(level, gain=gain, readnoise=noise, disregard_nan=True)
    ours = uncertainty(raw, gain=1.4, readnoise=7.5, bias=arcsat["bias"])
    expected = theirs.uncertainty.array.copy()
    # where ccdproc goes below zero it forgets to divide by the gain only if asked for NaN
    assert close(ours.data, expected, 100)
    # through dark and flat, whose own noise is taken to be zero
    current = ccdproc.subtract_bias(ccd(arcsat["dark"]), ccd(arcsat["bias"]))
    theirs = ccdproc.subtract_dark(
        theirs, current, data_exposure=60 * u.s, dark_exposure=60 * u.s, scale=True
    )
    theirs = ccdproc.flat_correct(theirs, ccd(arcsat["flat"]))
    assert isinstance(theirs.uncertainty, StdDevUncertainty)
    ours = uncertainty(raw, gain=1.4, readnoise=7.5, bias=arcsat["bias"], flat=arcsat["flat"])
    assert close(ours.data, theirs.uncertainty.array, 100)


def test_noise_is_the_scatter_of_many_frames():
    rng = np.random.default_rng(2)
    electrons = rng.poisson(800, (400, 40, 40)) + rng.normal(0, 6, (400, 40, 40))
    frames = electrons / 2.5
    noise = uncertainty(Frame.of(frames.mean(axis=0), header(GAIN=2.5, RDNOISE=6.0)), from_header=True)
    assert frames.std(axis=0).mean() == pytest.approx(noise.data.mean(), rel=0.01)


# ------------------------------------------------------------------ what does not fit


LIGHT = {"EXPTIME": 60.0, "CCD__TEMP": -20.0, "FILTER": "R", "XBINNING": 1, "YBINNING": 1, "GAIN": 1.5}
MISFITS = [
    ("dark", {"EXPTIME": 30.0}, "the dark does not fit: it has 30 s, the frame 60 s, and without a bias"),
    ("dark", {"CCD__TEMP": -5.0}, r"it has -5.0 °C, the frame -20.0 °C"),
    ("dark", {"XBINNING": 2, "YBINNING": 2}, "it has binning 2 x 2, the frame 1 x 1"),
    ("dark", {"GAIN": 3.0}, "it has gain 3, the frame 1.5"),
    ("dark", {"IMAGETYP": "Flat Field"}, "its header calls it a flat"),
    ("dark", {"CALSTAT": "B"}, "is without its bias, and the frame is not"),
    ("bias", {"IMAGETYP": "DARK"}, "the bias does not fit: its header calls it a dark"),
    ("flat", {"FILTER": "sdss_r"}, "it has filter r, the frame R"),
    ("flat", {"INSTRUME": "another"}, "it was taken with another, the frame with cam"),
]


@pytest.mark.parametrize(("kind", "cards", "message"), MISFITS)
def test_a_master_that_does_not_fit_is_refused_and_can_be_overruled(kind, cards, message):
    raw = frame(3000, INSTRUME="cam", **LIGHT)
    level = {"bias": 1000, "dark": 1010, "flat": 1}[kind]
    fitting = frame(level, 0.01 * level, INSTRUME="cam", **LIGHT)
    master = frame(level, 0.01 * level, **{"INSTRUME": "cam", **LIGHT, **cards})
    assert "CALNOTE1" not in calibrate(raw, **{kind: fitting}).header
    with pytest.raises(ViewerError, match=message) as caught:
        calibrate(raw, **{kind: master})
    assert str(caught.value).endswith("go on all the same with override.")
    done = calibrate(raw, **{kind: master}, override=True)
    assert np.array_equal(done.data, calibrate(raw, **{kind: fitting}).data)
    assert message.partition("°")[0].partition(": ")[2][:20] in done.header["CALNOTE1"]
    assert done.header["CALNOTE1"].startswith("Overruled: the ")


def test_what_fits_within_reason_is_taken():
    raw = frame(3000, **LIGHT)
    for cards in ({"EXPTIME": 60.5}, {"CCD__TEMP": -18.1}, {"EXPOSURE": "60.0"}):
        calibrate(raw, dark=frame(1000, **{**LIGHT, **cards}))
    calibrate(raw, dark=frame(1000, **{**LIGHT, "CCD__TEMP": -5.0}), tolerance=20)
    # spelled in another way
    calibrate(frame(3000, FILTER="r"), flat=frame(1, 0.01, FILTER="SDSS r'", CALSTAT="D"))
    # another exposure is the dark's own affair if there is a bias
    calibrate(raw, dark=frame(1001, **{**LIGHT, "EXPTIME": 10.0}), bias=frame(1000, EXPTIME=0))
    with pytest.raises(ViewerError, match="it has 0 s, which cannot be scaled to the 60 s of the frame"):
        calibrate(raw, dark=frame(1001, **{**LIGHT, "EXPTIME": 0.0}), bias=frame(1000, EXPTIME=0))
    done = calibrate(raw, dark=frame(1000))
    assert done.header["CALNOTE1"] == "The dark did not tell the exposure: the dark was subtracted as it is."


def test_the_shadow_towards_the_corners_of_a_flat_is_not_taken_for_the_noise_of_a_dark():
    random = np.random.default_rng(5)
    y, x = np.indices((200, 200)) / 100 - 1
    raw = Frame.of(1500 + random.normal(0, 20, x.shape), header(**LIGHT))
    bias = Frame.of(1000 + random.normal(0, 5, x.shape), header(EXPTIME=0.0))
    flat = 1000 + 22000 * (1 - 0.25 * (x * x + y * y)) + random.normal(0, 120, x.shape)
    dark = Frame.of(flat, header(**{**LIGHT, "IMAGETYP": "Dark", "EXPTIME": 120.0}))
    with pytest.raises(ViewerError, match="the dark is brighter than the frame"):
        calibrate(raw, bias=bias, dark=dark)


def test_a_dark_that_is_a_flat_and_a_saturated_flat_are_seen_in_the_pixels(data_dir, arcsat):
    folder = data_dir / ARCSAT
    raw, flat = read(folder / "XO1-b_z_20250602_041008.fits"), read(folder / "domeflat_z_001.fits")
    cards = raw.header.copy()
    cards["IMAGETYP"] = "DARK"
    with pytest.raises(ViewerError, match=r"the dark is brighter than the frame: .* are their medians"):
        calibrate(raw, dark=Frame.of(flat.data, cards))
    assert calibrate(raw, dark=arcsat["dark"]).header["CALSTAT"] == "D"
    full = np.where(np.arange(768) < 20, 65535, flat.data).astype(np.uint16)
    with pytest.raises(ViewerError, match="the flat is saturated in 3% of its pixels, at 65535"):
        calibrate(raw, flat=Frame.of(full, flat.header))
    # a raw flat is taken, but it is said
    done = apply(Call.of("calibrate", flat=str(folder / "domeflat_z_001.fits")), raw)
    assert any("CALSTAT" in problem for problem in done.problems)
    assert done.header["FLATFILE"] == "domeflat_z_001.fits"


def test_a_frame_is_not_corrected_twice(data_dir, arcsat):
    raw = read(data_dir / ARCSAT / "XO1-b_z_20250602_041008.fits")
    done = calibrate(raw, **arcsat)
    assert done.header["CALSTAT"] == "BDF"
    with pytest.raises(ViewerError, match="says that it was corrected for its dark before"):
        calibrate(done, dark=arcsat["dark"])
    # as IRAF, ccdproc and HST say it; what is still to be done, is not done
    for card, value, refused in (
        ("ZEROCOR", "Jun  2 04:10 Zero level correction image is Zero", True),
        ("SUBBIAS", "subtract_bias", True),
        ("BIASCORR", "PERFORM", False),
        ("ZEROCOR", False, False),
    ):
        cards = raw.header.copy()
        cards[card] = value
        if refused:
            with pytest.raises(ViewerError, match="corrected for its bias before"):
                calibrate(Frame.of(raw.data, cards), bias=arcsat["bias"])
        else:
            calibrate(Frame.of(raw.data, cards), bias=arcsat["bias"])


def test_pixels_where_the_flat_is_zero_are_missing_and_this_is_said():
    raw = frame(3000)
    values = np.ones(raw.shape)
    values[3, 4], values[5, 6], values[7, 8] = 0, -1, np.nan
    done = apply(
        Call.of("calibrate", flat="flat.fits"), raw, find=lambda *_: Frame.of(values, header(CALSTAT="D"))
    )
    missing = np.isnan(done.data)
    assert np.argwhere(missing).tolist() == [[3, 4], [5, 6], [7, 8]]
    assert np.allclose(done.data[~missing], raw.data[~missing] * np.nanmean(values))
    assert done.problems == ("3 pixels of the flat are not above 0: missing in the result.",)
    with pytest.raises(ViewerError, match="the mean of the flat is 0"):
        calibrate(raw, flat=Frame.of(np.zeros(raw.shape), header()))


def test_missing_pixels_stay_missing_and_spread_nowhere():
    data = frame(3000, EXPTIME=5).data.copy()
    data[10, 10] = np.nan
    dark = frame(1000, EXPTIME=5).data.copy()
    dark[20, 20] = np.nan
    flat = frame(1, 0.01).data.copy()
    flat[30, 30] = np.nan
    done = calibrate(
        Frame.of(data, header(EXPTIME=5)),
        dark=Frame.of(dark, header(EXPTIME=5)),
        flat=Frame.of(flat, header()),
    )
    assert np.argwhere(np.isnan(done.data)).tolist() == [[10, 10], [20, 20], [30, 30]]


def test_cubes_are_corrected_plane_by_plane():
    cube = frame(3000, shape=(3, 64, 80))
    dark, flat = frame(1000), frame(1, 0.01, CALSTAT="D")
    done = calibrate(cube, dark=dark, flat=flat)
    for plane in range(3):
        one = Frame.of(cube.data[plane], header())
        assert np.array_equal(done.data[plane], calibrate(one, dark=dark, flat=flat).data)


def test_gain_of_header_or_number():
    raw = frame(3000, GAIN=1.9, EGAIN=0.8, BUNIT="adu")
    assert np.array_equal(calibrate(raw, electrons=True).data, raw.data * 0.8)
    done = calibrate(raw, gain=2.0)
    assert np.array_equal(done.data, raw.data * 2)
    assert (done.header["BUNIT"], done.header["GAINUSED"], done.header["EGAIN"]) == ("electron", 2.0, 1.0)
    with pytest.raises(ViewerError, match="in electrons already"):
        calibrate(done, gain=2.0)
    with pytest.raises(ViewerError, match="GAIN = 139 looks like a setting"):
        calibrate(frame(3000, GAIN=139), electrons=True)
    with pytest.raises(ViewerError, match="no gain"):
        calibrate(frame(3000), electrons=True)


# ------------------------------------------------------------------ bad pixels


def test_bad_pixels_of_a_real_dark_and_flat(data_dir, arcsat):
    """Those put in are found, and few others."""
    rng = np.random.default_rng(4)
    rows, columns = rng.integers(0, 768, (2, 300))
    dark, flat = arcsat["dark"].data.copy(), arcsat["flat"].data.copy()
    before = bad_pixels(arcsat["dark"], flat=arcsat["flat"]).data
    noise = 1.4826 * np.median(np.abs(dark - np.median(dark)))
    dark[rows[:150], columns[:150]] += 20 * noise
    flat[rows[150:], columns[150:]] *= 0.3
    flat[0, 0] = np.nan
    marks = bad_pixels(Frame.of(dark, header()), flat=Frame.of(flat, header()))
    assert marks.data.dtype == np.uint8
    assert marks.data[rows, columns].all()
    assert marks.data[0, 0] == 1
    put_in = np.zeros(dark.shape, bool)
    put_in[rows, columns] = put_in[0, 0] = True
    # those at the limit may change with the level around
    assert np.count_nonzero(marks.data[~put_in] != before[~put_in]) < 10
    assert before.mean() < 0.005
    assert marks.header["NBADPIX"] == np.count_nonzero(marks.data)
    alone = bad_pixels(Frame.of(flat, header()), of="flat")
    assert np.array_equal(alone.data | bad_pixels(Frame.of(dark, header())).data, marks.data)


def test_a_glowing_corner_is_not_bad():
    y, x = np.mgrid[:300, :310]
    glow = 400 * np.exp(-np.hypot(x - 309, y) / 60)
    data = np.random.default_rng(5).normal(1000, 4, x.shape) + glow
    data[150, 200] = 1100
    marks = bad_pixels(Frame.of(data, header())).data
    assert np.argwhere(marks).tolist() == [[150, 200]]


def test_bad_pixels_are_missing_or_the_median_of_their_neighbours():
    raw = frame(3000)
    marks = np.zeros(raw.shape, np.uint8)
    marks[20, 30] = marks[40, 50] = marks[0, 0] = 1
    bad = Frame.of(marks, header())
    done = calibrate(raw, bad=bad).data
    assert np.argwhere(np.isnan(done)).tolist() == [[0, 0], [20, 30], [40, 50]]
    filled = calibrate(raw, bad=bad, fill=True).data
    around = np.delete(raw.data[19:22, 29:32].ravel(), 4)
    assert filled[20, 30] == np.median(around)
    assert np.isfinite(filled).all()
    assert np.array_equal(filled[marks == 0], raw.data[marks == 0])
    with pytest.raises(ViewerError, match="every pixel is bad"):
        calibrate(raw, bad=Frame.of(marks + 1, header()))
