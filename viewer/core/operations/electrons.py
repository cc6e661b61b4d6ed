"""Counts, electrons and their noise; copied into scripts with its source."""

from astropy.io.fits import Header

from viewer.core.errors import ViewerError
from viewer.core.operations.matching import GAINS, NOISES, number_in

ELECTRONS = ("e", "e-", "electron", "electrons", "electron/pix", "electrons/pixel")


def electrons_per_count(header: Header) -> float:
    """Return the gain that a header gives: EGAIN, which is always in e-/ADU, before GAIN."""
    gain = number_in(header, GAINS)
    if gain is None or gain <= 0:
        raise ViewerError("the header has no gain (EGAIN or GAIN): say how many electrons make a count.")
    if gain > 50:
        raise ViewerError(
            f"GAIN = {gain:g} looks like a setting of the camera, not like electrons for each count: "
            "give the gain as a number."
        )
    return gain


def readout_noise(header: Header) -> float:
    """Return the readout noise (electrons) that a header gives."""
    noise = number_in(header, NOISES)
    if noise is None or noise < 0:
        raise ViewerError("the header has no readout noise (RDNOISE): give it as a number of electrons.")
    return noise


def in_electrons(header: Header, gain: float) -> Header:
    """Return a header for values that were multiplied by the gain, which is 1 from now on."""
    if str(header.get("BUNIT", "")).strip().lower() in ELECTRONS:
        raise ViewerError("the frame is in electrons already (BUNIT): leave the gain away.")
    changed = header.copy()
    changed["BUNIT"] = "electron"
    changed["GAINUSED"] = (gain, "electrons for each count, multiplied by")
    for keyword in GAINS:
        if keyword in changed:
            changed[keyword] = 1.0
    return changed
