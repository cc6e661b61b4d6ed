"""Keywords: the values that matter of a frame, under the names that observatories and cameras give them."""

import re
from collections.abc import Iterable

from viewer.core.observation.heading import Heading
from viewer.core.observation.units import celsius, number, seconds

# each list in the order in which a card is believed
TARGET = ("OBJECT", "TARGET", "TARGNAME", "OBJNAME", "OBJECT-N", "OBJ_NAME", "ESO OBS TARG NAME", "CAT-NAME")
EXPOSURE = (
    "EXPTIME",
    "EXPOSURE",
    "EXP_TIME",  # SALT, older SBIG
    "EXP-TIME",
    "EXPTIM",
    "EXPOSED",  # ROSAT, some JKT
    "EFFEXPTM",  # JWST
    "XPOSURE",  # solar telescopes
    "ELAPTIME",  # Keck
    "TTIME",
    "ITIME",  # Keck, IRTF: one of COADDS
    "TRUITIME",
    "INTTIME",
    "INT_TIME",
    "EXPOINUS",  # ZWO ASICAP: microseconds
    "ESO DET WIN1 DIT1",
    "ESO DET DIT",
    "LIVETIME",  # Siril: the sum
    "TEXPTIME",
    "DARKTIME",
)
MEASURED = (
    "CCD-TEMP",  # SBIG, MaxIm DL, N.I.N.A., SharpCap, APT; SAAO in kelvin
    "CCDTEMP",
    "CCD_TEMP",
    "CCDATEMP",  # Liverpool Telescope in kelvin, LCO in Celsius
    "DET-TEMP",
    "DET-TMP",  # Subaru, kelvin
    "DETTEMP",
    "DET_TEMP",
    "CHIPTEMP",
    "SENSTEMP",
    "CCDTEM",
    "DETTEM",
    "CAMTEMP",
    "CAM-TEMP",
    "CCDTMP1",
    "CCD9TEMP",  # PTF
    "ESO DET TEMPMEAN",
    "TEMPERAT",
)
SET_POINT = ("SET-TEMP", "SETTEMP", "SET_TEMP", "CCD-TSET", "CCDSTEMP", "CCDSETP", "CCDTEMPS")
FILTER = ("FILTER", "FILTNAM", "FILTNAME", "INSFILTE", "WFFBAND", "FILTERID", "FLT_ID", "FILTERS", "SUBSET")
WHEELS = (
    ("FILTNAM1", "FILTNAM2"),  # HST WFPC2, where FILTER1 is a number
    ("FILTER1", "FILTER2", "FILTER3", "FILTER4"),  # HST, LT, LCO, Gemini
    ("FILTER01", "FILTER02", "FILTER03"),  # Subaru
    ("ESO INS FILT1 NAME", "ESO INS FILT2 NAME", "ESO INS FILT3 NAME"),
    ("FAFLTNM", "FBFLTNM", "ALFLTNM"),  # NOT
    ("WFFBAND",),
)
BINNING = (
    ("XBINNING", "YBINNING"),
    ("CCDXBIN", "CCDYBIN"),  # LT, ING
    ("XBIN", "YBIN"),
    ("BINX", "BINY"),
    ("BINAXIS1", "BINAXIS2"),  # HST
    ("CCDBIN1", "CCDBIN2"),  # CFHT
    ("CCDBINX", "CCDBINY"),  # CAHA
    ("BIN-FCT1", "BIN-FCT2"),  # Subaru
    ("COLBIN", "ROWBIN"),  # SDSS
    ("HBIN", "VBIN"),  # Andor
    ("XFACTOR", "YFACTOR"),
    ("ESO DET WIN1 BINX", "ESO DET WIN1 BINY"),
    ("ESO DET BINX", "ESO DET BINY"),
)
BINNING_IN_ONE = ("CCDSUM", "BINNING", "CCDBIN", "BINMODE")
# electrons per count whoever wrote it
GAIN_SURE = ("EGAIN", "ARCONG", "ATODGAIN", "CCDGAIN", "ESO DET OUT1 CONAD")
CAMERA = ("INSTRUME", "INSTRUMENT", "CAMERA", "CAMNAME", "DETECTOR", "DETNAME", "ESO DET NAME")

