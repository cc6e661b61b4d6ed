"""Bracket sections: the pixels, and every coordinate system that moves along."""

import warnings

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given, settings
from hypothesis import strategies as st

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.io.section import cut
from viewer.core.pixels import ArrayPixels

FILES = [
    "images/HorseHead.fits",
    "wcs/sip-wcs_apogee.fits",
    "wcs/tanpv.fits",
    "images/M67_dss_M6707HH.fits.gz",
]
MATRICES = [
    {"CD1_1": -0.1, "CD1_2": 0.02, "CD2_1": 0.03, "CD2_2": 0.1},
    {"CDELT1": -0.1, "CDELT2": 0.2, "CROTA2": 30.0},
    {"CDELT1": -0.1, "CDELT2": 0.2},
    {"CDELT1": -0.1, "CDELT2": 0.2, "PC1_2": 0.3, "PC2_1": -0.2},
]


def sky(header, x, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return WCS(header).celestial.all_pix2world(x, y, 0)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("step", [1, 3])
def test_sky_and_pixels_of_real_files(data_dir, file, step):
    whole = read(data_dir / file)
    part = read(f"{data_dir / file}[11:90:{step},8:47:{step}]")
    np.testing.assert_array_equal(part.pixels.read(), whole.pixels.read()[7:47:step, 10:90:step])
    x, y = np.array([0.0, 5.5, 20.0]), np.array([0.0, 3.0, 11.25])
    expected = sky(whole.header, 10 + step * x, 7 + step * y)
    np.testing.assert_allclose(sky(part.header, x, y), expected, rtol=0, atol=1e-9)


@given(
    st.sampled_from(MATRICES), st.integers(0, 20), st.integers(0, 20), st.integers(1, 4), st.integers(1, 4)
)
@settings(max_examples=60, deadline=None)
def test_sky_for_every_kind_of_matrix(matrix, left, bottom, step_x, step_y):
    cards = {
        "CTYPE1": "RA---TAN",
        "CTYPE2": "DEC--TAN",
        "CRVAL1": 40.0,
        "CRVAL2": 50.0,
        "CRPIX1": 9.0,
        "CRPIX2": 7.0,
    }
    alternate = {
        key + "B": value for key, value in {**cards, **matrix}.items() if not key.startswith("CROTA")
    }
    header = fits.Header({"SIMPLE": True, "NAXIS": 2, **cards, **matrix, **alternate})
    frame = Frame(ArrayPixels(np.zeros((60, 70))), "f.fits", cards=header)
    part = cut(frame, slice(bottom, None, step_y), slice(left, None, step_x))
    assert header["CRPIX1"] == 9.0
    x, y = np.array([0.0, 4.5]), np.array([0.0, 2.0])
    for key in " B":
        expected = WCS(header, key=key).all_pix2world(left + step_x * x, bottom + step_y * y, 0)
        np.testing.assert_allclose(WCS(part.header, key=key).all_pix2world(x, y, 0), expected, atol=1e-9)
    # logical = LTM physical + LTV: the section remembers where in the whole image it was
    ltm, ltv = part.header.get("LTM1_1", 1), part.header.get("LTV1", 0)
    np.testing.assert_allclose((x + 1 - ltv) / ltm, left + step_x * x + 1, atol=1e-9)


def test_a_section_of_a_cube_is_of_every_plane(data_dir):
    path = data_dir / "cube/l1448_13co.fits"
    part = read(f"{path}[21:30,*]")
    assert part.shape == (53, 105, 10)
    assert (part.header["NAXIS1"], part.header["NAXIS2"], part.header["NAXIS3"]) == (10, 105, 53)
    np.testing.assert_array_equal(
        part.pixels.read(plane=(30,)), read(path).pixels.read(plane=(30,))[:, 20:30]
    )
    assert part.name == "l1448_13co.fits[21:30,*]"


def test_a_section_leaves_lookup_tables_out_and_says_so(data_dir):
    part = read(f"{data_dir / 'wcs/dist_lookup.fits.gz'}[1][11:20,11:20]")
    assert any("lookup-table" in problem for problem in part.problems)
    assert not [keyword for keyword in part.header if keyword.startswith(("CPDIS", "DP", "D2IM"))]


@pytest.mark.parametrize("section", ["[890:892,*]", "[*,894:900]", "[1000:1001,1:2]"])
def test_a_section_outside_the_image_is_refused(data_dir, section):
    with pytest.raises(ViewerError, match=r"not inside HorseHead.fits: [xy] goes from 1 to 89"):
        read(f"{data_dir / 'images/HorseHead.fits'}{section}")
