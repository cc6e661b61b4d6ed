"""Deconvolution is compared with its definition; stars go and the nebula stays."""

import numpy as np
import pytest
from astropy.io import fits
from scipy.signal import convolve2d

from viewer.core.apply import apply
from viewer.core.call import Call, Operand
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.operations.restore import gaussian_kernel


def scene() -> np.ndarray:
    data = np.full((64, 80), 10.0)
    data[20, 30], data[40, 41], data[50, 10] = 50000, 9000, 20000
    return convolve2d(data, gaussian_kernel(3.5) / gaussian_kernel(3.5).sum(), mode="same", boundary="symm")


def test_it_is_richardsons_formula_far_from_the_border():
    data = scene()
    kernel = gaussian_kernel(3.5) / gaussian_kernel(3.5).sum()
    image = np.full_like(data, data.mean())
    for _ in range(5):
        ratio = data / convolve2d(image, kernel, mode="same", boundary="symm")
        image = image * convolve2d(ratio, kernel, mode="same", boundary="symm")
    result = apply(Call.of("richardson_lucy", fwhm=3.5, iterations=5), Frame.of(data, fits.Header())).data
    np.testing.assert_allclose(result[16:45, 20:60], image[16:45, 20:60], rtol=2e-3)


def test_stars_become_sharper_where_they_are_and_keep_their_light():
    data = scene()
    data[5, 60:63] = np.nan
    result = apply(Call.of("richardson_lucy", fwhm=3.5, iterations=60), Frame.of(data, fits.Header())).data
    assert np.isnan(result[5, 60:63]).all()
    assert np.isfinite(result).sum() == data.size - 3
    for y, x, flux in ((20, 30, 50000), (40, 41, 9000), (50, 10, 20000)):
        around = result[y - 6 : y + 7, x - 6 : x + 7]
        assert np.unravel_index(around.argmax(), around.shape) == (6, 6)
        assert abs((around - 10).sum() / flux - 1) < 0.03
        assert result[y, x] > 4 * data[y, x]
    # the sky at the border is no brighter
    assert abs(np.median(result[:3]) - 10) < 0.5
    lower = apply(Call.of("richardson_lucy", fwhm=3.5), Frame.of(data - 12, fits.Header())).data
    assert abs(np.nanmedian(lower) + 2) < 0.5


def test_a_measured_psf_that_is_cut_out_lopsided_moves_nothing():
    data = scene()
    frame = Frame.of(data, fits.Header())
    star = Frame.of(np.pad(gaussian_kernel(3.5), ((3, 0), (0, 5))) * 700, fits.Header())
    call = Call.of("richardson_lucy_psf", psf="star.fits", iterations=10)
    result = apply(call, frame, find=lambda _operand, _progress: star).data
    plain = apply(Call.of("richardson_lucy", fwhm=3.5, iterations=10), frame).data
    np.testing.assert_allclose(result[16:45, 20:60], plain[16:45, 20:60], rtol=1e-5)
    nothing = Frame.of(np.zeros((5, 5)), fits.Header())
    with pytest.raises(ViewerError, match="no star"):
        apply(call, frame, find=lambda _operand, _progress: nothing)
    assert isinstance(call.arguments["psf"], Operand)


def test_stars_go_and_the_nebula_stays():
    rng = np.random.default_rng(2)
    y, x = np.mgrid[:200, :240]
    nebula = 500 + 400 * np.exp(-((x - 120) ** 2 + (y - 100) ** 2) / (2 * 40**2))
    stars = np.zeros(nebula.shape)
    for x0, y0 in rng.uniform(10, [230, 190], (40, 2)):
        stars += rng.uniform(300, 5000) * np.exp(-((x - x0) ** 2 + (y - y0) ** 2) / (2 * 1.3**2))
    data = nebula + stars + rng.normal(0, 5, nebula.shape)
    data[50:52, 60] = np.nan
    result = apply(Call.of("remove_stars"), Frame.of(data, fits.Header())).data
    assert np.nanmax(np.abs(result - nebula)[stars > 50]) < 60
    same = result == data
    assert same[stars < 1].mean() > 0.9
    assert np.isnan(result[50:52, 60]).all()


@pytest.mark.parametrize("level", [0, -7])
def test_a_black_image_stays_black(level: float):
    frame = Frame.of(np.full((9, 12), level, np.float32), fits.Header())
    assert (apply(Call.of("richardson_lucy"), frame).data == level).all()
