"""Spectrum: extracted from a long-slit frame, or from a region of a cube."""

import argparse
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from viewer.commands.common import (
    add_hdu,
    add_json,
    for_each_file,
    keep_images,
    read_to_measure,
    write,
    write_json,
)
from viewer.commands.value import plane_of
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.measure.cuberegion import extracted_region
from viewer.core.measure.extraction import Calibration, Extraction, extracted
from viewer.core.measure.slitbands import traced
from viewer.core.measure.spectralaxis import dispersion_of
from viewer.core.measure.spectrumfile import Spectrum, as_csv, linear_step, write_spectrum
from viewer.core.shapes.files import read_regions

HELP = "extract the spectrum of a long-slit frame, or of a region of a cube"
EXAMPLES = """\
skyloupe spectrum star.fits --along rows --band 124:142 --sky 90:115 150:175 -o star.csv
skyloupe spectrum star.fits --along rows --band 124:142 --sky 90:115 --rotate auto -o star.fits
skyloupe spectrum arc.fits --along rows --band 124:142 --calibrate 281.2=4671.23 607.5=6182.42 -o arc.fits
skyloupe spectrum cube.fits --region 'circle(53,60,7.5)' --combine mean -o clump.csv"""

VALUED = ("--rotate",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "--along",
        choices=("rows", "columns"),
        help="which way the dispersion runs: along the rows, so that the wavelength changes with x and bands "
        "are ranges of rows; or along the columns, and bands are ranges of columns (as the header says, else "
        "the longer side)",
    )
    parser.add_argument(
        "--band", type=_range, metavar="A:B", help="rows (or columns) of the object, 1-based, both included"
    )
    parser.add_argument(
        "--sky",
        type=_range,
        metavar="A:B",
        nargs="+",
        action="extend",
        default=[],
        help="rows (or columns) of the sky, to be subtracted",
    )
    parser.add_argument(
        "--sky-fit",
        choices=("median", "constant", "linear"),
        default="median",
        help="the sky at each wavelength: the median of its pixels, their mean without outliers, or a "
        "straight line along the slit (median)",
    )
    parser.add_argument(
        "--combine",
        choices=("sum", "mean", "median"),
        help="what is made of the pixels of the band at each wavelength (sum; of a region: mean)",
    )
    parser.add_argument(
        "--rotate",
        type=_angle,
        metavar="auto|DEG",
        help="turn the frame so that the dispersion is straight: by the trace of the object, or by the "
        "degrees by which it rises; band and sky are meant in the middle of the dispersion then",
    )
    parser.add_argument(
        "--trace", action="store_true", help="the band follows the trace of the object instead"
    )
    parser.add_argument("--trace-order", type=int, metavar="N", default=2, help="of its polynomial (2)")
    parser.add_argument(
        "--calibrate",
        type=_line,
        metavar="PIXEL=WAVELENGTH",
        nargs="+",
        action="extend",
        default=[],
        help="lines whose wavelengths are known; otherwise those of the header hold",
    )
    parser.add_argument(
        "--order", type=int, metavar="N", default=1, help="of the calibration: 1 is linear (1)"
    )
    parser.add_argument("--unit", default="Angstrom", help="of these wavelengths (Angstrom)")
    parser.add_argument(
        "--medium", choices=("air", "vacuum"), default="", help="where these wavelengths hold"
    )
    parser.add_argument("--gain", type=float, metavar="G", help="electrons for each count (the header's)")
    parser.add_argument("--read-noise", type=float, metavar="E", help="in electrons (the header's)")
    parser.add_argument(
        "--region", metavar="SHAPE", help="of a cube: a shape as in DS9's region files, in image coordinates"
    )
    parser.add_argument("--plane", metavar="N[,N]", help="of a cube with more axes, 1-based (1)")
    parser.add_argument(
        "-o", "--output", metavar="OUT", help="OUT.csv or OUT.fits; - writes CSV to standard output"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace OUT")
    add_hdu(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it."""
    if arguments.region is None and arguments.band is None:
        parser.error("--band A:B is needed (or --region SHAPE for a cube)")
    if arguments.region is not None and arguments.band is not None:
        parser.error("--band is for long-slit frames and --region for cubes: give one of them")
    if arguments.rotate is not None and arguments.trace:
        parser.error("--rotate and --trace both straighten the spectrum: give one of them")

    def show(file: str) -> None:
        keep_images(arguments.output, [file])
        frame = read_to_measure(file, arguments.hdu)
        if arguments.region is not None:
            spectrum, more = _of_region(frame, arguments, parser)
        else:
            spectrum, more = _of_slit(frame, arguments, parser)
        _give(spectrum, more, frame, arguments)

    return for_each_file([arguments.file], show)


def _of_slit(
    frame: Frame, arguments: argparse.Namespace, parser: argparse.ArgumentParser
) -> tuple[Spectrum, dict[str, Any]]:
    plane = plane_of(arguments.plane, frame, parser)
    if arguments.plane is None and math.prod(frame.shape[:-2]) > 1 and not frame.colour:
        raise ViewerError(
            f"{frame.name} is a cube: give --region for the spectrum of a region of it, or --plane if one of "
            "its planes is a long-slit frame"
        )
    along, why = dispersion_of(frame)
    if arguments.along is not None:
        along, why = arguments.along, ""
    calibration = (
        Calibration(tuple(arguments.calibrate), arguments.order, arguments.unit, arguments.medium)
        if arguments.calibrate
        else None
    )
    how = Extraction(
        along,
        arguments.band,
        tuple(arguments.sky),
        arguments.sky_fit,
        arguments.combine or "sum",
        gain=arguments.gain,
        read_noise=arguments.read_noise,
        calibration=calibration,
    )
    more: dict[str, Any] = {"along": along, "band": arguments.band, "sky_bands": arguments.sky}
    if arguments.rotate == "auto" or arguments.trace:
        trace = traced(frame, how, arguments.trace_order if arguments.trace else 1, plane)
        more["trace"] = {key: trace[key] for key in ("angle", "fwhm", "rms", "coefficients", "notes")}
        if arguments.trace:
            how = replace(how, trace=tuple(trace["coefficients"].tolist()))
        else:
            how = replace(how, angle=trace["angle"])
    elif arguments.rotate is not None:
        how = replace(how, angle=arguments.rotate)
    if calibration is not None:
        fit = calibration.fit(frame.image_shape[1 if along == "rows" else 0])
        more["calibration"] = {key: fit[key] for key in ("coefficients", "residuals", "rms", "dispersion")}
    found = extracted(frame, how, plane)
    if why:
        found = replace(found, notes=(f"dispersion along {along}: {why}", *found.notes))
    return found, {**more, "combine": how.combine, "rotate": how.angle}


def _of_region(
    frame: Frame, arguments: argparse.Namespace, parser: argparse.ArgumentParser
) -> tuple[Spectrum, dict[str, Any]]:
    plane = plane_of(arguments.plane, frame, parser)
    loaded = read_regions(f"image\n{arguments.region}\n", "--region", frame.world, plane)
    if len(loaded.regions) != 1 or loaded.problems:
        why = f": {loaded.problems[0]}" if loaded.problems else ""
        raise ViewerError(
            f"--region cannot be {arguments.region}{why}: write circle(X,Y,RADIUS), for instance"
        )
    combine = arguments.combine or "mean"
    found = extracted_region(frame, loaded.regions[0], combine, plane)
    return found, {"region": arguments.region, "combine": combine}


def _give(spectrum: Spectrum, more: dict[str, Any], frame: Frame, arguments: argparse.Namespace) -> None:
    axis = spectrum.axis
    kind = ""
    if arguments.output not in (None, "-"):
        kind = write_spectrum(spectrum, Path(arguments.output), frame.header, overwrite=arguments.overwrite)
    if arguments.json:
        linear = linear_step(axis) if axis.known else None
        write_json(
            {
                "file": frame.name,
                **{name: _plain(value) for name, value in more.items()},
                "unit": spectrum.unit,
                "axis": {
                    "label": axis.label,
                    "unit": axis.unit,
                    "medium": axis.medium,
                    "source": axis.source,
                    "start": None if linear is None else linear[0],
                    "step": None if linear is None else linear[1],
                },
                **{name: column.tolist() for name, column in spectrum.columns().items()},
                "notes": spectrum.notes,
                "output": arguments.output if kind else None,
            }
        )
    elif kind:
        values = axis.values
        reach = f"{axis.title} {values[0]:.8g} to {values[-1]:.8g}"
        write(f"{arguments.output}: {kind}, {len(values)} pixels, {reach}")
        if axis.source:
            write(f"{axis.label}: {axis.source}")
        for note in spectrum.notes:
            write(note)
    else:
        write(as_csv(spectrum))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value.tolist() if hasattr(value, "tolist") else value


def _range(text: str) -> tuple[int, int]:
    first, colon, last = text.partition(":")
    try:
        low, high = sorted((int(first), int(last if colon else first)))
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a range: {text!r}: write A:B, such as 120:140") from None
    return low, high


def _angle(text: str) -> float | str:
    if text == "auto":
        return text
    try:
        angle = float(text)
    except ValueError:
        angle = 360.0
    if not abs(angle) < 45:
        raise argparse.ArgumentTypeError(f"not an angle: {text!r}: write auto, or degrees from -45 to 45")
    return angle


def _line(text: str) -> tuple[float, float]:
    pixel, equals, wavelength = text.partition("=")
    try:
        return float(pixel), float(wavelength if equals else "none")
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"not a line: {text!r}: write PIXEL=WAVELENGTH, such as 281.2=4671.23"
        ) from None
