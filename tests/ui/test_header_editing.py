"""Editing the header: typed into the table, judged as one types, undoable, and in the file that is saved."""

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLineEdit

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.header import CardRow
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.card_dialog import CardDialog
from viewer.ui.card_editing import COMMENT, KEYWORD, VALUE, problem, refusal, typed
from viewer.ui.panels.header import HeaderPanel


@pytest.fixture
def session():
    return Session(Jobs(threads=0), Settings(pinned_cards=()))


@pytest.fixture
def image(tmp_path):
    header = fits.Header()
    header["OBJECT"] = ("M 13", "target")
    header["EXPTIME"] = (30.0, "seconds")
    header["RUN"] = ("0042", "text, not a number")
    header["GAIN"] = 1.5
    header["HIERARCH ESO TEL NAME"] = ("VLT", "long keyword")
    header["FILTER"] = "B"
    header.append(("FILTER", "V"))
    header["COMMENT"] = "first line"
    header["COMMENT"] = "second line"
    path = tmp_path / "image.fits"
    fits.writeto(path, np.arange(200, dtype="i2").reshape(10, 20), header)
    return path


@pytest.fixture
def panel(session, qtbot, image):
    made = HeaderPanel(session)
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    qtbot.waitExposed(made)
    session.open([image])
    qtbot.waitUntil(lambda: made._built and made.table.cards.rowCount() > 0)
    return made


def header_of(session):
    return session.picture.frame.header


def row_of(panel, keyword):
    return next(n for n, row in enumerate(panel.table.cards.shown) if row.keyword == keyword)


def field_of(panel, keyword, column):
    """Double click a cell and return the field that opens."""
    table = panel.table
    index = table.cards.index(row_of(panel, keyword), column)
    table.scrollTo(index)
    where = table.visualRect(index).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    fields = table.viewport().findChildren(QLineEdit)
    return fields[-1] if fields else None


def retype(field, text):
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    QApplication.processEvents()


@pytest.mark.parametrize(
    ("keyword", "text", "value"),
    [
        ("EXPTIME", "60", 60),
        ("EXPTIME", "1.5e3", 1500.0),
        ("EXPTIME", "T", True),
        ("EXPTIME", "unknown", "unknown"),
        ("OBJECT", "NGC 7000", "NGC 7000"),
        ("OBJECT", "'42'", "42"),
        ("OBJECT", "42", 42),
        ("OBJECT", "O''Brien", "O''Brien"),
        ("OBJECT", "'it''s'", "it's"),
        ("ESO TEL NAME", "Keck", "Keck"),
    ],
)
def test_a_value_is_typed_and_saved(session, panel, tmp_path, qtbot, keyword, text, value):
    retype(field_of(panel, keyword, VALUE), text)
    assert header_of(session)[keyword] == value
    assert type(header_of(session)[keyword]) is type(value)
    assert header_of(session).comments[keyword], "the comment stays"
    session.save(session.current, tmp_path / "saved.fits")
    saved = fits.getheader(tmp_path / "saved.fits")
    assert saved[keyword] == value
    assert any("set_card" in line for line in saved["HISTORY"])
    assert np.array_equal(fits.getdata(tmp_path / "saved.fits"), np.arange(200).reshape(10, 20))
    assert fits.getdata(tmp_path / "saved.fits").dtype == np.dtype(">i2")
    session.undo()
    assert header_of(session)[keyword] in ("M 13", 30.0, "VLT")


@pytest.mark.parametrize(
    ("keyword", "reason"),
    [
        ("SIMPLE", "SIMPLE says how the file is stored"),
        ("NAXIS1", "NAXIS1 says how the file is stored"),
        ("COMMENT", "can be deleted, and another one added"),
    ],
)
def test_a_double_click_on_what_cannot_be_changed_says_why(session, panel, keyword, reason):
    assert field_of(panel, keyword, VALUE) is None
    assert [reason in sentence for _, sentence in session.last_told] == [True]
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    assert [reason in sentence for _, sentence in session.last_told] == [True, True]


def test_who_may_change_a_card_is_told_nothing(session, panel):
    assert field_of(panel, "OBJECT", VALUE) is not None
    assert not session.last_told


def test_a_text_that_looks_like_a_number_is_shown_in_quotes(session, panel):
    field = field_of(panel, "RUN", VALUE)
    assert field.text() == "'0042'"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not session.current.modified, "nothing was changed"


