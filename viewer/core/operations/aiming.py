"""Aiming: what of a reference image the others are aligned by, and where its pixels lie in each of them."""

from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.operations.common import Array


def aim_of(reference: Any, align: str) -> Any:
    """Return what has to be known of the first image to align others to it."""
    if align != "none":
        raise ViewerError(f"images cannot be aligned by {align} yet.")
    return reference.data.shape


def mapping_to(aim: Any, image: Any, align: str) -> tuple[Array | None, str]:
    """Return the mapping from the reference's pixels to an image's, and how well it fits or why there is none."""
    return np.eye(2, 3), "not moved"
