"""One window: who gets the place, who is asked, and what becomes of those that hang, die or say nonsense."""

import ctypes
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.handover import client, peer
from viewer.handover.claim import Claim, claim, holder_of
from viewer.handover.client import Outcome, hand_over
from viewer.handover.pipe import Pipe, let_come_forward
from viewer.handover.place import LONGEST, NoPlace, Place, find_place
from viewer.handover.request import DONE, HELLO, BadRequest, Request, absolute

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="local sockets; pipes are tried at their boundary"
)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Place:
    """A place of this test, where patience is short."""
    monkeypatch.setattr(client, "PATIENCE", 0.5)
    monkeypatch.setattr(client, "STARTING_PATIENCE", 2.0)
    monkeypatch.setattr(client, "STARTING_POLL", 0.02)
    monkeypatch.setenv("DISPLAY", ":99")
    found = find_place()
    assert found.folder.startswith(os.environ["XDG_RUNTIME_DIR"])
    return found


@pytest.fixture
def window(place: Place) -> Iterator[Claim]:
    """The claim of a window that is there; what it answers is the test's business."""
    taken = claim(place)
    assert taken is not None
    taken.say_ready()
    yield taken
    taken.release()


def say_done(connection: socket.socket) -> bytes:
    """Answer as a window does; return the request."""
    with connection, connection.makefile("rwb", buffering=0) as talk:
        assert talk.readline() == HELLO
        talk.write(HELLO)
        length = talk.readline()
        message = b"" if not length else connection.recv(int(length), socket.MSG_WAITALL)
        if message:
            talk.write(DONE)
    return message


@contextmanager
def answering(taken: Claim, answer: Callable[[socket.socket], object], times: int = 1) -> Iterator[list]:
    """Answer so many connections in a thread, and collect what the answers return."""
    found: list = []

    def work() -> None:
        for _ in range(times):
            found.append(answer(taken.listener.accept()[0]))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield found
    thread.join(10)
    assert not thread.is_alive()


def ended(outcome: Outcome) -> Outcome:
    """Release what an outcome claimed."""
    if outcome.claim is not None:
        outcome.claim.release()
    return outcome


# ------------------------------------------------------------------ what is said


@given(
    st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=5),
    st.binary(min_size=1).map(lambda name: os.fsdecode(name.replace(b"\0", b"="))),
    st.dictionaries(
        st.sampled_from(["scale", "zoom"]), st.text(st.characters(codec="ascii", min_codepoint=32))
    ),
)
def test_a_request_arrives_as_it_was_sent(names: list[str], odd: str, options: dict[str, str]) -> None:
    sent = Request([*names, odd], options, "token=1")
    length, _, message = sent.encode().partition(b"\n")
    assert int(length) == len(message)
    found = Request.decode(message)
    assert (found.files, found.options, found.token) == ((*names, odd), options, "token=1")


@given(st.binary())
def test_nonsense_is_no_request(message: bytes) -> None:
    try:
        found = Request.decode(message)
    except BadRequest:
        return
    assert not any("\0" in name for name in found.files)


def test_names_mean_the_same_in_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute("a b.fits[1][1:2,3:4]") == f"{tmp_path}/a b.fits[1][1:2,3:4]"
    assert absolute("../a.fits") == f"{tmp_path}/../a.fits"
    for name in ("/a.fits", "https://host/a.fits", "file:///a%20b.fits", "file:/a.fits", "svn+ssh://host/a"):
        assert absolute(name) == name
    for name in ("a/://b", "C:/b", "1a:/b", "://b"):
        assert absolute(name) == f"{tmp_path}/{name}"
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    # another folder than the one that is gone
    monkeypatch.setenv("PWD", str(tmp_path))
    assert absolute("a.fits") == f"{os.sep}a.fits"
    monkeypatch.setenv("PWD", str(gone))
    assert absolute("a.fits") == f"{gone}/a.fits"


# ------------------------------------------------------------------ where


