"""skyloupe run: one recipe, many files, processes or a cluster, and a summary."""

import contextlib
import importlib.util
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.cli import main
from viewer.core.apply import apply_all
from viewer.core.call import Call
from viewer.core.io import read
from viewer.core.recipe import recipe_text

NEEDS_DASK = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="needs the library distributed"
)
STEPS = (Call.of("gaussian", sigma=1.2), Call.of("subtract_image", other="b.fits"))


@pytest.fixture
def night(tmp_path: Path, sample: Path) -> Path:
    for name in ("a.fits", "b.fits", "c.fits"):
        shutil.copy(sample, tmp_path / name)
    (tmp_path / "bad.fits").write_text("clouds")
    (tmp_path / "do.recipe.json").write_text(recipe_text(STEPS))
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def words(night: Path, out: str, *more: object) -> list[str]:
    files = [night / name for name in ("a.fits", "bad.fits", "b.fits", "c.fits")]
    return ["run", str(night / "do.recipe.json"), *map(str, files), "-o", str(night / out), *map(str, more)]


def started(*words: object, **options: object) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", *map(str, words)], stdout=subprocess.PIPE, text=True, **options  # type: ignore
    )  # fmt: skip


def test_processes_and_one_process_agree(night: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(words(night, "one", "--jobs", 1)) == 1
    captured = capsys.readouterr()
    assert captured.out == f"3 images saved, 1 failed in {night / 'one'}\n"
    lines = captured.err.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["1", "skyloupe:", "3", "4"]
    assert "bad.fits" in lines[1]
    assert main(words(night, "two", "--jobs", 2)) == 1
    assert contents(night / "one") == contents(night / "two")
    expected = apply_all(
        (STEPS[0], Call.of("subtract_image", other=str(night / "b.fits"))), read(night / "a.fits")
    )
    assert np.array_equal(fits.getdata(night / "one" / "a.fits"), expected.data)
    capsys.readouterr()
    assert main(words(night, "one", "--jobs", 1, "--suffix", "png", "--picture", "grey")) == 1
    assert sorted(each.name for each in (night / "one").glob("*.png")) == ["a.png", "b.png", "c.png"]


def test_a_wrong_recipe_writes_nothing(night: Path, capsys: pytest.CaptureFixture) -> None:
    for content, said in (
        ({"skyloupe recipe": 99, "steps": []}, "newer"),
        ({"skyloupe recipe": 1, "steps": [{"operation": "normalize"}, {"operation": "fold"}]}, "fold"),
        ({"skyloupe recipe": 1, "steps": [{"operation": "gaussian", "sigma": "wide"}]}, "wide"),
        ({"skyloupe recipe": 1, "steps": [{"operation": "subtract_image", "other": "x.fits"}]}, "x.fits"),
    ):
        (night / "do.recipe.json").write_text(json.dumps(content))
        assert main(words(night, "out")) == 1
        captured = capsys.readouterr()
        assert (captured.out, captured.err.count("\n")) == ("", 1)
        assert said in captured.err
    assert not (night / "out").exists()
    assert main(words(night, "out", "--jobs", 0)) == 2
    assert main(words(night, "out", "--jobs", 2, "--dask", "tcp://x:1")) == 2


def test_a_terminal_shows_a_bar(night: Path) -> None:
    try:
        screen, terminal = pty.openpty()
    except OSError as error:
        pytest.skip(f"there are no terminals here: {error}")
    try:
        with started("viewer", *words(night, "out", "--jobs", 1), stderr=terminal) as program:
            assert program.wait(60) == 1
        os.set_blocking(screen, False)
        shown = os.read(screen, 100_000).decode()
    finally:
        os.close(screen)
        os.close(terminal)
    assert "0 of 4" in shown
    assert "4 of 4" in shown
    assert "->" not in shown
    assert sum("skyloupe: " in line for line in shown.splitlines()) == 1


def test_ctrl_c_stops_and_leaves_whole_files_only(night: Path) -> None:
    fits.writeto(night / "large.fits", np.ones((2000, 2000), "f4"))
    (night / "slow.json").write_text(
        recipe_text(tuple(Call.of("gaussian", sigma=4 + n / 9) for n in range(9)))
    )
    names = [f"{night / 'large.fits'}[1:{1900 + number},*]" for number in range(60)]
    begun = started("viewer", "run", night / "slow.json", *names, "-o", night / "out", stderr=subprocess.PIPE)
    with begun as program:
        assert program.stderr is not None
        try:
            # the folder is made just before the work begins
            until(lambda: (night / "out").exists())
            time.sleep(2)
            program.send_signal(signal.SIGINT)
            out, err = program.communicate(timeout=60)
        finally:
            program.kill()
    assert program.returncode == 130
    assert "stopped" in out
    assert "Traceback" not in err
    assert all(fits.getdata(each).dtype.kind == "f" for each in (night / "out").iterdir())
    assert not [each for each in (night / "out").iterdir() if each.name.startswith(".")]


# ------------------------------------------------------------------ a cluster


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@contextlib.contextmanager
def cluster(folder: Path, workers: int) -> Iterator[str]:
    """Yield the address of a real scheduler with workers, each a process of its own."""
    file = folder / "scheduler.json"
    quiet = {"stderr": subprocess.DEVNULL, "cwd": folder}
    common = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", file)
    programs = [started("distributed.cli.dask_scheduler", "--port", 0, *common, **quiet)]
    # they wait for the scheduler's file, and start meanwhile
    own = ("--no-nanny", "--nthreads", 1, "--local-directory", folder)
    programs += [started("distributed.cli.dask_worker", *own, *common, **quiet) for _ in range(workers)]
    try:
        until(lambda: file.exists() and file.read_text().endswith("}"))
        yield json.loads(file.read_text())["address"]
    finally:
        # a polite end takes them seconds, and they keep nothing that matters
        for program in reversed(programs):
            program.kill()
            program.communicate()


def on_cluster(night: Path, folder: Path, workers: int) -> tuple[int, str, str]:
    """Run the recipe there, in a process of its own: a client leaves threads behind."""
    with (
        cluster(folder, workers) as address,
        started("viewer", *words(night, "there", "--dask", address), stderr=subprocess.PIPE) as program,
    ):
        out, err = program.communicate(timeout=60)
    return program.returncode, out, err


@NEEDS_DASK
def test_a_dask_cluster_makes_the_same_files(night: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    code, out, err = on_cluster(night, tmp_path_factory.mktemp("dask"), workers=2)
    assert (code, out) == (1, f"3 images saved, 1 failed in {night / 'there'}\n"), err
    assert main(words(night, "here", "--jobs", 1)) == 1
    assert contents(night / "here") == contents(night / "there")


@NEEDS_DASK
def test_a_cluster_that_lacks_the_program(night: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("dask")
    # where scheduler and worker begin, and so what they import first
    (folder / "viewer").mkdir()
    (folder / "viewer" / "__init__.py").write_text("")
    code, out, err = on_cluster(night, folder, workers=1)
    assert (code, out) == (1, "")
    assert "cannot be imported by" in err
    assert err.startswith("skyloupe: ")
    assert not (night / "there").exists()


def test_no_cluster(night: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(words(night, "out", "--dask", "tcp://127.0.0.1:1")) == 1
    assert "skyloupe[cluster]" in capsys.readouterr().err
