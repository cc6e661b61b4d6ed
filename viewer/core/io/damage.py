"""What is missing from a file that is cut short, in a sentence; and what is too little to be shown."""

from math import prod

from viewer.core.io.scan import ScannedHdu

# an image of which less than a hundredth is there is shown only if it is small: a few damaged
# bytes in a header can promise more pixels than any machine could walk through
_SMALL = 2**28
_LEAST_SHARE = 100
_BEST_COMPRESSION = 10_000
# numpy's limit for one record
_LONGEST_ROW = 2**31 - 1
MOST_AXES = 32


def missing(hdu: ScannedHdu, file_size: int) -> tuple[str, ...]:
    """Say what part of an HDU's data the file does not hold.

    Parameters
    ----------
    hdu : ScannedHdu
        One HDU.
    file_size : int
        Bytes of the whole file, uncompressed.

    Returns
    -------
    tuple of str
        Empty if nothing is missing.
    """
    if hdu.available >= hdu.data_size:
        lacking = hdu.data_end - file_size
        if lacking > 0 and hdu.data_size:
            return (f"{lacking} bytes of padding are missing after HDU {hdu.index}, whose data is complete",)
        return ()
    return (f"{_what(hdu)} missing: the file is cut short after {file_size} of {_bytes(hdu.data_end)} bytes",)


def is_damage(problem: str) -> bool:
    """Whether a sentence about a file says that pixels are lost, not only that a rule is broken."""
    return "cut short" in problem or "damaged" in problem


def rows_present(hdu: ScannedHdu) -> int:
    """Return how many whole rows of a table, or groups of random groups, the file holds."""
    length, count = _row(hdu)
    return min(count, hdu.available // length) if length else 0


def unshowable(hdu: ScannedHdu) -> str:
    """Say why an HDU cannot be shown although the header promises an image or table; empty if it can."""
    axes, index = hdu.image_axes, hdu.index
    if hdu.sort != "image" and _row(hdu)[0] > _LONGEST_ROW:
        return f"the rows of HDU {index} are of {_bytes(_row(hdu)[0])} bytes, too long to be real"
    if hdu.sort not in ("image", "compressed"):
        return ""
    if not hdu.image_bitpix:
        # of a plain image `describe` has said it already
        return "" if hdu.sort == "image" else f"ZBITPIX of HDU {index} is not legal: it cannot be shown"
    if len(axes) > MOST_AXES:
        return f"HDU {index} has {len(axes)} axes, more than {MOST_AXES}: its image cannot be shown"
    size = prod(axes) * abs(hdu.image_bitpix) // 8
    share = _LEAST_SHARE if hdu.sort == "image" else _BEST_COMPRESSION
    if size > _SMALL and size > share * hdu.available:
        return (
            f"the header of HDU {index} promises an image of {_bytes(size)} bytes, of which the file holds "
            "next to nothing: it cannot be shown"
        )
    return ""


def _bytes(size: int) -> str:
    # Python refuses to print integers of thousands of digits, which a bad header can ask for
    return str(size) if size < 10**18 else "more than 10^18"


def _row(hdu: ScannedHdu) -> tuple[int, int]:
    if hdu.sort == "groups":
        parameters = max(0, hdu.cards.integer("PCOUNT", 0) or 0)
        groups = hdu.cards.integer("GCOUNT", 1)
        length = abs(hdu.bitpix) // 8 * (parameters + prod(hdu.axes[1:]))
        return length, max(0, 1 if groups is None else groups)
    return (hdu.axes[0], hdu.axes[1]) if len(hdu.axes) > 1 else (0, 0)


def _what(hdu: ScannedHdu) -> str:
    here = f"of HDU {hdu.index}"
    if hdu.available * 8 < abs(hdu.bitpix):
        return f"all data {here} is"
    if hdu.sort == "compressed":
        return f"a part of the compressed image {here} is"
    if hdu.sort == "unknown":
        return f"a part of the data {here} is"
    if hdu.sort != "image":
        present, count = rows_present(hdu), _row(hdu)[1]
        if present == count:
            return f"a part of the heap (the arrays of variable length) {here} is"
        return _span("group" if hdu.sort == "groups" else "row", present + 1, count, here)
    whole = hdu.available * 8 // abs(hdu.bitpix)
    if len(hdu.axes) == 1:
        return _span("pixel", whole + 1, hdu.axes[0], here)
    height, last = hdu.axes[1], prod(hdu.axes[2:])
    planes, rest = divmod(whole // hdu.axes[0], height)
    if last == 1:
        return _span("row", rest + 1, height, here)
    if rest and planes + 1 == last:
        return _span("row", rest + 1, height, f"of plane {last} {here}")
    return _span("plane", planes + 1, last, here, f" (from row {rest + 1} on)" if rest else "")


def _span(noun: str, first: int, last: int, here: str, detail: str = "") -> str:
    if first == last:
        return f"{noun} {first}{detail} {here} is"
    return f"{noun}s {first}{detail} to {_bytes(last)} {here} are"
