"""Write one HDU: header, data, padding and checksums."""

from collections.abc import Iterable
from typing import BinaryIO

from viewer.core.io.scan import BLOCK
from viewer.core.io.writing import cards, sums


def write_hdu(
    file: BinaryIO, header: list[bytes], data: Iterable[bytes | memoryview], checksum: bool
) -> None:
    """Write one HDU: header, data, padding with zeros, and checksums if asked for.

    Parameters
    ----------
    file : file
        Where to write to; it can be sought.
    header : list of bytes
        Cards of 80 bytes, without END and checksums.
    data : iterable of bytes-like
        The data, piece by piece.
    checksum : bool
        Whether to write CHECKSUM and DATASUM.
    """
    begin = file.tell()
    file.write(cards.block([*header, *cards.sums()] if checksum else header))
    size = total = 0
    for piece in data:
        file.write(piece)
        if checksum:
            total = sums.added(total, piece, size)
        size += len(piece)
    file.write(bytes(-size % BLOCK))
    if checksum:
        end = file.tell()
        # first with a CHECKSUM of zeros, whose sum the right one has to complete
        whole = sums.added(total, cards.block([*header, *cards.sums(datasum=total)]))
        file.seek(begin)
        file.write(cards.block([*header, *cards.sums(sums.encoded(whole), total)]))
        file.seek(end)
