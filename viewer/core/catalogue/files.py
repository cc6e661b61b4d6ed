"""Files: catalogues from text, ECSV, FITS tables, VOTable and SExtractor, told apart by their content."""

import gzip
import io
import re
import zlib
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from astropy.io import ascii as astropy_ascii
from astropy.io.votable import parse
from astropy.table import Table

from viewer.core.catalogue.catalogue import Catalogue
from viewer.core.catalogue.recognise import Named, Raw, catalogue_of
from viewer.core.catalogue.text import columns_of, plain, table_of
from viewer.core.errors import ViewerError
from viewer.core.io import FileName, open_source
from viewer.core.quiet import quiet

# more text than this is not a catalogue to be drawn, and would not fit into most memories
_MOST_BYTES = 1 << 30
_HEAD = 4096
# names of columns between bars, and below them their types
_IPAC = re.compile(r"\|[^\n]*\|\s*\n\|\s*(?:char|c|double|d|float|f|real|r|int|i|long|l)\b", re.IGNORECASE)
# what the parsers behind astropy raise at one or another kind of damage
_DAMAGED = (
    ExpatError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OSError,
    SyntaxError,
    EOFError,
)


def read_catalogue(path: str | Path, named: Named | None = None) -> Catalogue:
    """Read a catalogue from a file of any kind that is known.

    Parameters
    ----------
    path : str or pathlib.Path
        A file; that of a FITS file may name an HDU in brackets.
    named : Named, optional
        Columns that the user names; the others are recognised.

    Returns
    -------
    Catalogue
        Its notes say which columns the positions are from.

    Raises
    ------
    ViewerError
        If there is no such file, it is no table, or no column holds positions.
    """
    name = FileName.parse(str(path))
    file = name.path
    try:
        if file.is_dir():
            raise ViewerError(f"{file} is a folder: name a catalogue in it")
        size = file.stat().st_size
        with file.open("rb") as stream:
            head = stream.read(_HEAD)
        if not head:
            raise ViewerError(f"{file.name} is empty")
        unpacked = _unpacked(file) if head.startswith(b"\x1f\x8b") else None
        if unpacked is not None and not unpacked.startswith(b"SIMPLE"):
            raw = _text(unpacked, file.name)
        elif head.startswith(b"SIMPLE") or _compressed(head):
            raw = _fits(name)
        else:
            if size > _MOST_BYTES:
                raise ViewerError(
                    f"{file.name} has {size / (1 << 30):.1f} GiB of text, which is too much for a catalogue "
                    "to be shown: write the part of the sky that you need"
                )
            raw = _text(file.read_bytes(), file.name)
    except OSError as error:
        raise ViewerError(f"{file} cannot be read: {error.strerror or error}") from error
    return catalogue_of(raw, file.name, str(file), named)


def _compressed(head: bytes) -> bool:
    return head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x1f\x9d", b"\x28\xb5\x2f\xfd"))


def _unpacked(file: Path) -> bytes | None:
    """Return what is in a .gz file, as much as is a catalogue; None if it is damaged."""
    try:
        with gzip.open(file) as stream:
            return stream.read(_MOST_BYTES)
    except (OSError, EOFError, zlib.error):
        return None


def _text(content: bytes, name: str) -> Raw:
    if b"\0" in content[:_HEAD] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ViewerError(
            f"{name} is no catalogue: it is neither text nor FITS nor VOTable. CSV, ECSV, FITS tables, "
            "VOTable and SExtractor's files can be read"
        )
    start = content[:_HEAD].lstrip()
    if start.startswith((b"<?xml", b"<VOTABLE", b"\xef\xbb\xbf<?xml")):
        return _votable(content, name)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    if text.startswith("# %ECSV"):
        return _by_astropy(text, "ecsv", name)
    if text.startswith("\\") or _IPAC.match(text):
        return _by_astropy(text, "ipac", name)
    if "Byte-by-byte Description" in text[:100_000]:
        return _by_astropy(text, "mrt" if text.lstrip().startswith("Title:") else "cds", name)
    return table_of(text, name)


