"""Sessions that come back: after a crash (a real Skyloupe is killed), by request, without some files."""

import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import Qt

from viewer.core.call import Call
from viewer.core.render.colormap import ColorMap
from viewer.core.session import fetching
from viewer.core.session.jobs import Jobs
from viewer.core.session.journal import Journal, Last, last_session, left_behind
from viewer.core.session.remembered import Remembered, Seen, Window
from viewer.core.session.restart import restart
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.core.session.snapshot import remembered
from viewer.core.shapes.region import Region
from viewer.ui import recovery
from viewer.ui.main_window import MainWindow

STEPS = (Call.of("divide", value=2.0), Call.of("rotate90"))
CIRCLE = Region("circle", ((10.0, 20.0),), (5.0,), name="the star")

# opens two files in a window, works on one, looks at a plane of the other, and tells when the journal has it
WORKER = """
import sys
from pathlib import Path
from PyQt6.QtCore import QTimer
from viewer.core.session import fetching
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.application import install_hook
from viewer.ui.main_window import MainWindow
from viewer.ui.qt import make_application
app = make_application(["skyloupe"])
session = Session(Jobs(), Settings())
window = MainWindow(session, at_once=False)
install_hook(session)
window.show()
session.open(sys.argv[1:3])
begun = []
def look():
    if not begun and len(session.documents) == 2 and hasattr(window, "operations"):
        from viewer.core.call import Call
        begun.append(session.apply_recipe((Call.of("divide", value=2.0), Call.of("rotate90"))))
    if len(begun) == 1 and session.current.history.position == 2:
        from viewer.core.shapes.region import Region
        begun.append(session.overlays.add_region(Region("circle", ((10.0, 20.0),), (5.0,), name="the star")))
        session.set_cuts((100.0, 2000.0))
        session.set_viewport((25.0, 30.0), 6.0)
        session.select(session.documents[1])
        session.set_plane((2,))
        session.overlays.add_region(Region("circle", ((1.0, 2.0),), (3.0,)))
    texts = [path.read_text() for path in Path(sys.argv[3]).glob("sessions/*.session")]
    if any("rotate90" in text and '"plane": [2]' in text and "[1.0, 2.0]" in text for text in texts):
        print("done", flush=True)
        timer.stop()
timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
app.exec()
"""


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "image.fits"
    fits.writeto(path, np.arange(4800, dtype="f4").reshape(60, 80))
    return path


@pytest.fixture
def cube(tmp_path):
    path = tmp_path / "cube.fits"
    fits.writeto(path, np.arange(3 * 40 * 50, dtype="f4").reshape(3, 40, 50))
    return path


@pytest.fixture
def window(session, qtbot):
    """A function that opens the window, as at a new start."""
    made = []

    def start(of=session, last=None):
        made.append(MainWindow(of, restored=last))
        made[-1].show()
        qtbot.waitUntil(lambda: hasattr(made[-1], "operations"))
        return made[-1]

    yield start
    for each in made:
        for document in tuple(each.session.documents):
            each.session.close(document)
        each.close()
        each.deleteLater()


@pytest.fixture
def again():
    """A function that makes the session of a new start, whose jobs are done at once."""
    return lambda: Session(Jobs(threads=0), Settings())


@pytest.fixture
def crashed(own_settings):
    """A function that leaves the journal of a process that is no more."""

    def leave(*documents, **more):
        journal = Journal(own_settings / "sessions")
        journal.write(Window(documents, **more))
        head, rest = journal.path.read_text().split("\n", 1)
        journal.path.write_text(json.dumps(json.loads(head) | {"pid": 2**30}) + "\n" + rest)
        return journal.path

    return leave


def worked_on(path, steps=STEPS):
    return Remembered(str(path), images=(Seen(calls=steps, steps=len(steps)),)).measured()


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def told(session):
    return " ".join(sentence for _, sentence in session.last_told)


def test_what_a_killed_skyloupe_had_open_comes_back(image, cube, own_settings, window, session, qtbot):
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(image), str(cube), str(own_settings)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "done\n"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    (left,) = (own_settings / "sessions").iterdir()
    offer = window().recovery.bar
    assert offer.text.text() == (
        "Skyloupe ended unexpectedly with 2 images open, 1 of them with unsaved steps (image.fits, 2 steps)."
    )
    click(qtbot, offer.restore)
    qtbot.waitUntil(lambda: not session.reviving.busy)
    first, second = session.documents
    assert (first.name, second.name, session.current) == ("image.fits", "cube.fits", second)
    assert second.picture.plane == (2,)
    assert not second.modified
    session.select(first)
    assert np.array_equal(session.picture.frame.data, np.rot90(fits.getdata(image) / 2, -1))
    assert (session.picture.cuts, first.modified) == ((100.0, 2000.0), True)
    assert (session.picture.place.center, session.picture.place.zoom) == ((25.0, 30.0), 6.0)
    assert [replace(each, key=0) for each in session.overlays.layer.regions] == [CIRCLE]
    qtbot.waitUntil(lambda: not left.exists())
    session.undo()
    assert np.array_equal(session.picture.frame.data, fits.getdata(image) / 2)


