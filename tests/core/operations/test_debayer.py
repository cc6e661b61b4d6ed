"""Colours come out of a mosaic where they were put in."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.operations.debayer import stored_pattern

HEADER = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 12.0, "CRPIX2": 9.0, "CRVAL1": 50.0, "CRVAL2": 20.0,
    "CD1_1": -1e-3, "CD2_2": 1e-3,
}  # fmt: skip


def mosaic(colours: np.ndarray, pattern: str) -> np.ndarray:
    data = np.empty(colours.shape[1:])
    for place, name in enumerate(pattern):
        part = np.s_[place // 2 :: 2, place % 2 :: 2]
        data[part] = colours["RGB".index(name)][part]
    return data


def slopes() -> np.ndarray:
    y, x = np.mgrid[:20, :26]
    return np.stack([100 + 3.0 * x + y, 500 - 2.0 * x + 4 * y, 50 + 1.0 * x - 0.5 * y])


@pytest.mark.parametrize("pattern", ["RGGB", "BGGR", "GRBG", "GBRG"])
def test_bilinear_is_exact_on_slopes_and_superpixels_are_measured(pattern):
    colours = slopes()
    frame = Frame.of(mosaic(colours, pattern), fits.Header({**HEADER, "BAYERPAT": pattern}))
    result = apply(Call.of("debayer"), frame)
    assert result.colour
    assert "BAYERPAT" not in result.header
    np.testing.assert_allclose(result.data[:, 1:-1, 1:-1], colours[:, 1:-1, 1:-1], rtol=1e-12)
    squares = apply(Call.of("debayer", pattern=pattern, method="superpixel"), frame)
    assert squares.shape == (3, 10, 13)
    data = frame.data
    green = [place for place, name in enumerate(pattern) if name == "G"]
    expected = sum(data[place // 2 :: 2, place % 2 :: 2] for place in green) / 2
    np.testing.assert_allclose(squares.data[1], expected)
    # the middle of a square is the middle of its pixel
    there = WCS(squares.header, naxis=2).wcs_pix2world(4, 6, 0)
    np.testing.assert_allclose(there, WCS(frame.header).wcs_pix2world(8.5, 12.5, 0), atol=1e-10)


def test_header_says_where_the_pattern_begins():
    def of(height: int = 20, **cards: object) -> str:
        return stored_pattern(fits.Header(cards), height)

    assert of(BAYERPAT="RGGB") == "RGGB"
    assert of(BAYERPAT="RGGB", XBAYROFF=1) == "GRBG"
    assert of(BAYERPAT="RGGB", YBAYROFF=1) == "GBRG"
    assert of(BAYERPAT="GRBG ", XBAYROFF=1, YBAYROFF=1) == "GBRG"
    assert of(BAYERPAT="RGGB", ROWORDER="BOTTOM-UP") == "GBRG"
    assert of(21, BAYERPAT="RGGB", ROWORDER="BOTTOM-UP") == "RGGB"
    assert of(BAYERPAT="RGGB", ROWORDER="TOP-DOWN") == "RGGB"
    with pytest.raises(ViewerError, match="CYYM"):
        of(BAYERPAT="CYYM")


@pytest.mark.parametrize("flip", ["flip_vertical", "flip_horizontal", "rotate90", "transpose"])
@pytest.mark.parametrize("order", ["", "BOTTOM-UP"])
def test_colours_are_the_same_after_a_turn(flip, order):
    """What turns a raw frame rewrites the pattern as this reads it."""
    header = fits.Header(
        {**HEADER, "NAXIS": 2, "NAXIS1": 26, "NAXIS2": 20, "BAYERPAT": "GRBG", "XBAYROFF": 1}
    )
    if order:
        header["ROWORDER"] = order
    frame = Frame.of(mosaic(slopes(), stored_pattern(header, 20)), header)
    first = apply(Call.of("debayer"), apply(Call.of(flip), frame)).data
    last = apply(Call.of(flip), apply(Call.of("debayer"), frame)).data
    np.testing.assert_allclose(first, last, rtol=1e-12)


def test_missing_pixels_are_left_out():
    data = mosaic(slopes(), "RGGB")
    data[6, 6] = np.nan
    red, green, _ = apply(Call.of("debayer"), Frame.of(data, fits.Header())).data
    assert np.isnan(red[6, 6])
    assert np.isfinite(green).all()
    assert red[6, 7] == data[6, 8]
