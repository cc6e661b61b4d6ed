"""Whether a bias, a dark or a flat fits a frame, by their headers; copied into scripts with its source."""

import re
from typing import Any

from astropy.io.fits import Header

# in the order in which they are believed
EXPOSURES = ("EXPTIME", "EXPOSURE", "EXP_TIME", "EXP-TIME", "EXPTIM", "ITIME", "TEXP", "INTTIME", "TM-EXPOS")
TEMPERATURES = ("CCD-TEMP", "CCDTEMP", "CCD_TEMP", "CCDATEMP", "DET-TEMP", "DETTEMP", "SET-TEMP")
FILTERS = ("FILTER", "FILTER1", "FILTERS", "FILTNAM", "INSFILTE")
GAINS = ("EGAIN", "GAIN", "CCDGAIN", "GAINEFF")
NOISES = ("RDNOISE", "READNOIS", "RON", "RONOISE", "ENOISE", "RNOISE")
CAMERAS = ("INSTRUME", "DETECTOR", "CAMERA")
KINDS = ("IMAGETYP", "IMGTYPE", "IMTYPE", "OBSTYPE", "FRAMETYP", "FRAME", "CALTYPE")
BINNINGS = (("XBINNING", "YBINNING"), ("CCDXBIN", "CCDYBIN"), ("CCDBIN1", "CCDBIN2"), ("BINX", "BINY"))


def number_in(header: Header, keywords: tuple[str, ...]) -> float | None:
    """Return the first number on one of these cards, also one in quotes."""
    for keyword in keywords:
        try:
            return float(str(header[keyword]).replace("D", "E"))
        except (KeyError, ValueError):
            continue
    return None


def text_in(header: Header, keywords: tuple[str, ...]) -> str:
    """Return the first text on one of these cards."""
    for keyword in keywords:
        text = " ".join(str(header.get(keyword, "")).split())
        if text:
            return text
    return ""


def kind_of(header: Header) -> str:
    """Return whether a header calls its image a bias, dark, flat or light; empty if it does not say."""
    text = text_in(header, KINDS).lower()
    words = {"dark": "dark", "bias": "bias", "zero": "bias", "flat": "flat"}
    words |= {"light": "light", "object": "light", "science": "light"}
    return next((kind for word, kind in words.items() if word in text), "")


def binning_in(header: Header) -> tuple[int, int] | None:
    """Return how many pixels of the detector make one, along x and y."""
    for across, up in BINNINGS:
        x = number_in(header, (across,))
        y = number_in(header, (up, across))
        if x and y:
            return int(x), int(y)
    summed = text_in(header, ("CCDSUM",)).split()
    return (int(summed[0]), int(summed[1])) if len(summed) == 2 and "".join(summed).isdigit() else None


def filter_in(header: Header) -> str:
    """Return the name of the filter; Sloan's r is r however it is spelled, but R is another one."""
    return " ".join(
        re.sub(r"\b(?:sdss|sloan)(?![a-z])|['_-]", " ", text_in(header, FILTERS), flags=re.I).split()
    )


def facts_in(header: Header) -> dict[str, Any]:
    """Return what a header says about the things in which frame and master have to agree."""
    return {
        "kind": kind_of(header),
        "exposure": number_in(header, EXPOSURES),
        "temperature": number_in(header, TEMPERATURES),
        "filter": filter_in(header),
        "binning": binning_in(header),
        "gain": number_in(header, GAINS),
        "camera": text_in(header, CAMERAS),
    }


def equal_exposures(one: float, other: float) -> bool:
    """Return whether two exposures (s) differ by no more than a shutter does: 1 % or 0.05 s."""
    return abs(one - other) <= max(0.01 * max(one, other), 0.05)


def differences(
    kind: str, frame: dict[str, Any], master: dict[str, Any], scales: bool, tolerance: float
) -> list[str]:
    """Return in what a master of some kind differs from a frame, of what matters; empty if it fits.

    `scales` says that a dark is without bias and can be scaled; `tolerance` is in degrees. What one of them
    does not say is no difference.
    """
    wrong = []
    if master["kind"] not in ("", kind):
        wrong.append(f"its header calls it a {master['kind']}")
    wanted, taken = frame["exposure"], master["exposure"]
    if kind == "dark" and None not in (wanted, taken) and not equal_exposures(wanted, taken):
        if not scales:
            wrong.append(
                f"it has {taken:g} s, the frame {wanted:g} s, and without a bias it cannot be scaled"
            )
        elif taken <= 0:
            wrong.append(f"it has {taken:g} s, which cannot be scaled to the {wanted:g} s of the frame")
    wanted, taken = frame["temperature"], master["temperature"]
    if kind == "dark" and None not in (wanted, taken) and abs(wanted - taken) > tolerance:
        wrong.append(f"it has {taken:.1f} °C, the frame {wanted:.1f} °C")
    wanted, taken = frame["filter"], master["filter"]
    if kind == "flat" and wanted and taken and wanted != taken:
        wrong.append(f"it has filter {taken}, the frame {wanted}")
    wanted, taken = frame["binning"], master["binning"]
    if wanted and taken and wanted != taken:
        wrong.append(f"it has binning {taken[0]} x {taken[1]}, the frame {wanted[0]} x {wanted[1]}")
    wanted, taken = frame["gain"], master["gain"]
    if kind != "flat" and None not in (wanted, taken) and abs(wanted - taken) > 0.01 * abs(wanted):
        wrong.append(f"it has gain {taken:g}, the frame {wanted:g}")
    wanted, taken = frame["camera"], master["camera"]
    if wanted and taken and wanted.lower() != taken.lower():
        wrong.append(f"it was taken with {taken}, the frame with {wanted}")
    return wrong
