"""Saving: the options of results, which `apply` and `run` share."""

import argparse
from collections.abc import Collection
from typing import get_args

from viewer.core.batch.plan import SaveOptions
from viewer.core.errors import ViewerError
from viewer.core.io.writing.options import Compression, Dtype, PictureKind

VALUED = ("--black-white",)


def add_saving(parser: argparse.ArgumentParser, taken: Collection[str] = ()) -> None:
    """Add the options of `SaveOptions`, but for those names that an operation has taken."""
    group = parser.add_argument_group("how results are saved")
    group.add_argument("--overwrite", action="store_true", help="replace older files")
    if "dtype" not in taken:
        group.add_argument("--dtype", choices=get_args(Dtype), help="type of the numbers (keep)")
    if "compress" not in taken:
        group.add_argument(
            "--compress", choices=get_args(Compression), help="tile compression of FITS images (keep)"
        )
    if "picture" not in taken:
        group.add_argument(
            "--picture",
            choices=get_args(PictureKind),
            help="what a PNG, JPEG or TIFF file shows: the numbers, or shades (data)",
        )
    if "black_white" not in taken:
        group.add_argument(
            "--black-white", metavar="LOW,HIGH", help="values that are black and white in such a file"
        )


def save_options(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> SaveOptions:
    """Return the options; wrong ones end the program with a usage message."""
    limits = getattr(arguments, "black_white", None)
    try:
        return SaveOptions(
            dtype=getattr(arguments, "dtype", None) or "keep",
            compression=getattr(arguments, "compress", None) or "keep",
            picture=getattr(arguments, "picture", None) or "data",
            limits=None if limits is None else _limits(limits),
        )
    except ViewerError as error:
        parser.error(str(error))


def _limits(text: str) -> tuple[float, float]:
    try:
        low, high = (float(word) for word in text.split(","))
    except ValueError:
        raise ViewerError(f"--black-white cannot be {text}: write LOW,HIGH") from None
    return low, high
