from pathlib import Path

import numpy as np
import pytest

from viewer.core.call import Call
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.core.shapes.region import Region


@pytest.fixture
def session(sample: Path) -> Session:
    made = Session(Jobs(threads=0), Settings())
    made.open([sample])
    return made


def under(session: Session) -> list[float]:
    """The values of the pixels under the centres of all regions."""
    pixels = session.picture.frame.pixels
    found = []
    for region in session.overlays.layer.regions:
        x, y = region.points[0]
        assert (x, y) == pytest.approx((round(x), round(y)), abs=1e-6)
        found.append(float(pixels.value((round(y), round(x)))))
    return found


STEPS = [
    ("flip_horizontal", {}),
    ("flip_vertical", {}),
    ("rotate90", {}),
    ("rotate180", {}),
    ("transpose", {}),
    ("crop", {"x1": 11, "x2": 240, "y1": 21, "y2": 240}),
]


def test_regions_stay_on_their_pixels_when_the_image_is_turned_cut_and_set_back(session):
    overlays = session.overlays
    overlays.add_region(Region("circle", ((100.0, 120.0),), (5.0,)))
    overlays.add_region(Region("box", ((57.0, 81.0),), (9.0, 4.0), angle=30.0))
    expected, places = under(session), [region.points[0] for region in overlays.layer.regions]
    for name, arguments in STEPS:
        session.apply(Call.of(name, **arguments))
        assert under(session) == expected, name
        assert overlays.layer.regions[0].size == pytest.approx((5.0,))
    for _ in STEPS:
        session.undo()
    assert under(session) == expected
    np.testing.assert_allclose([region.points[0] for region in overlays.layer.regions], places, atol=1e-9)
    session.go_to(len(STEPS))
    assert under(session) == expected


def test_undo_takes_back_what_was_done_last_step_or_region(session):
    overlays = session.overlays
    first = overlays.add_region(Region("point", ((10.0, 20.0),)))
    session.apply(Call.of("flip_horizontal"))
    second = overlays.add_region(Region("circle", ((50.0, 50.0),), (4.0,)))
    assert session.undoable == "Add circle"
    session.undo()
    assert [region.key for region in overlays.layer.regions] == [first.key]
    assert session.undoable == "Flip left–right"
    session.undo()
    assert overlays.layer.regions[0].points[0] == pytest.approx((10.0, 20.0))
    session.undo()
    assert not overlays.layer.regions
    assert session.undoable is None
    assert session.redoable == "Add point"
    for _ in range(3):
        session.redo()
    assert session.redoable is None
    assert [region.key for region in overlays.layer.regions] == [first.key, second.key]
    width = session.picture.frame.shape[1]
    assert overlays.layer.regions[0].points[0] == pytest.approx((width - 1 - 10.0, 20.0))
    assert overlays.layer.regions[1].points[0] == pytest.approx((50.0, 50.0))


def test_a_drag_is_one_step_and_can_be_given_up(session):
    overlays = session.overlays
    region = overlays.add_region(Region("circle", ((50.0, 50.0),), (4.0,)))
    for x in (51.0, 52.0, 53.0):
        overlays.drag_regions([Region("circle", ((x, 50.0),), (4.0,), key=region.key)])
    overlays.drop_drag()
    assert overlays.layer.regions == (region,)
    for x in (51.0, 52.0, 53.0):
        moved = Region("circle", ((x, 50.0),), (4.0,), key=region.key)
        overlays.drag_regions([moved])
    overlays.set_regions([moved], "Move region")
    assert overlays.layer.regions[0].points == ((53.0, 50.0),)
    assert overlays.layer.selected == {region.key}
    session.undo()
    assert overlays.layer.regions == (region,)


def test_each_image_has_its_own_layer_and_a_closed_one_has_none(session, data_dir):
    overlays = session.overlays
    heard = []
    overlays.changed.connect(heard.append)
    overlays.add_region(Region("point", ((10.0, 20.0),)))
    first = session.current
    session.open([data_dir / "images" / "HorseHead.fits"])
    second = session.documents[1]
    session.select(second)
    assert heard[-1] == "layer"
    assert overlays.layer.empty
    assert session.undoable is None
    overlays.add_region(Region("point", ((1.0, 2.0),)))
    session.select(first)
    assert [region.points[0] for region in overlays.layer.regions] == [(10.0, 20.0)]
    session.close(first)
    assert overlays.layer_of(first).empty
    assert [region.points[0] for region in overlays.layer.regions] == [(1.0, 2.0)]
