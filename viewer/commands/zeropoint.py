"""Zeropoint: the magnitude of one count, from stars of a catalogue."""

import argparse
import math
from typing import Any

import numpy as np

from viewer.commands.common import (
    add_hdu,
    add_json,
    complain,
    for_each_file,
    read_to_measure,
    table,
    write,
    write_json,
)
from viewer.commands.lightcurve import length_of
from viewer.core.catalogue.files import read_catalogue
from viewer.core.catalogue.recognise import Named
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.measure.cards import exposure_of, gain_of, saturation_of
from viewer.core.measure.plane import Plane
from viewer.core.measure.zeropoint import zero_point

HELP = "find the magnitude of one count from stars whose magnitudes are in a catalogue"
EXAMPLES = """\
skyloupe zeropoint m13.fits --catalogue gaia.csv
skyloupe zeropoint light.fits --catalogue standards.csv --magnitude Vmag --radius 8 --json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "--catalogue",
        required=True,
        metavar="CAT",
        help="CSV, ECSV, FITS table, VOTable or SExtractor's, with RA and Dec or x and y",
    )
    parser.add_argument("--magnitude", default="", metavar="COLUMN", help="of the magnitudes (recognised)")
    parser.add_argument("--radius", type=length_of, default=5.0, metavar="PX", help="of the aperture (5)")
    parser.add_argument("--exposure", type=length_of, metavar="S", help="in seconds (the header's, else 1)")
    parser.add_argument(
        "--most", type=int, default=100, metavar="N", help="so many of the brightest stars (100)"
    )
    add_hdu(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, _parser: argparse.ArgumentParser) -> int:
    """Do it; no zero point is a failure."""
    result: dict[str, Any] = {}

    def measure(file: str) -> None:
        result.update(measured(read_to_measure(file, arguments.hdu), arguments))

    code = for_each_file([arguments.file], measure)
    if code:
        return code
    if arguments.json:
        write_json(
            {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in result.items()}
        )
    else:
        _show(result)
    if not math.isfinite(result["zero_point"]):
        complain(f"{arguments.file} has no zero point: {result['notes'] or 'no star is left'}")
        return 1
    return 0


def measured(frame: Frame, arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the zero point of a frame, and its stars.

    Raises
    ------
    ViewerError
        If the catalogue has no magnitudes, or none of its stars is in the frame.
    """
    catalogue = read_catalogue(arguments.catalogue, Named(magnitude=arguments.magnitude))
    if not catalogue.magnitude:
        columns = ", ".join(list(catalogue.columns)[:30])
        raise ViewerError(
            f"no column of {catalogue.name} is known to hold magnitudes; it has {columns}: "
            "name one with --magnitude"
        )
    placed = catalogue.placed(frame.world, frame.image_shape)
    if placed is None:
        raise ViewerError(f"{catalogue.name} has positions on the sky only, and {frame.name} has no WCS")
    brightness = np.asarray(catalogue.columns[catalogue.magnitude], float)
    rows = np.flatnonzero(placed.inside & np.isfinite(brightness))
    if not len(rows):
        raise ViewerError(f"no star of {catalogue.name} with a magnitude is in {frame.name}")
    magnitudes = brightness[rows]
    order = np.argsort(magnitudes, kind="stable")[: arguments.most]
    rows, magnitudes = rows[order], magnitudes[order]
    plane: Any = Plane(frame)
    exposure = arguments.exposure or exposure_of(frame.cards) or 1.0
    found = zero_point(
        plane,
        xs=tuple(placed.x[rows] + 1),
        ys=tuple(placed.y[rows] + 1),
        magnitudes=tuple(magnitudes),
        exposure=exposure,
        radius=arguments.radius,
        inner=arguments.radius + 5,
        outer=arguments.radius + 10,
        gain=gain_of(frame.cards),
        saturation=saturation_of(frame.cards),
    )
    return {
        "file": frame.name,
        **found,
        "x": placed.x[rows] + 1,
        "y": placed.y[rows] + 1,
        "magnitudes": magnitudes,
    }


def _show(result: dict[str, Any]) -> None:
    columns = ("x", "y", "magnitudes", "instrumental", "residual")
    rows = [
        [f"{number + 1}", *(_number(result[name][number]) for name in columns), str(result["flags"][number])]
        for number in range(len(result["x"]))
    ]
    write(table(("Star", "x", "y", "Magnitude", "Instrumental", "Residual", "Flags"), rows))
    write(
        f"Zero point {_number(result['zero_point'])} ± {_number(result['zero_point_err'])} mag for one count "
        f"in {'1 s' if result['exposure'] != 1 else 'the whole exposure'}; single stars scatter by "
        f"{_number(result['scatter'])} mag; {result['stars']} of {len(rows)} stars count."
    )


def _number(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else "-"
