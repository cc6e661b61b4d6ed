"""Writing safely: the old file or the new one, and never anything between them."""

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from viewer.core.errors import ViewerError
from viewer.core.io.safe import written
from viewer.core.progress import Cancelled

ROOT = Path(__file__).parents[3]


def save(path: Path, content: bytes, meanwhile=lambda: None) -> None:
    """Write a file over whatever is there; something happens before it is finished."""
    with written(path, overwrite=True) as file:
        file.write(content)
        meanwhile()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_new_file_and_overwriting(tmp_path):
    path = tmp_path / "a.bin"
    with written(path) as file:
        file.write(b"one")
        assert not path.exists()
    assert path.read_bytes() == b"one"
    with pytest.raises(ViewerError, match=r"a\.bin exists already"), written(path):
        raise AssertionError("not to be reached")
    with written(path, overwrite=True) as file:
        file.write(b"two")
        assert path.read_bytes() == b"one"
    assert path.read_bytes() == b"two"
    assert names(tmp_path) == ["a.bin"]


def test_file_that_appears_meanwhile_is_not_overwritten(tmp_path):
    path = tmp_path / "a.bin"
    with pytest.raises(ViewerError, match="exists already"), written(path):
        path.write_bytes(b"another's")
    assert path.read_bytes() == b"another's"
    assert names(tmp_path) == ["a.bin"]


def test_file_system_without_hard_links(tmp_path, monkeypatch):
    def refuse(self, target):
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with written(tmp_path / "a") as file:
        file.write(b"one")
    assert (tmp_path / "a").read_bytes() == b"one"
    with pytest.raises(ViewerError, match="exists already"), written(tmp_path / "b"):
        (tmp_path / "b").write_bytes(b"another's")
    assert names(tmp_path) == ["a", "b"]


def test_permissions_are_kept(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"one")
    path.chmod(0o640)
    save(path, b"two")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    before = os.umask(0o027)
    try:
        with written(tmp_path / "new") as file:
            file.write(b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_symbolic_link_stays_one(tmp_path):
    (tmp_path / "far").mkdir()
    real = tmp_path / "far" / "real.bin"
    real.write_bytes(b"one")
    link = tmp_path / "link.bin"
    link.symlink_to(real)
    with written(link, overwrite=True) as file:
        file.write(b"two")
    assert link.is_symlink()
    assert real.read_bytes() == b"two"
    assert not real.is_symlink()
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "far" / "new.bin")
    with written(dangling) as file:
        file.write(b"three")
    assert (tmp_path / "far" / "new.bin").read_bytes() == b"three"
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(ViewerError, match="loop"), written(loop, overwrite=True):
        pass


@pytest.mark.parametrize("error", [Cancelled(), KeyboardInterrupt(), ViewerError("no"), ZeroDivisionError()])
def test_whatever_is_raised_leaves_the_old_file(tmp_path, error):
    path = tmp_path / "a.bin"
    path.write_bytes(b"one")

    def fail():
        raise error

    with pytest.raises(type(error)):
        save(path, b"half of the new", fail)
    assert path.read_bytes() == b"one"
    assert names(tmp_path) == ["a.bin"]


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "no room left"),
        (errno.EDQUOT, "no room left"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permission"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_full_or_broken_disk(tmp_path, monkeypatch, number, says):
    path = tmp_path / "a.bin"
    path.write_bytes(b"one")

    def fail(descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ViewerError, match=f"a.bin cannot be written: .*{says}"):
        save(path, b"two")
    monkeypatch.undo()
    assert path.read_bytes() == b"one"
    assert names(tmp_path) == ["a.bin"]


def test_file_larger_than_allowed(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"one")
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from viewer.core.errors import ViewerError\n"
        "from viewer.core.io.safe import written\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    with written(Path(sys.argv[1]), overwrite=True) as file:\n"
        "        for _ in range(1000): file.write(bytes(1000))\n"
        "except ViewerError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == f"{path} cannot be written: the file would be larger than is allowed there"
    assert path.read_bytes() == b"one"
    assert names(tmp_path) == ["a.bin"]


def test_killed_in_the_middle(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"one")
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from viewer.core.io.safe import written\n"
        "with written(Path(sys.argv[1]), overwrite=True) as file:\n"
        "    file.write(bytes(10**6)); file.flush()\n"
        "    print('half', flush=True)\n"
        "    time.sleep(60)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, path], cwd=ROOT, stdout=subprocess.PIPE)
    with child:
        assert child.stdout.readline() == b"half\n"
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert path.read_bytes() == b"one"
    left = [name for name in names(tmp_path) if name != "a.bin"]
    assert all(name.startswith(".") and name.endswith(".part") for name in left)
    save(path, b"two")
    assert path.read_bytes() == b"two"


def test_what_is_no_place_for_a_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, says in [
        (tmp_path, "is a folder"),
        (tmp_path / "pipe", "not an ordinary file"),
        (Path("/dev/null"), "not an ordinary file"),
        (tmp_path / "missing" / "a.bin", "no folder"),
        (tmp_path / ("x" * 300), "too long"),
    ]:
        with pytest.raises(ViewerError, match=says), written(path, overwrite=True):
            raise AssertionError("not to be reached")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_without_permission(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"one")
    path.chmod(0o444)
    with pytest.raises(ViewerError, match="write-protected"), written(path, overwrite=True):
        raise AssertionError("not to be reached")
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(ViewerError, match="permission"), written(tmp_path / "new"):
            raise AssertionError("not to be reached")
    finally:
        tmp_path.chmod(0o755)
