"""Masks of regions, against those of the regions package."""

import numpy as np
import pytest
from regions import Regions

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.pixels import ArrayPixels

TEXT = (
    "image; circle(20.5, 30, 8.2); -box(22,30,6,30,20) # color=#ff0000; ellipse(50,20,5,2,10,4,30);"
    "box(10,10,4,6,10,20,0);annulus(40,40,3,6.5); polygon(1,1,12.2,3,5,9.7);point(60,48)"
)


def masked(text: str, inside: bool = True, shape: tuple[int, ...] = (48, 64)) -> np.ndarray:
    frame = Frame(ArrayPixels(np.arange(np.prod(shape), dtype=np.int32).reshape(shape)))
    result = apply(Call.of("mask_regions", regions=text, inside=inside), frame)
    assert (result.data == frame.data).all()
    return np.asarray(result.mask)


def test_regions_are_masked_as_the_regions_package_has_them() -> None:
    expected = np.zeros((48, 64), bool)
    out = expected.copy()
    for region in Regions.parse(TEXT.replace(";", "\n").replace(" # color=#ff0000", ""), format="ds9"):
        if type(region).__name__.startswith("Point"):
            expected[47, 59] = True
        else:
            image = region.to_mask(mode="center").to_image((48, 64)).astype(bool)
            (expected if region.meta["include"] else out)[image] = True
    expected &= ~out
    assert 200 < expected.sum() < 1000
    assert (masked(TEXT) == expected).all()
    assert (masked(TEXT, inside=False) == ~expected).all()
    assert (masked(TEXT, shape=(3, 48, 64)) == expected).all()
    # what is left out of nothing is left out of the image
    assert (masked("-circle(20.5, 30, 8.2)") == ~masked("circle(20.5,30,8.2)")).all()
    assert not masked("circle(-100,-100,5)").any()


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "circle(1,2)",
        "circle(1,2,x)",
        "circle(1,2,nan)",
        "line(1,2,3,4)",
        "polygon(1,2,3,4)",
        "polygon(1,2,3,4,5,6,7)",
        "box(1,2,3)",
        "circle(1,2,3))",
        'circle(1,2,3")',
    ],
)
def test_what_is_no_region_is_refused_with_its_own_words(text: str) -> None:
    with pytest.raises(ViewerError) as error:
        masked(text)
    assert text in str(error.value)
