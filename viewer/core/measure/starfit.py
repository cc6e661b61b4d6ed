"""Star fit: an elliptical Gaussian or Moffat profile on a sloping sky, by least squares."""

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

# The exponent beta of a Moffat profile is fitted as its inverse, which is 0 for a Gaussian. Below this, a
# difference can hardly be seen any more.
LEAST_INVERSE_BETA = 0.001


def profile_of(kind: str, parameters: Array, x: Array, y: Array) -> tuple[Array, Array]:
    """Return the light of a profile at positions, and its derivative by each parameter.

    Parameters
    ----------
    kind
        ``gaussian`` or ``moffat``.
    parameters
        Height; x and y of the centre; three numbers p, q, r of its shape; for a Moffat profile the inverse of
        beta. With u = p dx + q dy and v = r dy the light is half of the height where u² + v² = 1/4; if q is
        0, p and r are the inverse full widths at half maximum along x and y.
    x, y
        Positions, in lists.

    Returns
    -------
    tuple of numpy.ndarray
        The light (n,); the derivatives (n, parameters).
    """
    height, x0, y0, p, q, r = parameters[:6]
    dx, dy = x - x0, y - y0
    u, v = p * dx + q * dy, r * dy
    square = u * u + v * v
    if kind == "gaussian":
        shape = np.exp(-4 * math.log(2) * square)
        slope = -4 * math.log(2) * shape
    else:
        inverse = parameters[6]
        factor = 4 * math.expm1(inverse * math.log(2))
        base = 1 + factor * square
        shape = np.exp(-np.log(base) / inverse)
        slope = -factor / inverse * shape / base
    slope *= 2 * height
    columns = [
        shape,
        -slope * u * p,
        -slope * (u * q + v * r),
        slope * u * dx,
        slope * u * dy,
        slope * v * dy,
    ]
    if kind != "gaussian":
        growth = 4 * math.log(2) * 2**inverse
        columns.append(height * shape * (np.log(base) / inverse - growth * square / base) / inverse)
    return height * shape, np.stack(columns, axis=1)


def fit_profile(
    kind: str, start: Array, x: Array, y: Array, values: Array, noise: Array, slope: bool
) -> dict[str, Any]:
    """Fit a profile to pixels.

    Parameters
    ----------
    kind
        ``gaussian`` or ``moffat``.
    start
        Parameters of the profile to begin with, as `profile_of` has them.
    x, y, values
        Positions of the pixels and their values above the sky, in lists.
    noise
        Standard deviation of each.
    slope
        Whether a level and a slope of the sky are fitted, too.

    Returns
    -------
    dict
        parameters; sky: level, and slopes along x and y, at the star's centre; covariance: of the parameters,
        if the noise is right; scatter: the same from how far the pixels are off, whatever their noise;
        misfit: the square root of the reduced chi-square; ok: whether the fit converged.
    """
    from scipy import optimize

    count = len(start)
    middle_x, middle_y = start[1], start[2]
    if slope:
        sky = np.stack([np.ones_like(x), x - middle_x, y - middle_y], axis=1)
        start = np.append(start, np.zeros(3))
    low, high = np.full(len(start), -np.inf), np.full(len(start), np.inf)
    if kind != "gaussian":
        low[6], high[6] = LEAST_INVERSE_BETA, 0.9

    def off(parameters: Array) -> Array:
        model, _ = profile_of(kind, parameters, x, y)
        if slope:
            model = model + sky @ parameters[count:]
        return np.asarray((model - values) / noise)

    def off_by(parameters: Array) -> Array:
        _, change = profile_of(kind, parameters, x, y)
        if slope:
            change = np.concatenate([change, sky], axis=1)
        return np.asarray(change / noise[:, np.newaxis])

    failed = {
        "parameters": np.full(count, np.nan),
        "sky": np.zeros(3),
        "covariance": np.full((count, count), np.nan),
        "scatter": np.full((count, count), np.nan),
        "misfit": math.nan,
        "ok": False,
    }
    if len(values) < len(start) + 3 or not np.isfinite(start).all():
        return failed
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            found = optimize.least_squares(
                off, start, off_by, bounds=(low, high), x_scale="jac", max_nfev=60, xtol=1e-10, ftol=1e-10
            )
        except ValueError:
            # it ran to where the profile is no number
            return failed
    curvature = found.jac.T @ found.jac
    scale = np.sqrt(np.maximum(np.diag(curvature), 1e-300))
    covariance = np.linalg.pinv(curvature / np.outer(scale, scale), hermitian=True) / np.outer(scale, scale)
    # the pixels that pull at the fit are less off than the others (MacKinnon & White 1985, J. Econometrics
    # 29, 305)
    lever = np.einsum("ij,jk,ik->i", found.jac, covariance, found.jac)
    pulled = found.jac * (found.fun / np.maximum(1 - lever, 0.1))[:, np.newaxis]
    scatter = covariance @ (pulled.T @ pulled) @ covariance
    misfit = math.sqrt(2 * found.cost / max(1, len(values) - len(start)))
    plane = found.x[count:] if slope else np.zeros(3)
    if slope:
        plane = plane + np.array([plane[1:] @ (found.x[1:3] - [middle_x, middle_y]), 0, 0])
    return {
        "parameters": found.x[:count],
        "sky": plane,
        "covariance": covariance[:count, :count],
        "scatter": scatter[:count, :count],
        "misfit": misfit,
        "ok": bool(found.status > 0 and np.isfinite(found.x).all()),
    }


def shape_of(parameters: Array) -> Array:
    """Return x, y, height, FWHM, those of the longer and shorter axis, ellipticity, angle and beta of a fit.

    The full width at half maximum is the geometric mean of both axes, the ellipticity 1 - b/a, the angle that
    of the longer axis, in degrees counter-clockwise from x.
    """
    height, x0, y0, p, q, r = parameters[:6]
    shape = np.array([[p * p, p * q], [p * q, q * q + r * r]])
    if not (np.isfinite(shape).all() and abs(p * r) > 1e-12):
        return np.full(9, np.nan)
    widths, axes = np.linalg.eigh(shape)
    long, short = 1 / np.sqrt(np.maximum(widths, 1e-300))
    # an axis has no end: as in lists of stars, from -90 to 90
    angle = (math.degrees(math.atan2(axes[1, 0], axes[0, 0])) + 90) % 180 - 90
    beta = 1 / parameters[6] if len(parameters) > 6 else math.nan
    return np.array([x0, y0, height, math.sqrt(long * short), long, short, 1 - short / long, angle, beta])


def shape_errors(parameters: Array, covariance: Array) -> Array:
    """Return the standard deviations of what `shape_of` gives, by how it changes with the parameters."""
    steps = 1e-4 * np.sqrt(np.maximum(np.diag(covariance), 0)) + 1e-12 * np.abs(parameters)
    changes = []
    for number, step in enumerate(steps):
        there, back = parameters.copy(), parameters.copy()
        there[number] += step
        back[number] -= step
        change = shape_of(there) - shape_of(back)
        # the axis of a star turns by 180 degrees and is the same
        change[7] = (change[7] + 90) % 180 - 90
        changes.append(change / (2 * step) if step > 0 else np.zeros(9))
    derivative = np.stack(changes, axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sqrt(np.einsum("ij,jk,ik->i", derivative, covariance, derivative)))
