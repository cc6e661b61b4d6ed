"""What the mouse does in the picture, without Qt: pan, contrast and bias, zoom, point."""

from enum import Enum, auto

from viewer.core.session.session import Session

CLICK_DISTANCE = 4.0
WHEEL_STEP = 1.25


class Button(Enum):
    """A mouse button as the picture knows them."""

    PAN = auto()
    ADJUST = auto()


class Gestures:
    """A mouse gesture over the picture as verbs of the session.

    The left (or middle) button pans, the right one changes bias (sideways) and contrast (up and
    down) relative to what they were, as in DS9. Positions are device pixels of the view.

    Parameters
    ----------
    session : Session
        Its verbs are called.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._button: Button | None = None
        self._start = (0.0, 0.0)
        self._last = (0.0, 0.0)
        self._before = (1.0, 0.5)
        self._moved = False

    @property
    def active(self) -> bool:
        """A button is down."""
        return self._button is not None

    def press(self, button: Button, position: tuple[float, float]) -> None:
        """Begin a gesture."""
        picture = self._session.picture
        if picture is None or self.active:
            return
        self._button, self._start, self._last, self._moved = button, position, position, False
        self._before = (picture.scale.contrast, picture.scale.bias)

    def move(self, position: tuple[float, float]) -> None:
        """Follow the pointer."""
        dx, dy = position[0] - self._start[0], position[1] - self._start[1]
        if self._button is not None and max(abs(dx), abs(dy)) >= CLICK_DISTANCE:
            self._moved = True
        if self._button is Button.PAN and self._moved:
            self._session.pan_by(position[0] - self._last[0], position[1] - self._last[1])
            self._last = position
        elif self._button is Button.ADJUST and self._moved:
            width, height = self._session.screen_size
            contrast, bias = self._before
            self._session.set_contrast_bias(max(contrast, 0.02) * 2 ** (-4 * dy / height), bias + dx / width)
        else:
            self.point(position)

    def release(self) -> bool:
        """End the gesture; return whether it was a click, that is, hardly moved."""
        clicked = self._button is not None and not self._moved
        self._button = None
        return clicked

    def wheel(self, notches: float, position: tuple[float, float]) -> None:
        """Zoom about the pointer; a notch is a factor of 1.25."""
        self._session.zoom_by(WHEEL_STEP**notches, position)
        self.point(position)

    def point(self, position: tuple[float, float]) -> None:
        """Put the readout under the pointer."""
        viewport = self._session.viewport()
        if viewport is not None:
            self._session.point_at(viewport.to_image(*position))
