"""What the mouse does in the picture, without Qt: pan, contrast and bias, zoom, point; and other tools."""

from dataclasses import dataclass

from viewer.core.session.session import Session
from viewer.ui.image.habits import HABITS, Button, Drag, Habit

CLICK_DISTANCE = 4.0
# of DS9's contrast, from the top of the view to its bottom
MOST_CONTRAST = 10.0


@dataclass(frozen=True)
class PointerEvent:
    """Where the mouse is, and which keys are held.

    Attributes
    ----------
    x, y : float
        Position in the image, 0-based with pixel centres on integers; it may be outside.
    screen : tuple of float
        Position in the view, in device pixels from its upper left corner.
    zoom : float
        Device pixels for one image pixel.
    shift, control, alt : bool
        Whether the key is held.
    ratio : float
        Device pixels for one of Qt's: sizes that a hand can hit are given in Qt's.
    """

    x: float
    y: float
    screen: tuple[float, float]
    zoom: float
    shift: bool = False
    control: bool = False
    alt: bool = False
    ratio: float = 1.0


class MouseTool:
    """Another thing that the left button and some keys do in the picture.

    The view asks its tools one after the other. The first that takes a press gets all movements up to the
    release; if none does, the picture is panned as usual.

    Attributes
    ----------
    keys : frozenset of str
        Names of keys (as Qt spells them: ``R``, ``Shift+R``, ``.``, ``Esc``) that it wants now, while the
        picture has the focus; they come before the menus' shortcuts.
    """

    keys: frozenset[str] = frozenset()

    def press(self, event: PointerEvent) -> bool:
        """Begin a gesture; return whether it is this tool's."""
        return False

    def move(self, event: PointerEvent) -> None:
        """Follow the mouse during a gesture of this tool."""

    def release(self, event: PointerEvent) -> None:
        """End the gesture."""

    def click(self, event: PointerEvent) -> bool:
        """Take a click of the left button that no press was taken for, such as one that hardly panned."""
        return False

    def double(self, event: PointerEvent) -> bool:
        """Take a double click; return whether it is this tool's. Its first press and release came before."""
        return False

    def hover(self, event: PointerEvent) -> str:
        """Follow the mouse without a button; return the cursor's name, empty for the usual one.

        Names: ``cross``, ``point``, ``move``, ``size``, ``turn``.
        """
        return ""

    def leave(self) -> None:
        """The mouse has left the picture."""

    def key(self, name: str, event: PointerEvent | None) -> bool:
        """Take a key of `keys`; the event tells where the mouse is, if it is over the picture."""
        return False

    def cancel(self) -> None:
        """Give up what was begun: another image is shown, or another tool is chosen."""


class Gestures:
    """A mouse gesture over the picture as verbs of the session, by the habits of the settings.

    Positions are device pixels of the view.

    Parameters
    ----------
    session : Session
        Its verbs are called.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._drag: Drag | None = None
        self._start = (0.0, 0.0)
        self._last = (0.0, 0.0)
        self._before = (1.0, 0.5)
        self._moved = False

    @property
    def habit(self) -> Habit:
        """What the buttons do now."""
        return HABITS[self._session.settings.mouse]

    @property
    def active(self) -> bool:
        """A button is down."""
        return self._drag is not None

    def press(self, button: Button, position: tuple[float, float]) -> None:
        """Begin a gesture."""
        picture = self._session.picture
        if picture is None or self.active:
            return
        self._drag, self._start, self._last, self._moved = self.habit.drag(button), position, position, False
        self._before = (picture.scale.contrast, picture.scale.bias)

    def move(self, position: tuple[float, float]) -> None:
        """Follow the pointer."""
        dx, dy = position[0] - self._start[0], position[1] - self._start[1]
        # a release anywhere centres
        if self._drag not in (None, Drag.CENTRE) and max(abs(dx), abs(dy)) >= CLICK_DISTANCE:
            self._moved = True
        width, height = self._session.screen_size
        if self._drag is Drag.PAN and self._moved:
            self._session.pan_by(position[0] - self._last[0], position[1] - self._last[1])
            self._last = position
        elif self._drag is Drag.ADJUST and self._moved:
            contrast, bias = self._before
            self._session.set_contrast_bias(max(contrast, 0.02) * 2 ** (-4 * dy / height), bias + dx / width)
        elif self._drag is Drag.ADJUST_BY_PLACE and self._moved:
            self._session.set_contrast_bias(position[1] / height * MOST_CONTRAST, position[0] / width)
        else:
            self.point(position)

    def release(self) -> bool:
        """End the gesture; return whether it was a click, that is, hardly moved."""
        clicked = self._drag is not None and not self._moved
        self._drag = None
        return clicked

    def wheel(self, notches: float, position: tuple[float, float]) -> None:
        """Zoom about the pointer."""
        self._session.zoom_by(self.habit.wheel**notches, position)
        self.point(position)

    def point(self, position: tuple[float, float]) -> None:
        """Put the readout under the pointer."""
        viewport = self._session.viewport()
        if viewport is not None:
            self._session.point_at(viewport.to_image(*position))
