"""Operation menus: the entries of the menus Image and Process, made from the registry of operations."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from viewer.core.call import Call
from viewer.core.operation import Operation, operations
from viewer.core.session.document import Document
from viewer.core.session.history import History
from viewer.core.session.session import Session
from viewer.ui import runner
from viewer.ui.action import Action, can_be_colour, has_picture, separator

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

# Submenus in this order, then others as they come.
ORDER = (
    "Image/Orientation",
    "Image/Size",
    "Image/Colour",
    "Image",
    "Process/Arithmetic",
    "Process/Mask",
    "Process/Background",
    "Process/Cleaning",
    "Process/Filters",
    "Process/Frequency",
    "Process/Profile",
    "Process/Restore",
    "Process",
    "File/New image",
)


class OperationMenus:
    """What the window knows of operations, once they have been loaded.

    Parameters
    ----------
    window : MainWindow
        Its menus get the entries.
    """

    def __init__(self, window: "MainWindow") -> None:
        self.last_call: Call | None = None
        self._newest: WeakKeyDictionary[History, Call] = WeakKeyDictionary()
        window.session.history_changed.connect(self._step_done)
        window.menus.add(entries(self))

    def _step_done(self, document: Document) -> None:
        """Remember the step that was added, not one that was gone back to."""
        history = document.history
        if history is None or not history.all_calls:
            return
        newest = history.all_calls[-1]
        if self._newest.get(history) is not newest:
            self._newest[history] = self.last_call = newest


def entries(menus: OperationMenus) -> tuple[Action, ...]:
    """Return all entries, submenu by submenu."""
    made: dict[str, list[Action]] = {path: [] for path in ORDER}
    for operation in operations().values():
        if operation.menu:
            made.setdefault(operation.menu, []).append(entry(operation))
    made["Process"] = [_repeat(menus), separator("Process"), *made["Process"]]
    made["Image/Size"].insert(1, CROP_TO_VIEW)
    made["Image/Size"].append(SPLIT_INTO_TILES)
    made["Image/Colour"].append(SPLIT_COLOURS)
    # what stands in a menu itself comes above its submenus
    paths = sorted(made, key=lambda path: "/" in path)
    return tuple(action for path in paths for action in made[path])


def entry(operation: Operation) -> Action:
    """Return the entry of an operation."""
    return Action(
        operation.menu,
        operation.title,
        lambda window: runner.run(window, operation),
        (operation.shortcut,) if operation.shortcut else (),
        lambda session: not runner.reason_against(operation, session),
        tip=operation.summary,
        why_not=lambda session: runner.reason_against(operation, session),
    )


def _repeat(menus: OperationMenus) -> Action:
    def possible(session: Session) -> bool:
        return menus.last_call is not None and not runner.reason_against(menus.last_call.operation, session)

    def name(_session: Session) -> str:
        return "Repeat" if menus.last_call is None else f"Repeat: {menus.last_call.sentence}"

    return Action(
        "Process",
        "Repeat",
        runner.repeat,
        ("F4",),
        possible,
        name=name,
        tip="Do the last operation again, with the same values, on this image.",
    )


def _sentence(rule: Callable[[Session], bool], sentence: str) -> Callable[[Session], str]:
    return lambda session: "" if rule(session) else sentence


CROP_TO_VIEW = Action(
    "Image/Size",
    "Crop to the view",
    runner.crop_to_view,
    ("Ctrl+Shift+V",),
    has_picture,
    tip="Cut out what the view shows now.",
    why_not=_sentence(has_picture, "There is no image to cut: open one first."),
)
SPLIT_INTO_TILES = Action(
    "Image/Size",
    "Split into tiles…",
    runner.ask_for_tiles,
    (),
    has_picture,
    tip="Open the tiles of a grid as images.",
    why_not=_sentence(has_picture, "There is no image to split: open one first."),
)
SPLIT_COLOURS = Action(
    "Image/Colour",
    "Split into red, green and blue",
    runner.split_colours,
    (),
    can_be_colour,
    tip="Open the three planes of a colour image as images, each shown in its colour.",
    why_not=_sentence(can_be_colour, "Only an image of three planes can be split into colours."),
)
