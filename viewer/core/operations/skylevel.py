"""Sky level: the level and the noise of an image without its stars, for equal levels and for weights."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.operations.common import Array

# So many pixels tell the level to a thousandth of the noise.
SAMPLE = 1 << 20


def sample_of(data: Any) -> Array:
    """Return the values of up to a million pixels, from rows all over an image, without missing ones."""
    rows = data.shape[0]
    count = min(rows, max(1, SAMPLE * rows // int(np.prod(data.shape))))
    chosen = np.unique(np.linspace(0, rows - 1, count).astype(int))
    if len(chosen) == rows:
        values = np.asarray(data[0:rows]).ravel()
    else:
        values = np.concatenate([np.asarray(data[row : row + 1]).ravel() for row in chosen.tolist()])
    return np.asarray(values[np.isfinite(values)], float)


def clipped_sample(data: Any) -> Array:
    """Return the values of up to a million pixels without stars and faults: 3 sigma clipped at the median."""
    values = sample_of(data)
    for _ in range(5):
        middle = np.median(values) if values.size else np.nan
        noise = 1.4826 * np.median(np.abs(values - middle)) if values.size else np.nan
        kept = values[np.abs(values - middle) <= 3 * noise]
        if len(kept) in (0, len(values)):
            break
        values = kept
    return values


def sky_of(image: Any) -> tuple[float, float]:
    """Return the level of the sky in an image, and its noise; refuse an image without any value."""
    values = clipped_sample(image.data)
    if not values.size:
        raise ViewerError(f"every pixel of {image.name} is missing: leave it out.")
    return float(np.median(values)), float(values.std())


def changes(images: Sequence[Any], skies: Sequence[tuple[float, float]], level: str) -> tuple[Array, Array]:
    """Return a factor and an offset for each image that give all of them the sky level of the first."""
    levels = np.array([sky[0] for sky in skies])
    if level == "scale":
        for image, value in zip(images, levels, strict=True):
            if not value > 0:
                raise ViewerError(
                    f"the sky of {image.name} is at {value:.6g}: it cannot be scaled. Use level offset, or "
                    "images whose sky was not subtracted."
                )
        return levels[0] / levels, np.zeros(len(levels))
    return np.ones(len(levels)), levels[0] - levels


def noise_weights(images: Sequence[Any], skies: Sequence[tuple[float, float]], factors: Array) -> Array:
    """Return weights 1/noise^2 of images that are multiplied by factors, the first one's being 1."""
    noises = np.array([sky[1] for sky in skies]) * factors
    for image, noise in zip(images, noises, strict=True):
        if not noise > 0:
            raise ViewerError(f"{image.name} has no noise to be weighted by: use another weight.")
    return np.asarray((noises[0] / noises) ** 2)


def levelled(stack: Array, factors: Array, offsets: Array) -> Array:
    """Return a stack of images, each multiplied by a factor and added to an offset."""
    for values, factor, offset in zip(stack, factors, offsets, strict=True):
        values *= factor
        values += offset
    return stack
