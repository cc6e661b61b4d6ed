"""Steps: done, taken back, kept on the disk, saved - and where a result lands."""

import threading
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from viewer.core.call import Call
from viewer.core.session.history import on_disk
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings

BLUR, HALF, MEAN = Call.of("gaussian", sigma=2), Call.of("divide", value=2), Call.of("normalize")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    fits.writeto(tmp_path / "sky.fits", rng.normal(100, 5, (60, 80)).astype("f4"))
    return tmp_path / "sky.fits"


@pytest.fixture
def session(path: Path) -> Session:
    session = Session(Jobs(threads=0), Settings())
    session.open([path])
    return session


def shown(session: Session) -> np.ndarray:
    return np.asarray(session.picture.frame.pixels)


def test_steps_can_be_taken_back_and_done_again(session):
    document = session.current
    original = shown(session)
    seen = [original]
    for call in (BLUR, HALF, MEAN):
        session.apply(call)
        seen.append(shown(session))
    assert document.history.calls == (BLUR, HALF, MEAN)
    assert document.modified
    for position in (2, 0, 3, 1):
        session.go_to(position)
        assert np.array_equal(shown(session), seen[position])
    session.undo()
    assert not document.modified
    session.redo()
    session.apply(MEAN)
    assert document.history.calls == (BLUR, MEAN)
    assert not document.history.can_redo


def test_older_versions_wait_on_the_disk(path):
    session = Session(Jobs(threads=0), Settings(undo_megabytes=0))
    session.open([path])
    seen = [shown(session)]
    for call in (BLUR, HALF, MEAN, BLUR):
        session.apply(call)
        seen.append(shown(session).copy())
    history = session.current.history
    assert [on_disk(version.frame.data) for version in history.versions[1:]] == [True, True, True, False]
    for position, expected in enumerate(seen):
        session.go_to(position)
        assert np.array_equal(shown(session), expected)
    session.finish()


def test_refused_work_leaves_the_image_alone(session):
    told = []
    session.told.connect(lambda level, sentence: told.append((level, sentence)))
    session.apply(Call.of("boxcar", radius=100))
    assert session.current.history.position == 0
    assert told[0][0] == "error"
    assert "80" in told[0][1] or "60" in told[0][1]
    assert not session.jobs.running


def test_result_for_a_changed_image_opens_as_a_new_one(session):
    document = session.current
    session.apply(HALF)
    # taken back while the next step is being worked on
    session._editing._landed(
        document, document.history, document.history.versions[0], _picture(session), BLUR
    )
    assert len(session.documents) == 2
    assert session.current is not document
    assert session.current.history.calls == (BLUR,)
    assert session.current.modified
    assert document.history.calls == (HALF,)


def _picture(session: Session):
    from viewer.core.session.editing import prepared

    return prepared(session.picture.frame)


def test_steps_asked_for_quickly_follow_each_other(path):
    session = Session(Jobs(threads=2), Settings())
    try:
        arrived = threading.Event()
        session.jobs.wake = arrived.set
        session.open([path])
        _wait(session, lambda: session.current is not None)
        for call in (BLUR, HALF, MEAN):
            session.apply(call)
        _wait(session, lambda: session.current.history.position == 3)
        assert session.current.history.calls == (BLUR, HALF, MEAN)
        assert len(session.documents) == 1
    finally:
        session.jobs.close()


def _wait(session: Session, done) -> None:
    import time

    end = time.monotonic() + 20
    while not done():
        assert time.monotonic() < end
        session.jobs.deliver()
        time.sleep(0.01)


def test_saving_as_a_new_file_leaves_the_original(session, path, tmp_path):
    before = path.read_bytes()
    session.apply(BLUR)
    session.apply(MEAN)
    target = tmp_path / "blurred.fits"
    session.save(session.current, target)
    assert path.read_bytes() == before
    with fits.open(target, checksum=True) as hdus:
        assert np.array_equal(hdus[0].data, shown(session))
        assert "skyloupe: normalize" in str(hdus[0].header["HISTORY"])
    assert not session.current.modified
    assert session.current.name == "blurred.fits"
    session.undo()
    assert session.current.modified


def test_all_changed_hdus_are_saved(tmp_path):
    path = tmp_path / "two.fits"
    images = [np.full((20, 30), value, "f4") for value in (2.0, 4.0, 8.0)]
    fits.HDUList([fits.PrimaryHDU(images[0]), *(fits.ImageHDU(image) for image in images[1:])]).writeto(path)
    session = Session(Jobs(threads=0), Settings())
    session.open([path])
    session.apply(HALF)
    session.select_hdu(2)
    session.apply(HALF)
    session.save(session.current, tmp_path / "out.fits")
    with fits.open(tmp_path / "out.fits", checksum=True) as hdus:
        assert [hdu.data[0, 0] for hdu in hdus] == [1.0, 4.0, 4.0]


def test_another_open_image_with_steps_of_its_own(session, tmp_path):
    fits.writeto(tmp_path / "flat.fits", np.full((60, 80), 5, "i2"))
    session.open([tmp_path / "flat.fits"])
    session.select_next()
    flat = session.documents[1]
    session.select(flat)
    session.apply(HALF)
    session.select(session.documents[0])
    before = shown(session)
    session.apply(Call.of("subtract_image", other=session.operand_of(flat)))
    assert np.array_equal(shown(session), before - np.float32(2.5))
    operand = session.current.history.calls[0].arguments["other"]
    assert operand.calls == (HALF,)


def test_a_picture_of_the_work_does_not_count_as_saved(session, tmp_path):
    session.apply(BLUR)
    session.save(session.current, tmp_path / "look.png")
    assert (tmp_path / "look.png").exists()
    assert session.current.modified
    assert session.current.name == "sky.fits"


def test_script_says_that_its_original_was_overwritten(session, path):
    from viewer.core.script.script import Origin, script

    session.apply(HALF)
    session.save(session.current, path, overwrite=True)
    history = session.current.history
    assert not history.modified
    assert "keep a copy of the original" in " ".join(
        script(history.calls, Origin.of(history.origin_frame)).split()
    )
    session.undo()
    assert history.modified


def test_limits_by_hand_are_left_when_no_value_is_within(session):
    session.set_cuts((90.0, 110.0))
    session.apply(Call.of("multiply", value=1.01))
    assert session.picture.cuts == (90.0, 110.0)
    session.apply(MEAN)
    low, high = session.picture.cuts
    assert 0.5 < low < 1 < high < 1.5


def test_parts_are_opened_in_the_order_asked_whichever_is_done_first(path):
    session = Session(Jobs(threads=2), Settings())
    slow = Call.of("median_filter", radius=25), "slow.fits"
    tiles = [
        (Call.of("tile", row=1, column=column, rows=1, columns=4), f"{column}.fits") for column in range(1, 5)
    ]
    try:
        session.open([path])
        _wait(session, lambda: session.picture is not None)
        session.split_off("Splitting", session.current, [slow, *tiles])
        _wait(session, lambda: len(session.documents) == 6 and not session.jobs.running)
        names = [document.name for document in session.documents[1:]]
        assert names == ["slow.fits", "1.fits", "2.fits", "3.fits", "4.fits"]
    finally:
        session.finish()
