"""Convert: write an image in another format or with another type of numbers."""

import argparse
from pathlib import Path
from typing import get_args

from viewer.commands.common import add_hdu, complain, for_each_file, read_frame
from viewer.core.io.write import SUFFIXES, SaveOptions, write
from viewer.core.io.writing.options import Compression, Dtype, PictureKind

HELP = "write an image in another format: FITS, PNG, JPEG, TIFF or text"
EXAMPLES = "skyloupe convert photo.png -o photo.fits\n"
EXAMPLES += "skyloupe convert m13.fits -o m13.png --picture log\n"
EXAMPLES += "skyloupe convert m13.fits -o m13.fits.fz --dtype float32"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "-o", "--output", required=True, type=Path, metavar="OUT", help=f"ends in {', '.join(SUFFIXES)}"
    )
    add_hdu(parser)
    parser.add_argument("--dtype", choices=get_args(Dtype), default="keep", help="type of the numbers")
    parser.add_argument(
        "--compress", choices=get_args(Compression), default="keep", help="tile compression of FITS"
    )
    parser.add_argument(
        "--picture",
        choices=get_args(PictureKind),
        default="data",
        help="what a PNG, JPEG or TIFF shows: the values, 8-bit grey, its logarithm, or balanced colours",
    )
    parser.add_argument("--alone", action="store_true", help="leave out the file's other HDUs")
    parser.add_argument("--overwrite", action="store_true", help="replace OUT if it exists")


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it."""
    options = SaveOptions(
        dtype=arguments.dtype,
        compression=arguments.compress,
        whole_file=not arguments.alone,
        picture=arguments.picture,
    )
    return for_each_file([arguments.file], lambda file: _convert(file, arguments, options))


def _convert(file: str, arguments: argparse.Namespace, options: SaveOptions) -> None:
    frame = read_frame(file, arguments.hdu)
    for remark in write(frame, arguments.output, options, overwrite=arguments.overwrite):
        complain(remark)
