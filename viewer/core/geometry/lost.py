"""Say what a header lost because it could not follow its pixels."""

import re
from typing import TYPE_CHECKING

from viewer.core.geometry.moveheader import IN_IMAGE, ON_DETECTOR, TABLE
from viewer.core.geometry.otheraxes import OTHER_AXES

if TYPE_CHECKING:
    from astropy.io.fits import Header

_SYSTEM = re.compile(r"CTYPE\d\d?([A-Z]?)")


def what_is_lost(before: "Header", after: "Header") -> tuple[str, ...]:
    """Compare a header with what `move_header` made of it.

    Parameters
    ----------
    before, after : astropy.io.fits.Header
        The header of the image as it was, and the moved one.

    Returns
    -------
    tuple of str
        A sentence for each thing that is gone, for the user.
    """
    found = []
    elsewhere = after.get("CTYPE1") in OTHER_AXES and before.get("CTYPE1") != after["CTYPE1"]
    tables = any(TABLE.fullmatch(keyword) for keyword in before)
    for key in sorted(_keys(before) if elsewhere else _keys(before) - _keys(after)):
        name = f"The WCS {key}" if key else "The WCS"
        reason = (
            "the pixels of the result are no places on the sky"
            if elsewhere
            else "its lookup-table distortion holds for the pixels as they were only"
            if tables
            else "some of its cards are not numbers"
        )
        found.append(f"{name} was removed: {reason}.")
    if "PLTRAH" in before and "PLTRAH" not in after:
        found.append("The solution of the photographic plate was removed: it cannot be turned.")
    if {"BAYERPAT", "COLORTYP"} & (set(before) - set(after)):
        found.append(
            "The Bayer pattern was removed: the new pixels no longer lie under single colour filters."
        )
    sections = [
        keyword
        for keyword in before
        if keyword not in after
        and (IN_IMAGE.fullmatch(keyword) or ON_DETECTOR.fullmatch(keyword))
        # an overscan that was subtracted and cut off is not missed
        and not (keyword == "BIASSEC" and "O" in str(after.get("CALSTAT", "")))
    ]
    if sections:
        were = "was" if len(sections) == 1 else "were"
        found.append(f"{', '.join(sections)} {were} removed: no whole rows and columns correspond.")
    return tuple(found)


def _keys(header: "Header") -> set[str]:
    return {match[1] for keyword in header if (match := _SYSTEM.fullmatch(keyword))}