_NOT_SAID = frozenset(
    ("", "unknown", "none", "n/a", "na", "undefined", "null", "-", "--", "?", "not set", "unspecified")
)
_CLEAR = re.compile(
    r"(?:clear|open|clr)[\w.#-]*|(?:empty|blank|hole|free|air|none|no filter|null)", re.IGNORECASE
)
_SLOT = re.compile(r"(?:filter|slot|position|pos|#)?[ _#-]*\d+", re.IGNORECASE)
_ENDING = re.compile(r"[ _-]+(?:DECam|filter|FILTER)\b.*")
_SPELLINGS = {
    **dict.fromkeys(("lum", "luminance", "luminosity"), "L"),
    **dict.fromkeys(("ha", "h-alpha", "h_alpha", "halpha", "h alpha", "hα"), "Ha"),
    **dict.fromkeys(("oiii", "o3", "o-iii", "[oiii]"), "OIII"),
    **dict.fromkeys(("sii", "s2", "s-ii", "[sii]"), "SII"),
    **{f"{system}{sign}{band}": band for system in ("sdss", "sloan") for sign in " _-" for band in "ugriz"},
    **{f"{band}{sign}{system}": band for system in ("sdss", "sloan") for sign in " _-" for band in "ugriz"},
    **{f"{band}'": band for band in "ugriz"},
}
_BINNED = re.compile(r"[\[(]?(\d{1,2})(?:\s*[x×X,:\s*]\s*(\d{1,2}))?[\])]?")
# programs that write the camera's own number into GAIN
_SETTING = re.compile(
    r"N\.?I\.?N\.?A|SharpCap|ASI(?:\d|Cap|Air|Img|Studio|Imaging)|\bZWO|ToupTek|QHY|\bINDI\b|KStars|Ekos|\bAPT\b"
    r"|Astro ?Photography ?Tool|Player ?One",
    re.IGNORECASE,
)
_PROGRAMS = ("SWCREATE", "CREATOR", "PROGRAM", "SOFTWARE", "ORIGIN", "INSTRUME")
_ELECTRONS = re.compile(r"e-?(?:lectrons?)?\s*(?:/|per)\s*(?:ADU|DN|count)", re.IGNORECASE)
_MOST_ELECTRONS = 20.0
_CORRECTED = {
    "B": ("ZEROCOR", "BIASCOR", "BIASCORR", "SUBBIAS"),
    "D": ("DARKCOR", "DARKCORR", "SUBDARK"),
    "F": ("FLATCOR", "FLATCORR"),
}
_NOT_DONE = ("", "PERFORM", "OMIT", "NO", "F", "SKIPPED")


def first(heading: Heading, keywords: Iterable[str]) -> tuple[str, str]:
    """Return the first of the keywords that says something, and what, as text; else two empty texts."""
    for keyword in keywords:
        text = heading.text(keyword)
        if text.casefold() not in _NOT_SAID:
            return keyword, text
    return "", ""


def target_of(heading: Heading) -> str:
    """Return what the telescope pointed at."""
    return first(heading, TARGET)[1]


def camera_of(heading: Heading) -> str:
    """Return instrument and detector."""
    name = first(heading, CAMERA)[1]
    detector = heading.text("DETECTOR")
    # NRCA1 and NRCB4 are two detectors of one instrument; a serial number tells nothing more
    short = detector.isalnum() and not detector.isdecimal() and len(detector) <= 8
    return f"{name} {detector}" if short and detector not in name else name


def exposure_of(heading: Heading) -> tuple[float | None, tuple[str, ...]]:
    """Return the exposure in seconds and notes about it."""
    told: list[tuple[str, float]] = []
    bad = ""
    for keyword in EXPOSURE:
        text = heading.text(keyword)
        unit = "us" if keyword == "EXPOINUS" else "s"
        found = seconds(heading.get(keyword), heading.comment(keyword), unit) if text else None
        if found is not None:
            told.append((keyword, found))
        elif text.casefold() not in _NOT_SAID and not bad:
            bad = f"Exposure: {keyword} '{text}' is not a time."
        if told and keyword != "EXPTIME":
            break
    if not told:
        return None, (bad or "Exposure: the header does not say.",)
    keyword, exposure = told[0]
    if len(told) > 1 and abs(told[1][1] - exposure) > 0.01 * max(exposure, told[1][1]) + 0.01:
        other = f"{told[1][0]} {told[1][1]:g} s"
        return exposure, (f"Exposure: {keyword} {exposure:g} s and {other} disagree; {keyword} is taken.",)
    coadds = number(heading.get("COADDS"))
    if keyword in ("ITIME", "TRUITIME") and coadds and coadds[0] > 1:
        return exposure * coadds[0], (f"Exposure: {coadds[0]:g} coadds of {exposure:g} s.",)
    return exposure, ()


