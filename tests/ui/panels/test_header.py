"""The header panel: reading, searching, pinning, copying and saving cards."""

import pytest
from astropy.io import fits
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QFileDialog

from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.panels.header import HeaderPanel


@pytest.fixture
def session():
    return Session(Jobs(threads=0), Settings(pinned_cards=("OBJECT", "EXPTIME")))


@pytest.fixture
def panel(session, qtbot):
    made = HeaderPanel(session)
    qtbot.addWidget(made)
    made.resize(500, 600)
    made.show()
    return made


@pytest.fixture
def show(session, panel, qtbot):
    """Open a file and wait until its header is in the panel."""

    def made(path):
        session.open([path])
        qtbot.waitUntil(lambda: panel._built and panel.table.cards.rowCount() > 0)
        return panel

    return made


def texts(table):
    model = table.cards
    return [
        tuple(model.data(model.index(row, column)) for column in range(3)) for row in range(model.rowCount())
    ]


def click_row(table, row, modifier=Qt.KeyboardModifier.NoModifier):
    where = table.visualRect(table.cards.index(row, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, where)


def test_nothing_is_built_before_it_is_seen(session, qtbot, sample):
    panel = HeaderPanel(session)
    qtbot.addWidget(panel)
    session.open([sample])
    qtbot.wait(20)
    assert not panel._built
    panel.show()
    qtbot.waitUntil(lambda: panel._built and panel.table.cards.rowCount() > 0)


def test_it_shows_the_cards_in_their_order(show, sample):
    panel = show(sample)
    header = fits.getheader(sample)
    plain = [
        (card.keyword, str(card.comment))
        for card in header.cards
        if card.keyword not in ("COMMENT", "HISTORY")
    ]
    shown = [(row[0], row[2]) for row in texts(panel.table) if row[0] not in ("COMMENT", "HISTORY", "")]
    assert shown == plain


def test_search_as_you_type_in_keyword_value_and_comment(show, sample):
    panel = show(sample)
    panel.focus_search()
    QTest.keyClicks(panel.search, "crval")
    assert [row[0] for row in texts(panel.table)] == ["CRVAL1", "CRVAL2"]
    panel.focus_search()
    QTest.keyClicks(panel.search, "ra---")
    assert [row[0] for row in texts(panel.table)] == ["CTYPE1"]
    panel.focus_search()
    QTest.keyClicks(panel.search, "number data axes")
    assert "NAXIS" in [row[0] for row in texts(panel.table)]
    panel.search.clear()
    assert len(texts(panel.table)) > 10


def test_selected_rows_are_copied_as_text(show, sample):
    panel = show(sample)
    panel.search.setText("crval")
    click_row(panel.table, 0)
    click_row(panel.table, 1, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().splitlines()
    header = fits.getheader(sample)
    assert [line.split(" = ")[0] for line in copied] == ["CRVAL1", "CRVAL2"]
    assert float(copied[0].split("=")[1].split("/")[0]) == header["CRVAL1"]
    assert copied[0].endswith(f"/ {header.comments['CRVAL1']}")


def test_every_hdu_can_be_read_without_changing_the_picture(session, show, data_dir, qtbot):
    panel = show(data_dir / "mef" / "astropy_o4sp040b0_raw.fits")
    picture = session.picture
    assert panel.chooser.currentIndex() == 1
    panel.chooser.setFocus()
    QTest.keyClick(panel.chooser, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: ("SIMPLE", "T") in [row[:2] for row in texts(panel.table)])
    assert session.picture is picture
    session.select_hdu(4)
    qtbot.waitUntil(lambda: ("EXTVER", "2") in [row[:2] for row in texts(panel.table)])
    assert panel.chooser.currentIndex() == 4, "another HDU on display takes its header along"


def test_headers_without_data_and_of_tables_are_shown(session, show, data_dir, qtbot):
    panel = show(data_dir / "edge" / "history_header.fits")
    assert [row for row in texts(panel.table) if row[0] == "HISTORY"] == [
        ("HISTORY", "I updated this file on 02/03/2011", ""),
        ("HISTORY", "I updated this file on 02/04/2011", ""),
    ]
    session.open([data_dir / "edge" / "tb.fits"])
    qtbot.waitUntil(lambda: ("XTENSION", "BINTABLE") in [row[:2] for row in texts(panel.table)])


def test_pinned_cards_stand_on_top_also_those_of_the_primary_hdu(session, show, data_dir):
    panel = show(data_dir / "mef" / "astropy_o4sp040b0_raw.fits")
    assert [row[:2] for row in texts(panel.pins)] == [("TARGNAME", "HD101998"), ("EXPTIME", "30.000000")]
    assert panel.pins.isVisible()


def test_pinning_and_unpinning(session, show, sample, qtbot):
    panel = show(sample)
    assert not panel.pins.isVisible()
    row = next(row for row in panel.table.cards.shown if row.keyword == "CRVAL1")
    action(panel.menu(panel.table, row), "Pin CRVAL1").trigger()
    assert session.settings.pinned_cards == ("OBJECT", "EXPTIME", "CRVAL1")
    qtbot.waitUntil(lambda: [row[0] for row in texts(panel.pins)] == ["CRVAL1"])
    action(panel.menu(panel.pins, row), "Unpin CRVAL1").trigger()
    assert session.settings.pinned_cards == ("OBJECT", "EXPTIME")
    qtbot.waitUntil(lambda: not panel.pins.isVisible())


def action(menu, text):
    return next(each for each in menu.actions() if each.text().startswith(text))


def test_saving_writes_every_card_as_it_is(session, show, sample, tmp_path):
    panel = show(sample)
    panel.save_text(tmp_path / "header.txt")
    lines = (tmp_path / "header.txt").read_text().splitlines()
    cards = [str(card).rstrip() for card in fits.getheader(sample).cards]
    assert lines == [*cards, "END"]
    assert [path.name for path in tmp_path.iterdir()] == ["header.txt"], "nothing temporary is left"


def test_what_cannot_be_saved_is_said(session, show, data_dir, tmp_path):
    told = []
    session.told.connect(lambda level, sentence: told.append((level, sentence)))
    original = tmp_path / "copy.fits"
    original.write_bytes((data_dir / "edge" / "history_header.fits").read_bytes())
    panel = show(original)
    before = original.read_bytes()
    panel.save_text(original)
    panel.save_text(tmp_path / "no such folder" / "header.txt")
    assert [level for level, _ in told] == ["error", "error"]
    assert "the image itself" in told[0][1]
    assert "another place" in told[1][1]
    assert original.read_bytes() == before


def test_the_save_dialog_asks_and_does_not_block(session, show, sample, tmp_path, qtbot):
    panel = show(sample)
    QTest.mouseClick(panel.save, Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "asked.txt"))
    dialog.reject()
    assert (tmp_path / "asked.txt").exists()


def test_the_header_of_a_section_is_its_own(session, show, sample):
    panel = show(f"{sample}[101:200,51:150]")
    crpix = fits.getheader(sample)["CRPIX1"]
    shown = dict(row[:2] for row in texts(panel.table))
    assert float(shown["CRPIX1"]) == crpix - 100


def test_it_lets_go_of_what_is_closed(session, show, sample, qtbot):
    panel = show(sample)
    session.close(session.current)
    qtbot.waitUntil(lambda: panel.table.cards.rowCount() == 0)
