"""Positions on the sky and every other coordinate, against astropy, GalSim's stars and closed forms."""

import csv
import math
import re
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from astropy import units
from astropy.coordinates import FK4, SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given, settings
from hypothesis import strategies as st

from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.pixels import ArrayPixels
from viewer.core.world import World

TAN = {
    "CTYPE1": "RA---TAN",
    "CTYPE2": "DEC--TAN",
    "CRVAL1": 30.0,
    "CRVAL2": 40.0,
    "CRPIX1": 50.5,
    "CRPIX2": 50.5,
    "CDELT1": -0.001,
    "CDELT2": 0.001,
}


def world_of(shape: tuple[int, ...] = (100, 100), **cards: object) -> World:
    header = fits.Header()
    for keyword, value in cards.items():
        header[keyword.replace("__", "-")] = value
    return World.of(Frame(ArrayPixels(np.zeros(shape, "u1")), cards=header))


def apart(first: tuple[float, float] | None, second: tuple[float, float]) -> float:
    assert first is not None
    a, b = (SkyCoord(*each, unit="deg") for each in (first, second))
    return float(a.separation(b).arcsec)


# ------------------------------------------------------------------ real files


def test_the_centre_of_every_real_image(data_dir: Path, manifest: list[dict[str, str]]) -> None:
    seen = 0
    for row in manifest:
        facts = re.search(
            r"first image HDU (\d+).*centre FITS\(([\d.]+),([\d.]+)\).* ICRS ([-\d.]+),([-\d.]+)",
            row["facts"],
        )
        if not facts:
            continue
        x, y, ra, dec = (float(text) for text in facts.groups()[1:])
        world = read(f"{data_dir / row['file']}[{facts[1]}]").world
        assert apart(world.sky(x - 1, y - 1), (ra, dec)) < 0.006, row["file"]
        assert world.celestial
        assert world.pixel_scale
        started = time.perf_counter()
        for _ in range(20):
            world.describe(x, y)
            world.sky(x, y, "fk4")
        assert (time.perf_counter() - started) / 20 < 0.05, row["file"]
        seen += 1
    assert seen >= 38


def test_reference_stars(data_dir: Path) -> None:
    text = (data_dir / "wcs" / "REFERENCE_STARS.tsv").read_text().splitlines()
    stars = list(csv.DictReader((line for line in text if not line.startswith("#")), delimiter="\t"))
    assert len(stars) == 12
    for star in stars:
        frame = read(data_dir / "wcs" / star["file"])
        x, y = int(star["x"]) - 1, int(star["y"]) - 1
        assert frame.pixels.value((y, x)) == pytest.approx(float(star["pixel_value"]), rel=1e-5)
        found = frame.world.sky(x, y, "icrs" if "tanpv" in star["file"] else "fk5")
        assert apart(found, (float(star["ra_deg"]), float(star["dec_deg"]))) < 1e-3, star


@pytest.mark.parametrize(
    ("file", "hdu"),
    [
        ("wcs/header_newlines.fits", 0),
        ("wcs/tab-time-last-axis.fits", 0),
        ("wcs/sip.fits", 0),
        ("wcs/dist_lookup.fits.gz", 1),
        ("wcs/j94f05bgq_flt.fits", 4),
        ("wcs/validate.fits", 1),
        ("cube/casalike4d.fits", 0),
        ("cube/l1448_13co.fits", 0),
    ],
)
def test_everything_that_astropy_says(data_dir: Path, file: str, hdu: int) -> None:
    path = data_dir / file
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with fits.open(path) as hdus:
            header = hdus[hdu].header
            wcs = WCS(header, hdus)
            position = [12.25, 7.5, 1, 0][: wcs.naxis]
            truth = wcs.all_pix2world([position], 0)[0]
    plane = tuple(position[:1:-1])
    frame = Frame(ArrayPixels(np.zeros((4,) * wcs.naxis, "u1")), path=path, hdu=hdu, cards=header)
    values = [each.value for each in frame.world.describe(12.25, 7.5, plane) if not each.system]
    assert values == pytest.approx(truth.tolist(), rel=1e-12)


# ------------------------------------------------------------------ headers of all kinds


