"""About: what this program is, and the versions to copy into a report of a bug."""

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import PYQT_VERSION_STR, QSize, QSysInfo, Qt, qVersion
from PyQt6.QtGui import QGuiApplication, QIcon, QPixmap
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from viewer import __version__
from viewer.core.resources import resource
from viewer.core.session.jobs import Priority
from viewer.ui.fitting import fixed_font
from viewer.ui.labels import label
from viewer.ui.theme import kind_of
from viewer.ui.tint import tinted_image

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

LIBRARIES = (
    "numpy",
    "astropy",
    "scipy",
    "pyqtgraph",
    "sep",
    "astroalign",
    "astroscrappy",
    "regions",
    "contourpy",
    "pillow",
    "tifffile",
)
LICENCE = (
    "Free software under the GNU General Public License, version 3 or later. It comes without any warranty."
)
GIT_SECONDS = 5
# In characters of the font.
SIZE = (70, 28)


def library_facts(_progress: object = None) -> dict[str, str]:
    """Return the versions of the program, Python and the libraries; looks into files."""
    found = {"Skyloupe": __version__ + _commit(), "Python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _commit() -> str:
    """Return the commit if the program runs from a checkout."""
    top = Path(__file__).resolve().parent.parent.parent
    if not (top / ".git").exists():
        return ""
    command = ["git", "-C", str(top), "describe", "--always", "--dirty", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return f" (commit {done.stdout.strip()})" if done.stdout.strip() else ""


def desktop_facts(widget: QWidget, theme: str) -> dict[str, str]:
    """Return what the window runs on.

    Parameters
    ----------
    widget : QWidget
        On the screen that is told of.
    theme : str
        As it is in the settings.
    """
    screen, font, kind = widget.screen(), widget.font(), kind_of(widget.palette())
    size = screen.size()
    desktop = os.environ.get("XDG_CURRENT_DESKTOP") or os.environ.get("DESKTOP_SESSION") or "not named"
    return {
        "PyQt": PYQT_VERSION_STR,
        "Qt": qVersion(),
        "System": QSysInfo.prettyProductName(),
        "Kernel": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "Desktop": f"{desktop}, {QGuiApplication.platformName()}",
        "Screen": (
            f"{size.width()} × {size.height()}, scale {screen.devicePixelRatio():g}, "
            f"{screen.logicalDotsPerInch():.0f} dpi"
        ),
        "Theme": theme if theme == kind else f"{theme}, which is {kind} now",
        "Font": f"{font.family()}, {font.pointSizeF():g} pt",
    }


class AboutDialog(QDialog):
    """The name, the licence, and the versions with a button that copies them.

    Parameters
    ----------
    window : MainWindow
        Owns it.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("About Skyloupe")
        self._desktop = desktop_facts(window, window.session.settings.theme)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setFont(fixed_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("Versions")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setToolTip("Copy the versions, for a report of a bug")
        self.copy.setEnabled(False)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(self._heading())
        layout.addWidget(self.text, 1)
        layout.addWidget(buttons)
        metrics = self.text.fontMetrics()
        self.resize(SIZE[0] * metrics.averageCharWidth(), SIZE[1] * metrics.lineSpacing() + self.icon_side)
        self._job = window.session.jobs.start(
            "Reading versions", library_facts, self._show, self._show_error, Priority.DETAILS
        )
        self.finished.connect(lambda _result: self._job.cancel())

    def _heading(self) -> QHBoxLayout:
        icon, words = QLabel(), QVBoxLayout()
        self.icon_side = 4 * self.fontMetrics().lineSpacing()
        size = QSize(self.icon_side, self.icon_side)
        sign = QIcon(str(resource("icons/skyloupe.svg"))).pixmap(size, self.devicePixelRatioF())
        icon.setPixmap(QPixmap.fromImage(tinted_image(sign.toImage())))
        words.addWidget(label(f"Skyloupe {__version__}", 1.5, bold=True))
        words.addWidget(label("A fast viewer and inspector for astronomical images."))
        words.addWidget(label(LICENCE, wrapped=True))
        row = QHBoxLayout()
        row.addWidget(icon, alignment=Qt.AlignmentFlag.AlignTop)
        row.addSpacing(8)
        row.addLayout(words, 1)
        return row

    def _show(self, libraries: dict[str, str]) -> None:
        first = {name: libraries.pop(name) for name in ("Skyloupe", "Python")}
        facts = {**first, **self._desktop, **libraries}
        width = max(map(len, facts))
        self.text.setPlainText("\n".join(f"{name:{width}}  {value}" for name, value in facts.items()))
        self.copy.setEnabled(True)

    def _show_error(self, sentence: str) -> None:
        self.text.setPlainText(sentence)
