"""Stats: exact numbers of a whole image."""

import argparse

from viewer.commands.common import add_hdu, add_json, for_each_file, read_to_measure, table, write, write_json
from viewer.core.measure.statistics import statistics

HELP = "measure a whole image, every plane included"
EXAMPLES = "skyloupe stats m13.fits\nskyloupe stats 'flat.fits[100:200,100:200]' --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE")
    add_hdu(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, _parser: argparse.ArgumentParser) -> int:
    """Do it."""

    def show(file: str) -> None:
        frame = read_to_measure(file, arguments.hdu)
        found = statistics(frame.pixels, colour=frame.colour)
        numbers = {
            "min": found.min,
            "max": found.max,
            "mean": found.mean,
            "median": found.median,
            "std": found.std,
            "nan_count": found.nan_count,
            "zscale": found.zscale,
        }
        if arguments.json:
            write_json(numbers)
            return
        rows = [(name, _text(number)) for name, number in numbers.items()]
        if found.inf_count:
            rows.insert(-1, ("infinite", str(found.inf_count)))
        if frame.unit:
            rows.append(("unit", frame.unit))
        write(table(("", ""), rows).split("\n", 1)[1])

    return for_each_file([arguments.file], show)


def _text(number: float | tuple[float, float] | None) -> str:
    if number is None:
        return "none"
    if isinstance(number, tuple):
        return " to ".join(_text(each) for each in number)
    return str(number) if isinstance(number, int) else f"{number:.10g}"
