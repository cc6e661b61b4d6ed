"""Unsaved work after a crash: a real Skyloupe is killed, the next one offers what was not saved."""

import os
import subprocess
import sys

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import Qt

from viewer.core.call import Call
from viewer.core.session.recovery import Journal, Unsaved
from viewer.ui.main_window import MainWindow
from viewer.ui.recovery import unsaved_work

STEPS = (Call.of("divide", value=2.0), Call.of("rotate90"))

# opens a file in a window, does two steps, and says so when they are in the journal
WORKER = """
import sys
from pathlib import Path
from PyQt6.QtCore import QTimer
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
session.open([sys.argv[1]])
begun = []
def look():
    if not begun and session.picture is not None and hasattr(window, "operations"):
        from viewer.core.call import Call
        begun.append(session.apply_recipe((Call.of("divide", value=2.0), Call.of("rotate90"))))
    if any("rotate90" in path.read_text() for path in Path(sys.argv[2]).glob("unsaved/*.json")):
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
def window(session, qtbot):
    """A function that opens the window, as at a new start."""
    made = []

    def start():
        made.append(MainWindow(session))
        made[0].show()
        qtbot.waitUntil(lambda: hasattr(made[0], "recovery"))
        return made[0]

    yield start
    for document in tuple(session.documents):
        session.close(document)
    for each in made:
        each.close()
        each.deleteLater()


@pytest.fixture
def crashed(own_settings):
    """A function that leaves the journal of a process that is no more."""

    def leave(*images):
        (own_settings / "unsaved").mkdir(exist_ok=True)
        journal = Journal(own_settings / "unsaved")
        journal.write(images)
        journal.path.write_text(journal.path.read_text().replace(f'"pid": {os.getpid()}', f'"pid": {2**30}'))
        return journal.path

    return leave


def unsaved(path, steps=STEPS):
    return Unsaved.of(str(path), path, path.stat().st_mtime, steps)


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_a_killed_skyloupe_was_doing_is_restored(image, own_settings, window, session, qtbot):
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(image), str(own_settings)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "done\n"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    (left,) = (own_settings / "unsaved").glob("*.json")
    offer = window().recovery.bar
    assert "unsaved work on image.fits (2 steps)" in offer.text.text()
    click(qtbot, offer.restore)
    qtbot.waitUntil(lambda: session.current is not None and session.current.history.position == 2)
    assert np.array_equal(session.picture.frame.data, np.rot90(fits.getdata(image) / 2, -1))
    assert session.current.modified
    assert not left.exists()
    session.undo()
    assert np.array_equal(session.picture.frame.data, fits.getdata(image) / 2)


def test_work_is_written_down_and_forgotten_when_it_is_saved(
    image, own_settings, window, session, qtbot, tmp_path
):
    window()
    session.open([image])
    qtbot.wait(300)
    assert not (own_settings / "unsaved").exists(), "nothing was done"
    session.apply(STEPS[0])
    qtbot.waitUntil(lambda: len(list((own_settings / "unsaved").glob("*.json"))) == 1)
    session.save(session.current, tmp_path / "half.fits")
    qtbot.waitUntil(lambda: not list((own_settings / "unsaved").iterdir()))


def test_who_quits_as_one_should_is_asked_nothing_later(image, own_settings, window, session, qtbot):
    made = window()
    session.open([image])
    session.apply(STEPS[0])
    qtbot.waitUntil(lambda: len(list((own_settings / "unsaved").glob("*.json"))) == 1)
    made.close()
    next(each for each in made.closing.box.buttons() if "Discard" in each.text()).click()
    assert list((own_settings / "unsaved").iterdir()) == []


def test_nothing_is_offered_while_the_other_skyloupe_lives(image, own_settings, window):
    journal = Journal(own_settings / "unsaved")
    journal.write([unsaved(image)])
    assert window().recovery.bar is None
    assert journal.path.exists()


def test_discard_forgets_and_later_does_not(image, crashed, window, qtbot, session):
    path = crashed(unsaved(image))
    made = window()
    click(qtbot, made.recovery.bar.later)
    assert made.recovery.bar is None
    assert path.exists()
    made.recovery.start()
    click(qtbot, made.recovery.bar.discard)
    assert not path.exists()
    assert session.documents == []


def test_a_changed_original_is_said(image, crashed, window, qtbot, session):
    crashed(unsaved(image))
    fits.writeto(image, np.ones((50, 40), "f4"), overwrite=True)
    click(qtbot, window().recovery.bar.restore)
    qtbot.waitUntil(lambda: session.current is not None and session.current.history.position == 2)
    assert any("image.fits has changed since" in sentence for _, sentence in session.last_told)
    assert session.picture.frame.shape == (40, 50)


def test_a_missing_original_is_said_and_its_steps_are_kept(
    image, crashed, own_settings, window, qtbot, session, tmp_path
):
    other = tmp_path / "other.fits"
    other.write_bytes(image.read_bytes())
    crashed(unsaved(image), unsaved(other, STEPS[:1]))
    image.unlink()
    made = window()
    assert "image.fits (2 steps) and other.fits (1 step)" in made.recovery.bar.text.text()
    click(qtbot, made.recovery.bar.restore)
    qtbot.waitUntil(lambda: session.current is not None and session.current.modified)
    assert session.current.source.path == other
    assert any("image.fits is no longer in" in sentence for _, sentence in session.last_told)
    session.undo()
    made.close()
    (left,) = (own_settings / "unsaved").glob("*.json")
    assert "image.fits" in left.read_text()
    assert "other.fits" not in left.read_text()


def test_several_hdus_and_new_images_are_restored(tmp_path, crashed, window, qtbot, session):
    path = tmp_path / "two.fits"
    images = [fits.ImageHDU(np.full((20, 20), value, "f4"), name=f"E{value}") for value in (1, 2)]
    fits.HDUList([fits.PrimaryHDU(), *images]).writeto(path)
    session.open([path])
    session.apply(STEPS[0])
    session.select_hdu(2)
    session.apply(STEPS[0])
    works = [Unsaved.of(*work) for work in unsaved_work(session.current)]
    assert [work.title for work in works] == ["two.fits", "two.fits[E2]"]
    session.close(session.current)
    new = Unsaved.of("", None, None, (Call.of("create_constant"), STEPS[0]))
    crashed(*works, new)
    click(qtbot, window().recovery.bar.restore)
    qtbot.waitUntil(lambda: len(session.documents) == 2 and session.current.modified)
    qtbot.waitUntil(lambda: session.current.history.position == 1)
    first = session.documents[0]
    assert {hdu: history.position for hdu, history in first.histories.items()} == {1: 1, 2: 1}
    assert [float(first.pictures[hdu].frame.data[0, 0]) for hdu in (1, 2)] == [0.5, 1.0]
    assert session.current.history.calls[0].name == "create_constant"


def test_images_split_off_from_one_file_are_restored_as_images_of_their_own(
    image, crashed, window, qtbot, session
):
    session.open([image])
    session.apply(STEPS[1])
    parts = [(Call.of("tile", row=row, rows=2, columns=1), f"image_{row}.fits") for row in (1, 2)]
    session.split_off("Splitting", session.current, parts)
    session.apply(STEPS[0])
    session.open([image])
    session.apply(STEPS[0])
    pixels = [document.picture.frame.data for document in session.documents]
    works = [Unsaved.of(*work) for document in session.documents for work in unsaved_work(document)]
    for document in tuple(session.documents):
        session.close(document)
    crashed(*works)
    made = window()
    text = made.recovery.bar.text.text()
    assert "image.fits (1 step), image_1.fits (2 steps), image_2.fits (3 steps) and image.fits" in text
    click(qtbot, made.recovery.bar.restore)
    qtbot.waitUntil(lambda: not made.recovery._pending)
    assert [document.name for document in session.documents] == [
        "image.fits",
        "image_1.fits",
        "image_2.fits",
        "image.fits",
    ]
    for document, expected in zip(session.documents, pixels, strict=True):
        assert document.modified
        assert np.array_equal(document.picture.frame.data, expected)
    # Save must not put a tile in the place of the whole
    assert [document.file for document in session.documents] == [image, None, None, image]
    session.select(session.documents[2])
    session.undo()
    assert session.picture.frame.data[0, 0] == 2 * pixels[2][0, 0]


def test_steps_of_a_newer_version_are_kept(image, crashed, window, qtbot, session):
    crashed(Unsaved(str(image), '{"skyloupe recipe": 99, "steps": [{}]}', 1))
    made = window()
    click(qtbot, made.recovery.bar.restore)
    qtbot.waitUntil(lambda: bool(session.last_told))
    assert "newer Skyloupe" in session.last_told[-1][1]
    assert made.recovery._pending
