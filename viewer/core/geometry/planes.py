"""Make the header of a cube into that of one of its planes."""

import re
from collections.abc import Sequence

import numpy as np
from astropy.io.fits import Header

from viewer.core.geometry.movewcs import number, remove

SYSTEM = re.compile(r"CTYPE(\d\d?)([A-Z]?)")
CELESTIAL = re.compile(r"(RA|DEC|[A-Z]LON|[A-Z]LAT|[A-Z]{2}LN|[A-Z]{2}LT)\b")
OF_AXIS = "CTYPE|CRVAL|CRPIX|CDELT|CUNIT|CNAME|CRDER|CSYER"
BEYOND = r"(?:[3-9]|[1-9]\d)"


def flat_header(header: Header, plane: Sequence[int] | None = None) -> Header:
    """Return a copy of a cube's header that describes two axes.

    Parameters
    ----------
    header
        Of the cube; it is not changed.
    plane
        Which plane it becomes: its pixel on the third axis, the fourth…, counted from 0. Without it, all
        planes are made into one.
    """
    flat = header.copy()
    axes: dict[str, int] = {}
    for match in filter(None, map(SYSTEM.fullmatch, header)):
        axes[match[2]] = max(int(match[1]), axes.get(match[2], 2))
    for key, count in axes.items():
        flatten_wcs(flat, key, count, plane)
    remove(flat, r"LTM[3-9]_\d|LTM\d_[3-9]|LTV[3-9]|NAXIS[3-9]")
    return flat


def flatten_wcs(header: Header, key: str, count: int, plane: Sequence[int] | None) -> None:
    """Remove all axes but the first two from a coordinate system; all of it if two make no sense alone.

    The planes of a cube whose axes are not at right angles lie shifted: CRPIX takes that up.
    """
    kind = "CD" if any(re.fullmatch(rf"CD\d_\d{key}", keyword) for keyword in header) else "PC"
    matrix = np.array(
        [
            [
                number(header, f"{kind}{i}_{j}{key}", float(kind == "PC" and i == j))
                for j in range(1, count + 1)
            ]
            for i in (1, 2)
        ]
    )
    linear, slant = matrix[:, :2], matrix[:, 2:]
    on_sky = [bool(CELESTIAL.match(str(header.get(f"CTYPE{axis}{key}", "")))) for axis in (1, 2)]
    complete = on_sky[0] == on_sky[1]
    if slant.any() and plane is not None and np.linalg.det(linear) != 0:
        pixel = np.array([*plane, *[0] * count][: count - 2]) + 1
        origin = [number(header, f"CRPIX{axis}{key}", 0.0) for axis in range(3, count + 1)]
        for axis, shift in enumerate(np.linalg.solve(linear, slant @ (pixel - origin)), 1):
            header[f"CRPIX{axis}{key}"] = float(number(header, f"CRPIX{axis}{key}", 0.0) - shift)
    elif slant.any():
        complete = False
    if complete:
        remove(header, rf"(?:{OF_AXIS}){BEYOND}{key}|P[VS]{BEYOND}_\d\d?{key}")
        remove(header, rf"(?:CD|PC)(?:{BEYOND}_\d\d?|\d\d?_{BEYOND}){key}")
        remove(header, rf"WCSAXES{key}" + ("" if key else rf"|CROTA{BEYOND}"))
    else:
        remove(header, rf"(?:{OF_AXIS}|CD|PC|PV|PS)\d\d?(?:_\d\d?)?{key}")
        remove(header, rf"(?:WCSAXES|WCSNAME|LONPOLE|LATPOLE){key}" + ("" if key else r"|CROTA\d"))
