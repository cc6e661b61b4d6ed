"""Flips, turns and everything else that moves pixels: values, the star test, and what the script says."""

import math
import warnings

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st

from viewer.core import operations  # noqa: F401 - fills the registry
from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.frame import Frame
from viewer.core.script.script import Origin, script
from viewer.core.script.translate import Facts

INTERPOLATIONS = ("nearest", "bilinear", "cubic", "bicubic")
HEIGHT, WIDTH = 80, 100
CALLS = [
    Call.of("rotate90"),
    Call.of("rotate180"),
    Call.of("rotate270"),
    Call.of("flip_vertical"),
    Call.of("flip_horizontal"),
    Call.of("transpose"),
    *(Call.of("rotate", angle=33.0, interpolation=each) for each in INTERPOLATIONS),
    Call.of("rotate", angle=-115.0, keep_size=True, fill=0.0),
    Call.of("crop", x1=21, x2=90, y1=8, y2=71),
    Call.of("bin", factor=2),
    Call.of("bin", factor=3, y_factor=2, method="sum"),
    *(Call.of("resample", scale=1.37, interpolation=each) for each in INTERPOLATIONS),
    Call.of("resample", scale=0.5, interpolation="cubic"),
    *(Call.of("shift", dx=-7.3, dy=4.6, interpolation=each) for each in INTERPOLATIONS),
    Call.of("shift", dx=5, dy=-3),
    Call.of("roll", dx=98, dy=-6),
    Call.of("pad", border=7, value=0.0),
    Call.of("pad", border=7, method="reflect"),
    Call.of("tile", row=1, column=2, rows=1, columns=2),
]
NAMES = [call.text for call in CALLS]


def made(data, **header):
    frame = Frame.of(np.asarray(data), fits.Header(header))
    return frame.derive(top_down=header.get("ROWORDER") == "TOP-DOWN")


def ramp(*shape):
    return np.arange(math.prod(shape), dtype=np.float32).reshape(shape)


def star(x, y, sigma=2.5):
    row, column = np.mgrid[:HEIGHT, :WIDTH]
    return (1000 * np.exp(-((column - x) ** 2 + (row - y) ** 2) / (2 * sigma**2))).astype(np.float32)


def centroid(data):
    values = np.nan_to_num(data).astype(float)
    y, x = np.unravel_index(values.argmax(), values.shape)
    row, column = np.mgrid[: values.shape[0], : values.shape[1]]
    values = values * (np.hypot(row - y, column - x) < 16)
    return (values * column).sum() / values.sum(), (values * row).sum() / values.sum()


def quietly(function, *args):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*args)


@pytest.mark.parametrize("call", CALLS, ids=NAMES)
@pytest.mark.parametrize(
    "name",
    [
        "wcs/sip-wcs_apogee.fits",
        "wcs/tanpv.fits",
        "night_arcsat/XO1-b_z_20250602_041008.fits",
        "rgb/gc_2mass_h.fits",
    ],
)
def test_a_star_keeps_its_position_on_the_sky(data_dir, name, call):
    header = quietly(fits.getheader, data_dir / name)
    header["NAXIS1"], header["NAXIS2"] = WIDTH, HEIGHT
    x, y = 66.3, 41.8
    result = apply(call, Frame.of(star(x, y), header))
    sky = quietly(WCS, header).all_pix2world([[x, y]], 0)
    found = quietly(quietly(WCS, result.header).all_world2pix, sky, 0)[0]
    assert np.abs(found - centroid(result.data)).max() < 0.06
    # and by the viewer's own way
    np.testing.assert_allclose(
        result.world.sky(*found), Frame.of(star(x, y), header).world.sky(x, y), atol=1e-6
    )


@pytest.mark.parametrize("top_down", [False, True])
def test_turns_go_counter_clockwise_on_the_screen(top_down):
    frame = made(ramp(3, 4), ROWORDER="TOP-DOWN" if top_down else "BOTTOM-UP")
    shown = frame.data if top_down else frame.data[::-1]  # as a picture has its rows
    for name, turns in (("rotate90", 1), ("rotate180", 2), ("rotate270", 3)):
        result = apply(Call.of(name), frame)
        again = result.data if result.top_down else result.data[::-1]
        np.testing.assert_array_equal(again, np.rot90(shown, turns))
        by_angle = apply(Call.of("rotate", angle=90.0 * turns), frame)
        np.testing.assert_array_equal(by_angle.data, result.data)


def test_a_small_angle_goes_counter_clockwise_too():
    data = star(80, 40)
    up = centroid(apply(Call.of("rotate", angle=20.0, keep_size=True), made(data)).data)
    assert up[1] > 45
    down = centroid(
        apply(Call.of("rotate", angle=20.0, keep_size=True), made(data, ROWORDER="TOP-DOWN")).data
    )
    assert down[1] < 35


