"""The journal of a window: written by a process, found after its death, left alone during its life."""

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.call import Call
from viewer.core.render.colormap import ColorMap
from viewer.core.render.limits import Limits
from viewer.core.render.scale import Scale
from viewer.core.render.stretch import Stretch
from viewer.core.render.viewport import Orientation
from viewer.core.session.document import Place
from viewer.core.session.journal import Journal, journal_folder, last_session, left_behind, read_session
from viewer.core.session.remembered import RegionTexts, Remembered, Seen, Window, written_of
from viewer.core.session.trusted import regions_of, window_of
from viewer.core.shapes.region import Region

STEPS = (Call.of("gaussian", sigma=2.0), Call.of("rotate", angle=22.5, fill=float("nan")))
SEEN = Seen(
    2,
    "[1:9,2:8]",
    (3, 0),
    True,
    Scale(Limits("manual", low=-1.5, high=1e300), Stretch("log", 50.0), ColorMap("heat", True), 2.0, 0.25),
    Place((3.25, -0.5), 7.0, Orientation(True, False, 3)),
    (
        Region("circle", ((10.5, 20.25),), (5.0,), name='an "odd"\nname', tags=("a", "b"), include=False),
        Region("polygon", ((0.0, 0.0), (4.0, 0.0), (0.1, 4.0)), colour="#ff0000", width=3, frame="icrs"),
        Region("ellipse annulus", ((1.0, 2.0),), (1.0, 2.0, 3.0, 4.0), angle=30.0),
        Region("vector", ((1.0, 2.0), (5.0, 6.0)), style="dash=1"),
    ),
    STEPS,
    "",
    2,
    1,
)
WINDOW = Window(
    (
        Remembered("/data/a\udcff b%5B.fits", "called", 2, 10, 2.5, (SEEN, Seen(0))),
        Remembered("/data/[1].fits"),
    ),
    1,
    "circle",
    "/data",
    "AdnQ",
)
ONE = Window((Remembered("/data/m13.fits", images=(Seen(recipe="{}", steps=3),)),))

# writes a journal, says so, and waits to be killed
WRITER = """
import sys, time
from pathlib import Path
from viewer.core.session.journal import Journal
from viewer.core.session.remembered import Remembered, Seen, Window
image = Seen(recipe="{}", steps=3)
Journal(Path(sys.argv[1])).write(Window((Remembered("/data/m13.fits", images=(image,)),)))
print("written", flush=True)
time.sleep(60)
"""


def behind(journal, **head):
    """Make a journal that of a process that is no more."""
    first, rest = journal.path.read_text().split("\n", 1)
    journal.path.write_text(json.dumps(json.loads(first) | {"started": "1"} | head) + "\n" + rest)
    return journal.path


def test_a_killed_process_leaves_its_journal_a_living_one_keeps_it(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "sessions")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "written\n"
        assert left_behind(tmp_path / "sessions") == ()
    finally:
        process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # ended, and still in the list of processes
    (found,) = left_behind(tmp_path / "sessions")
    process.wait()
    process.stdout.close()
    assert found.window == ONE
    assert found.window.documents[0].title == "m13.fits"


def test_another_process_with_the_same_number_does_not_count_and_other_computers_do_not(tmp_path):
    journal = Journal(tmp_path)
    journal.write(ONE)
    assert left_behind(tmp_path) == (), "this process lives"
    behind(journal)
    assert len(left_behind(tmp_path)) == 1
    behind(journal, host="elsewhere")
    assert left_behind(tmp_path) == ()


def test_what_is_written_comes_back_as_it_was():
    read = window_of(written_of(WINDOW, RegionTexts()))
    (first, second), (image, plain) = read.documents, read.documents[0].images
    assert regions_of(image) == SEEN.regions
    assert image.parsed_calls("a") == STEPS
    assert replace(image, regions=(), recipe="") == replace(SEEN, regions=(), calls=())
    assert plain == Seen(0)
    assert replace(read, documents=()) == replace(WINDOW, documents=())
    assert replace(first, images=()) == replace(WINDOW.documents[0], images=())
    assert second == WINDOW.documents[1]
    # what was not looked at is written again as it was
    assert window_of(written_of(read, RegionTexts())) == read


def test_the_text_of_regions_is_made_once():
    many = tuple(Region("circle", ((float(n), 1.0),), (2.0,)) for n in range(1201))
    window, texts = Window((Remembered("a.fits", images=(Seen(regions=many),)),)), RegionTexts()
    first = written_of(window, texts)
    assert regions_of(window_of(first).documents[0].images[0]) == many
    assert texts.of(many) is texts.of(many)
    assert written_of(window, texts) == first


def test_nothing_open_no_file_and_nothing_after_the_end(tmp_path):
    folder = tmp_path / "sessions"
    journal = Journal(folder)
    journal.write(Window())
    assert not folder.exists()
    journal.write(ONE)
    assert [path.suffix for path in folder.iterdir()] == [".session"], "nothing half written"
    journal.end(None, Window())
    journal.write(ONE)
    assert list(folder.iterdir()) == []