def test_the_place_is_private_and_its_own(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    here = {"XDG_RUNTIME_DIR": str(tmp_path), "DISPLAY": ":3", "SKYLOUPE_CONFIG": "/a"}
    found = find_place(here)
    assert found.folder == str(tmp_path / "skyloupe")
    assert stat.S_IMODE(Path(found.folder).stat().st_mode) == 0o700
    assert find_place({**here, "DISPLAY": ":3.0"}).name == found.name
    others = (
        {"DISPLAY": ":4"},
        {"SKYLOUPE_CONFIG": "/b"},
        {"WAYLAND_DISPLAY": "w"},
        {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert len({find_place({**here, **other}).name for other in others} | {found.name}) == 5
    # too long for a socket
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    short = find_place({**here, "XDG_RUNTIME_DIR": str(deep), "TMPDIR": str(tmp_path)})
    assert short.folder == str(tmp_path / f"skyloupe-{os.getuid()}")
    assert len(os.fsencode(short.address("01234567"))) <= LONGEST


@pytest.mark.parametrize("what", ["open to others", "a link", "a file", "somebody else's"])
def test_a_place_that_is_not_private_is_not_used(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "skyloupe"
    if what == "a link":
        (tmp_path / "target").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "target")
    elif what == "a file":
        folder.touch(0o600)
    else:
        folder.mkdir(mode=0o700)
    if what == "open to others":
        folder.chmod(0o770)
    elif what == "somebody else's":
        real = os.lstat
        monkeypatch.setattr(
            os, "lstat", lambda path: os.stat_result((*real(path)[:4], 4242, *real(path)[5:]))
        )
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(NoPlace, match="skyloupe"):
        find_place()
    outcome = hand_over(["a.fits"], {})
    assert (outcome.done, outcome.claim) == (False, None)
    assert "on its own" in outcome.sentence
    assert not (tmp_path / "target").exists() or not list((tmp_path / "target").iterdir())


# ------------------------------------------------------------------ who


def test_the_first_claims_the_place_and_the_second_is_told_who_has_it(place: Place) -> None:
    first = hand_over(["a.fits"], {})
    assert first.claim is not None
    assert stat.S_IMODE(Path(first.claim.address).stat().st_mode) == 0o600
    assert claim(place) is None
    assert hand_over([], {}, new=True).claim is None
    first.claim.say_ready()
    with answering(first.claim, say_done) as requests:
        outcome = hand_over(["/ä \udcff.fits[1]"], {"zoom": "2.0"})
    assert (outcome.done, outcome.sentence) == (True, "")
    found = Request.decode(requests[0])
    assert (found.files, found.options) == (("/ä \udcff.fits[1]",), {"zoom": "2.0"})
    first.claim.release()
    assert not Path(first.claim.address).exists()
    assert ended(hand_over([], {}, new=True)).claim is not None


def test_what_a_killed_window_left_is_taken_over(place: Place) -> None:
    program = (
        "import os, signal\nfrom viewer.handover.claim import claim\n"
        "from viewer.handover.place import find_place\n"
        "taken = claim(find_place()); taken.say_ready()\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program], check=False)
    left = holder_of(place)
    assert left is not None
    assert left.ready
    assert Path(place.address(left.token)).exists()
    outcome = ended(hand_over(["a.fits"], {}))
    assert (outcome.claim is not None, outcome.sentence) == (True, "")
    assert not Path(place.address(left.token)).exists()


def test_a_window_that_is_starting_is_waited_for(place: Place) -> None:
    starting = claim(place)
    with answering(starting, say_late) as said:
        outcome = hand_over(["a.fits"], {})
    starting.release()
    assert outcome.done
    assert Request.decode(said[0]).files[0].endswith("/a.fits")


def say_late(connection: socket.socket) -> bytes:
    """Answer only when the client has waited longer than for a window that is there."""
    threading.Event().wait(0.6)
    return say_done(connection)


def test_a_window_that_hangs_loses_its_place_and_opens_nothing_later(window: Claim, place: Place) -> None:
    outcome = hand_over(["a.fits"], {})
    assert outcome.claim is not None
    assert "does not answer" in outcome.sentence
    assert (window.held, outcome.claim.held) == (False, True)
    # it wakes up: nobody is there any more, and nothing was asked
    connection, _ = window.listener.accept()
    with connection:
        assert connection.recv(1000) == HELLO
        assert connection.recv(1000) == b""
    window.say_ready()
    window.release()
    assert outcome.claim.held
    outcome.claim.release()


def test_ten_starts_at_once_make_one_window_even_beside_one_that_hangs(
    window: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PATIENCE", 1.0)
    claimed: list[Claim] = []
    outcomes: list[Outcome] = []
    requests: list[bytes] = []
    all_there = threading.Barrier(10)

    def start(number: int) -> None:
        all_there.wait()
        outcome = hand_over([f"/{number}.fits"], {})
        outcomes.append(outcome)
        if outcome.claim is not None:
            claimed.append(outcome.claim)
            outcome.claim.say_ready()
            for _ in range(9):
                requests.append(say_done(outcome.claim.listener.accept()[0]))

    threads = [threading.Thread(target=start, args=(number,), daemon=True) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(claimed) == 1
    assert sum(outcome.done for outcome in outcomes) == 9
    assert len({Request.decode(request).files for request in requests}) == 9
    claimed[0].release()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"skyloupe 2\n", "another version"),
        (b"skyloupe 1\nno\n", "did not understand"),
        (b"x" * 1000, "does not answer"),
        (b"", "does not answer"),
    ],
)
def test_a_window_that_answers_otherwise_is_left_alone(
    window: Claim, place: Place, answer: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "STARTING_PATIENCE", 0.3)

    def reply(connection: socket.socket) -> None:
        with connection:
            connection.sendall(answer)
            if answer.startswith(b"skyloupe"):
                connection.recv(1000)
                connection.recv(1000)

    with answering(window, reply):
        outcome = ended(hand_over(["/a.fits"], {}))
    assert not outcome.done
    assert outcome.sentence


def test_a_socket_of_another_user_gets_no_names(
    window: Claim, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer, "_user", lambda _connection: os.getuid() + 1)
    outcome = hand_over(["/secret.fits"], {})
    assert not outcome.done
    assert "another user" in outcome.sentence
    connection, _ = window.listener.accept()
    with connection:
        assert connection.recv(100) == b""


def test_too_many_names_are_not_sent(window: Claim, place: Place) -> None:
    outcome = hand_over(["/" + "x" * 250] * 70_000, {})
    assert (outcome.done, outcome.claim) == (False, None)
    assert "too many" in outcome.sentence


def test_a_folder_that_lets_nobody_write_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    outcome = hand_over(["a.fits"], {})
    assert (outcome.done, outcome.claim) == (False, None)
    assert "Permission denied" in outcome.sentence


def test_a_pipe_in_the_place_of_the_lock_is_not_waited_for(place: Place) -> None:
    os.mkfifo(place.lock)
    outcome = ended(hand_over(["/a.fits"], {}))
    assert not outcome.done
    assert place.folder in outcome.sentence


def test_a_pipe_is_used_as_a_socket_is(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    with Pipe(1.0) as pipe:
        with pytest.raises(FileNotFoundError):
            pipe.connect(str(tmp_path / "absent"))
        pipe.connect(str(fifo))
        pipe.sendall(HELLO)
        assert pipe.recv(100) == HELLO
        pipe.settimeout(0.05)
        with pytest.raises(TimeoutError):
            pipe.recv(100)
        # for the thread that still reads
        pipe.sendall(b"\n")


def test_windows_lets_the_window_come_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    windll = MagicMock()
    monkeypatch.setattr(ctypes, "windll", windll, raising=False)
    let_come_forward()
    windll.user32.AllowSetForegroundWindow.assert_called_once_with(-1)


def test_a_hand_over_loads_next_to_nothing(window: Claim, place: Place) -> None:
    program = (
        "import sys\nbefore = set(sys.modules)\nfrom viewer.cli import main\ncode = main(['/a.fits'])\n"
        "print(code, *sorted(name for name in set(sys.modules) - before))"
    )
    with answering(window, say_done):
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30
        )
    code, *modules = done.stdout.split()
    assert code == "0"
    heavy = {"numpy", "PyQt6", "astropy", "pyqtgraph", "argparse", "json", "typing", "pathlib", "dataclasses"}
    assert not heavy & {name.partition(".")[0] for name in modules}
