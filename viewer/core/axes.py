"""Axes: what the axes of a coordinate system are called, and values with their units as text."""

import math
from dataclasses import dataclass
from typing import Literal

NAMES: dict[str, str] = {
    "FREQ": "frequency",
    "ENER": "energy",
    "WAVN": "wavenumber",
    "VRAD": "radio velocity",
    "VOPT": "optical velocity",
    "VELO": "velocity",
    "FELO": "optical velocity",
    "ZOPT": "redshift",
    "BETA": "beta factor",
    "WAVE": "wavelength",
    "AWAV": "wavelength in air",
    "LAMBDA": "wavelength",
    "LAMB": "wavelength",
    "TIME": "time",
    "UTC": "time (UTC)",
    "TAI": "time (TAI)",
    "TT": "time (TT)",
    "TDB": "time (TDB)",
    "STOKES": "Stokes",
    "RA": "RA",
    "DEC": "Dec",
    "GLON": "l",
    "GLAT": "b",
    "ELON": "ecliptic longitude",
    "ELAT": "ecliptic latitude",
    "SLON": "supergalactic longitude",
    "SLAT": "supergalactic latitude",
    "HPLN": "helioprojective longitude",
    "HPLT": "helioprojective latitude",
}
STOKES: dict[int, str] = {
    1: "I",
    2: "Q",
    3: "U",
    4: "V",
    -1: "RR",
    -2: "LL",
    -3: "RL",
    -4: "LR",
    -5: "XX",
    -6: "YY",
    -7: "XY",
    -8: "YX",
}
_WITHOUT_MEANING = ("", "LINEAR", "MULTISPE")


@dataclass(frozen=True)
class Axis:
    """One world axis.

    Attributes
    ----------
    label : str
        ``RA``, ``frequency``, ``Stokes`` …
    kind : str
        ``lon`` and ``lat`` for the two celestial ones, ``stokes``, else ``other``.
    unit : str
        Of the values shown.
    factor : float
        Turns what the transformation gives into that unit.
    logarithmic : bool
        The transformation gives the decimal logarithm of the value.
    """

    label: str
    kind: Literal["lon", "lat", "stokes", "other"] = "other"
    unit: str = ""
    factor: float = 1.0
    logarithmic: bool = False

    def value(self, raw: float) -> float:
        """Return the value in the unit of this axis of what the transformation gave."""
        if self.logarithmic:
            return float(10.0**raw) if raw < 300 else math.nan
        return raw * self.factor

    def text(self, value: float) -> str:
        """Return a value in the unit of this axis as text."""
        if not math.isfinite(value):
            return "undefined"
        if self.kind == "stokes" and round(value) in STOKES and abs(value - round(value)) < 1e-6:
            return STOKES[round(value)]
        # ten digits tell a kilohertz channel at 100 GHz from the next
        return f"{value:.10g} {self.unit}".rstrip()


def name_of(ctype: str, cname: str, number: int) -> str:
    """Return what a reader calls an axis.

    Parameters
    ----------
    ctype, cname : str
        CTYPE and CNAME of the axis.
    number : int
        1-based, for an axis without any name.
    """
    if cname.strip():
        return cname.strip()
    code = ctype.strip().upper()
    first = code.split("-")[0]
    if code in _WITHOUT_MEANING or not first:
        return f"axis {number}"
    # only the four characters before an algorithm code count: VELO-LSR, FREQ-LSR, VOPT-F2W
    return NAMES.get(code) or NAMES.get(first) or first.lower()


def pretty_unit(unit: str) -> str:
    """Return astropy's spelling of a unit as people write it: ``m/s``."""
    return unit.replace(" / ", "/").replace(" ", "·")
