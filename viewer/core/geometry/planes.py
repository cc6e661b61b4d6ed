"""Make the header of a cube into that of one of its planes."""

import re
from collections.abc import Sequence

import numpy as np
from astropy.io.fits import Header

from viewer.core.geometry.movewcs import number, remove

CELESTIAL = re.compile(r"(RA|DEC|[A-Z]LON|[A-Z]LAT|[A-Z]{2}LN|[A-Z]{2}LT)\b")


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
    for key in sorted(
        {match[1] for match in map(re.compile(r"CTYPE\d\d?([A-Z]?)").fullmatch, header) if match}
    ):
        flatten_wcs(flat, key, plane)
    remove(flat, r"LTM[3-9]_\d|LTM\d_[3-9]|LTV[3-9]|NAXIS[3-9]")
    return flat


def flatten_wcs(header: Header, key: str, plane: Sequence[int] | None) -> None:
    """Remove all axes but the first two from a coordinate system; all of it if two make no sense alone.

    A plane of a cube whose axes are not at right angles lies shifted: its CRPIX takes that up.
    """
    names = [str(header.get(f"CTYPE{axis}{key}", "")) for axis in (1, 2)]
    pair = [bool(CELESTIAL.match(name)) for name in names]
    count = max(int(match[1]) for match in map(re.compile(rf"CTYPE(\d\d?){key}").fullmatch, header) if match)
    kind = "CD" if any(re.fullmatch(rf"CD\d_\d{key}", keyword) for keyword in header) else "PC"
    axes = range(3, count + 1)
    matrix = [
        [number(header, f"{kind}{i}_{j}{key}", float(kind == "PC" and i == j)) for j in range(1, count + 1)]
        for i in (1, 2)
    ]
    linear, slant = np.array(matrix)[:, :2], np.array(matrix)[:, 2:]
    whole = pair[0] == pair[1]
    if slant.any() and plane is not None and whole:
        pixel = np.array([*plane, *[0] * count][: count - 2]) + 1
        start = np.array([number(header, f"CRPIX{axis}{key}", 0.0) for axis in axes])
        shift = np.linalg.solve(linear, slant @ (pixel - start))
        for axis in (1, 2):
            header[f"CRPIX{axis}{key}"] = float(number(header, f"CRPIX{axis}{key}", 0.0) - shift[axis - 1])
    high = r"(?:[3-9]|[1-9]\d)"
    alone = r"CTYPE|CRVAL|CRPIX|CDELT|CUNIT|CNAME|CRDER|CSYER"
    remove(
        header, rf"(?:{alone}){high}{key}|(?:CD|PC)(?:{high}_\d\d?|\d\d?_{high}){key}|P[VS]{high}_\d\d?{key}"
    )
    if not key:
        remove(header, rf"CROTA{high}")
    if f"WCSAXES{key}" in header:
        header[f"WCSAXES{key}"] = 2
    if not whole or (slant.any() and plane is None):
        remove(header, rf"(?:{alone}|CD|PC|PV|PS)\d\d?(?:_\d\d?)?{key}")
        remove(header, rf"(?:WCSAXES|WCSNAME|LONPOLE|LATPOLE){key}" + ("" if key else r"|CROTA\d"))
