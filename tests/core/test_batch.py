"""Batches: the same results wherever they are made, nothing lost, nothing overwritten, no process left."""

import multiprocessing
import os
import signal
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from viewer.core.apply import apply_all
from viewer.core.batch.plan import Task, located, plan
from viewer.core.batch.run import Outcome, run_batch
from viewer.core.batch.task import do_task
from viewer.core.batch.workers import Workers
from viewer.core.call import Call, Operand, read_history, read_origin
from viewer.core.errors import ViewerError
from viewer.core.io import read
from viewer.core.operation import operations
from viewer.core.progress import Progress

BLUR = (Call.of("gaussian", sigma=1.3), Call.of("normalize"))


@pytest.fixture
def night(tmp_path: Path, sample: Path) -> Path:
    """A folder with three good frames, two of them of the same name, and a bad one."""
    folder = tmp_path / "night"
    (folder / "again").mkdir(parents=True)
    data = fits.getdata(sample)
    for number, name in enumerate(("a.fits", "b.fits", "again/a.fits")):
        fits.writeto(folder / name, np.roll(data, 7 * number, 1), fits.getheader(sample))
    (folder / "bad.fits").write_text("clouds")
    return folder


def files(night: Path) -> list[str]:
    return [str(night / name) for name in ("a.fits", "bad.fits", "b.fits", "again/a.fits")]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def refused(calls: tuple[Call, ...], names: list[str], folder: Path, said: str, **options: object) -> None:
    with pytest.raises(ViewerError, match=said):
        run_batch(calls, names, folder, **options)  # type: ignore[arg-type]


# ------------------------------------------------------------------ what is done


def test_a_batch_does_what_the_window_does_and_one_bad_file_stops_nothing(
    night: Path, tmp_path: Path
) -> None:
    out, told, fractions, progress = tmp_path / "out", [], [], Progress()

    def tell(outcome: Outcome) -> None:
        told.append(outcome)
        fractions.append(progress.fraction)

    results = run_batch(BLUR, files(night), out, progress=progress, told=tell)
    assert [Path(each.source).name for each in results.outcomes] == ["a.fits", "bad.fits", "b.fits", "a.fits"]
    assert told == list(results.outcomes)
    assert fractions == [0, 0.25, 0.5, 0.75]
    assert progress.fraction == 1
    (failed,) = results.failed
    assert "bad.fits" in failed.problem
    assert sorted(contents(out)) == ["a.fits", "a_2.fits", "b.fits"]
    assert results.summary == "3 images saved, 1 failed"
    second = results.outcomes[3]
    assert second.target.name == "a_2.fits"
    assert str(night / "a.fits") in second.remarks[0]
    for outcome in results.done:
        expected = apply_all(BLUR, read(outcome.source))
        with fits.open(outcome.target, checksum=True) as hdus:
            assert np.array_equal(hdus[0].data, expected.data)
            assert read_history(hdus[0].header) == BLUR
            assert read_origin(hdus[0].header) == outcome.source


def test_the_same_bytes_here_in_threads_and_in_processes(night: Path, tmp_path: Path) -> None:
    here = run_batch(BLUR, files(night), tmp_path / "here")
    with ThreadPoolExecutor(2) as threads:
        run_batch(BLUR, files(night), tmp_path / "threads", threads, at_once=2)
    with Workers(2) as workers:
        there = run_batch(BLUR, files(night), tmp_path / "there", workers, at_once=2)
        assert len(multiprocessing.active_children()) == 2
    assert not multiprocessing.active_children()
    assert contents(tmp_path / "here") == contents(tmp_path / "there") == contents(tmp_path / "threads")
    assert [each.problem for each in here.outcomes] == [each.problem for each in there.outcomes]


def test_an_executor_never_gets_more_at_once(night: Path, tmp_path: Path) -> None:
    class Counting(ThreadPoolExecutor):
        most = 0

        def submit(self, *args, **kwargs):
            futures.append(super().submit(*args, **kwargs))
            self.most = max(self.most, sum(not each.done() for each in futures))
            return futures[-1]

    futures: list[Future] = []
    with Counting(8) as executor:
        run_batch(BLUR, files(night), tmp_path / "out", executor, at_once=2)
        assert len(futures) == 4
        assert executor.most <= 2


