"""Pasting: the names of files in what is copied or dragged elsewhere, as their programs write them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QMimeData
from PyQt6.QtGui import QGuiApplication

from viewer.ui.arriving import arrive

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

URI_LIST, MOZILLA = "text/uri-list", "text/x-moz-url"
# more is no list of names but somebody's text
LONGEST = 1 << 20


@dataclass(frozen=True)
class Names:
    """Names of files and addresses.

    Attributes
    ----------
    texts : tuple of str
        As they are written there.
    typed : bool
        As text, with quotes or ``~`` perhaps, not as a list made by a file manager.
    """

    texts: tuple[str, ...] = ()
    typed: bool = False


def names_in(data: QMimeData) -> Names:
    """Return the names in what is dragged or copied.

    Of any bytes: Qt's own URLs would lose those of a name that are no UTF-8.
    """
    if data.hasFormat(URI_LIST):
        lines = bytes(data.data(URI_LIST)).replace(b"\0", b"").splitlines()
        texts = [line.strip().decode("utf-8", "surrogateescape") for line in lines]
        return Names(tuple(text for text in texts if text and not text.startswith("#")))
    if data.hasFormat(MOZILLA):
        # the address and the page's title
        lines = bytes(data.data(MOZILLA)).decode("utf-16-le", "replace").lstrip("\ufeff").splitlines()
        return Names(tuple(address for address in lines[:1] if address))
    lines = data.text()[:LONGEST].splitlines() if data.hasText() else []
    texts = [line.strip() for line in lines]
    return Names(tuple(text for text in texts if text), typed=True)


def paste(window: "MainWindow") -> None:
    """Open the files and addresses in the clipboard."""
    names = names_in(QGuiApplication.clipboard().mimeData())
    if not names.texts:
        window.session.tell("warning", "There is no name of a file and no address in the clipboard.")
        return
    arrive(window, names.texts, typed=names.typed)
