"""The problems banner: in sight as long as there is something to say."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from viewer.ui.panels.banner import ProblemsBanner


@pytest.fixture
def banner(session, qtbot):
    made = ProblemsBanner(session)
    qtbot.addWidget(made)
    made.resize(600, 30)
    return made


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_good_file_needs_none(session, banner, sample):
    session.open([sample])
    assert not banner.isVisible()


def test_it_says_what_is_missing_until_it_is_closed(session, banner, data_dir, sample):
    session.open([data_dir / "corrupt" / "truncated_m13.fits"])
    assert banner.isVisible()
    assert "162 to 300" in banner.text.text()
    session.open([sample])
    assert not banner.isVisible()
    session.select_next()
    assert banner.isVisible()
    click(banner.close_button)
    assert not banner.isVisible()
    session.select_next()
    session.select_next()
    assert not banner.isVisible(), "once is enough"


def test_the_rest_unfolds(session, banner, sample):
    session.open([sample])
    session.current.problems = ("the first one", "<b>the second</b>", "the third.")
    session.image_changed.emit(session.current)
    assert banner.text.text() == "The first one."
    assert banner.more.text() == "2 more"
    click(banner.more)
    assert banner.text.text().splitlines() == ["The first one.", "<b>the second</b>.", "The third."]
    assert banner.text.textFormat() == Qt.TextFormat.PlainText
