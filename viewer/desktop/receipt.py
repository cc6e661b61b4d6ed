"""What was made on the desktop, and what had been in its place: so that all of it can be taken back."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from viewer.core.errors import ViewerError
from viewer.desktop.changes import Changes, missing

_VERSION = 1


@dataclass(frozen=True)
class Kept:
    """A file that was written: how to know it again, and what it had replaced.

    Attributes
    ----------
    digest : str
        SHA-256 of what was written.
    before : bytes or None
        What was there; None if nothing was.
    """

    digest: str
    before: bytes | None

    @classmethod
    def of(cls, content: bytes, before: bytes | None) -> "Kept":
        """Return what is to be kept about a file that is about to be written."""
        return cls(hashlib.sha256(content).hexdigest(), before)

    def is_ours(self, content: bytes) -> bool:
        """Return whether a file still holds what was written."""
        return hashlib.sha256(content).hexdigest() == self.digest


@dataclass
class Receipt:
    """All that one installation made.

    Attributes
    ----------
    files : dict of pathlib.Path to Kept
        The files that were written.
    folders : list of pathlib.Path
        The folders that were made for them, the outer ones first.
    standing : dict of str to list of str
        For each database that is made by a tool of the desktop, what had been in its folder.
    lines : dict of pathlib.Path to list
        Of files that belong to others: the keys that were set, as `viewer.desktop.defaults` tells them.
    default : bool
        Whether Skyloupe was to become the default application.
    """

    files: dict[Path, Kept] = field(default_factory=dict)
    folders: list[Path] = field(default_factory=list)
    standing: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[Path, list[tuple[str, str, str | None]]] = field(default_factory=dict)
    default: bool = False

    def text(self) -> bytes:
        """Return what the file of this receipt holds."""
        return json.dumps(
            {
                "version": _VERSION,
                "files": {
                    str(path): {
                        "sha256": kept.digest,
                        "before": None if kept.before is None else base64.b64encode(kept.before).decode(),
                    }
                    for path, kept in self.files.items()
                },
                "folders": [str(path) for path in self.folders],
                "standing": self.standing,
                "lines": {str(path): lines for path, lines in self.lines.items()},
                "default": self.default,
            },
            indent=1,
        ).encode()


def read(path: Path) -> Receipt | None:
    """Return the receipt in a file, None if there is none.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Raises
    ------
    ViewerError
        If it is damaged, or of a newer version of the program.
    """
    try:
        found: Any = json.loads(path.read_bytes())
        if found["version"] > _VERSION:
            raise ViewerError(f"{path} was written by a newer Skyloupe: uninstall with that one")
        return Receipt(
            {
                Path(name): Kept(
                    kept["sha256"],
                    None if kept["before"] is None else base64.b64decode(kept["before"], validate=True),
                )
                for name, kept in found["files"].items()
            },
            [Path(name) for name in found["folders"]],
            {str(name): [str(each) for each in names] for name, names in found["standing"].items()},
            {
                Path(name): [(str(key), str(after), before) for key, after, before in lines]
                for name, lines in found["lines"].items()
            },
            bool(found["default"]),
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ViewerError(
            f"{path}, which tells what was installed, cannot be read: {error.strerror}"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise ViewerError(
            f"{path}, which tells what was installed, is damaged: remove it, and the files of Skyloupe in "
            "the folders beside it"
        ) from error


def make(
    planned: Mapping[Path, bytes],
    receipt: Receipt,
    at: Path,
    changes: Changes,
    *,
    programs: Sequence[Path] = (),
) -> None:
    """Write files, and before them a receipt of them.

    Parameters
    ----------
    planned : mapping of pathlib.Path to bytes
        The files.
    receipt : Receipt
        It is given their names, what they replace and the folders that are made for them.
    at : pathlib.Path
        The receipt's own file. It comes first, so that an installation that is killed half-way can be taken
        back too.
    changes : Changes
        What does it.
    programs : sequence of pathlib.Path
        Those of the files that can be started.
    """
    receipt.files = {path: Kept.of(content, content_of(path)) for path, content in planned.items()}
    for folder in (path.parent for path in (at, *planned)):
        receipt.folders += [each for each in missing(folder) if each not in receipt.folders]
    changes.write(at, receipt.text())
    for path, content in planned.items():
        changes.write(path, content, mode=0o755 if path in programs else None)


def put_back(path: Path, kept: Kept, changes: Changes) -> str:
    """Give a file's place back to what was there, and return what is to be said about it.

    Parameters
    ----------
    path : pathlib.Path
        A file that was written once, or was about to be.
    kept : Kept
        What is known of that.
    changes : Changes
        What does it. A file that somebody has changed since is kept under another name.
    """
    now = content_of(path)
    if now is None or now == kept.before:
        return ""
    if not kept.is_ours(now):
        aside = _free(path)
        changes.write(aside, now)
        changes.told.append(f"{path} was changed since it was installed: what it was is kept as {aside}")
    if kept.before is None:
        changes.remove(path)
        return f"removed {path}"
    changes.write(path, kept.before)
    return f"put back what {path} was before"


def remove_parts(receipt: Receipt, changes: Changes) -> None:
    """Remove what an installation left that was killed between writing a file and giving it its name."""
    for path, kept in receipt.files.items():
        for part in path.resolve().parent.glob(".????????????????.part"):
            if part.is_file() and kept.is_ours(part.read_bytes()):
                changes.remove(part)


def content_of(path: Path) -> bytes | None:
    """Return what a file holds, None if there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _free(path: Path) -> Path:
    # with an ending that no desktop reads
    names = (path.with_name(f"{path.name}.old{number or ''}") for number in range(1000))
    return next(name for name in names if not name.exists())
