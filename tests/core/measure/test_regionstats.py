"""Statistics of regions against masks of the regions package, astropy's clipping and the sky itself."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy import units
from astropy.coordinates import SkyCoord
from astropy.stats import sigma_clipped_stats
from astropy.wcs.utils import proj_plane_pixel_area
from hypothesis import given
from hypothesis import strategies as st
from regions import Regions

from tests.core.shapes.region_shapes import closed_regions
from viewer.core.apply import apply_all
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.io import read
from viewer.core.measure.plane import Plane
from viewer.core.measure.regionmeasure import measure_region, region_arguments
from viewer.core.measure.regionstats import region_histogram, region_statistics
from viewer.core.script.origin import Origin
from viewer.core.script.question import Question, question_script
from viewer.core.shapes.region import Region
from viewer.core.world import World

SHAPE = (50, 60)


def field(seed: int, missing: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    data = rng.normal(100, 7, SHAPE)
    data[rng.random(SHAPE) < 0.02] += 400
    data[rng.random(SHAPE) < missing] = np.nan
    return data


@given(closed_regions(), st.integers(0, 99), st.sampled_from([0.0, 0.1, 1.0]))
def test_numbers_are_those_of_the_pixels_that_the_regions_package_takes(
    region: Region, seed: int, missing: float
) -> None:
    data = field(seed, missing)
    # from 1 and back costs the last digit
    region = replace(region, points=tuple((x + 1 - 1, y + 1 - 1) for x, y in region.points))
    found = region_statistics(data, **region_arguments(region), scale=0.5)
    rows, columns = np.nonzero(region.contains(*np.meshgrid(np.arange(60), np.arange(50))))
    values = data[rows, columns]
    known = values[np.isfinite(values)]
    assert (found["area"], found["pixels"], found["missing"]) == (
        len(values),
        len(known),
        len(values) - len(known),
    )
    assert found["area_arcsec2"] == pytest.approx(len(values) / 4)
    if not known.size:
        assert all(np.isnan(found[name]) for name in ("sum", "mean", "median", "std", "min", "clipped_mean"))
        assert found["notes"]
        return
    names = ("sum", "mean", "median", "std", "min", "max")
    numbers = [known.sum(), known.mean(), np.median(known), known.std(), known.min(), known.max()]
    assert [found[name] for name in names] == pytest.approx(numbers)
    clipped = sigma_clipped_stats(known, sigma=3.0, maxiters=None)
    assert [found[f"clipped_{name}"] for name in ("mean", "median", "std")] == pytest.approx(clipped)
    left, right, bottom, top = region.bounds()
    beyond = left < -0.5 or bottom < -0.5 or right > 59.5 or top > 49.5
    assert any("outside" in note for note in found["notes"]) == beyond
    assert any("missing" in note for note in found["notes"]) == (len(known) < len(values))


def test_a_real_frame_as_regions_measures_it(data_dir: Path) -> None:
    frame = read(data_dir / "wcs" / "sip-wcs_apogee.fits")
    world = frame.world
    height, width = frame.image_shape
    radius = 15 * world.pixel_scale
    text = f'fk5\ncircle({",".join(map(str, world.sky(width / 2, height / 2, "fk5")))},{radius}")'
    there = Regions.parse(text, format="ds9")[0].to_pixel(world.celestial_wcs)
    mask = there.to_mask(mode="center")
    values = mask.get_values(np.asarray(frame.pixels, float))
    circle = Region("circle", ((width / 2, height / 2),), (there.radius,))
    found = measure_region(Plane(frame), circle, world)
    assert (found["area"], found["sum"]) == (values.size, pytest.approx(values.sum()))
    # a distorted sky: its area by the WCS around the middle, to the part in a thousand that it changes there
    flat = proj_plane_pixel_area(world.celestial_wcs) * 3600**2
    assert found["area_arcsec2"] == pytest.approx(flat * values.size, rel=1e-2)
    assert found["area_arcsec2"] == pytest.approx(np.pi * radius**2, rel=2e-2)
    assert (found["ra"], found["dec"]) == world.sky(width / 2, height / 2)


@pytest.mark.parametrize("which", ["sip-wcs_apogee.fits", "tanpv.fits"])
def test_rulers_are_measured_along_the_sky(data_dir: Path, which: str) -> None:
    frame = read(data_dir / "wcs" / which)
    world: World = frame.world
    ends = ((10.0, 20.0), (150.0, 90.0))
    found = measure_region(Plane(frame), Region("ruler", ends), world)
    assert found["length"] == pytest.approx(np.hypot(140, 70))
    assert found["angle"] == pytest.approx(np.degrees(np.arctan2(70, 140)))
    first, second = (SkyCoord(*world.sky(*end), unit="deg") for end in ends)
    assert found["length_arcsec"] == pytest.approx(first.separation(second).arcsec, rel=1e-9)
    assert found["position_angle"] == pytest.approx(
        first.position_angle(second).to_value(units.deg), abs=1e-9
    )
    back = measure_region(Plane(frame), Region("ruler", ends[::-1]), world)
    assert back["length_arcsec"] == pytest.approx(found["length_arcsec"])


def test_a_flipped_turned_and_cropped_star_measures_the_same(sample: Path) -> None:
    frame = read(sample)
    region = Region("ellipse", ((150.3, 149.6),), (9.0, 5.0), 30.0)
    one = measure_region(Plane(frame), region, frame.world)
    calls = (
        Call.of("flip_horizontal"),
        Call.of("rotate90"),
        Call.of("crop", x1=30, y1=40, x2=270, y2=260),
    )
    other = apply_all(calls, frame)
    height, width = frame.image_shape
    # where the pixels went, found by hand: flipped, then turned counter-clockwise, then cropped
    flip = region.moved(np.diag([-1.0, 1.0]), np.array([width - 1.0, 0.0]))
    turn = flip.moved(np.array([[0.0, -1.0], [1.0, 0.0]]), np.array([height - 1.0, 0.0]))
    again = measure_region(Plane(other), turn.moved_by(-29, -39), other.world)
    for name in ("area", "sum", "median", "std", "clipped_mean", "ra", "dec", "area_arcsec2"):
        assert again[name] == pytest.approx(one[name], rel=1e-9), name


def test_a_point_is_its_pixel_and_the_centroid_is_the_stars() -> None:
    data = field(3)
    point = region_statistics(data, kind="point", points=((12.4, 30.6),))
    assert (point["area"], point["mean"]) == (1, data[30, 11])
    y, x = np.indices(SHAPE)
    star = 50 + 3000 * np.exp(-((x - 25.3) ** 2 + (y - 20.7) ** 2) / 8)
    found = region_statistics(star, kind="circle", points=((27.0, 21.0),), size=(12.0,))
    assert (found["centroid_x"], found["centroid_y"]) == pytest.approx((26.3, 21.7), abs=0.02)
    flat = region_statistics(np.ones(SHAPE), kind="circle", points=((27.0, 21.0),), size=(12.0,))
    assert np.isnan(flat["centroid_x"])


@pytest.mark.parametrize(
    ("points", "size", "note"),
    [
        (((200.0, 200.0),), (5.0,), "it lies outside the image"),
        (((20.0, 20.0),), (0.0,), None),
        (((20.5, 20.5),), (0.3,), "no pixel of the image has its centre inside"),
        (((np.nan, 20.0),), (3.0,), "a position or size is not a number"),
        (((1.0, 20.0),), (3.0,), "a part of it lies outside the image and is left out"),
    ],
)
def test_bad_places_say_so(
    points: tuple[tuple[float, float], ...], size: tuple[float, ...], note: str | None
) -> None:
    found = region_statistics(field(1), kind="circle", points=points, size=size)
    assert found["notes"] == [note or "no pixel of the image has its centre inside"]
    with pytest.raises(ViewerError, match="no inside"):
        region_statistics(field(1), kind="line", points=((1.0, 1.0), (2.0, 2.0)))


def test_integers_do_not_wrap_and_the_histogram_holds_all() -> None:
    data = np.full(SHAPE, 60000, np.uint16)
    found = region_statistics(data, kind="box", points=((30.0, 25.0),), size=(60.0, 50.0))
    assert (found["sum"], found["std"]) == (60000.0 * found["area"], 0.0)
    counted = region_histogram(field(4), kind="annulus", points=((30.0, 25.0),), size=(5.0, 15.0), bins=20)
    area = region_statistics(field(4), kind="annulus", points=((30.0, 25.0),), size=(5.0, 15.0))["area"]
    assert counted["total"] == area


def test_the_script_alone_gives_the_same_numbers(sample: Path, tmp_path: Path) -> None:
    frame = read(sample)
    region = Region("polygon", ((10.0, 10.0), (60.0, 14.0), (40.0, 70.0)))
    expected = region_statistics(Plane(frame), **region_arguments(region))
    text = question_script(
        (), Origin.of(frame), Question(region_statistics, region_arguments(region), "A region")
    )
    assert "viewer" not in text
    (tmp_path / "measure.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "measure.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    numbers = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
    for name in ("area", "sum", "median", "clipped_std", "centroid_x"):
        assert float(numbers[name]) == expected[name]
