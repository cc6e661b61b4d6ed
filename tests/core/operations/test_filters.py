"""Filters against astropy.convolution, scipy and loops; large images in strips."""

import numpy as np
import pytest
from astropy.convolution import convolve as astropy_convolve
from astropy.io import fits
from scipy import ndimage, signal

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core import parts
from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.progress import Cancelled, Progress
from viewer.core.render.strips import for_each

RNG = np.random.default_rng(5)
CLEAN = RNG.normal(100, 10, (40, 50))
GAPS = CLEAN.copy()
GAPS[3:9, 10:14] = np.nan
GAPS[20, :] = np.nan
GAPS[0, 0] = np.inf
GAPS[RNG.random(GAPS.shape) < 0.05] = np.nan
THERE = np.isfinite(GAPS)


def run(name: str, data: np.ndarray, kernel: np.ndarray | None = None, **arguments: object) -> np.ndarray:
    def find(*_: object) -> Frame:
        return Frame.of(kernel, fits.Header())

    if kernel is not None:
        arguments["kernel"] = "kernel.fits"
    return apply(Call.of(name, **arguments), Frame.of(data, fits.Header()), find=find).data


def gaussian_kernel(sigma: float) -> np.ndarray:
    x = np.arange(-int(4 * sigma + 0.5), int(4 * sigma + 0.5) + 1)
    return np.exp(-(x**2 + x[:, np.newaxis] ** 2) / (2 * sigma**2))


def disc(radius: int) -> np.ndarray:
    x = np.arange(-radius, radius + 1)
    return (np.hypot(x, x[:, np.newaxis]) <= radius).astype(float)


