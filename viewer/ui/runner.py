"""Runner: from a menu entry to the session, by way of a dialog if there is something to ask."""

from typing import TYPE_CHECKING

from viewer.core.apply import why_not
from viewer.core.call import Call
from viewer.core.operation import Operation, find
from viewer.core.render.colormap import ColorMap
from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui import helping
from viewer.ui.dialogs.operation import OperationDialog
from viewer.ui.dialogs.tiles import TilesDialog

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QDialog

    from viewer.ui.main_window import MainWindow

COLOURS = ("red", "green", "blue")
# from the window's right edge and from its upper one
PLACE = (12, 64)
# height of a window's title, which Qt learns only when the window is shown
TITLE = 40


def run(window: "MainWindow", operation: Operation) -> None:
    """Do an operation on the current image; ask first if there is something to ask.

    Parameters
    ----------
    window : MainWindow
        Belongs to the session, and holds the dialog.
    operation : Operation
        What to do.
    """
    session = window.session
    document = None if operation.creates else session.current
    reason = reason_against(operation, session)
    if reason:
        session.tell("warning", reason)
    elif operation.parameters:
        _ask(window, operation, document)
    elif document is None:
        session.create(Call.of(operation.name))
    else:
        session.apply(Call.of(operation.name), document)


def reason_against(operation: Operation, session: Session) -> str:
    """Return why an operation cannot be done now, in a sentence; empty if it can."""
    if operation.creates:
        return ""
    picture = session.picture
    if picture is None:
        return "There is no image to work on: open one first."
    if operation.requires == "wcs" and not picture.detailed:
        # nobody waits for astropy to read the header: the operation itself will say
        return ""
    return why_not(operation, picture.frame)


def visible_rectangle(session: Session) -> tuple[int, int, int, int] | None:
    """Return what the view shows of the current image, ``(x0, x1, y0, y1)``, half-open, counted from 0."""
    picture, viewport = session.picture, session.viewport()
    return None if picture is None or viewport is None else viewport.visible(picture.frame.image_shape)


def crop_to_view(window: "MainWindow") -> None:
    """Cut out what the view shows."""
    session = window.session
    rectangle = visible_rectangle(session)
    if rectangle is None:
        session.tell("warning", "Nothing of the image is in the view: move it there first.")
        return
    x0, x1, y0, y1 = rectangle
    height, width = session.picture.frame.image_shape
    if (x0, x1, y0, y1) == (0, width, 0, height):
        session.tell("warning", "The view shows the whole image: zoom in to what you want to keep first.")
        return
    # FITS counts from 1, and the last pixel belongs to it
    session.apply(Call.of("crop", x1=x0 + 1, x2=x1, y1=y0 + 1, y2=y1))


def split_colours(window: "MainWindow") -> None:
    """Open red, green and blue as three images, each in its colour."""
    session, document = window.session, window.session.current
    stem = _stem(document)
    parts = [(Call.of("take_colour", colour=colour), f"{stem}_{colour}.fits") for colour in COLOURS]
    session.split_off("Splitting colours", document, parts, [ColorMap(colour) for colour in COLOURS])


def ask_for_tiles(window: "MainWindow") -> None:
    """Ask how many tiles an image is to be split into."""
    document = window.session.current
    parameters = {parameter.name: parameter for parameter in find("tile").parameters}
    dialog = TilesDialog(window.session, document, (parameters["rows"], parameters["columns"]), window)
    dialog.chosen.connect(lambda rows, columns: split_into_tiles(window.session, document, rows, columns))
    _show(window, dialog)


def split_into_tiles(session: Session, document: Document, rows: int, columns: int) -> None:
    """Open every tile of a grid as an image."""
    parts = [
        (
            Call.of("tile", row=row, column=column, rows=rows, columns=columns),
            f"{_stem(document)}_{row}_{column}.fits",
        )
        for row in range(1, rows + 1)
        for column in range(1, columns + 1)
    ]
    session.split_off("Splitting into tiles", document, parts)


def repeat(window: "MainWindow") -> None:
    """Do the last operation again, with the same values, on the current image."""
    call = window.operations.last_call
    if call is None:
        return
    reason = reason_against(call.operation, window.session)
    if reason:
        window.session.tell("warning", reason)
    elif call.operation.creates:
        window.session.create(call)
    else:
        window.session.apply(call)


def _ask(window: "MainWindow", operation: Operation, document: Document | None) -> None:
    for dialog in window.findChildren(OperationDialog):
        if dialog.operation is operation and dialog.document is document and not dialog.over:
            dialog.show()
            dialog.raise_()
            dialog.activateWindow()
            return
    dialog = OperationDialog(window.session, operation, document, window)
    dialog.help_wanted.connect(lambda: helping.show_operation(window, operation.name))
    _show(window, dialog)


def _show(window: "MainWindow", dialog: "QDialog") -> None:
    """Put a dialog over the panels, where it hides least of the picture."""
    frame = window.geometry()
    screen = window.screen().availableGeometry()
    dialog.resize(dialog.minimumWidth(), min(dialog.sizeHint().height(), screen.height() - TITLE))
    x = min(frame.right(), screen.right()) - dialog.width() - PLACE[0]
    y = min(frame.top() + PLACE[1], screen.bottom() - dialog.height() - TITLE)
    dialog.move(max(screen.left(), x), max(screen.top(), y))
    dialog.show()


def _stem(document: Document) -> str:
    return document.name.partition(".")[0] or "image"
