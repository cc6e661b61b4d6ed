"""Background: estimate what lies under the stars, as a mesh or as a smooth surface, and subtract it."""

from typing import Annotated, Literal

import numpy as np
from numpy.polynomial import polynomial

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import Array, floating
from viewer.core.parameter import Within


@operation("Process/Background", "Background mesh…")
def background_mesh(
    frame: Frame,
    *,
    box: Annotated[int, Within(8, 4096, "px")] = 64,
    filter_size: Annotated[int, Within(1, 31)] = 3,
    result: Literal["subtracted", "background"] = "subtracted",
    keep_level: bool = False,
) -> Frame:
    """Estimate the background in the boxes of a mesh, as SExtractor does, and subtract it.

    In each box the values are clipped at three standard deviations around the median until nothing changes;
    the background is 2.5 median - 1.5 mean, or the median in crowded boxes. A median filter over the boxes
    removes those that a bright star has spoiled, and a bicubic spline leads from box to box (Bertin & Arnouts
    1996, A&AS 117, 393; the library sep). A box has to be larger than the stars and smaller than the changes
    of the background: whatever is larger than a box, such as a galaxy, is taken for background. Missing
    pixels are left out, and stay missing in the subtracted image.

    Parameters
    ----------
    box
        Side of a box of the mesh.
    filter_size
        Side of the median filter, in boxes; 1 for none.
    result
        The image without its background, or the background itself.
    keep_level
        Leave the mean of the background in the subtracted image.
    """
    import sep  # it is compiled, and not everyone has it

    data = floating(frame.data)
    missing = np.isnan(data)
    filled = np.where(missing, 0, data)
    background = np.empty_like(data)
    for plane in np.ndindex(data.shape[:-2]):
        mesh = sep.Background(
            filled[plane], mask=missing[plane], bw=box, bh=box, fw=filter_size, fh=filter_size
        )
        background[plane] = mesh.back()
    if result == "background":
        data = background
    elif keep_level:
        data = data - (background - np.mean(background))
    else:
        data = data - background
    return frame.derive(data=data)


@operation("Process/Background", "Background plane…")
def background_plane(
    frame: Frame,
    *,
    order: Annotated[int, Within(0, 5)] = 1,
    sigma: Annotated[float, Within(1, 100)] = 3.0,
    result: Literal["subtracted", "background"] = "subtracted",
    keep_level: bool = False,
) -> Frame:
    """Fit a plane, or a polynomial surface, to the background and subtract it.

    Stars do not count: the fit is repeated, each time without the pixels that are more than sigma standard
    deviations off, until the same pixels remain. Of a large image every second, third… pixel is used, some
    250,000 in all. Missing pixels are left out, and stay missing in the subtracted image.

    Parameters
    ----------
    order
        Degree of the polynomial: 0 for a constant, 1 for a plane, 2 for a paraboloid, up to 5.
    sigma
        Pixels that are farther off do not count.
    result
        The image without its background, or the background itself.
    keep_level
        Leave the mean of the background in the subtracted image.
    """
    data = floating(frame.data)
    background = np.empty_like(data)
    for plane in np.ndindex(data.shape[:-2]):
        background[plane] = surface(data[plane], order, sigma)
    if result == "background":
        data = background
    elif keep_level:
        data = data - (background - np.mean(background))
    else:
        data = data - background
    return frame.derive(data=data)


def surface(data: Array, order: int, sigma: float) -> Array:
    """Return the polynomial surface through the background of an image, robust against stars."""
    height, width = data.shape
    step = max(1, int(np.sqrt(data.size / 250_000)))
    y, x = np.mgrid[0:height:step, 0:width:step]
    values = data[::step, ::step].astype(float)
    use = np.isfinite(values)
    if use.sum() < (order + 1) ** 2:
        raise ViewerError("there are too few pixels with values to fit a background: choose a lower order.")
    # from -1 to 1, so that high powers do not become huge
    x_all, y_all = np.linspace(-1, 1, width), np.linspace(-1, 1, height)
    terms = polynomial.polyvander2d(x_all[x[use]], y_all[y[use]], (order, order))
    powers = np.add.outer(np.arange(order + 1), np.arange(order + 1)).ravel()
    terms, values = terms[:, powers <= order], values[use]
    good = np.ones(len(values), bool)
    for _ in range(20):
        found = np.linalg.lstsq(terms[good], values[good])[0]
        residual = values - terms @ found
        middle = np.median(residual[good])
        # 1.4826 times the median deviation is the standard deviation, for Gaussian noise
        noise = 1.4826 * np.median(np.abs(residual[good] - middle))
        inside = np.abs(residual - middle) <= sigma * noise
        if np.array_equal(inside, good) or inside.sum() < terms.shape[1]:
            break
        good = inside
    coefficients = np.zeros((order + 1) ** 2)
    coefficients[powers <= order] = found
    grid = coefficients.reshape(order + 1, order + 1)
    background = np.empty_like(data)
    # some rows at a time, for the memory
    for start in range(0, height, 64):
        rows = slice(start, start + 64)
        background[rows] = polynomial.polygrid2d(x_all, y_all[rows], grid).T
    return background
