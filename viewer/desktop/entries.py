"""The texts that a freedesktop.org desktop reads: the entry, the MIME types, the thumbnailer."""

import re
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from viewer.core.session.folder import FITS_SUFFIXES

ENTRY = "skyloupe.desktop"
# not image/… where there is a choice: pcmanfm tries to read all of these itself, and asks no thumbnailer
FITS_NAMES = ("application/fits", "image/fits", "image/x-fits")
"""What desktops call FITS files; for each desktop one of them is the name and the others mean it."""
COMPRESSED = "application/x-compressed-fits"
"""FITS files inside gzip, bzip2 and the like; a type of its own, as their contents are those formats'."""
TYPES = (*FITS_NAMES, COMPRESSED)

# the formats whose contents a compressed FITS file has, in the names that desktops have for them
_CONTAINERS = {
    "gz": ("application/gzip",),
    "bz2": ("application/x-bzip", "application/x-bzip2"),
    "xz": ("application/x-xz",),
    "z": ("application/x-compress",),
    "zst": ("application/zstd",),
}
_DESCRIPTION = (
    "    <comment>FITS document</comment>",
    "    <acronym>FITS</acronym>",
    "    <expanded-acronym>Flexible Image Transport System</expanded-acronym>",
    '    <magic priority="50">',
    '      <match type="string" value="SIMPLE  =" offset="0"/>',
    "    </magic>",
)
# above 50, which *.gz has: whoever asks by name and contents takes the first of two answers
_WEIGHT = 60
_RESERVED = re.compile(r"[\s\"'\\<>~|&;$*?#()`]")
_ODD = re.compile(r"[=%\x00-\x1f]")


def entry(words: Sequence[str]) -> str:
    """Return the desktop entry: what menus show and file managers start.

    Parameters
    ----------
    words : sequence of str
        The command that starts the program.

    Notes
    -----
    After the Desktop Entry Specification of freedesktop.org.
    """
    return f"""\
[Desktop Entry]
Type=Application
Version=1.1
Name=Skyloupe
GenericName=FITS Viewer
Comment=View and inspect astronomical images
Exec={command(words, "%F")}
TryExec={_string(words[0])}
Icon=skyloupe
Terminal=false
StartupNotify=false
StartupWMClass=skyloupe
Categories=Science;Astronomy;
Keywords=FITS;astronomy;telescope;image;spectrum;
MimeType={"".join(f"{name};" for name in TYPES)}
Actions=new-window;

[Desktop Action new-window]
Name=New Window
Exec={command(words, "--new", "%F")}
"""


def thumbnailer(words: Sequence[str]) -> str:
    """Return what tells file managers which command draws the thumbnails of FITS files.

    Parameters
    ----------
    words : sequence of str
        The command that starts the program.
    """
    return f"""\
[Thumbnailer Entry]
TryExec={_string(words[0])}
Exec={command(words, "thumbnail", "%i", "%o", "%s")}
MimeType={"".join(f"{name};" for name in TYPES)}
"""


def mime_package(canonical: str, *, known: bool) -> str:
    """Return the names and endings of FITS files, as an XML document.

    Parameters
    ----------
    canonical : str
        The one of `FITS_NAMES` that the desktop uses; the others become other names of it.
    known : bool
        Whether the desktop describes it already, in all its languages and with its first bytes.

    Notes
    -----
    After the Shared MIME-info Database specification. A gzip file that is called ``x.fits.gz`` is taken
    for FITS where its name is asked first, and also where the contents have the last word, since the
    compressed type is declared to be a kind of gzip.
    """
    plain = [suffix for suffix in FITS_SUFFIXES if "." not in suffix]
    packed = [suffix for suffix in FITS_SUFFIXES if "." in suffix]
    kinds = {kind: None for suffix in packed for kind in _CONTAINERS[suffix.rpartition(".")[2].lower()]}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">',
        f"  <mime-type type={quoteattr(canonical)}>",
        *(() if known else _DESCRIPTION),
        '    <generic-icon name="image-x-generic"/>',
        *(f"    <glob pattern={quoteattr(f'*.{suffix}')}/>" for suffix in plain),
        *(f"    <alias type={quoteattr(name)}/>" for name in FITS_NAMES if name != canonical),
        "  </mime-type>",
        f"  <mime-type type={quoteattr(COMPRESSED)}>",
        "    <comment>compressed FITS document</comment>",
        *(f"    <sub-class-of type={quoteattr(kind)}/>" for kind in kinds),
        '    <generic-icon name="image-x-generic"/>',
        *(f'    <glob pattern={quoteattr(f"*.{suffix}")} weight="{_WEIGHT}"/>' for suffix in packed),
        "  </mime-type>",
        "</mime-info>",
    ]
    return "\n".join(lines) + "\n"


def command(words: Sequence[str], *arguments: str) -> str:
    """Return the value of a key Exec.

    Parameters
    ----------
    words : sequence of str
        The program and its first arguments, to be taken as they are.
    *arguments : str
        What follows; it may be field codes such as ``%F``.
    """
    if _ODD.search(words[0]):
        # the program's own name may not have an equal sign, and GLib looks for it with each % as written
        # there; a shell takes such a name as an argument
        words = ("/bin/sh", "-c", 'exec "$0" "$@"', *words)
    return " ".join([*(_quoted(word) for word in words), *arguments])


def _quoted(word: str) -> str:
    word = word.replace("%", "%%")
    if _RESERVED.search(word):
        word = '"' + re.sub(r'(["`$\\])', r"\\\1", word) + '"'
    return _string(word)


def _string(text: str) -> str:
    """Return a value with what would end its line written as the specification says."""
    for letter, written in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(letter, written)
    return text


def canonical_name(data_dirs: Sequence[Path]) -> str | None:
    """Return the name of FITS files in the desktop's own database, None if it knows none.

    Parameters
    ----------
    data_dirs : sequence of pathlib.Path
        Folders of the system that may hold a folder ``mime``, the most important first.
    """
    for folder in data_dirs:
        for name in FITS_NAMES:
            # there is such a file for each type that is described, and none for its other names
            if (folder / "mime" / f"{name}.xml").is_file():
                return name
    return None
