"""ExamineTool: in the Examine mode a click measures a star, and imexamine's keys ask about the place."""

from viewer.core.session.session import Session
from viewer.ui.image.tools import MouseTool, PointerEvent

MODE = "examine"
# as IRAF's imexamine has them
QUESTIONS = {
    "A": "photometry",
    ",": "photometry",
    "R": "radial",
    ".": "radial",
    "M": "statistics",
    "C": "column",
    "L": "row",
    "J": "fit row",
    "K": "fit column",
    "E": "contours",
    "H": "histogram",
    "S": "surface",
    "X": "position",
    "Z": "pixels",
    "G": "growth",
}
NEXT, PREVIOUS, HELP, END = "N", "P", "?", "Esc"
KEYS_TEXT = (
    ("click, r .", "radial profile, with FWHM by a Gaussian and a Moffat fit"),
    ("a ,", "aperture photometry: flux, sky, magnitude"),
    ("g", "curve of growth"),
    ("j  k", "Gaussian fit along the line, the column"),
    ("l  c", "plot of the line, the column"),
    ("e  h  s", "contours, histogram, surface of the surroundings"),
    ("m", "statistics of a small box"),
    ("z  x", "the pixels' values, the position"),
    ("n  p", "next, previous image"),
    ("?  Esc", "these keys, end of the Examine mode"),
)
HELP_TEXT = (
    "Examine mode: click or r = radial profile; a = photometry; g = curve of growth; j, k = fit along line, "
    "column; l, c = line, column; e, h, s = contours, histogram, surface; Esc = end"
)


class ExamineTool(MouseTool):
    """Measures what is clicked, or what a key is pressed over, while the Examine mode is on.

    Parameters
    ----------
    session : Session
        Its `examining` is asked.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def on(self) -> bool:
        """Whether the Examine mode is on."""
        return self._session.overlays.tool == MODE

    @property
    def keys(self) -> frozenset[str]:  # type: ignore[override]
        """Those of imexamine, in the mode only: elsewhere they mean something else."""
        return frozenset((*QUESTIONS, NEXT, PREVIOUS, HELP, END)) if self.on else frozenset()

    def click(self, event: PointerEvent) -> bool:
        """Measure a star."""
        if self.on:
            self._ask("radial", (event.x, event.y))
        return self.on

    def key(self, name: str, event: PointerEvent | None) -> bool:
        """Ask what a key means about the place under the pointer."""
        if name == END:
            self._session.overlays.set_tool("pan")
        elif name in (NEXT, PREVIOUS):
            self._session.select_next(1 if name == NEXT else -1)
        elif name == HELP:
            self._session.examining.show(None)
            self._session.tell("info", HELP_TEXT)
        elif event is not None:
            self._ask(QUESTIONS[name], (event.x, event.y))
        elif self._session.pointer is not None:
            # the readout stands where keys have moved it
            self._ask(QUESTIONS[name], self._session.pointer)
        return True

    def _ask(self, kind: str, place: tuple[float, float]) -> None:
        picture = self._session.picture
        if picture is None:
            return
        height, width = picture.frame.image_shape
        if not (-0.5 <= place[0] < width - 0.5 and -0.5 <= place[1] < height - 0.5):
            self._session.tell("warning", "There is nothing to measure beside the image: point into it.")
            return
        self._session.examining.ask(kind, *place)
