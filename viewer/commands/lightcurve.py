"""Lightcurve: a star compared with others through a series of frames."""

import argparse
import math
from pathlib import Path
from typing import Any

from viewer.commands.common import add_json, complain, keep_images, read_frame, table, write, write_json
from viewer.commands.working import stopping
from viewer.core.errors import ViewerError
from viewer.core.measure.series import Aperture, measure_series
from viewer.core.measure.seriestable import SUFFIXES, Series, write_series
from viewer.core.progress import Cancelled, Progress

HELP = "measure a star against others through a series of frames"
EXAMPLES = """\
skyloupe lightcurve calibrated/*.fits --target 146.6,434.2 --compare 217.7,211.3 -o tres1.csv
skyloupe lightcurve night/*.fits --target 300,210 --compare 120,88 --align wcs --radius 6 --json"""

_DEFAULT = Aperture()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="frames, in any order")
    parser.add_argument(
        "--target",
        required=True,
        type=_position,
        metavar="X,Y",
        help="the star, in FITS pixels of the reference, 1-based",
    )
    parser.add_argument(
        "--compare",
        required=True,
        type=_position,
        action="append",
        metavar="X,Y",
        help="a star that does not vary; again for more",
    )
    parser.add_argument(
        "--reference", metavar="FILE", help="frame in which the positions were read (the first FILE)"
    )
    parser.add_argument(
        "--align",
        choices=("stars", "wcs", "pixels"),
        default="stars",
        help="how the stars are found again: by the pattern of all stars, by the WCS of the headers, or at "
        "the same pixels (stars)",
    )
    for name, what in (
        ("radius", "of the aperture"),
        ("inner", "where the annulus of the sky begins"),
        ("outer", "where it ends"),
        ("search", "how far a star may be from where it is expected"),
    ):
        default = getattr(_DEFAULT, name)
        parser.add_argument(
            f"--{name}", type=length_of, default=default, metavar="PX", help=f"{what} ({default:g})"
        )
    parser.add_argument(
        "--no-recentre", action="store_true", help="measure exactly where the stars are expected"
    )
    parser.add_argument(
        "--gain", type=length_of, metavar="E/ADU", help="electrons for each count (the header's)"
    )
    parser.add_argument(
        "--saturation",
        type=length_of,
        metavar="VALUE",
        help="value of a full pixel (the header's)",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help=f"table: {', '.join(SUFFIXES)}")
    parser.add_argument("--overwrite", action="store_true", help="replace OUT")
    add_json(parser)


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it; a frame that cannot be measured is a failure, the others are still in the table."""
    aperture = Aperture(
        radius=arguments.radius,
        inner=arguments.inner,
        outer=arguments.outer,
        search=arguments.search,
        recentre=not arguments.no_recentre,
        gain=arguments.gain,
        saturation=arguments.saturation,
    )
    stars = [arguments.target, *arguments.compare]
    if len(set(stars)) < len(stars):
        parser.error("--target and --compare name a star twice")
    progress = Progress()
    try:
        if arguments.output is not None and arguments.output.suffix.lower() not in SUFFIXES:
            raise ViewerError(f"{arguments.output.name}: the table is written as {', '.join(SUFFIXES)}")
        keep_images(arguments.output, [*arguments.files, *filter(None, [arguments.reference])])
        reference = read_frame(arguments.reference or arguments.files[0])
        with stopping(progress):
            found = measure_series(
                reference, arguments.files, stars, align=arguments.align, aperture=aperture, progress=progress
            )
        if arguments.output is not None:
            write_series(found, arguments.output, overwrite=arguments.overwrite)
    except ViewerError as error:
        complain(error)
        return 1
    except Cancelled:
        return 130
    for problem in found.problems:
        complain(problem)
    if arguments.json:
        write_json(as_object(found))
    else:
        if arguments.output is None:
            write(as_text(found))
        for each in (found.summary, *found.notes):
            write(each)
    return 1 if found.problems else 0


def as_object(series: Series) -> dict[str, Any]:
    """Return a light curve's JSON object."""
    names = list(series.columns)
    rows = zip(*(series.columns[name].tolist() for name in names), strict=True)
    return {
        "frames": [dict(zip(names, row, strict=True)) for row in rows],
        "stars": [list(star) for star in series.stars],
        "summary": series.summary,
        "notes": list(series.notes),
        "problems": list(series.problems),
    }


def as_text(series: Series) -> str:
    """Return the curve itself as a table for the terminal."""
    columns = series.columns
    rows = [
        [
            columns["file"][i],
            _number(columns["jd"][i], ".6f"),
            _number(columns["relative"][i], ".5f"),
            _number(columns["relative_err"][i], ".5f"),
            _number(columns["magnitude"][i], ".4f"),
            _number(columns["x"][i], ".2f"),
            _number(columns["y"][i], ".2f"),
            _number(columns["fwhm"][i], ".2f"),
            columns["flags"][i],
        ]
        for i in range(len(series))
    ]
    return table(("File", "JD (UTC)", "Relative", "Error", "Diff. mag", "x", "y", "FWHM", "Flags"), rows)


def _number(value: float, form: str) -> str:
    return format(value, form) if math.isfinite(value) else "-"


def _position(text: str) -> tuple[float, float]:
    try:
        x, y = map(float, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a position X,Y: {text!r}") from None
    if not (math.isfinite(x) and math.isfinite(y)):
        raise argparse.ArgumentTypeError(f"not a position X,Y: {text!r}")
    return x, y


def length_of(text: str) -> float:
    """Read a number above 0, such as a length in pixels."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"not a number above 0: {text!r}")
    return value