def test_a_full_disk_leaves_the_journal_as_it_was_and_nothing_half_written(tmp_path, monkeypatch):
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    journal = Journal(tmp_path)
    journal.write(ONE)
    before = journal.path.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        journal.write(Window((*ONE.documents, *ONE.documents)))
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]


def test_windows_that_are_closed_together_are_one_session_and_replace_the_one_before(tmp_path):
    windows = [replace(ONE, folder=str(n)) for n in range(3)]
    for n, window in enumerate(windows):
        journal = Journal(tmp_path)
        journal.write(window)
        journal.end(window, Window())
        if n == 0:
            old = time.time() - 60
            os.utime(journal.path.with_suffix(".last"), (old, old))
    assert {each.window.folder for each in last_session(tmp_path).windows} == {"1", "2"}
    assert left_behind(tmp_path) == ()
    assert len(list(tmp_path.iterdir())) == 2


def test_what_could_not_be_done_is_offered_again_but_is_no_session(tmp_path):
    journal = Journal(tmp_path)
    journal.end(None, replace(ONE, closed=True))
    behind(journal)
    (found,) = left_behind(tmp_path)
    assert found.window.closed
    assert last_session(tmp_path).windows == ()


def test_a_newer_version_is_said_and_kept_and_so_is_what_is_damaged(tmp_path):
    assert last_session(tmp_path) == last_session(Path("/nonexistent"))
    journal = Journal(tmp_path)
    journal.end(ONE, Window())
    ended = journal.path.with_suffix(".last")
    whole = ended.read_text()
    ended.write_text(whole.replace('"skyloupe session": 1', '"skyloupe session": 2'))
    newer = last_session(tmp_path)
    assert newer.windows == ()
    assert "a newer Skyloupe" in newer.problems[0]
    old = time.time() - 60
    os.utime(ended, (old, old))
    other = Journal(tmp_path)
    other.end(ONE, Window())
    assert ended.exists(), "this version does not know what is in it"
    assert [each.path for each in last_session(tmp_path).windows] == [other.path.with_suffix(".last")]
    other.path.with_suffix(".last").unlink()
    for damage in (whole[:-40], "{", "", "\xff\n{}", '{"skyloupe session": 1e99}\n{}'):
        ended.write_text(damage, encoding="latin-1")
        last = last_session(tmp_path)
        assert last.windows == (), damage
        assert read_session(ended).windows == (), damage
    assert read_session(tmp_path / "none").problems


def test_the_folder_is_that_of_the_settings(own_settings, monkeypatch):
    assert journal_folder() == own_settings / "sessions"
    monkeypatch.delenv("SKYLOUPE_CONFIG")
    assert journal_folder().parts[-2:] == ("skyloupe", "sessions")


def test_what_became_of_the_file_is_known(tmp_path):
    path = tmp_path / "a.fits"
    path.write_bytes(b"abc")
    image = Remembered(str(path), images=(Seen(steps=1, recipe="{}"),)).measured()
    assert (image.size, image.modified, image.became()) == (3, path.stat().st_mtime, "same")
    assert replace(image, modified=image.modified - 1).became() == "changed"
    path.write_bytes(b"abcd")
    assert image.became() == "changed"
    path.unlink()
    assert image.became() == "gone"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def damaged(value):
    """A strategy for a value in which one thing may be another."""
    if isinstance(value, dict):
        inner = st.fixed_dictionaries({name: damaged(each) for name, each in value.items()})
    elif isinstance(value, list):
        inner = st.tuples(*map(damaged, value)).map(list)
    else:
        inner = st.just(value)
    return st.one_of(inner, inner, inner, json_values)


@given(content=damaged(json.loads(written_of(WINDOW, RegionTexts()))))
@example(
    content={"documents": [{"path": "a", "images": [{"place": {"zoom": float("nan")}, "hdu": 10**400}]}]}
)
@example(content={"current": 10**9, "documents": [{"path": "a\0"}, {"images": [{"plane": [1e308, 1]}]}]})
def test_whatever_the_file_says_nothing_is_raised_and_all_of_it_can_be_true(content):
    window = window_of(json.dumps(content))
    assert window.current is None or window.documents[window.current]
    for document in window.documents:
        assert document.title
        for image in document.images:
            assert 0 <= image.before <= image.steps
            for region in regions_of(image):
                region.outline(), region.bounds(), region.centre


def test_writers_in_threads_leave_one_whole_file(tmp_path):
    journal = Journal(tmp_path)
    threads = [threading.Thread(target=journal.write, args=(replace(ONE, folder=str(n)),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(tmp_path.iterdir())) == 1
    assert read_session(journal.path).windows[0].window.documents == ONE.documents