def _by_astropy(text: str, kind: str, name: str) -> Raw:
    try:
        with quiet():
            table = astropy_ascii.read(text, format=kind, guess=False)
    except (ValueError, KeyError, IndexError, TypeError, astropy_ascii.InconsistentTableError) as error:
        said = " ".join(str(error).split())[:200].rstrip(".")
        raise ViewerError(f"{name} looks like {kind.upper()}, but cannot be read: {said}") from error
    return raw_of(table)


def raw_of(table: Table, frame: str = "") -> Raw:
    """Return an astropy table with what is needed of it to find the positions."""
    units, ucds = {}, {}
    plain_columns: dict[str, Any] = {}
    for column in table.itercols():
        name = str(column.info.name)
        if hasattr(column, "ra") and hasattr(column, "dec"):
            # a column of positions, as astropy writes them to ECSV
            sky = column.icrs
            plain_columns[f"{name}.ra"], plain_columns[f"{name}.dec"] = sky.ra.deg, sky.dec.deg
            ucds[f"{name}.ra"], ucds[f"{name}.dec"] = "pos.eq.ra", "pos.eq.dec"
            continue
        unit = getattr(column, "unit", None)
        if unit is not None:
            units[name] = str(unit)
        ucd = (getattr(column, "meta", None) or {}).get("ucd")
        if ucd:
            ucds[name] = str(ucd)
    return Raw({**columns_of(table), **plain_columns}, units, ucds, frame=frame)


def _votable(content: bytes, name: str) -> Raw:
    try:
        with quiet():
            tree = parse(io.BytesIO(content), verify="ignore", invalid="mask")
            tables = list(tree.iter_tables())
            frames = [
                str(each.system or "") for resource in tree.resources for each in resource.coordinate_systems
            ]
            found = [
                raw_of(each.to_table(use_names_over_ids=True), _frame(frames))
                for each in tables
                if not each.is_empty()
            ]
    except _DAMAGED as error:
        said = " ".join(str(error).split())[:200].rstrip(".")
        raise ViewerError(f"{name} is a damaged VOTable: {said}") from error
    if not found:
        raise ViewerError(f"{name} is a VOTable without any rows")
    return _best(found, name)


def _frame(systems: list[str]) -> str:
    return {"eq_FK4": "FK4", "eq_FK5": "FK5", "galactic": "galactic"}.get(systems[0], "") if systems else ""


def _best(tables: list[Raw], name: str) -> Raw:
    """Return the first table in which positions are found; if there is none, the first."""
    for each in tables:
        try:
            catalogue_of(each, name, "")
        except ViewerError:
            continue
        return each
    return tables[0]


def _fits(name: FileName) -> Raw:
    """Read a table of a FITS file by the program's own reader, which survives damage."""
    source = open_source(name)
    if name.hdu is not None:
        numbers = [source.find(name.hdu, name.ver)]
    else:
        numbers = [hdu.index for hdu in source.hdus if hdu.kind == "table" and hdu.name != "LDAC_IMHEAD"]
    if not numbers:
        raise ViewerError(f"{name.path.name} has no table, only images: open it as an image")
    found = []
    for number in numbers:
        table = source.table(number)
        columns: dict[str, Any] = {}
        for i, column in enumerate(table.names):
            values = table.column(i)
            if values.dtype == object or values.dtype.kind not in "biufU" or values.ndim > 2:
                continue
            if values.ndim == 2:
                for j in range(min(values.shape[1], 20)):
                    columns[f"{column}_{j}" if j else column] = plain(values[:, j])
            else:
                columns[column] = plain(values)
        units = {column: unit for column, unit in zip(table.names, table.units, strict=True) if unit}
        found.append(Raw(columns, units, {}, table.problems))
    filled = [each for each in found if each.columns and len(next(iter(each.columns.values())))]
    if not filled:
        raise ViewerError(f"the table of {name.path.name} has no rows")
    return _best(filled, name.path.name)
