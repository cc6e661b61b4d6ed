"""Coordinates: the WCS and linear systems that a header describes, read so that nothing can fail."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core import wcscards
from viewer.core.axes import Axis, name_of, pretty_unit
from viewer.core.header import CardRow
from viewer.core.quiet import one_line, quiet
from viewer.core.skyframes import Celestial

if TYPE_CHECKING:
    from astropy.io.fits import HDUList

# what astropy says about repairs that change no position, and about more axes than the image has
_HARMLESS = re.compile("deprecated|made the change|more axes|Removed redundant")


@dataclass(frozen=True)
class System:
    """One coordinate system of a header.

    Attributes
    ----------
    key : str
        Empty for the primary one, else its letter.
    wcs : astropy.wcs.WCS
        All axes; without the distortion if there are more than two of them.
    axes : tuple of Axis
        The world axes.
    lon, lat : int
        Which of them are celestial, -1 if none is.
    frame : Celestial or None
        Their frame, if it is one that can be turned into others.
    sky : astropy.wcs.WCS or None
        The first two axes with the distortion, where `wcs` is without it.
    """

    key: str
    wcs: Any
    axes: tuple[Axis, ...]
    lon: int = -1
    lat: int = -1
    frame: Celestial | None = None
    sky: Any = None


@dataclass
class Found:
    """What `read` brings back: systems, primary one first, and what is to be said about them."""

    systems: list[System] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read(rows: Sequence[CardRow], path: Path | None) -> Found:
    """Read every WCS of a header.

    Parameters
    ----------
    rows : sequence of CardRow
        The header.
    path : pathlib.Path, optional
        The file, for lookup tables that stand in other HDUs of it.
    """
    cards = wcscards.wanted(rows)
    keys = wcscards.keys(cards)
    found = Found()
    if not keys:
        return found
    broken = wcscards.unreadable(cards)
    images = wcscards.images(cards, broken)
    with _Tables(path, cards, found.notes) as tables, quiet() as messages:
        for key in keys:
            if key in broken:
                found.problems[key] = broken[key]
                continue
            system = _system(key, cards, images, tables, found)
            if system is not None:
                found.systems.append(system)
    found.notes.extend(dict.fromkeys(message for message in messages if not _HARMLESS.search(message)))
    return found


class _Tables:
    """The file's other HDUs, opened only if the header refers to tables in them."""

    def __init__(self, path: Path | None, cards: Sequence[CardRow], notes: list[str]) -> None:
        self._path = path if wcscards.needs_tables(cards) else None
        self._notes = notes
        self._hdus: HDUList | None = None

    def __enter__(self) -> "HDUList | None":
        if self._path is not None:
            # only files with lookup tables need it
            from astropy.io import fits

            try:
                with quiet():
                    self._hdus = fits.open(self._path, memmap=True)
                    len(self._hdus)
            except (OSError, ValueError, TypeError, fits.VerifyError) as error:
                self._notes.append(f"lookup tables of the WCS cannot be read: {one_line(str(error))}")
        return self._hdus

    def __exit__(self, *args: object) -> None:
        if self._hdus is not None:
            with quiet():
                self._hdus.close()


def _system(
    key: str, cards: Sequence[CardRow], images: list[tuple[str, str]], tables: "HDUList | None", found: Found
) -> System | None:
    wcs, sky, problem = _build(key, images, tables, found.notes)
    if wcs is None:
        found.problems[key] = f"the WCS{' ' + key if key else ''} cannot be used: {problem}"
        return None
    core = wcs.wcs
    values = {row.keyword: row.value for row in reversed(cards)}
    axes = tuple(_axis(core, i, key, values) for i in range(core.naxis))
    frame = _frame(core, found.notes) if core.lng >= 0 and core.lat >= 0 else None
    return System(key, wcs, axes, core.lng, core.lat, frame, sky)


def _build(
    key: str, images: list[tuple[str, str]], tables: "HDUList | None", notes: list[str]
) -> tuple[Any, Any, str]:
    plain = [(keyword, image) for keyword, image in images if not wcscards.is_distortion(keyword)]
    distorted = len(plain) < len(images)
    wcs, problem = _wcs(key, images, tables)
    if wcs is not None or not distorted:
        return wcs, None, problem
    wcs, worse = _wcs(key, plain, tables)
    if wcs is None:
        return None, None, worse
    if wcs.naxis > 2:
        sky, problem = _wcs(key, images, tables, axes=2)
        if sky is not None:
            return wcs, sky, ""
    notes.append(f"positions are without the distortion that the header describes: {problem}")
    return wcs, None, ""


