"""Red: colours for eyes that are used to the dark, from black to red by how bright they are."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

# Recommendation ITU-R BT.709, item 3.2; in parts of 65,536, of which they are the whole
RED, GREEN, BLUE = 13933, 46871, 4732


def reddened(colours: Array) -> Array:
    """Return colours in which only red is left, as bright as the whole was.

    Parameters
    ----------
    colours : numpy.ndarray
        uint32, 0xAARRGGBB, any shape.

    Returns
    -------
    numpy.ndarray
        uint32 of the same shape, 0xAARR0000; grey keeps its number, pure green and blue become dark.
    """
    luma = (colours >> 16 & 0xFF) * RED + (colours >> 8 & 0xFF) * GREEN + (colours & 0xFF) * BLUE
    return np.asarray(colours & 0xFF000000 | luma & 0xFF0000, np.uint32)
