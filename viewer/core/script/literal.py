"""How a value is written in a script."""

import math
from typing import Any


def literal(value: Any) -> str:
    """Return Python source for a value; NaN and infinity as numpy's.

    Parameters
    ----------
    value : object
        A number, a string, or tuples of them.
    """
    if isinstance(value, float) and math.isnan(value):
        return "np.nan"
    if isinstance(value, float) and math.isinf(value):
        return "np.inf" if value > 0 else "-np.inf"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{value:.1f}"
    if isinstance(value, tuple):
        return (
            "("
            + "".join(literal(each) + ", " for each in value)
            .rstrip(" ")
            .rstrip("," if len(value) > 1 else "")
            + ")"
        )
    if isinstance(value, str):
        # with a double quote in it, repr always chooses single ones around
        inside = repr('"' + value)[2:-1]
        return '"' + inside.replace('"', '\\"').replace("\\'", "'") + '"'
    return repr(value)
