"""Recognise: which columns of a table are positions, brightness and names, whoever wrote it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.catalogue import writers
from viewer.core.catalogue.angles import as_degrees, known_unit
from viewer.core.catalogue.catalogue import Catalogue
from viewer.core.errors import ViewerError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Raw:
    """A table as it was read.

    Attributes
    ----------
    columns : mapping of str to numpy.ndarray
        Numbers with NaN for nothing, or texts.
    units, ucds : mapping of str to str
        Of those columns that have one.
    notes : tuple of str
        What was left out when it was read, a sentence each.
    frame : str
        The celestial frame that the file names (ICRS, FK5, FK4 …), or empty.
    """

    columns: Mapping[str, Array]
    units: Mapping[str, str]
    ucds: Mapping[str, str]
    notes: tuple[str, ...] = ()
    frame: str = ""


@dataclass(frozen=True)
class Named:
    """Columns that the user names; what is empty is recognised.

    Attributes
    ----------
    ra, dec, x, y, magnitude, label : str
        Names of columns, in any case.
    base : int
        The number that x and y give to the first pixel.
    """

    ra: str = ""
    dec: str = ""
    x: str = ""
    y: str = ""
    magnitude: str = ""
    label: str = ""
    base: int = 1


def catalogue_of(raw: Raw, name: str, origin: str, named: Named | None = None) -> Catalogue:
    """Make a catalogue of a table by finding its positions.

    Parameters
    ----------
    raw : Raw
        The table.
    name, origin : str
        As in `Catalogue`.
    named : Named, optional
        What the user says about its columns.

    Raises
    ------
    ViewerError
        If it has no positions; the sentence names the columns that it has.
    """
    named = named or Named()
    ra, dec, sky_notes = _sky(raw, name, named)
    x, y, pixel_notes = _pixels(raw, name, named)
    if ra is None and x is None:
        raise ViewerError(_no_positions(raw, name))
    given = [values for values in ((x, y) if ra is None else (ra, dec)) if values is not None]
    missing = ~np.logical_and.reduce([np.isfinite(values) for values in given])
    notes = [*raw.notes, *sky_notes, *pixel_notes]
    count = int(np.count_nonzero(missing))
    if count == len(missing) and count:
        raise ViewerError(
            f"no row of {name} has a position that can be read, although there are columns for it "
            f"({'; '.join((*sky_notes, *pixel_notes)).rstrip('.')}): name others"
        )
    if count:
        notes.append(f"{count} of {len(missing)} rows have no position that can be read, and are not shown.")
    magnitude = _column(raw, name, named.magnitude) if named.magnitude else _magnitude(raw)
    label = _column(raw, name, named.label) if named.label else _first(raw, writers.LABELS)
    if named.magnitude and not _numeric(raw.columns[magnitude]):
        raise ViewerError(f"the column {magnitude} of {name} holds no numbers: it cannot tell the brightness")
    flux = "" if magnitude else _first(raw, writers.FLUXES, numbers=True)
    return Catalogue(
        name, raw.columns, raw.units, x, y, ra, dec, origin, tuple(notes), magnitude, flux, label
    )


def _sky(raw: Raw, name: str, named: Named) -> tuple[Array | None, Array | None, list[str]]:
    if bool(named.ra) != bool(named.dec):
        raise ViewerError(f"a position on the sky needs two columns of {name}: name both RA and Dec")
    frame = raw.frame or "ICRS"
    if named.ra:
        pair: tuple[str, str] | None = (_column(raw, name, named.ra), _column(raw, name, named.dec))
    else:
        pair = _by_ucd(raw, writers.UCDS) or _pair(raw, writers.SKY)
        if pair is None:
            found = _from_parts(raw)
            if found is not None:
                return *found, ["Positions from RAh, RAm, RAs, DE-, DEd, DEm, DEs (J2000)."]
        for others, where in ((writers.GALACTIC, "galactic"), (writers.B1950, "FK4")):
            if pair is None:
                ucds = (writers.GALACTIC_UCDS,) if where == "galactic" else ()
                pair = _by_ucd(raw, ucds) or _pair(raw, others)
                frame = where if pair else frame
    if pair is None:
        return None, None, []
    lon_name, lat_name = pair
    lon_unit = raw.units.get(lon_name, "")
    if not lon_unit and re.search(r"hour|_?hms$|^rah$", lon_name, re.IGNORECASE):
        lon_unit = "hour"
    lon, meaning = as_degrees(raw.columns[lon_name], lon_unit, hours=frame != "galactic")
    lat, _ = as_degrees(raw.columns[lat_name], raw.units.get(lat_name, ""), hours=False)
    notes = [f"Positions from {lon_name} ({meaning}) and {lat_name}{_frame_word(frame)}."]
    if not known_unit(lon_unit) and meaning == "degrees" and len(lon) and np.nanmax(lon, initial=0) <= 24:
        notes.append(f"{lon_name} has no unit and nothing above 24: if it means hours, give it the unit h.")
    with np.errstate(invalid="ignore"):
        possible = (np.abs(lat) <= 90) & (lon >= -360) & (lon <= 720)
    impossible = np.isfinite(lon) & np.isfinite(lat) & ~possible
    if impossible.any():
        row = int(np.argmax(impossible))
        notes.append(
            f"{int(impossible.sum())} rows have impossible positions, the first {lon[row]:g}, {lat[row]:g} "
            f"in row {row + 1}."
        )
    lon, lat = np.where(possible, lon % 360, np.nan), np.where(possible, lat, np.nan)
    return *_icrs(lon, lat, frame), notes


def _frame_word(frame: str) -> str:
    return {"ICRS": "", "galactic": ", galactic", "FK4": ", B1950"}.get(frame, f", {frame}")


def _icrs(lon: Array, lat: Array, frame: str) -> tuple[Array, Array]:
    """Return positions in ICRS."""
    name = {"ICRS": "icrs", "FK5": "fk5", "FK4": "fk4", "galactic": "galactic"}.get(frame, "icrs")
    if name == "icrs":
        return lon, lat
    # most catalogues are in ICRS, and these take a second to import
    from astropy import units
    from astropy.coordinates import SkyCoord

    known = np.isfinite(lon) & np.isfinite(lat)
    there = SkyCoord(lon[known] * units.deg, lat[known] * units.deg, frame=name).icrs
    ra, dec = np.full(len(lon), np.nan), np.full(len(lat), np.nan)
    ra[known], dec[known] = there.ra.deg, there.dec.deg
    return ra, dec


def _pixels(raw: Raw, name: str, named: Named) -> tuple[Array | None, Array | None, list[str]]:
    if bool(named.x) != bool(named.y):
        raise ViewerError(f"a position in pixels needs two columns of {name}: name both x and y")
    if named.x:
        pair: tuple[str, str] | None = (_column(raw, name, named.x), _column(raw, name, named.y))
        base, who = named.base, "as you say"
    else:
        pair, base, who = None, 1, ""
        for along_x, along_y, first, writer in writers.PIXELS:
            if along_x in raw.columns and along_y in raw.columns:
                pair, base, who = (along_x, along_y), first, f"as {writer} does"
                break
        if pair is None:
            pair, who = _pair(raw, writers.PIXELS_ANY_CASE), "as FITS does"
    if pair is None:
        return None, None, []
    x, y = raw.columns[pair[0]], raw.columns[pair[1]]
    if not (_numeric(x) and _numeric(y)):
        if named.x:
            raise ViewerError(f"the columns {pair[0]} and {pair[1]} of {name} hold no numbers: name others")
        return None, None, []
    note = f"Pixels from {pair[0]} and {pair[1]}, counted from {base} {who}."
    return np.asarray(x, float) - base, np.asarray(y, float) - base, [note]


def _numeric(values: Array) -> bool:
    return values.dtype.kind in "biuf"


def _lower(raw: Raw) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in raw.columns:
        found.setdefault(column.strip().casefold(), column)
    return found


def _column(raw: Raw, name: str, wanted: str) -> str:
    """Return the column that the user names."""
    if wanted in raw.columns:
        return wanted
    found = _lower(raw).get(wanted.strip().casefold())
    if found is None:
        raise ViewerError(f"{name} has no column {wanted}; it has {_listed(raw)}")
    return found


def _pair(raw: Raw, pairs: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    names = _lower(raw)
    for one, other in pairs:
        if one in names and other in names:
            return names[one], names[other]
    return None


def _by_ucd(raw: Raw, pairs: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """Return the columns with these UCDs, those marked as the main ones first."""
    for one, other in pairs:
        found: list[list[str]] = []
        for wanted in (one, other):
            having = [
                name
                for name, ucd in raw.ucds.items()
                if ucd.casefold().startswith(wanted) and "stat.error" not in ucd.casefold()
            ]
            # a sort keeps the order of the others
            found.append(sorted(having, key=lambda name: "main" not in raw.ucds[name].casefold()))
        if found[0] and found[1]:
            return found[0][0], found[1][0]
    return None


def _from_parts(raw: Raw) -> tuple[Array, Array] | None:
    """Return the positions of a table that has hours, minutes, seconds and so on in columns of their own."""
    names = _lower(raw)
    if not all(each in names for part in writers.PARTS for each in part if each != "de-"):
        return None
    hours, minutes, seconds, degrees, arcminutes, arcseconds = (
        np.asarray(raw.columns[names[each]], float) for each in (*writers.PARTS[0], *writers.PARTS[1][1:])
    )
    sign = np.where(degrees < 0, -1.0, 1.0)
    if "de-" in names:
        sign = np.where([str(each).strip() == "-" for each in raw.columns[names["de-"]]], -1.0, 1.0)
    ra = 15 * (hours + minutes / 60 + seconds / 3600)
    return ra, sign * (np.abs(degrees) + arcminutes / 60 + arcseconds / 3600)


def _first(raw: Raw, wanted: Sequence[str], numbers: bool = False) -> str:
    names = _lower(raw)
    for each in wanted:
        if each in names and (not numbers or _numeric(raw.columns[names[each]])):
            return names[each]
    return ""


def _magnitude(raw: Raw) -> str:
    found = _first(raw, writers.MAGNITUDES, numbers=True)
    if found:
        return found
    for column, values in raw.columns.items():
        ucd = raw.ucds.get(column, "").casefold()
        named = bool(writers.MAG.search(column)) or raw.units.get(column, "").casefold() == "mag"
        if _numeric(values) and not writers.ERROR.search(column) and (ucd.startswith("phot.mag") or named):
            return column
    return ""


def _listed(raw: Raw) -> str:
    names = list(raw.columns)
    more = f" and {len(names) - 30} more" if len(names) > 30 else ""
    return ", ".join(names[:30]) + more


def _no_positions(raw: Raw, name: str) -> str:
    if not raw.columns:
        return f"{name} has no columns"
    return (
        f"no column of {name} is known to hold positions; it has {_listed(raw)}: "
        "name the columns of RA and Dec, or of x and y"
    )
