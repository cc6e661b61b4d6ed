"""Returning: documents on their way back from an earlier session, and how their pictures looked."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from viewer.core.session.document import Document, Picture, Place
from viewer.core.session.options import ViewOptions
from viewer.core.session.remembered import Remembered, Seen, listed, steps_text


@dataclass(eq=False)
class Entry:
    """A document on its way back.

    Attributes
    ----------
    remembered : Remembered
        What it was.
    number : int
        Its place among the others.
    front : bool
        It is to be shown.
    asked : bool
        It is being opened.
    whole : bool
        Its steps and regions are to come as soon as it is open.
    document : Document or None
        When it is open.
    """

    remembered: Remembered
    number: int
    front: bool = False
    asked: bool = False
    whole: bool = True
    document: Document | None = None


@dataclass
class Gone:
    """Files that are no longer there."""

    documents: list[Remembered] = field(default_factory=list)

    def sentence(self) -> str:
        """Say so of all of them at once."""
        names = list(dict.fromkeys(Path(each.path).name for each in self.documents))
        there = "is no longer where it was" if len(names) == 1 else "are no longer where they were"
        text = f"{listed(names)} {there}"
        steps = sum(each.steps for each in self.documents)
        if not steps:
            return f"{text}: {'it is' if len(names) == 1 else 'they are'} not restored."
        were = "was" if steps == 1 else "were"
        return (
            f"{text}: {steps_text(steps)} that {were} not saved cannot be repeated now, but are kept and "
            "offered again at the next start."
        )


def dress(picture: Picture, seen: Seen | None, options: ViewOptions) -> None:
    """Show a picture as it was seen before; options of the command line are stronger."""
    if seen is not None:
        if seen.scale is not None:
            picture.scale = seen.scale
        height, width = picture.frame.image_shape
        center = seen.place.center
        if center is not None:
            inside = -0.5 <= center[0] <= width - 0.5 and -0.5 <= center[1] <= height - 0.5
            center = center if inside else None
        picture.place = replace(seen.place, center=center)
    if options.given:
        picture.scale = options.scale(picture.scale)
        picture.place = Place(zoom=options.zoom)
    picture.cuts = picture.scale.limits.resolve(picture.sample)
