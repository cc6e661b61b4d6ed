"""What comes back from an earlier session, and what is written down of it meanwhile."""

from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits

from viewer.core.session.jobs import Jobs
from viewer.core.session.remembered import Remembered, Seen, Window
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.core.session.snapshot import remembered
from viewer.core.shapes.region import Region

CIRCLE = Region("circle", ((5.0, 6.0),), (3.0,))
# as a file has it
BOX = {"kind": "box", "points": [[4.0, 5.0]], "size": [2.0, 3.0]}


@pytest.fixture
def session():
    return Session(Jobs(threads=0), Settings())


@pytest.fixture
def two(tmp_path):
    path = tmp_path / "two.fits"
    planes = [fits.ImageHDU(np.full((20, 30), n, "f4"), name=f"E{n}") for n in (1, 2)]
    fits.HDUList([fits.PrimaryHDU(), *planes]).writeto(path)
    return path


def kinds(session):
    """Return the kinds of regions that would be written down, by HDU."""
    (document,) = remembered(session, session.reviving.on_the_way).documents
    return {
        image.hdu: [each["kind"] if isinstance(each, dict) else each.kind for each in image.regions]
        for image in document.images
    }


def test_regions_are_never_forgotten_on_their_way_back(session, two):
    was = Remembered(str(two), hdu=1, images=(Seen(1, regions=(BOX,)), Seen(2, regions=(BOX, BOX))))
    session.reviving.begin(Window((was,), 0), all_at_once=False)
    assert kinds(session) == {1: ["box"], 2: ["box", "box"]}, "the picture is there, the regions are not yet"
    session.overlays.add_region(CIRCLE)
    assert sorted(kinds(session)[1]) == ["box", "circle"]
    session.select_hdu(2)
    session.reviving.go_on()
    session.select_hdu(1)
    assert sorted(kinds(session)[1]) == ["box", "circle"]
    assert kinds(session)[2] == ["box", "box"]
    drawn = session.overlays.layer.regions
    session.overlays.set_regions([each for each in drawn if each.kind != "box"], "Delete")
    assert kinds(session) == {1: ["circle"], 2: ["box", "box"]}


def test_regions_of_an_hdu_that_nobody_looks_at_stay(session, two):
    was = Remembered(str(two), hdu=1, images=(Seen(2, regions=(BOX,)),))
    session.reviving.begin(Window((was,), 0))
    assert kinds(session)[2] == ["box"]
    session.select_hdu(2)
    assert kinds(session)[2] == ["box"]
    region = session.overlays.layer.regions[0]
    session.overlays.set_regions([replace(region, points=((9.0, 9.0),))], "Move")
    assert kinds(session)[2] == ["box"]
    (document,) = remembered(session).documents
    assert [each.points for each in document.images[-1].regions] == [((9.0, 9.0),)]


def test_steps_on_what_is_a_table_by_now_are_kept(session, tmp_path):
    path = tmp_path / "changed.fits"
    table = fits.BinTableHDU.from_columns([fits.Column("X", "E", array=np.arange(3.0))])
    fits.HDUList([fits.PrimaryHDU(np.zeros((8, 8), "f4")), table]).writeto(path)
    lost = Seen(1, recipe="{}", steps=3, regions=(BOX,))
    session.reviving.begin(Window((Remembered(str(path), hdu=0, images=(lost,)),), 0))
    assert [(level, "no image any more" in said) for level, said in session.last_told] == [("error", True)]
    (kept,) = session.reviving.kept
    assert kept.images == (lost,)
    assert all(not image.steps for image in remembered(session).documents[0].images), "they are kept once"
