"""Star settings: between which values those of a search for stars have to be."""

import math
from typing import Any

from viewer.core.errors import ViewerError

RANGES = {
    "threshold": (0.0, math.inf),
    "separation": (0.0, math.inf),
    "aperture": (0.0, math.inf),
    "contrast": (0.0, 1.0),
    "gain": (0.0, math.inf),
    "saturation": (-math.inf, math.inf),
    "low": (0.0, 100.0),
    "high": (0.0, 100.0),
}
"""Between which values a setting has to be."""


def check_settings(settings: dict[str, Any]) -> None:
    """Refuse values that make no sense.

    Raises
    ------
    ViewerError
        With the name and the value.
    """
    for name, value in settings.items():
        low, high = RANGES.get(name, (1, math.inf))
        above = name in ("threshold", "gain")
        if not (math.isfinite(value) and low <= value <= high) or (above and value == low):
            least = f"more than {low:g}" if above else f"{low:g} or more"
            kind = f"a number from {low:g} to {high:g}" if math.isfinite(high) else f"a number, {least}"
            raise ViewerError(f"{name} cannot be {value:g}: it is {kind if low > -math.inf else 'a number'}")
