"""A form asks for what an operation can be told; what is wrong is named as one types."""

import math
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QLocale, Qt
from PyQt6.QtTest import QTest

from viewer.core.frame import Frame
from viewer.core.operation import operations
from viewer.core.parameter import CardValue, Matrix, Parameter, Within, parameters_of
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.dialogs.fields import number_text, readable
from viewer.ui.dialogs.form import HINT_CHARACTERS, Form, _hint


def every_kind(
    frame: Frame,
    *,
    sigma: Annotated[float, Within(0.1, 200, "px")] = 1.5,
    factor: Annotated[int, Within(1, 16)] = 2,
    fill: float = math.nan,
    kernel: Matrix = ((0.0, 1.0), (1.0, 0.0)),
    method: Literal["mean", "top_hat"] = "mean",
    keep_size: bool = False,
    note: str = "none",
    value: CardValue = 3,
) -> Frame:
    """Take one parameter of every kind.

    Parameters
    ----------
    sigma
        Standard deviation. A second sentence, which only the tool tip has.
    factor
        How many pixels.
    fill
        Outside.
    kernel
        Weights.
    method
        How.
    keep_size
        Lose the corners.
    note
        Anything.
    value
        Of a card.
    """
    return frame


PARAMETERS = parameters_of(every_kind)
DEFAULTS = {parameter.name: parameter.default for parameter in PARAMETERS}


@pytest.fixture
def form(qtbot):
    made = Form(PARAMETERS, Session(Jobs(threads=0), Settings()), None)
    qtbot.addWidget(made)
    made.show_defaults()
    made.show()
    return made


def typed(form: Form, name: str, text: str) -> None:
    spin = form.fields[name].spin
    spin.selectAll()
    QTest.keyClicks(spin.lineEdit(), text)


def test_a_form_that_nobody_touched_gives_the_defaults(form):
    values = form.values()
    assert math.isnan(values.pop("fill"))
    assert values == {name: value for name, value in DEFAULTS.items() if name != "fill"}
    assert form.problem == ""


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("sigma", "500", "sigma cannot be 500"),
        ("sigma", "0", "0.1 to 200 px"),
        ("sigma", "1,5", "sigma cannot be 1,5"),
        ("sigma", "", "sigma is missing: it has to be a number from 0.1 to 200 px"),
        ("sigma", "nan", "sigma cannot be nan"),
        ("factor", "2.5", "a whole number"),
        ("factor", "two", "factor cannot be two"),
    ],
)
def test_a_wrong_number_is_named_as_one_types(form, name, text, sentence):
    told = []
    form.changed.connect(lambda: told.append(form.problem))
    form.fields[name].spin.lineEdit().clear()
    typed(form, name, text)
    assert sentence in form.problem
    assert told[-1] == form.problem
    typed(form, name, "3")
    assert form.problem == ""
    assert form.values()[name] == 3


def test_numbers_are_written_with_a_dot_in_every_language(form):
    german = QLocale(QLocale.Language.German)
    before = QLocale()
    QLocale.setDefault(german)
    try:
        form.show_values({"sigma": 2.75})
        assert form.fields["sigma"].spin.text() == "2.75"
        typed(form, "sigma", "1e-1")
        assert form.values()["sigma"] == 0.1
    finally:
        QLocale.setDefault(before)


def test_the_keys_step_by_what_suits_the_number(form):
    spin = form.fields["sigma"].spin
    for start, key, end in (
        ("1.5", Qt.Key.Key_Up, "1.6"),
        ("1", Qt.Key.Key_Down, "0.99"),
        ("1", Qt.Key.Key_Up, "1.1"),
        ("20", Qt.Key.Key_Up, "21"),
        ("200", Qt.Key.Key_Up, "200"),
        ("0.1", Qt.Key.Key_Down, "0.1"),
        ("150", Qt.Key.Key_PageUp, "200"),
    ):
        typed(form, "sigma", start)
        QTest.keyClick(spin, key)
        assert spin.text() == end, (start, key)
    typed(form, "factor", "3")
    QTest.keyClick(form.fields["factor"].spin, Qt.Key.Key_Down)
    assert form.values()["factor"] == 2


def test_leaving_a_field_or_pressing_enter_keeps_what_was_typed(form):
    typed(form, "sigma", "3.25")
    QTest.keyClick(form.fields["sigma"].spin, Qt.Key.Key_Return)
    form.fields["method"].list.setFocus()
    assert form.fields["sigma"].spin.text() == "3.25"


def test_a_missing_value_is_a_tick(form):
    field = form.fields["fill"]
    assert field.missing.isChecked()
    assert not field.spin.isEnabled()
    field.missing.setChecked(False)
    typed(form, "fill", "-7.5")
    assert form.values()["fill"] == -7.5
    form.show_values({"fill": math.nan})
    assert math.isnan(form.values()["fill"])


def test_rows_of_numbers_are_lines(form):
    field = form.fields["kernel"]
    assert field.text.toPlainText() == "0 1\n1 0"
    field.text.setPlainText("1 2 3\n4, 5, 6\n")
    assert form.values()["kernel"] == ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0))
    field.text.setPlainText("1 2 3\n4 5")
    assert "rows of numbers of the same length" in form.problem


def test_choices_are_readable_and_keep_their_word(form):
    field = form.fields["method"]
    assert [field.list.itemText(n) for n in range(2)] == ["Mean", "Top hat"]
    field.list.setCurrentIndex(1)
    assert form.values()["method"] == "top_hat"
    assert readable("rec709") == "Rec709"


def test_text_that_fits_cannot_hold_is_refused(form):
    form.fields["note"].line.setText("α")
    assert "ASCII" in form.problem
    form.fields["note"].line.setText("alpha")
    form.fields["value"].line.setText("T")
    assert form.values()["value"] is True
    assert form.values()["note"] == "alpha"


def test_help_is_a_line_and_a_tool_tip(form):
    assert "A second sentence" in form.fields["sigma"].toolTip()
    assert "0.1 to 200 px" in form.fields["sigma"].toolTip()


@given(st.floats(allow_nan=False) | st.integers(-(2**53), 2**53))
def test_every_number_is_read_as_it_was_written(value):
    parameter = Parameter("x", "int" if isinstance(value, int) else "float", 0)
    assert parameter.read(number_text(value)) == value


def test_lines_below_fields_end_between_words_outside_of_brackets():
    lines = [_hint(parameter) for operation in operations().values() for parameter in operation.parameters]
    assert len(lines) > 100
    assert not [line for line in lines if line.count("(") != line.count(")")]
    assert max(map(len, lines)) <= HINT_CHARACTERS + len("…")
