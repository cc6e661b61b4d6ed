"""Extraction: the same spectrum of a frame that was flipped, turned or cut, and bands that are proposed."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io.fits import Header

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.measure.extraction import Calibration, Extraction, extracted
from viewer.core.measure.slitbands import proposed, slit_place, traced
from viewer.core.measure.spectrum import slit_positions
from viewer.core.measure.wavelength import line_centre

ROWS, COLUMNS = 80, 200


def _frame() -> Frame:
    """A star on row 33 with a line at column 60, and wavelengths from CRPIX 10.5 on."""
    y, x = np.mgrid[1 : ROWS + 1, 1 : COLUMNS + 1]
    light = 500 + 800 * np.exp(-0.5 * ((x - 60) / 2.5) ** 2)
    data = light * np.exp(-0.5 * ((y - 33) / 2) ** 2) + 100 + np.random.default_rng(1).normal(0, 2, x.shape)
    cards = {"CTYPE1": "AWAV", "CUNIT1": "Angstrom", "CRVAL1": 5000.0, "CRPIX1": 10.5, "CDELT1": 2.0}
    return Frame.of(
        data.astype(np.float32), Header({**cards, "CTYPE2": "LINEAR", "CDELT2": 0.4, "GAIN": 1.5})
    )


def test_flips_turns_and_cuts_leave_the_spectrum_as_it_is():
    frame = _frame()
    how = Extraction("rows", (26, 40), ((5, 20), (50, 70)))
    plain = extracted(frame, how)
    np.testing.assert_allclose(plain.axis.values, 5000 + 2 * (np.arange(1, COLUMNS + 1) - 10.5))
    assert plain.axis.medium == "air"
    upside = apply(Call.of("flip_vertical"), frame)
    found = extracted(upside, Extraction("rows", (81 - 40, 81 - 26), ((81 - 20, 81 - 5), (81 - 70, 81 - 50))))
    np.testing.assert_allclose(found.flux, plain.flux, rtol=1e-12)
    np.testing.assert_allclose(found.axis.values, plain.axis.values)
    mirrored = extracted(apply(Call.of("flip_horizontal"), frame), how)
    np.testing.assert_allclose(mirrored.flux, plain.flux[::-1], rtol=1e-12)
    np.testing.assert_allclose(mirrored.axis.values, plain.axis.values[::-1])
    transposed = extracted(apply(Call.of("transpose"), frame), Extraction("columns", how.band, how.sky))
    np.testing.assert_allclose(transposed.flux, plain.flux, rtol=1e-12)
    np.testing.assert_allclose(transposed.axis.values, plain.axis.values)
    cut = apply(Call.of("crop", x1=31, x2=150, y1=4, y2=76), frame)
    moved = extracted(cut, Extraction("rows", (23, 37), ((2, 17), (47, 67))))
    np.testing.assert_allclose(moved.flux, plain.flux[30:150], rtol=1e-12)
    np.testing.assert_allclose(moved.axis.values, plain.axis.values[30:150])


def test_masked_pixels_are_left_out():
    frame = _frame()
    mask = np.zeros((ROWS, COLUMNS), bool)
    mask[31:34, 100] = True
    found = extracted(frame.derive(mask=mask), Extraction("rows", (26, 40), ((5, 20),)))
    assert found.count[100] == 12
    assert np.isnan(found.flux[100])
    assert "too many pixels are missing" in found.notes[-1]


def test_bands_are_proposed_around_the_object():
    frame = _frame()
    how, told = proposed(frame, "rows")
    assert 24 <= how.band[0] <= 29 < 37 <= how.band[1] <= 42
    assert all(high < how.band[0] or low > how.band[1] for low, high in how.sky)
    assert "pixels wide" in told
    # nearly all light is in the band, and none in the sky
    wide = extracted(frame, Extraction("rows", (20, 46), ((1, 15), (55, 80))))
    assert np.nansum(extracted(frame, how).flux) == pytest.approx(np.nansum(wide.flux), rel=0.01)


def test_a_place_on_the_slit_and_back():
    for along, angle, trace in (
        ("rows", 0.0, None),
        ("rows", 3.0, None),
        ("columns", -2.0, None),
        ("rows", 0.0, (30.0, 0.02, 1e-4)),
        ("columns", 0.0, (30.0, 0.02, 1e-4)),
    ):
        how = Extraction(along, (20, 30), angle=angle, trace=trace)
        x, y = slit_positions((ROWS, COLUMNS), along, np.array([12.25]), angle, trace)
        places = [slit_place((ROWS, COLUMNS), how, *point) for point in zip(x[0], y[0], strict=True)]
        np.testing.assert_allclose(places, 12.25, atol=1e-9)


def test_the_command_line_that_it_says(data_dir: Path):
    frame = read(data_dir / "longslit_sprat" / "v_s_20180810_27_1_0_0.fits.gz")
    how = Extraction(
        "rows",
        (124, 142),
        ((90, 115),),
        angle=traced(frame, Extraction("rows", (124, 142)), 1)["angle"],
        calibration=Calibration(((281.23, 4671.23), (913.52, 7642.02)), medium="air"),
    )
    found = extracted(frame, how)
    assert found.history[0].startswith(
        "skyloupe spectrum v_s_20180810_27_1_0_0.fits.gz --along rows --band 124:142 --sky 90:115 --sky-fit "
        "median --combine sum --rotate -0.14"
    )
    assert found.history[0].endswith(
        "--calibrate 281.23=4671.23 913.52=7642.02 --order 1 --unit Angstrom --medium air"
    )
    assert found.axis.title == "wavelength in air (Angstrom)"


def test_bands_are_closer_around_a_straightened_spectrum():
    y, x = np.mgrid[1:201, 1:601].astype(float)
    bent = 300 * np.exp(-0.5 * ((y - 100 - 20 * ((x - 300) / 300) ** 2) / 3) ** 2)
    frame = Frame.of((bent + np.random.default_rng(0).normal(100, 3, x.shape)).astype(np.float32), Header())
    wide, _ = proposed(frame, "rows")
    assert wide.band[1] >= 120
    trace = tuple(traced(frame, wide, 2)["coefficients"].tolist())
    near, _ = proposed(frame, "rows", trace=trace)
    assert 86 <= near.band[0] <= 94
    assert 106 <= near.band[1] <= 114
    found = extracted(frame, near)
    # all light of a Gaussian of sigma 3
    middle = found.flux[5:-5]
    assert np.mean(middle) == pytest.approx(300 * 3 * np.sqrt(2 * np.pi), rel=0.01)


def test_sky_bands_on_a_lamp_are_spoken_of(data_dir: Path):
    folder = data_dir / "longslit_sprat"
    star, lamp = (
        read(folder / name) for name in ("v_s_20180810_27_1_0_0.fits.gz", "v_a_20180810_13_1_0_1.fits.gz")
    )
    bands = Extraction("rows", (127, 138), ((104, 123), (142, 161)))
    said = "the light fills the slit"
    assert extracted(lamp, bands).notes[0].startswith(said)
    assert not any(said in note for note in extracted(star, bands).notes)
    assert not any(said in note for note in extracted(lamp, Extraction("rows", (127, 138))).notes)
    # what the note warns of: the line is not where what is left of it is
    left, whole = (
        line_centre(extracted(lamp, how).flux, 804.0) for how in (bands, Extraction("rows", (127, 138)))
    )
    assert 0.1 < abs(left - whole) < 0.5
