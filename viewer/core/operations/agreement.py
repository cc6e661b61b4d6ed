"""Agreement: what images that are combined have to have in common, by their headers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.operations.matching import equal_exposures, facts_in

# by which the temperature of the detector may differ
DEGREES = 2.0
# by how many times their noise the levels of biases or darks may differ
LEVELS = 10.0


def alike(images: Sequence[Any], things: Sequence[str]) -> None:
    """Refuse images whose headers differ in one of these things; what one does not say is no difference."""
    facts = [facts_in(image.header) for image in images]
    for thing in things:
        told = [
            (image.name, fact[thing])
            for image, fact in zip(images, facts, strict=True)
            if fact[thing] not in (None, "")
        ]
        for name, value in told[1:]:
            first, wanted = told[0]
            if not agree(thing, value, wanted):
                raise ViewerError(
                    f"{name} has {thing} {as_text(value)}, {first} {as_text(wanted)}: leave one out, or "
                    "choose override."
                )


def agree(thing: str, one: Any, other: Any) -> bool:
    """Return whether two values are equal, but for what a shutter, a cooler or rounding does."""
    if thing == "temperature":
        return bool(abs(one - other) <= DEGREES)
    if isinstance(one, float) and isinstance(other, float):
        return equal_exposures(one, other)
    return bool(one == other)


def as_text(value: Any) -> str:
    """Return a value as a sentence has it."""
    if isinstance(value, tuple):
        return " x ".join(str(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def of_kind(images: Sequence[Any], kind: str) -> None:
    """Refuse images whose headers call them something else."""
    for image in images:
        found = facts_in(image.header)["kind"]
        if found not in ("", kind):
            what = "an image of the sky" if found == "light" else f"a {found}"
            raise ViewerError(
                f"the header of {image.name} calls it {what}, not a {kind}: leave it out, or choose override."
            )


def alike_in_level(images: Sequence[Any], skies: Sequence[tuple[float, float]]) -> None:
    """Refuse an image whose level is far from that of the others: a flat among darks, a lamp left on."""
    middle, noise = np.median(skies, axis=0)
    for image, (level, _) in zip(images, skies, strict=True):
        if abs(level - middle) > LEVELS * max(noise, 1e-6 * abs(middle)):
            raise ViewerError(
                f"the pixels of {image.name} are at {level:.6g}, those of the others at {middle:.6g}: leave "
                "it out, or choose override."
            )
