"""Literals: what a script reads is what was meant, character by character."""

import ast
import math

from hypothesis import example, given
from hypothesis import strategies as st

from viewer.core.script.literal import literal

TEXTS = st.text(st.sampled_from("'\"\\{}\n\r\t #[]ax") | st.characters(exclude_categories=()))


@given(TEXTS)
@example("\\'")
@example("it's C:\\'new\\nights\\'")
@example('"""')
def test_texts_read_back(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text
    # one line, whatever is in it
    assert len(literal(text).splitlines()) == 1


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.booleans())
def test_numbers_read_back(number: float) -> None:
    found = ast.literal_eval(literal(number))
    assert found == number
    assert type(found) is type(number)
    assert math.copysign(1, found) == math.copysign(1, number)