def test_tan_in_closed_form() -> None:
    world = world_of(**TAN)
    assert apart(world.sky(49.5, 49.5), (30, 40)) < 1e-9
    assert world.pixel_scale == pytest.approx(3.6, rel=1e-6)
    north, east = world.north_east(49.5, 49.5) or ((0, 0), (0, 0))
    assert north == pytest.approx((0, 1), abs=1e-6)
    assert east == pytest.approx((-1, 0), abs=1e-6)


def test_swapped_axes_and_planes_between_them() -> None:
    swapped = {key[:-1] + str(3 - int(key[-1])): value for key, value in TAN.items()}
    assert apart(world_of(**swapped).sky(49.5, 49.5), (30, 40)) < 1e-9
    cube = {
        "CTYPE1": "DEC--CAR",
        "CTYPE2": "FREQ",
        "CTYPE3": "RA---CAR",
        "CRVAL3": 30.0,
        "CDELT1": 0.1,
        "CDELT3": 0.1,
    }
    cube |= {"CRVAL2": 1.4e9, "CDELT2": 1e6, "CUNIT2": "Hz"}
    world = world_of((9, 9, 9), **cube)
    first, later = world.sky(3, 3, plane=(0,)), world.sky(3, 3, plane=(5,))
    assert later[0] - first[0] == pytest.approx(0.5, rel=1e-3)
    assert world.axis(0, (5,))[0].startswith("RA")
    assert [each.label for each in world.describe(3, 3, (5,))] == ["Dec (ICRS)", "frequency", "RA (ICRS)"]


@pytest.mark.parametrize(
    ("ctype", "unit", "label"),
    [
        ("FREQ", "GHz", "frequency"),
        ("VRAD", "km/s", "radio velocity"),
        ("VOPT", "km/s", "optical velocity"),
        ("VELO", "m/s", "velocity"),
        ("WAVE", "nm", "wavelength"),
        ("AWAV", "Angstrom", "wavelength in air"),
    ],
)
def test_spectral_axes_in_the_units_of_the_header(ctype: str, unit: str, label: str) -> None:
    axis = {"CTYPE3": ctype, "CUNIT3": unit, "CRVAL3": 500.0, "CDELT3": 0.25, "CRPIX3": 1.0}
    world = world_of((8, 100, 100), **TAN, **axis)
    name, value, found = world.axis(0, (4,))
    assert (name, found) == (label, unit)
    assert value == pytest.approx(501.0, rel=1e-12)
    assert world.describe(0, 0, (4,))[2].text == f"501 {unit}"


def test_stokes_and_planes_without_meaning() -> None:
    world = world_of((3, 4, 5, 6), **TAN, CTYPE3="FREQ", CRVAL3=1e9, CTYPE4="STOKES", CRVAL4=1.0, CRPIX4=1.0)
    assert world.axis_value(0, (2, 1)).text == "U"
    assert world_of((3, 4, 5)).axis(0, (2,)) == ("plane", 3.0, "")


def test_spectra_of_one_dimension(data_dir: Path) -> None:
    linear = world_of((10,), CTYPE1="LINEAR", CRVAL1=4000.0, CD1_1=2.5, CRPIX1=1.0, CUNIT1="Angstrom")
    assert linear.describe(4, 0)[0].text == "4010 Angstrom"
    assert linear.axis(0) == ("axis 1", pytest.approx(4011.25), "Angstrom")
    bare = world_of((10,), CRVAL1=4000.0, CDELT1=2.5)
    assert bare.describe(1, 0)[0].value == pytest.approx(4005)
    logarithmic = {"CTYPE1": "LINEAR", "CRVAL1": 3.0, "CD1_1": 0.001, "CRPIX1": 1, "DC__FLAG": 1}
    assert world_of((10,), **logarithmic).describe(1, 0)[0].value == pytest.approx(10**3.001)
    real = read(data_dir / "edge" / "spectrum1d_45P.fits").world
    first = real.describe(0, 0)[0]
    assert (first.label, first.unit, first.value) == (
        "wavelength",
        "Angstrom",
        pytest.approx(3744.474, abs=1e-3),
    )


