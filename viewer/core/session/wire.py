"""Wire: the connections of a download, which go to the network only and end when it is cancelled."""

import contextlib
import ftplib
import http.client
import re
import socket
import ssl
from collections.abc import Callable
from typing import IO, Any
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit, urlunsplit

from viewer import __version__
from viewer.core.errors import ViewerError
from viewer.core.names import shown
from viewer.core.progress import Progress

_REASONS = {
    401: "it asks for a password: download it with a browser",
    403: "it may not be read by everybody: download it with a browser",
    404: "there is no such file: look at the address again",
    410: "the file is no longer there",
    429: "the server is asked too often: try again later",
}


class Wire:
    """The connections of one download, which a cancellation ends."""

    def __init__(self, progress: Progress) -> None:
        self._sockets: list[socket.socket] = []
        self._progress = progress
        progress.when_cancelled(self._cut)

    def opener(self) -> request.OpenerDirector:
        """Return what opens addresses: of the network only, and of no other kind after a redirection."""
        opener = request.OpenerDirector()
        for handler in (
            request.ProxyHandler(),
            _Plain(self),
            _Secure(self),
            request.FTPHandler(),
            _Redirections(),
            request.HTTPDefaultErrorHandler(),
            request.HTTPErrorProcessor(),
            request.UnknownHandler(),
        ):
            opener.add_handler(handler)
        opener.addheaders = [("User-Agent", f"Skyloupe/{__version__}"), ("Accept", "*/*")]
        return opener

    def add(self, line: socket.socket) -> None:
        """Remember a connection."""
        self._sockets.append(line)
        if self._progress.cancelled:
            self._cut()

    def _cut(self) -> None:
        for line in tuple(self._sockets):
            # who waits for it wakes up
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def _remembering(kind: type[http.client.HTTPConnection], wire: Wire) -> Callable[..., Any]:
    """Return a kind of connection that tells the wire of itself."""

    class Remembering(kind):  # type: ignore[misc, valid-type]
        def connect(self) -> None:
            super().connect()
            wire.add(self.sock)

    return Remembering


class _Plain(request.HTTPHandler):
    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._made = _remembering(http.client.HTTPConnection, wire)

    def http_open(self, req: request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._made, req)


class _Secure(request.HTTPSHandler):
    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._made = _remembering(http.client.HTTPSConnection, wire)

    def https_open(self, req: request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._made, req, context=ssl.create_default_context())


class _Redirections(request.HTTPRedirectHandler):
    def redirect_request(
        self, req: request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> request.Request | None:
        if urlsplit(newurl).scheme.lower() not in ("http", "https"):
            raise ViewerError(
                f"{shown_address(req.full_url)} leads to {shown_address(newurl)}, no web address"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def shown_address(address: str) -> str:
    """Return an address as it may be shown: without a password, and not too long."""
    text = shown(re.sub(r"(?<=//)[^/?#]*@", "", address))
    return text if len(text) <= 120 else f"{text[:80]}…{text[-35:]}"


def asked(address: str) -> str:
    """Return an address as it goes over the wire: ASCII, with spaces written as %20.

    Raises
    ------
    ViewerError
        If it makes no sense.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
        if not host:
            raise ValueError
        netloc = host.encode("idna").decode("ascii") if not host.isascii() else host
        netloc = f"[{netloc}]" if ":" in netloc else netloc
        netloc += f":{port}" if port is not None else ""
        path = quote(parts.path or "/", safe="%/:=&~+!$,;'@()*", errors="surrogateescape")
        query = quote(parts.query, safe="%/:=&?~+!$,;'@()*[]", errors="surrogateescape")
    except ValueError:
        raise ViewerError(f"{shown_address(address)} is no address: copy it again") from None
    return urlunsplit((parts.scheme.lower(), netloc, path, query, ""))


def sentence_of(error: BaseException, address: str, timeout: float) -> str:
    """Return what went wrong in words; nothing if it is a bug."""
    where = shown_address(address)
    if isinstance(error, HTTPError):
        reason = _REASONS.get(error.code, f"the server answered {error.code} {shown(str(error.reason))}")
        error.close()
        return f"{where} cannot be downloaded: {reason}"
    if isinstance(error, URLError):
        if isinstance(error.reason, OSError):
            return sentence_of(error.reason, address, timeout)
        return f"{where} cannot be downloaded: {shown(str(error.reason))}"
    if isinstance(error, TimeoutError):
        return f"{where} cannot be downloaded: the server said nothing for {timeout:g} s: try again later"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{where} cannot be downloaded: the server's certificate is not valid ({error.verify_message})"
    if isinstance(error, socket.gaierror):
        return f"{where} cannot be downloaded: there is no such server, or no network"
    if isinstance(error, OSError):
        return f"{where} cannot be downloaded: {error.strerror or error}"
    if isinstance(error, (http.client.HTTPException, ValueError, *ftplib.all_errors)):
        return f"{where} cannot be downloaded: the server's answer makes no sense ({shown(str(error))})"
    return ""
