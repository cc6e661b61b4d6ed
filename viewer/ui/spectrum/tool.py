"""SlitTool: takes hold of the edges of a spectrum's bands in the picture."""

import math
from dataclasses import dataclass, replace

from viewer.core.measure.extraction import Extraction
from viewer.core.measure.slitbands import slit_place
from viewer.ui.image.tools import MouseTool, PointerEvent
from viewer.ui.spectrum.extracting import Extracting

# how near the mouse has to be to an edge, logical pixels
GRIP = 6.0


@dataclass(frozen=True)
class Held:
    """What the mouse has taken hold of.

    Attributes
    ----------
    band : int
        0 is the object, then the bands of the sky.
    edge : int
        0 the lower one, 1 the upper one, -1 the whole band.
    """

    band: int
    edge: int


class SlitTool(MouseTool):
    """Drags an edge of a band; with Shift, inside a band, all of it.

    Parameters
    ----------
    extracting : Extracting
        Has the bands.
    """

    def __init__(self, extracting: Extracting) -> None:
        self._extracting = extracting
        self._held: Held | None = None
        self._start = 0.0
        self._before: Extraction | None = None

    def press(self, event: PointerEvent) -> bool:
        """Take hold of an edge, if one is under the mouse."""
        self._held = self._under(event)
        if self._held is None:
            return False
        self._before, self._start = self._extracting.how, self._place(event)
        return True

    def move(self, event: PointerEvent) -> None:
        """Drag it; bands stay inside the image and apart from each other."""
        if self._held is None or self._before is None:
            return
        bands = [self._before.band, *self._before.sky]
        low, high = sorted(bands[self._held.band])
        place, slit = self._place(event), self._extracting.slit_length
        if self._held.edge < 0:
            moved = round(place - self._start)
            moved = min(max(moved, 1 - low), slit - high)
            low, high = low + moved, high + moved
        elif self._held.edge == 0:
            low = min(max(1, math.ceil(place)), high)
        else:
            high = max(min(slit, math.floor(place)), low)
        others = [sorted(band) for i, band in enumerate(bands) if i != self._held.band]
        if any(low <= last and first <= high for first, last in others):
            return
        bands[self._held.band] = (low, high)
        how = self._extracting.how
        if how is not None:
            self._extracting.set_how(replace(how, band=bands[0], sky=tuple(bands[1:])))

    def release(self, event: PointerEvent) -> None:
        """Let go."""
        self._held = None

    def hover(self, event: PointerEvent) -> str:
        """Say by the cursor what can be taken hold of."""
        held = self._under(event)
        return "" if held is None else ("move" if held.edge < 0 else "size")

    def cancel(self) -> None:
        """Let go."""
        self._held = None

    def _place(self, event: PointerEvent) -> float:
        frame, how = self._extracting.frame, self._extracting.how
        if frame is None or how is None:
            return math.nan
        return slit_place(frame.image_shape, how, event.x, event.y)

    def _under(self, event: PointerEvent) -> Held | None:
        how, frame = self._extracting.how, self._extracting.frame
        if not self._extracting.on or how is None or frame is None:
            return None
        # who draws regions or cuts does not mean the bands
        if self._extracting.session.overlays.tool not in ("pan", "select"):
            return None
        height, width = frame.image_shape
        if not (-0.5 <= event.x <= width - 0.5 and -0.5 <= event.y <= height - 0.5):
            return None
        place = self._place(event)
        reach = GRIP * event.ratio / event.zoom
        edges = [
            (abs(place - (edge + side)), Held(number, which))
            for number, band in enumerate((how.band, *how.sky))
            for which, (edge, side) in enumerate(((min(band), -0.5), (max(band), 0.5)))
        ]
        distance, nearest = min(edges, key=lambda pair: pair[0])
        if distance <= reach:
            return nearest
        if event.shift:
            for number, band in enumerate((how.band, *how.sky)):
                if min(band) - 0.5 <= place <= max(band) + 0.5:
                    return Held(number, -1)
        return None
