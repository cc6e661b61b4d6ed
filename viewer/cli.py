"""Command line: open files in a window, or do one thing with them without one."""

import contextlib
import os
import sys
from collections.abc import Mapping, Sequence

# Names that are handed to a window that is open get there before anything else is loaded, not even argparse:
# a double click waits for it. `typing` is such a thing, too, so what it would say is said here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser

    from viewer.core.session.options import ViewOptions

COMMANDS = {
    "info": "list the HDUs of files",
    "header": "show a header, or some cards of it",
    "value": "show the value and the sky position of pixels",
    "stats": "measure a whole image",
    "regions": "measure the regions of a file on an image",
    "stars": "find the stars of an image and measure them",
    "measure": "measure stars: centre, width, light and sky position",
    "spectrum": "extract the spectrum of a long-slit frame, or of a region of a cube",
    "snapshot": "write the picture to a PNG, JPEG or TIFF file",
    "thumbnail": "write a small PNG picture of a file, as file managers show it",
    "convert": "write an image in another format: FITS, PNG, JPEG, TIFF or text",
    "operations": "list what can be done to an image, or describe one operation",
    "apply": "do one operation to files and save the results",
    "run": "do all steps of a recipe to many files",
    "script": "write what was done to a file, or a recipe, as a Python script",
    "table": "list the frames of a folder with what their headers say",
    "compare": "show in which cards the headers of files differ",
    "master": "make a master bias, dark or flat of many frames",
    "calibrate": "correct frames for bias, dark and flat",
    "combine": "align many images and make one of them",
    "lightcurve": "measure a star against others through a series of frames",
    "zeropoint": "find the magnitude of one count from stars whose magnitudes are in a catalogue",
    "reduce": "do all that for a whole night, by its headers, and report",
}

VALUED = ("--limits", "--parameter")
"""Options whose value may begin with a minus."""

# one of them is set where a window can be opened, or somebody knows better
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")

_EXAMPLES = """\
FILE is a FITS file of any kind (.gz .bz2 .xz .Z .zst and .fz too), a PNG, JPEG or TIFF picture, and may
name an HDU and a section: file.fits[1]  file.fits[SCI,2]  file.fits[1][100:200,100:200]

examples:
  skyloupe m13.fits
  skyloupe night/*.fits --scale log --limits 99.5
  skyloupe 'mosaic.fits[SCI,2]' --limits=-5,100 --cmap viridis --zoom 2
  skyloupe stats m13.fits --json
  skyloupe apply gaussian --sigma 2 m13.fits -o smooth.fits
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line without the program's name; the process's own if left out.

    Returns
    -------
    int
        The exit code: 0; 1 if something failed with a file; 2 for wrong usage; 130 after Ctrl-C.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    with contextlib.suppress(AttributeError):
        # a terminal that knows only ASCII gets question marks, not a traceback
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
        sys.stderr.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        return _command(words) if words and words[0] in COMMANDS else _window(words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except BrokenPipeError:
        # the reader, `head` for instance, has seen enough; Python shall not complain while it ends
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _command(words: list[str]) -> int:
    import argparse
    import importlib

    from viewer.commands.words import joined

    # each command is loaded alone: none of them needs Qt, and the window needs none of them
    command = importlib.import_module(f"viewer.commands.{words[0]}")
    parser = argparse.ArgumentParser(
        prog=f"skyloupe {words[0]}",
        description=command.HELP[0].upper() + command.HELP[1:] + ".",
        epilog="examples:\n" + "\n".join(f"  {line}" for line in command.EXAMPLES.split("\n")),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    code: int = command.run(
        parser.parse_args(joined(words[1:], (*VALUED, *getattr(command, "VALUED", ())))), parser
    )
    sys.stdout.flush()
    return code


def _window(words: list[str]) -> int:
    if not any(word.startswith("-") for word in words):
        return _open(words, {})
    from viewer.commands.view import typed_options, view_options
    from viewer.commands.words import joined

    parser = _window_parser()
    words = joined(words, VALUED)
    # argparse itself takes what comes behind for options, if they are mixed with files
    end = words.index("--") if "--" in words else len(words)
    given = parser.parse_intermixed_args(words[:end])
    given.files += words[end + 1 :]
    if given.install_desktop or given.uninstall_desktop or given.default:
        # not needed to open files
        from viewer.desktop.commanding import run as change_desktop

        return change_desktop(given, parser)
    typed = typed_options(given)
    # wrong ones are told here, not in a window somewhere; numpy is needed to find them
    options = view_options(given, parser) if typed else None
    restore = given.restore_from or ("" if given.restore else None)
    return _open(given.files, typed, options, restore, given.new)


def _open(
    files: list[str],
    typed: Mapping[str, str],
    options: "ViewOptions | None" = None,
    restore: str | None = None,
    new: bool = False,
) -> int:
    """Give files to the window that is open, or open one.

    Parameters
    ----------
    files : list of str
        As they were typed.
    typed, options : mapping, ViewOptions
        The view options as words, and what they mean.
    restore : str, optional
        As `viewer.ui.application.run` takes it.
    new : bool
        A window of its own is wanted.
    """
    if sys.platform == "linux" and not any(map(os.environ.get, _DISPLAYS)):
        # Qt would end the program with a list of its plugins
        sys.stderr.write(
            "skyloupe: there is no display to open a window on: log in with one (ssh -X), or use a command, "
            "see skyloupe --help\n"
        )
        return 1
    from viewer.handover.client import hand_over

    outcome = hand_over(files, typed, new=new or restore is not None)
    if outcome.done:
        return 0
    if outcome.sentence:
        sys.stderr.write(f"skyloupe: {outcome.sentence}\n")
    # numpy, and Qt: only for a window
    from viewer.core.session.options import ViewOptions
    from viewer.ui.application import run

    return run(files, options or ViewOptions(), outcome.claim, restore, empty=new)


def _window_parser() -> "ArgumentParser":
    import argparse

    from viewer import __version__
    from viewer.commands.view import add_view

    parser = argparse.ArgumentParser(
        prog="skyloupe",
        usage="skyloupe [FILE ...] [options]\n       skyloupe COMMAND ... (see skyloupe COMMAND --help)",
        description="A fast viewer and inspector for astronomical images.",
        epilog="commands, which need no display (a file of the same name is opened as ./info):\n"
        + "".join(f"  {name:<12}{text}\n" for name, text in COMMANDS.items())
        + "\n"
        + _EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="*", metavar="FILE")
    add_view(parser)
    parser.add_argument(
        "--new", action="store_true", help="open a window of its own, whatever windows are open already"
    )
    parser.add_argument(
        "--restore",
        action="store_true",
        help="bring back what was open when the last windows were closed, behind files that are named",
    )
    # what a window starts that has found the journals of several
    parser.add_argument("--restore-from", metavar="FILE", help=argparse.SUPPRESS)
    desktop = parser.add_argument_group("at home on the desktop, for this user")
    desktop.add_argument(
        "--install-desktop",
        action="store_true",
        help="let the desktop open FITS files with Skyloupe, and show thumbnails of them",
    )
    desktop.add_argument(
        "--default",
        action="store_true",
        help="with --install-desktop: also where another program opens them now",
    )
    desktop.add_argument("--uninstall-desktop", action="store_true", help="take that back")
    parser.add_argument("--version", action="version", version=f"skyloupe {__version__}")
    return parser