def temperature_of(heading: Heading) -> tuple[float | None, tuple[str, ...]]:
    """Return the detector's temperature in degrees Celsius, measured, else set, and notes about it."""
    measured, at = _degrees(heading, MEASURED)
    wanted, set_at = _degrees(heading, SET_POINT)
    if measured is None:
        note = f"Temperature: only the set point is known ({set_at})."
        return wanted, (note,) if wanted is not None else ()
    if wanted is not None and abs(measured - wanted) > 2:
        return measured, (f"Temperature: {measured:.1f} °C ({at}), but set to {wanted:.1f} °C ({set_at}).",)
    return measured, ()


def _degrees(heading: Heading, keywords: Iterable[str]) -> tuple[float | None, str]:
    for keyword in keywords:
        found = celsius(heading.get(keyword), heading.comment(keyword))
        if found is not None:
            return found, keyword
    return None, ""


def filter_of(heading: Heading) -> tuple[str, tuple[str, ...]]:
    """Return the filter in a normalised spelling, several joined by +, and notes about it."""
    keyword, name = first(heading, FILTER)
    pupil = heading.text("PUPIL")
    if name and not (name.isdecimal() and _wheels(heading)):
        names = [name, pupil] if pupil and keyword == "FILTER" else [name]
        joined = _joined(names)
        if _SLOT.fullmatch(joined):
            return joined, (f"Filter: {keyword} '{name}' is a place in the wheel, not the name of a filter.",)
        return joined, ()
    names = _wheels(heading)
    return (_joined(names), ()) if names else ("", ("Filter: the header does not say.",))


def _wheels(heading: Heading) -> list[str]:
    for wheels in WHEELS:
        names = [heading.text(keyword) for keyword in wheels]
        names = [name for name in names if name.casefold() not in _NOT_SAID - {"none"}]
        if any(not name.isdecimal() for name in names):
            return names
    return []


def _joined(names: list[str]) -> str:
    used = [spelled(name) for name in names if not _CLEAR.fullmatch(name)]
    return " + ".join(used) if used else "clear"


def spelled(name: str) -> str:
    """Return the usual spelling of a filter's name; capitals are kept (R and r are two filters)."""
    name = _ENDING.sub("", " ".join(name.split()))
    return _SPELLINGS.get(name.casefold(), name)


def binning_of(heading: Heading) -> tuple[int, int] | None:
    """Return the binning along x and y."""
    for along_x, along_y in BINNING:
        found = _whole(heading.get(along_x)), _whole(heading.get(along_y))
        if found[0] and (found[1] or heading.get(along_y) is None):
            return found[0], found[1] or found[0]
    for keyword in BINNING_IN_ONE:
        match = _BINNED.fullmatch(heading.text(keyword))
        if match and int(match[1]) and int(match[2] or match[1]):
            return int(match[1]), int(match[2] or match[1])
    return None


def _whole(value: object) -> int:
    found = number(value) if isinstance(value, int | float | str) else None
    return int(found[0]) if found and found[0] == int(found[0]) and 0 < found[0] < 100 else 0


def gain_of(heading: Heading) -> tuple[float | None, float | None, tuple[str, ...]]:
    """Return electrons per count, the camera's own number for its gain, and notes about them."""
    sure = next((gain for keyword in GAIN_SURE if (gain := _positive(heading.get(keyword)))), None)
    said = number(heading.get("GAIN"))
    if said is None or said[0] < 0:
        return sure, None, ()
    if _ELECTRONS.search(heading.comment("GAIN")):
        return sure or said[0] or None, None, ()
    amateur = _SETTING.search(" ".join(map(heading.text, _PROGRAMS)))
    if sure is None and 0 < said[0] <= _MOST_ELECTRONS and not amateur:
        return said[0], None, ()
    if sure == said[0]:
        return sure, None, ()
    note = f"Gain: GAIN {said[0]:g} is taken for the camera's setting, not for electrons per count."
    return sure, said[0], (note,) if sure is None else ()


def _positive(value: object) -> float | None:
    found = number(value) if isinstance(value, int | float | str) else None
    return found[0] if found and found[0] > 0 else None


def corrections_of(heading: Heading) -> str:
    """Return the letters B, D, F of what was corrected already, from the cards of MaxIm DL, IRAF and HST."""
    letters = heading.text("CALSTAT").upper()
    done = ""
    for letter, keywords in _CORRECTED.items():
        values = (heading.get(keyword) for keyword in keywords)
        done += letter if letter in letters or any(map(_is_done, values)) else ""
    return done


def _is_done(value: object) -> bool:
    # IRAF and ccdproc write what they did; HST writes PERFORM before it is done
    return value is True or (isinstance(value, str) and value.strip().upper() not in _NOT_DONE)
