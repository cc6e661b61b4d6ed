"""WCS cards: what of a header describes coordinates, cleaned so that wcslib takes it as it was meant."""

import re
from collections.abc import Container, Sequence

from viewer.core.header import CardRow

_A = "[A-Z]?"
_LINEAR = rf"(?:CTYPE|CRVAL|CRPIX|CDELT)\d\d?{_A}|(?:CD|PC)\d\d?_\d\d?{_A}|(?:CD|PC)\d{{6}}|CROTA\d"
_SIP = r"(?:A|B|AP|BP)_(?:\d_\d|ORDER)"
_TABLES = r"D2IM\w*|AXISCORR|(?:CPDIS|CPERR|CQDIS|CQERR)\d[A-Z]?|[DE][PQ]\d[A-Z]?(?:\.[\w.]*)?"
_NUMBERS = re.compile(
    rf"NAXIS\d{{0,3}}|WCSAXES{_A}|(?:CRVAL|CRPIX|CDELT|CRDER|CSYER)\d\d?{_A}|(?:CD|PC|PV)\d\d?_\d\d?{_A}"
    rf"|(?:CD|PC)\d{{6}}|CROTA\d|(?:LON|LAT)POLE{_A}|EQUINOX{_A}|EPOCH|{_SIP}|REST(?:FRQ|FREQ|WAV){_A}|VELREF"
    rf"|(?:VELOSYS|ZSOURCE|VSOURCE|VELANGL){_A}|OBSGEO-[XYZBLH]|MJD-\w+|MJDREF[IF]?|DC-FLAG|AMD[XY]\d\d?"
    r"|PPO\d|[XY]PIXELSZ|CNPIX\d|PLTRA[HMS]|PLTDEC[DMS]|PLTSCALE"
)
_PLATE = r"AMD[XY]\d\d?|PPO\d|[XY]PIXELSZ|CNPIX\d|PLTRA[HMS]|PLTDEC(?:SN|[DMS])|PLTSCALE|PLATEID"
_DISTORTION = re.compile(rf"{_SIP}|{_TABLES}|{_PLATE}|WAT\d_\d{{3}}")
_WANTED = re.compile(
    rf"{_LINEAR}|NAXIS\d{{0,3}}|WCSAXES{_A}|(?:CUNIT|CNAME|CRDER|CSYER)\d\d?{_A}|P[SV]\d\d?_\d\d?{_A}"
    rf"|WCSNAME{_A}|RADECSYS|RADESYS{_A}|EQUINOX{_A}|EPOCH|(?:LON|LAT)POLE{_A}"
    rf"|REST(?:FRQ|FREQ|WAV){_A}|(?:SPEC|SSYS)(?:SYS|OBS|SRC){_A}|VELREF|VELOSYS{_A}|ZSOURCE{_A}|VSOURCE{_A}"
    rf"|VELANGL{_A}|OBSGEO-[XYZBLH]|DATE-(?:OBS|AVG|BEG|END|REF)|MJD-(?:OBS|AVG|BEG|END)|MJDREF[IF]?|DATEREF"
    rf"|TIMESYS|TIMEUNIT|TREFPOS|DC-FLAG|{_SIP}|{_TABLES}|{_PLATE}|WAT\d_\d{{3}}"
)
_PLATE_CARD = re.compile(_PLATE)
# wcslib writes past the end of its memory if one of these is not zero; no plate has them
_UNUSED = re.compile("AMD[XY](?:1[4-9]|[2-9]\\d)")
_ESSENTIAL = re.compile(
    rf"(?:(?:CRVAL|CRPIX|CDELT)\d\d?|(?:CD|PC|PV)\d\d?_\d\d?|LONPOLE|LATPOLE)({_A})"
    rf"|(?:CD|PC)\d{{6}}|CROTA\d|{_SIP}"
)
_NUMBERED = re.compile(rf"(?:CTYPE|CRVAL|CRPIX|CDELT|CUNIT|CD|PC|PV|PS)\d\d?(?:_\d\d?)?({_A})")
_REFERENCE = re.compile(r"CPDIS\d[A-Z]?|D2IMDIS\d|AXISCORR|PS\d\d?_0[A-Z]?")
_KEY = re.compile(r"(?:CTYPE|CRVAL)\d\d?([A-Z]?)")
_QUOTE = "'"
_NUMBER = re.compile(r"\s*[JB]?\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][+-]?\d+)?)\s*$")
_SIP_ORDER = re.compile("(?:A|B|AP|BP)_ORDER")
_AXES = re.compile(f"NAXIS|WCSAXES{_A}")
_LIMIT = 16  # axes; more is nonsense that would take memory by its square


def _number(text: str) -> float | None:
    """Return a number, also one in quotes or with J or B as years have it; None if it is none."""
    match = _NUMBER.match(text)
    if match is None:
        return None
    value = float(match[1].upper().replace("D", "E"))
    # wcslib leaves its memory when infinities come up; nothing in the sky is as large as this
    return value if abs(value) < 1e100 else None


