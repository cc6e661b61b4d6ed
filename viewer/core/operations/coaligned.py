"""Coaligned: those images that can be aligned with the first, and rows of all of them on its grid."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.operations.common import Array
from viewer.core.operations.stacking import common_type
from viewer.core.operations.warping import transforms, warped_rows


def aligned(images: Sequence[Any], align: str) -> tuple[list[Any], list[Array], list[str]]:
    """Return the images that can be aligned, where the first's pixels lie in them, and what is left out."""
    mappings, reasons = transforms(images, align)
    found = list(zip(images, mappings, reasons, strict=True))
    used = [(image, mapping) for image, mapping, _ in found if mapping is not None]
    notes = [f"left out {image.name}: {why}" for image, mapping, why in found if mapping is None]
    if len(used) < min(2, len(images)):
        raise ViewerError(f"no image can be aligned with {images[0].name}: {notes[0]}")
    return [image for image, _ in used], [mapping for _, mapping in used], notes


def warped_stack(
    images: Sequence[Any], mappings: Sequence[Array], rows: slice, shape: tuple[int, int], interpolation: str
) -> Array:
    """Return some rows of all images on the grid of the first."""
    stack = np.empty((len(images), rows.stop - rows.start, shape[1]), common_type(images, exact=False))
    for number, (image, mapping) in enumerate(zip(images, mappings, strict=True)):
        stack[number] = warped_rows(image.data, mapping, rows.start, rows.stop, shape, interpolation)
    return stack
