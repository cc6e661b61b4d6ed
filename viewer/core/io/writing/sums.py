"""CHECKSUM and DATASUM of what is being written (FITS standard 4.0, section 4.4.2.7 and appendix J)."""

import numpy as np

from viewer.core.io.checksum import ones_complement_sum

ALL_ONES = 0xFFFFFFFF
# between the digits and the letters of ASCII: not to be in a CHECKSUM
_PUNCTUATION = frozenset(b":;<=>?@[\\]^_`")


def added(total: int, data: bytes | memoryview, offset: int = 0) -> int:
    """Add bytes to a ones' complement sum.

    Parameters
    ----------
    total : int
        The sum so far.
    data : bytes-like
        What comes next.
    offset : int
        How many bytes came before: a word may begin in one piece and end in the next.
    """
    piece = ones_complement_sum(np.frombuffer(data, np.uint8))
    # with end-around carry, moving all bytes by one turns the sum by eight bits (RFC 1071, section 2)
    turn = 8 * (offset % 4)
    piece = (piece >> turn | piece << (32 - turn)) & ALL_ONES
    total += piece
    return (total & ALL_ONES) + (total >> 32)


def encoded(total: int) -> str:
    """Return the 16 letters that make the sum of an HDU all ones.

    Parameters
    ----------
    total : int
        The sum of the HDU whose CHECKSUM is sixteen zeros (the digit).
    """
    letters = bytearray(16)
    for place, byte in enumerate((~total & ALL_ONES).to_bytes(4, "big")):
        quarter, rest = divmod(byte, 4)
        four = [quarter + rest + 48, quarter + 48, quarter + 48, quarter + 48]
        while _PUNCTUATION.intersection(four):
            for pair in (0, 2):
                if _PUNCTUATION.intersection(four[pair : pair + 2]):
                    four[pair] += 1
                    four[pair + 1] -= 1
        letters[place::4] = bytes(four)
    # the value begins in the twelfth column, one byte before a word
    return (letters[-1:] + letters[:-1]).decode("ascii")
