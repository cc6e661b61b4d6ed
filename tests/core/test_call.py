"""Calls: HISTORY that is cut, mixed up or made up is refused; it never becomes something else."""

import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from viewer.core.call import Call, Operand, history_lines, origin_lines, read_history, read_origin
from viewer.core.errors import ViewerError

LONG = Call.of(
    "subtract_image", other="/data/" + "a long name, 'quoted' \\ and \"more\" é/" * 6 + "dark.fits"
)


def header(*lines: str) -> fits.Header:
    made = fits.Header()
    for line in lines:
        made.add_history(line)
    return made


@given(st.text(max_size=300))
def test_names_of_any_kind_read_back(name: str):
    found = header(*origin_lines(name), *history_lines(LONG))
    assert read_origin(fits.Header.fromstring(found.tostring())) == name
    assert read_history(found) == (LONG,)


@given(st.data())
def test_cards_that_were_cut_out_at_either_end_are_missed(data: st.DataObject):
    lines = history_lines(LONG)
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first + 1, len(lines)))
    if (first, last) == (0, len(lines)):
        assert read_history(header(*lines)) == (LONG,)
        return
    with pytest.raises(ViewerError):
        read_history(header(*history_lines(Call.of("flip_vertical")), *lines[first:last]))


def test_lines_of_others_in_between_do_no_harm():
    lines = [line for each in history_lines(LONG) for line in (each, "flat-fielded by somebody")]
    assert read_history(header(*lines)) == (LONG,)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('ls')",
        "gaussian(sigma=__import__('os'))",
        "gaussian(sigma=2.0); import os",
        "gaussian(**{'sigma': 2.0})",
        "add_image(other=f'{1}')",
        "add_image(other='')",
        "add_image(other=image(''))",
        "add_image(other=image(3))",
        "add_image(other=image(image('a')))",
        "set_card(keyword='OBJECT', value='x\\nimport os')",
        "gaussian(sigma=" + "-" * 5000 + "1)",
    ],
)
def test_what_is_no_call_is_refused_in_a_sentence(text: str):
    with pytest.raises(ViewerError) as caught:
        Call.parse(text)
    assert len(str(caught.value)) < 200


def test_images_that_need_not_be_there_and_lists_of_images():
    call = Call.of(
        "rgb_composite", red="r.fits", green=Operand("g.fits", (Call.of("rotate90"),)), blue="b.fits"
    )
    assert [operand.name for operand in call.operands] == ["r.fits", "g.fits", "b.fits"]
    moved = call.with_operands(lambda operand: Operand(f"/night/{operand.name}", operand.calls))
    assert Call.parse(moved.text) == moved
    assert "image('/night/g.fits', rotate90())" in moved.text
    with pytest.raises(ViewerError, match="needs another image: say which with blue"):
        Call.of("rgb_composite", red="r.fits", green="g.fits")
