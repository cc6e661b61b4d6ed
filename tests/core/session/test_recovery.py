"""The journal of unsaved work: written by a process, found after its death, left alone during its life."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.call import Call
from viewer.core.session.recovery import Journal, Unsaved, journal_folder, left_behind

STEPS = (Call.of("gaussian", sigma=2.0), Call.of("rotate", angle=22.5, fill=float("nan")))

# writes a journal, says so, and waits to be killed
WRITER = """
import sys, time
from pathlib import Path
from viewer.core.session.recovery import Journal, Unsaved
Journal(Path(sys.argv[1])).write([Unsaved("/data/m13.fits", "{}", 3, 10, 2.5)])
print("written", flush=True)
time.sleep(60)
"""


@pytest.fixture
def writer(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "unsaved")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "written\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_killed_process_leaves_its_journal_a_living_one_keeps_it(writer, tmp_path):
    assert left_behind(tmp_path / "unsaved") == ()
    writer.kill()
    writer.wait()
    (found,) = left_behind(tmp_path / "unsaved")
    assert found.images == (Unsaved("/data/m13.fits", "{}", 3, 10, 2.5),)
    assert found.images[0].title == "m13.fits"


def test_a_process_that_ended_unnoticed_is_dead(writer, tmp_path):
    writer.kill()
    os.waitid(os.P_PID, writer.pid, os.WEXITED | os.WNOWAIT)  # ended, and still in the list of processes
    assert len(left_behind(tmp_path / "unsaved")) == 1


def test_another_process_with_the_same_number_does_not_count(tmp_path):
    journal = Journal(tmp_path)
    journal.write([Unsaved("a.fits", "{}", 1)])
    assert left_behind(tmp_path) == (), "this process lives"
    content = json.loads(journal.path.read_text())
    journal.path.write_text(json.dumps({**content, "started": "1"}))
    assert len(left_behind(tmp_path)) == 1


def test_journals_of_other_computers_are_left_alone(tmp_path):
    journal = Journal(tmp_path)
    journal.write([Unsaved("a.fits", "{}", 1)])
    content = json.loads(journal.path.read_text())
    journal.path.write_text(json.dumps({**content, "started": "1", "host": "elsewhere"}))
    assert left_behind(tmp_path) == ()


def test_steps_come_back_as_they_were(tmp_path, sample):
    stat = sample.stat()
    image = Unsaved.of(str(sample), sample, stat.st_mtime, STEPS)
    Journal(tmp_path).write([image])
    (path,) = tmp_path.glob("*.json")
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "pid": 2**30}))
    (found,) = left_behind(tmp_path)
    assert found.images == (image,)
    assert found.images[0].calls == STEPS
    assert (image.steps, image.size, image.modified) == (2, stat.st_size, stat.st_mtime)


def test_what_became_of_the_file_is_known(tmp_path):
    path = tmp_path / "a.fits"
    path.write_bytes(b"abc")
    image = Unsaved.of(str(path), path, path.stat().st_mtime, STEPS)
    assert image.origin(path) == "same"
    assert replace(image, modified=image.modified - 1).origin(path) == "changed"
    path.write_bytes(b"abcd")
    assert image.origin(path) == "changed"
    path.unlink()
    assert image.origin(path) == "gone"


def test_no_unsaved_work_no_file(tmp_path):
    journal = Journal(tmp_path / "unsaved")
    journal.write([])
    assert not (tmp_path / "unsaved").exists()
    journal.write([Unsaved("a.fits", "{}", 1)])
    assert [path.suffix for path in (tmp_path / "unsaved").iterdir()] == [".json"], "nothing half written"
    journal.write([])
    assert list((tmp_path / "unsaved").iterdir()) == []


def test_nothing_is_written_after_the_end(tmp_path):
    journal = Journal(tmp_path)
    journal.write([Unsaved("a.fits", "{}", 1)])
    journal.end()
    journal.write([Unsaved("a.fits", "{}", 1)])
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_that_of_the_settings(own_settings, monkeypatch):
    assert journal_folder() == own_settings / "unsaved"
    monkeypatch.delenv("SKYLOUPE_CONFIG")
    assert journal_folder().parts[-2:] == ("skyloupe", "unsaved")
    assert left_behind(Path("/nonexistent")) == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["name", "recipe", "steps", "size", "modified", "other"])
journals = st.fixed_dictionaries(
    {"skyloupe journal": st.just(1) | json_values},
    optional={
        "host": json_values,
        "pid": json_values,
        "started": json_values,
        "images": json_values | st.lists(st.dictionaries(names, json_values), max_size=3),
    },
)


@given(content=journals | json_values)
def test_whatever_the_file_holds_nothing_is_raised(content, tmp_path_factory):
    folder = tmp_path_factory.mktemp("journals")
    (folder / "1-a.json").write_text(json.dumps(content))
    (folder / "2-b.json").write_bytes(b"\xff{")
    for found in left_behind(folder):
        assert all(isinstance(image.title, str) for image in found.images)