def test_images_are_created_without_files(tmp_path: Path) -> None:
    creating = next(each for each in operations().values() if each.creates and not each.images)
    calls = (Call.of(creating.name), Call.of("gaussian"))
    results = run_batch(calls, [], tmp_path, suffix=".fits.gz")
    assert not results.failed
    assert np.array_equal(fits.getdata(tmp_path / f"{creating.name}.fits.gz"), apply_all(calls, None).data)
    refused(calls, ["a.fits"], tmp_path / "out", "step 1.*creates an image")
    refused(calls[::-1], ["a.fits"], tmp_path / "out", "step 2.*creates an image")
    refused(calls[1:], [], tmp_path / "out", "needs an image")


# ------------------------------------------------------------------ names


def test_names_of_results(tmp_path: Path) -> None:
    named = {
        "m13.fits": "m13.fits",
        "m13.fits.gz": "m13.fits.gz",
        "m13.fits.bz2": "m13_2.fits",
        "m13.FIT": "m13.FIT",
        "photo.jpg": "photo.png",
        "mef.fits[SCI,2]": "mef_SCI_2.fits",
        "mef.fits[1][10:20,*]": "mef_1_10_20.fits",
        "deep.fits.fz": "deep.fits.fz",
        "numbers": "numbers.fits",
        "M13.fits": "M13_3.fits",
        "./m13.fits": None,
        "x/m13.fits": "m13_4.fits",
    }
    tasks = plan(BLUR, list(named), tmp_path)
    assert [task.target.name for task in tasks] == [name for name in named.values() if name]
    assert all(task.target.parent == tmp_path for task in tasks)
    assert all(Path(task.source).is_absolute() for task in tasks)
    assert [bool(task.note) for task in tasks[-2:]] == [True, True]
    suffixed = plan(BLUR, ["a.png", "b.fits.fz", "c.txt"], tmp_path, suffix=".fits")
    assert [task.target.name for task in suffixed] == ["a.fits", "b.fits", "c.fits"]
    with pytest.raises(ViewerError, match=r"\.doc"):
        plan(BLUR, ["a.fits"], tmp_path, suffix=".doc")


