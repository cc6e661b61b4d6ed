"""Easel: the session's current picture as a QImage of exactly the pixels of a screen."""

from PyQt6.QtGui import QImage

from viewer.core.errors import ViewerError
from viewer.core.render.draw import Screen
from viewer.core.render.viewport import Viewport
from viewer.core.session.session import Session
from viewer.ui.theme import image_background, is_red


class Easel:
    """Draws for one widget, and keeps what has not changed since the last time.

    Parameters
    ----------
    session : Session
        Whose current picture is drawn; it is told of a file that can no longer be read.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._screen = Screen()
        self._pixels: object = None
        self._told = ""

    def draw(self, viewport: Viewport, ratio: float) -> QImage | None:
        """Draw what `viewport` shows.

        Parameters
        ----------
        viewport : Viewport
            In device pixels.
        ratio : float
            Device pixels for a logical one.

        Returns
        -------
        QImage or None
            Valid until the next but one is drawn; None if there is nothing, or nothing readable.
        """
        picture = self._session.picture
        if picture is None:
            return None
        cuts = [picture.cuts] * len(picture.pyramids)
        try:
            pixels = self._screen.draw(
                picture.pyramids,
                viewport,
                picture.scale,
                cuts,
                picture.sample,
                image_background(),
                red=is_red(),
            )
        except ViewerError as error:  # a file that was cut short or removed while it is open
            if str(error) != self._told:
                self._told = str(error)
                self._session.tell("error", self._told)
            return None
        # Qt shows this buffer, so it has to live as long as the picture is shown
        self._pixels = pixels
        height, width = pixels.shape
        image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        return image
