"""Beginning: how much of a FITS file is needed to show its first image, and no more of it."""

from viewer.core.io.cards import Cards
from viewer.core.io.damage import unshowable
from viewer.core.io.scan import BLOCK, MOST_HEADER_BLOCKS, Buffer, describe, read_header

# a file is taken to be as long as its headers say: none is longer
_ENDLESS = 2**62
# a chain of so many extensions without an image in it is not followed on
_MOST_HDUS = 1000


def needed(buffer: Buffer) -> int:
    """Return how many bytes of a file reach to the end of its first image of two or more axes.

    Parameters
    ----------
    buffer : numpy.ndarray of uint8
        The file, or as much of it as there is.

    Returns
    -------
    int
        If there are so many, nothing behind them is of use. If there are not, more may turn out to be needed
        when they are there.
    """
    position = 0
    for index in range(_MOST_HDUS):
        if position >= len(buffer):
            return position + BLOCK
        begin = buffer[position : position + 8].tobytes()
        if not begin.startswith(b"XTENSION" if index else b"SIMPLE"):
            # no FITS at all tells so by its first block; a damaged file has to be searched
            return _ENDLESS if index else BLOCK
        found = read_header(buffer, position)
        if found is None:
            longest = position + MOST_HEADER_BLOCKS * BLOCK
            return longest if len(buffer) >= longest else 2 * len(buffer) + BLOCK
        hdu = describe(index, Cards(found[0]), position, found[1], _ENDLESS)
        is_image = hdu.sort in ("image", "compressed") and hdu.image_bitpix != 0 and not unshowable(hdu)
        if is_image and len(hdu.image_axes) > 1 and 0 not in hdu.image_axes:
            return hdu.data_end
        position = hdu.data_end
    return position
