"""CHECKSUM and DATASUM of an HDU (FITS standard 4.0, section 4.4.2.7 and appendix J)."""

import numpy as np

from viewer.core.io.scan import BLOCK, Buffer, ScannedHdu
from viewer.core.progress import Progress

_STRIP = 4096 * BLOCK
_ALL_ONES = 0xFFFFFFFF


def verify(buffer: Buffer, hdu: ScannedHdu, progress: Progress | None = None) -> tuple[str, ...]:
    """Compare the checksums in the header with the bytes of the file; all data is read.

    Parameters
    ----------
    buffer : numpy.ndarray of uint8
        The whole file.
    hdu : ScannedHdu
        One HDU of it.
    progress : Progress, optional
        Told how much of the data has been read.

    Returns
    -------
    tuple of str
        A sentence for each checksum that is wrong. An HDU without checksums, or one that is cut
        short (which is known already), has none.
    """
    datasum = hdu.cards.get("DATASUM")
    promised = str(datasum).strip() if isinstance(datasum, str | int) else ""
    checksum = hdu.cards.text("CHECKSUM").strip()
    if hdu.available < hdu.data_size or not (promised or checksum):
        return ()
    data = ones_complement_sum(buffer[hdu.data_offset : hdu.data_end], progress=progress)
    problems = []
    if promised.isdecimal() and not _same(int(promised), data):
        problems.append(
            f"the data of HDU {hdu.index} is not what was written: "
            f"its DATASUM is {data}, not {promised} as the header says"
        )
    if checksum:
        whole = ones_complement_sum(buffer[hdu.header_offset : hdu.data_offset], data)
        if not _same(whole, _ALL_ONES):
            problems.append(
                f"the CHECKSUM of HDU {hdu.index} is wrong: "
                "its header or its data was changed after it was written"
            )
    return tuple(problems)


def ones_complement_sum(data: Buffer, start: int = 0, progress: Progress | None = None) -> int:
    """Add up big-endian 32-bit words with end-around carry.

    Parameters
    ----------
    data : numpy.ndarray of uint8
        Bytes; missing ones at the end count as zeros.
    start : int
        The sum so far.
    progress : Progress, optional
        Told how much of the data has been read.

    Returns
    -------
    int
        0 to 2**32 - 1.
    """
    total = start
    for first in range(0, len(data), _STRIP):
        if progress is not None:
            progress.report(first / len(data))
        strip = np.asarray(data[first : first + _STRIP])
        if len(strip) % 4:
            strip = np.concatenate([strip, np.zeros(-len(strip) % 4, np.uint8)])
        total += int(strip.view(">u4").sum(dtype=np.uint64))
    while total > _ALL_ONES:
        total = (total & _ALL_ONES) + (total >> 32)
    return total


def _same(one: int, other: int) -> bool:
    """Zero has two forms in ones' complement: all bits clear and all bits set."""
    return one % _ALL_ONES == other % _ALL_ONES
