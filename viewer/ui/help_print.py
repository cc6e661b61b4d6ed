"""Printing a page of help: black on white, whatever the theme is."""

import re

from PyQt6.QtGui import QTextDocument
from PyQt6.QtPrintSupport import QPrintDialog, QPrinter
from PyQt6.QtWidgets import QWidget

from viewer.ui.help_style import style_of
from viewer.ui.theme import palette

PICTURE = re.compile(r"<p><img[^>]*></p>")


def ask_to_print(html: str, parent: QWidget) -> None:
    """Ask for a printer, or a PDF file, and print.

    Parameters
    ----------
    html : str
        The page, in the classes of the guide.
    parent : QWidget
        Owns the dialog.
    """
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.accepted.connect(lambda: print_page(html, printer))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def print_page(html: str, printer: QPrinter) -> None:
    """Put a page on paper; pictures are left out."""
    document = QTextDocument()
    document.setDefaultStyleSheet(style_of(palette("light")))
    document.setHtml(PICTURE.sub("", html))
    document.print(printer)
