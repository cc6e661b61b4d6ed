"""Habits: what the mouse buttons do in the picture, in the ways that people know from other programs."""

from dataclasses import dataclass
from enum import Enum, auto


class Button(Enum):
    """A mouse button."""

    LEFT = auto()
    MIDDLE = auto()
    RIGHT = auto()


class Drag(Enum):
    """What a drag does that no tool has taken."""

    NOTHING = auto()
    PAN = auto()
    # from what contrast and bias were at the press
    ADJUST = auto()
    # as the place in the view says: the middle is a bias of 0.5
    ADJUST_BY_PLACE = auto()
    # where the button is released, the middle will be
    CENTRE = auto()


@dataclass(frozen=True)
class Habit:
    """One way of using the mouse.

    Attributes
    ----------
    left, middle, right : Drag
        What a drag with each button does.
    wheel : float
        The zoom's factor for a notch.
    draws : bool
        The left button draws regions where it is pressed in the open, without a tool being chosen.
    told : tuple of (str, str)
        Each gesture and what it does, for people.
    """

    left: Drag
    middle: Drag
    right: Drag
    wheel: float
    draws: bool
    told: tuple[tuple[str, str], ...]

    def drag(self, button: Button) -> Drag:
        """Return what a drag with a button does."""
        return {Button.LEFT: self.left, Button.MIDDLE: self.middle, Button.RIGHT: self.right}[button]


_WHEEL = ("Wheel", "Zoom about the pointer")
_PAN = ("Drag with the left or middle button", "Move the picture")
_CENTRE = ("Click with the middle button", "Bring that point to the middle")
_MENU = ("Click with the right button", "Menu")

# by the names in the settings
HABITS: dict[str, Habit] = {
    "skyloupe": Habit(
        Drag.PAN,
        Drag.PAN,
        Drag.ADJUST,
        wheel=1.25,
        draws=False,
        told=(
            _WHEEL,
            _PAN,
            ("Drag with the right button", "Bias (sideways) and contrast (up and down)"),
            _CENTRE,
            _MENU,
        ),
    ),
    "plain": Habit(
        Drag.PAN, Drag.PAN, Drag.NOTHING, wheel=1.25, draws=False, told=(_WHEEL, _PAN, _CENTRE, _MENU)
    ),
    # SAOImage DS9 with its mode Region and the preferences that it comes with
    "ds9": Habit(
        Drag.NOTHING,
        Drag.CENTRE,
        Drag.ADJUST_BY_PLACE,
        wheel=1.2,
        draws=True,
        told=(
            _WHEEL,
            ("Drag with the left button", "Draw a region of the latest shape, move one, pull its handles"),
            (
                "Click with the left button",
                "Select a region; beside it, drop the selection; if there is none, make a region",
            ),
            ("Drag with Shift and the left button", "Select the regions within a rectangle"),
            _CENTRE,
            ("Drag with the right button", "Bias (left to right) and contrast (top to bottom of the view)"),
            _MENU,
        ),
    ),
}