def test_older_files_are_kept_unless_told_otherwise(night: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.fits").write_text("mine")
    results = run_batch(BLUR, files(night)[::2], out)
    assert [bool(each.problem) for each in results.outcomes] == [True, False]
    assert "--overwrite" in results.outcomes[0].problem
    assert (out / "a.fits").read_text() == "mine"
    assert not run_batch(BLUR, files(night)[::2], out, overwrite=True).failed
    assert fits.getdata(out / "a.fits").shape == fits.getdata(night / "a.fits").shape


def test_what_is_worked_with_is_never_overwritten(night: Path, tmp_path: Path) -> None:
    before = contents(night / "again")
    refused(BLUR, [str(night / "again" / "a.fits")], night / "again", "itself a file", overwrite=True)
    calls = (Call.of("subtract_image", other=str(night / "again" / "a.fits")),)
    refused(calls, [str(night / "a.fits")], night / "again", "itself a file", overwrite=True)
    assert contents(night / "again") == before


# ------------------------------------------------------------------ other images


def test_other_images_are_found_beside_the_recipe(night: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    calls = (Call.of("subtract_image", other=Operand("b.fits[0]", (Call.of("gaussian"),))),)
    found = located(calls, night)
    assert found[0].arguments["other"].name == str(night / "b.fits[0]")
    assert located(found, tmp_path) == found
    with Workers(1) as workers:
        results = run_batch(found, [str(night / "a.fits")], tmp_path / "out", workers)
    expected = apply_all(found, read(night / "a.fits"))
    assert np.array_equal(fits.getdata(results.done[0].target), expected.data)


def test_a_batch_that_cannot_work_writes_nothing(night: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    missing = Operand("", (Call.of("subtract_image", other="gone.fits"),))
    for calls, said in (
        ((), "no steps"),
        ((BLUR[0], Call.of("subtract_image", other="gone.fits")), r"gone\.fits"),
        ((Call.of("subtract_image", other=missing),), "needs an image"),
    ):
        refused(calls, files(night), out, said)
    assert not out.exists()
    (tmp_path / "file").write_text("")
    refused(BLUR, files(night), tmp_path / "file", "cannot be made")


# ------------------------------------------------------------------ stopping, and workers that die


@pytest.mark.parametrize("jobs", [0, 2])
def test_cancelling_keeps_what_is_done(night: Path, tmp_path: Path, jobs: int) -> None:
    names = [f"{night / 'a.fits'}[1:{x},*]" for x in range(100, 140)]
    out, progress = tmp_path / "out", Progress()
    executor = Workers(jobs) if jobs else None
    results = run_batch(
        BLUR, names, out, executor, progress, at_once=jobs, told=lambda _outcome: progress.cancel()
    )
    if executor is not None:
        executor.shutdown()
    assert not multiprocessing.active_children()
    assert 1 <= len(results.done) <= max(1, 2 * jobs)
    assert len(results.done) + len(results.left) == len(names)
    assert sorted(contents(out)) == sorted(each.target.name for each in results.done)
    assert "stopped" in results.summary


def test_a_worker_that_is_told_to_stop_stops_inside_a_file(tmp_path: Path) -> None:
    fits.writeto(tmp_path / "large.fits", np.ones((3000, 3000), "f4"))
    calls = tuple(Call.of("gaussian", sigma=3 + number) for number in range(60))
    progress = Progress()
    started = time.monotonic()
    with Workers(1) as workers, ThreadPoolExecutor(1) as background:
        work = background.submit(
            run_batch, calls, [str(tmp_path / "large.fits")], tmp_path / "out", workers, progress
        )
        while not multiprocessing.active_children():
            time.sleep(0.05)
        time.sleep(2)
        progress.cancel()
        results = work.result(timeout=60)
    assert len(results.left) == 1
    assert time.monotonic() - started < 40
    assert not list((tmp_path / "out").iterdir())


def test_when_a_worker_is_killed_its_files_get_a_second_try(night: Path, tmp_path: Path) -> None:
    killed: list[int] = []

    def kill(_outcome: Outcome) -> None:
        if not killed:
            victim = multiprocessing.active_children()[0]
            killed.append(victim.pid or 0)
            os.kill(killed[0], signal.SIGKILL)
            victim.join()

    names = [f"{night / 'a.fits'}[1:{x},*]" for x in range(100, 108)]
    with Workers(2) as workers:
        results = run_batch(BLUR, names, tmp_path / "out", workers, at_once=2, told=kill)
    assert killed
    assert not results.failed
    assert not results.left
    # nobody can tidy up after himself when he is killed while he writes
    made = [name for name in contents(tmp_path / "out") if not name.endswith(".part")]
    assert len(made) == len(names)
    assert not multiprocessing.active_children()


class Failing(Executor):
    """An executor whose futures end as they are told."""

    def __init__(self, *ends: object) -> None:
        self._ends = list(ends)

    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        end = self._ends.pop(0)
        if isinstance(end, RuntimeError):
            raise end
        if end is None:
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            future.set_exception(end)
        return future


@pytest.mark.leaves_log_lines
def test_a_fault_of_the_program_is_a_failure_of_that_file(night: Path, tmp_path: Path) -> None:
    executor = Failing(ValueError("odd"), RuntimeError("cannot schedule new futures"), None)
    results = run_batch(BLUR, files(night), tmp_path / "out", executor)
    said = [each.problem for each in results.failed]
    assert len(said) == 4
    for problem, name, reason in zip(
        said,
        ("a.fits", "bad.fits", "b.fits", "a.fits"),
        ("ValueError, odd", "cannot schedule", "gone", "gone"),
        strict=True,
    ):
        assert name in problem
        assert reason in problem


def test_a_name_that_no_file_can_have_is_refused_in_a_sentence(sample: Path, tmp_path: Path) -> None:
    long = "x" * 3000 + ".fits"
    refused((Call.of("add_image", other=long),), [str(sample)], tmp_path / "out", "cannot be read|no file")
    assert not (tmp_path / "out").exists()
    (located_call,) = located((Call.of("add_image", other=long),), tmp_path)
    assert located_call.arguments["other"].name.endswith(long)
    outcome = do_task(Task(str(sample), tmp_path / long, BLUR))
    assert "too long" in outcome.problem
