"""Files from the network, from a server of our own: named, refused, bounded, and cancelled."""

import http.server
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from viewer.core.errors import ViewerError
from viewer.core.progress import Cancelled, Progress
from viewer.core.session.fetching import Downloads, Large, fetch, safe_name

BODY = b"SIMPLE  =                    T" + bytes(5000)


class Server(http.server.BaseHTTPRequestHandler):
    """Answers by the path; `released` ends what hangs."""

    released = threading.Event()
    waiting = threading.Event()

    def log_message(self, *_words) -> None:
        pass

    def do_GET(self) -> None:
        getattr(self, f"_{self.path.split('/')[1].split('?')[0]}", self._missing)()

    def _send(self, body: bytes = BODY, code: int = 200, length: int | None = None, **headers: str) -> None:
        self.send_response(code)
        if length != -1:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _file(self) -> None:
        self._send()

    def _unknown(self) -> None:
        self._send(length=-1)

    def _named(self) -> None:
        self._send(Content_Disposition="attachment; filename*=UTF-8''..%2F..%2F.bash%20rc%0A.fits")

    def _page(self) -> None:
        self._send(b"\n<!-- hello -->\n<!DOCTYPE html><html>", Content_Type="text/plain")

    def _mislabelled(self) -> None:
        self._send(Content_Type="text/html")

    def _broken(self) -> None:
        self._send(length=len(BODY) + 10)

    def _away(self) -> None:
        self._send(b"", 302, Location="file:///etc/passwd")

    def _moved(self) -> None:
        self._send(b"", 302, Location="/file/m%2031.fits")

    def _round(self) -> None:
        self._send(b"", 302, Location="/round")

    def _missing(self) -> None:
        self._send(b"<html>not here</html>", 404)

    def _slow(self) -> None:
        self._send(BODY, length=10 * len(BODY))
        self.waiting.set()
        self.released.wait(10)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "*")
    Server.released.clear()
    Server.waiting.clear()
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    made.daemon_threads = False
    thread = threading.Thread(target=made.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    Server.released.set()
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("file/m%2031.fits?x=/../..", "m 31.fits"),
        ("file/m 31ü.fits", "m 31ü.fits"),
        ("file/%2e%2e%2f%2ehidden.fits", "hidden.fits"),
        ("unknown/a.fits", "a.fits"),
        ("moved/b.fits", "m 31.fits"),
        ("mislabelled/c.fits", "c.fits"),
        ("named", "bash rc_.fits"),
    ],
)
def test_a_file_comes_whole_under_a_name_that_does_no_harm(server, tmp_path, path, name):
    progress = Progress()
    found = fetch(f"{server}/{path}", tmp_path, progress)
    assert found == tmp_path / name
    assert found.read_bytes() == BODY


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("page", "is a web page, not an image"),
        ("broken/a.fits", "broke off after 5,030 bytes of 5,040 bytes"),
        ("away", "Redirection to url 'file:///etc/passwd' is not allowed"),
        ("round", "cannot be downloaded"),
        ("nothing.fits", "there is no such file"),
    ],
)
def test_what_cannot_be_had_is_said_in_a_sentence_and_leaves_nothing(server, tmp_path, path, words):
    with pytest.raises(ViewerError, match=words):
        fetch(f"{server}/{path}", tmp_path, Progress())
    assert not list(tmp_path.iterdir())


def test_nobody_there_and_no_address(tmp_path):
    for address in ("http://127.0.0.1:9/x.fits", "http://[::1/x", "http:///x.fits", "http://a b/c"):
        with pytest.raises(ViewerError):
            fetch(address, tmp_path, Progress())


@pytest.mark.parametrize(("path", "size"), [("file/a.fits", len(BODY)), ("unknown/a.fits", None)])
def test_a_large_file_is_not_fetched_before_somebody_is_asked(server, tmp_path, path, size):
    assert fetch(f"{server}/{path}", tmp_path, Progress(), most=1000) == Large(size)
    assert not list(tmp_path.iterdir())


def test_a_server_that_says_no_more_is_left_at_once_when_cancelled_and_soon_otherwise(server, tmp_path):
    progress = Progress()
    threading.Thread(target=lambda: (Server.waiting.wait(5), progress.cancel())).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        fetch(f"{server}/slow/a.fits", tmp_path, progress)
    assert time.monotonic() - begun < 5
    with pytest.raises(ViewerError, match="said nothing"):
        fetch(f"{server}/slow/a.fits", tmp_path, Progress(), timeout=0.2)
    assert not list(tmp_path.iterdir())


def test_names_from_elsewhere_are_made_safe():
    assert safe_name("../../.profile") == "profile"
    assert safe_name("C:\\night\\m31?.fits") == "m31_.fits"
    assert safe_name("\x00\n‮") == "___"
    assert safe_name("...") == "download"
    long = safe_name(f"{'ü' * 400}.fits.gz")
    assert long.endswith("ü.fits.gz")
    assert len(long.encode()) <= 200


def test_the_folder_is_nobody_elses_and_goes_away(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    downloads = Downloads()
    place = downloads.place()
    (place / "x.fits").write_bytes(BODY)
    folder = place.parent
    assert folder.stat().st_mode & 0o077 == 0
    assert downloads.holds(place / "x.fits")
    assert not downloads.holds(Path(tmp_path / "x.fits"))
    downloads.close()
    assert not list(tmp_path.iterdir())


def test_all_that_is_fetched_at_once_goes_into_one_folder(monkeypatch):
    def slowly(prefix: str) -> str:
        time.sleep(0.05)
        return made(prefix=prefix)

    made = tempfile.mkdtemp
    monkeypatch.setattr("tempfile.mkdtemp", slowly)
    downloads = Downloads()
    with ThreadPoolExecutor(4) as pool:
        places = list(pool.map(lambda _: downloads.place(), range(4)))
    assert len(set(places)) == 4
    assert all(map(downloads.holds, places))
    downloads.close()
    assert not any(place.parent.exists() for place in places)
