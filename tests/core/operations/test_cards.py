"""Cards change, and nothing else does."""

import numpy as np
import pytest
from astropy.io import fits

from viewer.core.apply import apply, apply_all
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.pixels import ArrayPixels


class Unread(ArrayPixels):
    """Pixels that nobody may look at."""

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        raise AssertionError("pixels were read to edit a header")

    read = __array__


@pytest.fixture
def frame() -> Frame:
    header = fits.Header()
    header["OBJECT"] = ("M 13", "target")
    header["HIERARCH ESO TEL NAME"] = ("kept", "a name")
    header.add_comment("one")
    header.add_comment("two")
    header.add_history("flat-fielded")
    return Frame(Unread(np.zeros((4, 5))), cards=header).derive(mask=np.eye(4, 5) > 0)


def test_set_rename_delete_and_comment(frame):
    result = apply_all(
        (
            Call.of("set_card", keyword="OBJECT", value="M 92"),
            Call.of("set_card", keyword="EXPTIME", value=30.0, comment="[s]"),
            Call.of("comment_card", keyword="HIERARCH ESO TEL NAME", comment=""),
            Call.of("rename_card", keyword="HIERARCH ESO TEL NAME", name="TELESCOP"),
            Call.of("delete_card", keyword="COMMENT", occurrence=1),
            Call.of("set_card", keyword="BUNIT", value="adu"),
            Call.of("set_card", keyword="ROWORDER", value="TOP-DOWN"),
            Call.of("set_card", keyword="LONGTEXT", value="word " * 60 + "end"),
            Call.of("add_comment", text="three"),
            Call.of("add_history", text="bias subtracted"),
        ),
        frame,
    )
    header = fits.Header.fromstring(result.header.tostring())
    assert (header["OBJECT"], header.comments["OBJECT"]) == ("M 92", "target")
    assert (header["EXPTIME"], header.comments["EXPTIME"]) == (30.0, "[s]")
    assert (header["TELESCOP"], header.comments["TELESCOP"]) == ("kept", "")
    assert header["LONGTEXT"] == "word " * 60 + "end"
    assert list(header["COMMENT"]) == ["two", "three"]
    assert list(header["HISTORY"])[:2] == ["flat-fielded", "bias subtracted"] or "bias subtracted" in list(
        header["HISTORY"]
    )
    assert "ESO TEL NAME" not in header
    # pixels and mask are those of before, and what the frame knows of its header follows
    assert result.pixels is frame.pixels
    assert (result.unit, result.top_down) == ("adu", True)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("set_card", {"keyword": "NAXIS1", "value": 3}, "how the file is stored"),
        ("set_card", {"keyword": "ZCMPTYPE", "value": "RICE"}, "how the file is stored"),
        ("set_card", {"keyword": "TOOLONGNAME", "value": 3}, "'HIERARCH TOOLONGNAME'"),
        ("set_card", {"keyword": "HISTORY", "value": "x"}, "no value"),
        ("set_card", {"keyword": "A", "value": float("nan")}, "no such number"),
        ("set_card", {"keyword": "A", "value": 1, "comment": "c" * 60}, "no room"),
        ("delete_card", {"keyword": "SIMPLE"}, "how the file is stored"),
        ("rename_card", {"keyword": "OBJECT", "name": "BZERO"}, "how the file is stored"),
        ("add_history", {"text": "skyloupe: rotate90()"}, "another word"),
    ],
)
def test_what_fits_does_not_allow_is_refused_before_anything_is_done(name, arguments, message):
    with pytest.raises(ViewerError, match=message):
        Call.of(name, **arguments)


def test_cards_that_are_not_there_and_our_own_history(frame):
    with pytest.raises(ViewerError, match="no card FILTER in"):
        apply(Call.of("delete_card", keyword="FILTER"), frame)
    with pytest.raises(ViewerError, match="no card COMMENT 3 in"):
        apply(Call.of("delete_card", keyword="COMMENT", occurrence=3), frame)
    once = apply(Call.of("set_card", keyword="TARGET", value=1), frame)
    with pytest.raises(ViewerError, match="TARGET already"):
        apply(Call.of("rename_card"), once)
    with pytest.raises(ViewerError, match="undo that"):
        apply(Call.of("delete_card", keyword="HISTORY", occurrence=2), once)
    assert "HISTORY" in apply(Call.of("delete_card", keyword="HISTORY"), once).header