def test_comments_and_keywords_are_edited_too(session, panel, qtbot):
    retype(field_of(panel, "EXPTIME", COMMENT), "how long")
    assert header_of(session).comments["EXPTIME"] == "how long"
    assert header_of(session)["EXPTIME"] == 30.0
    qtbot.waitUntil(lambda: panel.table.cards.shown[row_of(panel, "EXPTIME")].comment == "how long")
    retype(field_of(panel, "OBJECT", KEYWORD), "target")
    assert "OBJECT" not in header_of(session)
    assert header_of(session)["TARGET"] == "M 13"
    assert len(session.current.history.calls) == 2


def test_what_is_wrong_is_said_as_one_types_and_enter_does_not_take_it(session, panel):
    field = field_of(panel, "OBJECT", VALUE)
    field.setText("Ångström")
    assert "ASCII" in panel.problem.text()
    assert panel.problem.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert field.isVisible(), "it can be put right"
    field.selectAll()
    QTest.keyClicks(field, "Angstrom")
    assert not panel.problem.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert header_of(session)["OBJECT"] == "Angstrom"


def test_who_leaves_a_wrong_value_is_told_that_it_was_not_taken(session, panel, qtbot):
    panel.activateWindow()
    QTest.qWaitForWindowActive(panel)
    field = field_of(panel, "OBJECT", VALUE)
    field.setText("é")
    panel.search.setFocus()
    qtbot.waitUntil(lambda: bool(session.last_told))
    assert "ASCII" in session.last_told[-1][1]
    assert header_of(session)["OBJECT"] == "M 13"


def test_escape_gives_up(session, panel, qtbot):
    field = field_of(panel, "OBJECT", VALUE)
    field.setText("é")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not panel.problem.isVisible())
    assert not session.current.modified


@pytest.mark.parametrize("keyword", ["SIMPLE", "BITPIX", "NAXIS1"])
def test_cards_that_say_how_the_file_is_stored_stay(session, panel, keyword):
    assert field_of(panel, keyword, VALUE) is None
    index = panel.table.cards.index(row_of(panel, keyword), VALUE)
    assert f"{keyword} says how the file is stored" in panel.table.cards.data(
        index, Qt.ItemDataRole.ToolTipRole
    )
    panel.table.selectRow(row_of(panel, keyword))
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert keyword in header_of(session)
    assert "how the file is stored" in session.last_told[-1][1]


def test_of_two_cards_of_a_name_the_first_is_edited_and_either_deleted(session, panel):
    rows = [n for n, row in enumerate(panel.table.cards.shown) if row.keyword == "FILTER"]
    flags = [panel.table.cards.flags(panel.table.cards.index(row, VALUE)) for row in rows]
    assert [bool(each & Qt.ItemFlag.ItemIsEditable) for each in flags] == [True, False]
    panel.table.selectRow(rows[1])
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert list(header_of(session)["FILTER*"].values()) == ["B"]


def test_several_lines_are_deleted_at_once(session, panel, qtbot):
    cards = panel.table.cards
    panel.table.clearSelection()
    for row, card in enumerate(cards.shown):
        if card.keyword in ("COMMENT", "GAIN"):
            model = panel.table.selectionModel()
            flag = model.SelectionFlag
            model.select(cards.index(row, 0), flag.Select | flag.Rows)
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert "COMMENT" not in header_of(session)
    assert "GAIN" not in header_of(session)
    qtbot.waitUntil(lambda: "COMMENT" not in [row.keyword for row in cards.shown])
    for _ in range(3):
        session.undo()
    assert list(header_of(session)["COMMENT"]) == ["first line", "second line"]


def test_what_skyloupe_did_cannot_be_deleted_from_history(session, panel, qtbot):
    retype(field_of(panel, "EXPTIME", VALUE), "60")
    qtbot.waitUntil(lambda: "HISTORY" in [row.keyword for row in panel.table.cards.shown])
    lines = len(header_of(session)["HISTORY"])
    panel.table.selectRow(row_of(panel, "HISTORY"))
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert len(header_of(session)["HISTORY"]) == lines
    assert session.last_told[-1][0] == "error"


