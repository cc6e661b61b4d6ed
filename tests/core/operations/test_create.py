"""New images have the sky, the noise and the stars that were asked for."""

import numpy as np
from photutils.centroids import centroid_com

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.operations.create import add_star


def new(name: str, **arguments: object) -> np.ndarray:
    return apply(Call.of(name, **arguments), None).data


def test_a_star_has_its_flux_place_and_width():
    for fwhm in (2.0, 3.0, 8.0):
        data = np.zeros((81, 91))
        add_star(data, 44.3, 37.8, 12345.0, fwhm)
        assert abs(data.sum() - 12345) < 0.01
        np.testing.assert_allclose(centroid_com(data), (44.3, 37.8), atol=1e-4)
        x = np.arange(91)
        variance = (data.sum(axis=0) * (x - 44.3) ** 2).sum() / data.sum()
        # a pixel adds the variance of its own width
        assert abs(variance - fwhm**2 / (8 * np.log(2)) - 1 / 12) < 1e-3
    edge = np.zeros((20, 20))
    add_star(edge, -0.5, 10.0, 100.0, 3.0)
    assert abs(edge.sum() - 50) < 1e-6


def test_noise_and_gradient_are_as_asked():
    noise = new("create_noise", width=700, height=500, mean=50.0, sigma=4.0)
    assert noise.shape == (500, 700)
    assert abs(noise.mean() - 50) < 0.05
    assert abs(noise.std() - 4) < 0.03
    sky = new("create_frame", stars=0, noise=0.0, gradient=100.0, level=500.0, width=101)
    assert sky[0, 0] == 450
    assert sky[9, 50] == 500
    assert sky[-1, -1] == 550
    photons = new("create_frame", stars=0, noise=3.0, photons=True, level=400.0)
    assert abs(photons.std() - np.sqrt(400 + 9)) < 0.2
    assert (new("create_constant", value=7.0) == 7).all()


def test_stars_double_with_each_magnitude_and_stay_below_the_brightest():
    field = new("create_frame", stars=1, noise=0.0, level=0.0, fwhm=2.0, brightest=1000.0, seed=4)
    assert 9 < field.sum() <= 1000.1
    one = new("create_frame", seed=1)
    assert np.array_equal(one, new("create_frame", seed=1))
    assert not np.array_equal(one, new("create_frame", seed=2))
