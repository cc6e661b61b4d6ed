"""Measure: the stars at some positions - where, how wide, how bright."""

import argparse
import math
from typing import Any

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
from viewer.commands.value import number, plane_of
from viewer.core.measure.cards import gain_of, saturation_of, zero_point_of
from viewer.core.measure.plane import Plane
from viewer.core.measure.starmeasure import measure_star
from viewer.core.measure.starsky import on_sky
from viewer.core.measure.window import is_inside

HELP = "measure stars: centre, width, shape, light above the sky, and position on the sky"
EXAMPLES = """\
skyloupe measure m13.fits 150 150
skyloupe measure m13.fits 150 150 81.5 203 --radius 6 --inner 10 --outer 16
skyloupe measure 'night.fits[SCI]' 512 300 --gain 1.4 --zero-point 24.8 --json"""

VALUED = ("--zero-point", "--radius", "--inner", "--outer", "--gain", "--saturation", "--search")

_COLUMNS = (
    *("x", "y", "ra", "dec", "fwhm", "fwhm_arcsec", "ellipticity", "theta", "peak", "background"),
    *("flux", "flux_err", "snr", "magnitude"),
)
_DEFAULT_ZERO_POINT = 25.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "numbers",
        nargs="+",
        type=number,
        metavar="X Y",
        help="where to look, in FITS pixels, 1-based: the star there, or else the nearest, is measured",
    )
    parser.add_argument("--radius", type=_length, metavar="R", help="of the aperture, px (3 x FWHM)")
    parser.add_argument("--inner", type=_length, metavar="R", help="of the sky's annulus, px (radius + 5)")
    parser.add_argument("--outer", type=_length, metavar="R", help="of the sky's annulus, px (inner + 5)")
    parser.add_argument(
        "--sky",
        choices=("mean", "median", "mode"),
        default="mean",
        help="of the annulus, stars left out (mean)",
    )
    parser.add_argument("--search", type=_length, metavar="R", default=5.0, help="how far to look, px (5)")
    parser.add_argument("--no-recentre", action="store_true", help="leave the aperture at X Y")
    parser.add_argument("--gain", type=_length, metavar="G", help="electrons for each count (the header's)")
    parser.add_argument("--saturation", type=number, metavar="S", help="a pixel is full from here (header's)")
    parser.add_argument(
        "--zero-point", type=number, metavar="M", help="magnitude of one count (the header's, or 25)"
    )
    parser.add_argument("--plane", metavar="N[,N]", help="plane of a cube, 1-based (1)")
    add_hdu(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it; a position outside the image is a failure, the others are still shown."""
    numbers = arguments.numbers
    if len(numbers) % 2:
        parser.error("positions are pairs of X and Y, and one number is left over")
    outside: list[str] = []

    def show(file: str) -> None:
        frame = read_to_measure(file, arguments.hdu)
        indices = plane_of(arguments.plane, frame, parser)
        plane = Plane(frame, indices)
        how = _settings(arguments, frame.cards)
        found = []
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            star = measure_star(plane, x=x, y=y, **how)  # type: ignore[arg-type]
            star = {**star, **on_sky(frame.world, star, indices)}
            found.append({"asked_x": x, "asked_y": y, **star, **{name: how[name] for name in _SAID}})
            if not is_inside(plane, x - 1, y - 1):  # type: ignore[arg-type]
                outside.append(star["notes"])
        if arguments.json:
            # one position was asked for, and so one answer is expected
            write_json(found if len(found) > 1 else found[0])
        else:
            write(_text(found))

    code = for_each_file([arguments.file], show)
    for each in outside:
        complain(each)
    return 1 if outside else code


# what the numbers depend on and the header may have said
_SAID = ("gain", "saturation", "zero_point")


def _settings(arguments: argparse.Namespace, cards: Any) -> dict[str, Any]:
    """Return how to measure: as asked, or as the header says."""
    zero_point = zero_point_of(cards) if arguments.zero_point is None else arguments.zero_point
    return {
        "radius": arguments.radius,
        "inner": arguments.inner,
        "outer": arguments.outer,
        "gain": gain_of(cards) if arguments.gain is None else arguments.gain,
        "saturation": saturation_of(cards) if arguments.saturation is None else arguments.saturation,
        "zero_point": _DEFAULT_ZERO_POINT if zero_point is None else zero_point,
        "sky": arguments.sky,
        "recentre": not arguments.no_recentre,
        "search": arguments.search,
    }


def _text(found: list[dict[str, Any]]) -> str:
    rows = [[_cell(name, star[name]) for name in _COLUMNS] for star in found]
    lines = [table(_COLUMNS, rows)]
    for star in found:
        lines.extend(
            f"{star['asked_x']:g}, {star['asked_y']:g}: {note}" for note in star["notes"].split("; ") if note
        )
    return "\n".join(lines)


def _cell(name: str, value: float) -> str:
    if not math.isfinite(value):
        # without a WCS, there is no such column
        return "" if name in ("ra", "dec", "fwhm_arcsec") else "nan"
    if name in ("ra", "dec"):
        return f"{value:.6f}"
    return f"{value:.3f}" if name in ("x", "y", "fwhm", "fwhm_arcsec", "magnitude") else f"{value:.6g}"


def _length(text: str) -> float:
    value = number(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return value
