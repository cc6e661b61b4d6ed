"""Agreement: what images that are combined have to have in common, by their headers."""

from collections.abc import Sequence
from typing import Any

from viewer.core.errors import ViewerError
from viewer.core.operations.matching import equal_exposures, facts_in


def alike(images: Sequence[Any], things: Sequence[str]) -> None:
    """Refuse images whose headers differ in one of these things; what one does not say is no difference."""
    facts = [facts_in(image.header) for image in images]
    for thing in things:
        known = [(image, fact[thing]) for image, fact in zip(images, facts, strict=True) if fact[thing]]
        for image, value in known[1:]:
            first, wanted = known[0]
            if not agree(value, wanted):
                raise ViewerError(
                    f"{image.name} has {thing} {as_text(value)}, {first.name} {as_text(wanted)}: leave one "
                    "out, or choose override."
                )


def agree(one: Any, other: Any) -> bool:
    """Return whether two values are equal, numbers but for rounding."""
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
