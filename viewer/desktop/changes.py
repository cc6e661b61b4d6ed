"""Changes of files that are all made, or all taken back."""

import contextlib
import stat
from pathlib import Path
from types import TracebackType
from typing import Self

from viewer.core.errors import ViewerError
from viewer.core.io.safe import written


class Changes:
    """Files written and removed as one: within a ``with``, an error takes everything back.

    Files are written beside their place and renamed, through symbolic links. Folders are made as
    they are needed.

    Attributes
    ----------
    told : list of str
        What whoever asked for the changes has to know besides.
    """

    def __init__(self) -> None:
        self.told: list[str] = []
        self._before: dict[Path, tuple[bytes, int] | None] = {}
        self._made: list[Path] = []
        self._removed: list[Path] = []
        self._watched: list[Path] = []
        self._at: Path | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            return
        self._take_back()
        cause = error if isinstance(error, OSError) else error.__cause__ if error is not None else None
        if isinstance(cause, OSError):
            name = cause.filename
            # a file that is written has another name until it is whole
            at = self._at if name is None or str(name).endswith(".part") else name
            raise ViewerError(
                f"nothing was changed, as {at} cannot be written or removed: {cause.strerror or cause}"
            ) from error

    def write(self, path: Path, content: bytes, *, mode: int | None = None) -> None:
        """Write a file, in a folder that is made if there is none.

        Parameters
        ----------
        path : pathlib.Path
            The file.
        content : bytes
            All of it.
        mode : int, optional
            Its permissions; those that it has, or that files usually get, if left out.
        """
        self._at = path
        for folder in missing(path.parent):
            folder.mkdir(mode=0o700)
            self._made.append(folder)
        self.keep(path)
        with written(path, overwrite=True) as file:
            file.write(content)
        if mode is not None:
            path.chmod(mode)

    def remove(self, path: Path) -> None:
        """Remove a file if there is one."""
        self._at = path
        self.keep(path)
        path.unlink(missing_ok=True)

    def remove_folder(self, path: Path) -> None:
        """Remove a folder if there is one and it is empty."""
        try:
            path.rmdir()
        except OSError:
            return
        self._removed.append(path)

    def watch(self, folder: Path) -> None:
        """Remember all files in a folder that somebody else is going to change."""
        self._at = folder
        self._watched.append(folder)
        for path in files_below(folder):
            self.keep(path)

    def keep(self, path: Path) -> None:
        """Remember a file, or that there is none, before it is changed."""
        if path not in self._before:
            try:
                self._before[path] = (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
            except (FileNotFoundError, NotADirectoryError):
                self._before[path] = None

    def _take_back(self) -> None:
        for folder in self._watched:
            for path in files_below(folder):
                self._before.setdefault(path, None)
        for path, before in self._before.items():
            with contextlib.suppress(OSError, ViewerError):
                if before is None:
                    path.unlink(missing_ok=True)
                elif not path.exists() or path.read_bytes() != before[0]:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    with written(path, overwrite=True) as file:
                        file.write(before[0])
                    path.chmod(before[1])
        for folder in self._removed:
            with contextlib.suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
        for folder in reversed(self._made):
            if folder not in self._removed:
                self.remove_folder(folder)


def missing(folder: Path) -> list[Path]:
    """Return the folders that are to be made so that there is this one, the outer ones first."""
    return [each for each in reversed((folder, *folder.parents)) if not each.exists()]


def files_below(folder: Path) -> list[Path]:
    """Return the files in a folder and its folders, sorted; none if there is no such folder."""
    return sorted(path for path in folder.rglob("*") if not path.is_dir())
