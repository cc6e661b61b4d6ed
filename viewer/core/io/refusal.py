"""Why a file is not FITS, told from its first bytes in one sentence."""

from pathlib import Path

from viewer.core.io.scan import BLOCK, Buffer

_KNOWN = (
    (b"version https://git-lfs", "a Git LFS pointer left in its place: fetch the file with 'git lfs pull'"),
    (b"%PDF", "a PDF document under another name"),
    (b"PK\x03\x04", "a zip archive: unpack it first"),
    (b"\x89HDF", "an HDF5 file: it cannot be read"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"Rar!", "a rar archive: unpack it first"),
    (b"Salted__", "encrypted: decrypt it first"),
    (b"-----BEGIN PGP", "encrypted: decrypt it first"),
    (b"age-encryption.org", "encrypted: decrypt it first"),
    (b"\x85\x01", "probably encrypted: decrypt it first"),
    (b"\x85\x02", "probably encrypted: decrypt it first"),
    (b"\x8c\x0d", "probably encrypted: decrypt it first"),
)
_WEB = (b"<!doctype html", b"<html", b"<head", b"<?xml", b"<body")


def refusal(path: Path, buffer: Buffer, problems: tuple[str, ...] = ()) -> str:
    """Say why a file cannot be opened as FITS.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    buffer : numpy.ndarray of uint8
        Its bytes, uncompressed.
    problems : tuple of str
        What was found wrong when it was uncompressed.
    """
    start = buffer[:BLOCK].tobytes()
    name = path.name
    because = f" ({'; '.join(problems)})" if problems else ""
    if not start:
        return f"{name} is an empty file{because}"
    if start[:6].upper() == b"SIMPLE" or start[:8].upper() == b"XTENSION":
        return f"{name} is cut short: its first header has no END card{because}; get the file again"
    for magic, what in _KNOWN:
        if start.startswith(magic):
            return f"{name} is not a FITS file: it is {what}"
    head = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:100].lower()
    if head.startswith(_WEB):
        return (
            f"{name} is not a FITS file but a web page: "
            "perhaps the download failed or asked for a password, so get the file again"
        )
    kind = "a text file under another name" if _is_text(start) else "something else, or encrypted, or damaged"
    return f"{name} is not a FITS file: it does not begin with SIMPLE, so it is {kind}{because}"


def _is_text(start: bytes) -> bool:
    odd = sum(byte < 9 or 13 < byte < 32 or byte == 127 for byte in start)
    try:
        start[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return odd == 0
