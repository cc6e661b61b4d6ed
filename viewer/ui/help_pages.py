"""The pages of the Help menu: keys and mouse, and what this program is."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from PyQt6.QtCore import PYQT_VERSION_STR, QT_VERSION_STR, Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout

from viewer import __version__

if TYPE_CHECKING:
    from viewer.ui.action import Action
    from viewer.ui.main_window import MainWindow

MOUSE = (
    ("Wheel", "Zoom about the pointer"),
    ("Drag with the left or middle button", "Move the picture"),
    ("Drag with the right button", "Bias (sideways) and contrast (up and down)"),
    ("Click with the middle button", "Bring that point to the middle"),
    ("Click with the right button", "Menu"),
    ("Drop files or folders", "Open them"),
)


def show_keys(window: "MainWindow", actions: "Sequence[Action]") -> None:
    """Show every key and mouse gesture on one page."""
    rows = [f"<tr><td><b>{escape(gesture)}</b></td><td>{escape(text)}</td></tr>" for gesture, text in MOUSE]
    for action in actions:
        if action.keys:
            keys = ", ".join(
                QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in action.keys
            )
            rows.append(f"<tr><td><b>{escape(keys)}</b></td><td>{escape(_told(action))}</td></tr>")
    _show(window, "Keys and mouse", f"<table cellpadding='4'>{''.join(rows)}</table>", (560, 680))


def _told(action: "Action") -> str:
    """Return what an action does where its menu is not there to say it: ``Zoom 1:1``."""
    menu = action.menu.rpartition("/")[2]
    text = action.text.rstrip("…")
    return f"{menu} {text}" if menu == "Zoom" else f"{menu}: {text.lower()}" if "/" in action.menu else text


def show_about(window: "MainWindow") -> None:
    """Show versions, to copy into a bug report, and the licence."""
    # found out only when somebody asks: astropy takes half a second
    import platform
    from importlib.metadata import version

    names = ("numpy", "astropy", "scipy", "pyqtgraph", "pillow")
    parts = [
        f"Skyloupe {__version__}",
        f"Python {platform.python_version()}",
        f"PyQt {PYQT_VERSION_STR}",
        f"Qt {QT_VERSION_STR}",
    ]
    parts += [f"{name} {version(name)}" for name in names]
    parts.append(platform.platform())
    text = (
        "<h3>Skyloupe</h3><p>A viewer and inspector for FITS images.</p>"
        "<p>Free software under the GNU General Public License, version 3 or later.</p>"
        f"<pre>{escape(chr(10).join(parts))}</pre>"
    )
    _show(window, "About Skyloupe", text, (460, 360))


def _show(window: "MainWindow", title: str, html: str, size: tuple[int, int]) -> None:
    dialog = QDialog(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.resize(*size)
    page = QTextBrowser()
    page.setHtml(html)
    page.setOpenExternalLinks(True)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(page)
    layout.addWidget(buttons)
    dialog.open()
