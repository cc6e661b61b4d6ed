"""Stars: find and measure the stars of an image, and write them as a table."""

import argparse
import math
from pathlib import Path

from viewer.commands.common import (
    add_hdu,
    add_json,
    complain,
    for_each_file,
    keep_images,
    read_to_measure,
    table,
    write,
    write_json,
)
from viewer.commands.value import plane_of
from viewer.core.measure.starfiles import check_suffix
from viewer.core.measure.starlist import METHODS, StarList, find_star_list

HELP = "find the stars of an image and measure them"
EXAMPLES = """\
skyloupe stars m13.fits -o stars.csv
skyloupe stars m13.fits --threshold 8 --json
skyloupe stars 'mosaic.fits[SCI,2]' --aperture 6 --gain 1.4 -o stars.fits
skyloupe stars m13.fits --method teaching -o stars.reg"""

VALUED = ("--zero-point", "--saturation", "--threshold", "--aperture", "--separation", "--gain")

# on the screen: fewer digits than in a file
_DIGITS = {
    "x": ".2f",
    "y": ".2f",
    "ra": ".6f",
    "dec": ".6f",
    "flux": ".7g",
    "flux_err": ".3g",
    "peak": ".6g",
    "fwhm": ".2f",
    "ellipticity": ".2f",
    "theta": ".0f",
    "snr": ".4g",
    "mag": ".2f",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help="write the table: .csv, .ecsv, .fits, .vot or .reg (DS9 regions)",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace OUT")
    parser.add_argument(
        "--method",
        choices=METHODS,
        default="sep",
        help="sep: as SExtractor does (the default); teaching: local maxima of the stretched image",
    )
    parser.add_argument(
        "--threshold",
        type=float,
        metavar="T",
        help="how many times the noise a star stands out (5); of teaching: share of the range (0.7)",
    )
    parser.add_argument("--aperture", type=float, metavar="R", help="radius, px (1.5 x the median FWHM)")
    parser.add_argument(
        "--separation", type=float, metavar="D", help="two stars are never closer, px (half the median FWHM)"
    )
    parser.add_argument("--gain", type=float, metavar="G", help="electrons for each count (the header's)")
    parser.add_argument("--saturation", type=float, metavar="V", help="value of a full pixel (the header's)")
    parser.add_argument(
        "--zero-point", type=float, metavar="M", help="magnitude of a star of flux 1 (the header's)"
    )
    parser.add_argument("--plane", metavar="N[,N]", help="plane of a cube, 1-based (1)")
    add_hdu(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it; that an image has no stars is an answer, too: its table has no rows."""
    output = None if arguments.output is None else Path(arguments.output)

    def show(file: str) -> None:
        if output is not None:
            check_suffix(output)
            keep_images(output, [file])
        frame = read_to_measure(file, arguments.hdu)
        stars = find_star_list(
            frame,
            plane_of(arguments.plane, frame, parser),
            method=arguments.method,
            threshold=arguments.threshold,
            aperture=arguments.aperture,
            separation=arguments.separation,
            gain=arguments.gain,
            saturation=arguments.saturation,
            zero_point=arguments.zero_point,
        )
        if output is not None:
            stars.write(output, overwrite=arguments.overwrite)
        if arguments.json:
            write_json(stars.summary())
        elif output is None and len(stars):
            write(as_text(stars))
        for note in stars.notes:
            complain(f"{frame.name}: {note}")
        if not len(stars):
            complain(f"{frame.name} has no stars that stand out of its background")

    return for_each_file([arguments.file], show)


def as_text(stars: StarList) -> str:
    """Return the stars as a table for the screen."""
    stars_table = stars.as_table()
    shown = {name: digits for name, digits in _DIGITS.items() if name in stars_table.colnames}
    rows = [
        [
            *("" if math.isnan(star[name]) else f"{star[name]:{digits}}" for name, digits in shown.items()),
            str(star["flags"]),
        ]
        for star in stars_table
    ]
    return table((*shown, "flags"), rows)