@pytest.mark.filterwarnings("ignore:nan_treatment='interpolate', however")
@pytest.mark.parametrize(
    ("call", "kernel"),
    [
        ("gaussian(sigma=1.5", gaussian_kernel(1.5)),
        ("gaussian(sigma=3.3", gaussian_kernel(3.3)),
        ("boxcar(radius=3", np.ones((7, 7))),
        ("tophat(radius=3", disc(3)),
        ("tophat(radius=1", disc(1)),
    ],
)
def test_means_as_astropy_has_them(call, kernel):
    for data in (CLEAN, GAPS):
        for fill in (False, True):
            found = apply(Call.parse(f"{call}, fill={fill})"), Frame.of(data, fits.Header())).data
            expected = astropy_convolve(
                np.where(np.isfinite(data), data, np.nan), kernel, "extend", preserve_nan=not fill
            )
            np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_convolution_as_astropy_and_scipy_have_it():
    kernel = RNG.random((5, 3))
    call = Call.of("convolve", kernel=kernel.tolist())
    found = apply(call, Frame.of(GAPS, fits.Header())).data
    expected = astropy_convolve(np.where(THERE, GAPS, np.nan), kernel, "extend", preserve_nan=True)
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    for shape in ((3, 3), (4, 6), (5, 2), (31, 24), (1, 1)):
        kernel = RNG.normal(0, 1, shape)
        before = [(n - 1 - n // 2, n // 2) for n in shape]
        expected = signal.convolve2d(np.pad(CLEAN, before, mode="edge"), kernel, "valid")
        for normalise in (False, True):
            wanted = expected / (kernel.sum() if normalise else 1)
            by_file = run("convolve_image", CLEAN, kernel, normalise=normalise)
            call = Call.of("convolve", kernel=kernel.tolist(), normalise=normalise)
            by_hand = apply(call, Frame.of(CLEAN, fits.Header())).data
            for found in (by_file, by_hand):
                np.testing.assert_allclose(found, wanted, rtol=1e-7, atol=1e-9 * abs(wanted).max())


def test_a_large_kernel_leaves_out_missing_pixels_too():
    kernel = gaussian_kernel(2.4)
    assert kernel.size > 200
    found = run("convolve_image", GAPS, kernel)
    expected = astropy_convolve(np.where(THERE, GAPS, np.nan), kernel, "extend", preserve_nan=True)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_kernels_that_cannot_be_used_are_refused():
    with pytest.raises(ViewerError, match="adds up to 0 and cannot be normalised"):
        Call.of("convolve", kernel=[[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    with pytest.raises(ViewerError, match="the kernel is 0 everywhere"):
        Call.of("convolve", kernel=[[0, 0]])
    for kernel, reason in (
        (np.array([[1.0, -1.0]]), "adds up to 0"),
        (np.array([[1.0, np.nan]]), "missing pixels"),
        (np.zeros((2, 2)), "0 everywhere"),
        (np.ones((2, 2, 2)), "has 3 axes"),
        (np.ones((41, 3)), "kernel of 3 x 41 pixels is larger than the image of 50 x 40"),
    ):
        with pytest.raises(ViewerError, match=reason):
            run("convolve_image", CLEAN, kernel)


@pytest.mark.parametrize(
    "call",
    [
        "gaussian(sigma=7)",
        "boxcar(radius=25)",
        "tophat(radius=25)",
        "unsharp_mask(radius=7)",
        "median_filter(radius=25)",
        "maximum_filter(radius=25)",
        "minimum_filter(radius=25)",
        "detrend(along='columns',radius=20)",
        "detrend(radius=25)",
    ],
)
def test_a_kernel_larger_than_the_image_is_refused(call):
    with pytest.raises(ViewerError, match="is larger than the image of 50 x 40: choose a smaller one"):
        apply(Call.parse(call), Frame.of(CLEAN, fits.Header()))


@pytest.mark.parametrize("kind", ["clean", "gaps", "uint16"])
@pytest.mark.parametrize("radius", [1, 3])
def test_ranks_as_a_loop_has_them(kind, radius):
    data = {"clean": CLEAN, "gaps": GAPS, "uint16": CLEAN.astype(np.uint16)}[kind]
    padded = np.pad(np.where(np.isfinite(data), data, np.nan), radius, mode="edge")
    for name, rank in (
        ("median_filter", np.nanmedian),
        ("maximum_filter", np.nanmax),
        ("minimum_filter", np.nanmin),
    ):
        filled, kept = (run(name, data, radius=radius, fill=fill) for fill in (True, False))
        assert filled.dtype == kept.dtype == data.dtype
        for y, x in np.ndindex(data.shape):
            window = padded[y : y + 2 * radius + 1, x : x + 2 * radius + 1]
            expected = rank(window) if np.isfinite(window).any() else np.nan
            assert np.array_equal(filled[y, x], expected, equal_nan=True)
            wanted = expected if np.isfinite(data[y, x]) else np.nan
            assert np.array_equal(kept[y, x], wanted, equal_nan=True)


def test_differences_are_those_of_scipy_and_numpy():
    assert np.array_equal(run("laplace", CLEAN), ndimage.laplace(CLEAN, mode="nearest"))
    along_x, along_y = (ndimage.sobel(CLEAN, axis, mode="nearest") for axis in (1, 0))
    assert np.array_equal(run("sobel", CLEAN, axis="x"), along_x)
    assert np.array_equal(run("sobel", CLEAN, axis="y"), along_y)
    assert np.array_equal(run("sobel", CLEAN), np.hypot(along_x, along_y))
    by_y, by_x = np.gradient(CLEAN)
    assert np.array_equal(run("derivative", CLEAN, axis="x"), by_x)
    assert np.array_equal(run("derivative", CLEAN, axis="y"), by_y)
    np.testing.assert_allclose(run("derivative", CLEAN, axis="gradient"), np.hypot(by_x, by_y), rtol=1e-15)
    blurred = ndimage.gaussian_filter(CLEAN, 2.0, mode="nearest")
    np.testing.assert_allclose(
        run("unsharp_mask", CLEAN, radius=2, amount=1.5), 2.5 * CLEAN - 1.5 * blurred, rtol=1e-13
    )


def test_the_slope_of_a_plane_is_known_beside_missing_pixels():
    y, x = np.mgrid[:20, :30]
    data = 3.0 * x - 4.0 * y
    data[10, 12] = np.nan
    for call, expected in {
        "derivative(axis='x')": 3,
        "derivative(axis='y')": -4,
        "derivative(axis='gradient')": 5,
        "sobel()": 40,
        "laplace()": 0,
        "convolve(kernel=((0,-1,0),(-1,5,-1),(0,-1,0)))": data,
    }.items():
        found = apply(Call.parse(call), Frame.of(data, fits.Header())).data
        expected = np.where(np.isfinite(data), expected, np.nan)
        np.testing.assert_allclose(found[1:-1, 1:-1], expected[1:-1, 1:-1], atol=1e-11, err_msg=call)


def test_planes_of_a_cube_do_not_mix():
    cube = np.stack([GAPS, CLEAN, GAPS[::-1]])
    for call in [
        "gaussian()",
        "boxcar()",
        "tophat()",
        "median_filter()",
        "maximum_filter()",
        "minimum_filter()",
        "unsharp_mask()",
        "laplace()",
        "sobel()",
        "derivative()",
        "convolve()",
        "convolve(kernel=((1,-3,1),(1,1,1)))",
        "detrend(radius=5)",
        "detrend(along='columns',radius=5)",
        "level_rows()",
        "level_columns()",
        "low_pass()",
        "power_spectrum()",
        "autocorrelation()",
    ]:
        found = apply(Call.parse(call), Frame.of(cube, fits.Header())).data
        for plane, alone in zip(found, cube, strict=True):
            expected = apply(Call.parse(call), Frame.of(alone, fits.Header())).data
            assert np.array_equal(plane, expected, equal_nan=True), call


@pytest.mark.parametrize(
    "call",
    [
        "gaussian(sigma=6.2)",
        "gaussian(sigma=6.2, fill=True)",
        "boxcar(radius=9)",
        "tophat(radius=6)",
        "median_filter(radius=2, fill=True)",
        "maximum_filter(radius=12)",
        "unsharp_mask(radius=4.4)",
        "convolve(kernel=((1,2,3,4,5),(5,-4,3,2,1)))",
        "convolve(kernel=((1,),(2,),(3,),(4,),(5,),(6,),(7,)), normalise=False)",
        "detrend(along='columns', radius=30)",
        "detrend(radius=3)",
    ],
)
@pytest.mark.parametrize(("kind", "longest"), [("float32", 60.0), ("float64", 60.0), ("float32", 0.0)])
def test_strips_give_the_same_bits(call, kind, longest, monkeypatch):
    """The last strip has one row; rows are missing at the border of strips. Slow ones are cut once more."""
    monkeypatch.setattr(parts, "_STRIP_SECONDS", longest)
    data = np.tile(CLEAN, (6, 82))[:240].astype(kind)
    data = np.concatenate([data, data, data[:33]])[:513]
    assert data.shape == (513, 4100)
    data[100:140:7, ::11] = np.nan
    data[255:257, 100:4000] = np.nan
    frame = Frame.of(data, fits.Header())
    parsed = Call.parse(call)
    with np.errstate(all="ignore"):
        at_once = parsed.operation.function(frame, **parsed.arguments).data
    assert np.array_equal(apply(parsed, frame).data, at_once, equal_nan=True)


def test_a_slow_filter_is_done_in_small_parts(monkeypatch):
    """Between two of them it can be cancelled."""
    counts = []

    def counted(count, *rest):
        counts.append(count)
        for_each(count, *rest)

    monkeypatch.setattr(parts, "for_each", counted)
    for longest in (60.0, 0.0):
        monkeypatch.setattr(parts, "_STRIP_SECONDS", longest)
        run("maximum_filter", RNG.normal(100, 10, (600, 3000)), radius=10)
    strips = -(-600 // 80)
    assert counts == [strips, strips * -(-3000 // 160)]


@pytest.mark.parametrize("shape", [(5, 7), (21, 16)])
@pytest.mark.parametrize("sign", [1, -1])
def test_bands_of_rows_do_not_show(shape, sign):
    """A kernel from a file is applied to 512 rows at a time."""
    data = RNG.normal(100, 10, (1030, 40))
    data[505:530, 3:30] = np.nan
    kernel = RNG.random(shape)
    kernel[0, 0] = sign * 0.01
    found = run("convolve_image", data, kernel, normalise=False)
    by_hand = Call.of("convolve", kernel=kernel.tolist(), normalise=False)
    expected = apply(by_hand, Frame.of(data, fits.Header())).data
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_a_filter_can_be_cancelled_long_before_it_ends():
    class Impatient(Progress):
        reports = 0

        def report(self, fraction: float) -> None:
            super().report(fraction)
            if fraction:
                self.reports += 1
                self.fraction_at_cancel = fraction
                self.cancel()

    progress, frame = Impatient(), Frame.of(np.ones((1024, 1024), "f4"), fits.Header())
    with pytest.raises(Cancelled):
        apply(Call.of("median_filter", radius=3), frame, progress)
    assert progress.reports == 1
    assert progress.fraction_at_cancel <= 0.25
