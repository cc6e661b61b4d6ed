"""Stars of a colour picture: looked for in the mean of its planes."""

from typing import Any

import numpy as np

from viewer.core.arrays import floating
from viewer.core.measure.starmaxima import list_maxima
from viewer.core.measure.starsearch import list_stars


def list_colour_stars(data: Any, *, method: str = "sep", **settings: Any) -> dict[str, Any]:
    """Find the stars of a colour picture in the mean of red, green and blue.

    Parameters
    ----------
    data
        Three axes, (colours, rows, columns).
    method
        sep or teaching.
    settings
        Of the method's function.

    Returns
    -------
    dict
        As `list_stars` gives it.
    """
    mean = floating(np.asarray(data)).mean(axis=0)
    return list_maxima(mean, **settings) if method == "teaching" else list_stars(mean, **settings)
