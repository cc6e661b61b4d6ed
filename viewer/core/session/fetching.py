"""Fetching: a file from the network into a folder that goes away with the program."""

import itertools
import os
import re
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from viewer.core.errors import ViewerError
from viewer.core.progress import Cancelled, Progress
from viewer.core.session.spill import DOWNLOADED
from viewer.core.session.wire import Wire, asked, sentence_of, shown_address

TIMEOUT = 30.0
# bytes that nobody is asked about
UNASKED = 500 * 10**6
AT_ONCE = 4
_PIECE = 256 << 10
_HEAD = 1024
# bytes; the longest name that file systems take is 255
_LONGEST = 200
_PAGE = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|script|title)\b", re.I | re.S)
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')


@dataclass(frozen=True)
class Large:
    """A file that was not fetched, for it is large.

    Attributes
    ----------
    size : int or None
        Bytes; None if the server does not say.
    """

    size: int | None


class Downloads:
    """A folder for what is fetched; it is removed when it is closed, or the program ends."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._numbers = itertools.count(1)
        self._addresses: dict[Path, str] = {}
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        # several are fetched at once, and all go into one folder
        self._making = threading.Lock()
        self._remove: Callable[[], object] = _nothing

    def holds(self, path: Path | None) -> bool:
        """Whether a file was fetched, and will be gone."""
        return path is not None and self._folder is not None and path.is_relative_to(self._folder)

    def came(self, path: Path, address: str) -> None:
        """Know where a file came from."""
        # whoever may see what, a password is for one time
        self._addresses[path] = re.sub(r"(?<=//)[^/?#]*@", "", address)

    def address_of(self, path: Path | None) -> str:
        """Return where a file came from; empty if it was not fetched."""
        return "" if path is None else self._addresses.get(path, "")

    @contextmanager
    def turn(self, progress: Progress) -> Iterator[None]:
        """Wait until only a few others are fetched at the same time."""
        while not self._turns.acquire(timeout=0.1):
            progress.report(0.0)
        try:
            yield
        finally:
            self._turns.release()

    def place(self) -> Path:
        """Return a new folder for one file; nobody else can read it."""
        with self._making:
            try:
                if self._folder is None:
                    self._folder = Path(tempfile.mkdtemp(prefix=f"{DOWNLOADED}{os.getpid()}-"))
                    self._remove = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
                place = self._folder / str(next(self._numbers))
                place.mkdir()
            except OSError as error:
                raise ViewerError(
                    f"nothing can be downloaded, for there is no folder for temporary files: {error.strerror}"
                ) from None
        return place

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        self._remove()
        self._folder = None


def fetch(
    address: str, folder: Path, progress: Progress, most: int | None = UNASKED, timeout: float = TIMEOUT
) -> Path | Large:
    """Download a file.

    Parameters
    ----------
    address : str
        http:, https: or ftp:.
    folder : pathlib.Path
        Gets it, under the name that the server or the address gives it.
    progress : Progress
        Told how much is there, if the server says how much it is; a cancellation ends the connection.
    most : int, optional
        Bytes; a larger file is not fetched. None for any size.
    timeout : float
        Seconds in which the server has to say something.

    Returns
    -------
    pathlib.Path or Large
        The file.

    Raises
    ------
    ViewerError
        If it cannot be had, is a web page, or the disk is full.
    Cancelled
        If `progress` was cancelled.
    """
    wire = Wire(progress)
    path: Path | None = None
    try:
        with wire.opener().open(asked(address), timeout=timeout) as answer:
            size = _size(answer)
            if most is not None and size is not None and size > most:
                return Large(size)
            path = folder / _name(answer, address)
            if size is not None and size > shutil.disk_usage(folder).free:
                raise ViewerError(f"{path.name} is {_megabytes(size)}, and {folder} has no room for it")
            with path.open("xb") as file:
                done = _copied(answer, file, size, most, progress, address)
    except BaseException as error:
        if path is not None:
            path.unlink(missing_ok=True)
        if progress.cancelled:
            raise Cancelled from None
        sentence = sentence_of(error, address, timeout)
        if sentence:
            raise ViewerError(sentence) from None
        raise
    if done is None:
        path.unlink()
        return Large(size)
    return path


def safe_name(name: str) -> str:
    """Return the name of a file for what somebody else calls it: no folders, not hidden, not too long.

    Parameters
    ----------
    name : str
        What the server or the address says.
    """
    last = re.split(r"[/\\]", name.rstrip("/\\ "))[-1]
    text = "".join(sign if sign.isprintable() else "_" for sign in _FORBIDDEN.sub("_", last))
    text = text.encode("utf-8", "replace").decode("utf-8").strip(" .")
    stem, dots = text, "".join(Path(text).suffixes[-2:])
    if len(dots) > 16:
        dots = ""
    stem = text.removesuffix(dots)
    while len((stem + dots).encode()) > _LONGEST:
        stem = stem[:-1]
    return stem + dots or "download"


def _size(answer: Any) -> int | None:
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdigit() else None


def _name(answer: Any, address: str) -> str:
    """Return what the file is called: by the server, else by the address that was reached."""
    given = answer.headers.get_filename()
    if given:
        return safe_name(given)
    places = (urlsplit(answer.geturl() or address).path, urlsplit(address).path)
    lasts = [unquote(place.rstrip("/").rpartition("/")[2], errors="replace") for place in places]
    return safe_name(next((last for last in lasts if "." in last), lasts[0]))


def _copied(
    answer: Any, file: IO[bytes], size: int | None, most: int | None, progress: Progress, address: str
) -> int | None:
    """Write what comes to a file; return how much, or None if it was too much."""
    done = 0
    head = b""
    while piece := answer.read1(_PIECE) if hasattr(answer, "read1") else answer.read(_PIECE):
        progress.report(done / size if size else 0.0)
        if len(head) < _HEAD:
            head += piece[: _HEAD - len(head)]
            if _PAGE.match(head.removeprefix(b"\xef\xbb\xbf")):
                raise ViewerError(
                    f"{shown_address(address)} is a web page, not an image: copy the address of the file"
                )
        done += len(piece)
        if most is not None and done > most:
            return None
        file.write(piece)
    if size is not None and done < size:
        raise ViewerError(
            f"the download of {shown_address(address)} broke off after {_megabytes(done)} of "
            f"{_megabytes(size)}: try again"
        )
    if not done:
        raise ViewerError(f"{shown_address(address)} is an empty file")
    return done


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size >= 1e6 else f"{size:,} bytes"


def _nothing() -> None:
    pass
