"""Headers follow pixels: every coordinate of a pixel is the same after it moved."""

import math
import re
import warnings

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st

from viewer.core.geometry.lost import what_is_lost
from viewer.core.geometry.moveheader import move_header
from viewer.core.geometry.movewcs import PLATE, substitute
from viewer.core.io import read

W, H = 300, 200
SQUARE = {
    "flip_x": ([[-1, 0], [0, 1]], (W - 1, 0), (H, W)),
    "flip_y": ([[1, 0], [0, -1]], (0, H - 1), (H, W)),
    "turn90": ([[0, -1], [1, 0]], (H - 1, 0), (W, H)),
    "turn180": ([[-1, 0], [0, -1]], (W - 1, H - 1), (H, W)),
    "turn270": ([[0, 1], [-1, 0]], (0, W - 1), (W, H)),
    "transpose": ([[0, 1], [1, 0]], (0, 0), (W, H)),
    "crop": ([[1, 0], [0, 1]], (-17, -31), (100, 120)),
}
BINNED = {
    "bin3": ([[1 / 3, 0], [0, 1 / 3]], (-1 / 3, -1 / 3), (H // 3, W // 3)),
    "bin2x5": ([[1 / 2, 0], [0, 1 / 5]], (-0.25, -0.4), (H // 5, W // 2)),
}
_c, _s = 1.3 * math.cos(0.4), 1.3 * math.sin(0.4)
FREE = {
    "turned": ([[_c, -_s], [_s, _c]], (40.3, -7.1), (400, 400)),
    "sheared": ([[1.1, 0.2], [-0.3, 0.8]], (0.5, 2.5), (400, 400)),
}
MAPS = SQUARE | BINNED | FREE

FILES = [
    "cube/equatorial_3d.fits",
    "cube/l1448_13co.fits",
    "edge/checksum.fits",
    "edge/scale.fits",
    "images/HorseHead.fits",
    "images/allsky_rosat.fits",
    "images/gc_msx_e.fits",
    "compressed/comp.fits",
    "mef/hst_stis_o4k19a010_flt_crop.fits[1]",
    "mef/astropy_o4sp040b0_raw.fits[1]",
    "mef/test0.fits[2]",
    "night_arcsat/XO1-b_z_20250602_041008.fits",
    "rgb/gc_2mass_h.fits",
    "wcs/1904-66_AZP.fits",
    "wcs/1904-66_HPX.fits",
    "wcs/gc_bolocam_gps_CAR.fits.gz",
    "wcs/header_newlines.fits",
    "wcs/j94f05bgq_flt.fits[1]",
    "wcs/sip-wcs_apogee.fits",
    "wcs/dss.14.29.56-62.41.05.fits.gz",
    "wcs/sip.fits",
    "wcs/sip2.fits",
    "wcs/tanpv.fits",
    "edge/spectrum1d_45P.fits",
    "cube/casalike4d.fits",
]


def image(width, height):
    return {"NAXIS": 2, "NAXIS1": width, "NAXIS2": height}


def quietly(function, *args, **kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*args, **kwargs)


def header_of(data_dir, name):
    path, _, hdu = name.partition("[")
    header = quietly(
        fits.getheader, data_dir / path, int(hdu.strip("]") or 0) or (1 if "comp.fits" in path else 0)
    )
    # lookup tables and plates have tests of their own
    for keyword in [key for key in header if re.match(rf"D2IM|CPDIS|DP\d|AXISCORR|{PLATE}$", key)]:
        del header[keyword]
    return header


def world(header, points, key=" "):
    wcs = quietly(WCS, header, key=key)
    whole = np.zeros((len(points), wcs.naxis))
    whole[:, : min(2, wcs.naxis)] = points[:, : min(2, wcs.naxis)]
    return quietly(wcs.all_pix2world, whole, 0)


def assert_same_sky(header, matrix, offset, shape, points, key=" "):
    moved = move_header(header, matrix, offset, shape)
    here = points @ np.transpose(matrix) + offset
    before, after = world(header, points, key), world(moved, here, key)
    # what a millionth of a pixel is in world coordinates
    step = np.abs(world(header, points + 0.5, key) - world(header, points - 0.5, key)).max(axis=0)
    close = np.isclose(
        after, before, rtol=1e-14, atol=1e-6 * np.maximum(np.nan_to_num(step), 1e-300), equal_nan=True
    )
    assert close.all(), (before, after)
    return moved


@pytest.mark.parametrize("map_name", MAPS)
@pytest.mark.parametrize("name", FILES)
def test_every_wcs_of_real_files(data_dir, name, map_name):
    matrix, offset, shape = MAPS[map_name]
    header = header_of(data_dir, name)
    untouched = header.copy()
    if header["NAXIS"] == 1 and (matrix[0][1] or map_name in FREE):
        pytest.skip("a spectrum cannot be turned")
    points = np.random.default_rng(1).uniform(0, [100, 90], (20, 2))
    for key in {
        key[-1] if key[-1].isalpha() else " " for key in header if re.fullmatch(r"CTYPE1[A-Z]?", key)
    }:
        assert_same_sky(header, matrix, offset, shape, points, key)
    assert quietly(str, header) == quietly(str, untouched)


@pytest.mark.parametrize("map_name", MAPS)
def test_the_inverse_sip_polynomials_too(data_dir, map_name):
    matrix, offset, shape = MAPS[map_name]
    header = header_of(data_dir, "wcs/sip-wcs_apogee.fits")
    points = np.random.default_rng(1).uniform(-50, 50, (20, 2))  # from CRPIX, without the distortion
    before, after = quietly(WCS, header), quietly(WCS, move_header(header, matrix, offset, shape))
    pixels = before.sip_foc2pix(points, 1) - 1
    assert abs(pixels + 1 - points - before.wcs.crpix).max() > 1e-6
    moved = after.sip_foc2pix(points @ np.transpose(matrix), 1) - 1
    np.testing.assert_allclose(moved, pixels @ np.transpose(matrix) + offset, rtol=0, atol=1e-9)


def test_moving_there_and_back_gives_the_same_header(data_dir):
    for name in ("wcs/sip-wcs_apogee.fits", "wcs/tanpv.fits", "images/HorseHead.fits"):
        header = header_of(data_dir, name)
        height, width = header["NAXIS2"], header["NAXIS1"]
        there = move_header(header, [[0, -1], [1, 0]], (height - 1, 0), (width, height))
        back = move_header(there, [[0, 1], [-1, 0]], (0, height - 1), (height, width))
        for keyword in header:
            if re.match(r"CD|PC|CRPIX|[AB]P?_\d|NAXIS", keyword) and keyword in back:
                assert back[keyword] == pytest.approx(header[keyword], rel=1e-12, abs=1e-15), keyword


MATRICES = [
    {"CD1_1": -0.1, "CD1_2": 0.02, "CD2_1": 0.03, "CD2_2": 0.1},
    {"CD001001": -0.1, "CD001002": 0.02, "CD002001": 0.03, "CD002002": 0.1},
    {"CDELT1": -0.1, "CDELT2": 0.2, "CROTA2": 30.0},
    {"CDELT1": -0.1, "CDELT2": 0.2},
    {"CDELT1": -0.1, "CDELT2": 0.2, "PC1_2": 0.3, "PC2_1": -0.2},
    {},
]
number = st.floats(-3, 3).filter(lambda x: abs(x) > 0.1)


@given(st.sampled_from(MATRICES), st.lists(number, min_size=4, max_size=4), st.tuples(number, number))
def test_every_kind_of_matrix_under_any_map(linear, entries, offset):
    matrix = np.reshape(entries, (2, 2))
    if abs(np.linalg.det(matrix)) < 0.1:
        return
    cards = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 40.0, "CRVAL2": 50.0, "CRPIX1": 9.0}
    alternate = {k + "B": v for k, v in {**cards, **linear}.items() if not k.startswith(("CROTA", "CD00"))}
    header = fits.Header({"SIMPLE": True, **image(70, 60), **cards, **linear, **alternate})
    points = np.random.default_rng(1).uniform(0, 60, (5, 2))
    for key in " B":
        assert_same_sky(header, matrix, offset, (50, 50), points, key)


@given(
    st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.floats(-9, 9), max_size=9),
    st.lists(number, min_size=4, max_size=4),
    st.tuples(number, number),
)
def test_substituted_polynomials_have_the_same_values(terms, entries, point):
    matrix = np.reshape(entries, (2, 2))
    u, v = matrix @ point
    expected = [c * u**p * v**q for (p, q), c in terms.items()]
    found = [c * point[0] ** p * point[1] ** q for (p, q), c in substitute(terms, matrix).items()]
    scale = sum(
        (abs(matrix[0]) @ np.abs(point)) ** p * (abs(matrix[1]) @ np.abs(point)) ** q * abs(c)
        for (p, q), c in terms.items()
    )
    assert math.fsum(found) == pytest.approx(math.fsum(expected), abs=1e-12 * scale)


def test_mixed_terms_of_a_cube_stay():
    matrix = {"CD1_1": 1.0, "CD2_2": 2.0, "CD3_3": 3.0, "CD1_3": 0.25, "CD3_1": 0.5}
    header = fits.Header(
        {**image(9, 9), "NAXIS": 3, "NAXIS3": 9, **matrix, "CRPIX3": 4.0, "CTYPE1": "LINEAR"}
    )
    moved = move_header(header, [[0, -1], [1, 0]], (8, 0), (9, 9))
    assert (moved["CD1_3"], moved["CD3_3"], moved["CRPIX3"]) == (0.25, 3.0, 4.0)
    assert (moved["CD1_2"], moved["CD2_1"], moved["CD3_2"], moved["CD3_1"]) == (1.0, -2.0, 0.5, 0.0)
    points = np.random.default_rng(1).uniform(0, 9, (5, 2))
    assert_same_sky(header, [[0, -1], [1, 0]], (8, 0), (9, 9), points)


def test_cdelt_stays_the_pixel_scale():
    cards = {**image(9, 9), "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN"}
    plain = fits.Header({**cards, "CDELT1": -0.1, "CDELT2": 0.1})
    binned = move_header(plain, [[0.5, 0], [0, 0.5]], (-0.25, -0.25), (4, 4))
    assert (binned["CDELT1"], binned["CDELT2"]) == (-0.2, 0.2)
    assert "PC1_1" not in binned
    turned = move_header(plain, [[0, -2], [2, 0]], (17, 0), (18, 18))
    assert abs(turned["CDELT1"]) == abs(turned["CDELT2"]) == 0.05


def test_a_photographic_plate_is_moved_and_otherwise_removed(data_dir):
    path = data_dir / "images/M67_dss_M6707HH.fits.gz"
    whole = read(path)
    x, y = 200.25, 311.5
    expected = whole.world.sky(x, y)
    for name, (matrix, offset, shape) in MAPS.items():
        moved = whole.derive(header=move_header(whole.header, matrix, offset, shape))
        here = np.array(matrix) @ (x, y) + offset
        if matrix[0][1] == 0:
            np.testing.assert_allclose(moved.world.sky(*here), expected, rtol=0, atol=1e-9, err_msg=name)
        else:
            assert moved.world.sky(*here) is None
            assert "plate" in what_is_lost(whole.header, moved.header)[0]


def test_a_standard_wcs_beside_a_plate_is_kept(data_dir):
    whole = read(data_dir / "images/HorseHead.fits")
    moved = move_header(whole.header, *MAPS["turn90"])
    assert "PLTRAH" not in moved
    assert whole.derive(header=moved).world.celestial


def test_a_wcs_with_lookup_tables_is_removed_unless_nothing_moves(data_dir):
    header = quietly(fits.getheader, data_dir / "wcs/dist_lookup.fits.gz", 1)
    moved = move_header(header, *MAPS["flip_x"])
    assert not [key for key in moved if re.match(r"CTYPE|CRVAL|CRPIX|CD\d|CPDIS|DP\d|D2IM|[AB]_", key)]
    assert [line[:30] for line in what_is_lost(header, moved)] == [
        "The WCS was removed: its looku",
        "The WCS O was removed: its loo",
    ]
    same = move_header(header, [[1, 0], [0, 1]], (0, 0), (50, 50))
    assert "CPDIS1" in same
    assert what_is_lost(header, same) == ()


def test_a_broken_wcs_does_not_come_to_life():
    cards = {**image(9, 9), "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CDELT1": 0.1}
    for bad in ({"CRPIX1": "nowhere"}, {"CD1_1": "x"}, {"CDELT2": ""}):
        header = fits.Header({**cards, **bad})
        moved = move_header(header, *MAPS["crop"])
        assert "CTYPE1" not in moved
        assert what_is_lost(header, moved) == ("The WCS was removed: some of its cards are not numbers.",)
    quoted = move_header(fits.Header({**cards, "CRPIX1": "1.5D1"}), *MAPS["crop"])
    assert quoted["CRPIX1"] == -2.0


@pytest.mark.parametrize("map_name", MAPS)
def test_physical_and_detector_coordinates(map_name, data_dir):
    matrix, offset, shape = MAPS[map_name]
    frame = read(f"{data_dir}/mef/astropy_o4sp040b0_raw.fits[1]")
    header = frame.header.copy()
    header.update({"DTV1": 7.0, "DTM1_1": -1.0, "DTV2": 3.0})
    before, after = (
        frame.derive(header=header),
        frame.derive(header=move_header(header, matrix, offset, shape)),
    )
    x, y = 12.0, 33.0

    def linear(image, x, y):
        return [
            value.value for value in image.world.describe(x, y) if value.label.startswith(("phys", "detec"))
        ]

    assert len(linear(before, x, y)) == 4
    np.testing.assert_allclose(
        linear(after, *(np.array(matrix) @ (x, y) + offset)), linear(before, x, y), atol=1e-9
    )


def pixels_of(section):
    x1, x2, y1, y2 = map(int, re.findall(r"\d+", section))
    return {
        (x - 1, y - 1)
        for x in range(min(x1, x2), max(x1, x2) + 1)
        for y in range(min(y1, y2), max(y1, y2) + 1)
    }


@pytest.mark.parametrize("map_name", SQUARE)
@pytest.mark.parametrize(
    "section", ["[17:228,1:200]", "[4:13,1:200]", "[1:300,150:170]", "[250:300,190:200]"]
)
def test_sections_hold_the_same_pixels(section, map_name):
    matrix, offset, shape = SQUARE[map_name]
    header = fits.Header({**image(W, H), "TRIMSEC": section})
    moved = move_header(header, matrix, offset, shape)
    expected = {tuple(int(v) for v in np.array(matrix) @ p + offset) for p in pixels_of(section)}
    expected = {(x, y) for x, y in expected if 0 <= x < shape[1] and 0 <= y < shape[0]}
    assert ("TRIMSEC" in moved) == bool(expected)
    if expected:
        assert pixels_of(moved["TRIMSEC"]) == expected


def test_sections_of_detector_and_image_stay_in_step():
    of_image = {"DATASEC": "[17:228,1:200]", "BIASSEC": "[230:290,1:200]"}
    of_detector = {"CCDSEC": "[1:212,401:600]", "DETSEC": "[1212:1001,1:200]", "CCDSUM": "1 1"}
    header = fits.Header({**image(300, 200), **of_image, **of_detector})
    flipped = move_header(header, *SQUARE["flip_x"])
    assert flipped["DATASEC"] == "[73:284,1:200]"
    assert flipped["CCDSEC"] == "[212:1,401:600]"
    assert flipped["DETSEC"] == "[1001:1212,1:200]"
    cropped = move_header(header, [[1, 0], [0, 1]], (-100, -50), (60, 50))
    assert cropped["DATASEC"] == "[1:50,1:60]"
    assert cropped["CCDSEC"] == "[85:134,451:510]"
    assert cropped["DETSEC"] == "[1128:1079,51:110]"
    assert "BIASSEC" not in cropped
    turned = move_header(header, *SQUARE["turn90"])
    assert turned["DATASEC"] == "[1:200,17:228]"
    assert "CCDSEC" not in turned
    assert what_is_lost(header, turned) == (
        "CCDSEC, DETSEC were removed: no whole rows and columns correspond.",
    )
    binned = move_header(header, [[0.5, 0], [0, 0.5]], (-0.25, -0.25), (100, 150))
    assert (binned["DATASEC"], binned["CCDSEC"]) == ("[9:114,1:100]", "[1:212,401:600]")
    assert binned["CCDSUM"] == "2 2"
    assert not {"DATASEC", "CCDSEC", "BIASSEC"} & set(move_header(header, *FREE["turned"]))
    # without DATASEC the whole image is meant
    del header["DATASEC"]
    header["DETSEC"] = "[1:600,1:200]"
    assert move_header(header, [[1, 0], [0, 1]], (-10, 0), (200, 100))["DETSEC"] == "[21:220,1:200]"
    assert "DETSEC" not in move_header(header, [[1, 0], [0, 1]], (10, 10), (220, 320))


def mosaic(header, height, width):
    """The colour of every stored pixel, as Siril reads BAYERPAT, ROWORDER and the offsets."""
    pattern = header["BAYERPAT"]
    n = math.isqrt(len(pattern))
    y, x = np.mgrid[:height, :width]
    if header.get("ROWORDER") == "BOTTOM-UP":
        y = height - 1 - y
    place = (y + header.get("YBAYROFF", 0)) % n * n + (x + header.get("XBAYROFF", 0)) % n
    return np.array(list(pattern))[place]


XTRANS = "GBGGRGRGRBGBGBGGRGGRGGBGBGBRGRGRGGBG"


@pytest.mark.parametrize("order", ["TOP-DOWN", "BOTTOM-UP", None])
@pytest.mark.parametrize("pattern", ["RGGB", "GBRG", XTRANS])
@pytest.mark.parametrize(("left", "bottom"), [(0, 0), (1, 0), (0, 1), (3, 2)])
def test_the_bayer_pattern_is_that_of_the_moved_pixels(order, pattern, left, bottom):
    height, width = 21, 31
    header = fits.Header({**image(width, height), "BAYERPAT": pattern, "XBAYROFF": left})
    if order:
        header["ROWORDER"] = order
    old = mosaic(header, height, width)
    crop = ([[1, 0], [0, 1]], (-left, -bottom), (9, 12)), lambda a: a[bottom : bottom + 9, left : left + 12]
    maps = [
        crop,
        (([[-1, 0], [0, 1]], (width - 1, 0), (height, width)), np.fliplr),
        (([[1, 0], [0, -1]], (0, height - 1), (height, width)), np.flipud),
        (([[0, 1], [1, 0]], (0, 0), (width, height)), np.transpose),
        (([[0, -1], [1, 0]], (height - 1, 0), (width, height)), lambda a: np.rot90(a, -1)),
    ]
    for arguments, function in maps:
        moved = move_header(header, *arguments)
        np.testing.assert_array_equal(mosaic(moved, *arguments[2]), function(old))
        assert moved.get("ROWORDER") == order
    gone = move_header(header, *BINNED["bin3"])
    assert not {"BAYERPAT", "XBAYROFF"} & set(gone)
    assert "Bayer" in what_is_lost(header, gone)[0]


def test_pixel_sizes_and_what_else_follows():
    sizes = {"XPIXSZ": 9.0, "YPIXSZ": 6.0, "XBINNING": 1, "YBINNING": 2, "CCDSUM": "1 2", "DISPAXIS": 1}
    header = fits.Header({**image(300, 200), **sizes, "BLANK": -1, "CHECKSUM": "x", "DATASUM": "1"})
    binned = move_header(header, *BINNED["bin2x5"])
    assert [binned[k] for k in ("XPIXSZ", "YPIXSZ", "XBINNING", "YBINNING", "BLANK")] == [
        18.0,
        30.0,
        2,
        10,
        -1,
    ]
    assert (binned["NAXIS1"], binned["NAXIS2"], binned["DISPAXIS"]) == (150, 40, 1)
    assert not {"CHECKSUM", "DATASUM"} & set(binned)
    turned = move_header(header, *SQUARE["turn90"])
    assert [turned[k] for k in ("XPIXSZ", "YPIXSZ", "XBINNING", "YBINNING", "DISPAXIS")] == [
        6.0,
        9.0,
        2,
        1,
        2,
    ]
    halved = move_header(header, [[1.6, 0], [0, 1.6]], (0.3, 0.3), (320, 480))
    assert (turned["CCDSUM"], halved["CCDSUM"]) == ("2 1", "1 2")
    assert [halved[k] for k in ("XPIXSZ", "XBINNING")] == [5.625, 1]
