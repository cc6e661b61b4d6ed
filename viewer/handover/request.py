"""Request: what is handed over, and the lines in which it is said."""

import json
import os
import re
from collections.abc import Mapping, Sequence

VERSION = 1
HELLO = b"skyloupe %d\n" % VERSION
DONE = b"done\n"
# bytes: of a line that says hello or answers, and of a request
SHORT_LINE = 256
LONGEST = 16 << 20
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")

Options = Mapping[str, str | float | int | bool | None]


class BadRequest(ValueError):
    """What was sent is no request."""


class Request:
    """What a window is asked for.

    Attributes
    ----------
    files : tuple of str
        Absolute paths, with brackets perhaps, and addresses; none at all raises the window only.
    options : dict
        View options as they were typed, by their names; only those given.
    token : str
        What the desktop gave the starter, so that the window may come to the front.
    """

    def __init__(self, files: Sequence[str], options: Options | None = None, token: str = "") -> None:
        self.files = tuple(files)
        self.options = dict(options or {})
        self.token = token

    def encode(self) -> bytes:
        """Return the line that is sent: ASCII, whatever bytes the names are made of."""
        sent = {"files": self.files, "options": self.options, "token": self.token}
        return json.dumps(sent).encode("ascii") + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> "Request":
        """Read a line that somebody sent.

        Raises
        ------
        BadRequest
            If it is anything but a request.
        """
        try:
            found = json.loads(line.decode("ascii"))
        except (ValueError, RecursionError) as error:
            raise BadRequest(str(error)) from error
        if not isinstance(found, dict):
            raise BadRequest("not an object")
        files, options, token = found.get("files"), found.get("options", {}), found.get("token", "")
        if not isinstance(files, list) or not all(_is_name(name) for name in files):
            raise BadRequest("files are names")
        if not isinstance(options, dict) or not all(
            value is None or isinstance(value, str | float | int) for value in options.values()
        ):
            raise BadRequest("options are words and numbers")
        if not isinstance(token, str) or "\0" in token:
            raise BadRequest("the token is a word")
        return cls(files, options, token)


def _is_name(name: object) -> bool:
    return isinstance(name, str) and name != "" and "\0" not in name


def absolute(name: str) -> str:
    """Return a name that means the same in another working folder; addresses as they are."""
    if os.path.isabs(name) or _ADDRESS.match(name) or not name:
        return name
    try:
        return os.path.join(os.getcwd(), name)
    except OSError:
        # the folder is gone, and the file with it
        return name
