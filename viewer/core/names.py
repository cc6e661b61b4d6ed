"""Names: how the name of a file is shown, whatever bytes it is made of."""

import re
from pathlib import Path

# ends of lines and other signs nobody sees, what turns the direction of writing, bytes that are no UTF-8
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(name: str | Path) -> str:
    r"""Return a name, or a sentence with names in it, on one line and without what a screen cannot show.

    A line's end in a name is shown as ``␊``, a byte that is no UTF-8 as ``\xff`` as shells write it.

    Parameters
    ----------
    name : str or pathlib.Path
        As the system has it.
    """
    return _UNSEEN.sub(_visible, str(name))


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return "\ufffd"
