"""The log of measurements: what is asked with which arguments, and what is remembered."""

import numpy as np
import pytest
from astropy.io import fits

from viewer.core.session.asking import Choices, box_around, star_arguments
from viewer.core.session.jobs import Jobs
from viewer.core.session.newest import Newest
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings


@pytest.fixture
def session():
    return Session(Jobs(threads=0), Settings())


def star(x, y, fwhm=4.0, shape=(60, 80), height=1000.0):
    rows, columns = np.indices(shape)
    return 50 + height * np.exp(-4 * np.log(2) * ((columns - x) ** 2 + (rows - y) ** 2) / fwhm**2)


def test_the_plane_that_is_shown_is_measured(session, tmp_path):
    cube = np.stack([star(20, 30), star(50, 30)]).astype("f4")
    fits.writeto(tmp_path / "cube.fits", cube)
    session.open([tmp_path / "cube.fits"])
    session.set_plane((1,))
    session.examining.ask("radial", 50, 30)
    answer = session.examining.shown
    assert answer.place == pytest.approx((50, 30), abs=0.01)
    assert answer.number_of("fwhm") == pytest.approx(4, abs=0.01)
    assert answer.belongs_to(session.picture)
    session.set_plane((0,))
    assert not answer.belongs_to(session.picture)


def test_the_header_tells_gain_saturation_and_zero_point():
    header = fits.Header({"EGAIN": 1.5, "SATURATE": 60000.0, "MAGZERO": 27.5})
    arguments = star_arguments(9, 19, Choices(radius=6), header)
    assert arguments == {
        "x": 10,
        "y": 20,
        "radius": 6,
        "gain": 1.5,
        "saturation": 60000,
        "zero_point": 27.5,
    }
    assert star_arguments(9, 19, Choices(zero_point=24), header)["zero_point"] == 24
    assert star_arguments(9, 19, Choices(), fits.Header())["zero_point"] == 25


def test_the_aperture_under_the_pointer_suits_the_star(session, tmp_path):
    fits.writeto(tmp_path / "wide.fits", star(40, 30, fwhm=6).astype("f4"))
    session.open([tmp_path / "wide.fits"])
    session.examining.follow("photometer")
    session.point_at((41.0, 29.0))
    live = session.examining.live
    assert live.number_of("radius") == pytest.approx(18, rel=0.15)
    assert live.place == pytest.approx((40, 30), abs=0.1)
    session.point_at(None)
    assert session.examining.live is None


def test_a_box_ends_where_the_image_does():
    assert box_around(2, 50, 11, (60, 80)) == {"x1": 1, "x2": 8, "y1": 46, "y2": 56}


def test_choices_that_make_no_sense_are_forgotten():
    settings = Settings(examine=("radius=4.5", "width=0", "box=many", "inner=-3", "colour=red", "outer=nan"))
    session = Session(Jobs(threads=0), settings)
    assert session.examining.choices == Choices(radius=4.5)


def test_of_many_requests_the_first_and_the_last_are_answered():
    jobs = Jobs(threads=1)
    try:
        newest, seen = Newest(jobs), []
        for number in range(20):
            newest.ask("count", lambda _progress, number=number: number, seen.append, seen.append)
        while jobs.running:
            jobs.deliver()
        assert seen == [0, 19]
    finally:
        jobs.close()


def test_a_job_that_fails_does_not_stop_the_next(session, tmp_path):
    fits.writeto(tmp_path / "a.fits", star(40, 30).astype("f4"))
    session.open([tmp_path / "a.fits"])
    session.examining.set_line(((-500.0, -500.0), (-400.0, -500.0)), settled=False)
    assert session.examining.live is None
    session.examining.set_line(((5.0, 5.0), (25.0, 5.0)), settled=False)
    assert session.examining.live.kind == "cut"
    session.examining.set_line(((-500.0, -500.0), (-400.0, -500.0)))
    assert session.last_told[-1][0] == "error"
    assert session.examining.answers == []
