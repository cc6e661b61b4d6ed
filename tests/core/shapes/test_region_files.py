"""Region files land where DS9 and the regions package put them; what cannot be read is named."""

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy import units
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.table import Table
from astropy.wcs.utils import fit_wcs_from_points
from hypothesis import given, settings
from hypothesis import strategies as st
from regions import Regions

from tests.core.shapes.region_shapes import regions as any_region
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.pixels import ArrayPixels
from viewer.core.progress import Cancelled, Progress
from viewer.core.shapes.files import read_region_file, read_regions
from viewer.core.shapes.region import Region
from viewer.core.shapes.writing import write_ds9
from viewer.core.world import World

SCALE = 0.4 / 3600
SKY = {
    "CTYPE1": "RA---TAN",
    "CTYPE2": "DEC--TAN",
    "CRVAL1": 202.47,
    "CRVAL2": 47.19,
    "CRPIX1": 31.0,
    "CRPIX2": 25.0,
    "CD1_1": -SCALE * np.cos(0.4),
    "CD1_2": SCALE * np.sin(0.4),
    "CD2_1": SCALE * np.sin(0.4),
    "CD2_2": SCALE * np.cos(0.4),
}
PHYSICAL = {"LTM1_1": 0.5, "LTM2_2": 0.5, "LTV1": -10.25, "LTV2": 3.75}


def world_of(**cards: object) -> World:
    return World.of(Frame(ArrayPixels(np.zeros((60, 70), "u1")), cards=fits.Header(list(cards.items()))))


NOWHERE = world_of()


def package_regions(path: Path) -> list[object]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(Regions.read(path, format="ds9"))


def ds9s_own_world(folder: Path) -> World:
    """The WCS that DS9 had when it wrote these files, found from positions that it gives both ways."""
    pixels = read_region_file(folder / "ds9.image.reg", NOWHERE).regions
    sky = package_regions(folder / "ds9.icrs.reg")
    points = [
        (region.points[0], other.center)
        for region, other in zip(pixels, sky, strict=True)
        if hasattr(other, "center")
    ]
    xs, ys = np.array([point for point, _ in points]).T
    wcs = fit_wcs_from_points((xs, ys), SkyCoord([place for _, place in points]), projection="TAN")
    return World.of(Frame(ArrayPixels(np.zeros((600, 700), "u1")), cards=wcs.to_header()))


# five decimals of a degree are a twentieth of these pixels. DS9's FK4 lets stars rest in another system than
# astropy's (0.25 arcseconds), and its ecliptic is that of another date (half an arcminute)
NEAR = {"fk5": 0.08, "icrs": 0.08, "galactic": 0.08, "fk4": 1.5, "ecliptic": 200.0}
FORMS = [f"ds9.{frame}{form}.reg" for frame in NEAR for form in ("", ".hms")]


@pytest.mark.parametrize("name", [*FORMS, "ds9.icrs.oneline.reg", "ds9.composite.reg"])
def test_what_ds9_wrote_in_sky_frames_lies_where_it_wrote_it_in_pixels(data_dir: Path, name: str) -> None:
    folder = data_dir / "regions"
    world = ds9s_own_world(folder)
    truth = read_region_file(folder / "ds9.image.reg", world).regions
    loaded = read_region_file(folder / name, world)
    assert not loaded.problems
    if "oneline" in name:
        truth = tuple(region for region in truth if region.kind != "text")
    assert [region.kind for region in loaded.regions] == [region.kind for region in truth]
    # the composite was turned and moved before it was saved
    near = 100.0 if "composite" in name else NEAR[loaded.regions[0].frame]
    for found, true in zip(loaded.regions, truth, strict=True):
        assert np.allclose(found.points, true.points, atol=near), found.kind
        assert found.size == pytest.approx(true.size, rel=2e-3)
        # DS9 takes the frame's north at the middle of the image, and it turns across the image
        assert (found.angle - true.angle + 90) % 180 - 90 == pytest.approx(0, abs=0.1)
        assert found.include == true.include
        if name in FORMS:
            same = replace(found, points=true.points, size=true.size, angle=true.angle, frame="image")
            assert same == true
    if "composite" in name:
        assert all("composite 1" in region.tags for region in loaded.regions)


