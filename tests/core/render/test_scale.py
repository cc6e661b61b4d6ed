"""Stretches against astropy, colour maps as DS9 and matplotlib have them, tables."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from astropy import visualization as astropy

from viewer.core.errors import ViewerError
from viewer.core.pixels import ArrayPixels
from viewer.core.render.colormap import ColorMap
from viewer.core.render.limits import Limits, Sample
from viewer.core.render.scale import DEFAULT_SCALE, MISSING, PRESETS, Scale
from viewer.core.render.stretch import NAMES, Stretch

X = np.linspace(-0.1, 1.1, 1001)


@pytest.mark.parametrize(
    ("stretch", "theirs"),
    [
        (Stretch("linear"), astropy.LinearStretch()),
        (Stretch("log"), astropy.LogStretch(1000)),
        (Stretch("log", 99), astropy.LogStretch(99)),
        (Stretch("sqrt"), astropy.SqrtStretch()),
        (Stretch("squared"), astropy.SquaredStretch()),
        (Stretch("power"), astropy.PowerDistStretch(1000)),
        (Stretch("asinh"), astropy.AsinhStretch(0.1)),
        (Stretch("asinh", 0.003), astropy.AsinhStretch(0.003)),
        (Stretch("sinh"), astropy.SinhStretch(1 / 3)),
    ],
    ids=lambda each: f"{each.name}-{each.parameter}" if isinstance(each, Stretch) else "",
)
def test_curves_are_astropys(stretch: Stretch, theirs: Any) -> None:
    np.testing.assert_allclose(stretch(X), theirs(X), rtol=0, atol=1e-12)


def test_histogram_equalisation_is_astropys() -> None:
    values = np.random.default_rng(7).normal(5, 2, (90, 90))
    sample = Sample.of(ArrayPixels(values))
    curve = Stretch("histequal").curve(sample, (sample.minimum, sample.maximum))
    expected = astropy.HistEqStretch(values)(np.clip(X, 0, 1))
    np.testing.assert_allclose(curve(X), expected, atol=1e-12)


def test_histogram_equalisation_without_a_histogram() -> None:
    sample = Sample.of(ArrayPixels(np.ones((5, 5))))
    for given in (None, sample):
        np.testing.assert_array_equal(Stretch("histequal").curve(given, (0, 2))(X), np.clip(X, 0, 1))


@pytest.mark.parametrize("name", NAMES)
def test_every_stretch_is_whole(name: Any) -> None:
    stretch = Stretch(name)
    assert stretch.formula.startswith("y = ")
    span = stretch.parameter_range
    assert (span is None) == (stretch.parameter is None)
    for parameter in () if span is None else span[:2]:
        curve = stretch.with_parameter(parameter)
        y = curve(np.linspace(0, 1, 500))
        assert (y[0], y[-1]) == pytest.approx((0, 1), abs=1e-12)
        assert (np.diff(y) >= 0).all()
    assert Stretch(name) == Stretch(name, stretch.parameter)


def test_formulas_show_the_parameter() -> None:
    assert Stretch("log", 99).formula == "y = log10(1 + a·x) / log10(1 + a),  a = 99"
    assert "0.1" in Stretch("asinh").formula


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Stretch("cubic"),  # type: ignore[arg-type]
        lambda: Stretch("log", -1),
        lambda: Stretch("asinh", 0),
        lambda: Stretch("sinh", 1e-5),
        lambda: Stretch("power", 1),
        lambda: Stretch("log", float("nan")),
        lambda: ColorMap("jetset"),
        lambda: Scale(contrast=11),
        lambda: Scale(bias=-1),
    ],
)
def test_wrong_scales_are_refused_with_a_sentence(wrong: Any) -> None:
    with pytest.raises(ViewerError):
        wrong()


@pytest.mark.parametrize("name", ColorMap.names())
def test_every_colour_map_is_whole(name: str) -> None:
    colours = ColorMap(name).rgb()
    assert colours.shape == (256, 3)
    assert colours.min() >= 0
    assert colours.max() <= 1
    np.testing.assert_array_equal(ColorMap(name, inverted=True).rgb(), colours[::-1])
    assert len(np.unique(ColorMap(name).packed())) >= (9 if name == "aips0" else 8)


def test_known_colours() -> None:
    assert ColorMap("viridis").packed()[[0, 255]].tolist() == [0xFF440154, 0xFFFDE725]
    assert ColorMap("grey").packed()[[0, 128, 255]].tolist() == [0xFF000000, 0xFF808080, 0xFFFFFFFF]
    assert ColorMap("heat").packed()[[0, 255]].tolist() == [0xFF000000, 0xFFFFFFFF]
    assert ColorMap("i8").packed()[[0, 40, 250]].tolist() == [0xFF000000, 0xFF00FF00, 0xFFFFFFFF]
    assert ColorMap("Gray") == ColorMap()


def test_a_table_holds_the_curve_and_the_missing_colour() -> None:
    table = Scale(stretch=Stretch("linear")).table(None, (0, 1))
    assert table.shape == (65536,)
    assert table.dtype == np.uint32
    assert table[0] == MISSING
    assert table[[1, 32768, 65535]].tolist() == [0xFF000000, 0xFF808080, 0xFFFFFFFF]
    log = Scale(stretch=Stretch("log")).table(None, (0, 1))
    greys = (log[1:] & 0xFF).astype(int)
    expected = astropy.LogStretch(1000)(np.arange(65535) / 65534) * 256
    assert np.abs(greys - np.minimum(np.floor(expected), 255)).max() <= 1
    assert np.diff(greys).max() == 1, "no bands"


def test_contrast_and_bias_are_astropys() -> None:
    scale = Scale(stretch=Stretch("asinh"), contrast=2.5, bias=0.3)
    expected = astropy.ContrastBiasStretch(2.5, 0.3)(astropy.AsinhStretch(0.1)(np.clip(X, 0, 1)))
    np.testing.assert_allclose(scale.curve(X, None, (0, 1)), expected, atol=1e-12)
    assert scale.with_contrast(99, -1) == replace(scale, contrast=10.0, bias=0.0)


def test_the_courses_log_scale() -> None:
    scale = PRESETS["Course: log (a = 99)"]
    np.testing.assert_allclose(scale.curve(0.5, None, (0, 1)), np.log10(1 + 99 * 0.5) / 2)
    assert scale.limits == Limits("minmax")


def test_the_first_scale_depends_on_the_kind_of_image() -> None:
    rng = np.random.default_rng(8)
    picture = rng.integers(0, 256, (3, 50, 60)).astype(np.uint8)
    for image, colour in ((picture, True), (picture[0], False)):
        scale = Scale.first(Sample.of(ArrayPixels(image), colour=colour))
        assert scale.stretch == Stretch("linear")
        assert (scale.limits.low, scale.limits.high) == (0, 255)
    for image in (
        np.eye(50, dtype=np.uint8),
        rng.normal(size=(50, 50)),
        rng.integers(0, 60000, (9, 9), np.uint16),
    ):
        assert Scale.first(Sample.of(ArrayPixels(image))) == DEFAULT_SCALE
    faint = (rng.integers(0, 4000, (3, 50, 60))).astype(np.uint16)
    assert Scale.first(Sample.of(ArrayPixels(faint), colour=True)).limits.mode == "percent"
