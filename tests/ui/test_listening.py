"""The window that listens: what it takes from others, what it shows out, and when it listens at all."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QEvent, QUrl
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from viewer.handover.claim import Claim, claim, holder_of
from viewer.handover.client import hand_over
from viewer.handover.place import Place, find_place
from viewer.handover.request import HELLO, LONGEST, Request
from viewer.ui import another, listening, reception
from viewer.ui.actions import ACTIONS
from viewer.ui.listening import Listening
from viewer.ui.qt import Application
from viewer.ui.reception import Reception

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="local sockets")


@pytest.fixture
def place() -> Place:
    """Where this test's window listens."""
    return find_place()


@pytest.fixture
def taken(place: Place) -> Claim:
    """The place, ours."""
    found = claim(place)
    assert found is not None
    return found


@pytest.fixture
def requests() -> list[Request]:
    """What arrived."""
    return []


@pytest.fixture
def desk(taken: Claim, requests: list[Request], qtbot: QtBot) -> Iterator[Listening]:
    """Somebody who listens."""
    made = Listening(taken, requests.append)
    yield made
    made.close()
    made.deleteLater()


def call(qtbot: QtBot, work: Callable[[], object]) -> object:
    """Do something in a thread while the event loop goes on, and return its result."""
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()
    qtbot.waitUntil(lambda: not thread.is_alive(), timeout=20_000)
    thread.join()
    return results[0]


def connected(taken: Claim) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.settimeout(20)
    made.connect(taken.address)
    return made