def test_every_real_file_is_read_as_the_regions_package_reads_it(data_dir: Path) -> None:
    folder = data_dir / "regions"
    world = ds9s_own_world(folder)
    wcs = world.celestial_wcs
    for path in sorted(folder.glob("*.reg")):
        loaded = read_region_file(path, world)
        theirs = package_regions(path)
        assert len(loaded.regions) == len(theirs), path.name
        for ours, other in zip(loaded.regions, theirs, strict=True):
            pixel = other.to_pixel(wcs) if hasattr(other, "to_pixel") else other
            places = [
                getattr(pixel, name)
                for name in ("center", "vertices", "start", "end")
                if hasattr(pixel, name)
            ]
            xy = np.concatenate([np.atleast_2d(np.transpose([place.x, place.y])) for place in places])
            assert np.allclose(ours.points, xy, atol=1e-5), path.name
            names = (
                "radius",
                "inner_radius",
                "outer_radius",
                "inner_width",
                "inner_height",
                "width",
                "height",
            )
            sizes = [
                getattr(pixel, name)
                for name in (*names, "outer_width", "outer_height")
                if hasattr(pixel, name)
            ]
            halves = 2 if ours.kind.startswith("ellipse") else 1
            assert np.multiply(ours.size, halves) == pytest.approx(sizes, rel=1e-3), path.name
            # the package turns shapes of all frames by the north of J2000
            if hasattr(pixel, "angle") and ours.size and ours.frame in ("image", "icrs", "fk5"):
                turn = pixel.angle.to_value(units.deg) - ours.angle
                assert (turn + 180) % 360 - 180 == pytest.approx(0, abs=0.1), path.name
            assert ours.include == bool(other.meta.get("include", True))
            assert ours.tags == tuple(other.meta.get("tag", ())) or path.name == "ds9.composite.reg"
    shown = read_region_file(folder / "ds9.image.oneline.reg", world).problems
    assert len(shown) == 3
    assert shown[0].startswith("line 1 (7 times): a panda")


def test_crtf_and_tables_are_read_and_named(data_dir: Path) -> None:
    folder = data_dir / "regions"
    wide = world_of(**{**SKY, "CTYPE1": "RA---CAR", "CTYPE2": "DEC--CAR", "CRVAL1": 180.0, "CRVAL2": 0.0})
    for path in folder.glob("*.crtf"):
        lines = [line for line in path.read_text().splitlines() if line.strip() and line[0] not in "#g"]
        assert len(read_region_file(path, wide).regions) == len(lines), path.name
    general = read_region_file(folder / "CRTFgeneral.crtf", wide)
    assert general.problems == ("lines 11, 17: its range of frequencies or velocities is not kept",)
    removed = next(region for region in general.regions if region.name == "Removed this")
    assert (removed.include, removed.colour, removed.frame) == (False, "green", "fk4")
    table = read_region_file(folder / "regions_nowcs.fits", NOWHERE)
    assert not table.problems
    # the table says what is where in FITS pixels
    assert (table.regions[0].points, table.regions[0].size) == (((239.0, 747.1),), (62.2,))
    assert table.regions[-1].include is False
    ring = table.regions[4]
    raw = Table.read(folder / "regions_nowcs.fits", hdu=1)
    assert ring.size == pytest.approx(raw["R"][4][:4].tolist())


