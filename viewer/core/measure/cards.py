"""Cards that measuring needs: gain, saturation, zero point, exposure, as the header gives them."""

import math
from typing import TYPE_CHECKING

from viewer.core.observation.heading import Heading
from viewer.core.observation.keywords import exposure_of as exposure_said
from viewer.core.observation.keywords import gain_of as gain_said

if TYPE_CHECKING:
    from astropy.io.fits import Header

# each list in the order in which a card is believed
SATURATION = ("SATURATE", "SATLEVEL", "SATURATI", "SATUR", "MAXLIN", "DATAMAX", "ESO DET OUT1 SATUR")
ZERO_POINT = ("MAGZERO", "MAGZPT", "MAGZP", "PHOTZP", "ZEROPNT", "ZPT", "ZP", "MAG0", "PHOT_ZP", "ZMAG")
# where instruments write the noise of reading a pixel, in electrons
READ_NOISE = ("RDNOISE", "READNOIS", "RON", "READNOISE", "ARCRDN", "ESO DET OUT1 RON")


def heading_of(header: "Header | bytes") -> Heading:
    """Return the values of a header by keyword, whatever its kind."""
    if isinstance(header, bytes):
        return Heading(header)
    return Heading(header.tostring(sep="", endcard=False, padding=False).encode("latin-1", "replace"))


def gain_of(header: "Header | bytes") -> float | None:
    """Return electrons per count, if the header says so for sure; 1 if the values are electrons already."""
    heading = heading_of(header)
    unit = heading.text("BUNIT").casefold()
    if unit in ("electron", "electrons", "e-", "e", "photon", "photons", "photoelectron", "photoelectrons"):
        return 1.0
    return gain_said(heading)[0]


def exposure_of(header: "Header | bytes") -> float | None:
    """Return the exposure in seconds."""
    return exposure_said(heading_of(header))[0]


def saturation_of(header: "Header | bytes") -> float | None:
    """Return the value from which on a pixel is full."""
    return _number(heading_of(header), SATURATION, positive=True)


def zero_point_of(header: "Header | bytes") -> float | None:
    """Return the magnitude of a star of one count in the whole exposure, if the header gives one."""
    return _number(heading_of(header), ZERO_POINT)


def read_noise_of(header: "Header | bytes") -> float | None:
    """Return the noise of reading a pixel, in electrons."""
    return _number(heading_of(header), READ_NOISE, positive=True)


def _number(heading: Heading, keywords: tuple[str, ...], positive: bool = False) -> float | None:
    for keyword in keywords:
        value = heading.get(keyword)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            continue
        if value > 0 or not positive:
            return float(value)
    return None