def test_the_last_session_comes_back_as_it_looked(image, cube, window, session, again, qtbot, tmp_path):
    two = tmp_path / "two.fits"
    fits.HDUList(
        [fits.PrimaryHDU(), *(fits.ImageHDU(np.full((20, 30), n, "f4"), name=f"E{n}") for n in (1, 2))]
    ).writeto(two)
    made = window()
    session.open([image, f"{cube}[5:20,5:20]", two])
    session.set_colormap(ColorMap("heat", True))
    session.select(session.documents[2])
    session.set_viewport((3.0, 4.0), 9.0)
    session.overlays.add_region(CIRCLE)
    session.select_hdu(2)
    session.apply(STEPS[0])
    session.select(session.documents[1])
    session.set_plane((1,))
    session.overlays.set_tool("circle")
    made.show_folder(tmp_path)
    made._may_end = True
    made.close()
    other = again()
    last = restart(other, "")
    assert [document.name for document in other.documents] == ["cube.fits[5:20,5:20]"], (
        "the others come later"
    )
    assert (other.picture.plane, other.picture.frame.image_shape) == ((1,), (16, 16))
    # nothing is lost if it is killed now
    kept = remembered(other, other.reviving.on_the_way).documents
    assert {(each.title, each.steps) for each in kept} == {
        ("image.fits", 0),
        ("cube.fits[5:20,5:20]", 0),
        ("two.fits", 0),
    }
    docks = window(other, last).docks
    qtbot.waitUntil(lambda: not other.reviving.busy and not docks.is_hidden("Folder"))
    assert docks.folder.folder == tmp_path
    assert [document.name for document in other.documents] == [
        "image.fits",
        "cube.fits[5:20,5:20]",
        "two.fits",
    ]
    assert other.current is other.documents[1]
    assert other.overlays.tool == "circle"
    first, third = other.documents[0], other.documents[2]
    assert first.picture.scale.colormap == ColorMap("heat", True)
    # the step was not saved, and the window closed all the same: it was not wanted
    assert (third.hdu, third.history.position, float(third.picture.frame.data[0, 0])) == (2, 0, 2.0)
    # what is not shown comes back when it is
    other.select(third)
    other.select_hdu(1)
    assert other.picture.place.center == (3.0, 4.0)
    assert [replace(each, key=0) for each in other.overlays.layer.regions] == [CIRCLE]
    kept = remembered(other).documents
    assert [len(each.images) for each in kept] == [1, 1, 2]


def test_work_is_written_down_and_forgotten_when_it_is_saved(
    image, own_settings, window, session, qtbot, tmp_path, again
):
    made = window()
    session.open([image])
    session.apply(STEPS[0])
    folder = own_settings / "sessions"
    qtbot.waitUntil(lambda: any("divide" in path.read_text() for path in folder.glob("*.session")))
    session.save(session.current, tmp_path / "half.fits")
    qtbot.waitUntil(lambda: all("divide" not in path.read_text() for path in folder.iterdir()))
    session.overlays.add_region(CIRCLE)
    session.apply(STEPS[1])
    session.create(Call.of("create_frame", width=5, height=4))
    assert session.overlays.regions_of(session.documents[0], 0)[0].points != CIRCLE.points
    qtbot.waitUntil(lambda: any("rotate90" in path.read_text() for path in folder.glob("*.session")))
    made._may_end = True
    made.close()
    # the saved file: what was done since is not wanted, and regions lie where they lay before it
    other = again()
    other.reviving.begin(last_session(folder).windows[0].window)
    assert [each.name for each in other.documents] == ["half.fits"]
    assert (other.current.file, other.current.history.calls) == (tmp_path / "half.fits", ())
    assert other.overlays.layer.regions[0].points == (pytest.approx(CIRCLE.points[0]),)
    assert np.array_equal(other.picture.frame.data, fits.getdata(image) / 2)


