"""Headers side by side: what differs is found, marked and searched."""

import pytest
from astropy.io import fits
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.dialogs.header_compare import MISSING, HeaderCompare


@pytest.fixture
def dialog(tmp_path, qtbot):
    frames = (
        {"EXPTIME": 60.0, "FILTER": "V", "CAMERA": "one"},
        {"EXPTIME": 60, "FILTER": "V", "CAMERA": "one", "MOON": 0.5},
        {"EXPTIME": 30.0, "FILTER": "V", "CAMERA": "one"},
    )
    paths = []
    for number, cards in enumerate(frames):
        paths.append(tmp_path / f"f{number}.fits")
        fits.PrimaryHDU(header=fits.Header(cards)).writeto(paths[-1])
    paths.append(tmp_path / "broken.fits")
    paths[-1].write_bytes(b"nothing")
    made = HeaderCompare(Session(Jobs(threads=0), Settings()), paths)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def rows(dialog):
    return {dialog.model.texts(row)[0]: dialog.model.texts(row)[1:] for row in range(dialog.model.rowCount())}


def marked(dialog, keyword):
    row = list(rows(dialog)).index(keyword)
    cells = (dialog.model.index(row, column) for column in range(dialog.model.columnCount()))
    return [cell.data(Qt.ItemDataRole.BackgroundRole) is not None for cell in cells]


def test_what_differs_is_shown_and_the_odd_one_is_marked(dialog):
    assert set(rows(dialog)) == {"EXPTIME", "MOON"}
    assert rows(dialog)["MOON"] == [MISSING, "0.5", MISSING]
    # 60 and 60.0 are the same
    assert marked(dialog, "EXPTIME") == [True, False, False, True]
    assert marked(dialog, "MOON") == [True, False, True, False]
    assert "2 of" in dialog.summary.text()
    assert "broken.fits" in dialog.summary.text()


def test_all_keywords_are_shown_if_wanted_and_found_as_one_types(dialog):
    dialog.only.click()
    assert rows(dialog)["CAMERA"] == ["one"] * 3
    assert marked(dialog, "CAMERA") == [False] * 4
    QTest.keyClicks(dialog.search, "cam")
    assert list(rows(dialog)) == ["CAMERA"]