def wanted(rows: Sequence[CardRow]) -> list[CardRow]:
    """Return the cards that say something about coordinates."""
    return [row for row in rows if _WANTED.fullmatch(row.keyword)]


def keys(cards: Sequence[CardRow]) -> list[str]:
    """Return the letters of the systems that the cards describe, the primary one's (empty) first."""
    found = {match[1] for row in cards if (match := _KEY.fullmatch(row.keyword))}
    if _is_plate(cards):
        found.add("")
    return sorted(found)


def _is_plate(cards: Sequence[CardRow]) -> bool:
    """Whether there is the whole plate solution of the Digitized Sky Survey, which wcslib reads."""
    numbers = {row.keyword: row.typed for row in cards if _PLATE_CARD.fullmatch(row.keyword)}
    needed = [f"AMD{axis}{i}" for axis in "XY" for i in range(1, 14)]
    needed += ["CNPIX1", "CNPIX2", "PPO3", "PPO6", "XPIXELSZ", "YPIXELSZ"]
    needed += ["PLTRAH", "PLTRAM", "PLTRAS", "PLTDECD", "PLTDECM", "PLTDECS"]
    # a plate is flat; with more axes wcslib leaves its memory
    axes = [row.value for row in cards if _AXES.fullmatch(row.keyword)]
    return (
        "PLTDECSN" in numbers
        and set(axes) <= {"2"}
        and all(isinstance(numbers.get(keyword), int | float) for keyword in needed)
    )


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
        if match and _number(row.value) is None:
            told = f"the WCS cannot be used: {row.keyword} is '{row.value}', which is not a number"
            broken.setdefault(match[1] or "", told)
        axes = re.fullmatch(rf"WCSAXES({_A})", row.keyword)
        if row.keyword.startswith("CTYPE") and not row.quoted:
            told = f"the WCS cannot be used: {row.keyword} is {row.value or 'empty'}, which names no axis"
            broken.setdefault(row.keyword[-1] if row.keyword[-1].isalpha() else "", told)
        if axes and not (row.value.isdigit() and int(row.value) <= _LIMIT):
            broken.setdefault(axes[1], f"the WCS cannot be used: it has {row.value} axes (WCSAXES)")
    for key in keys(cards):
        if not _tables_fit(cards, key):
            broken.setdefault(
                key, "the WCS cannot be used: an axis of type -TAB asks for one that its table lacks"
            )
    return broken


def _tables_fit(cards: Sequence[CardRow], key: str) -> bool:
    """Whether the axes of type -TAB ask for possible axes of their tables; wcslib does not look."""
    values = {row.keyword: row for row in cards}
    tables: dict[tuple[str, ...], list[float]] = {}
    for i in range(1, 100):
        ctype = values.get(f"CTYPE{i}{key}")
        if ctype is None or not ctype.value.upper().endswith("-TAB"):
            continue
        names = (values.get(f"PS{i}_{m}{key}") for m in (0, 1))
        versions = (values.get(f"PV{i}_{m}{key}") for m in (1, 2))
        table = tuple(row.value if row else "" for row in (*names, *versions))
        asked = values.get(f"PV{i}_3{key}")
        number = _number(asked.value) if asked else None
        tables.setdefault(table, []).append(1.0 if number is None else number)
    return all(sorted(asked) == list(range(1, len(asked) + 1)) for asked in tables.values())


def images(cards: Sequence[CardRow], broken: Container[str]) -> list[tuple[str, str]]:
    """Return keyword and image of the cards, clean enough for wcslib.

    wcslib reads all systems whichever is asked for, so those in `broken` must not get there.
    """
    found = []
    plate = _is_plate(cards)
    for row in cards:
        numbered = _NUMBERED.fullmatch(row.keyword)
        if numbered and numbered[1] in broken:
            continue
        if _PLATE_CARD.fullmatch(row.keyword) and (not plate or _UNUSED.fullmatch(row.keyword)):
            continue
        text = row.value.encode("ascii", "replace").decode("ascii")
        number = _number(text) if _NUMBERS.fullmatch(row.keyword) else None
        if number is not None:
            # as it is written, with all its digits
            value = f"{text.strip().lstrip('JB').upper().replace('D', 'E'):>20}"
        elif _NUMBERS.fullmatch(row.keyword):
            continue
        elif row.quoted:
            # a WAT string goes on in the next card: blanks at its end are part of it
            width = 68 if row.keyword.startswith("WAT") else 8
            value = f"'{text.replace(_QUOTE, 2 * _QUOTE)[:68]:<{width}}'"
        else:
            # everything that is not a number is text and has quotes
            continue
        if _AXES.fullmatch(row.keyword) and not (number is not None and 0 <= number <= _LIMIT):
            continue
        if _SIP_ORDER.fullmatch(row.keyword) and not (number is not None and 0 <= number <= 9):
            continue
        found.append((row.keyword, f"{row.keyword:<8}= {value}".ljust(80)))
    return found
