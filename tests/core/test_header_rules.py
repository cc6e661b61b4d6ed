"""Whatever the rules let through can be written, and reads back as it was."""

import string
import warnings

import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from viewer.core.errors import ViewerError
from viewer.core.header_rules import card_problem, check_keyword

TEXT = st.text(string.ascii_letters + string.digits + " '/&=-_.()", max_size=200)
VALUES = st.one_of(st.booleans(), st.integers(-(10**25), 10**25), st.floats(), TEXT)


@given(st.text(string.ascii_letters + string.digits + " -_.é", max_size=40), VALUES, TEXT)
def test_a_card_without_problem_survives_a_file(keyword, value, comment):
    if card_problem(keyword, value, comment):
        return
    name = check_keyword(keyword)
    if name in ("COMMENT", "HISTORY", ""):
        return
    header = fits.Header()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        header[name] = (value, comment)
        back = fits.Header.fromstring(header.tostring())
    expected = value.rstrip() if isinstance(value, str) else value
    assert back[name] == expected
    assert type(back[name]) is type(expected)


def test_keywords_are_written_as_fits_has_them():
    assert check_keyword(" object ") == "OBJECT"
    assert check_keyword("eso tel  name") == "HIERARCH ESO TEL NAME"
    assert check_keyword("HIERARCH eso tel name") == "HIERARCH ESO TEL NAME"
    assert check_keyword("toolongname") == "HIERARCH TOOLONGNAME"
    for wrong in ("A.B", "é", "A=B", "SIMPLE", "hierarch naxis", "ZTILE1", "continue", "x" * 70):
        with pytest.raises(ViewerError):
            check_keyword(wrong)