def test_a_card_is_added_in_a_dialog_that_shows_it(session, panel, qtbot):
    qtbot.mouseClick(panel.add, Qt.MouseButton.LeftButton)
    (dialog,) = panel.window().findChildren(CardDialog)
    assert not dialog.add.isEnabled()
    QTest.keyClicks(dialog.keyword, "eso obs seeing")
    QTest.keyClicks(dialog.value, "0.8")
    QTest.keyClicks(dialog.comment, "arcsec")
    assert dialog.card.text() == "HIERARCH ESO OBS SEEING = 0.8 / arcsec"
    dialog.add.click()
    assert header_of(session)["ESO OBS SEEING"] == 0.8
    qtbot.waitUntil(
        lambda: (
            panel.table.currentIndex().row() == row_of(panel, "ESO OBS SEEING")
            if "ESO OBS SEEING" in [row.keyword for row in panel.table.cards.shown]
            else False
        )
    )


def test_the_dialog_judges_and_knows_what_is_there(session, panel, qtbot):
    panel.editing.ask_for_card()
    (dialog,) = panel.window().findChildren(CardDialog)
    for keyword, said in (("naxis", "how the file is stored"), ("a b!", "no keyword"), ("object", "already")):
        dialog.keyword.setText(keyword)
        assert said in dialog.remark.text()
        assert dialog.add.isEnabled() == (said == "already")
    assert dialog.add.text() == "Replace"
    dialog.keyword.setText("comment")
    dialog.value.setText("seen by nobody else")
    assert not dialog.comment.isEnabled()
    assert dialog.card.text() == "COMMENT seen by nobody else"
    dialog.add.click()
    assert list(header_of(session)["COMMENT"])[-1] == "seen by nobody else"


def test_headers_of_other_hdus_and_tables_are_read_only(session, panel, tmp_path, qtbot):
    path = tmp_path / "two.fits"
    table = fits.BinTableHDU.from_columns([fits.Column("A", "E", array=[1.0])])
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.ones((9, 9)), name="SCI"), table]).writeto(path)
    session.open([path])
    qtbot.waitUntil(lambda: panel.chooser.count() == 3 and panel.add.isEnabled())
    panel.choose_hdu(2)
    qtbot.waitUntil(lambda: "TTYPE1" in [row.keyword for row in panel.table.cards.shown])
    assert not panel.add.isEnabled()
    assert field_of(panel, "TTYPE1", VALUE) is None
    session.select_hdu(2)
    qtbot.waitUntil(lambda: session.current.hdu == 2)
    qtbot.wait(20)
    assert not panel.add.isEnabled()


def test_the_table_stays_where_it_was(session, panel, qtbot):
    panel.resize(700, 180)
    QApplication.processEvents()
    bar = panel.table.verticalScrollBar()
    # whatever the font: so far that there is something above
    bar.setValue(max(1, bar.maximum() // 2))
    field = field_of(panel, "ESO TEL NAME", VALUE)
    scrolled = bar.value()
    assert scrolled > 0
    retype(field, "Keck")
    qtbot.waitUntil(lambda: "HISTORY" in [row.keyword for row in panel.table.cards.all])
    assert bar.value() == scrolled
    assert panel.table.currentIndex().row() == row_of(panel, "ESO TEL NAME")


def test_reasons_are_given_for_what_cannot_be_changed():
    rows = [
        CardRow("A", "1", "", 0),
        CardRow("A", "2", "", 1),
        CardRow("B", "(1, 2)", "", 2),
        CardRow("", "", "", 3),
    ]
    assert refusal(rows[0], rows) == ""
    assert "only the first" in refusal(rows[1], rows)
    assert "of this kind" in refusal(rows[2], rows)
    assert refusal(rows[3], rows)
    assert "breaks the rules" in refusal(CardRow("A", "1", "", 0, bad=True), rows)


def test_what_is_typed_is_judged_by_column():
    row = CardRow("OBJECT", "it's", "", 0, quoted=True)
    assert typed(row) == "'it''s'"
    assert problem(row, VALUE, typed(row)) == ""
    assert "keyword" in problem(row, KEYWORD, "")
    assert "no keyword" in problem(row, KEYWORD, "ä")
    assert "room" in problem(row, COMMENT, "x" * 80) or problem(row, COMMENT, "x" * 80) == ""
    assert "ASCII" in problem(row, COMMENT, "µm")
    assert problem(row, VALUE, "1e999")