def test_physical_detector_and_alternate_systems() -> None:
    cards = {"LTV1": -99.0, "LTV2": 4.0, "LTM1_1": 0.5, "LTM2_2": 2.0, "DTV1": 1000.0, "DTM2_2": -1.0}
    alternate = {
        "CTYPE1P": "X",
        "CTYPE2P": "Y",
        "CRVAL1P": 7.0,
        "CRPIX1P": 1.0,
        "CDELT1P": 2.0,
        "WCSNAMEP": "PHYSICAL",
    }
    values = {each.label: each.value for each in world_of(**TAN, **cards, **alternate).describe(0, 0)}
    assert values["physical x"] == pytest.approx((1 + 99) / 0.5)
    assert values["physical y"] == pytest.approx((1 - 4) / 2)
    assert values["detector x"] == pytest.approx(1200)
    assert values["detector y"] == pytest.approx(1.5)
    assert values["P: x"] == pytest.approx(7)


def test_b1950_and_old_rotation() -> None:
    old = {"EPOCH": 1950.0, "CROTA2": 30.0}
    world = world_of(**TAN, **old)
    truth = SkyCoord(30 * units.deg, 40 * units.deg, frame=FK4()).icrs
    assert apart(world.sky(49.5, 49.5), (truth.ra.deg, truth.dec.deg)) < 1e-4
    north, _ = world.north_east(49.5, 49.5, "fk4") or ((0, 0), 0)
    assert math.degrees(math.atan2(-north[0], north[1])) == pytest.approx(30, abs=1e-4)


@given(st.floats(-180, 180), st.booleans(), st.sampled_from([-89.9999, -60.0, 0.0, 45.0, 89.9999, 90.0]))
@settings(deadline=None, max_examples=60)
def test_north_and_east_follow_any_rotation(angle: float, mirrored: bool, dec: float) -> None:
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    scale = 1e-4 * (1 if mirrored else -1)
    cards = {key: value for key, value in TAN.items() if not key.startswith("CDELT")} | {"CRVAL2": dec}
    cards |= {"CD1_1": scale * c, "CD1_2": scale * s, "CD2_1": -1e-4 * s, "CD2_2": 1e-4 * c}
    found = world_of(**cards).north_east(49.5, 49.5)
    assert found is not None
    north, east = np.array(found[0]), np.array(found[1])
    assert np.hypot(*north) == pytest.approx(1)
    assert abs(north @ east) < 1e-5
    assert (north[0] * east[1] - north[1] * east[0] > 0) is not mirrored
    if abs(dec) < 89:
        assert north == pytest.approx((-s, c), abs=1e-5)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"CTYPE2": "GLAT-TAN"}, "cannot be used"),
        ({"CDELT1": 0.0}, "singular"),
        ({"CRVAL1": "somewhere"}, "CRVAL1 is 'somewhere'"),
        ({"WCSAXES": 100000}, "100000 axes"),
        ({"CTYPE1": 5}, "CTYPE1 is 5"),
    ],
)
def test_a_broken_wcs_says_why(changes: dict[str, object], word: str, capsys: pytest.CaptureFixture) -> None:
    world = world_of(**(TAN | changes))
    assert word in world.problem
    assert not world.celestial
    assert world.sky(0, 0) is None
    assert world.pixel_scale is None
    assert world.north_east(0, 0) is None
    assert world.describe(0, 0) == []
    assert capsys.readouterr().err == ""


def test_headers_without_a_wcs_and_with_a_lettered_one() -> None:
    assert world_of().problem == "the header has no WCS"
    lettered = world_of(**{key + "A": value for key, value in TAN.items()})
    assert (lettered.problem, lettered.celestial) == ("", True)
    assert apart(lettered.sky(49.5, 49.5), (30, 40)) < 1e-9


def test_a_distortion_that_cannot_be_read_is_left_out_and_told() -> None:
    world = world_of(**TAN, CPDIS1="LOOKUP", DP1="EXTVER: 1", CPDIS2="LOOKUP")
    assert apart(world.sky(49.5, 49.5), (30, 40)) < 1e-9
    assert any("without the distortion" in note for note in world.notes)


