"""Downloading: images with an address in the network; each is opened when it is there."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.progress import Progress
from viewer.core.session.fetching import UNASKED, Large, fetch
from viewer.core.session.options import ViewOptions
from viewer.core.session.wire import shown_address
from viewer.ui.question import ask

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

MOST_AT_ONCE = 20
_BRACKETS = re.compile(r"(?P<address>.*?)(?P<brackets>(\[[^\[\]]*\])*)", re.DOTALL)


def download(window: "MainWindow", addresses: Sequence[str], options: ViewOptions | None = None) -> None:
    """Download files into a temporary folder, and open them.

    Parameters
    ----------
    window : MainWindow
        Shows them.
    addresses : sequence of str
        http:, https: or ftp:, with brackets if wanted.
    options : ViewOptions, optional
        How the images are to be shown.
    """

    def all_of_them() -> None:
        for address in addresses:
            _start(window, address, options, UNASKED)

    if len(addresses) <= MOST_AT_ONCE:
        all_of_them()
        return
    ask(
        window,
        "Many files",
        f"Download {len(addresses):,} files?",
        "They are opened one after the other, as they come.",
        {"Download all": all_of_them},
    )


def _start(window: "MainWindow", named: str, options: ViewOptions | None, most: int | None) -> None:
    session = window.session
    downloads = session.downloads
    match = _BRACKETS.fullmatch(named)
    address, brackets = (named, "") if match is None else (match["address"], match["brackets"])
    where = shown_address(address)

    def work(progress: Progress) -> Path | Large:
        with downloads.turn(progress):
            return fetch(address, downloads.place(), progress, most)

    def there(found: Path | Large) -> None:
        if isinstance(found, Path):
            downloads.came(found, address)
            session.open([f"{found}{brackets}"], options)
            session.tell("info", f"{found.name} was downloaded; save it to keep it.")
            return
        size = "more than 500 MB" if found.size is None else f"{found.size / 1e6:,.0f} MB"
        ask(
            window,
            "Large file",
            f"Download {size}?",
            f"{where} goes into a temporary folder, which is removed at the end.",
            {"Download": lambda: _start(window, named, options, None)},
        )

    session.jobs.start(
        f"Downloading {where}",
        work,
        there,
        lambda sentence: session.tell("error", sentence),
        waits=True,
    )