def test_who_closes_all_images_has_none_at_the_next_start_and_who_opens_none_keeps_the_last(
    image, own_settings, window, session, again
):
    made = window()
    session.open([image])
    made.close()
    window(again()).close()
    assert len(last_session(own_settings / "sessions").windows) == 1
    path = next((own_settings / "sessions").iterdir())
    os.utime(path, (1e9, 1e9))
    third = window(again())
    third.session.open([image])
    third.close_all()
    third.close()
    assert list((own_settings / "sessions").iterdir()) == []
    assert restart(again(), "").windows == ()


def test_the_settings_bring_the_last_session_back_but_not_beside_a_window_nor_after_a_crash(
    image, own_settings, again, crashed
):
    folder = own_settings / "sessions"
    Journal(folder).end(Window((Remembered(str(image)),)), Window())
    session = again()
    assert len(restart(session, None).windows) == 1
    assert session.current.source.path == image
    lost = crashed(replace(worked_on(image), path="/gone.fits"), closed=True)
    assert restart(again(), None).windows, "steps that wait are no crash"
    lost.unlink()
    other = Journal(folder)
    other.write(Window((Remembered(str(image)),)))
    assert restart(again(), None) is None
    other.path.unlink()
    crashed(Remembered(str(image)))
    assert restart(again(), None) is None
    assert not restart(again(), "").windows[0].path.name.endswith(".last"), "who asks gets what crashed"


def test_nothing_is_offered_while_the_other_skyloupe_lives(image, own_settings, window):
    journal = Journal(own_settings / "sessions")
    journal.write(Window((worked_on(image),)))
    assert window().recovery.bar is None
    assert journal.path.exists()


def test_a_cancelled_write_is_not_the_last(image, own_settings, live, window, qtbot, monkeypatch):
    go_on = threading.Event()
    write = Journal.write
    monkeypatch.setattr(Journal, "write", lambda *args: (go_on.wait(10), write(*args)))
    window(live)
    live.open([str(image)])

    def writing():
        return [job for job in live.jobs.running if job.title == "Keeping the session"]

    qtbot.waitUntil(lambda: bool(writing()))
    writing()[0].cancel()
    go_on.set()
    qtbot.waitUntil(lambda: not live.jobs.running)
    live.overlays.add_region(CIRCLE)

    def is_written():
        return any("the star" in path.read_text() for path in own_settings.glob("sessions/*.session"))

    qtbot.waitUntil(is_written)


def test_discard_forgets_and_not_now_does_not(image, crashed, window, qtbot, session):
    path = crashed(worked_on(image))
    made = window()
    click(qtbot, made.recovery.bar.later)
    assert made.recovery.bar is None
    assert path.exists()
    made.recovery.start()
    click(qtbot, made.recovery.bar.discard)
    assert not path.exists()
    assert session.documents == []


def test_gone_and_changed_files_are_said_once_and_their_steps_are_kept(
    image, crashed, own_settings, window, qtbot, session, tmp_path
):
    other = tmp_path / "other.fits"
    other.write_bytes(image.read_bytes())
    crashed(
        worked_on(image),
        worked_on(other, STEPS[:1]),
        Remembered(str(tmp_path / "gone.fits"), hdu=0, images=(Seen(),)),
        Remembered(str(other), hdu=999, images=(Seen(999, plane=(7, 7), colour=True),)),
        current=0,
    )
    image.unlink()
    fits.writeto(other, np.ones((50, 40), "f4"), overwrite=True)
    made = window()
    click(qtbot, made.recovery.bar.restore)
    qtbot.waitUntil(lambda: not session.reviving.busy)
    assert [document.source.path for document in session.documents] == [other, other]
    assert session.documents[0].modified
    assert session.documents[0].picture.frame.shape == (50, 40)
    assert [level for level, _ in session.last_told] == ["warning", "warning"]
    assert "other.fits has changed since: its 1 step is done to what it holds now." in told(session)
    assert "image.fits and gone.fits are no longer where they were: 2 steps" in told(session)
    session.documents[0].histories[0].mark_saved(session.documents[0].history.shown)
    made.close()
    (left,) = (own_settings / "sessions").glob("*.session")
    assert "image.fits" in left.read_text()
    assert "other.fits" not in left.read_text()
    assert "gone.fits" not in left.read_text()


