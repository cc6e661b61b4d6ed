"""Measuring frames before they are combined: how good each is, and how it lies on the reference."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from viewer.core.call import Operand
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.measure.stars import find_stars
from viewer.core.night.alignment import Alignment, aligned_with
from viewer.core.night.quality import Quality, quality_of
from viewer.core.operations.aiming import aim_of
from viewer.core.operations.mapping import place
from viewer.core.operations.matching import facts_in
from viewer.core.progress import Progress

CALIBRATION = ("bias", "dark", "flat")
Find = Callable[[Operand, Progress], Frame]


def measure(
    operands: Sequence[Operand],
    known: dict[Operand, Quality],
    align: str,
    find: Find,
    progress: Progress,
    tell: Callable[[tuple[Operand, dict[str, Any]]], object],
) -> None:
    """Measure frames one by one, and tell of each what was found.

    Parameters
    ----------
    operands : sequence of Operand
        The frames; the others are aligned with the first.
    known : dict
        What was measured before.
    align : str
        By ``stars``, ``wcs`` or ``pixels``, or ``none``.
    find : callable
        Returns a frame.
    progress : Progress
        Told how many are done.
    tell : callable
        Gets the frame and what was found: `quality`, `alignment`, `residuals`, `unreadable`, `unaligned`. If
        the first frame cannot be read or is none of the sky, that is all.
    """
    strange = strangers(operands, find, progress)
    for operand, why in strange.items():
        tell((operand, {"unreadable": why}))
    if operands[0] in strange:
        return
    try:
        reference = find(operands[0], progress)
    except ViewerError as error:
        tell((operands[0], {"unreadable": str(error)}))
        return
    stars = find_stars(reference.data)
    aim, hopeless = None, ""
    try:
        aim = aim_of(reference.data, reference.header, align)
    except ViewerError as error:
        hopeless = str(error)
    for operand in progress.each([each for each in operands if each not in strange]):
        found: dict[str, Any] = {}
        try:
            frame = reference if operand == operands[0] else find(operand, progress)
            found["quality"] = known.get(operand) or quality_of(frame, stars)
        except ViewerError as error:
            tell((operand, {"unreadable": str(error)}))
            continue
        if aim is None:
            found["unaligned"] = hopeless
        elif align != "none":
            try:
                found["alignment"] = alignment = aligned_with(aim, frame, align)
                found["residuals"] = residuals(alignment, reference)
            except ViewerError as error:
                found["unaligned"] = str(error)
        tell((operand, found))


def strangers(operands: Sequence[Operand], find: Find, progress: Progress) -> dict[Operand, str]:
    """Return which frames are calibration frames by their headers among others that are not, and say so.

    Hot pixels look like stars: a dark would be the sharpest frame of all, or the one to align with.
    """
    kinds = {}
    for operand in operands:
        try:
            kinds[operand] = str(facts_in(find(operand, progress).header)["kind"])
        except ViewerError:
            # said where it is measured
            continue
    if all(kind in CALIBRATION for kind in kinds.values()):
        return {}
    return {
        operand: f"A {kind}, by its header: it is left out, for the others are images of the sky."
        for operand, kind in kinds.items()
        if kind in CALIBRATION
    }


def residuals(alignment: Alignment, reference: Frame) -> np.ndarray:
    """Return how far each matched star of a frame lies from where the alignment puts it, (n, 2) pixels."""
    theirs, ours = alignment.matched
    if not len(ours):
        return np.empty((0, 2))
    return np.asarray(ours) - place(alignment.mapping, np.asarray(theirs), reference.image_shape)
