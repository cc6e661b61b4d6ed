"""Action: one entry of a menu as a value, and the rules by which entries are enabled."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from viewer.core.session.session import Session

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

Rule = Callable[[Session], bool]


def always(_session: Session) -> bool:
    """Be enabled whatever is open."""
    return True


def has_document(session: Session) -> bool:
    """Be enabled if a file is open."""
    return session.current is not None


def has_several(session: Session) -> bool:
    """Be enabled if there is another file to go to."""
    return session.current is not None and len(session.documents) > 1


def has_hdus(session: Session) -> bool:
    """Be enabled if the file has another HDU to go to."""
    return session.current is not None and len(session.current.source.hdus) > 1


def has_values(session: Session) -> bool:
    """Be enabled if an image or a curve is shown."""
    return session.picture is not None


def has_picture(session: Session) -> bool:
    """Be enabled if an image is shown, not a curve."""
    picture = session.picture
    return picture is not None and len(picture.frame.shape) > 1


def has_image(session: Session) -> bool:
    """Be enabled if there is an image, not a table, that can be saved."""
    return session.current is not None and session.current.history is not None


def has_steps(session: Session) -> bool:
    """Be enabled if something was done to the image."""
    return has_image(session) and bool(session.current.history.calls)


def has_cube(session: Session) -> bool:
    """Be enabled if the image has more than one plane to go through."""
    picture = session.picture
    return picture is not None and not picture.colour and picture.long_axis is not None


def can_be_colour(session: Session) -> bool:
    """Be enabled for cubes of exactly three planes."""
    picture = session.picture
    return picture is not None and len(picture.frame.shape) == 3 and picture.frame.shape[0] == 3


def can_undo(session: Session) -> bool:
    """Be enabled if there is a step to take back."""
    return session.undoable is not None


def can_redo(session: Session) -> bool:
    """Be enabled if there is a step that was taken back."""
    return session.redoable is not None


@dataclass(frozen=True)
class Action:
    """One entry of a menu.

    Attributes
    ----------
    menu : str
        Path of the menu, parts separated by a slash; entries appear in the table's order.
    text : str
        As shown; a line of its own where it is empty.
    keys : tuple of str
        Shortcuts in Qt's spelling.
    run : callable
        Gets the window.
    enabled : callable
        Gets the session.
    checked : callable, optional
        Gets the session; makes the entry checkable.
    in_picture : bool
        The keys count only while the picture has the focus: lists and fields need them too.
    tip : str
        For the status line and the tool tip.
    name : callable, optional
        Gets the session; the text that is shown instead of `text`, which may change.
    why_not : callable, optional
        Gets the session; why the entry is not enabled, in a sentence, or nothing if it is.
    """

    menu: str
    text: str
    run: "Callable[[MainWindow], object]"
    keys: tuple[str, ...] = ()
    enabled: Rule = always
    checked: Rule | None = None
    in_picture: bool = False
    tip: str = ""
    name: Callable[[Session], str] | None = None
    why_not: Callable[[Session], str] | None = None


def separator(menu: str) -> Action:
    """Return a line between entries."""
    return Action(menu, "", always)  # type: ignore[arg-type]
