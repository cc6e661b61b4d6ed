"""Value: what a file says at some positions."""

import argparse
import math
from typing import Any

from viewer.commands.common import add_hdu, add_json, complain, for_each_file, read_frame, write, write_json
from viewer.core.frame import Frame
from viewer.core.measure.readout import Readout, readout

HELP = "show the value and the sky position of pixels"
EXAMPLES = "skyloupe value m13.fits 150.5 150.5\nskyloupe value cube.fits 10 20 --plane 3 --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "numbers",
        nargs="+",
        type=number,
        metavar="X Y",
        help="FITS pixels, 1-based, fractions allowed: the value is that of the nearest pixel, the "
        "sky position that of the point",
    )
    parser.add_argument("--plane", metavar="N[,N]", help="plane of a cube, 1-based (1)")
    add_hdu(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it; a point outside the image is a failure, the others are still shown."""
    numbers = arguments.numbers
    if len(numbers) % 2:
        parser.error("positions are pairs of X and Y, and one number is left over")
    outside: list[str] = []

    def show(file: str) -> None:
        frame = read_frame(file, arguments.hdu)
        plane = plane_of(arguments.plane, frame, parser)
        found = []
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            point = readout(frame, x - 1, y - 1, plane)
            found.append((x, y, point))
            if not point.inside:
                height, width = frame.image_shape
                outside.append(
                    f"pixel {x:g}, {y:g} is outside {frame.name}, which has {width} x {height} pixels"
                )
        if arguments.json:
            write_json([as_object(frame, plane, x, y, point) for x, y, point in found])
        else:
            write("\n\n".join(point.as_text() for _, _, point in found))

    code = for_each_file([arguments.file], show)
    for each in outside:
        complain(each)
    return 1 if outside else code


def as_object(frame: Frame, plane: tuple[int, ...], x: float, y: float, point: Readout) -> dict[str, Any]:
    """Return a position's JSON object; that of a colour image has red, green and blue besides."""
    world = frame.world
    colours = {"values": list(point.values)} if frame.colour else {}
    value = point.values[plane[0] if frame.colour else 0] if point.values else None
    plane = () if frame.colour else plane
    sky = world.sky(x - 1, y - 1, "icrs", plane)
    others = {
        each.label: {"value": each.value, "unit": each.unit}
        for each in world.describe(x - 1, y - 1, plane)
        if each.system or not each.celestial
    }
    return {
        "x": x,
        "y": y,
        "value": value,
        **colours,
        "unit": point.unit,
        "ra": None if sky is None else sky[0],
        "dec": None if sky is None else sky[1],
        "world": others,
    }


def number(text: str) -> float:
    """Return a finite number that was typed."""
    value = float(text)
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"not a number: {text!r}")
    return value


def plane_of(text: str | None, frame: Frame, parser: argparse.ArgumentParser) -> tuple[int, ...]:
    """Return the plane in numpy order; FITS counts axes from the third upwards."""
    lengths = frame.shape[:-2]
    if text is None:
        return (0,) * len(lengths)
    numbers = text.split(",")
    if len(numbers) > len(lengths):
        parser.error(f"--plane {text}: {frame.name} has {len(lengths)} axes beside x and y")
    numbers += ["1"] * (len(lengths) - len(numbers))
    plane = tuple(int(each) - 1 if each.strip().isdecimal() else -1 for each in reversed(numbers))
    if not all(0 <= index < length for index, length in zip(plane, lengths, strict=True)):
        parser.error(f"--plane {text}: {frame.name} has planes 1 to {', '.join(map(str, reversed(lengths)))}")
    return plane
