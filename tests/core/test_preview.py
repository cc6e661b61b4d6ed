"""The preview is what the operation makes of the whole image, where it is shown; and it is quick."""

import time

import numpy as np
import pytest
from astropy.io import fits
from scipy import ndimage

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.apply import apply, why_not
from viewer.core.call import Call, Operand
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.operation import operations
from viewer.core.preview import cuts_for, preview, preview_created
from viewer.core.render.limits import Limits
from viewer.core.render.pyramid import Pyramid
from viewer.core.render.scale import Scale


def frame_of(data: np.ndarray) -> Frame:
    return Frame.of(data, fits.Header())


@pytest.fixture
def sky() -> np.ndarray:
    rng = np.random.default_rng(5)
    return ndimage.gaussian_filter(rng.normal(1000, 300, (600, 800)), 2).astype("f4")


def test_a_part_that_fits_is_what_the_whole_image_will_be(sky):
    call = Call.of("gaussian", sigma=4.0)
    shown = preview(call, frame_of(sky), (), (101, 301, 50, 200))
    x0, x1, y0, y1 = shown.rectangle
    assert x0 <= 101
    assert x1 >= 301
    assert (shown.factor, shown.middle) == (1, False)
    whole = apply(call, frame_of(sky)).data
    np.testing.assert_array_equal(shown.after.data, whole[y0:y1, x0:x1])
    np.testing.assert_array_equal(shown.before.data, sky[y0:y1, x0:x1])


