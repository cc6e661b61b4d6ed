"""Write a file so that there is never half of one: beside its place, then renamed."""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from viewer.core.errors import ViewerError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM)


@contextmanager
def written(path: Path, *, overwrite: bool = False) -> Iterator[BinaryIO]:
    """Open a file to be written; it takes its place only when all of it is on the disk.

    What is written goes into a hidden file in the same folder, which is flushed and renamed when the
    block ends, and removed when the block raises. Who reads `path` meanwhile, or after the program was
    killed, sees the old file, whole; a memory map of the old file stays valid. A symbolic link stays one:
    the file that it points to is replaced. Permissions are kept.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    overwrite : bool
        Whether it may exist already.

    Yields
    ------
    file
        Binary; it can be read and sought too.

    Raises
    ------
    ViewerError
        If the file exists and may not be overwritten, is no ordinary file or write-protected, or cannot be
        written because of its folder or the disk.
    """
    part: Path | None = None
    try:
        target, old = _target(path, overwrite)
        part = target.with_name(f".{secrets.token_hex(8)}.part")
        # as open() makes it: with the permissions that the user's umask leaves
        with open(part, "x+b") as file:  # noqa: PTH123 - Path.open knows no buffer that a type checker takes
            if old is not None:
                _like(file.fileno(), old)
            yield file
            file.flush()
            os.fsync(file.fileno())
        _put(part, target, overwrite)
        part = None
        _sync_folder(target.parent)
    except (OSError, RuntimeError) as error:
        raise ViewerError(_reason(path, error)) from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()


def _target(path: Path, overwrite: bool) -> tuple[Path, os.stat_result | None]:
    """Return the file behind all symbolic links, and what is known of it if it exists."""
    target = path.resolve()
    try:
        old = target.stat()
    except FileNotFoundError:
        if not target.parent.is_dir():
            raise ViewerError(f"there is no folder {path.parent} to write {path.name} into") from None
        return target, None
    if stat.S_ISDIR(old.st_mode):
        raise ViewerError(f"{path} is a folder: name a file in it")
    if not stat.S_ISREG(old.st_mode):
        raise ViewerError(f"{path} is not an ordinary file but a device or a pipe: choose another name")
    if not overwrite:
        raise _exists(path)
    # renaming needs no permission for the file itself, but who protected it meant it
    if not os.access(target, os.W_OK):
        raise ViewerError(f"{path} is write-protected: choose another name")
    return target, old


def _exists(path: Path) -> ViewerError:
    return ViewerError(f"{path} exists already: choose another name, or say that it is to be overwritten")


def _like(descriptor: int, old: os.stat_result) -> None:
    # only root may give files away; and some file systems know no permissions
    with contextlib.suppress(OSError):
        if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(descriptor, old.st_uid, old.st_gid)
    with contextlib.suppress(OSError):
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _put(part: Path, target: Path, overwrite: bool) -> None:
    if not overwrite:
        try:
            # unlike a rename this fails if somebody else has made the file meanwhile
            target.hardlink_to(part)
        except FileExistsError:
            raise _exists(target) from None
        except OSError:
            # a file system without hard links
            if target.exists():
                raise _exists(target) from None
        else:
            part.unlink()
            return
    part.replace(target)


def _sync_folder(folder: Path) -> None:
    # so that the new name, too, outlives a power failure; not every file system can
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _reason(path: Path, error: OSError | RuntimeError) -> str:
    if not isinstance(error, OSError):
        # pathlib's word for links that point to each other
        return f"{path} is a symbolic link that leads nowhere: choose another name"
    if error.errno in _FULL:
        return f"{path} cannot be written: there is no room left on the disk"
    if error.errno == errno.EFBIG:
        return f"{path} cannot be written: the file would be larger than is allowed there"
    if error.errno == errno.EROFS:
        return f"{path} cannot be written: the disk is read-only, so choose another folder"
    if error.errno in _FORBIDDEN:
        return f"{path} cannot be written: the folder {path.parent} gives no permission, so choose another"
    if error.errno == errno.ENAMETOOLONG:
        return f"{path.name} is too long for the name of a file: choose a shorter one"
    return f"{path} cannot be written: {error.strerror or error}"
