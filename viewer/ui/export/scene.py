"""Scene: everything that an export needs of the session, as it is at one moment, for a worker."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PyQt6.QtGui import QFont, QFontDatabase, QFontInfo

from viewer.core.names import shown
from viewer.core.render.draw import draw
from viewer.core.render.viewport import Viewport
from viewer.core.session.document import Picture
from viewer.core.session.session import Session
from viewer.ui.image.overlay_items import Overlay, Painting
from viewer.ui.marks import Direction, sky_directions


@dataclass(frozen=True, eq=False)
class Scene:
    """What the view shows; nothing of it changes when the session does.

    Attributes
    ----------
    picture : Picture
        A copy.
    viewport : Viewport
        What the view shows, in device pixels of the screen.
    ratio : float
        Device pixels for a logical one.
    name : str
        Of the image, with the plane of a cube.
    stem : str
        What a file made of it may be called.
    sources : tuple of pathlib.Path
        The open files, none of which is to be overwritten.
    arms : tuple or None
        Where north and east are on the screen.
    arcsec : float or None
        Arcseconds for a device pixel of the screen, across its middle.
    marked : tuple of float or None
        Image position of the crosshair, if there is one.
    paintings : tuple of callable
        What lies over the picture, the lowest first.
    font, digits : QFont
        For texts, and for the values of pixels; only the main thread may ask for them.
    """

    picture: Picture
    viewport: Viewport
    ratio: float
    name: str
    stem: str
    sources: tuple[Path, ...]
    arms: tuple[Direction, Direction] | None
    arcsec: float | None
    marked: tuple[float, float] | None
    paintings: tuple[Painting, ...]
    font: QFont
    digits: QFont

    @classmethod
    def of(cls, session: Session, ratio: float, overlays: Sequence[Overlay] = ()) -> "Scene | None":
        """Take it from the session; None if no image is shown. Main thread only.

        Parameters
        ----------
        session : Session
            The state.
        ratio : float
            Device pixels of the view for a logical one.
        overlays : sequence of Overlay
            What lies over the picture.
        """
        document, picture, viewport = session.current, session.picture, session.viewport()
        if document is None or picture is None or viewport is None or picture.frame.ndim < 2:
            return None
        led = session.frozen or session.pointer_by_keys
        arms = sky_directions(picture, viewport)
        return cls(
            replace(picture),
            viewport,
            ratio,
            _name_of(picture),
            document.name.split(".")[0] or "picture",
            tuple(path for each in session.documents for path in {each.source.path, each.file} if path),
            arms,
            None if arms is None else _arcsec_across(picture, viewport),
            session.pointer if led else None,
            tuple(painting for overlay in overlays if (painting := overlay.on_paper()) is not None),
            _font(QFontDatabase.SystemFont.GeneralFont),
            _font(QFontDatabase.SystemFont.FixedFont),
        )

    @property
    def cell(self) -> float:
        """Logical pixels of the screen for an image pixel."""
        return self.viewport.zoom / self.ratio

    def seen(self, trim: bool) -> Viewport:
        """Return the viewport, or the part of it that shows the image.

        Parameters
        ----------
        trim : bool
            Leave out what lies beside the image. The device pixels stay what they are.
        """
        view = self.viewport
        if not trim:
            return view
        rows, columns = self.picture.frame.image_shape
        corners = view.to_screen(-0.5, -0.5), view.to_screen(columns - 0.5, rows - 0.5)
        (left, right), (top, bottom) = (sorted(pair) for pair in zip(*corners, strict=True))
        # the device pixels whose middle lies on the image: the others are background
        left, top = (max(0, math.ceil(edge - 0.5)) for edge in (left, top))
        right, bottom = (
            min(length, math.ceil(edge - 0.5))
            for edge, length in zip((right, bottom), view.size, strict=True)
        )
        if left >= right or top >= bottom:
            return view
        center = view.to_image((left + right) / 2, (top + bottom) / 2)
        return replace(view, center=center, size=(right - left, bottom - top))

    def draw(self, view: Viewport, background: int):
        """Draw the picture alone.

        Parameters
        ----------
        view : Viewport
            At any resolution.
        background : int
            Colour around the image, 0xffRRGGBB.

        Returns
        -------
        numpy.ndarray
            uint32 of shape (height, width), 0xffRRGGBB.

        Raises
        ------
        ViewerError
            If the file can no longer be read.
        """
        picture = self.picture
        cuts = [picture.cuts] * len(picture.pyramids)
        return draw(picture.pyramids, view, picture.scale, cuts, picture.sample, background)


def _name_of(picture: Picture) -> str:
    name = shown(picture.frame.name)
    if picture.colour:
        return name
    planes = [
        f"plane {index + 1} of {length}"
        for index, length in zip(picture.plane, picture.frame.shape[:-2], strict=True)
        if length > 1
    ]
    return ", ".join([name, *planes])


def _font(kind: QFontDatabase.SystemFont) -> QFont:
    wanted = QFontDatabase.systemFont(kind)
    # the family that is really used: an alias such as "Sans Serif" means nothing in a file
    font = QFont(QFontInfo(wanted).family())
    # letters keep their distances at any size
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def _arcsec_across(picture: Picture, viewport: Viewport) -> float | None:
    """Return how many arcseconds a device pixel is wide in the middle of the view."""
    width, height = viewport.size
    world, plane = picture.frame.world, picture.plane
    ends = [
        world.sky(*viewport.to_image(width / 2 + step, height / 2), plane=plane)
        for step in (-viewport.zoom / 2, viewport.zoom / 2)
    ]
    if None in ends:
        return None
    (ra0, dec0), (ra1, dec1) = ((math.radians(lon), math.radians(lat)) for lon, lat in ends)
    # the haversine formula is exact for small angles
    half = math.sin((dec1 - dec0) / 2) ** 2 + math.cos(dec0) * math.cos(dec1) * math.sin((ra1 - ra0) / 2) ** 2
    angle = math.degrees(2 * math.asin(min(1.0, math.sqrt(half)))) * 3600
    return angle / viewport.zoom or None
