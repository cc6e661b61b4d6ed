"""Kinds: what a frame was taken for, from the words of many observatories; said, never silently guessed."""

import re
from typing import NamedTuple

from viewer.core.night.entry import Kind
from viewer.core.observation.heading import Heading

KEYWORDS = (
    "IMAGETYP",  # SBIG, MaxIm DL, N.I.N.A., SharpCap, APT, IRAF, SAAO, NOT, HST
    "IMAGETYPE",
    "IMGTYPE",  # ZTF
    "IMGTYP",  # PTF
    "IMTYPE",
    "KOAIMTYP",  # Keck's archive
    "OBSTYPE",  # LCO, Liverpool Telescope, ING, CFHT, Gemini, NOAO, DECam
    "OBS-TYPE",  # TNG
    "OBS_TYPE",  # NOT
    "ESO DPR TYPE",  # ESO, with ESO DPR CATG
    "DATA-TYP",  # Subaru
    "CCDTYPE",  # SALT
    "FLAVOR",  # SDSS
    "EXPTYPE",  # Las Campanas
    "EXP_TYPE",  # JWST
    "FRAMETYP",
    "FRAME",  # INDI, KStars
    "PICTTYPE",  # CCDSoft, TheSkyX: a number
    "IMAGECAT",  # NOT: SCIENCE or CALIB
)
"""Where the kind is said, the most telling first."""


def _words(text: str) -> list[str]:
    return text.split()


_LIGHT = _words(
    "light object obj science sci target expose exposure ext standard std stdstar spectrum spectro imaging "
    "spectroscopic coronagraphic normal rawobj astro tricolor color colour program stare"
)
_OTHER = _words(
    "arc arcs arclamp comp comparison lamp wave wavecal wavelength focus focusing autofocus defocus acq "
    "acquire acquisition test pinhole mask guide guider snapshot bpm badpixelmask align alignment fringe "
    "fringing illum illumination ronchi smear pointing experimental preview video flash trace slit slitview "
    "engineering"
)
_EXACT: dict[str, Kind] = {
    **dict.fromkeys(_LIGHT, "light"),
    **dict.fromkeys(_OTHER, "other"),
    **dict.fromkeys(("zero", "zeros", "offset"), "bias"),
    **dict.fromkeys(("ff", "sflat", "dflat", "pflat", "twilight", "gcal"), "flat"),
}
_PICTTYPE: dict[int, Kind] = {1: "light", 2: "bias", 3: "dark", 4: "flat"}
# words around the one that counts: "Light Frame", "masterDark", "raw obj"
_AROUND = ("master", "super", "combined", "stacked", "raw", "frame", "frames", "image", "images", "field")
_MASTER = re.compile(r"master|super(?=bias|dark|flat|zero)|combined|stacked", re.IGNORECASE)
_JWST = re.compile(r"(?:NRC|NRS|NIS|MIR|FGS)_")
_JWST_OTHER = re.compile(r"TACQ|CONFIRM|VERIFY|FOCUS|LAMP|WAVE|LED|IMAGEINT")

# what a file name or an OBJECT may consist of to say a kind: "Dark nebula" is an object
_NAMED: dict[str, Kind] = {
    **dict.fromkeys(_words("bias biases zero zeros masterbias superbias masterzero superzero"), "bias"),
    **dict.fromkeys(_words("dark darks masterdark superdark darkflat flatdark darkflats flatdarks"), "dark"),
    **dict.fromkeys(
        _words(
            "flat flats skyflat skyflats domeflat domeflats twiflat lampflat flatfield flatfields masterflat "
            "superflat twilightflat"
        ),
        "flat",
    ),
    **dict.fromkeys(_words("light lights science sci masterlight"), "light"),
}
_BESIDE = frozenset(
    _words(
        "frame frames field sky dome twilight twi lamp master super raw cal calib evening morning exposure "
        "s sec u b v r i g z y l ha oiii sii red green blue lum clear none on off"
    )
)


class Told(NamedTuple):
    """A kind, whether it is a master, and what there is to say about how that is known."""

    kind: Kind
    master: bool
    notes: tuple[str, ...]