def test_flips_and_transpose_of_planes_and_masks():
    for shape in ((3, 4), (2, 3, 4)):
        frame = made(ramp(*shape)).derive(mask=ramp(*shape) % 5 == 0)
        for name, function in (
            ("flip_vertical", lambda a: a[..., ::-1, :]),
            ("flip_horizontal", lambda a: a[..., ::-1]),
            ("transpose", lambda a: a.swapaxes(-2, -1)),
            ("rotate180", lambda a: a[..., ::-1, ::-1]),
            ("rotate90", lambda a: a[..., ::-1, :].swapaxes(-2, -1)),
            ("rotate270", lambda a: a[..., ::-1].swapaxes(-2, -1)),
        ):
            result = apply(Call.of(name), frame)
            np.testing.assert_array_equal(result.data, function(frame.data))
            np.testing.assert_array_equal(result.mask, function(frame.mask))


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@given(angle=st.floats(-360, 360))
def test_a_turned_image_grows_to_hold_every_pixel(interpolation, angle):
    data = np.full((13, 21), 7.0, np.float32)
    result = apply(Call.of("rotate", angle=angle, interpolation=interpolation), made(data)).data
    # the area stays within a border of a pixel, and a constant stays constant
    assert abs(np.isfinite(result).sum() - data.size) < 2 * sum(result.shape)
    np.testing.assert_allclose(result[np.isfinite(result)], 7, rtol=1e-6)
    same = apply(Call.of("rotate", angle=angle, keep_size=True, fill=-1.0), made(data)).data
    assert same.shape == data.shape
    assert np.isfinite(same).all()


@pytest.mark.parametrize(("interpolation", "degree"), [("bilinear", 1), ("bicubic", 2), ("cubic", 3)])
def test_interpolation_is_exact_for_polynomials(interpolation, degree):
    y, x = np.mgrid[:60, :70] / 30.0

    def surface(x, y):
        return 5 + sum((x - 1) ** k - 2 * (y - 0.8) ** k for k in range(1, degree + 1))

    moved = apply(Call.of("shift", dx=3.25, dy=-1.6, interpolation=interpolation), made(surface(x, y))).data
    inner = np.s_[20:40, 20:50]  # the spline at the edge has no third derivative to go by
    np.testing.assert_allclose(moved[inner], surface(x - 3.25 / 30, y + 1.6 / 30)[inner], rtol=0, atol=1e-7)


def test_nearest_invents_no_values():
    data = np.random.default_rng(2).normal(size=(30, 40)).astype(np.float32)
    turned = apply(Call.of("rotate", angle=17.0, interpolation="nearest"), made(data)).data
    assert set(turned[np.isfinite(turned)].tolist()) <= set(data.ravel().tolist())


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("missing", [np.nan, np.inf])
def test_missing_pixels_do_not_spread(interpolation, missing):
    data = np.full((40, 50), 3.0, np.float32)
    data[20, 25] = missing
    data[5, :] = missing
    for call in (
        Call.of("rotate", angle=30.0, interpolation=interpolation, fill=0.0),
        Call.of("shift", dx=0.4, dy=0.3, interpolation=interpolation, fill=0.0),
        Call.of("resample", scale=1.0, interpolation=interpolation),
    ):
        result = apply(call, made(data)).data
        assert 20 <= (~np.isfinite(result)).sum() <= 90
        inside = result[np.isfinite(result) & (result != 0)]
        np.testing.assert_allclose(inside, 3, rtol=1e-5)
    masked = made(np.full((40, 50), 3.0)).derive(mask=~np.isfinite(data))
    result = apply(Call.of("shift", dx=0.4, dy=0.3, interpolation=interpolation, fill=0.0), masked)
    assert 40 <= np.isnan(np.asarray(result.pixels)).sum() <= 60


def test_planes_of_a_cube_are_turned_by_themselves():
    cube = np.random.default_rng(4).normal(size=(2, 3, 20, 30)).astype(np.float32)
    cube[1, 2, 4, 5] = np.nan
    for call in (
        Call.of("rotate", angle=12.0, interpolation="cubic"),
        Call.of("bin", factor=4, method="median"),
    ):
        result = apply(call, made(cube)).data
        for i, j in np.ndindex(2, 3):
            np.testing.assert_array_equal(result[i, j], apply(call, made(cube[i, j])).data)


def lines(call, **facts):
    return [line.strip() for line in script((call,), Origin("f.fits", 0, Facts(**facts))).splitlines()]


def test_scripts_say_it_as_a_teacher_would():
    assert "data = np.flipud(data)" in lines(Call.of("flip_vertical"))
    assert "data = np.fliplr(data)" in lines(Call.of("flip_horizontal"))
    assert "data = np.flip(data, axis=-2)" in lines(Call.of("flip_vertical"), ndim=3)
    assert "data = np.rot90(data, -1)" in lines(Call.of("rotate90"))
    assert "data = np.rot90(data)" in lines(Call.of("rotate90"), top_down=True)
    assert "data = data.T" in lines(Call.of("transpose"))
    assert not [line for line in lines(Call.of("transpose")) if "mask" in line]
