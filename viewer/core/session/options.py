"""View options: how the command line asks for a picture to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from viewer.core.errors import ViewerError
from viewer.core.render.colormap import ColorMap
from viewer.core.render.limits import Limits
from viewer.core.render.scale import DEFAULT_SCALE, Scale
from viewer.core.render.stretch import Stretch

Number = TypeVar("Number", int, float)
ZOOMS = (1e-4, 1e4)


@dataclass(frozen=True)
class ViewOptions:
    """What the user asked for; None is what the program would choose itself.

    Attributes
    ----------
    stretch : str or None
        ``linear``, ``log``, ``sqrt``, ``squared``, ``power``, ``asinh``, ``sinh`` or ``histequal``.
    parameter : float or None
        The stretch's own parameter.
    limits : Limits or None
        Which values are the first and the last colour.
    colormap : str or None
        Name of a colour map.
    inverted : bool
        The colours run the other way.
    zoom : float or None
        Device pixels for each image pixel; None fits the image.
    hdu : int or None
        Which HDU of each file that does not name one itself.
    """

    stretch: str | None = None
    parameter: float | None = None
    limits: Limits | None = None
    colormap: str | None = None
    inverted: bool = False
    zoom: float | None = None
    hdu: int | None = None

    @classmethod
    def typed(cls, words: Mapping[str, str]) -> "ViewOptions":
        """Read options by their names on the command line; those left out were not given.

        Parameters
        ----------
        words : mapping of str to str
            ``scale``, ``parameter``, ``limits``, ``cmap``, ``invert`` (any word), ``zoom`` (0 fits) and
            ``hdu``.

        Raises
        ------
        ViewerError
            If one of them makes no sense.
        """
        limits = words.get("limits")
        zoom = _number(words, "zoom", float)
        if zoom is not None and zoom != 0 and not ZOOMS[0] <= zoom <= ZOOMS[1]:
            raise ViewerError(f"A zoom of {zoom:g} is not sensible: use {ZOOMS[0]:g} to {ZOOMS[1]:g}.")
        options = cls(
            stretch=words.get("scale"),
            parameter=_number(words, "parameter", float),
            limits=None if limits is None else Limits.parse(limits),
            colormap=words.get("cmap"),
            inverted="invert" in words,
            zoom=zoom or None,
            hdu=_number(words, "hdu", int),
        )
        options.scale()
        return options

    @property
    def given(self) -> bool:
        """Whether anything about the picture was asked for; the HDU does not count."""
        return replace(self, hdu=None) != ViewOptions()

    def scale(self, base: Scale = DEFAULT_SCALE) -> Scale:
        """Return a scale with what was asked for in place of the same part of `base`.

        Raises
        ------
        ViewerError
            If there is no such stretch or colour map or the stretch cannot have the parameter.
        """
        stretch = base.stretch
        if self.stretch is not None:
            stretch = Stretch(self.stretch, self.parameter)  # type: ignore[arg-type]
        elif self.parameter is not None:
            stretch = stretch.with_parameter(self.parameter)
        name = base.colormap.name if self.colormap is None else self.colormap
        colormap = ColorMap(name, base.colormap.inverted != self.inverted)
        limits = base.limits if self.limits is None else self.limits
        return replace(base, limits=limits, stretch=stretch, colormap=colormap)


def _number(words: Mapping[str, str], name: str, kind: type[Number]) -> Number | None:
    text = words.get(name)
    try:
        return None if text is None else kind(text)
    except ValueError as error:
        raise ViewerError(f"{text!r} is not a number, as --{name} needs one.") from error
