"""What a user types to name an image."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.core.errors import ViewerError
from viewer.core.io.name import FileName

WHOLE = slice(None, None, None)


@pytest.mark.parametrize(
    ("text", "hdu", "ver", "section"),
    [
        ("f.fits", None, None, None),
        ("f.fits[1]", 1, None, None),
        ("f.fits[SCI]", "SCI", None, None),
        ("f.fits[sci, 2]", "sci", 2, None),
        ("f.fits[ccd00,0,3]", "ccd00,0", 3, None),
        ("f.fits[2][100:200,1:50]", 2, None, (slice(0, 50), slice(99, 200))),
        ("f.fits[SCI,2][7:7,*]", "SCI", 2, (WHOLE, slice(6, 7))),
        ("f.fits[100:200,100:200]", None, None, (slice(99, 200), slice(99, 200))),
        ("f.fits[*,*]", None, None, (WHOLE, WHOLE)),
        ("f.fits[1:100:2, 5]", None, None, (slice(4, 5), slice(0, 100, 2))),
        ("f.fits[10:20]", None, None, (WHOLE, slice(9, 20))),
        ("f.fits[*:3,11:]", None, None, (slice(10, None), slice(None, None, 3))),
    ],
)
def test_brackets(text, hdu, ver, section):
    assert FileName.parse(text) == FileName(Path("f.fits"), hdu, ver, section)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "f.fits[]",
        "f.fits[1][2]",
        "f.fits[1][2][3]",
        "f.fits[SCI,two]",
        "f.fits[20:10,*]",
        "f.fits[0:10,*]",
        "f.fits[1:2,3:4,5:6]",
        "f.fits[-*,*]",
        "f.fits[1:10:0,*]",
        "f.fits[1][1:99999999999999999999,*]",
    ],
)
def test_brackets_without_sense_are_a_sentence(text):
    with pytest.raises(ViewerError, match=r"\w+ \w+"):
        FileName.parse(text)


def test_a_file_that_is_really_called_so_wins(tmp_path):
    odd = tmp_path / "odd[1].fits[2]"
    odd.touch()
    assert FileName.parse(str(odd)) == FileName(odd)
    inside = tmp_path / "night[1]" / "f.fits"
    assert FileName.parse(f"{inside}[3]") == FileName(inside, 3)


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text("[]0123456789:,*- SCI", max_size=20),
)
def test_any_text_is_a_name_or_a_sentence(path, brackets):
    try:
        name = FileName.parse(path + brackets)
    except ViewerError:
        return
    assert str(Path(path + brackets)).startswith(str(name.path)) or name.path == Path()
