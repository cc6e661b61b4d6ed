"""Masks of regions have the pixels that the regions package gives them."""

import numpy as np
import pytest
from astropy import units
from hypothesis import assume, example, given
from hypothesis import strategies as st
from regions import (
    CircleAnnulusPixelRegion,
    CirclePixelRegion,
    EllipseAnnulusPixelRegion,
    EllipsePixelRegion,
    PixCoord,
    PolygonPixelRegion,
    RectangleAnnulusPixelRegion,
    RectanglePixelRegion,
)

from tests.core.shapes.region_shapes import closed_regions
from viewer.core.shapes.mask import mask_of
from viewer.core.shapes.region import Region

SHAPE = (50, 60)


def packaged(region: Region) -> object:
    """The same region as one of the regions package, whose ellipses have whole axes."""
    if region.kind == "polygon":
        xs, ys = np.transpose(region.points)
        return PolygonPixelRegion(PixCoord(xs, ys))
    centre, size, angle = PixCoord(*region.points[0]), region.size, region.angle * units.deg
    if region.kind == "circle":
        return CirclePixelRegion(centre, *size)
    if region.kind == "annulus":
        return CircleAnnulusPixelRegion(centre, *size)
    if region.kind == "box":
        return RectanglePixelRegion(centre, *size, angle)
    if region.kind == "ellipse":
        return EllipsePixelRegion(centre, 2 * size[0], 2 * size[1], angle)
    half = 2 if region.kind == "ellipse annulus" else 1
    inner, second, outer, fourth = (half * each for each in size)
    kind = EllipseAnnulusPixelRegion if half == 2 else RectangleAnnulusPixelRegion
    return kind(centre, inner, outer, second, fourth, angle)


def whole(region: Region) -> np.ndarray:
    mask, row, column = mask_of(region, SHAPE)
    image = np.zeros(SHAPE, bool)
    image[row : row + mask.shape[0], column : column + mask.shape[1]] = mask
    return image


def by_package(region: Region) -> np.ndarray:
    image = packaged(region).to_mask(mode="center").to_image(SHAPE)
    return np.zeros(SHAPE, bool) if image is None else image.astype(bool)


@given(closed_regions())
@example(Region("circle", ((10.0, 10.0),), (5.0,)))
@example(Region("box", ((10.0, 10.0),), (4.0, 6.0)))
@example(Region("polygon", ((5.0, 5.0), (15.0, 5.0), (15.0, 20.0), (5.0, 20.0))))
@example(Region("polygon", ((5.0, 5.0), (9.0, 5.0), (12.0, 9.0), (9.0, 13.0), (5.0, 13.0), (2.0, 9.0))))
@example(Region("box", ((10.2, 10.3),), (0.3, 0.3)))
@example(Region("polygon", ((0.0, 1.0), (1.0, 1.0), (1e-60, 0.0))))
def test_masks_are_those_of_the_regions_package(region: Region) -> None:
    ours, theirs = whole(region), by_package(region)
    rows, columns = np.indices(SHAPE)
    different = np.argwhere((ours != theirs) | (ours != region.contains(columns, rows)))
    # where a pixel's centre is on the edge, the last digit of a sine decides
    edge = [_near_the_edge(region, x, y) for y, x in different.tolist()]
    assert all(edge)
    if region.kind in ("circle", "polygon") or region.angle == 0:
        integers = all(value == int(value) for value in (*np.ravel(region.points), *region.size))
        assert not (integers and len(different)) or region.kind in ("ellipse", "ellipse annulus")


def _near_the_edge(region: Region, x: float, y: float) -> bool:
    if region.kind == "polygon":
        start = np.array(region.points)
        way = np.roll(start, -1, axis=0) - start
        share = ((x, y) - start) @ way.T
        share = np.clip(np.diagonal(share) / np.maximum((way**2).sum(axis=1), 1e-300), 0, 1)
        return bool((np.hypot(*(start + share[:, None] * way - (x, y)).T) < 1e-9).any())
    around = np.array([(-1e-9, 0), (1e-9, 0), (0, -1e-9), (0, 1e-9), (1e-9, 1e-9), (-1e-9, -1e-9)])
    found = region.contains(x + around[:, 0], y + around[:, 1])
    return bool(found.any() and not found.all())


@given(closed_regions(), st.integers(-70, 70), st.integers(-60, 60))
def test_a_mask_does_not_depend_on_where_the_image_ends(region: Region, dx: int, dy: int) -> None:
    assume(all(abs(value - round(value * 8) / 8) == 0 for value in np.ravel(region.points)))
    mask, row, column = mask_of(region.moved_by(dx, dy), SHAPE)
    large, top, left = mask_of(region.moved_by(200, 200), (500, 500))
    image = np.zeros((500, 500), bool)
    image[top : top + large.shape[0], left : left + large.shape[1]] = large
    part = image[200 - dy :, 200 - dx :][: SHAPE[0], : SHAPE[1]]
    found = np.zeros(SHAPE, bool)
    found[row : row + mask.shape[0], column : column + mask.shape[1]] = mask
    assert (found[: part.shape[0], : part.shape[1]] == part).all()


@pytest.mark.parametrize(
    "region",
    [
        Region("circle", ((10.0, 10.0),), (0.0,)),
        Region("box", ((10.4, 10.4),), (0.2, 0.2)),
        Region("circle", ((-50.0, 10.0),), (5.0,)),
        Region("polygon", ((1.0, 1.0), (5.0, 5.0), (9.0, 9.0))),
        Region("line", ((1.0, 1.0), (5.0, 5.0))),
        Region("circle", ((np.nan, 10.0),), (5.0,)),
    ],
)
def test_what_covers_no_pixel_has_none(region: Region) -> None:
    assert not mask_of(region, SHAPE)[0].any()


def test_points_and_huge_polygons() -> None:
    mask, row, column = mask_of(Region("point", ((7.5, 3.49),)), SHAPE)
    assert (mask.tolist(), row, column) == ([[True]], 3, 8)
    turns = np.linspace(0, 2 * np.pi, 100_001)[:-1]
    points = tuple(
        zip((30 + 22.5 * np.cos(turns)).tolist(), (25 + 22.5 * np.sin(turns)).tolist(), strict=True)
    )
    assert (whole(Region("polygon", points)) == whole(Region("circle", ((30.0, 25.0),), (22.5,)))).all()
