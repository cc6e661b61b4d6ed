"""Remembered: open images as values to be written down - their files, how they were seen, what was done."""

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.core.render.scale import Scale
from viewer.core.session.document import Place

if TYPE_CHECKING:
    from viewer.core.call import Call
    from viewer.core.shapes.region import Region

_ANYWHERE = Place()
_MOST_NAMED = 4
# so many regions become text at once: a worker that encodes all of a crowd would stop the window meanwhile
_AT_ONCE = 500


@dataclass(frozen=True)
class Seen:
    """One image (an HDU): how it was looked at, and what was done to it that no file holds.

    Attributes
    ----------
    hdu : int
        Its index in the file.
    section : str
        The part of it that was opened, in brackets as it is typed; empty for all. With `before`: all brackets
        of the file's image that these steps began with.
    plane : tuple of int
        Indices of the leading axes.
    colour : bool or None
        Three planes as a colour picture; None is as the file says.
    scale : Scale or None
        Limits, stretch and colours; None is as at the first look.
    place : Place
        Zoom, position and orientation.
    regions : tuple
        What is drawn over it: each a `Region`, or as it was read from a file and not looked at yet.
    calls : tuple of Call
        The steps, if the operations were loaded, else they are in `recipe`.
    recipe : str
        The steps as the text of a recipe.
    steps : int
        How many there are.
    before : int
        How many of them made the image, which is in no file: split off from another, or made of nothing.
    """

    hdu: int = 0
    section: str = ""
    plane: tuple[int, ...] = ()
    colour: bool | None = None
    scale: Scale | None = None
    place: Place = _ANYWHERE
    regions: "tuple[Region | dict[str, Any], ...]" = ()
    calls: "tuple[Call, ...]" = ()
    recipe: str = ""
    steps: int = 0
    before: int = 0

    def parsed_calls(self, title: str) -> "tuple[Call, ...]":
        """Return the steps; loads the operations.

        Parameters
        ----------
        title : str
            Of the image, for the message.

        Raises
        ------
        ViewerError
            If this version does not know one of them.
        """
        # scipy and astropy, which the start does without
        import viewer.core.operations  # noqa: F401 - fills the registry
        from viewer.core.recipe import parse_recipe

        return self.calls or (parse_recipe(self.recipe, f"what was done to {title}") if self.steps else ())

    def content(self) -> dict[str, Any]:
        """Return all but the regions for JSON; what is as usual is left out."""
        recipe = self.recipe
        if self.calls and not recipe:
            # calls are there only if the operations are
            from viewer.core.recipe import recipe_text

            recipe = recipe_text(self.calls)
        found = {
            "hdu": self.hdu,
            "section": self.section,
            "plane": list(self.plane),
            "colour": self.colour,
            "scale": None if self.scale is None else _scale_content(self.scale),
            "place": asdict(self.place),
            "recipe": recipe,
            "steps": self.steps,
            "before": self.before,
        }
        return {name: value for name, value in found.items() if value or name in ("hdu", "colour")}


@dataclass(frozen=True)
class Remembered:
    """An open document.

    Attributes
    ----------
    path : str
        Its file; empty if its image was made of nothing.
    called : str
        Its name in the window, if not the file's.
    hdu : int or None
        The HDU that was shown.
    size : int or None
        Bytes of the file, None if that is not known.
    modified : float or None
        The file's time of modification when it was opened, in seconds since 1970.
    images : tuple of Seen
        The HDUs that were looked at.
    address : str
        Where the file was downloaded from, if it was.
    """

    path: str
    called: str = ""
    hdu: int | None = None
    size: int | None = None
    modified: float | None = None
    images: tuple[Seen, ...] = ()
    address: str = ""

    @property
    def title(self) -> str:
        """What it was called, else the file's name without its folder."""
        return self.called or Path(self.path).name or "a new image"

    @property
    def steps(self) -> int:
        """How many steps were done to it that no file holds."""
        return sum(image.steps for image in self.images)

    @property
    def made(self) -> bool:
        """Whether it was an image that no file held: the first steps make it."""
        return any(image.before for image in self.images)

    def seen(self, hdu: int | None) -> Seen | None:
        """Return how an HDU was looked at."""
        return next((image for image in self.images if image.hdu == hdu), None)

    def measured(self) -> "Remembered":
        """Return it with size and time of its file; looks at the disk, so it belongs into a job."""
        # whether it is the same file matters to steps alone
        if not self.path or not self.steps or self.size is not None:
            return self
        try:
            found = Path(self.path).stat()
        except (OSError, ValueError):
            return self
        modified = found.st_mtime if self.modified is None else self.modified
        return replace(self, size=found.st_size, modified=modified)

    def became(self) -> str:
        """Return what became of the file since: ``same``, ``changed`` or ``gone``."""
        try:
            found = Path(self.path).stat()
        except (OSError, ValueError):
            return "gone"
        same = self.size in (None, found.st_size) and self.modified in (None, found.st_mtime)
        return "same" if same else "changed"


