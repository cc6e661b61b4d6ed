"""Quality: what is measured of real and of spoiled frames, and in which order they come."""

import numpy as np
import pytest
from astropy.io import fits
from scipy import ndimage, stats

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.measure.stars import find_stars
from viewer.core.night.alignment import alignment_of
from viewer.core.night.quality import Quality, quality_of, ranked, scored, worst


@pytest.fixture(scope="module")
def night(data_dir):
    return [read(path) for path in sorted((data_dir / "night_tres1").glob("tres1-???.fit"))]


def test_the_ranking_follows_the_seeing(night):
    reference = find_stars(night[0].data)
    qualities = [quality_of(frame, reference) for frame in night]
    hours = np.arange(len(night))
    assert stats.spearmanr(hours, [each.fwhm for each in qualities])[0] > 0.95
    # sixteen degrees above the horizon at the end more light comes through than at the beginning
    order = ranked(qualities)
    assert stats.spearmanr(hours, np.argsort(order))[0] > 0.7
    assert order[0] == 0
    assert set(order[-4:]) == {8, 9, 10, 11}
    assert worst(qualities, 0.34) == {8, 9, 10, 11}
    assert qualities[0].score == pytest.approx(1)
    assert qualities[0].drift == pytest.approx((0, 0), abs=1e-6)
    assert qualities[-1].drift == pytest.approx((117.9, -132.9), abs=0.1)
    assert max(each.score for each in scored(qualities)) == 1
    assert not any(each.note for each in qualities)


def test_blur_trailing_and_clouds_cost_score(night):
    frame, reference = night[0], find_stars(night[0].data)
    data = frame.data.astype(float)
    sky = float(np.median(data))
    spoiled = {
        "blurred": ndimage.gaussian_filter(data, 1.5),
        "trailed": ndimage.uniform_filter1d(data, 7, axis=1),
        "cloudy": sky + 0.4 * (data - sky) + np.random.default_rng(1).normal(0, 45, data.shape),
    }
    found = {name: quality_of(Frame.of(image, fits.Header()), reference) for name, image in spoiled.items()}
    plain = quality_of(frame, reference)
    assert found["blurred"].fwhm == pytest.approx(np.hypot(plain.fwhm, 1.5 * 2.3548), rel=0.1)
    assert found["trailed"].ellipticity > plain.ellipticity + 0.3
    assert found["cloudy"].transparency == pytest.approx(0.4, abs=0.05)
    assert found["cloudy"].score < 0.5
    assert found["cloudy"].stars < plain.stars


def test_frames_without_stars_or_of_another_field_are_noted(night, data_dir):
    reference = find_stars(night[0].data)
    dark = quality_of(read(data_dir / "night_tres1" / "tres1-001d.fit"), reference)
    assert (dark.drift, dark.score) == (None, 0.0)
    assert dark.note
    flat = quality_of(Frame.of(np.full((100, 100), 7.0), fits.Header()), reference)
    assert (flat.stars, flat.score, flat.background) == (0, 0.0, 7.0)
    assert "no stars" in flat.note
    other = quality_of(read(data_dir / "night_arcsat" / "XO1-b_z_20250602_041008.fits"), reference)
    assert "are not those of the reference" in other.note
    assert other.score == 0.0
    missing = quality_of(Frame.of(np.full((100, 100), np.nan), fits.Header()))
    assert np.isnan(missing.background)


def test_the_worst_share():
    qualities = [Quality(9, 3.0, 0.1, 0.0, 1.0, score=score) for score in (0.5, 1.0, 0.2, 0.9, 0.2)]
    assert ranked(qualities) == [1, 3, 0, 2, 4]
    assert worst(qualities, 0.2) == {4}
    assert worst(qualities, 0.4) == {2, 4}
    assert worst(qualities, 0.0) == set()
    assert worst(qualities, 1.0) == {0, 2, 3, 4}
    assert worst([], 0.5) == set()
    assert scored([]) == []


def test_the_window_gets_matched_stars_and_residuals(night):
    found = alignment_of(night[6], night[0])
    assert found.shift == pytest.approx((57.92, -88.46), abs=0.05)
    assert found.rotation == pytest.approx(-0.0223, abs=0.01)
    assert found.scale == pytest.approx(1, abs=5e-4)
    assert not found.mirrored
    here, there = found.matched
    assert here.shape == there.shape == (len(found.residuals), 2)
    assert len(here) > 200
    np.testing.assert_allclose(np.median(there - here, axis=0), found.shift, atol=0.2)
    assert found.rms == pytest.approx(np.sqrt(np.mean(found.residuals**2)))
    assert "stars fit within" in found.note
    with pytest.raises(ViewerError, match="cannot be aligned: only 0 stars"):
        alignment_of(Frame.of(np.zeros((100, 100)), fits.Header()), night[0])
