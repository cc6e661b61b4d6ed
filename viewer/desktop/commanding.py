"""skyloupe --install-desktop and --uninstall-desktop: what is done, line by line."""

import argparse
import sys

from viewer.core.errors import ViewerError
from viewer.desktop.installing import install, uninstall


def run(given: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Install or uninstall, tell it, and return the exit code.

    Parameters
    ----------
    given : argparse.Namespace
        With ``install_desktop``, ``uninstall_desktop``, ``default`` and ``files``.
    parser : argparse.ArgumentParser
        What refuses the options that do not go together.
    """
    if given.install_desktop and given.uninstall_desktop:
        parser.error("say either --install-desktop or --uninstall-desktop")
    if given.default and not given.install_desktop:
        parser.error("--default goes with --install-desktop")
    if given.files:
        parser.error("--install-desktop and --uninstall-desktop take no files")
    try:
        said = install(default=given.default) if given.install_desktop else uninstall()
    except ViewerError as error:
        sys.stderr.write(f"skyloupe: {error}\n")
        return 1
    # a name that is no text, of a home folder for instance, is written as it is
    sys.stdout.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return 0
