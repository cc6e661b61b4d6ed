"""Jobs: results arrive in the thread that delivers, cancelled ones never do, a bug is one sentence."""

import threading
import time

import pytest

from viewer.core.errors import ViewerError
from viewer.core.session.jobs import Jobs, Priority


@pytest.fixture
def jobs():
    made = Jobs(threads=1)
    yield made
    made.close()


def wait(jobs: Jobs, seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while jobs.running and time.monotonic() < end:
        jobs.deliver()
        time.sleep(0.002)
    assert not jobs.running


def test_work_runs_elsewhere_and_the_result_arrives_here(jobs):
    worked, arrived = [], []
    jobs.start(
        "job",
        lambda _progress: worked.append(threading.current_thread()) or 42,
        lambda result: arrived.append((result, threading.current_thread())),
    )
    wait(jobs)
    assert worked[0] is not threading.main_thread()
    assert arrived == [(42, threading.main_thread())]


def test_a_cancelled_job_calls_nobody_back(jobs):
    started, called = threading.Event(), []

    def work(progress):
        started.set()
        while True:
            progress.report(0.5)
            time.sleep(0.001)

    job = jobs.start("endless", work, called.append, called.append)
    assert started.wait(5)
    job.cancel()
    wait(jobs)
    assert called == []


def test_a_job_cancelled_before_it_began_never_runs(jobs):
    gate, ran = threading.Event(), []
    jobs.start("first", lambda _progress: gate.wait(5), lambda _: None)
    second = jobs.start("second", lambda _progress: ran.append(1), lambda _: None)
    second.cancel()
    gate.set()
    wait(jobs)
    assert ran == []


def test_waiting_jobs_are_taken_by_priority(jobs):
    gate, order = threading.Event(), []
    jobs.start("blocks", lambda _progress: gate.wait(5), lambda _: None)
    jobs.start("later", lambda _progress: order.append("details"), lambda _: None, priority=Priority.DETAILS)
    jobs.start("sooner", lambda _progress: order.append("picture"), lambda _: None)
    gate.set()
    wait(jobs)
    assert order == ["picture", "details"]


def test_a_users_mistake_arrives_as_its_sentence(jobs):
    told = []

    def work(_progress):
        raise ViewerError("That file is empty.")

    jobs.start("opening", work, lambda _: None, told.append)
    wait(jobs)
    assert told == ["That file is empty."]


@pytest.mark.leaves_log_lines
def test_a_bug_is_logged_and_told_in_a_sentence(jobs):
    told = []
    jobs.start("dividing", lambda _progress: 1 / 0, lambda _: None, told.append)
    wait(jobs)
    assert len(told) == 1
    assert "ZeroDivisionError" in told[0]


def test_without_threads_everything_happens_at_once():
    jobs, arrived = Jobs(threads=0), []
    jobs.start("job", lambda _progress: 7, arrived.append)
    assert arrived == [7]
    assert not jobs.running


def test_a_bounded_delivery_leaves_the_rest_for_the_next_one(jobs):
    arrived = []
    for number in range(3):
        jobs.start(
            "job", lambda _progress, number=number: number, lambda it: (arrived.append(it), time.sleep(0.02))
        )
    last = threading.Event()
    jobs.start("last", lambda _progress: last.set(), arrived.append)
    assert last.wait(5)
    while len(jobs._results) < 4:
        time.sleep(0.002)
    assert jobs.deliver(within=0.01)
    assert arrived == [0]
    assert not jobs.deliver()
    assert arrived == [0, 1, 2, None]
