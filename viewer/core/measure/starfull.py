"""Full stars: those whose brightest pixels are saturated, with the columns that bled from them."""

from typing import Any

import numpy as np
from scipy import sparse
from scipy.spatial import KDTree

from viewer.core.arrays import Array
from viewer.core.operations.starfinding import STAR_COLUMNS, shapes_of

# More of an image than this is not full because of stars.
MOST_FULL = 0.1


def full_level(field: dict[str, Any]) -> float | None:
    """Return the value at which the tops of the brightest stars are cut, if they are."""
    light = field["light"]
    brightest = int(light.argmax())
    height = float(light.flat[brightest])
    if not height > 100 * field["noise"]:
        return None
    top = float(field["values"].flat[brightest])
    row, column = divmod(brightest, light.shape[1])
    near = light[max(0, row - 8) : row + 9, max(0, column - 8) : column + 9]
    # the top of a star without noise that is 6 pixels wide has one such pixel, of one 15 wide five
    flat = near >= 0.98 * height
    wide = np.sqrt((near >= 0.5 * height).sum() * 4 / np.pi)
    if flat.sum() < 4 + 3 * 0.0229 * wide**2:
        return None
    return top - 0.02 * height


def with_full_stars(field: dict[str, Any], stars: Array, saturation: float | None) -> Array:
    """Return the stars with one row for each that is full, and none for the columns that bled from it."""
    stars["saturated"] = False
    light = field["light"]
    if saturation is None:
        saturation = full_level(field)
        if saturation is not None:
            field["notes"].append(
                f"stars have flat tops: what is above {saturation:.6g} is taken for saturated."
            )
    field["saturation"] = saturation
    if saturation is None:
        return stars
    full = np.flatnonzero(field["values"] >= saturation)
    if field["missing"] is not None:
        full = full[~field["missing"].flat[full]]
    if not full.size:
        return stars
    if full.size > MOST_FULL * light.size:
        field["notes"].append(f"{100 * full.size / light.size:.0f} % of the pixels are saturated.")
        return stars
    rows, columns = np.divmod(full, light.shape[1])
    groups = touching(rows, columns)
    order = np.argsort(groups, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    usual = float(np.nanmedian(stars["fwhm"])) if np.isfinite(stars["fwhm"]).any() else 3.0
    centres = [each for part in parts for each in full_centres(field, rows[part], columns[part])]
    added = np.zeros(len(centres), [("x", float), ("y", float), ("a", float), ("b", float)])
    for name, value in zip(("x", "y"), np.array(centres).reshape(-1, 2).T, strict=True):
        added[name] = value
    new = full_rows(light, added, usual)
    if len(stars):
        # whatever else was found on or beside full pixels is a piece of these
        off = KDTree(np.column_stack([columns, rows])).query(np.column_stack([stars["x"], stars["y"]]))[0]
        stars = stars[off > max(2.0, 0.5 * usual)]
    return np.concatenate([new, stars])


def full_rows(light: Array, centres: Array, usual: float) -> Array:
    """Return rows for full stars; position and shape are those of their wings, if these tell."""
    new = np.zeros(len(centres), STAR_COLUMNS)
    if not len(centres):
        return new
    centres["a"] = centres["b"] = usual / 2.355
    new = shapes_of(light, centres)
    moved = np.hypot(new["x"] - centres["x"], new["y"] - centres["y"])
    bad = ~(moved < usual) | ~(new["b"] > 0.5 * new["a"])
    for name in ("fwhm", "a", "b", "theta"):
        new[name][bad] = np.nan
    for name in ("x", "y"):
        new[name][bad] = centres[name][bad]
    row, column = (np.rint(centres[name]).astype(int) for name in ("y", "x"))
    new["peak"] = light[row, column]
    new["flux"] = np.where(np.isfinite(new["flux"]), new["flux"], new["peak"] * usual**2)
    new["saturated"] = True
    return new


def touching(rows: Array, columns: Array) -> Array:
    """Return a number for each pixel, the same for those that touch, also by a corner."""
    pairs = KDTree(np.column_stack([rows, columns])).query_pairs(1.5, output_type="ndarray")
    ones = np.ones(len(pairs), bool)
    graph = sparse.coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(rows), len(rows)))
    return np.asarray(sparse.csgraph.connected_components(graph, directed=False)[1])


def full_centres(field: dict[str, Any], rows: Array, columns: Array) -> list[tuple[float, float]]:
    """Return the middles (x, y) of the stars that filled some pixels; none for a hot pixel."""
    light = field["light"]
    if np.ptp(rows) >= 2 * np.ptp(columns) + 3:
        centres = trail_middles(light, rows, columns)
    elif np.ptp(columns) >= 2 * np.ptp(rows) + 3:
        centres = [(x, y) for y, x in trail_middles(light.T, columns, rows)]
    else:
        centres = [(float(columns.mean()), float(rows.mean()))]
    return [each for each in centres if has_wings(field, rows, columns, *each)]


def has_wings(field: dict[str, Any], rows: Array, columns: Array, x: float, y: float) -> bool:
    """Return whether there is light of a star around full pixels."""
    light = field["light"]
    # how far they reach in the direction in which they reach less
    along = columns[abs(rows - y) < 1], rows[abs(columns - x) < 1]
    reach = 1.5 + 0.5 * min(float(np.ptp(each)) + 1 if each.size else 1.0 for each in along)
    angle = np.arange(12) * np.pi / 6
    ring_y = np.clip(np.rint(y + reach * np.sin(angle)).astype(int), 0, light.shape[0] - 1)
    ring_x = np.clip(np.rint(x + reach * np.cos(angle)).astype(int), 0, light.shape[1] - 1)
    wings = float(np.median(light[ring_y, ring_x]))
    return bool(wings > max(5 * field["noise"], 0.02 * float(light[round(y), round(x)])))


def trail_middles(light: Array, rows: Array, columns: Array) -> list[tuple[float, float]]:
    """Return x and y where a column of full pixels is wide, or else has most light to both sides of it."""
    first = int(rows.min())
    width = np.bincount(rows - first)
    wide = width >= 1.5 * np.median(width)
    middles = []
    if wide.any():
        # several stars may have filled parts of one column
        for piece in np.split(np.flatnonzero(wide), np.flatnonzero(np.diff(np.flatnonzero(wide)) > 1) + 1):
            middles.append(first + float(piece[width[piece] >= 0.7 * width[piece].max()].mean()))
    else:
        left, right = max(0, columns.min() - 3), min(light.shape[1], columns.max() + 4)
        part = light[first : first + len(width), left:right].astype(float)
        part[rows - first, columns - left] = 0
        middles.append(float(first + np.convolve(part.sum(axis=1), np.ones(5), "same").argmax()))
    return [(float(columns[abs(rows - y) <= 1].mean()), y) for y in middles]
