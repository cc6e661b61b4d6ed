"""What the desktop reads is what its specifications ask for, whatever the program is called."""

import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from viewer.core.session.folder import FITS_SUFFIXES
from viewer.desktop import entries

NAMES = (
    "/usr/bin/skyloupe",
    "/opt/my programs/sky loupe",
    "/o/quote'quote\"/`id`/$HOME/${HOME}/skyloupe",
    "/o/50%/%F%%/skyloupe",
    "/o/a=b/skyloupe",
    "/o/back\\slash\\n/\\\\/skyloupe",
    "/o/new\nline\ttab/skyloupe",
    "/o/(a)|b;c&d<e>f*g?h#i~j/skyloupe",
    "/o/Grüße/skyloupe",
)


def value(text: str, key: str) -> str:
    """The first value of a key, with the escapes of a string undone one after the other."""
    line = next(line for line in text.split("\n") if line.startswith(f"{key}="))
    letters = iter(line.partition("=")[2])
    meant = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t", "s": " "}
    return "".join(meant[next(letters)] if letter == "\\" else letter for letter in letters)


def expanded(exec_value: str, **codes: str) -> list[str]:
    """The words of a command line: unquoted as a shell does, and then the field codes filled in."""
    shell = subprocess.run(["/bin/sh", "-c", f"printf '%s\\0' {exec_value}"], capture_output=True, check=True)
    words = shell.stdout.decode().split("\0")[:-1]
    for code, file in codes.items():
        words = [file if word == f"%{code}" else word for word in words]
    return [word.replace("%%", "%") for word in words]


@pytest.mark.parametrize("name", NAMES)
def test_a_program_of_any_name_is_started(name: str) -> None:
    entry = entries.entry([name, "-m", "viewer"])
    words = expanded(value(entry, "Exec"), F="/data/m13.fits")
    if words[0] == "/bin/sh":
        # what the shell is told to start is seen by letting it print that
        words[2] = words[2].replace("exec", "printf '%s\\0'")
        words = subprocess.run(words, capture_output=True, check=True).stdout.decode().split("\0")[:-1]
    assert words == [name, "-m", "viewer", "/data/m13.fits"]
    assert value(entry, "TryExec") == name
    made = expanded(value(entries.thumbnailer([name]), "Exec"), i="/in", o="/out", s="256")
    assert made[-5:] == [name, "thumbnail", "/in", "/out", "256"]


def test_the_executable_is_one_that_desktops_find() -> None:
    # the specification allows no equal sign, and GLib looks for the name without undoing %%
    for name in NAMES:
        first = expanded(value(entries.entry([name]), "Exec"))[0]
        assert first in (name, "/bin/sh")
        assert not set(first) & set("=%\n")


@pytest.mark.parametrize("canonical", entries.FITS_NAMES)
@pytest.mark.parametrize("known", [False, True])
def test_all_endings_are_fits(canonical: str, known: bool) -> None:
    root = ElementTree.fromstring(entries.mime_package(canonical, known=known))
    name = "{http://www.freedesktop.org/standards/shared-mime-info}"
    plain, packed = root.findall(f"{name}mime-type")
    assert plain.get("type") == canonical
    assert {alias.get("type") for alias in plain.iter(f"{name}alias")} == set(entries.FITS_NAMES) - {
        canonical
    }
    assert (plain.find(f"{name}magic") is None) == known
    globs = {glob.get("pattern"): glob for glob in root.iter(f"{name}glob")}
    assert set(globs) == {f"*.{suffix}" for suffix in FITS_SUFFIXES}
    # the name is *.gz too: by weight it is FITS if names count, and as a kind of gzip if contents do
    assert int(globs["*.fits.gz"].get("weight", "50")) > 50
    kinds = {kind.get("type") for kind in packed.iter(f"{name}sub-class-of")}
    assert {"application/gzip", "application/x-bzip2", "application/x-xz", "application/zstd"} <= kinds


def test_the_name_that_the_system_has_is_kept(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert entries.canonical_name((first, second)) is None
    for folder, kind in ((first, "image"), (second, "application")):
        (folder / "mime" / kind).mkdir(parents=True)
        (folder / "mime" / kind / "fits.xml").touch()
    assert entries.canonical_name((first, second)) == "image/fits"
    assert entries.canonical_name((second, first)) == "application/fits"
