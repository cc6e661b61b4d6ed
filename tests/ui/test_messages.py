"""The status line: what it says about errors, and that it leaves the window's size alone."""

import pytest

from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.messages import StatusLine


@pytest.fixture
def session():
    return Session(Jobs(threads=0), Settings())


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
