"""All operations; importing this package fills the registry, and loads scipy and astropy."""

from viewer.core.operations import (
    arithmetic,
    background,
    cleaning,
    colour,
    convolve,
    create,
    filters,
    orientation,
    sharpen,
    size,
    values,
)

__all__ = [
    "arithmetic",
    "background",
    "cleaning",
    "colour",
    "convolve",
    "create",
    "filters",
    "orientation",
    "sharpen",
    "size",
    "values",
]
