"""Looks: how the stars of the session's current layer are drawn, worked out once for all who draw them."""

from viewer.core.session.layer import StarStyle
from viewer.core.session.session import Session
from viewer.ui.stars.appearance import Appearance
from viewer.ui.stars.rows import rows_of


class Looks:
    """Keeps the appearance of the stars until they or their style change.

    Parameters
    ----------
    session : Session
        Whose stars they are.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._key: tuple[object, StarStyle] | None = None
        self._appearance: Appearance | None = None

    @property
    def appearance(self) -> Appearance | None:
        """How they are drawn now; None if there are none, or they are hidden."""
        layer = self._session.overlays.layer
        if layer.stars is None or not layer.star_style.shown:
            return None
        key = (layer.stars, layer.star_style)
        if self._key is None or self._key[0] is not key[0] or self._key[1] != key[1]:
            self._appearance = Appearance.of(rows_of(layer.stars), layer.star_style)
            self._key = key
        return self._appearance
