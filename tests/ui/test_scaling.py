"""Larger letters and denser screens: nothing is cut, icons stay sharp, letters over pictures grow."""

from collections.abc import Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, QSize, Qt
from PyQt6.QtGui import QColor, QFontInfo, QImage, QPainter
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from viewer.ui.fitting import LETTERS, fixed_font, growth, scaled
from viewer.ui.marks import draw_letter
from viewer.ui.night import opening
from viewer.ui.regions.icons import SIDE, shape_icon
from viewer.ui.regions.words import Words

POINTS = 14


@pytest.fixture
def large_letters(qapp) -> Iterator[None]:
    """The desktop's letters are half as large again."""
    before = qapp.font()
    font = qapp.font()
    font.setPointSize(POINTS)
    qapp.setFont(font)
    growth.cache_clear()
    yield
    qapp.setFont(before)
    growth.cache_clear()


def cut(window: QWidget) -> list[str]:
    """Return the texts of a window that have less room than they need; those in lists may be scrolled to."""
    found = []
    for button in window.findChildren(QAbstractButton):
        if not (button.isVisible() and button.text()):
            continue
        needed = button.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, button.text())
        if button.width() < needed.width() or button.height() < needed.height():
            found.append(f"{button.text()}: {button.size()} of {needed}")
    for label in window.findChildren(QLabel):
        plain = label.textFormat() != Qt.TextFormat.RichText and not label.text().startswith("<")
        if not (label.isVisible() and plain and label.text()) or label.wordWrap():
            continue
        room, lines = label.contentsRect(), label.text().splitlines()
        width = max(label.fontMetrics().horizontalAdvance(line) for line in lines)
        if width > room.width() + 1 or label.fontMetrics().height() > room.height() + 1:
            found.append(f"{label.text()}: {room.width()} of {width}")
    return found


def test_no_text_is_cut_where_letters_are_large(large_letters, window, session, sample, qtbot):
    assert scaled(100) == round(100 * QFontInfo(QApplication.font()).pixelSize() / LETTERS) > 140
    assert QFontInfo(fixed_font()).pixelSize() >= QFontInfo(QApplication.font()).pixelSize() - 2
    session.open([str(sample)])
    for title in ("Scale", "Header", "History", "Pixels"):
        window.docks.show(title)
        QApplication.processEvents()
        assert not cut(window)
    before = QApplication.topLevelWidgets()
    opening.reduce_open_folder(window)
    for text in ("Preferences…", "Gaussian blur…", "Contours…", "Calibrate with…", "Export the view…"):
        next(each for each in window.menus.listed if each.text == text).run(window)
    QApplication.processEvents()
    opened = [each for each in QApplication.topLevelWidgets() if each.isVisible() and each not in before]
    assert len(opened) == 6
    for each in opened:
        assert not cut(each), each
        each.close()


def test_letters_over_the_picture_grow_with_the_desktop(qapp, request):
    def height() -> int:
        image = QImage(100, 60, QImage.Format.Format_RGB32)
        image.fill(0)
        with QPainter(image) as painter:
            draw_letter(painter, QPointF(50, 30), "N", QColor("white"))
        bits = image.constBits()
        bits.setsize(image.sizeInBytes())
        return int((np.frombuffer(bits, np.uint32).reshape(60, 100) & 0xFF > 128).any(axis=1).sum())

    small, few = height(), Words().size("a name")
    request.getfixturevalue("large_letters")
    assert height() > 1.3 * small
    assert all(new > 1.3 * old for new, old in zip(Words().size("a name"), few, strict=True))


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0])
def test_icons_have_a_pixel_for_each_of_the_screen(qapp, ratio):
    picture = shape_icon("circle", QColor("black")).pixmap(QSize(SIDE, SIDE), ratio)
    assert picture.width() == round(SIDE * ratio)
