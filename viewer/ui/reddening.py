"""Reddening: images of Qt in red alone."""

import numpy as np
from PyQt6.QtGui import QImage

from viewer.core.render.red import reddened


def red_image(image: QImage) -> QImage:
    """Return an image in red alone, as bright as it is."""
    packed = image.convertToFormat(QImage.Format.Format_ARGB32)
    pixels = packed_pixels(packed)
    pixels[...] = reddened(pixels)
    return packed


def packed_pixels(image: QImage) -> np.ndarray:
    """Return the pixels of an image of 32 bits, 0xAARRGGBB, to be changed."""
    bits = image.bits()
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bits, np.uint32)
