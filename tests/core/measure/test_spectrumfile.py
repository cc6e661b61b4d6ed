"""Files of spectra, read back by astropy and Python's own reader."""

import csv
from pathlib import Path

import numpy as np
import pytest
from astropy import units
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS

from viewer.core.errors import ViewerError
from viewer.core.io import read
from viewer.core.measure.spectralaxis import SpectralAxis, pixels_axis
from viewer.core.measure.spectrumfile import Spectrum, write_spectrum


def _spectrum(axis: SpectralAxis) -> Spectrum:
    count = len(axis.values)
    flux = np.linspace(5, 9, count)
    flux[3] = np.nan
    return Spectrum(
        np.arange(1, count + 1),
        axis,
        flux,
        np.sqrt(np.abs(flux)),
        np.full(count, 2.5),
        np.full(count, 11),
        "adu",
        ("errors: none to speak of",),
        ("skyloupe spectrum frame.fits --along rows --band 20:30",),
        "frame.fits",
    )


def _header() -> fits.Header:
    header = fits.Header({"OBJECT": "LHS6328", "EXPTIME": 60.0, "CTYPE1": "RA---TAN", "CRVAL1": 12.0})
    header.update(
        {"CTYPE2": "DEC--TAN", "CD1_1": 1e-4, "CD2_2": 1e-4, "BZERO": 32768.0, "DATASEC": "[1:9,1:9]"}
    )
    return header


def test_a_linear_spectrum_is_an_image_with_a_wcs(tmp_path: Path):
    axis = SpectralAxis("wavelength", "Angstrom", 4000 + 2.5 * np.arange(50), "AWAV", "calibrated")
    spectrum, path = _spectrum(axis), tmp_path / "s.fits"
    assert write_spectrum(spectrum, path, _header()) == "FITS image"
    with fits.open(path) as hdus:
        hdus.verify("exception")
        assert [hdu.name for hdu in hdus] == ["PRIMARY", "ERROR", "SKY", "COUNT"]
        header = hdus[0].header
        np.testing.assert_array_equal(hdus[0].data, spectrum.flux)
        np.testing.assert_array_equal(hdus["COUNT"].data, spectrum.count)
        world = WCS(header).all_pix2world(np.arange(50), 0)[0] * units.Unit(WCS(header).wcs.cunit[0])
        np.testing.assert_allclose(world.to_value("Angstrom"), axis.values, rtol=1e-12)
        assert (header["OBJECT"], header["EXPTIME"], header["BUNIT"]) == ("LHS6328", 60.0, "adu")
        assert not {"CTYPE2", "CD1_1", "BZERO", "DATASEC"} & set(header)
        assert "--band 20:30" in str(header["HISTORY"])
    # the program shows it with the same axis
    frame = read(path)
    assert frame.world.describe(10, 0)[0].value == pytest.approx(4025.0)


def test_a_bent_axis_is_a_table(tmp_path: Path):
    axis = SpectralAxis("wavelength", "nm", 400 * 1.001 ** np.arange(50), "", "calibrated")
    spectrum, path = _spectrum(axis), tmp_path / "s.fits"
    assert write_spectrum(spectrum, path, _header()) == "FITS table"
    table = Table.read(path)
    assert table.colnames == ["pixel", "wavelength", "flux", "error", "sky", "count"]
    np.testing.assert_array_equal(table["wavelength"].quantity.to_value("nm"), axis.values)
    np.testing.assert_array_equal(np.ma.filled(table["flux"], np.nan), spectrum.flux)
    assert fits.getheader(path)["OBJECT"] == "LHS6328"


def test_letters_that_fits_does_not_know(tmp_path: Path):
    axis = SpectralAxis("wavelength", "Å", 4000 + 2.5 * np.arange(50), "", "calibrated, ±0.1 Å\nby hand")
    write_spectrum(_spectrum(axis), tmp_path / "s.fits")
    header = fits.getheader(tmp_path / "s.fits")
    assert header["CUNIT1"] == "Angstrom"
    assert "calibrated, ?0.1 Angstrom?by hand" in str(header["HISTORY"])


def test_comma_separated_values_hold_all_digits(tmp_path: Path):
    spectrum, path = _spectrum(pixels_axis(50)), tmp_path / "s.csv"
    assert write_spectrum(spectrum, path) == "CSV"
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["pixel", "wavelength", "flux", "error", "sky", "count"]
    assert rows[3]["flux"] == rows[0]["wavelength"] == ""
    assert [float(row["flux"]) for row in rows if row["flux"]] == np.delete(spectrum.flux, 3).tolist()
    assert (rows[0]["pixel"], rows[0]["count"]) == ("1", "11")


def test_what_cannot_be_written(tmp_path: Path):
    spectrum = _spectrum(pixels_axis(50))
    with pytest.raises(ViewerError, match=r"choose \.csv or \.fits"):
        write_spectrum(spectrum, tmp_path / "s.png")
    (tmp_path / "s.csv").write_text("mine")
    with pytest.raises(ViewerError, match="exists"):
        write_spectrum(spectrum, tmp_path / "s.csv")
    assert (tmp_path / "s.csv").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["s.csv"]
