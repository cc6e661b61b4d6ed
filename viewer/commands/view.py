"""View: the options of a picture, which the window and the snapshot share."""

import argparse
from typing import TYPE_CHECKING

from viewer.core.errors import ViewerError

if TYPE_CHECKING:
    from viewer.core.session.options import ViewOptions

NAMES = ("scale", "parameter", "limits", "cmap", "invert", "zoom", "hdu")
STRETCHES = ("linear", "log", "sqrt", "squared", "power", "asinh", "sinh", "histequal")


def add_view(parser: argparse.ArgumentParser) -> None:
    """Add the options of `ViewOptions`."""
    group = parser.add_argument_group("how images are shown")
    group.add_argument("--scale", choices=STRETCHES, help="curve from values to colours (asinh)")
    group.add_argument(
        "--parameter", type=float, metavar="A", help="the curve's own parameter, the a of its formula"
    )
    group.add_argument(
        "--limits",
        metavar="LIMITS",
        help="zscale, minmax, a percentage such as 99.5, or LOW,HIGH (zscale)",
    )
    group.add_argument("--cmap", metavar="NAME", help="colour map: grey, viridis, heat, ... (grey)")
    group.add_argument("--invert", action="store_true", help="colours the other way round")
    group.add_argument("--zoom", type=_zoom, metavar="fit|N", help="screen pixels for each image pixel (fit)")
    group.add_argument(
        "--hdu", type=hdu_number, metavar="N", help="HDU of files without brackets (0 is the first)"
    )


def hdu_number(text: str) -> int:
    """Read the number of an HDU for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"not a number of an HDU: {text!r}")
    return int(text)


def typed_options(arguments: argparse.Namespace) -> dict[str, str]:
    """Return the view options that were given, by their names, as `ViewOptions.typed` reads them."""
    found = ((name, getattr(arguments, name)) for name in NAMES)
    return {name: str(value) for name, value in found if value is not None and value is not False}


def view_options(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> "ViewOptions":
    """Return the view options; wrong ones end the program with a usage message."""
    # numpy comes with it: who shows the help, or hands files over, does without
    from viewer.core.session.options import ViewOptions

    try:
        return ViewOptions.typed(typed_options(arguments))
    except ViewerError as error:
        parser.error(str(error))


def _zoom(text: str) -> float:
    """Return the zoom, 0 for fit."""
    if text == "fit":
        return 0.0
    try:
        zoom = float(text)
    except ValueError:
        zoom = -1.0
    if not 1e-4 <= zoom <= 1e4:
        raise argparse.ArgumentTypeError(f"neither fit nor a sensible number: {text!r}")
    return zoom
