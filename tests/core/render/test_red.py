"""Red pictures: only red is left, and it is as bright as the colours were."""

from dataclasses import replace

import numpy as np
import pytest

from viewer.core.pixels import ArrayPixels
from viewer.core.render.colormap import ColorMap
from viewer.core.render.draw import draw
from viewer.core.render.pyramid import Pyramid
from viewer.core.render.red import reddened
from viewer.core.render.scale import DEFAULT_SCALE, MISSING
from viewer.core.render.viewport import Viewport

VIEW = Viewport((31.5, 23.5), 1.0, (80, 60))
BACKGROUND = 0xFF123456


def _pyramid(seed: int) -> Pyramid:
    values = np.random.default_rng(seed).uniform(0, 1, (48, 64)).astype(np.float32)
    values[5:9, 7:12] = np.nan
    return Pyramid(ArrayPixels(values))


def _luma(colours: np.ndarray) -> np.ndarray:
    rgb = np.stack([(colours >> shift) & 0xFF for shift in (16, 8, 0)]).astype(float)
    return np.tensordot([0.2126, 0.7152, 0.0722], rgb, axes=1)


def test_grey_keeps_its_number_and_colours_their_brightness():
    grey = np.arange(256, dtype=np.uint32) * 0x010101 | 0xFF000000
    assert (reddened(grey) == np.arange(256, dtype=np.uint32) << 16 | 0xFF000000).all()
    colours = np.random.default_rng(1).integers(0, 1 << 32, 5000, np.uint32)
    red = reddened(colours)
    assert (red & 0xFFFF == 0).all()
    assert (red >> 24 == colours >> 24).all()
    assert np.abs((red >> 16 & 0xFF) - _luma(colours)).max() <= 1


@pytest.mark.parametrize("count", [1, 3])
def test_pictures_are_as_bright_in_red_and_nothing_else_is_in_them(count):
    pyramids = [_pyramid(seed) for seed in range(count)]
    scale = replace(DEFAULT_SCALE, colormap=ColorMap("viridis", inverted=True))
    drawn, red = (
        draw(pyramids, VIEW, scale, [(0.1, 0.9)] * count, None, BACKGROUND, MISSING, wanted)
        for wanted in (False, True)
    )
    image = drawn != BACKGROUND
    assert image.any()
    assert (red[~image] == BACKGROUND).all()
    assert (red[image] & 0xFFFF == 0).all()
    assert (red >> 24 == 0xFF).all()
    assert np.abs((red[image] >> 16 & 0xFF) - _luma(drawn[image])).max() <= 1
