"""The session's verbs, without any window."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits

from viewer.core.render.limits import Limits
from viewer.core.render.stretch import Stretch
from viewer.core.render.viewport import Orientation
from viewer.core.session.jobs import Job, Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings

SIZE = (400, 300)


@pytest.fixture
def session():
    made = Session(Jobs(threads=0), Settings())
    made.set_screen_size(SIZE)
    return made


@pytest.fixture
def told(session):
    sentences = []
    session.told.connect(lambda level, sentence: sentences.append((level, sentence)))
    return sentences


@pytest.fixture
def stars(tmp_path):
    rng = np.random.default_rng(1)
    made = []
    for name in ("a.fits", "b.fits"):
        path = tmp_path / name
        fits.writeto(path, rng.normal(1000, 20, (200, 100)).astype("f4"))
        made.append(path)
    return made


@pytest.fixture
def extensions(tmp_path):
    path = tmp_path / "mef.fits"
    images = [fits.ImageHDU(np.full((10, 20), n, "i2"), name="SCI", ver=n) for n in (1, 2)]
    table = fits.BinTableHDU.from_columns([fits.Column("X", "E", array=np.arange(3.0))])
    fits.HDUList([fits.PrimaryHDU(), *images, table]).writeto(path)
    return path


def test_the_first_of_the_files_opened_is_current(session, stars):
    session.open(stars)
    assert [document.name for document in session.documents] == ["a.fits", "b.fits"]
    assert session.current is session.documents[0]
    assert all(pyramid.ready for pyramid in session.picture.pyramids)


def test_next_and_previous_go_round(session, stars):
    session.open(stars)
    session.select_next()
    assert session.current.name == "b.fits"
    session.select_next()
    assert session.current.name == "a.fits"
    session.select_next(-1)
    assert session.current.name == "b.fits"


def test_closing_goes_to_the_neighbour_and_in_the_end_to_nothing(session, stars):
    session.open(stars)
    session.close(session.current)
    assert session.current.name == "b.fits"
    session.close(session.current)
    assert session.current is None
    assert session.picture is None


def test_a_missing_file_is_one_sentence_and_the_others_open(session, stars, told, tmp_path):
    session.open([tmp_path / "none.fits", stars[0]])
    assert [level for level, _ in told] == ["error"]
    assert "none.fits" in told[0][1]
    assert session.current.name == "a.fits"


def test_brackets_choose_the_hdu(session, extensions):
    session.open([f"{extensions}[sci,2]"])
    assert session.current.hdu == 2
    assert session.picture.frame.pixels.value((0, 0)) == 2


def test_each_hdu_keeps_its_own_scale_and_place(session, extensions):
    session.open([extensions])
    assert session.current.hdu == 1
    session.set_stretch(Stretch("log", 1000.0))
    session.zoom_to(3.0)
    session.select_hdu(2)
    assert session.picture.scale.stretch.name != "log"
    session.select_hdu(3)
    assert session.picture is None
    assert session.current.table.rows == 3
    session.select_hdu(1)
    assert session.picture.scale.stretch == Stretch("log", 1000.0)
    assert session.viewport().zoom == 3.0
    session.select_hdu(0)
    assert session.picture is None
    assert session.current.table is None


def test_a_setter_with_the_present_value_says_nothing(session, stars):
    session.open(stars)
    said = []
    session.scale_changed.connect(said.append)
    session.place_changed.connect(said.append)
    session.set_scale(session.picture.scale)
    session.set_limits(session.picture.scale.limits)
    session.set_place(session.picture.place)
    session.set_settings(session.settings)
    assert said == []
    session.set_cuts((1.0, 2.0))
    assert said == [session.current]
    assert session.picture.cuts == (1.0, 2.0)


def test_zooming_about_a_point_leaves_it_where_it_is(session, stars):
    session.open(stars)
    about = (230.0, 40.0)
    before = session.viewport().to_image(*about)
    session.zoom_by(4.0, about)
    np.testing.assert_allclose(session.viewport().to_image(*about), before, atol=1e-9)


@pytest.mark.parametrize(
    "orientation", [Orientation(), Orientation(True, False, 1), Orientation(False, True, 2)]
)
def test_panning_moves_the_picture_with_the_pointer(session, stars, orientation):
    session.open(stars)
    session.set_orientation(orientation)
    session.zoom_to(8.0)
    held = session.viewport().to_image(100, 100)
    session.pan_by(37.0, -12.0)
    np.testing.assert_allclose(session.viewport().to_image(137, 88), held, atol=1e-9)


def test_the_middle_of_the_view_never_leaves_the_image(session, stars):
    session.open(stars)
    session.zoom_to(1.0)
    session.pan_by(1e6, 1e6)
    x, y = session.viewport().center
    assert -0.5 <= x <= 99.5
    assert -0.5 <= y <= 199.5


def test_fit_follows_the_size_of_the_view(session, stars):
    session.open(stars)
    assert session.viewport().zoom == pytest.approx(SIZE[1] / 200)
    session.set_screen_size((1000, 100))
    assert session.viewport().zoom == pytest.approx(0.5)


def test_scale_and_place_are_kept_for_the_next_frame_only_on_request(session, stars):
    session.open(stars[:1])
    session.set_cuts((5.0, 6.0))
    session.zoom_to(7.0)
    session.open(stars[1:])
    assert session.current.name == "b.fits"
    assert session.picture.cuts != (5.0, 6.0)
    session.close(session.current)
    session.set_settings(replace(session.settings, keep_settings=True))
    session.open(stars[1:])
    assert session.picture.cuts == (5.0, 6.0)
    assert session.viewport().zoom == 7.0


def test_a_top_down_frame_is_set_upright_unless_the_user_says_no(session, tmp_path):
    path = tmp_path / "amateur.fits"
    data = np.zeros((20, 20), "u2")
    data[0, 0] = 1
    fits.writeto(path, data, fits.Header({"ROWORDER": "TOP-DOWN"}))
    session.open([path])
    assert session.viewport().to_screen(0, 0)[1] < SIZE[1] / 2
    session.set_settings(replace(session.settings, honour_row_order=False))
    assert session.viewport().to_screen(0, 0)[1] > SIZE[1] / 2


def test_planes_of_a_cube(session, tmp_path):
    path = tmp_path / "cube.fits"
    cube = np.arange(2 * 5 * 4 * 6, dtype="f4").reshape(2, 5, 4, 6)
    fits.writeto(path, cube)
    session.open([path])
    cuts = session.picture.cuts
    session.set_plane((1, 99))
    assert session.picture.plane == (1, 4)
    assert session.picture.cuts == cuts
    np.testing.assert_array_equal(session.picture.frame.pixels.read(plane=session.picture.plane), cube[1, 4])


def test_three_planes_in_colour_or_one_by_one(session, tmp_path, told):
    path = tmp_path / "rgb.fits"
    fits.writeto(path, np.random.default_rng(0).integers(0, 255, (3, 8, 9)).astype("u1"))
    session.open([path])
    assert session.picture.colour
    assert len(session.picture.pyramids) == 3
    session.set_colour(False)
    session.set_plane((2,))
    assert session.picture.plane == (2,)
    assert len(session.picture.pyramids) == 1
    session.set_colour(True)
    assert len(session.picture.pyramids) == 3
    assert told == []


def test_colour_of_something_else_is_refused_in_a_sentence(session, stars, told):
    session.open(stars)
    session.set_colour(True)
    assert [level for level, _ in told] == ["warning"]


def test_the_frozen_readout_stays_but_the_keys_move_it(session, stars):
    session.open(stars)
    session.point_at((10.3, 20.0))
    session.set_frozen(True)
    session.point_at((50.0, 50.0))
    assert session.pointer == (10.3, 20.0)
    session.move_pointer(1, -1)
    assert session.pointer == (11, 19)


def test_details_come_on_request(session, sample):
    session.open([sample])
    ready = []
    session.details_ready.connect(ready.append)
    assert not session.picture.detailed
    session.add_details()
    assert ready == [session.current]
    assert session.picture.frame.world.celestial


def test_old_pyramids_are_forgotten_and_built_again(session, tmp_path, monkeypatch):
    monkeypatch.setattr("viewer.core.session.finishing.PYRAMID_BYTES", 100_000)
    for name in "abc":
        fits.writeto(tmp_path / f"{name}.fits", np.ones((600, 600), "f4"))
    session.open([tmp_path / f"{name}.fits" for name in "abc"])
    built = [document.picture.pyramids[0].ready for document in session.documents]
    assert sum(built) == 1, "files behind the first do not fill the memory either"
    for document in session.documents:
        session.select(document)
    assert not session.documents[0].picture.pyramids[0].ready
    session.select(session.documents[0])
    assert session.picture.pyramids[0].ready


def test_limits_by_percent_follow_the_data(session, tmp_path):
    path = tmp_path / "ramp.fits"
    fits.writeto(path, np.linspace(0, 1, 10_000, dtype="f8").reshape(100, 100))
    session.open([path])
    session.set_limits(Limits("percent", 90.0))
    np.testing.assert_allclose(session.picture.cuts, (0.05, 0.95), atol=1e-3)


class LastFirst(Jobs):
    """Runs what was asked for in the opposite order, as a slow disk may."""

    def __init__(self):
        super().__init__(threads=0)
        self.waiting = []

    def start(self, *what, **how):
        self.waiting.append((what, how))

    def run(self):
        while self.waiting:
            what, how = self.waiting.pop()
            super().start(*what, **how)


def test_the_first_file_that_can_be_opened_is_shown_whatever_comes_first(tmp_path):
    (tmp_path / "a.fits").write_text("no image")
    for name in ("b.fits", "c.fits"):
        fits.writeto(tmp_path / name, np.ones((4, 4)))
    jobs = LastFirst()
    session = Session(jobs, Settings())
    session.open([tmp_path])
    jobs.run()
    assert [document.name for document in session.documents] == ["b.fits", "c.fits"]
    assert session.current.name == "b.fits"


def test_a_wrong_checksum_is_told_once_the_picture_is_there(session, data_dir):
    changed = []
    session.image_changed.connect(changed.append)
    session.open([data_dir / "edge" / "checksum_false.fits"])
    assert session.current.problems == ()
    session.add_details()
    assert any(
        "checksum" in problem.lower() or "datasum" in problem.lower() for problem in session.current.problems
    )
    assert changed[-1] is session.current
    assert session.picture.detailed
    assert "world" in session.picture.frame.__dict__, "the WCS is not built again"
    session.open([data_dir / "edge" / "checksum.fits"])
    session.select(session.documents[-1])
    session.add_details()
    assert session.current.problems == ()


def test_what_was_cancelled_is_built_when_the_image_is_looked_at_again(sample):
    jobs = Jobs(threads=0)
    made = Session(jobs, Settings())
    made.open([sample])
    picture, waiting = made.picture, []
    picture.pyramids[0].forget()
    jobs.start = lambda title, work, finished, **_options: waiting.append(work) or Job(title)
    made._finishing.refine(made.current, picture, made.image_changed.emit)
    made._finishing.refine(made.current, picture, made.image_changed.emit)
    assert len(waiting) == 1, "once is enough"
    made._finishing._refining.cancel()
    made._finishing.refine(made.current, picture, made.image_changed.emit)
    assert len(waiting) == 2


def test_region_files_wait_for_an_image(session, sample, tmp_path):
    made = session
    heard = []
    made.region_files_asked.connect(lambda: heard.append(tuple(made.region_files)))
    made.open([tmp_path / "stars.reg", sample, str(tmp_path / "A.CRTF")])
    assert heard == [(tmp_path / "stars.reg", tmp_path / "A.CRTF")]
    assert [document.name for document in made.documents] == [sample.name]


def test_a_header_is_read_once_however_often_it_is_asked_for(stars):
    jobs = Jobs(threads=1)
    session = Session(jobs, Settings())
    arrived = threading.Event()
    jobs.wake = arrived.set
    ready = []
    session.details_ready.connect(ready.append)
    session.open(stars[:1])
    while not session.documents or not ready:
        assert arrived.wait(30)
        arrived.clear()
        jobs.deliver()
        for _ in range(3):
            session.add_details()
        assert [job.title for job in jobs.running].count("Reading the header") <= 1
    jobs.close()
    assert session.picture.detailed
