"""What is typed above the table of stars, and which stars it leaves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.core.measure.starlist import STAR_LIST, StarList
from viewer.ui.stars.filtering import find
from viewer.ui.stars.rows import rows_of


@pytest.fixture(scope="module")
def table():
    rows = np.zeros(6, STAR_LIST)
    rows["x"] = [0, 9.5, 20, 30, 40, 50]
    rows["snr"] = [500, 80, 20, 12, 7, np.nan]
    rows["fwhm"] = [3.0, 3.4, 8.0, 2.9, np.nan, 3.1]
    rows["flux"] = [1e5, 1e4, 1e3, 100, 10, -5]
    rows["saturated"] = [1, 0, 0, 0, 0, 0]
    rows["flags"] = [
        "saturated",
        "",
        "at the edge",
        "neighbour in the aperture",
        "",
        "missing pixels, at the edge",
    ]
    return rows_of(StarList(rows, (60, 60), zero_point=25.0))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        ("snr>20", [1, 2]),
        ("snr >= 20", [1, 2, 3]),
        ("snr>20 fwhm<3.2", [1]),
        ("SNR>10 not saturated", [2, 3, 4]),
        ("s/n>10 !saturated", [2, 3, 4]),
        ("sat", [1]),
        ("3<fwhm<5", [2, 6]),
        ("3<=fwhm<=3.1", [1, 6]),
        ("3<fwhm", [2, 3, 6]),
        ("x<=10.5", [1, 2]),
        ("x=1", [1]),
        ("#<=2", [1, 2]),
        ("mag<16", [1, 2]),
        ("flux>-1e1 flux<1.5e2", [4, 5, 6]),
        ("edge", [3, 6]),
        ("edge missing", [6]),
        ("not edge", [1, 2, 4, 5]),
        ("-edge snr<50", [4, 5]),
        ("nowhere", []),
    ],
)
def test_stars_that_a_text_asks_for(table, text, left):
    found = find(text, table)
    assert (np.flatnonzero(found.rows) + 1).tolist() == left
    assert found.problem == ""


@pytest.mark.parametrize("text", ["snr>", "snr>2", "fwhm<", "3<", "3<fwhm<"])
def test_what_is_still_being_typed_hides_nothing_and_is_no_mistake(table, text):
    found = find(text, table)
    assert found.problem == ""
    assert found.rows.sum() >= 5


def test_a_column_that_there_is_not_is_named(table):
    found = find("fhwm<4 snr>20", table)
    assert "fhwm" in found.problem
    assert "fwhm" in found.problem
    assert (np.flatnonzero(found.rows) + 1).tolist() == [1, 2], "the rest counts"


@given(st.text(max_size=40))
def test_any_text_can_be_typed(table, text):
    assert find(text, table).rows.shape == (6,)


@given(st.floats(-1e6, 1e6), st.sampled_from(["<", ">", "<=", ">="]))
def test_conditions_as_numpy_has_them(table, number, sign):
    with np.errstate(invalid="ignore"):
        wanted = {"<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal}[sign](
            table["flux"], float(f"{number:.6f}")
        )
    np.testing.assert_array_equal(find(f"flux{sign}{number:.6f}", table).rows, wanted)
