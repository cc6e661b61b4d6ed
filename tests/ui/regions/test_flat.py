"""Regions as arrays: the same however they have come about."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.core.shapes.region import Region
from viewer.ui.regions.flat import MOST_LOOSE, FlatShapes
from viewer.ui.regions.lengths import separation, sky_text

places = st.tuples(st.floats(-50, 500), st.floats(-50, 500))
sizes = st.floats(0.1, 90)
angles = st.floats(0, 360)
regions = st.one_of(
    st.builds(lambda at: Region("point", (at,)), places),
    st.builds(lambda a, b: Region("line", (a, b)), places, places),
    st.builds(lambda at, r: Region("annulus", (at,), (r / 2, r)), places, sizes),
    st.builds(lambda at, a, b, t: Region("ellipse", (at,), (a, b), t), places, sizes, sizes, angles),
    st.builds(
        lambda at, a, b, t: Region("box annulus", (at,), (a / 2, b / 2, a, b), t),
        places,
        sizes,
        sizes,
        angles,
    ),
    st.builds(lambda points: Region("polygon", tuple(points)), st.lists(places, min_size=3, max_size=6)),
)


@given(st.lists(regions, max_size=8), st.data())
def test_bounds_and_what_is_within_follow_changes(listed, data):
    flat = FlatShapes()
    flat.update(tuple(listed))
    np.testing.assert_allclose(flat.bounds, [each.bounds() for each in listed] or np.zeros((0, 4)), atol=1e-6)
    if listed:
        changed = list(listed)
        place = data.draw(st.integers(0, len(listed) - 1))
        changed[place] = data.draw(regions)
        flat.update(tuple(changed))
        fresh = FlatShapes()
        fresh.update(tuple(changed))
        np.testing.assert_allclose(flat.bounds, fresh.bounds, atol=1e-6)
        assert place in flat.loose
        x, y = changed[place].points[0]
        assert place in flat.within((x - 1, x + 1, y - 1, y + 1)) or changed[place].kind != "point"
        assert flat.pieces(place).bounds == changed[place].bounds()


def test_after_many_changes_the_arrays_are_made_again():
    flat = FlatShapes()
    first = tuple(Region("circle", ((float(n), 0.0),), (1.0,), key=n + 1) for n in range(MOST_LOOSE + 1))
    flat.update(first)
    version = flat.version
    flat.update(tuple(region.moved_by(0, 5) for region in first))
    assert flat.version > version
    assert not flat.loose
    np.testing.assert_array_equal(flat.ellipses[:, 1], 5.0)
    assert flat.places([3, 1, 10_000]) == [0, 2]


@given(st.floats(0, 360), st.floats(-89, 89), st.floats(0.001, 3600), st.floats(0, 360))
def test_separation_and_position_angle_are_those_of_astropy(lon, lat, distance, angle):
    from astropy import units
    from astropy.coordinates import SkyCoord

    start = SkyCoord(lon * units.deg, lat * units.deg)
    end = start.directional_offset_by(angle * units.deg, distance * units.arcsec)
    found = separation((start.ra.deg, start.dec.deg), (end.ra.deg, end.dec.deg))
    assert found[0] == pytest.approx(start.separation(end).arcsec, rel=1e-6, abs=1e-7)
    turn = np.radians(found[1] - start.position_angle(end).deg)
    assert abs(np.sin(turn)) * distance < 1e-4
    assert np.cos(turn) > 0


def test_angles_on_the_sky_are_written_in_the_unit_that_suits_them():
    assert [sky_text(value) for value in (2.345, 90, 7200)] == ["2.35″", "1.5′", "2°"]
