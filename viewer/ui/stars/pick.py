"""StarPick: a click on a star in the picture selects it, here and in the table."""

from PyQt6.QtGui import QTransform

from viewer.core.render.viewport import Viewport
from viewer.core.session.session import Session
from viewer.ui.image.tools import MouseTool, PointerEvent
from viewer.ui.stars.looks import Looks
from viewer.ui.stars.paint import nearest_star

# how far beside a circle a click still means it, logical pixels
REACH = 4.0
# other tools have their own use for a click
USUAL = ("pan", "select")


class StarPick(MouseTool):
    """Marks the star whose circle is clicked; a drag pans as ever.

    With Ctrl or Shift a star is added to those that are marked, or taken away; a click beside all stars
    unmarks them.

    Parameters
    ----------
    session : Session
        Whose stars they are.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._looks = Looks(session)

    def click(self, event: PointerEvent) -> bool:
        """Mark what was clicked."""
        appearance, viewport = self._looks.appearance, self._session.viewport()
        overlays = self._session.overlays
        if appearance is None or viewport is None or overlays.tool not in USUAL:
            return False
        where = (event.screen[0] / event.ratio, event.screen[1] / event.ratio)
        star = nearest_star(transform_of(viewport, event.ratio), where, appearance, REACH)
        marked = overlays.layer.marked
        if star is None:
            if not (event.control or event.shift):
                overlays.mark_stars(())
            return False
        if event.control or event.shift:
            overlays.mark_stars(marked ^ {star})
        else:
            overlays.mark_stars({star})
        return True


def transform_of(viewport: Viewport, ratio: float) -> QTransform:
    """Return what a view shows as a transform from image coordinates to logical pixels, y downwards."""
    (xx, xy), (yx, yy) = viewport.orientation.matrix
    zoom = viewport.zoom / ratio
    x, y = viewport.to_screen(0, 0)
    return QTransform(zoom * xx, zoom * yx, zoom * xy, zoom * yy, x / ratio, y / ratio)
