"""Wavelengths: of headers against astropy, of calibrations against known polynomials and a real arc lamp."""

from pathlib import Path

import numpy as np
import pytest
from astropy.wcs import WCS

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.measure.cubespectrum import Planes, cube_spectrum
from viewer.core.measure.plane import Plane
from viewer.core.measure.spectralaxis import dispersion_of, header_axis, planes_axis
from viewer.core.measure.spectrum import long_slit_spectrum
from viewer.core.measure.wavelength import fit_wavelengths, line_centre, polynomial_of

# wavelengths of xenon in air, Angstrom, as in lists of lamps, and the pixels that they are near in the frame
XENON = {
    270: 4624.28,
    281: 4671.23,
    295: 4734.15,
    311: 4807.02,
    361: 5028.28,
    532: 5823.89,
    555: 5934.17,
    607: 6182.42,
    636: 6318.06,
    710: 6668.92,
    722: 6728.01,
    743: 6827.32,
    804: 7119.60,
    839: 7285.30,
    901: 7584.68,
    914: 7642.02,
}


def _frame(**cards: object) -> Frame:
    from astropy.io.fits import Header

    return Frame.of(np.zeros((20, 30), np.float32), Header(cards))


@pytest.mark.parametrize(
    ("cards", "label", "unit", "medium"),
    [
        ({"CTYPE1": "AWAV", "CUNIT1": "nm"}, "wavelength in air", "nm", "air"),
        ({"CTYPE1": "WAVE", "CUNIT1": "Angstrom"}, "wavelength", "Angstrom", "vacuum"),
        ({"CTYPE1": "WAVE-LOG", "CUNIT1": "Angstrom"}, "wavelength", "Angstrom", "vacuum"),
        ({"CTYPE1": "LINEAR", "CUNIT1": "Angstrom"}, "wavelength", "Angstrom", ""),
        ({"CTYPE1": "FREQ", "CUNIT1": "GHz"}, "frequency", "GHz", ""),
    ],
)
def test_the_headers_axis_is_that_of_astropy(cards: dict[str, str], label: str, unit: str, medium: str):
    frame = _frame(**cards, CRVAL1=500.0, CRPIX1=12.0, CDELT1=1.5, CTYPE2="LINEAR", CRVAL2=0.0, CDELT2=0.2)
    x = np.arange(1, 31.0)
    axis = header_axis(frame, "rows", x, np.full(30, 7.0))
    assert axis is not None
    assert (axis.label, axis.unit, axis.medium) == (label, unit, medium)
    wcs = WCS(frame.header)
    values = wcs.all_pix2world(np.stack([x, np.full(30, 7.0)], 1), 1)[:, 0]
    from astropy import units

    wanted = units.Quantity(values, wcs.wcs.cunit[0] or units.Unit(unit)).to_value(unit)
    np.testing.assert_allclose(axis.values, wanted, rtol=1e-12)
    if "LOG" in cards["CTYPE1"]:
        # Greisen et al. 2006, equation 5
        np.testing.assert_allclose(axis.values, 500 * np.exp(1.5 * (x - 12) / 500), rtol=1e-12)
    assert header_axis(frame, "columns", x, x) is None
    assert dispersion_of(frame)[0] == "rows"


def test_which_way_the_dispersion_runs(data_dir: Path):
    assert dispersion_of(_frame(DISPAXIS=2)) == ("columns", "DISPAXIS = 2")
    assert dispersion_of(_frame(CTYPE2="WAVE", CUNIT2="m", CRVAL2=5e-7, CDELT2=1e-9))[0] == "columns"
    assert dispersion_of(_frame()) == ("rows", "the longer side of the frame")
    sky = read(data_dir / "mef" / "hst_stis_o4k19a010_flt_crop.fits")
    assert header_axis(sky, "rows", np.arange(1, 9.0), np.ones(8)) is None


def test_hubbles_spectrum_in_its_own_wavelengths(data_dir: Path):
    frame = read(data_dir / "mef" / "astropy_o4sp040b0_raw.fits")
    found = long_slit_spectrum(Plane(frame), band=[18, 25], angle=0.4)
    axis = header_axis(frame, "rows", found["x"], found["y"])
    assert axis is not None
    # CRVAL1 + CD1_1 (x - CRPIX1), in Angstrom; the turned band moves along x by 0.2 pixel times its tilt
    np.testing.assert_allclose(axis.values, 8561.0 + 0.554 * (found["x"] - 535.384), rtol=1e-12)
    assert axis.unit == "Angstrom"
    assert "does not say whether in air" in axis.source


def test_a_calibration_is_the_polynomial_that_made_the_lines():
    truth = np.array([3500.0, 4.6, 2e-4, -3e-8])
    pixels = [50.5, 200.25, 410.0, 600.75, 820.1, 990.0]
    lines = np.polynomial.polynomial.polyval(pixels, truth)
    found = fit_wavelengths(pixels, lines, order=3, length=1024)
    np.testing.assert_allclose(found["coefficients"], truth, rtol=1e-6)
    assert found["rms"] < 1e-8
    assert found["notes"] == []
    linear = fit_wavelengths(pixels, lines, order=1)
    numpys = np.polyfit(pixels, lines, 1)
    np.testing.assert_allclose(linear["coefficients"], numpys[::-1])
    np.testing.assert_allclose(linear["residuals"], lines - np.polyval(numpys, pixels), atol=1e-9)
    assert "says nothing" in fit_wavelengths(pixels[:2], lines[:2])["notes"][0]
    assert "extrapolated" in fit_wavelengths(pixels[:3], lines[:3], length=1024)["notes"][0]
    wavelengths = np.polynomial.polynomial.polyval(np.arange(1.0, 1025), truth)
    np.testing.assert_allclose(polynomial_of(wavelengths), truth, rtol=1e-6)


