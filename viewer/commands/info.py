"""Info: what is in files, HDU by HDU."""

import argparse
from dataclasses import asdict
from typing import Any

from viewer.commands.common import add_json, complain, table, write, write_json
from viewer.core.errors import ViewerError
from viewer.core.io import open_source
from viewer.core.io.name import FileName
from viewer.core.io.source import Hdu, Source

HELP = "list the HDUs of files"
EXAMPLES = "skyloupe info night/*.fits\nskyloupe info --json mosaic.fits.fz"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("files", nargs="+", metavar="FILE")
    add_json(parser)


def run(arguments: argparse.Namespace, _parser: argparse.ArgumentParser) -> int:
    """Do it; every file, also one that cannot be read, has its object in the JSON list."""
    found = []
    code = 0
    for file in arguments.files:
        try:
            name = FileName.parse(file)
            source = open_source(name)
            described = describe(source, file)
            if name.hdu is not None or name.section is not None:
                # what the brackets ask for has to be there, and is what would be shown
                described["default"] = _named(source, name)
        except ViewerError as error:
            complain(error)
            code = 1
            found.append({"path": file, "hdus": [], "default": None, "problems": [str(error)]})
            continue
        found.append(described)
        if not arguments.json:
            write(as_text(described))
    if arguments.json:
        write_json(found)
    return code


def describe(source: Source, path: str) -> dict[str, Any]:
    """Return a file's JSON object; checksums are compared, which reads what has them."""
    hdus = []
    for hdu in source.hdus:
        try:
            problems = (*hdu.problems, *source.verify(hdu.index))
        except ViewerError as error:
            problems = (*hdu.problems, str(error))
        # an HDU without EXTVER is version 1 (FITS standard 4.0, section 4.4.2.6)
        ver = 1 if hdu.ver is None else hdu.ver
        hdus.append({**asdict(hdu), "ver": ver, "problems": list(dict.fromkeys(problems))})
    return {
        "path": path,
        "hdus": hdus,
        "default": _default(source.hdus, source.default),
        "problems": list(source.problems),
    }


def _named(source: Source, name: FileName) -> int | None:
    index = source.default if name.hdu is None else source.find(name.hdu, name.ver)
    if name.section is not None and index is not None:
        source.frame(index, name.section)
    return index


def _default(hdus: tuple[Hdu, ...], shown: int | None) -> int | None:
    """Return the HDU that a name without brackets means, if it is an image."""
    return shown if shown is not None and hdus[shown].kind == "image" else None


def as_text(described: dict[str, Any]) -> str:
    """Return what `describe` found as a table; an asterisk marks the default HDU."""
    versions = any(hdu["ver"] != 1 for hdu in described["hdus"])
    rows = [
        (
            "*" if hdu["index"] == described["default"] else "",
            str(hdu["index"]),
            hdu["name"],
            str(hdu["ver"]) if versions and hdu["name"] else "",
            hdu["kind"],
            _size(hdu),
            hdu["dtype"],
            hdu["unit"],
            hdu["compressed"],
            "WCS" if hdu["wcs"] else "",
        )
        for hdu in described["hdus"]
    ]
    head = ("", "HDU", "Name", "Ver", "Kind", "Size", "Type", "Unit", "Compression", "Sky")
    lines = [described["path"], table(head, rows, "  ")]
    lines += [f"  problem: {problem}" for problem in described["problems"]]
    lines += [
        f"  problem in HDU {hdu['index']}: {each}" for hdu in described["hdus"] for each in hdu["problems"]
    ]
    return "\n".join(lines)


def _size(hdu: dict[str, Any]) -> str:
    if hdu["kind"] == "table" and len(hdu["shape"]) == 2:
        return f"{hdu['shape'][0]} rows, {hdu['shape'][1]} columns"
    # as FITS has it: x first
    return " x ".join(str(length) for length in reversed(hdu["shape"]))
