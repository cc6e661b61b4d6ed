"""The status line: what it says about errors, and that it leaves the window's size alone."""

import threading

from viewer.core.progress import Progress
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.messages import StatusLine


def text_of(line: StatusLine) -> str:
    return line.findChildren(type(line._text))[0].text()


def test_what_was_said_before_the_window_is_still_said(session, qtbot, tmp_path):
    session.open([tmp_path / "absent.fits"])
    line = StatusLine(session)
    qtbot.addWidget(line)
    line.resize(1200, 24)
    line.show()
    assert "absent.fits" in text_of(line)


def test_of_several_errors_none_is_lost(session, qtbot, tmp_path):
    line = StatusLine(session)
    qtbot.addWidget(line)
    line.resize(1200, 24)
    line.show()
    session.open([tmp_path / name for name in ("one.fits", "two.fits", "three.fits")])
    session.tell("info", "The header was saved.")
    assert "one.fits" in text_of(line)
    assert "2 more" in text_of(line)
    assert all(name in line._text.toolTip() for name in ("one.fits", "two.fits", "three.fits"))


def test_a_long_sentence_does_not_widen_the_window(session, qtbot):
    line = StatusLine(session)
    qtbot.addWidget(line)
    before = line.minimumSizeHint().width()
    session.tell("error", "long " * 200)
    assert line.minimumSizeHint().width() == before


def test_work_that_was_cancelled_gives_way_until_it_has_stopped(qtbot):
    session, go_on = Session(Jobs(threads=2), Settings()), threading.Event()
    line = StatusLine(session)
    qtbot.addWidget(line)
    line.show()

    def work(progress: Progress) -> None:
        go_on.wait(20)
        progress.report(0.5)

    try:
        session.jobs.start("Median filter", work, lambda _result: None)
        qtbot.waitUntil(line._cancel.isVisible)
        assert line._job_title.text() == "Median filter…"
        line._cancel.click()
        # it stops at its next report
        assert line._job_title.text() == "Median filter: stopping…"
        assert not line._cancel.isVisible()
        session.jobs.start("Gaussian blur", work, lambda _result: None)
        qtbot.waitUntil(line._cancel.isVisible)
        assert line._job_title.text() == "Gaussian blur…"
    finally:
        go_on.set()
        qtbot.waitUntil(lambda: session.jobs.deliver() or not session.jobs.running)
        session.jobs.close()
    assert not line._job_title.isVisible()