def everything_from(connection: socket.socket) -> bytes:
    """Return what comes until the other side ends."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(1000):
            found += part
    return found


# ------------------------------------------------------------------ guests


def test_names_arrive_as_they_were_typed_however_many(desk, requests, qtbot):
    names = ["/a b.fits[1]", "/new\nline.fits", "/\udcff.fits", "https://host/a.fits"]
    many = [f"/folder/{'x' * 200}{number}.fits" for number in range(20_000)]
    for files, options in ((names, {"scale": "log", "limits": "-5,10"}), (many, {}), ([], {})):
        outcome = call(qtbot, lambda files=files, options=options: hand_over(files, options))
        assert outcome.done
        assert list(requests[-1].files) == files
        assert requests[-1].options == options
    assert len(requests) == 3


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 10,
        b"\0" * 100_000,
        b"x" * 1000 + b"\n",
        HELLO + b"many\n",
        HELLO + b"%d\n" % (LONGEST + 1),
        HELLO + b"-1\n",
        HELLO + b"9" * 5000 + b"\n",
        HELLO + b"5\n12345",
        HELLO + b"20\nfile=/a.fits\0file=x\0",
        HELLO + b"4\nfile",
    ],
)
def test_nonsense_is_shown_out(desk, taken, requests, qtbot, said):
    def talk() -> bytes:
        with connected(taken) as guest:
            with contextlib.suppress(BrokenPipeError):
                guest.sendall(said)
            return everything_from(guest)

    assert call(qtbot, talk) in (b"", HELLO)
    assert requests == []
    assert call(qtbot, lambda: hand_over(["/a.fits"], {})).done


def test_another_version_is_told_ours(desk, taken, qtbot):
    def talk() -> bytes:
        with connected(taken) as guest:
            guest.sendall(b"skyloupe 2\nwhatever\nit says\n")
            return everything_from(guest)

    assert call(qtbot, talk) == HELLO


def test_who_dawdles_or_comes_in_crowds_keeps_nobody_waiting(desk, taken, requests, qtbot, monkeypatch):
    monkeypatch.setattr(listening, "PATIENCE_MS", 300)
    crowd = [connected(taken) for _ in range(2 * listening.MOST_GUESTS // 3)]
    for number, guest in enumerate(crowd):
        guest.sendall((HELLO + b"100\nfile=/a.f")[: number % 25])
    assert call(qtbot, lambda: hand_over(["/b.fits"], {})).done
    ends = call(qtbot, lambda: [everything_from(guest) for guest in crowd])
    assert set(ends) <= {b"", HELLO}
    for guest in crowd:
        guest.close()
    assert [request.files for request in requests] == [("/b.fits",)]


def test_who_has_hung_up_gets_nothing_opened(desk, taken, requests, qtbot):
    # the window was busy meanwhile, and who waited in vain has opened a window of his own
    message = Request(["/a.fits"]).encode()
    with connected(taken) as guest:
        guest.sendall(HELLO + message)
    assert call(qtbot, lambda: hand_over(["/b.fits"], {})).done
    assert [request.files for request in requests] == [("/b.fits",)]


def test_another_user_is_shown_out(desk, taken, requests, qtbot, monkeypatch):
    monkeypatch.setattr(listening, "is_own", lambda _connection: False)

    def talk() -> bytes:
        with connected(taken) as guest:
            with contextlib.suppress(BrokenPipeError):
                guest.sendall(HELLO + Request(["/a.fits"]).encode())
            return everything_from(guest)

    assert call(qtbot, talk) == b""
    assert requests == []


# ------------------------------------------------------------------ the window


@pytest.fixture
def receiving(window, taken) -> Iterator[Reception]:
    """The window, listening."""
    made = Reception(window, taken)
    yield made
    made.close()


def test_a_handed_file_comes_to_the_window_with_its_options(window, session, receiving, qtbot, sample):
    window.showMinimized()
    assert call(qtbot, lambda: hand_over([str(sample)], {"cmap": "viridis", "zoom": "2.0"})).done
    qtbot.waitUntil(lambda: session.picture is not None)
    assert (session.picture.scale.colormap.name, session.picture.place.zoom) == ("viridis", 2)
    assert not window.isMinimized()
    # what another version might call an option is told, and the file opened all the same
    call(qtbot, lambda: hand_over([f"{sample}[0]"], {"zoom": "nan"}))
    qtbot.waitUntil(lambda: len(session.documents) == 2)
    assert session.last_told[-1][0] == "error"
    assert "zoom" in session.last_told[-1][1]


def test_one_window_listens_while_it_is_wanted(window, session, receiving, place, taken, monkeypatch):
    assert receiving.listens
    session.set_settings(replace(session.settings, single_window=False))
    assert not receiving.listens
    other = claim(place)
    assert other is not None
    session.set_settings(replace(session.settings, single_window=True))
    assert not receiving.listens, "somebody else does"
    other.release()
    receiving.look()
    assert receiving.listens
    # a tidy system removes what has lain in a temporary folder for long
    Path(place.address(holder_of(place).token)).unlink()
    Path(place.lock).unlink()
    receiving.look()
    assert receiving.listens
    assert holder_of(place).ready
    # this window hung, and another took the place
    thief = claim(place, instead_of=holder_of(place))
    receiving.look()
    assert not receiving.listens
    assert thief.held
    thief.release()


def test_the_token_of_the_desktop_is_where_qt_looks_for_it(window, monkeypatch):
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")
    reception.raise_window(window, "not under Wayland")
    assert os.environ["XDG_ACTIVATION_TOKEN"] == ""
    monkeypatch.setattr(reception.QGuiApplication, "platformName", lambda: "wayland")
    reception.raise_window(window, "token-1")
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "token-1"


class FileOpen(QEvent):
    """What Qt makes of an Apple event; PyQt lets nobody make the real one."""

    def __init__(self, url: QUrl) -> None:
        super().__init__(QEvent.Type.FileOpen)
        self.url = lambda: url
        self.file = url.toLocalFile


def test_files_from_the_finder_wait_for_the_window(qapp: Application, qtbot: QtBot) -> None:
    came: list[list[str]] = []
    for name in ("/a b.fits", "/ä.fits"):
        QApplication.sendEvent(qapp, FileOpen(QUrl.fromLocalFile(name)))
    QApplication.processEvents()
    qapp.take_files(came.append)
    assert came == [["/a b.fits", "/ä.fits"]]
    QApplication.sendEvent(qapp, FileOpen(QUrl("https://host/c.fits")))
    qtbot.waitUntil(lambda: len(came) == 2)
    assert came[1] == ["https://host/c.fits"]
    qapp.take_files(lambda _names: None)


# ------------------------------------------------------------------ processes


def test_another_window_is_a_process_of_its_own(window, session, monkeypatch, tmp_path):
    ended = tmp_path / "ended"
    (tmp_path / "viewer").mkdir()
    (tmp_path / "viewer" / "__init__.py").write_text("raise SystemExit('the wrong package')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("APPIMAGE", raising=False)
    started: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(
        another.QProcess,
        "startDetached",
        lambda program, words: started.append((program, words)) or (True, 1),
    )
    (entry,) = (each for each in ACTIONS if each.text == "New window")
    entry.run(window)
    ((program, words),) = started
    assert words[-1] == "--new"
    with ended.open("w") as out:
        subprocess.run([program, *words[:-1], "--version"], stdout=out, check=True)
    assert ended.read_text().startswith("skyloupe ")
    monkeypatch.setattr(another.QProcess, "startDetached", lambda *_words: (False, 0))
    entry.run(window)
    assert session.last_told[-1][0] == "error"


def test_starts_at_once_make_one_window_with_all_images(
    own_settings: Path, sample: Path, tmp_path: Path
) -> None:
    names = [f"{number} ü%.fits" for number in range(3)]
    for name in names:
        (tmp_path / name).write_bytes(sample.read_bytes())
    environment = {**os.environ, "DISPLAY": ":99"}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "viewer", name],
            env={**environment, "PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=tmp_path,
            stderr=subprocess.DEVNULL,
        )
        for name in names
    ]
    try:
        ended = threading.Event()
        while sum(process.poll() is not None for process in started) < 2 or _recent(own_settings) != set(
            names
        ):
            assert not ended.wait(0.02)
        assert sorted(str(process.poll()) for process in started) == ["0", "0", "None"]
    finally:
        for process in started:
            process.kill()
            process.wait()


def _recent(folder: Path) -> set[str]:
    try:
        return {Path(name).name for name in json.loads((folder / "settings.json").read_text())["recent"]}
    except (OSError, ValueError):
        return set()
