"""Planes of colours and cubes, and the coordinates that are left."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.geometry.planes import flat_header
from viewer.core.io import read


def test_planes_of_a_real_cube_keep_the_sky(data_dir: Path):
    cube = read(data_dir / "cube" / "l1448_13co.fits")
    plane = apply(Call.of("take_plane", plane=20), cube)
    np.testing.assert_array_equal(plane.data, cube.data[19])
    whole, flat = WCS(cube.header), WCS(plane.header)
    assert flat.naxis == 2
    x, y = np.array([0.0, 50, 90]), np.array([3.0, 60, 100])
    np.testing.assert_allclose(flat.wcs_pix2world(x, y, 0), whole.wcs_pix2world(x, y, 19, 0)[:2], atol=1e-10)
    for method, function in (("sum", np.nansum), ("median", np.nanmedian), ("maximum", np.nanmax)):
        result = apply(Call.of("collapse", method=method), cube)
        np.testing.assert_allclose(result.data, function(cube.data, axis=0), rtol=1e-6)
        assert WCS(result.header).naxis == 2
    with pytest.raises(ViewerError, match="53"):
        apply(Call.of("take_plane", plane=54), cube)


@pytest.mark.filterwarnings("ignore::astropy.wcs.FITSFixedWarning")
def test_four_axes_are_counted_through(data_dir: Path):
    cube = read(data_dir / "cube" / "casalike4d.fits")
    plane = apply(Call.of("take_plane", plane=3), cube)
    np.testing.assert_array_equal(plane.data, cube.data.reshape(-1, 2, 2)[2])
    np.testing.assert_allclose(
        WCS(plane.header).wcs_pix2world(1, 0, 0), WCS(cube.header).wcs_pix2world(1, 0, 0, 1, 0)[:2]
    )


def test_slanted_axes_move_the_plane_or_end_the_wcs():
    header = fits.Header()
    for i, (name, value) in enumerate((("RA---TAN", 10.0), ("DEC--TAN", 20.0), ("VELO", 5.0)), 1):
        header[f"CTYPE{i}"], header[f"CRVAL{i}"], header[f"CRPIX{i}"] = name, value, 3.0 + i
        header[f"CD{i}_{i}"] = 0.01 * i
    header["CD1_3"], header["CD2_3"] = 0.002, -0.001
    whole = WCS(header)
    flat = WCS(flat_header(header, [8]))
    np.testing.assert_allclose(flat.wcs_pix2world(5, 9, 0), whole.wcs_pix2world(5, 9, 8, 0)[:2], atol=1e-9)
    assert not WCS(flat_header(header)).has_celestial
    for axis, name in ((2, "VELO"), (3, "DEC--TAN")):
        header[f"CTYPE{axis}"] = name
    assert not [
        keyword for keyword in flat_header(header, [0]) if keyword.startswith(("CTYPE", "CD", "CRVAL"))
    ]


def test_colours_luminance_and_balance(data_dir: Path):
    picture = read(data_dir / "raster" / "sdss.jpg")
    assert picture.colour
    for number, colour in enumerate(("red", "green", "blue")):
        plane = apply(Call.of("take_colour", colour=colour), picture)
        np.testing.assert_array_equal(plane.data, picture.data[number])
        assert not plane.colour
    planes = picture.data.astype(float)
    luma = apply(Call.of("luminance"), picture).data
    np.testing.assert_allclose(luma, np.tensordot((0.2126, 0.7152, 0.0722), planes, 1), rtol=1e-5)
    np.testing.assert_allclose(
        apply(Call.of("luminance", weights="mean"), picture).data, planes.mean(0), rtol=1e-5
    )
    balanced = apply(Call.of("balance"), picture)
    medians = np.median(balanced.data, axis=(1, 2))
    np.testing.assert_allclose(medians, np.median(planes[1]), rtol=1e-6)
    assert balanced.colour
