"""Copying: the names of files for other programs, as text and as what file managers hand over."""

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from PyQt6.QtCore import QMimeData
from PyQt6.QtGui import QGuiApplication

from viewer.core.names import shown


def copy_paths(paths: Iterable[Path]) -> None:
    """Put the paths of files into the clipboard, a line each."""
    paths = tuple(paths)
    data = QMimeData()
    data.setText("\n".join(map(shown, paths)))
    # text has no bytes that are no text
    addresses = "\r\n".join(f"file://{quote(os.fsencode(path))}" for path in paths)
    data.setData("text/uri-list", addresses.encode())
    QGuiApplication.clipboard().setMimeData(data)
