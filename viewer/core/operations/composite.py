"""Composite: three images through different filters as red, green and blue of one picture."""

from typing import Annotated, Any, Literal

import numpy as np
from astropy.io.fits import Header

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.image import without_steps
from viewer.core.operation import operation
from viewer.core.operations.aiming import aim_of, mapping_to
from viewer.core.operations.common import Array, floating
from viewer.core.operations.warping import warped_rows
from viewer.core.parameter import Within

Share = Annotated[float, Within(0.001, 1000)]


@operation("Image/Colour", "Compose red, green and blue…", makes=3)
def rgb_composite(
    *,
    red: Frame,
    green: Frame,
    blue: Frame,
    balance: Literal["noise", "bright", "none"] = "bright",
    red_weight: Share = 1.0,
    green_weight: Share = 1.0,
    blue_weight: Share = 1.0,
    stretch: Annotated[float, Within(0.01, 10000)] = 10.0,
    softening: Annotated[float, Within(0.01, 1000)] = 8.0,
    black: Annotated[float, Within(-100, 100)] = 1.0,
    bits: Literal["8", "16"] = "8",
    align: Literal["none", "stars", "wcs"] = "none",
) -> Frame:
    """Make one colour picture of three images of the same field.

    The method of Lupton et al. (2004, PASP 116, 133), as astropy has it: the sum of the three bands goes
    through an asinh curve, and each band keeps its share of it, so that bright stars keep their colour
    instead of turning white. Before, the sky (the median) is subtracted from each band. Missing pixels are
    black. Images that are not on the same grid, as the co-added images of different filters, are aligned with
    the red one by their stars or by their coordinates on the sky; otherwise they have to be of the same size.

    Parameters
    ----------
    red
        Image through the reddest filter; its header and coordinates are those of the result.
    green
        Image through the filter between.
    blue
        Image through the bluest filter.
    balance
        What is made equal before the weights: the noise of the sky, the brightest two in a thousand pixels,
        or nothing.
    red_weight
        Factor of the red band.
    green_weight
        Factor of the green band.
    blue_weight
        Factor of the blue band.
    stretch
        How many times the noise of the sky the linear part of the curve covers.
    softening
        How strongly what is brighter is compressed: Q in the article.
    black
        How many times the noise of the sky below the sky level black begins.
    bits
        Of each colour: 8, as screens show, or 16 for further work.
    align
        Move green and blue onto red: by their stars, or by their WCS.
    """
    from astropy.visualization import make_lupton_rgb  # matplotlib may come with it, which takes its time

    header = without_steps(red.header)
    if align == "none":
        bands = [floating(red.data), floating(green.data), floating(blue.data)]
    else:
        aim = aim_of(red.data, red.header, align)
        bands = [
            floating(red.data),
            onto(aim, green.data, green.header, align, "green"),
            onto(aim, blue.data, blue.header, align, "blue"),
        ]
    same_size(bands)
    missing = ~np.isfinite(bands).all(axis=0)
    noise, bands = balanced(bands, balance, (red_weight, green_weight, blue_weight))
    picture = make_lupton_rgb(
        *bands, minimum=-black * noise, stretch=stretch * noise, Q=softening, output_dtype=float
    )
    picture[missing] = 0
    data = np.moveaxis(picture, -1, 0)
    data = np.rint(data * 65535).astype(np.uint16) if bits == "16" else np.rint(data * 255).astype(np.uint8)
    header.remove("BUNIT", ignore_missing=True)
    return Frame.of(data=data, header=header, colour=True)


def onto(aim: dict[str, Any], data: Array, header: Header, align: str, colour: str) -> Array:
    """Return a band on the grid of the red one."""
    mapping, why, _ = mapping_to(aim, data, header, align)
    if mapping is None:
        raise ViewerError(f"the {colour} image cannot be aligned with the red one: {why}.")
    return warped_rows(data, mapping, 0, aim["shape"][0], aim["shape"])


def same_size(bands: list[Array]) -> None:
    """Refuse bands that do not lie on each other."""
    if any(band.ndim != 2 or band.shape != bands[0].shape for band in bands):
        sizes = ", ".join(" x ".join(str(n) for n in band.shape[::-1]) for band in bands)
        raise ViewerError(
            f"red, green and blue have to be images of the same size, not {sizes}: align them (align stars)."
        )


def balanced(bands: list[Array], balance: str, weights: tuple[float, ...]) -> tuple[float, list[Array]]:
    """Return the noise of the sky, and the bands without sky, brought to the same scale."""
    noises, scaled = [], []
    for band, weight in zip(bands, weights, strict=True):
        if not np.isfinite(band).any():
            raise ViewerError("every pixel of one of the three images is missing: there is nothing to show.")
        above = band - np.nanmedian(band)
        # 1.4826 times the median deviation is the standard deviation, for Gaussian noise
        noise = 1.4826 * float(np.nanmedian(np.abs(above)))
        bright = float(np.nanquantile(above, 0.998))
        unit = noise if balance == "noise" else bright if balance == "bright" else 1.0
        factor = weight / unit if unit > 0 else weight
        noises.append(noise * factor)
        scaled.append(np.where(np.isfinite(above), above * factor, 0))
    return max(float(np.mean(noises)), 1e-30), scaled
