"""The menu Help, as a reader uses it."""

import platform

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QPalette
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from viewer.core.operation import find
from viewer.ui import runner
from viewer.ui.dialogs.operation import OperationDialog
from viewer.ui.help_about import AboutDialog
from viewer.ui.help_pages import KeysDialog, groups_of, holding

MEASURING = "Stars and measuring"


@pytest.fixture
def opened(window):
    """The window's entries by their text; what they open is closed in the end."""
    yield {made.text(): made for made, _ in window.menus._made}
    if window.help is not None:
        window.help.close()


def colours_of(widget) -> set[str]:
    shot = widget.grab().toImage()
    return {
        QColor(shot.pixel(x, y)).name() for x in range(0, shot.width(), 3) for y in range(0, shot.height(), 3)
    }


def click_link(browser, words: str, back: int) -> None:
    """Click so many characters before some words."""
    cursor = browser.document().find(words)
    cursor.setPosition(cursor.selectionStart() - back)
    browser.setTextCursor(cursor)
    browser.ensureCursorVisible()
    QTest.mouseClick(browser.viewport(), Qt.MouseButton.LeftButton, pos=browser.cursorRect(cursor).center())


def test_the_guide_leads_from_page_to_page_and_finds_words(window, opened, qtbot, monkeypatch):
    opened["User guide"].trigger()
    guide = window.help
    browser = guide.browser
    qtbot.waitUntil(guide.field.hasFocus)
    assert browser.page == "first-steps"
    assert "Ten minutes" in browser.toPlainText()

    outside = []
    monkeypatch.setattr("viewer.ui.help_window.QDesktopServices.openUrl", outside.append)
    click_link(browser, "goes on from here", back=8)
    qtbot.waitUntil(lambda: [item.text(0) for item in guide.contents.selectedItems()] == [MEASURING])
    assert "limiting magnitude" in browser.toPlainText()
    guide.outside.click()
    assert [url.fileName() for url in outside] == ["measuring.html"]
    guide.back.click()
    qtbot.waitUntil(lambda: browser.page == "first-steps" and guide.forward.isEnabled())

    QTest.keyClick(guide.field, Qt.Key.Key_PageDown)
    assert browser.verticalScrollBar().value() > 0, "the page is read while the cursor is in the field"
    QTest.keyClicks(guide.field, "cosmic")
    qtbot.waitUntil(lambda: guide.found.isVisible() and guide.found.count() > 0)
    QTest.keyClick(guide.field, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: browser.page == "operations-process-cleaning")
    qtbot.waitUntil(lambda: len(browser.extraSelections()) > 2)
    assert {each.cursor.selectedText().casefold() for each in browser.extraSelections()} == {"cosmic"}
    QTest.keyClicks(guide.field, " zebra")
    qtbot.waitUntil(guide.nothing.isVisible)
    QTest.keyClick(guide.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(guide.contents.isVisible)

    guide.show_place("keys")
    assert "Ctrl+F1" in browser.toPlainText()
    colours = QPalette(guide.palette())
    colours.setColor(QPalette.ColorRole.Base, QColor("#102030"))
    colours.setColor(QPalette.ColorRole.Text, QColor("#ffee00"))
    guide.setPalette(colours)
    QApplication.processEvents()
    shown = colours_of(browser.viewport())
    assert {"#102030", "#ffee00"} <= shown
    assert "#ffffff" not in shown, "a page follows the colours of the theme"


def test_an_operation_that_asks_can_be_read_about(window, opened, session, sample, qtbot):
    session.open([sample])
    runner.run(window, find("gaussian"))
    dialog = window.findChild(OperationDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_F1)
    assert (window.help.browser.page, window.help.browser.anchor) == (
        "operations-process-filters",
        "gaussian",
    )
    dialog.reject()


def test_keys_and_versions(window, opened, qtbot):
    listed = {text for _, rows in groups_of(window) for _, text in rows}
    for action in window.menus.listed:
        if action.keys and action.menu not in ("View/Zoom", "View/Move the pointer"):
            assert action.text.rstrip("…") in listed
    assert [title for title, _ in holding(groups_of(window), "polygon corner")] == []
    assert [title for title, _ in holding(groups_of(window), "regions back")] == ["Regions"]

    opened["Keys and mouse"].trigger()
    dialog = window.findChild(KeysDialog)
    QTest.keyClicks(dialog.field, "ctrl+z")
    shown = dialog.page.toPlainText()
    assert "Undo" in shown
    assert "Ctrl+O" not in shown
    bar = dialog.page.horizontalScrollBar()
    dialog.field.clear()
    assert bar.maximum() == 0, "no scrolling sideways"
    dialog.reject()

    opened["About Skyloupe"].trigger()
    about = window.findChild(AboutDialog)
    QTest.mouseClick(about.copy, Qt.MouseButton.LeftButton)
    copied = QApplication.clipboard().text()
    for words in (platform.python_version(), "astropy", "Qt ", "Screen", "Theme"):
        assert words in copied
    about.reject()


def test_every_entry_says_what_it_does(window, session, sample):
    session.open([sample])
    silent = []

    def walk(menu) -> None:
        menu.aboutToShow.emit()
        for entry in menu.actions():
            if entry.menu() is not None:
                walk(entry.menu())
            elif not entry.isSeparator() and not entry.statusTip():
                silent.append(entry.text())

    for title in window.menuBar().actions():
        walk(title.menu())
    assert not silent
