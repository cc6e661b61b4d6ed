"""History: the versions of an image, from as it was opened to the last step, and which is shown."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.frame import Frame
from viewer.core.pixels import ArrayPixels, MaskedPixels, Pixels
from viewer.core.session.document import Picture

if TYPE_CHECKING:
    from viewer.core.call import Call

# How many versions on either side of the one that is shown keep their samples and copies for the screen.
_KEPT_PICTURES = 2


@dataclass(eq=False)
class Version:
    """An image after a step.

    Attributes
    ----------
    frame : Frame
        The image; its values may have been moved to the disk.
    call : Call or None
        The step; None for the image as it was opened.
    picture : Picture or None
        What was prepared to show it; made again when needed.
    at : float
        When the step was done, by `time.monotonic`.
    """

    frame: Frame
    call: "Call | None" = None
    picture: Picture | None = None
    at: float = field(default_factory=time.monotonic)


class History:
    """The versions of one image. Changed by the `Session` only.

    Parameters
    ----------
    picture : Picture
        The image as it was opened.
    before : tuple of Call
        What made this image already, if it was split off from another or made of nothing.
    root : Frame or None
        The image of the file that `before` began with; by default the picture's own. None if an operation
        made it of nothing.
    saved : bool
        A file holds it.

    Attributes
    ----------
    versions : list of Version
        The first is the image as it was opened.
    position : int
        Which of them is shown.
    origin_frame : Frame or None
        The image of a file that everything began with; None if it was made of nothing.
    saved : int or None
        Which of them is what the file holds; None if none is.
    """

    def __init__(
        self,
        picture: Picture,
        before: "tuple[Call, ...]" = (),
        root: Frame | None = None,
        saved: bool = True,
    ) -> None:
        self.versions = [Version(picture.frame, None, picture)]
        self.position = 0
        self.saved: int | None = 0 if saved else None
        self._before = before
        self.origin_frame = root if before else picture.frame

    @property
    def shown(self) -> Version:
        """The version that is shown."""
        return self.versions[self.position]

    @property
    def calls(self) -> "tuple[Call, ...]":
        """All that was done to `origin_frame` up to the version that is shown."""
        return self.calls_to(self.position)

    @property
    def all_calls(self) -> "tuple[Call, ...]":
        """As `calls`, with the steps that were taken back."""
        return self.calls_to(len(self.versions) - 1)

    def calls_to(self, position: int) -> "tuple[Call, ...]":
        """Return all that was done to `origin_frame` up to a version."""
        steps = (version.call for version in self.versions[1 : position + 1])
        return self._before + tuple(call for call in steps if call is not None)

    @property
    def modified(self) -> bool:
        """Whether what is shown is not what the file holds."""
        return self.position != self.saved

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a step that was taken back."""
        return self.position + 1 < len(self.versions)

    def add(self, picture: Picture, call: "Call") -> None:
        """Put a new version behind the one that is shown; those that were taken back are gone."""
        del self.versions[self.position + 1 :]
        if self.saved is not None and self.saved > self.position:
            self.saved = None
        self.versions.append(Version(picture.frame, call, picture))
        self.go_to(self.position + 1)

    def go_to(self, position: int) -> None:
        """Show a version; what is far from it keeps no pictures."""
        self.position = min(max(position, 0), len(self.versions) - 1)
        for number, version in enumerate(self.versions):
            if abs(number - self.position) > _KEPT_PICTURES:
                version.picture = None

    def mark_saved(self, version: Version) -> None:
        """A file holds this version now, if it is still one of the history's."""
        self.saved = next((n for n, each in enumerate(self.versions) if each is version), None)

    def too_much(self, most: int) -> tuple[list[Version], int]:
        """Return the versions whose values have to go to the disk so that no more than `most` bytes stay.

        Parameters
        ----------
        most : int
            Bytes for all versions but the one that is shown.

        Returns
        -------
        tuple
            Those versions, and the bytes of the others.
        """
        seen = {id(array) for array in _arrays(self.shown.frame.pixels)}
        kept, leaving = 0, list[Version]()
        order = sorted(range(len(self.versions)), key=lambda number: abs(number - self.position))
        for version in (self.versions[number] for number in order):
            for array in _arrays(version.frame.pixels):
                if id(array) not in seen and not on_disk(array):
                    seen.add(id(array))
                    if kept + array.nbytes <= most:
                        kept += array.nbytes
                    elif version not in leaving:
                        leaving.append(version)
        return leaving, kept


def on_disk(array: np.ndarray[Any, Any]) -> bool:
    """Whether an array is a window on a file, not memory."""
    base: Any = array
    while base is not None:
        if isinstance(base, np.memmap):
            return True
        base = getattr(base, "base", None)
    return False


def _arrays(pixels: Pixels) -> list[np.ndarray[Any, Any]]:
    if isinstance(pixels, MaskedPixels):
        return [*_arrays(pixels.unmasked), pixels.mask]
    return [pixels.array] if isinstance(pixels, ArrayPixels) else []
