"""Display: how the current image is shown, and where the readout is - the verbs that open and change none."""

from collections import deque
from dataclasses import replace
from typing import Literal

from viewer.core.names import shown
from viewer.core.render.colormap import ColorMap
from viewer.core.render.limits import Limits
from viewer.core.render.scale import Scale
from viewer.core.render.stretch import Stretch
from viewer.core.render.viewport import Orientation, Viewport
from viewer.core.session.document import Document, Picture, Place
from viewer.core.session.finishing import Finishing
from viewer.core.session.jobs import Jobs
from viewer.core.session.loading import pyramids_of, sample_of
from viewer.core.session.options import ViewOptions
from viewer.core.session.settings import Settings
from viewer.core.session.signal import Signal

Level = Literal["info", "warning", "error"]
ZOOM_RANGE = (1 / 512, 256.0)


class Display:
    """The part of the `Session` that shows; its attributes are described there.

    Parameters
    ----------
    jobs : Jobs
        Where long work runs.
    settings : Settings
        The user's choices.
    options : ViewOptions
        What the command line asked for.
    """

    def __init__(self, jobs: Jobs, settings: Settings, options: ViewOptions) -> None:
        self.jobs = jobs
        self.settings = settings
        self.options = options
        self.current: Document | None = None
        self.screen_size = (800, 800)
        self.pointer: tuple[float, float] | None = None
        self.pointer_by_keys = False
        self.frozen = False
        self.image_changed: Signal[Document] = Signal()
        self.scale_changed: Signal[Document] = Signal()
        self.place_changed: Signal[Document] = Signal()
        self.pointer_moved: Signal[()] = Signal()
        self.told: Signal[Level, str] = Signal()
        self.last_told: deque[tuple[Level, str]] = deque(maxlen=50)
        self._finishing = Finishing(jobs)

    @property
    def picture(self) -> Picture | None:
        """The image on display, if the current document shows one."""
        return None if self.current is None else self.current.picture

    def tell(self, level: Level, sentence: str) -> None:
        """Say a sentence to the user."""
        sentence = shown(sentence)
        self.last_told.append((level, sentence))
        self.told.emit(level, sentence)

    # ------------------------------------------------------------------ what is shown of a cube

    def set_plane(self, plane: tuple[int, ...]) -> None:
        """Show another plane of the current cube.

        Parameters
        ----------
        plane : tuple of int
            Indices of the leading axes in numpy order; clipped to what there is.
        """
        picture = self.picture
        if picture is None or picture.colour:
            return
        lengths = picture.frame.shape[:-2]
        plane = tuple(min(max(i, 0), n - 1) for i, n in zip(plane, lengths, strict=True))
        if plane != picture.plane:
            self._replace_pixels(picture, plane, colour=False)

    def set_colour(self, colour: bool) -> None:
        """Show the three planes of the current cube as one colour picture, or one by one."""
        picture = self.picture
        if picture is None or picture.colour == colour:
            return
        if colour and (len(picture.frame.shape) != 3 or picture.frame.shape[0] != 3):
            self.tell("warning", "Only a cube of exactly three planes can be shown in colour.")
            return
        picture.frame = picture.frame.derive(colour=colour)
        picture.sample = sample_of(picture.frame, picture.plane, colour)
        picture.scale = Scale.first(picture.sample, self.settings.scale)
        picture.cuts = picture.scale.limits.resolve(picture.sample)
        self._replace_pixels(picture, picture.plane, colour)
        if self.current is not None:
            self.scale_changed.emit(self.current)

    def _replace_pixels(self, picture: Picture, plane: tuple[int, ...], colour: bool) -> None:
        picture.plane, picture.colour = plane, colour
        picture.pyramids = pyramids_of(picture.frame, plane, colour)
        self._refine()
        if self.current is not None:
            self.image_changed.emit(self.current)

    # ------------------------------------------------------------------ scale

    def set_scale(self, scale: Scale) -> None:
        """Set limits, stretch, colour map, contrast and bias at once."""
        picture, document = self.picture, self.current
        if picture is None or document is None or scale == picture.scale:
            return
        if scale.limits != picture.scale.limits:
            picture.cuts = scale.limits.resolve(picture.sample)
        picture.scale = scale
        self.scale_changed.emit(document)

    def set_limits(self, limits: Limits) -> None:
        """Set the rule that the limits follow."""
        if self.picture is not None:
            self.set_scale(replace(self.picture.scale, limits=limits))

    def set_cuts(self, cuts: tuple[float, float]) -> None:
        """Set the limits by hand: the data values shown darkest and brightest."""
        self.set_limits(Limits("manual", low=cuts[0], high=cuts[1]))

    def set_stretch(self, stretch: Stretch) -> None:
        """Set the curve between the limits."""
        if self.picture is not None:
            self.set_scale(replace(self.picture.scale, stretch=stretch))

    def set_colormap(self, colormap: ColorMap) -> None:
        """Set the colours."""
        if self.picture is not None:
            self.set_scale(replace(self.picture.scale, colormap=colormap))

    def set_contrast_bias(self, contrast: float, bias: float) -> None:
        """Set contrast (0 to 10, 1 is neutral) and bias (0 to 1, 0.5 is neutral)."""
        if self.picture is not None:
            self.set_scale(self.picture.scale.with_contrast(contrast, bias))

    def reset_scale(self) -> None:
        """Go back to the scale of the first view."""
        if self.picture is not None:
            first = Scale.first(self.picture.sample, self.settings.scale)
            self.set_scale(self.options.scale(first) if self.options.given else first)

    # ------------------------------------------------------------------ place

    def set_screen_size(self, size: tuple[int, int]) -> None:
        """Tell how many device pixels (width, height) the view has."""
        if size != self.screen_size and min(size) > 0:
            self.screen_size = size
            if self.current is not None:
                self.place_changed.emit(self.current)

    def viewport(self) -> Viewport | None:
        """Return what the view shows of the current image."""
        if self.picture is None:
            return None
        return self.picture.viewport(self.screen_size, self.settings.honour_row_order)

    def set_place(self, place: Place) -> None:
        """Set zoom, position and orientation of the current image's view."""
        if self.picture is not None and self.current is not None and place != self.picture.place:
            self.picture.place = place
            self.place_changed.emit(self.current)

    def set_viewport(self, center: tuple[float, float], zoom: float) -> None:
        """Look at `center` (image x, y) with `zoom` device pixels for an image pixel."""
        if self.picture is not None:
            height, width = self.picture.frame.image_shape
            inside = (min(max(center[0], -0.5), width - 0.5), min(max(center[1], -0.5), height - 0.5))
            limited = min(max(zoom, ZOOM_RANGE[0]), ZOOM_RANGE[1])
            self.set_place(replace(self.picture.place, center=inside, zoom=limited))

    def fit(self) -> None:
        """Show the whole image."""
        if self.picture is not None:
            self.set_place(replace(self.picture.place, center=None, zoom=None))

    def zoom_to(self, zoom: float) -> None:
        """Set the zoom about the middle of the view."""
        viewport = self.viewport()
        if viewport is not None:
            self.set_viewport(viewport.center, zoom)

    def zoom_by(self, factor: float, about: tuple[float, float] | None = None) -> None:
        """Zoom in or out about a point of the view (device pixels); default: its middle."""
        viewport = self.viewport()
        if viewport is not None:
            factor = min(max(viewport.zoom * factor, ZOOM_RANGE[0]), ZOOM_RANGE[1]) / viewport.zoom
            zoomed = viewport.zoomed(factor, about or (viewport.size[0] / 2, viewport.size[1] / 2))
            self.set_viewport(zoomed.center, zoomed.zoom)

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the image by device pixels, right and down."""
        viewport = self.viewport()
        if viewport is not None:
            moved = viewport.moved(dx, dy)
            self.set_viewport(moved.center, moved.zoom)

    def set_orientation(self, orientation: Orientation) -> None:
        """Mirror and turn the view; the data stay as they are."""
        if self.picture is not None:
            self.set_place(replace(self.picture.place, orientation=orientation))

    # ------------------------------------------------------------------ pointer

    def point_at(self, position: tuple[float, float] | None) -> None:
        """Put the readout on an image position (0-based x, y), unless it is frozen."""
        if not self.frozen and position != self.pointer:
            self.pointer, self.pointer_by_keys = position, False
            self.pointer_moved.emit()

    def move_pointer(self, dx: int, dy: int) -> None:
        """Move the readout by whole pixels, frozen or not."""
        if self.picture is not None:
            height, width = self.picture.frame.image_shape
            x, y = self.pointer or ((width - 1) / 2, (height - 1) / 2)
            self.pointer = (min(max(round(x) + dx, 0), width - 1), min(max(round(y) + dy, 0), height - 1))
            self.pointer_by_keys = True
            self.pointer_moved.emit()

    def set_frozen(self, frozen: bool) -> None:
        """Hold the readout where it is, or let it follow the mouse again."""
        if frozen != self.frozen:
            self.frozen = frozen
            self.pointer_moved.emit()

    def _refine(self) -> None:
        if self.current is not None and self.picture is not None:
            self._finishing.refine(self.current, self.picture, self.image_changed.emit)