def test_a_cube_keeps_its_distortion_and_its_spectral_axis() -> None:
    sip = TAN | {
        "CTYPE1": "RA---TAN-SIP",
        "CTYPE2": "DEC--TAN-SIP",
        "A_ORDER": 2,
        "B_ORDER": 2,
        "A_2_0": 1e-3,
    }
    sip |= {"CTYPE3": "FREQ", "CRVAL3": 1e9, "CDELT3": 1e6}
    flat = {key: value for key, value in sip.items() if not key.endswith("3")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        truth = WCS(fits.Header(flat.items())).all_pix2world([[10, 20]], 0)[0]
    world = world_of((5, 100, 100), **sip)
    assert apart(world.sky(10, 20), tuple(truth)) < 1e-9
    assert world.axis(0, (2,))[1] == pytest.approx(1e9 + 3e6)


def test_outside_an_all_sky_map_nothing_is_defined(data_dir: Path) -> None:
    world = read(data_dir / "images" / "allsky_rosat.fits").world
    assert world.sky(0, 0) is None
    assert world.north_east(0, 0) is None
    assert [(each.text, each.value) for each in world.describe(0, 0)] == [("undefined", None)] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"AMDX14": 1e-300},
        {"AMDX8": None},
        {"AMDY3": "abc"},
    ],
)
def test_plates_that_crash_wcslib_do_not_get_there(data_dir: Path, changes: dict[str, object]) -> None:
    header = fits.getheader(data_dir / "images" / "HorseHead.fits")
    for keyword, value in changes.items():
        if value is None:
            del header[keyword]
        else:
            header[keyword] = value
    world = World.of(Frame(ArrayPixels(np.zeros((893, 891), "u1")), cards=header))
    assert apart(world.sky(445, 446), (85.274994, -2.458296)) < 0.2


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_no_header_breaks_the_world(data: st.DataObject) -> None:
    cards = TAN | {
        "RADESYS": "FK5",
        "EQUINOX": 2000.0,
        "CUNIT1": "deg",
        "LTV1": 1.0,
        "CTYPE3": "FREQ",
        "CRVAL3": 1e9,
    }
    odd = st.sampled_from(
        [0, -1, 99, 1e300, 0.5, "", "RA---TAN", "FREQ", "WAVE-TAB", "GLON-AIT", "m/s", "x", True]
    )
    for keyword in data.draw(st.lists(st.sampled_from(sorted(cards)), max_size=4)):
        cards[keyword] = data.draw(odd)
    more = st.sampled_from(
        ["PV2_1", "CROTA2", "A_ORDER", "LONPOLE", "CD1_1", "PC2_1", "CUNIT3", "CTYPE1B", "DTM1_1"]
    )
    for keyword in data.draw(st.lists(more, max_size=3)):
        cards[keyword] = data.draw(odd)
    world = world_of((3, 20, 20), **cards)
    world.describe(3, 1e6, (1,))
    world.north_east(3, 4)
    world.axis(0, (1,))
    assert world.pixel_scale is None or world.pixel_scale > 0


@pytest.mark.parametrize(
    "name",
    [
        "wcs/1904-66_HPX.fits",
        "wcs/tanpv.fits",
        "wcs/sip-wcs_apogee.fits",
        "wcs/dist_lookup.fits.gz[1]",
        "cube/l1448_13co.fits",
        "images/allsky_rosat.fits",
        "wcs/dss.14.29.56-62.41.05.fits.gz",
    ],
)
@pytest.mark.parametrize("frame", ["icrs", "fk4", "galactic"])
def test_many_positions_are_those_of_each_and_come_back(data_dir: Path, name: str, frame: str) -> None:
    image = read(str(data_dir / name))
    rng = np.random.default_rng(5)
    x, y = (rng.uniform(0, length - 1, 40) for length in image.image_shape[::-1])
    lon, lat = image.world.skies(x, y, frame)
    for place in range(40):
        one = image.world.sky(x[place], y[place], frame)
        if one is None:
            assert np.isnan(lon[place])
        else:
            assert (lon[place], lat[place]) == pytest.approx(one, abs=1e-12)
    back = image.world.places(lon, lat, frame)
    known = np.isfinite(lon)
    assert known.sum() > 20
    # the inverse of lookup tables is iterated
    np.testing.assert_allclose(back[0][known], x[known], atol=1e-5)
    np.testing.assert_allclose(back[1][known], y[known], atol=1e-5)
    assert np.isnan(back[0][~known]).all()


def test_a_place_on_the_other_side_of_the_sky_is_not_in_the_image(data_dir: Path) -> None:
    world = read(str(data_dir / "wcs/tanpv.fits")).world
    lon, lat = world.sky(100, 100)
    assert np.isnan(world.places([(lon + 180) % 360], [-lat])).all()