def _wcs(
    key: str, images: list[tuple[str, str]], tables: "HDUList | None", axes: int | None = None
) -> tuple[Any, str]:
    """Return the transformation or None, and why."""
    # astropy.wcs is not needed before the first picture
    from astropy.io.fits import Header, VerifyError
    from astropy.wcs import WCS

    header = Header.fromstring("".join(image for _, image in images))
    try:
        wcs = WCS(header, fobj=tables, key=key or " ", naxis=axes, fix=False, _do_set=False)
        # units, dates, old spellings, PV beside SIP as SCAMP writes it
        wcs.fix()
        wcs.wcs.set()
        position = np.zeros((1, wcs.naxis))
        wcs.all_pix2world(position, 0)
    except (
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        NameError,
        ArithmeticError,
        MemoryError,
        AssertionError,
        OSError,
        RuntimeError,
        SystemError,
        VerifyError,
    ) as error:
        return None, _reason(error)
    return wcs, ""


def _reason(error: BaseException) -> str:
    """Return the sentence in an error of wcslib, without its names of functions and files."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if not re.match(r"ERROR \d+ in \w+\(\)", line)]
    text = one_line(" ".join(told[:2]) or (lines[0] if lines else type(error).__name__))
    return text.rstrip(".")


def _axis(core: Any, i: int, key: str, values: dict[str, str]) -> Axis:
    ctype = str(core.ctype[i])
    if i in (core.lng, core.lat):
        return Axis(name_of(ctype, "", i + 1), "lon" if i == core.lng else "lat", "deg")
    label = name_of(ctype, str(core.cname[i]), i + 1)
    if ctype.strip().upper() == "STOKES":
        return Axis(label, "stokes")
    unit, factor = _unit(str(core.cunit[i]), values.get(f"CUNIT{i + 1}{key}", ""))
    if ctype.strip().upper() not in ("", "LINEAR") or key:
        return Axis(label, "other", unit, factor)
    # IRAF keeps name and unit of a spectrum's axis in its own cards; a logarithmic axis has DC-FLAG 1
    iraf = " ".join(values.get(f"WAT{i + 1}_{part:03d}", "") for part in range(1, 4))
    name, iraf_unit = re.search(r"label=(\w+)", iraf), re.search(r"units=(\w+)", iraf)
    if name:
        label = name[1].lower()
    if iraf_unit and not unit:
        unit = {"angstroms": "Angstrom", "Angstroms": "Angstrom"}.get(iraf_unit[1], iraf_unit[1])
    return Axis(label, "other", unit, factor, logarithmic=i == 0 and values.get("DC-FLAG", "").strip() == "1")


def _unit(given: str, wanted: str) -> tuple[str, float]:
    """Return the header's own unit and the factor to it from the one that wcslib turned it into."""
    # needed with astropy.wcs only
    from astropy import units

    try:
        source = units.Unit(given)
        target = units.Unit(wanted)
        if not wanted.strip():
            return pretty_unit(str(source)), 1.0
        return pretty_unit(str(target)), float(source.to(target))
    except (ValueError, TypeError, units.UnitsError):
        return given.strip(), 1.0


def _frame(core: Any, notes: list[str]) -> Celestial | None:
    kind = str(core.lngtyp).strip().upper()
    equinox = float(core.equinox)
    known = 1500.0 < equinox < 2500.0
    if kind == "GLON":
        return Celestial("galactic")
    if kind == "SLON":
        return Celestial("supergalactic")
    if kind == "ELON":
        return Celestial("ecliptic", equinox if known else 2000.0)
    if kind != "RA":
        return None
    system = str(core.radesys).strip().upper()
    if not system:
        system = "ICRS" if not known else "FK4" if equinox < 1984.0 else "FK5"
    if system.startswith(("FK5", "J2000")):
        return Celestial("fk5", equinox if known else 2000.0)
    if system.startswith(("FK4-NO", "FK4_NO")):
        return Celestial("fk4noe", equinox if known else 1950.0)
    if system.startswith(("FK4", "B1950")):
        return Celestial("fk4", equinox if known else 1950.0)
    if system == "GAPPT":
        notes.append("RADESYS is GAPPT, geocentric apparent places: they are not turned into other frames")
        return None
    if system != "ICRS":
        notes.append(f"RADESYS = '{system}' is not known and taken for ICRS")
    return Celestial("icrs")
