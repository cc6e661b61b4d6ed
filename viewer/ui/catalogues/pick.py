"""CataloguePick: a click on a symbol in the picture tells what the catalogue has of the object."""

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtGui import QCursor
from PyQt6.QtWidgets import QToolTip

from viewer.core.session.layer import Shown
from viewer.core.session.session import Session
from viewer.ui.catalogues.places import Places, radii_of
from viewer.ui.image.tools import MouseTool, PointerEvent

if TYPE_CHECKING:
    from viewer.core.catalogue.catalogue import Catalogue

# how far beside a symbol a click still means it, logical pixels
REACH = 4.0
MOST_LINES = 16


class CataloguePick(MouseTool):
    """Tells what an object is that is clicked; a drag pans as ever.

    Parameters
    ----------
    session : Session
        Whose catalogues they are.
    places : Places
        Where the objects are.
    """

    def __init__(self, session: Session, places: Places) -> None:
        self._session = session
        self._places = places
        self.picked: Callable[[Shown, int], object] = tell_object

    def click(self, event: PointerEvent) -> bool:
        """Tell what was clicked."""
        found = self.object_at(event)
        if found is None:
            return False
        self.picked(*found)
        return True

    def hover(self, event: PointerEvent) -> str:
        """Point at what can be clicked."""
        return "" if self.object_at(event) is None else "point"

    def object_at(self, event: PointerEvent) -> tuple[Shown, int] | None:
        """Return the catalogue and the row of the object nearest to the mouse; None if it is beside all."""
        best: tuple[float, Shown, int] | None = None
        if self._session.overlays.tool not in ("pan", "select"):
            return None
        for shown in self._session.overlays.layer.catalogues:
            placed = self._places.of(shown.catalogue) if shown.visible else None
            if placed is None or not len(placed.x):
                continue
            away = np.hypot(placed.x - event.x, placed.y - event.y) * event.zoom / event.ratio
            if not np.isfinite(away).any():
                continue
            row = int(np.nanargmin(away))
            if away[row] <= radii_of(shown)[row] + REACH and (best is None or away[row] < best[0]):
                best = (float(away[row]), shown, row)
        return None if best is None else best[1:]


def tell_object(shown: Shown, row: int) -> None:
    """Show a row of a catalogue beside the mouse."""
    QToolTip.showText(QCursor.pos(), as_html(shown.catalogue, row), None, msecShowTime=20_000)


def as_html(catalogue: "Catalogue", row: int, most: int = MOST_LINES) -> str:
    """Return what is known of an object as a small table."""
    cells = catalogue.row(row)
    lines = [f"<tr><td>{escape(name)}&nbsp;</td><td>{escape(text)}</td></tr>" for name, text in cells[:most]]
    more = f"<p>… and {len(cells) - most} more columns</p>" if len(cells) > most else ""
    return f"<b>{escape(catalogue.name)}</b><table>{''.join(lines)}</table>{more}"
