"""WCS cards: what of a header describes coordinates, cleaned so that wcslib takes it as it was meant."""

import re
from collections.abc import Sequence

from viewer.core.header import CardRow

_A = "[A-Z]?"
_LINEAR = rf"(?:CTYPE|CRVAL|CRPIX|CDELT)\d\d?{_A}|(?:CD|PC)\d\d?_\d\d?{_A}|(?:CD|PC)\d{{6}}|CROTA\d"
_NUMBERS = re.compile(
    rf"(?:CRVAL|CRPIX|CDELT)\d\d?{_A}|(?:CD|PC)\d\d?_\d\d?{_A}|CROTA\d|(?:LON|LAT)POLE{_A}"
    rf"|PV\d\d?_\d\d?{_A}|EQUINOX{_A}|EPOCH|(?:A|B|AP|BP)_(?:\d_\d|ORDER)|[LD]TM\d_\d|[LD]TV\d"
)
_SIP = r"(?:A|B|AP|BP)_(?:\d_\d|ORDER)"
_TABLES = r"D2IM\w*|AXISCORR|(?:CPDIS|CPERR|CQDIS|CQERR)\d[A-Z]?|[DE][PQ]\d[A-Z]?(?:\.[\w.]*)?"
_PLATE = r"AMD[XY]\d\d?|PPO\d|[XY]PIXELSZ|CNPIX\d|PLTRA[HMS]|PLTDEC(?:SN|[DMS])|PLTSCALE|PLATEID"
_DISTORTION = re.compile(rf"{_SIP}|{_TABLES}|{_PLATE}|WAT\d_\d{{3}}")
_WANTED = re.compile(
    rf"{_LINEAR}|NAXIS\d{{0,3}}|WCSAXES{_A}|(?:CUNIT|CNAME|CRDER|CSYER)\d\d?{_A}|P[SV]\d\d?_\d\d?{_A}"
    rf"|WCSNAME{_A}|RADECSYS|RADESYS{_A}|EQUINOX{_A}|EPOCH|(?:LON|LAT)POLE{_A}"
    rf"|REST(?:FRQ|FREQ|WAV){_A}|(?:SPEC|SSYS)(?:SYS|OBS|SRC){_A}|VELREF|VELOSYS{_A}|ZSOURCE{_A}|VSOURCE{_A}"
    rf"|VELANGL{_A}|OBSGEO-[XYZBLH]|DATE-(?:OBS|AVG|BEG|END|REF)|MJD-(?:OBS|AVG|BEG|END)|MJDREF[IF]?|DATEREF"
    rf"|TIMESYS|TIMEUNIT|TREFPOS|DC-FLAG|{_SIP}|{_TABLES}|{_PLATE}|WAT\d_\d{{3}}"
)
_ESSENTIAL = re.compile(
    rf"(?:(?:CRVAL|CRPIX|CDELT)\d\d?|(?:CD|PC|PV)\d\d?_\d\d?|LONPOLE|LATPOLE)({_A})"
    rf"|(?:CD|PC)\d{{6}}|CROTA\d|{_SIP}|AMD[XY]\d\d?"
)
_REFERENCE = re.compile(r"CPDIS\d[A-Z]?|D2IMDIS\d|AXISCORR|PS\d\d?_0[A-Z]?")
_KEY = re.compile(r"(?:CTYPE|CRVAL)\d\d?([A-Z]?)")
_QUOTE = "'"
_NUMBER = re.compile(r"\s*[JB]?\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][+-]?\d+)?)\s*$")
_SIP_ORDER = re.compile("(?:A|B|AP|BP)_ORDER")
_LIMIT = 16  # axes; more is nonsense that would take memory by its square


def wanted(rows: Sequence[CardRow]) -> list[CardRow]:
    """Return the cards that say something about coordinates."""
    return [row for row in rows if _WANTED.fullmatch(row.keyword)]


def keys(cards: Sequence[CardRow]) -> list[str]:
    """Return the letters of the systems that the cards describe, the primary one's (empty) first."""
    found = {match[1] for row in cards if (match := _KEY.fullmatch(row.keyword))}
    # the plate solution of the Digitized Sky Survey is a WCS of its own kind, which wcslib reads
    if {"AMDX1", "AMDY1", "PLTRAH"} <= {row.keyword for row in cards}:
        found.add("")
    return sorted(found)


def is_distortion(keyword: str) -> bool:
    """Whether a card belongs to SIP, to lookup tables or to the polynomials of TNX and ZPX."""
    return bool(_DISTORTION.fullmatch(keyword))


def needs_tables(cards: Sequence[CardRow]) -> bool:
    """Whether the cards refer to tables in other HDUs of the file."""
    return any(_REFERENCE.fullmatch(row.keyword) for row in cards)


def unreadable(cards: Sequence[CardRow]) -> dict[str, str]:
    """Say which systems have a card that should be a number and is none: 0 in its place would be a guess."""
    broken: dict[str, str] = {}
    for row in cards:
        match = _ESSENTIAL.fullmatch(row.keyword)
        if match and not _NUMBER.match(row.value):
            told = f"the WCS cannot be used: {row.keyword} is '{row.value}', which is not a number"
            broken.setdefault(match[1] or "", told)
        axes = re.fullmatch(rf"WCSAXES({_A})", row.keyword)
        if axes and not (row.value.isdigit() and int(row.value) <= _LIMIT):
            broken.setdefault(axes[1], f"the WCS cannot be used: it has {row.value} axes (WCSAXES)")
    return broken


def images(cards: Sequence[CardRow]) -> list[tuple[str, str]]:
    """Return keyword and image of the cards, clean enough for wcslib."""
    found = []
    for row in cards:
        text = row.value.encode("ascii", "replace").decode("ascii")
        number = _NUMBER.match(text) if _NUMBERS.fullmatch(row.keyword) else None
        if number is None and _NUMBERS.fullmatch(row.keyword):
            continue
        if number:
            value = f"{number[1].upper().replace('D', 'E'):>20}"
        elif row.quoted:
            # a WAT string goes on in the next card: blanks at its end are part of it
            width = 68 if row.keyword.startswith("WAT") else 8
            value = f"'{text.replace(_QUOTE, 2 * _QUOTE)[:68]:<{width}}'"
        elif row.value and not row.bad:
            value = f"{text:>20}"
        else:
            continue
        if _SIP_ORDER.fullmatch(row.keyword) and not (number and 0 <= float(number[1]) <= 9):
            continue
        found.append((row.keyword, f"{row.keyword:<8}= {value}".ljust(80)))
    return found
