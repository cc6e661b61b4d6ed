"""Request: what is handed over, and the words in which it is said.

Both sides say hello with the version of this protocol. Then the client sends the number of bytes of its
request in a line, and the request; and the window answers that it has it. A request is fields, each
``name=value``, with a zero between them: that no name of a file holds, whatever its bytes.
"""

import os
from collections.abc import Mapping, Sequence

VERSION = 1
HELLO = b"skyloupe %d\n" % VERSION
DONE = b"done\n"
# bytes: of a line, and of a request
SHORT_LINE = 64
LONGEST = 16 << 20


class BadRequest(ValueError):
    """What was sent is no request."""


class Request:
    """What a window is asked for.

    Attributes
    ----------
    files : tuple of str
        Absolute paths, with brackets perhaps, and addresses; none at all raises the window only.
    options : dict of str to str
        View options as they were typed, by their names; only those given.
    token : str
        What the desktop gave the starter, so that the window may come to the front.
    """

    def __init__(
        self, files: Sequence[str], options: Mapping[str, str] | None = None, token: str = ""
    ) -> None:
        self.files = tuple(files)
        self.options = dict(options or {})
        self.token = token

    def encode(self) -> bytes:
        """Return what is sent."""
        fields = [f"file={name}" for name in self.files]
        fields += [f"option={name}={value}" for name, value in self.options.items()]
        fields.append(f"token={self.token}")
        message = os.fsencode("\0".join(fields))
        return b"%d\n" % len(message) + message

    @classmethod
    def decode(cls, message: bytes) -> "Request":
        """Read what somebody sent after the line with its length.

        Raises
        ------
        BadRequest
            If it is anything but a request.
        """
        files, options, token = [], {}, ""
        for field in message.split(b"\0"):
            try:
                name, equals, value = os.fsdecode(field).partition("=")
            except UnicodeDecodeError as error:
                raise BadRequest("a field is no text") from error
            if name == "file" and equals:
                files.append(value)
            elif name == "option" and "=" in value:
                option, _, word = value.partition("=")
                options[option] = word
            elif name == "token" and equals:
                token = value
            else:
                raise BadRequest("a field has no name that is known")
        return cls(files, options, token)


def absolute(name: str) -> str:
    """Return a name that means the same in another working folder; addresses as they are."""
    if os.path.isabs(name) or is_address(name) or not name:
        return name
    try:
        return os.path.join(os.getcwd(), name)
    except OSError:
        # the folder is gone, and the file with it: not one of that name where the window is
        gone = os.environ.get("PWD") or os.sep
        return os.path.join(os.sep if os.path.isdir(gone) else gone, name)


def is_address(name: str) -> bool:
    """Whether a name begins as addresses do: ``https://``, ``file:/``; one letter is a drive of Windows."""
    scheme, slash, _ = name.partition(":/")
    letters = scheme.translate({ord(sign): "" for sign in "+-."})
    return bool(slash) and len(scheme) > 1 and scheme[0].isalpha() and letters.isascii() and letters.isalnum()