@pytest.mark.parametrize(
    ("pixels", "lines", "order", "words"),
    [
        ([100], [5000], 1, "1 lines are too few for a calibration of order 1: it needs 2"),
        ([100, 100], [5000, 5100], 1, "same pixel"),
        ([100, 200], [5000, float("nan")], 1, "no number"),
        ([100, 200, 300], [5000, 5900, 5100], 2, "turn back"),
        ([100, 200], [5000, 5900], 12, "choose 1 to 9"),
    ],
)
def test_a_calibration_that_cannot_be(pixels: list[float], lines: list[float], order: int, words: str):
    with pytest.raises(ViewerError, match=words):
        fit_wavelengths(pixels, lines, order=order, length=1024)


def test_a_line_is_found_beside_the_click():
    pixel = np.arange(1, 201)
    flux = 100 + 0.05 * pixel + 900 * np.exp(-0.5 * ((pixel - 61.37) / 2.1) ** 2)
    flux -= 60 * np.exp(-0.5 * ((pixel - 140.62) / 3.0) ** 2)
    assert line_centre(flux, 64) == pytest.approx(61.37, abs=0.02)
    assert line_centre(flux, 138.2) == pytest.approx(140.62, abs=0.05)
    assert np.isnan(line_centre(np.full(50, np.nan), 20))


def test_the_xenon_lamp_of_sprat_and_the_sky_of_another_frame(data_dir: Path):
    """A calibration to a tenth of the resolution (18 Angstrom) finds the oxygen of the night sky."""
    folder = data_dir / "longslit_sprat"
    lamp = Plane(read(folder / "v_a_20180810_13_1_0_1.fits.gz"))
    flux = long_slit_spectrum(lamp, band=[125, 142], combine="median")["flux"]
    pixels = [line_centre(flux, near, reach=3) for near in XENON]
    found = fit_wavelengths(pixels, list(XENON.values()), order=3, length=1024)
    assert found["rms"] < 1.5
    assert found["dispersion"] == pytest.approx(4.71, rel=0.01)  # WAVDISP in the header
    night = Plane(read(folder / "v_e_20180810_12_1_0_0.fits.gz"))
    sky = long_slit_spectrum(night, band=[60, 115], combine="mean")["flux"]
    wavelengths = np.polynomial.polynomial.polyval(np.arange(1.0, 1025), found["coefficients"])
    for line in (5577.34, 6300.30):
        near = float(np.interp(line, wavelengths, np.arange(1.0, 1025)))
        place = line_centre(sky, near, reach=4)
        assert np.interp(place, np.arange(1.0, 1025), wavelengths) == pytest.approx(line, abs=3.0)


def test_a_region_of_a_cube_against_numpy_and_astropy(data_dir: Path):
    frame = read(data_dir / "cube" / "l1448_13co.fits")
    cube = frame.data.astype(float)
    found = cube_spectrum(Planes(frame), kind="circle", points=[(53.0, 60.0)], size=(7.5,), combine="mean")
    y, x = np.mgrid[1:106, 1:106]
    inside = (x - 53) ** 2 + (y - 60) ** 2 < 7.5**2
    np.testing.assert_allclose(found["flux"], cube[:, inside].mean(1), rtol=1e-6)
    assert found["area"] == inside.sum()
    for combine, function in (("sum", np.sum), ("median", np.median)):
        other = cube_spectrum(cube, kind="circle", points=[(53, 60)], size=(7.5,), combine=combine)
        np.testing.assert_allclose(other["flux"], function(cube[:, inside], axis=1))
    one = cube_spectrum(Planes(frame), kind="point", points=[(17.2, 90.4)])
    np.testing.assert_array_equal(one["flux"], cube[:, 89, 16])
    axis = planes_axis(frame, 0, (0,), 53.0, 60.0)
    assert axis is not None
    assert (axis.label, axis.unit) == ("optical velocity", "m/s")
    channels = np.arange(53)
    world = WCS(frame.header).all_pix2world(np.stack([channels * 0 + 52, channels * 0 + 59, channels], 1), 0)
    np.testing.assert_allclose(axis.values, world[:, 2])


def test_missing_pixels_of_a_cube_and_regions_outside():
    cube = np.arange(4 * 6 * 5, dtype=float).reshape(4, 6, 5)
    cube[1, 2, 2] = np.nan
    cube[2, 1:4, 1:4] = np.nan
    found = cube_spectrum(cube, kind="box", points=[(3, 3)], size=(3, 3))
    assert found["count"].tolist() == [9, 8, 0, 9]
    assert found["flux"][1] == pytest.approx(np.nanmean(cube[1, 1:4, 1:4]))
    assert np.isnan(found["flux"][2])
    assert "in 2 of 4 planes" in found["notes"][-1]
    with pytest.raises(ViewerError, match="outside the image"):
        cube_spectrum(cube, kind="circle", points=[(30, 3)], size=(2,))
    with pytest.raises(ViewerError, match="no pixel"):
        cube_spectrum(cube, kind="circle", points=[(2.5, 2.5)], size=(0.3,))
    with pytest.raises(ViewerError, match="needs a cube"):
        cube_spectrum(cube[0], kind="point", points=[(2, 2)])
    hyper = np.arange(2 * 3 * 4 * 5.0).reshape(2, 3, 4, 5)
    along = cube_spectrum(hyper, kind="point", points=[(2, 3)], axis=0, others=(0, 2))
    np.testing.assert_array_equal(along["flux"], hyper[:, 2, 2, 1])
