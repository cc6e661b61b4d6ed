"""Alignment: real nights against their measured shifts; positions and fluxes afterwards; headers."""

import csv
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from photutils.aperture import ApertureStats, CircularAnnulus, CircularAperture
from scipy import ndimage
from scipy.spatial import KDTree

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.measure.stars import find_stars
from viewer.core.operations.aiming import aim_of, mapping_to
from viewer.core.operations.mapping import place
from viewer.core.operations.shifting import correlated_shift
from viewer.core.operations.warping import transforms


def lights(folder: Path) -> list[tuple[Frame, dict[str, str]]]:
    """Return the science frames of a night with what TRUTH.tsv says of each."""
    with (folder / "TRUTH.tsv").open(encoding="utf-8") as lines:
        rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
        return [(read(folder / row["file"]), row) for row in rows]


def align(frame: Frame, reference: Frame, **arguments: object) -> Frame:
    call = Call.of("align", reference="reference.fits", **arguments)
    return apply(call, frame, find=lambda _operand, _progress: reference)


@pytest.fixture(scope="module")
def arcsat(data_dir):
    return lights(data_dir / "night_arcsat")


@pytest.fixture(scope="module")
def tres1(data_dir):
    return lights(data_dir / "night_tres1")


def fluxes(image: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return aperture photometry with a local sky."""
    values = np.where(np.isfinite(image), image, np.nanmedian(image)).astype(float)
    sky = ApertureStats(values, CircularAnnulus(places, 14, 20)).median
    disc = CircularAperture(places, 9)
    return np.asarray(disc.do_photometry(values)[0] - sky * disc.area)


@pytest.mark.parametrize("night", ["arcsat", "tres1"])
def test_shifts_are_those_that_were_measured(night, request):
    frames = request.getfixturevalue(night)
    reference = frames[0][0]
    aim = aim_of(reference.data, reference.header, "stars")
    for frame, row in frames:
        mapping, why, pairs = mapping_to(aim, frame.data, frame.header, "stars")
        centre = np.array([[(n - 1) / 2 for n in aim["shape"][::-1]]])
        shift = (place(mapping, centre, aim["shape"]) - centre)[0]
        np.testing.assert_allclose(shift, [float(row["star_dx"]), float(row["star_dy"])], atol=0.08)
        turn = np.degrees(np.arctan2(mapping[1, 0], mapping[0, 0]))
        assert abs(turn - float(row["star_rot_deg"])) < 0.02
        assert len(pairs) > (15 if night == "arcsat" else 200)
        assert "stars fit within" in why


@pytest.mark.parametrize("night", ["arcsat", "tres1"])
def test_stars_lie_on_each_other_and_keep_their_light(night, request):
    frames = request.getfixturevalue(night)
    reference = frames[0][0]
    base = find_stars(reference.data)
    rows, columns = reference.shape
    aim = aim_of(reference.data, reference.header, "stars")
    for frame, _ in frames[1:]:
        aligned = align(frame, reference)
        assert aligned.shape == reference.shape
        stars = find_stars(aligned.data)
        off, nearest = KDTree(np.stack([base.x, base.y], axis=1)).query(np.stack([stars.x, stars.y], axis=1))
        clean = (off < 2) & ~stars.saturated & ~base.saturated[nearest] & (stars.peak > 20 * 50)
        clean |= (off < 2) & (night == "arcsat") & (stars.peak > 20 * 16)
        assert clean.sum() >= 8
        delta = np.stack([stars.x - base.x[nearest], stars.y - base.y[nearest]], axis=1)[clean]
        assert abs(np.median(delta, axis=0)).max() < 0.05
        assert np.median(off[clean]) < 0.2
        assert np.mean(off[clean] < 0.3) > 0.85

        mapping, _, _ = mapping_to(aim, frame.data, frame.header, "stars")
        here = np.stack([stars.x, stars.y], axis=1)
        there = place(mapping, here, aim["shape"])
        inside = [((p > 25) & (p < np.array([columns, rows]) - 25)).all(axis=1) for p in (here, there)]
        brightest = np.flatnonzero(inside[0] & inside[1])[:10]
        before, after = fluxes(frame.data, there[brightest]), fluxes(aligned.data, here[brightest])
        assert after.sum() == pytest.approx(before.sum(), rel=0.005)
        # three standard deviations: the sky below the disc is another sample of its noise
        noise = 3 * 0.4 * np.median(stars.table["noise"]) * np.sqrt(np.pi) * 9
        assert (abs(after - before) < 0.01 * before + noise).all()


def test_a_script_or_another_run_gives_the_same_bits(tres1):
    frame, reference = tres1[-1][0], tres1[0][0]
    one, other = align(frame, reference), align(frame, reference)
    np.testing.assert_array_equal(one.data, other.data)
    assert one.header.tostring() == other.header.tostring()


def test_cards_say_how_it_was_moved(tres1):
    header = align(tres1[-1][0], tres1[0][0]).header
    row = tres1[-1][1]
    assert header["ALIGNBY"] == "stars"
    assert header["ALIGNDX"] == pytest.approx(float(row["star_dx"]), abs=0.08)
    assert header["ALIGNDY"] == pytest.approx(float(row["star_dy"]), abs=0.08)
    assert header["ALIGNROT"] == pytest.approx(float(row["star_rot_deg"]), abs=0.01)
    assert header["ALIGNSCL"] == pytest.approx(1, abs=5e-4)
    assert header["ALIGNN"] > 200
    assert 0 < header["ALIGNRMS"] < 0.3
    assert header["DATE-OBS"] == row["DATE-OBS"]
    assert "CTYPE1" not in header


def test_by_the_sky_the_result_has_the_coordinates_of_the_reference(arcsat):
    reference = arcsat[0][0]
    for frame, row in arcsat[1:3]:
        aligned = align(frame, reference, by="wcs")
        assert aligned.header["ALIGNDX"] == pytest.approx(float(row["wcs_dx"]), abs=0.02)
        assert aligned.header["ALIGNDY"] == pytest.approx(float(row["wcs_dy"]), abs=0.02)
        for x, y in ((0, 0), (300, 200)):
            assert aligned.world.sky(x, y) == pytest.approx(reference.world.sky(x, y), abs=1e-9)
        assert aligned.header["DATE-OBS"] == row["DATE-OBS"]
        # by the stars they are the reference's too
        assert align(frame, reference).world.sky(5, 7) == pytest.approx(reference.world.sky(5, 7), abs=1e-9)


def test_by_whole_pixels_no_value_changes(tres1):
    frame, reference = tres1[-1][0], tres1[0][0]
    aligned = align(frame, reference, by="pixels")
    right, up = 118, -133
    assert (aligned.header["ALIGNDX"], aligned.header["ALIGNDY"]) == (right, up)
    np.testing.assert_array_equal(aligned.data[133:, :-118], frame.data[:up, right:].astype(np.float32))
    assert np.isnan(aligned.data[:133]).all()
    assert np.isnan(aligned.data[:, -118:]).all()


def curved(scale: float, crval: float, sip: float) -> fits.Header:
    header = fits.Header()
    header["NAXIS"], header["NAXIS1"], header["NAXIS2"] = 2, 300, 260
    for key, value in {"CRPIX1": 150.0, "CRPIX2": 130.0, "CRVAL1": crval, "CRVAL2": 41.0}.items():
        header[key] = value
    for key, value in {"CD1_1": -scale, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": scale}.items():
        header[key] = value
    suffix = "-SIP" if sip else ""
    header["CTYPE1"], header["CTYPE2"] = f"RA---TAN{suffix}", f"DEC--TAN{suffix}"
    if sip:
        header["A_ORDER"], header["B_ORDER"] = 2, 2
        header["A_2_0"], header["B_1_1"] = sip, -sip
    return header


@pytest.mark.parametrize(("scale", "crval", "sip"), [(2e-4, 10.002, 0), (3e-4, 10.01, 2e-4), (5e-2, 11.0, 0)])
def test_the_exact_mapping_of_distorted_coordinates_is_followed(scale, crval, sip):
    """A smooth picture that is known everywhere on the sky, and the flux of one star."""
    first, second = curved(2e-4 if scale < 1e-2 else scale, 10.0, 0), curved(scale, crval, sip)
    y, x = np.mgrid[:260, :300].astype(float)
    wcs_1, wcs_2 = WCS(first), WCS(second)

    def picture(x_1: np.ndarray, y_1: np.ndarray) -> np.ndarray:
        return 100 + 10 * np.sin(x_1 / 20) * np.cos(y_1 / 15)

    on_first = wcs_1.all_world2pix(*wcs_2.all_pix2world(x, y, 0), 0)
    aim = aim_of(np.zeros((260, 300)), first, "wcs")
    mapping, _, _ = mapping_to(aim, y, second, "wcs")
    there = wcs_2.all_world2pix(*wcs_1.all_pix2world([40, 150, 260], [30, 130, 220], 0), 0)
    found = place(mapping, np.array([[40, 30], [150, 130], [260, 220.0]]), (260, 300))
    np.testing.assert_allclose(found.T, there, atol=0.02)

    reference, frame = Frame.of(picture(x, y), first), Frame.of(picture(*on_first), second)
    aligned = align(frame, reference, by="wcs").data
    # flux is conserved: each pixel has the light of the area that it covers
    covered = np.nanmedian(aligned / picture(x, y))
    ratio = aligned / picture(x, y)
    good = np.isfinite(ratio)
    good[:12], good[-12:], good[:, :12], good[:, -12:] = False, False, False, False
    assert good.mean() > 0.1
    turned = np.stack(wcs_2.all_world2pix(*wcs_1.all_pix2world(x, y, 0), 0))
    jacobian = [np.gradient(axis, axis=k) for axis in turned for k in (1, 0)]
    area = abs(jacobian[0] * jacobian[3] - jacobian[1] * jacobian[2])
    assert covered == pytest.approx(np.median(area), rel=0.02)
    good &= ndimage.minimum_filter(np.isfinite(aligned), 15)
    assert abs(ratio / area - 1)[good].max() < 2e-3


def test_half_a_turn_and_a_mirror(tres1):
    reference = tres1[0][0]
    for flip in (np.s_[::-1, ::-1], np.s_[:, ::-1]):
        turned = Frame.of(np.ascontiguousarray(tres1[3][0].data[flip]), tres1[3][0].header)
        plain, aligned = align(tres1[3][0], reference), align(turned, reference)
        both = np.isfinite(plain.data) & np.isfinite(aligned.data)
        assert both.mean() > 0.8
        difference = abs(plain.data - aligned.data)[both]
        assert np.percentile(difference, 99) < 5
        assert aligned.header["ALIGNMIR"] == (flip == np.s_[:, ::-1])


def test_what_cannot_be_aligned_is_said(tres1, arcsat):
    reference = tres1[0][0]
    empty = Frame.of(np.random.default_rng(1).normal(100, 5, (200, 200)), fits.Header())
    for frame, words in (
        (empty, "only 0 stars were found in it, three are needed"),
        (arcsat[0][0], "stars do not match the 444 of the first image"),
    ):
        with pytest.raises(ViewerError, match=words):
            align(frame, reference)
    with pytest.raises(ViewerError, match="no coordinates on the sky"):
        align(tres1[1][0], reference, by="wcs")
    with pytest.raises(ViewerError, match="it has no coordinates"):
        align(reference, arcsat[0][0], by="wcs")
    away = arcsat[1][0].derive(header=arcsat[1][0].header.copy())
    away.header["CRVAL2"] += 10
    with pytest.raises(ViewerError, match="another part of the sky"):
        align(away, arcsat[0][0], by="wcs")
    mappings, reasons = transforms((reference, empty, tres1[1][0]), "stars")
    assert [mapping is None for mapping in mappings] == [False, True, False]
    assert "three are needed" in reasons[1]


def test_an_extended_object_without_stars_is_shifted_to_where_it_resembles():
    rng = np.random.default_rng(3)
    sky = ndimage.gaussian_filter(rng.normal(0, 1, (400, 400)), 4) * 400
    first = 100 + sky[50:250, 50:250] + rng.normal(0, 1, (200, 200))
    second = 100 + sky[62:262, 43:243] + rng.normal(0, 1, (200, 200))
    np.testing.assert_allclose(correlated_shift(first, second), [7, -12], atol=0.2)
    # noise alone is not like anything
    assert correlated_shift(first, 100 + rng.normal(0, 1, (200, 200))) is None


def test_two_stars_are_enough_for_a_shift_by_resemblance():
    y, x = np.mgrid[:200, :200]
    noise = np.random.default_rng(3).normal(100, 5, (2, 200, 200))

    def stars(right: float, up: float) -> np.ndarray:
        places = ((60 + right, 80 + up, 2000), (130 + right, 120 + up, 900))
        return sum(p * np.exp(-((x - a) ** 2 + (y - b) ** 2) / 8) for a, b, p in places)

    first, second = Frame.of(noise[0] + stars(0, 0), fits.Header()), Frame.of(noise[1] + stars(7, -12), None)
    aim = aim_of(first.data, first.header, "stars")
    mapping, why, pairs = mapping_to(aim, second.data, fits.Header(), "stars")
    np.testing.assert_allclose(mapping, [[1, 0, 7], [0, 1, -12]], atol=0.1)
    assert "resembles" in why
    assert len(pairs) == 0


def test_colour_images_are_moved_plane_by_plane(tres1):
    frame, reference = tres1[2][0], tres1[0][0]
    alone = align(frame, reference)
    cube = Frame.of(np.stack([frame.data] * 3), frame.header, colour=True)
    aligned = align(cube, reference)
    assert aligned.shape == (3, *reference.shape)
    for plane in aligned.data:
        np.testing.assert_allclose(plane, alone.data, atol=0.01)
