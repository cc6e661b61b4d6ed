"""Round angles for scale bars."""

from viewer.ui.panels.numbers import round_step

ARCMIN = 60.0
DEGREE = 3600.0
# A straight line stands for no angle beyond this.
LARGEST = 30 * DEGREE
# As clocks and charts divide 60.
ROUND = (1, 2, 5, 10, 20, 30)


def round_angle(most: float) -> tuple[float, str] | None:
    """Return the largest round angle that is not above `most`, and how it is written.

    Parameters
    ----------
    most : float
        Arcseconds.

    Returns
    -------
    tuple of float and str, or None
        Arcseconds and a text such as ``20″``; None if there is no such angle.
    """
    if not 1e-6 < most < 1e9:
        return None
    most = min(most, LARGEST) * (1 + 1e-9)
    for unit, mark in ((DEGREE, "°"), (ARCMIN, "′"), (1.0, "″")):
        fits = [step for step in ROUND if step * unit <= most]
        if fits:
            return fits[-1] * unit, f"{fits[-1]}{mark}"
    step = round_step(most)
    return step, f"{step:.10f}".rstrip("0") + "″"