@pytest.mark.parametrize("rectangle", [(0, 800, 0, 600), (120, 799, 60, 599)])
@pytest.mark.parametrize("prepared", [False, True])
def test_a_large_part_is_reduced_and_lengths_with_it(sky, rectangle, prepared):
    frame = frame_of(sky)
    pyramid = Pyramid(frame.pixels)
    if prepared:
        pyramid.build()
    shown = preview(Call.of("gaussian", sigma=12.0), frame, (), rectangle, 40_000, pyramids=(pyramid,))
    assert shown.factor in (4, 8)
    x0, x1, y0, y1 = shown.rectangle
    whole = ndimage.gaussian_filter(sky, 12.0, mode="nearest")
    rows, columns = shown.after.shape
    assert (rows, columns) == (-(-(y1 - y0) // shown.factor), -(-(x1 - x0) // shown.factor))
    n = shown.factor
    inner = whole[y0 : y0 + (rows - 1) * n, x0 : x0 + (columns - 1) * n]
    means = inner.reshape(rows - 1, n, columns - 1, n).mean(axis=(1, 3))
    # at the edge of the image the mean of a block is repeated, not the last pixel
    away = slice(12, -12)
    assert np.abs(shown.after.data[:-1, :-1] - means)[away, away].max() < 0.05 * means.std()


def test_what_a_reduced_copy_cannot_show_is_shown_in_the_middle(sky):
    call = Call.of("gaussian", sigma=1.0)
    shown = preview(call, frame_of(sky), (), (0, 800, 0, 600), 40_000)
    assert (shown.factor, shown.middle) == (1, True)
    x0, x1, y0, y1 = shown.rectangle
    assert (x0 + x1) / 2 == pytest.approx(400, abs=2)
    assert 30_000 < (x1 - x0) * (y1 - y0) < 45_000
    np.testing.assert_array_equal(shown.after.data, apply(call, frame_of(sky)).data[y0:y1, x0:x1])


@pytest.mark.parametrize("call", [Call.of("add_noise"), Call.of("hot_pixels")], ids=lambda call: call.name)
def test_what_looks_at_single_pixels_is_shown_on_them(sky, call):
    shown = preview(call, frame_of(sky), (), (0, 800, 0, 600), 40_000)
    assert (shown.factor, shown.middle) == (1, True)


def test_turning_is_shown_with_the_whole_image(sky):
    shown = preview(Call.of("rotate90"), frame_of(sky), (), (100, 120, 100, 120), 40_000)
    np.testing.assert_array_equal(shown.after.data, np.rot90(shown.before.data, -1))
    assert shown.rectangle == (0, 800, 0, 600)


def test_a_cut_refuses_in_the_numbers_of_the_image(sky):
    with pytest.raises(ViewerError, match="from 1 to 800"):
        preview(Call.of("crop", x1=900, x2=901), frame_of(sky), (), (0, 800, 0, 600), 40_000)


def test_missing_pixels_of_a_mask_are_missing_before_and_after(sky):
    mask = np.zeros(sky.shape, bool)
    mask[100:104, 100:104] = True
    frame = frame_of(sky).derive(mask=mask)
    shown = preview(Call.of("divide", value=2.0), frame, (), (90, 130, 90, 130))
    assert np.isnan(np.asarray(shown.before.pixels)).sum() == 16
    assert np.isnan(np.asarray(shown.after.pixels)).sum() == 16


def test_only_the_plane_on_the_screen_is_computed(sky):
    cube = np.stack([sky, sky + 5000])
    shown = preview(Call.of("divide", value=2.0), frame_of(cube), (1,), (0, 40, 0, 30))
    np.testing.assert_array_equal(shown.after.data, (cube[1, :30, :40]) / np.float32(2))


def test_another_image_is_cut_to_the_same_part(sky):
    other = frame_of(sky[::-1].copy())
    call = Call.of("subtract_image", other=Operand("other.fits"))
    shown = preview(call, frame_of(sky), (), (0, 800, 0, 600), 40_000, find=lambda *_: other)
    x0, x1, y0, y1 = shown.rectangle
    assert (x0, x1, y0, y1) == (0, 800, 0, 600)
    n = shown.factor
    means = (sky - sky[::-1]).reshape(600 // n, n, 800 // n, n).mean(axis=(1, 3))
    np.testing.assert_allclose(shown.after.data, means, atol=0.01)


def test_the_limits_of_the_screen_stay_as_long_as_they_show_something(sky):
    frame, scale = frame_of(sky), Scale(Limits("zscale"))
    cuts = (float(sky.min()), float(sky.max()))
    blurred = preview(Call.of("gaussian", sigma=4.0), frame, (), (0, 200, 0, 200))
    assert cuts_for(blurred.after, blurred.before, scale, cuts) == cuts
    divided = preview(Call.of("divide", value=1000.0), frame, (), (0, 200, 0, 200))
    low, high = cuts_for(divided.after, divided.before, scale, cuts)
    assert cuts[0] / 1000 - 1 < low < high < 2


def test_a_large_file_is_not_read_whole(data_dir, tmp_path):
    path = tmp_path / "large.fits"
    rng = np.random.default_rng(1)
    fits.writeto(path, rng.integers(0, 30_000, (4096, 4096), "i2"))
    frame = read(str(path))
    pyramid = Pyramid(frame.pixels)
    pyramid.build()
    preview(Call.of("gaussian"), frame, (), (0, 100, 0, 100))
    for rectangle in ((0, 4096, 0, 4096), (2000, 2600, 2000, 2600)):
        for sigma in (1.5, 40.0):
            start = time.perf_counter()
            preview(Call.of("gaussian", sigma=sigma), frame, (), rectangle, pyramids=(pyramid,))
            assert time.perf_counter() - start < 2, "not the whole image"


def test_a_kernel_from_a_file_is_not_made_for_a_reduced_image(sky):
    kernel = frame_of(np.ones((7, 7), "f4"))
    call = Call.of("convolve_image", kernel=Operand("kernel.fits"))
    shown = preview(call, frame_of(sky), (), (0, 800, 0, 600), 40_000, find=lambda *_: kernel)
    assert (shown.factor, shown.middle) == (1, True)
    wanted = ndimage.uniform_filter(sky, 7)
    x0, x1, y0, y1 = shown.rectangle
    inside = slice(4, -4)
    np.testing.assert_allclose(
        shown.after.data[inside, inside], wanted[y0:y1, x0:x1][inside, inside], rtol=1e-5
    )


def test_of_another_cube_the_same_plane_is_taken(sky):
    cube = frame_of(np.stack([sky, sky + 5000]))
    call = Call.of("subtract_image", other=Operand("cube.fits"))
    shown = preview(call, cube, (1,), (0, 40, 0, 30), find=lambda *_: cube)
    assert not shown.after.data.any()


def test_every_operation_has_a_preview_or_refuses_in_a_sentence(sky):
    colour = frame_of(np.stack([sky, 2 * sky, 3 * sky])).derive(colour=True)
    cube = frame_of(np.stack([sky] * 5))
    mask = np.zeros(sky.shape, bool)
    mask[290:310, 390:410] = True
    masked = frame_of(sky).derive(mask=mask)
    refused = []
    for operation in operations().values():
        if any(parameter.kind == "images" for parameter in operation.images):
            # what is made of many images takes its time: the dialog says that there is no preview
            continue
        if operation.creates:
            call = Call.of(operation.name, **{parameter.name: "x.fits" for parameter in operation.images})
            made = preview_created(call, 40_000, find=lambda *_: frame_of(sky))
            assert made.after.pixels.size <= 40_000 * (3 if made.after.colour else 1)
            continue
        call = Call.of(operation.name, **{parameter.name: "x.fits" for parameter in operation.images})
        for frame in (frame_of(sky), masked, colour, cube):
            if why_not(operation, frame):
                continue
            for rectangle in ((0, 800, 0, 600), (300, 500, 200, 400)):
                try:
                    shown = preview(
                        call, frame, (0,) * (frame.ndim - 2), rectangle, 40_000, lambda *_, frame=frame: frame
                    )
                except ViewerError as error:
                    refused.append(str(error))
                    continue
                height, width = shown.before.image_shape
                assert height * width <= 50_000
                assert shown.after.ndim in (1, 2, frame.ndim, 3)
    assert refused
    assert not [sentence for sentence in refused if "\n" in sentence or not sentence.endswith(".")]


def test_an_odd_radius_is_reduced_as_an_even_one(sky):
    for radius in (14, 15, 16):
        shown = preview(Call.of("median_filter", radius=radius), frame_of(sky), (), (0, 800, 0, 600), 10_000)
        assert (shown.factor, shown.middle) == (8, False)
        np.testing.assert_array_equal(
            shown.after.data, ndimage.median_filter(shown.before.data, 5, mode="nearest")
        )
