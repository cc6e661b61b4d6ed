"""Regions: what a region file holds, and the statistics of each region on an image."""

import argparse
import csv
import io
import math
from pathlib import Path
from typing import Any

from viewer.commands.common import (
    add_hdu,
    add_json,
    complain,
    for_each_file,
    plain,
    read_to_measure,
    table,
    write,
    write_json,
)
from viewer.commands.value import plane_of
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io.safe import written
from viewer.core.measure.plane import Plane
from viewer.core.measure.regionmeasure import measure_regions
from viewer.core.shapes.files import Loaded, read_region_file
from viewer.core.shapes.region import Region
from viewer.core.shapes.writing import FRAMES, write_ds9

HELP = "measure the regions of a file on an image"
EXAMPLES = """\
skyloupe regions m51.reg --image m51.fits
skyloupe regions m51.reg --image m51.fits --json
skyloupe regions m51.crtf --image m51.fits -o m51.csv
skyloupe regions chandra.reg --image m101.fits -o m101.reg --frame icrs"""

_SHOWN = ("area", "sum", "mean", "median", "std", "min", "max", "missing")
_COLUMNS = (
    *("region", "kind", "name", "tags", "include", "x", "y", "ra", "dec", "area", "area_arcsec2", "pixels"),
    *("missing", "sum", "mean", "median", "std", "min", "max", "clipped_mean", "clipped_median"),
    *(
        "clipped_std",
        "centroid_x",
        "centroid_y",
        "length",
        "length_arcsec",
        "angle",
        "position_angle",
        "notes",
    ),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "regions", metavar="REG", help="of DS9, a CASA region file (CRTF) or a FITS region table"
    )
    parser.add_argument("--image", metavar="FILE", required=True, help="the image that they are measured on")
    parser.add_argument(
        "-o", "--output", metavar="OUT", help="write the numbers (.csv), or the regions for DS9 (.reg)"
    )
    parser.add_argument(
        "--frame", choices=FRAMES, default="image", help="coordinates of the regions in OUT.reg (image)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace OUT")
    parser.add_argument(
        "--clip",
        type=_clip,
        metavar="S",
        default=3.0,
        help="for the clipped numbers, in standard deviations (3)",
    )
    parser.add_argument("--plane", metavar="N[,N]", help="plane of a cube, 1-based (1)")
    add_hdu(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it; what could not be read or written is a failure, the others are still measured."""
    kind = Path(arguments.output).suffix.lower() if arguments.output else ""
    if kind not in ("", ".csv", ".reg"):
        parser.error(f"-o {arguments.output}: the numbers go to a .csv, the regions to a .reg")
    problems: list[str] = []

    def work(file: str) -> None:
        frame = read_to_measure(file, arguments.hdu)
        plane = plane_of(arguments.plane, frame, parser)
        path = Path(arguments.regions)
        loaded = read_region_file(path, frame.world, () if frame.colour else plane)
        problems.extend(f"{path.name}, {problem}" for problem in loaded.problems)
        if kind == ".reg":
            problems.extend(_save_regions(arguments, loaded, frame, plane))
            if not arguments.json:
                return
        found = measured(frame, loaded, plane, arguments.clip)
        if kind == ".csv":
            with written(Path(arguments.output), overwrite=arguments.overwrite) as target:
                target.write(as_csv(found).encode())
        if arguments.json:
            write_json(found)
        elif not kind and found:
            write(_text(found))

    code = for_each_file([arguments.image], work)
    for problem in problems:
        complain(problem)
    return 1 if problems else code


def measured(frame: Frame, loaded: Loaded, plane: tuple[int, ...], clip: float) -> list[dict[str, Any]]:
    """Return for each region what it is and what there is in it; positions are FITS pixels."""
    numbers = measure_regions(Plane(frame, plane), loaded.regions, frame.world, plane, clip)
    return [
        {**_identity(number, region), **found}
        for number, (region, found) in enumerate(zip(loaded.regions, numbers, strict=True), 1)
    ]


def _identity(number: int, region: Region) -> dict[str, Any]:
    x, y = region.centre
    return {
        "region": number,
        "kind": region.kind,
        "name": region.name,
        "tags": list(region.tags),
        "include": region.include,
        "x": x + 1,
        "y": y + 1,
        "points": [[px + 1, py + 1] for px, py in region.points],
        "size": list(region.size),
        "shape_angle": region.angle,
    }


def as_csv(found: list[dict[str, Any]]) -> str:
    """Return the numbers as comma-separated values; what a region does not have is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for each in found:
        writer.writerow([_cell(plain(each.get(name))) for name in _COLUMNS])
    return text.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)


def _save_regions(
    arguments: argparse.Namespace, loaded: Loaded, frame: Frame, plane: tuple[int, ...]
) -> tuple[str, ...]:
    result = write_ds9(loaded.regions, arguments.frame, frame.world, plane)
    if loaded.regions and len(result.text.splitlines()) <= 3:
        raise ViewerError(f"{arguments.output} was not written: {'; '.join(result.problems)}")
    with written(Path(arguments.output), overwrite=arguments.overwrite) as target:
        target.write(result.text.encode())
    return tuple(f"{arguments.output}: {problem}" for problem in result.problems)


def _text(found: list[dict[str, Any]]) -> str:
    head = ("", "kind", "name", "x", "y", *_SHOWN, "length", "angle")
    rows = []
    for each in found:
        numbers = [_number(each.get(name)) for name in (*_SHOWN, "length", "angle")]
        rows.append(
            [
                str(each["region"]),
                each["kind"],
                each["name"],
                f"{each['x']:.2f}",
                f"{each['y']:.2f}",
                *numbers,
            ]
        )
    notes = [f"{each['region']}: {note}" for each in found for note in each["notes"]]
    return "\n".join([table(head, rows), *notes])


def _number(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    return f"{value:.6g}" if math.isfinite(value) else "nan"


def _clip(text: str) -> float:
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"not a number of standard deviations: {text!r}")
    return value