def kind_of(heading: Heading, name: str) -> Told:
    """Tell the kind of a frame.

    Parameters
    ----------
    heading : Heading
        What the header says.
    name : str
        File name with the folders that may tell something.
    """
    notes = []
    said: tuple[str, str] | None = None
    kind: Kind = ""
    for keyword in KEYWORDS:
        text = _said(heading, keyword)
        meant = meaning(keyword, text)
        if meant:
            said, kind = (keyword, text), meant
            break
        # FRAME and the like are used for other things too
        if text and said is None and keyword not in ("FRAME", "EXPTYPE", "IMAGECAT"):
            said = keyword, text
    target, by_name = _target(heading), from_name(name)
    if kind and said is not None:
        by_target = from_words(target)
        master = _is_master(heading, said[1], name)
        for source, other in ((f"OBJECT '{target}'", by_target), ("the file name", by_name)):
            if other not in ("", kind) and not (kind == "other" and other == "light"):
                notes.append(f"Kind: {said[0]} '{said[1]}' says {kind}, but {source} says {other}.")
        return Told(kind, master, tuple(notes))
    unknown = f"{said[0]} '{said[1]}' is not known" if said else "the header has no IMAGETYP or the like"
    kind = from_words(target)
    if kind:
        notes.append(f"Kind: taken from OBJECT '{target}', as {unknown}.")
    elif by_name:
        kind = by_name
        notes.append(f"Kind: taken from the name of the file or folder, as {unknown}.")
    else:
        notes.append(f"Kind: cannot be told, as {unknown}: set it by hand.")
    return Told(kind, _is_master(heading, target, name), tuple(notes))


def meaning(keyword: str, text: str) -> Kind:
    """Return what a value of one of `KEYWORDS` means; empty if that is not known."""
    if keyword == "PICTTYPE":
        return _PICTTYPE.get(int(text), "") if text.isdecimal() else ""
    if _JWST.match(text):
        if "DARK" in text:
            return "dark"
        return "flat" if "FLAT" in text else "other" if _JWST_OTHER.search(text) else "light"
    lower = text.lower()
    words = [word for word in re.findall(r"[a-z]+", lower) if word not in _AROUND]
    whole = "".join(words)
    for around in _AROUND:
        whole = whole.removeprefix(around).removesuffix(around) or whole
    if whole in _EXACT:
        return _EXACT[whole]
    # a dark for flats is a dark
    parts: tuple[Kind, ...] = ("dark", "flat", "bias")
    for part in parts:
        if part in whole:
            return part
    meant = {_EXACT[word] for word in words if word in _EXACT}
    # "OBJECT,SKY" is an object, "LAMP,WAVE" an arc, "OBJECT,FOCUS" no science
    ranked: tuple[Kind, ...] = ("other", "bias", "flat", "light")
    return next((kind for kind in ranked if kind in meant), "")


def from_words(text: str) -> Kind:
    """Return the kind that an OBJECT says if it is made of such words alone ("Dome flat V"), else empty."""
    words = re.findall(r"[a-z]+", text.lower())
    if any(word not in _NAMED and word not in _BESIDE for word in words):
        return ""
    kinds = {_NAMED[word] for word in words if word in _NAMED} - {"light"}
    return _one(kinds)


def from_name(name: str) -> Kind:
    """Return the kind that a file's name, else its nearest folder's, says; empty if none or several do.

    Parameters
    ----------
    name : str
        ``darks/60s/d001.fits``: words between signs, digits and capital letters count.
    """
    for part in reversed(name.replace("\\", "/").split("/")):
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", part)
        words = re.findall(r"[a-z]+", spaced.lower())
        kinds = {_NAMED[word] for word in words if word in _NAMED}
        if kinds:
            return _one(kinds)
    return ""


def _one(kinds: set[Kind]) -> Kind:
    # "flat_dark_2s" is a dark for flats
    if kinds == {"dark", "flat"}:
        return "dark"
    return kinds.pop() if len(kinds) == 1 else ""


def _said(heading: Heading, keyword: str) -> str:
    text = heading.text(keyword)
    if keyword == "ESO DPR TYPE":
        # an acquisition is of an OBJECT too, and a calibrated product says more than its raw data
        product = heading.text("ESO PRO CATG")
        if product and meaning(keyword, product) in ("bias", "dark", "flat"):
            return product
        category = heading.text("ESO DPR CATG").upper()
        return f"{category},{text}" if category in ("ACQUISITION", "TEST") else text
    return text


def _target(heading: Heading) -> str:
    return heading.text("OBJECT") or heading.text("TARGNAME")


def _is_master(heading: Heading, text: str, name: str) -> bool:
    return (
        _MASTER.search(text) is not None
        or combined(heading) > 1
        or heading.text("ESO PRO CATG").upper().startswith("MASTER")
        or _MASTER.search(name.rpartition("/")[2]) is not None
    )


def combined(heading: Heading) -> int:
    """Return of how many frames an image was combined; 1 if the header does not say."""
    for keyword in ("NCOMBINE", "STACKCNT", "SNAPSHOT", "NCOMB", "ESO PRO DATANCOM"):
        value = heading.get(keyword)
        if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < 1e6:
            return int(value)
    # IRAF names each in a card
    if not any(b"IMCMB" in raw for raw in heading.headers):
        return 1
    return sum(keyword.startswith("IMCMB") for keyword in heading.keywords) or 1