def test_a_crtf_box_is_as_wide_as_its_corners_are_apart() -> None:
    world = world_of(**{**SKY, "CD1_1": -SCALE, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": SCALE, "CRVAL2": 60.0})
    text = (
        "#CRTFv0\nbox[[202.47deg, 60.0deg], [202.471deg, 60.0005deg]], coord=ICRS\n"
        "box [[1pix, 2pix], [5pix, 8pix]]\nbox[[1,2"
    )
    loaded = read_regions(text, "a.crtf", world)
    corners = np.array(world.places([202.47, 202.471], [60.0, 60.0005]))
    box = loaded.regions[0]
    left, right, bottom, top = box.bounds()
    assert [left, right, bottom, top] == pytest.approx([*sorted(corners[0]), *sorted(corners[1])], abs=2e-3)
    # CASA counts pixels from 0
    assert (loaded.regions[1].points, loaded.regions[1].size) == (((3.0, 5.0),), (4.0, 6.0))
    assert len(loaded.problems) == 1
    assert loaded.problems[0].startswith("line 4: ")


def test_physical_and_detector_coordinates_follow_their_cards(data_dir: Path) -> None:
    world = world_of(**PHYSICAL)
    # no frame named means physical: image = 0.5 physical + LTV
    loaded = read_regions("circle(40,60,8)\nimage; box(3,4,10p,6i,30)\ndetector\npoint(1,1)", "a.reg", world)
    assert loaded.regions[0] == Region("circle", ((8.75, 32.75),), (4.0,), frame="physical")
    assert "units" in loaded.problems[0]
    assert loaded.problems[1] == (
        "line 4: the frame detector cannot be used, for the image has no DTM and DTV cards: left out"
    )
    flipped = world_of(LTM1_1=-1.0, LTM2_2=1.0, LTV1=71.0)
    box = read_regions("physical\nbox(10,20,8,2,30)", "a.reg", flipped).regions[0]
    assert (box.points, box.angle % 180) == (((60.0, 19.0),), pytest.approx(150.0))
    frame = read(data_dir / "mef" / "astropy_o4sp040b0_raw.fits")
    real = read_regions("physical;point(500,600)", "a.reg", frame.world).regions[0].points[0]
    known = {value.label: value.value for value in frame.world.describe(*real)}
    assert (known["physical x"], known["physical y"]) == pytest.approx((500, 600))


def test_circles_on_pixels_that_are_not_square_are_ellipses_and_boxes_turn() -> None:
    slit = world_of(**{**SKY, "CD1_1": -SCALE, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": SCALE / 2})
    circle, box, slanted = read_regions(
        'icrs\ncircle(202.47,47.19,4")\nbox(202.47,47.19,4",8",90)\nbox(202.47,47.19,4",8",45)', "a.reg", slit
    ).regions
    assert (circle.kind, circle.size) == ("ellipse", pytest.approx((10, 20), rel=1e-4))
    assert box.kind == "box"
    assert box.bounds() == pytest.approx((20, 40, 14, 34), abs=0.02)
    assert slanted.kind == "polygon"
    # the sky itself is the judge: eight arcseconds away along the axis is the edge
    corner = SkyCoord(202.47, 47.19, unit="deg").directional_offset_by(
        (45 - 90) * units.deg, 1.99 * units.arcsec
    )
    beyond = SkyCoord(202.47, 47.19, unit="deg").directional_offset_by(
        (45 - 90) * units.deg, 2.01 * units.arcsec
    )
    xs, ys = slit.places([corner.ra.deg, beyond.ra.deg], [corner.dec.deg, beyond.dec.deg])
    assert slanted.contains(xs, ys).tolist() == [True, False]


NAMED = """\
hello world
image
circle(10,10)
circle(10,10,nan)
circle(nan,10,3)
circle(10,10,-3)
circle(12:30:00,10,3)
polygon(1,2,3,4)
wcsa
circle(1,2,3)
point(1,1)
image
compass(1,2,3) # compass=fk5
box(1,2,3,4,5,6,7,8 9)
line(1,2,3)
circle(7,7,2) what is this
circle(1,2,1e999)
panda(1,1,0,90,3,2,5,1)
projection(1,2,3,4,5)
"""


def test_what_cannot_be_read_is_named_by_line() -> None:
    loaded = read_regions(NAMED, "a.reg", NOWHERE)
    assert [region.kind for region in loaded.regions] == ["box annulus"] * 2 + ["circle", "line"]
    lines = sorted(
        int(number)
        for problem in loaded.problems
        for number in problem.split(":")[0].removeprefix("line").removeprefix("s").split(",")
    )
    assert lines == [1, 3, 4, 5, 6, 7, 8, 10, 11, 13, 15, 16, 17, 18, 19]
    sky = read_regions('fk5\ncircle(1,2,3")\nimage\ncircle(4,5,3")', "a.reg", NOWHERE)
    assert not sky.regions
    assert sky.problems == (
        "line 2: the frame fk5 cannot be used, for the header has no WCS: left out",
        "line 4: its size is in arcseconds, but the image has no positions on the sky: left out",
    )
    assert read_regions("# nothing\n", "a.reg", NOWHERE).problems == ("there is no region in it",)


@settings(max_examples=300)
@given(st.lists(st.one_of(st.text(max_size=60), st.sampled_from(NAMED.split("\n"))), max_size=6))
def test_no_text_is_dropped_without_a_word(lines: list[str]) -> None:
    text = "image\n" + "\n".join(lines)
    try:
        loaded = read_regions(text, "a.reg", NOWHERE)
    except ViewerError:
        # control characters: no text
        return
    silent = all(
        not line.strip()
        or line.strip().startswith(("#", "global"))
        or line.strip() in ("image", "physical", "wcsa")
        for line in text.splitlines()
    )
    assert loaded.regions or loaded.problems or silent


def test_files_that_are_none_say_so(tmp_path: Path, sample: Path) -> None:
    with pytest.raises(ViewerError, match="no table of regions"):
        read_region_file(sample, NOWHERE)
    binary = tmp_path / "a.reg"
    binary.write_bytes(bytes(range(256)) * 9)
    with pytest.raises(ViewerError, match="holds no text"):
        read_region_file(binary, NOWHERE)
    with pytest.raises(ViewerError, match="cannot be read"):
        read_region_file(tmp_path / "none.reg", NOWHERE)
    table = Table(
        {
            "SHAPE": ["circle", "pie", "nonsense"],
            "X": [1.0, 2.0, 3.0],
            "Y": [1.0, 2.0, 3.0],
            "R": [4.0, 5.0, 6.0],
        }
    )
    table.meta["EXTNAME"] = "REGION"
    rings = {"SHAPE": ["ELLIPTANNULUS"] * 2, "X": [9.0] * 2, "Y": [9.0] * 2, "R": [[1.0, 2.0, 3.0, 4.0]] * 2}
    two = Table({**rings, "ROTANG": [[30.0, 30.0], [30.0, 60.0]]}, meta={"EXTNAME": "REGION"})
    two.write(tmp_path / "c.fits")
    turned = read_region_file(tmp_path / "c.fits", NOWHERE)
    # inner x and y, outer x and y, as CFITSIO has them
    assert [(region.size, round(region.angle, 9)) for region in turned.regions] == [
        ((1.0, 2.0, 3.0, 4.0), 30.0)
    ]
    assert "different angles" in turned.problems[0]
    table.write(tmp_path / "b.fits")
    loaded = read_region_file(tmp_path / "b.fits", NOWHERE)
    assert [region.kind for region in loaded.regions] == ["circle"]
    assert [problem.split(":")[:2] for problem in loaded.problems] == [
        ["row 2", " pie"],
        ["row 3", " nonsense"],
    ]


def test_a_damaged_table_says_so(data_dir: Path) -> None:
    content = (data_dir / "regions" / "regions_wcs.fits").read_bytes()
    cut = read_regions(content[:-10], "cut.fits", NOWHERE)
    assert cut.regions
    assert cut.problems[0].startswith("the file: File may have been truncated")
    with pytest.raises(ViewerError, match="as a table of regions"):
        read_regions(content.replace(b"NAXIS1  =", b"NAXISQ  ="), "bad.fits", NOWHERE)


def test_fifty_thousand_regions_can_be_cancelled_and_huge_polygons_read() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        read_regions("image\n" + "circle(1,2,3)\n" * 50000, "a.reg", NOWHERE, progress=progress)
    line = ";".join(['circle(202.47,47.19,3") # text={a;b} tag="c;d"'] * 20000)
    assert {region.name for region in read_regions(f"fk5;{line}", "a.reg", WORLDS["plain"]).regions} == {
        "a;b"
    }
    turns = np.linspace(0, 2 * np.pi, 40001)[:-1]
    xy = np.stack([30 + 25 * np.cos(turns), 30 + 20 * np.sin(turns)], axis=1)
    huge = read_regions(f"image\npolygon({','.join(map(str, (xy + 1).ravel()))})", "a.reg", NOWHERE)
    assert np.allclose(huge.regions[0].points, xy)


# ------------------------------------------------------------------ writing

names = st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), max_codepoint=0x2FF), max_size=12).map(
    str.strip
)


@st.composite
def looked(draw: st.DrawFn) -> Region:
    region = draw(any_region())
    return replace(
        region,
        name=draw(names.filter(lambda name: "{" not in name and "}" not in name)),
        colour=draw(st.sampled_from(["green", "red", "#12ab00"])),
        tags=tuple(draw(st.lists(st.sampled_from(["a", "two words", "3"]), max_size=2, unique=True))),
        include=draw(st.booleans()),
        width=draw(st.integers(1, 5)),
        symbol=draw(st.sampled_from(["", "cross", "circle 15"])) if region.kind == "point" else "",
        style=draw(st.sampled_from(["", "dash=1", 'font="times 12 bold roman" and a remark'])),
    )


WORLDS = {
    "plain": world_of(**SKY, **PHYSICAL),
    "mirrored": world_of(**{**SKY, "CD1_1": SCALE, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": SCALE}),
}


def test_regions_after_a_word_that_is_no_frame_are_not_placed_in_the_frame_before_it():
    lines = ("image", "circle(10,10,5)", "fk7;circle(30,40,3)", "circle(50,60,3)", "image", "circle(8,6,3)")
    loaded = read_regions("\n".join((*lines, "stray", "point(2,3)")), "a.reg", NOWHERE)
    assert [region.points[0] for region in loaded.regions] == [(9, 9), (7, 5), (1, 2)]
    assert [problem.split(": ", 1)[0] for problem in loaded.problems] == ["line 3", "lines 3, 4", "line 7"]
    # no frame was named before it
    assert not read_regions("horizon\ncircle(30,40,3)", "a.reg", NOWHERE).regions


@given(
    st.lists(looked(), min_size=1, max_size=5),
    st.sampled_from(["image", "physical", "icrs", "fk5", "fk4", "galactic", "ecliptic"]),
    st.sampled_from(sorted(WORLDS)),
)
def test_what_is_written_is_read_again(some: list[Region], frame: str, which: str) -> None:
    world = WORLDS[which]
    written = write_ds9(some, frame, world)
    assert not written.problems
    assert written.text.startswith("# Region file format: DS9 version 4.1\nglobal color=green")
    loaded = read_regions(written.text, "a.reg", world)
    assert not loaded.problems
    assert len(loaded.regions) == len(some)
    for again, region in zip(loaded.regions, some, strict=True):
        assert np.allclose(again.points, region.points, atol=2e-5)
        assert again.size == pytest.approx(region.size, rel=1e-4, abs=1e-4)
        if region.kind not in ("text", "circle", "annulus"):
            assert (again.angle - region.angle + 180) % 360 - 180 == pytest.approx(0, abs=1e-3)
        style = again.style
        if region.kind == "ruler":
            style = " ".join(
                word
                for word in style.split()
                if word not in ("image", "physical", "arcsec") and "ruler" not in word
            )
        same = replace(
            again, points=region.points, size=region.size, angle=region.angle, frame="image", style=style
        )
        assert same == region


def test_the_regions_package_reads_what_is_written_on_a_distorted_sky(data_dir: Path) -> None:
    frame = read(data_dir / "wcs" / "sip-wcs_apogee.fits")
    height, width = frame.image_shape
    some = [
        Region("circle", ((width / 3, height / 4),), (20.0,), name="a star"),
        Region("box", ((width / 2, height / 2),), (30.0, 12.0), 25.0, tags=("x",)),
        Region("ellipse annulus", ((width / 4, height / 2),), (5.0, 9.0, 10.0, 18.0), 70.0, include=False),
        Region("polygon", ((10.0, 10.0), (60.0, 15.0), (30.0, 70.0))),
    ]
    written = write_ds9(some, "fk5", frame.world)
    wcs = frame.world.celestial_wcs
    theirs = Regions.parse(written.text, format="ds9")
    circle, box, ring, polygon = (each.to_pixel(wcs) for each in theirs)
    assert (circle.center.x, circle.center.y, circle.radius) == pytest.approx(
        (width / 3, height / 4, 20), rel=1e-3
    )
    assert (box.width, box.height, box.angle.value) == pytest.approx((30, 12, 25), rel=2e-3)
    assert (ring.inner_width, ring.outer_height) == pytest.approx((10, 36), rel=2e-3)
    assert np.allclose(np.transpose([polygon.vertices.x, polygon.vertices.y]), some[3].points, atol=1e-3)
    assert theirs[2].meta["include"] in (0, False)


def test_what_cannot_be_written_is_named() -> None:
    slit = world_of(**{**SKY, "CD1_1": -SCALE, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": SCALE / 2})
    some = [
        Region("box", ((10.0, 10.0),), (8.0, 4.0), 30.0, name="slanted"),
        Region("text", ((3.0, 4.0),), name="{a \"b' }\nc"),
    ]
    written = write_ds9(some, "icrs", slit)
    assert written.problems == (
        "region 1 (slanted), a box, is slanted in the frame icrs: written as a polygon",
        "region 2 ({a \"b' }\nc): the braces in its text were written as parentheses",
    )
    again = read_regions(written.text, "a.reg", slit).regions
    assert np.allclose(again[0].points, some[0].outline()[0][:-1], atol=1e-4)
    assert again[1].name == "(a \"b' ) c"
    nowhere = write_ds9(some, "fk5", NOWHERE)
    assert nowhere.problems == ("nothing can be written in the frame fk5: the header has no WCS",)
    outside = world_of(
        **{
            **SKY,
            "CTYPE1": "RA---SIN",
            "CTYPE2": "DEC--SIN",
            "CD1_1": -10.0,
            "CD1_2": 0.0,
            "CD2_1": 0.0,
            "CD2_2": 10.0,
        }
    )
    far = write_ds9([Region("point", ((5000.0, 3.0),))], "icrs", outside)
    assert far.problems == ("region 1 is nowhere in the frame icrs: left out",)
