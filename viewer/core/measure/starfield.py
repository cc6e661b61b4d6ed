"""Star field: an image without its background, and the noise of each of its pixels."""

import math
from typing import Any

import numpy as np

from viewer.core.arrays import Array

# Smaller images have no background that could be told from a star.
SMALLEST_FIELD = 16


def star_field(values: Array, mesh: int = 64) -> dict[str, Any]:
    """Take the background off an image, cell by cell of a mesh.

    Returns
    -------
    dict
        light (the values above the background; both are 0 where they are missing), values, rms (the noise of
        every pixel), missing (boolean, or None if no pixel is), sky, noise (both of the whole
        image), notes. light is None where there is nothing to look for.
    """
    import sep  # it is compiled, and not everyone has it

    nothing = {"light": None, "sky": math.nan, "noise": math.nan, "notes": [], "shape": values.shape}
    if min(values.shape) < SMALLEST_FIELD:
        return nothing | {"notes": ["the image is too small to look for stars."]}
    finite = np.isfinite(values)
    missing = None if finite.all() else ~finite
    if missing is not None:
        if missing.all():
            return nothing | {"notes": ["every pixel of the image is missing."]}
        values = np.where(missing, 0, values)
    # sep asks for arrays that it could write to
    values = np.require(values, requirements=("C", "W"))
    found = sep.Background(values, mask=missing, bw=mesh, bh=mesh)
    level, rms = found.back(), found.rms()
    light = np.subtract(values, level, out=level)
    sky, noise = float(found.globalback), float(found.globalrms)
    notes = []
    height = float(np.abs(light).max())
    if height <= 1e-6 * abs(sky):
        return nothing | {"sky": sky, "noise": 0.0, "notes": ["all pixels of the image have one value."]}
    if noise < 1e-6 * height:
        # the noise of the mesh is 0 where most pixels have one value
        some = rms[rms > 0]
        noise = max(float(np.median(some)) if some.size else 0.0, 1e-5 * height)
        notes.append("the background has no noise to speak of, so everything stands out of it.")
    np.maximum(rms, 0.1 * noise, out=rms)
    if missing is not None:
        light[missing] = 0
    return {
        "light": light,
        "values": values,
        "rms": rms,
        "missing": missing,
        "sky": sky,
        "noise": noise,
        "notes": notes,
        "shape": values.shape,
    }