def test_images_that_no_file_held_are_made_again(image, crashed, window, qtbot, session, again):
    session.open([image])
    session.apply(STEPS[1])
    parts = [(Call.of("tile", row=row, rows=2, columns=1), f"image_{row}.fits") for row in (1, 2)]
    session.split_off("Splitting", session.current, parts)
    session.apply(STEPS[0])
    session.open([image])
    session.apply(STEPS[0])
    session.create(Call.of("create_constant"))
    pixels = [document.picture.frame.data for document in session.documents]
    crashed(*remembered(session).documents)
    other = again()
    made = window(other)
    click(qtbot, made.recovery.bar.restore)
    qtbot.waitUntil(lambda: not other.reviving.busy)
    names = ["image.fits", "image_1.fits", "image_2.fits", "image.fits", "create_constant.fits"]
    assert [document.name for document in other.documents] == names
    for document, expected in zip(other.documents, pixels, strict=True):
        assert document.modified
        assert np.array_equal(document.picture.frame.data, expected)
    # Save must not put a tile in the place of the whole
    assert [document.file for document in other.documents] == [image, None, None, image, None]
    other.select(other.documents[2])
    other.undo()
    assert other.picture.frame.data[0, 0] == 2 * pixels[2][0, 0]


def test_steps_of_a_newer_version_are_kept(image, crashed, window, qtbot, session):
    crashed(Remembered(str(image), images=(Seen(recipe='{"skyloupe recipe": 99, "steps": [{}]}', steps=1),)))
    made = window()
    click(qtbot, made.recovery.bar.restore)
    qtbot.waitUntil(lambda: not session.reviving.busy)
    assert "newer Skyloupe" in told(session)
    assert session.reviving.kept
    assert not session.current.modified


def test_a_downloaded_image_is_downloaded_again(image, crashed, again, tmp_path, monkeypatch):
    asked = []

    def fetch(address, folder, progress):
        asked.append(address)
        return shutil.copy(image, folder / "image.fits")

    monkeypatch.setattr(fetching, "fetch", lambda *given: Path(fetch(*given)))
    session = again()
    address = "https://example.org/image.fits"
    there = fetching.fetch(address, session.downloads.place(), None)
    session.downloads.came(there, address.replace("//", "//me:secret@"))
    session.open([there])
    session.apply(STEPS[0])
    path = crashed(*remembered(session).documents)
    session.finish()
    assert "secret" not in path.read_text()
    other = again()
    restart(other, "")
    other.reviving.go_on()
    assert asked == [address, address]
    assert other.is_download(other.current.file)
    assert np.array_equal(other.picture.frame.data, fits.getdata(image) / 2)
    assert remembered(other).documents[0].address == address
    other.finish()


def test_each_window_comes_back_as_a_window(image, cube, crashed, window, qtbot, session, monkeypatch):
    paths = [crashed(Remembered(str(each))) for each in (image, cube)]
    started = []
    monkeypatch.setattr(recovery, "start_another", lambda _session, *words: started.append(words))
    made = window()
    made.recovery.restore_last()
    qtbot.waitUntil(lambda: not session.reviving.busy)
    assert len(session.documents) == 1
    assert started == [("--new", f"--restore-from={paths[0]}")], "the other one opens it, and forgets it then"
    assert paths[0].exists()
    qtbot.waitUntil(lambda: not paths[1].exists())
    assert made.recovery.bar is None


def test_a_home_that_cannot_be_written_is_said_once_and_only_for_work(
    image, own_settings, window, session, qtbot
):
    (own_settings / "sessions").write_text("in the way")
    made = window()
    session.open([image])
    qtbot.wait(recovery.WRITE_MS + 50)
    assert "cannot be kept" not in told(session)
    for _ in range(2):
        session.apply(STEPS[0])
        qtbot.wait(recovery.WRITE_MS + 50)
    assert told(session).count("Unsaved work cannot be kept in") == 1
    session.documents[0].histories[0].mark_saved(session.documents[0].history.shown)
    made.close()


def test_a_journal_that_is_taken_over_during_a_write_stays_until_the_next(
    image, cube, crashed, window, session, qtbot, monkeypatch
):
    made = window()
    keeper = made.recovery
    session.open([image])
    qtbot.waitUntil(lambda: session.current is not None and not session.jobs.running)
    left, go_on, begun = crashed(worked_on(cube)), threading.Event(), threading.Event()
    write = Journal.write

    def slowly(journal, window):
        begun.set()
        go_on.wait(10)
        write(journal, window)

    keeper._claimed.append(image.with_name("none.session"))
    monkeypatch.setattr(Journal, "write", slowly)
    keeper._write()
    assert begun.wait(10)
    keeper._soon.setInterval(10_000)
    keeper._restore(Last(left_behind(left.parent)))
    assert left in keeper._claimed
    go_on.set()
    qtbot.waitUntil(lambda: len(keeper._claimed) == 1)
    assert left.exists(), "its steps are in no other file yet"
    qtbot.waitUntil(lambda: not session.jobs.running)
    keeper._write()
    qtbot.waitUntil(lambda: not left.exists())