@dataclass(frozen=True)
class Window:
    """All that a window had open.

    Attributes
    ----------
    documents : tuple of Remembered
        In the order of the list of images.
    current : int or None
        Which of them was shown.
    tool : str
        What the left button did in the picture.
    folder : str
        The folder that was listed; empty if none was.
    geometry : str
        Where the window was, as Qt writes it, in base 64.
    closed : bool
        The window was closed as it should, and the documents are steps that could not be brought back in it.
    """

    documents: tuple[Remembered, ...] = ()
    current: int | None = None
    tool: str = "pan"
    folder: str = ""
    geometry: str = ""
    closed: bool = False


def steps_text(count: int) -> str:
    """Return a number of steps in words."""
    return "1 step" if count == 1 else f"{count} steps"


def listed(names: list[str], between: str = ", ", last: str = " and ") -> str:
    """Return some names in words, and how many more there are."""
    named = names[:_MOST_NAMED]
    if len(names) > _MOST_NAMED:
        named.append(f"{len(names) - _MOST_NAMED} more")
    return named[0] if len(named) == 1 else f"{between.join(named[:-1])}{last}{named[-1]}"


def written_of(window: Window, texts: "RegionTexts") -> str:
    """Return a window as one line of JSON."""
    parts: list[str] = []
    for document in window.documents:
        found = {field.name: getattr(document, field.name) for field in fields(document)}
        del found["images"]
        images = ", ".join(_image_text(image, texts) for image in document.images)
        parts.append(f'{json.dumps(found)[:-1]}, "images": [{images}]}}')
    texts.forget_others()
    rest = {field.name: getattr(window, field.name) for field in fields(window)}
    del rest["documents"]
    return f'{json.dumps(rest)[:-1]}, "documents": [{", ".join(parts)}]}}'


class RegionTexts:
    """The text of regions, made once for each set of them: there may be many, and zooming changes none."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, str]] = {}
        self._used: set[int] = set()

    def of(self, regions: "tuple[Region | dict[str, Any], ...]") -> str:
        """Return regions as a list in JSON."""
        found = self._known.get(id(regions))
        if found is None:
            groups = [regions[start : start + _AT_ONCE] for start in range(0, len(regions), _AT_ONCE)]
            usual = _usual_region(regions)
            inner = (json.dumps([_region_content(each, usual) for each in group])[1:-1] for group in groups)
            # kept with the regions: nothing else can have their id meanwhile
            found = self._known[id(regions)] = (regions, f"[{', '.join(inner)}]")
        self._used.add(id(regions))
        return found[1]

    def forget_others(self) -> None:
        """Forget what was not asked for since this was called last."""
        self._known = {key: value for key, value in self._known.items() if key in self._used}
        self._used = set()


def _image_text(image: Seen, texts: RegionTexts) -> str:
    text = json.dumps(image.content())
    return f'{text[:-1]}, "regions": {texts.of(image.regions)}}}' if image.regions else text


def _usual_region(regions: "tuple[Region | dict[str, Any], ...]") -> tuple[tuple[str, Any], ...]:
    """Return the fields of regions that are written, with their usual values."""
    first = next((each for each in regions if not isinstance(each, dict)), None)
    if first is None:
        return ()
    return tuple((field.name, field.default) for field in fields(first) if field.name != "key")


def _region_content(region: "Region | dict[str, Any]", usual: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    if isinstance(region, dict):
        return region
    found = region.__dict__
    return {name: found[name] for name, value in usual if found[name] != value}


def _scale_content(scale: Scale) -> dict[str, Any]:
    return {
        "limits": asdict(scale.limits),
        "stretch": asdict(scale.stretch),
        "colormap": asdict(scale.colormap),
        "contrast": scale.contrast,
        "bias": scale.bias,
    }
