"""Small things that the windows for a night share: buttons, and the values of the last time."""

from collections.abc import Callable
from typing import Any

from PyQt6.QtWidgets import QPushButton

from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.session.session import Session


def button(text: str, clicked: Callable[[], object]) -> QPushButton:
    """Return a button that the Enter key does not press by itself."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.clicked.connect(lambda _checked: clicked())
    return made


def recalled(session: Session, operation: str) -> dict[str, Any]:
    """Return the arguments with which an operation was done last; none if it never was."""
    for text in session.settings.remembered:
        if text.startswith(f"{operation}("):
            try:
                return Call.parse(text).arguments
            except ViewerError:
                # remembered by another version of the program
                continue
    return {}
