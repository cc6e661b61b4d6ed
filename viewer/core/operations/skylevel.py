"""Sky level: the level and the noise of an image without its stars, for equal levels and for weights."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.operations.common import Array

# So many pixels tell the level to a thousandth of the noise.
SAMPLE = 1 << 20


def sample_rows(shape: tuple[int, ...]) -> Array:
    """Return the numbers of rows all over an image that have a million pixels; all of a smaller one."""
    count = min(shape[0], max(1, SAMPLE * shape[0] // int(np.prod(shape))))
    return np.unique(np.linspace(0, shape[0] - 1, count).astype(int))


def rows_of(data: Any, rows: Array) -> Array:
    """Return these rows of an image, which is read no more than is needed."""
    if len(rows) == data.shape[0]:
        return np.asarray(data[0 : len(rows)])
    return np.concatenate([np.asarray(data[row : row + 1]) for row in rows.tolist()])


def without_outliers(values: Array) -> Array:
    """Return those values that are there and within 3 sigma of the median: no stars, no faults."""
    values = np.asarray(values[np.isfinite(values)], float)
    for _ in range(5):
        if not values.size:
            break
        middle = np.median(values)
        distances = np.abs(values - middle)
        kept = values[distances <= 3 * 1.4826 * np.median(distances)]
        if len(kept) == len(values):
            break
        values = kept
    return values


def sky_of(image: Any) -> tuple[float, float]:
    """Return the level of the sky in an image, and its noise; refuse an image without any value."""
    values = without_outliers(rows_of(image.data, sample_rows(image.data.shape)))
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
