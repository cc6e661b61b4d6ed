"""skyloupe --install-desktop and --uninstall-desktop: what is done, line by line."""

import argparse
import sys

from viewer.core.errors import ViewerError
from viewer.core.names import shown
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
        sys.stderr.write(f"skyloupe: {shown(str(error))}\n")
        return 1
    sys.stdout.write("".join(f"{shown(line)}\n" for line in said))
    return 0
