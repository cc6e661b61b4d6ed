"""Three bands become one picture, with the colours that astropy's Lupton method gives."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.visualization import make_lupton_rgb

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read


def composed(*bands: np.ndarray, **arguments: object) -> Frame:
    frames = dict(zip(("r.fits", "g.fits", "b.fits"), bands, strict=True))
    call = Call.of("rgb_composite", red="r.fits", green="g.fits", blue="b.fits", **arguments)
    return apply(call, None, find=lambda operand, _progress: Frame.of(frames[operand.name], fits.Header()))


def test_the_galactic_centre_in_three_infrared_bands(data_dir: Path):
    files = [str(data_dir / f"rgb/gc_2mass_{band}.fits") for band in "khj"]
    call = Call.of(
        "rgb_composite", red=files[0], green=files[1], blue=files[2], balance="none", stretch=12, black=2
    )
    result = apply(call, None)
    bands = [read(file).data.astype(float) for file in files]
    bands = [band - np.median(band) for band in bands]
    noise = np.mean([1.4826 * np.median(np.abs(band)) for band in bands])
    expected = make_lupton_rgb(*bands, minimum=-2 * noise, stretch=12 * noise, Q=8.0)
    assert result.colour
    assert result.data.dtype == np.uint8
    # astropy cuts to whole numbers, a picture of the screen is rounded
    assert np.abs(np.moveaxis(result.data, 0, -1).astype(int) - expected).max() <= 1
    assert result.world.sky(100, 200) == read(files[0]).world.sky(100, 200)


def test_a_bright_star_keeps_its_colour_and_missing_pixels_are_black():
    y, x = np.mgrid[:40, :40]
    star = 5000 * np.exp(-((x - 20) ** 2 + (y - 20) ** 2) / 18.0)
    noise = np.random.default_rng(4).normal(0, 1, (3, 40, 40))
    bands = list(np.array([100 + 3 * star, 200 + 2 * star, 50 + star]) + noise)
    bands[1][3, 5] = np.nan
    for bits, top in (("8", 255), ("16", 65535)):
        picture = composed(*bands, balance="none", bits=bits).data.astype(float)
        assert (picture[:, 3, 5] == 0).all()
        assert picture[0, 20, 20] > 0.95 * top
        # 3 to 2 to 1, in the middle as on the wing
        for place in ((20, 20), (20, 25)):
            red, green, blue = picture[:, *place]
            assert green / red == pytest.approx(2 / 3, abs=0.03)
            assert blue / red == pytest.approx(1 / 3, abs=0.03)


def test_bands_of_different_sizes_are_refused():
    with pytest.raises(ViewerError, match="not 9 x 8, 9 x 8, 8 x 9: align them"):
        composed(np.ones((8, 9)), np.ones((8, 9)), np.ones((9, 8)))


def test_bands_of_another_grid_are_aligned_by_their_stars():
    random = np.random.default_rng(8)
    y, x = np.indices((160, 160))
    sky = random.normal(0, 2, (160, 160))
    for right, up, flux in zip(*random.uniform(15, 145, (2, 30)), np.linspace(200, 2000, 30), strict=True):
        sky += flux * np.exp(-((x - right) ** 2 + (y - up) ** 2) / 6)
    # the telescope has passed the meridian
    aligned = composed(sky, sky[::-1, ::-1], sky, align="stars", bits="16").data.astype(float)
    as_it_is = composed(sky, sky, sky, bits="16").data.astype(float)
    # a row at the edge may be missing after the shift of a hundredth of a pixel
    difference = np.abs(aligned - as_it_is)[:, 3:-3, 3:-3]
    assert np.quantile(difference, 0.99) < 0.05 * 65535
    with pytest.raises(ViewerError, match="the blue image cannot be aligned with the red one: only 0 stars"):
        composed(sky, sky, np.zeros((160, 160)), align="stars")
