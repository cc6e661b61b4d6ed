"""CutTool: a line drawn across the picture, whose values are plotted while it is dragged."""

import math

from viewer.core.session.session import Session
from viewer.ui.image.tools import MouseTool, PointerEvent

MODE = "cut"
# how near the mouse has to be to take hold of something, logical pixels
GRIP = 8.0
Point = tuple[float, float]
Ends = tuple[Point, Point]


class CutTool(MouseTool):
    """Draws the line of a cut, and moves its ends or all of it.

    With Shift a new line, or the end that is moved, goes along the row, the column or the diagonal.

    Parameters
    ----------
    session : Session
        Its `examining` has the line.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        # which end moves; -1 is the whole line
        self._held: int | None = None
        self._fixed: Point = (0.0, 0.0)
        self._start: Ends | None = None
        self._from: Point = (0.0, 0.0)

    @property
    def on(self) -> bool:
        """Whether the mouse draws cuts."""
        return self._session.overlays.tool == MODE

    @property
    def keys(self) -> frozenset[str]:  # type: ignore[override]
        """Esc ends it, Delete takes the line away."""
        return frozenset(("Esc", "Del")) if self.on else frozenset()

    def press(self, event: PointerEvent) -> bool:
        """Take hold of an end or of the line, or begin another one."""
        if not self.on:
            return False
        line = self._session.examining.line
        held = self._near(event)
        self._from = (event.x, event.y)
        self._start = line
        if held is None:
            self._held, self._fixed = 1, self._from
            self._start = None
        else:
            self._held = held
            if line is not None and held >= 0:
                self._fixed = line[1 - held]
        return True

    def move(self, event: PointerEvent) -> None:
        """Draw."""
        ends = self._ends(event)
        if ends is not None:
            self._session.examining.set_line(ends, settled=False)

    def release(self, event: PointerEvent) -> None:
        """Put the cut into the log, if it is one."""
        ends, moved = self._ends(event), math.dist(self._from, (event.x, event.y)) * event.zoom
        self._held = None
        if ends is not None and moved >= 2 * event.ratio:
            self._session.examining.set_line(ends)

    def hover(self, event: PointerEvent) -> str:
        """Say by the cursor what can be taken hold of."""
        if not self.on:
            return ""
        held = self._near(event)
        return "cross" if held is None else ("move" if held < 0 else "size")

    def key(self, name: str, event: PointerEvent | None) -> bool:
        """End the mode, or take the line away."""
        if name == "Esc":
            self._session.overlays.set_tool("pan")
        else:
            self._session.examining.set_line(None)
        return True

    def cancel(self) -> None:
        """Let go."""
        self._held = None

    def _ends(self, event: PointerEvent) -> Ends | None:
        """Return both ends as they are with the mouse here."""
        if self._held is None:
            return None
        if self._held < 0:
            if self._start is None:
                return None
            dx, dy = event.x - self._from[0], event.y - self._from[1]
            first, last = ((x + dx, y + dy) for x, y in self._start)
            return first, last
        moved = _straight(self._fixed, (event.x, event.y)) if event.shift else (event.x, event.y)
        if moved == self._fixed:
            return None
        return (self._fixed, moved) if self._held == 1 else (moved, self._fixed)

    def _near(self, event: PointerEvent) -> int | None:
        """Return which end is under the mouse, -1 for the line between them, None for nothing."""
        line = self._session.examining.line
        if line is None:
            return None
        reach = GRIP * event.ratio / event.zoom
        for number, (x, y) in enumerate(line):
            if math.dist((x, y), (event.x, event.y)) <= reach:
                return number
        (x1, y1), (x2, y2) = line
        length = math.dist(*line)
        if not length:
            return None
        along = ((event.x - x1) * (x2 - x1) + (event.y - y1) * (y2 - y1)) / length
        across = abs((event.x - x1) * (y2 - y1) - (event.y - y1) * (x2 - x1)) / length
        return -1 if 0 <= along <= length and across <= reach else None


def _straight(fixed: Point, place: Point) -> Point:
    """Return the place on a multiple of 45 degrees from a fixed one that is nearest."""
    dx, dy = place[0] - fixed[0], place[1] - fixed[1]
    turn = round(math.atan2(dy, dx) / (math.pi / 4)) * math.pi / 4
    length = dx * math.cos(turn) + dy * math.sin(turn)
    # exactly along the row or the column
    cos, sin = round(math.cos(turn), 12), round(math.sin(turn), 12)
    return fixed[0] + length * cos, fixed[1] + length * sin
