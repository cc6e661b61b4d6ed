"""Negative numbers reach their options and positions with all their digits."""

import math

from hypothesis import given
from hypothesis import strategies as st

from viewer.commands.words import joined


@given(st.floats(max_value=-0.0, allow_nan=False))
def test_numbers_keep_their_value(number: float) -> None:
    ((word,), (option,)) = joined([repr(number)], ()), joined(["--dx", repr(number)], ("--dx",))
    assert float(word) == number
    assert math.isinf(number) or "e" not in word
    assert option == f"--dx={number!r}"


def test_words() -> None:
    assert joined(["--rows", "-1 0; 0 1", "-o", "a"], {"--rows"}) == ["--rows=-1 0; 0 1", "-o", "a"]
    after = ["--", "-1e3", "--dx", "2"]
    assert joined(["-3", "-1e3", *after], {"--dx"}) == ["-3", "-1000.0", *after]
    assert joined(["--dx"], {"--dx"}) == ["--dx"]
    assert joined(["--dx=-3", "-"], {"--dx"}) == ["--dx=-3", "-"]
