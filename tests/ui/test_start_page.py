"""What the window shows while nothing is open, and its colours."""

import pytest
from astropy.io import fits
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QPalette
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton

from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui import files, theme
from viewer.ui.start_page import StartPage


@pytest.fixture
def page(qtbot):
    made = StartPage(Session(Jobs(threads=0), Settings(recent=("/data/night/a.fits", "/data/b & <c>.fits"))))
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def button(page, word) -> QPushButton:
    return next(each for each in page.findChildren(QPushButton) if word in each.text())


def links(page) -> list[QLabel]:
    return [
        label for label in page.findChildren(QLabel) if 'href="open"' in label.text() and label.isVisible()
    ]


def tips(page) -> list[QRect]:
    return [QRect(label.mapTo(page, QPoint()), label.size()) for label in page.tips.findChildren(QLabel)]


def test_the_sample_is_one_click_away(page):
    QTest.mouseClick(button(page, "M13"), Qt.MouseButton.LeftButton)
    assert page.session.current.name == "m13.fits"


def test_a_folder_is_asked_for_by_the_window(page, monkeypatch):
    asked = []
    monkeypatch.setattr(files, "ask_for_folder", asked.append)
    QTest.mouseClick(button(page, "Open folder"), Qt.MouseButton.LeftButton)
    assert asked == [page.window()]


def test_open_asks_for_files(page):
    QTest.mouseClick(button(page, "Open"), Qt.MouseButton.LeftButton)
    dialog = page.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.close()


def test_a_recent_file_opens_by_its_link(page, tmp_path, qtbot, sample):
    assert [label.toolTip() for label in links(page)] == [
        "<qt>/data/night/a.fits</qt>",
        "<qt>/data/b &amp; &lt;c&gt;.fits</qt>",
    ]
    page.session.set_settings(page.session.settings.remember(str(sample)))
    qtbot.waitUntil(lambda: len(links(page)) == 3)
    links(page)[0].linkActivated.emit("open")
    assert page.session.current.name == "m13.fits"
    assert fits.getdata(sample).shape == page.session.picture.frame.shape


def test_a_newcomer_is_told_what_to_do_first_until_something_was_opened(page, qtbot, sample):
    assert not page.tips.isVisible(), "files were opened already"
    page.session.set_settings(Settings())
    qtbot.waitUntil(page.tips.isVisible)
    assert not links(page)
    for size, columns in (((900, 600), 3), ((430, 440), 1)):
        page.resize(*size)
        qtbot.waitUntil(lambda columns=columns: len({tip.left() for tip in tips(page)}) == columns)
        assert all(page.rect().contains(tip) for tip in tips(page)), "nothing is cut"
    page.session.set_settings(page.session.settings.remember(str(sample)))
    qtbot.waitUntil(lambda: not page.tips.isVisible() and len(links(page)) == 1)


def test_the_theme_can_be_chosen_and_changes_what_is_open(page, qapp, monkeypatch):
    before, style = QPalette(qapp.palette()), qapp.style().name()
    try:
        theme.apply(qapp, "dark")
        assert theme.is_dark()
        dark = theme.image_background()
        monkeypatch.setenv("SKYLOUPE_THEME", "light")
        theme.apply(qapp, "dark")
        assert not theme.is_dark()
        assert page.palette().color(QPalette.ColorRole.Window).lightness() > 200
        assert dark < theme.image_background() <= 0xFFFFFFFF
    finally:
        QApplication.setPalette(before)
        qapp.setStyle(style)
