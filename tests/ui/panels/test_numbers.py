"""Numbers as labels, in fields, and as typed by a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.core.errors import ViewerError
from viewer.ui.panels.numbers import FIELD_CHARACTERS, field_text, labels, parse_number, round_step, rounded

sizes = st.floats(min_value=1e-30, max_value=1e30)
numbers = st.floats(min_value=-1e30, max_value=1e30)


@given(sizes)
def test_round_step_is_the_largest_round_one_that_fits(room):
    step = round_step(room)
    assert step <= room * (1 + 1e-9)
    assert 2.5 * step * (1 + 1e-9) >= room
    assert f"{step:e}"[0] in "125"


@given(numbers, sizes)
def test_rounding_stays_within_half_the_room(value, room):
    assert abs(rounded(value, room) - value) <= 0.5 * room * (1 + 1e-6) + 1e-9 * abs(value)


@pytest.mark.parametrize(
    ("values", "step", "expected"),
    [
        ([900.0, 1000.0, 1100.0], 100.0, ["900", "1000", "1100"]),
        ([0.0, 0.25, 0.5], 0.05, ["0.00", "0.25", "0.50"]),
        ([0.0, 1e-20, 2e-20], 1e-20, ["0", "1e-20", "2e-20"]),
        ([1.00e-20, 1.02e-20], 2e-22, ["1.00e-20", "1.02e-20"]),
        ([-5e7, 0.0, 1.5e8], 5e7, ["-5e7", "0", "1.5e8"]),
        ([0.0], 1.0, ["0"]),
        ([], 1.0, []),
    ],
)
def test_labels_are_short(values, step, expected):
    assert labels(values, step) == expected


@given(st.integers(-1000, 1000), st.sampled_from([1, 2, 5]), st.integers(-25, 25))
def test_labels_one_step_apart_differ(first, digit, power):
    step = digit * 10.0**power
    one, other = labels([first * step, (first + 1) * step], step)
    assert one != other
    assert float(one) == pytest.approx(first * step, abs=0.51 * step)


@given(numbers)
def test_field_text_is_short_and_true(value):
    text = field_text(value)
    assert len(text) <= FIELD_CHARACTERS + 2
    assert float(text) == pytest.approx(value, rel=1e-6)


def test_field_text_keeps_what_can_be_told_apart():
    assert field_text(1003.2734375) == "1003.2734375"
    assert field_text(1200.0) == "1200"
    assert field_text(-0.0) == "0"
    assert field_text(2.5e-20) == "2.5e-20"
    assert float(field_text(1234567890.123456, 0.01)) == pytest.approx(1234567890.12, abs=0.01)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1200", 1200.0), (" -3.5 ", -3.5), ("1e-20", 1e-20), ("\N{MINUS SIGN}4", -4.0), ("65 535", 65535.0)],
)
def test_typed_numbers(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "abc", "nan", "inf", "1,5", "1e400"])
def test_what_is_not_a_number_is_refused_with_a_sentence(text):
    with pytest.raises(ViewerError, match="not a number"):
        parse_number(text)
