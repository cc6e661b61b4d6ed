"""Move every coordinate that a header gives along with pixels that were flipped, turned, cut or scaled."""

import math
import re

import numpy as np
from astropy.io.fits import Header
from numpy.typing import ArrayLike

from viewer.core.geometry.movewcs import Array, move_linear, move_plate, move_sip, number, put, remove

# tables that say for each pixel of the whole image how far it is off; they are in other HDUs
TABLE = re.compile(r"(?:CPDIS|CPERR|DP)\d([A-Z]?)(?:\..*)?|(?:D2IM.*|AXISCORR)")
AXIS = re.compile(r"(?:CTYPE|CRVAL|CRPIX|CDELT|CROTA|CD|PC)(\d\d?)(?:_(\d\d?))?([A-Z]?)")
OLD = re.compile(r"(CD|PC)(\d{3})(\d{3})")
SECTION = re.compile(r"\[\s*(\d+)\s*:\s*(\d+)\s*,\s*(\d+)\s*:\s*(\d+)\s*\]")
IN_IMAGE = re.compile(r"(?:DATA|TRIM|BIAS|[DTB])SEC\d*")
ON_DETECTOR = re.compile(r"(?:CCD|DET|AMP|ROI|[AC])SEC(\d*)")


def move_header(header: Header, matrix: ArrayLike, offset: ArrayLike, shape: tuple[int, int]) -> Header:
    """Return a copy of a header for an image whose pixels moved to p' = matrix p + offset.

    World coordinates (CRPIX, CD or PC or CROTA, SIP), physical coordinates (LTM, LTV), sections and the Bayer
    pattern follow. What cannot is removed: no position is better than a wrong one.

    Parameters
    ----------
    header
        Of the image as it was; it is not changed.
    matrix, offset
        Where a pixel p = (x, y) goes, counted from 0.
    shape
        Rows and columns of the new image.
    """
    moved = header.copy()
    remove(moved, "CHECKSUM|DATASUM")
    size = 1 if header.get("NAXIS") == 1 else 2
    for axis in range(1, size + 1):
        if f"NAXIS{axis}" in moved:
            moved[f"NAXIS{axis}"] = shape[-axis]
    turn = np.array(matrix, float)[:size, :size]
    # FITS counts pixels from 1
    start = np.array(offset, float)[:size] + 1 - turn.sum(axis=1)
    if size == 2:
        move_sections(moved, header, turn, start, shape)
    if not start.any() and np.array_equal(turn, np.eye(size)):
        return moved
    move_all_wcs(moved, turn, start)
    move_physical(moved, turn, start)
    if size == 2:
        move_bayer(moved, turn, start, header, shape)
        move_pixel_size(moved, turn)
    return moved


def move_all_wcs(header: Header, turn: Array, start: Array) -> None:
    """Move the primary coordinate system and those with a letter; remove those that need tables."""
    for match in filter(None, map(OLD.fullmatch, list(header))):
        header.rename_keyword(match[0], f"{match[1]}{int(match[2])}_{int(match[3])}")
    axes: dict[str, int] = {}
    for match in filter(None, map(AXIS.fullmatch, header)):
        highest = max(int(match[1]), int(match[2] or 1), len(start))
        axes[match[3]] = max(highest, axes.get(match[3], 0))
    tables = [match for match in map(TABLE.fullmatch, header) if match]
    remove(header, TABLE.pattern)
    for key, count in axes.items():
        # a table without a key corrects the pixels themselves, for every system
        if any(match[1] in (key, None) for match in tables) or not move_linear(
            header, key, count, turn, start
        ):
            remove(header, rf"(?:CTYPE|CRVAL|CRPIX|CDELT|CUNIT|CD|PC|PV|PS|CNAME)\d\d?(?:_\d\d?)?{key}")
            remove(header, rf"(?:WCSAXES|WCSNAME|LONPOLE|LATPOLE){key}" + ("" if key else r"|CROTA\d"))
    if len(start) == 2:
        move_sip(header, turn)
        move_plate(header, turn, start)
    if "CTYPE1" not in header:
        remove(header, r"(?:A|B|AP|BP)_(?:\d_\d|ORDER)")


def move_physical(header: Header, turn: Array, start: Array) -> None:
    """Move the physical coordinates of IRAF and DS9: image = LTM physical + LTV.

    Detector coordinates are given from the physical ones (DTM, DTV) and stay as they are.
    """
    axes = range(1, len(start) + 1)
    ltm = np.array([[number(header, f"LTM{i}_{j}", float(i == j)) for j in axes] for i in axes])
    ltv = np.array([number(header, f"LTV{i}", 0.0) for i in axes])
    if not (np.isfinite(ltm).all() and np.isfinite(ltv).all()):
        remove(header, r"LTM\d_\d|LTV\d")
        return
    ltm, ltv = turn @ ltm, turn @ ltv + start
    for i in axes:
        put(header, f"LTV{i}", ltv[i - 1], 0.0)
        for j in axes:
            put(header, f"LTM{i}_{j}", ltm[i - 1, j - 1], float(i == j))


def section_edges(text: object) -> Array | None:
    """Return the edges of a section '[x1:x2,y1:y2]' as [[x, x], [y, y]]; [9:1, ...] runs backwards."""
    match = SECTION.fullmatch(str(text).strip())
    if match is None:
        return None
    pairs = np.array(match.groups(), float).reshape(2, 2)
    return pairs + np.where(pairs[:, :1] <= pairs[:, 1:], [-0.5, 0.5], [0.5, -0.5])


def section_text(edges: Array) -> str:
    """Return '[x1:x2,y1:y2]' of edges between pixels."""
    pixels = edges + np.where(edges[:, :1] <= edges[:, 1:], [0.5, -0.5], [-0.5, 0.5])
    (x1, x2), (y1, y2) = np.rint(pixels).astype(int).tolist()
    return f"[{x1}:{x2},{y1}:{y2}]"


def move_sections(header: Header, before: Header, turn: Array, start: Array, shape: tuple[int, int]) -> None:
    """Move sections of the image, and of the detector as far as crops, flips and binning go."""
    along = np.count_nonzero(turn, axis=1).max() == 1  # rows and columns stay rows or columns
    straight = along and turn[0, 0] != 0
    height, width = shape
    for keyword in filter(IN_IMAGE.fullmatch, before):
        edges = section_edges(before[keyword])
        if edges is None:
            continue
        edges = np.sort(turn @ edges + start[:, np.newaxis])
        # whole pixels that are inside
        edges[:, 0] = np.ceil(np.maximum(edges[:, 0] - 0.5, 0) - 1e-6) + 0.5
        edges[:, 1] = np.floor(np.minimum(edges[:, 1] - 0.5, (width, height)) + 1e-6) + 0.5
        if along and (edges[:, 0] < edges[:, 1]).all():
            header[keyword] = section_text(edges)
        else:
            header.remove(keyword)
    for keyword in filter(ON_DETECTOR.fullmatch, before):
        ccd = section_edges(before[keyword])
        if ccd is None:
            continue
        # it says where on the detector the pixels of DATASEC come from
        amplifier = keyword[keyword.index("SEC") + 3 :]
        of = next((name for name in (f"DATASEC{amplifier}", f"DSEC{amplifier}") if name in before), "")
        rows, columns = before.get("NAXIS2", height), before.get("NAXIS1", width)
        old = section_edges(before.get(of, f"[1:{columns},1:{rows}]"))
        new = section_edges(header.get(of, "") if of else f"[1:{width},1:{height}]")
        found = None
        if straight and old is not None and new is not None:
            back = (new - start[:, np.newaxis]) / np.diag(turn)[:, np.newaxis]
            scale = np.diff(ccd) / np.diff(old)
            found = ccd[:, :1] + (back - old[:, :1]) * scale
            outside = np.minimum(found.min(axis=1) - ccd.min(axis=1), ccd.max(axis=1) - found.max(axis=1))
            if outside.min() < -1e-6 or abs(found - 0.5 - np.rint(found - 0.5)).max() > 1e-6:
                found = None
        if found is None:
            header.remove(keyword)
        else:
            header[keyword] = section_text(found)


def move_bayer(header: Header, turn: Array, start: Array, before: Header, shape: tuple[int, int]) -> None:
    """Rewrite the colours of a camera's filter mosaic (BAYERPAT) as they are after flips, turns and crops.

    The pattern's first row is the first one stored, but the last one with ROWORDER = 'BOTTOM-UP', as Siril
    and ASTAP read it.
    """
    back = np.linalg.inv(turn)
    whole = np.array_equal(abs(turn), abs(turn).astype(bool)) and np.array_equal(start, np.rint(start))
    upwards = str(header.get("ROWORDER", "")).strip().upper() == "BOTTOM-UP"
    x_first, y_first = (int(number(header, f"{axis}BAYROFF", 0.0)) for axis in "XY")
    for keyword in ("BAYERPAT", "COLORTYP"):
        colours = str(header.get(keyword, "")).strip()
        side = math.isqrt(len(colours))
        if not re.fullmatch("[RGBCMY]{4}|[RGB]{36}", colours):
            continue
        if not whole:
            remove(header, f"{keyword}|[XY]BAYROFF")
            continue
        found = {}
        for y in range(side):
            for x in range(side):
                # where the new pixel was, in pixels from 0 as they are stored
                row = shape[0] - 1 - y if upwards else y
                old_x, old_y = np.rint(back @ (np.array([x, row]) + 1 - start)).astype(int).tolist()
                old_row = int(before.get("NAXIS2", 0)) - old_y if upwards else old_y - 1
                old = side * ((old_row + y_first) % side) + (old_x - 1 + x_first) % side
                found[side * ((y + y_first) % side) + (x + x_first) % side] = colours[old]
        header[keyword] = "".join(found[place] for place in sorted(found))


def move_pixel_size(header: Header, turn: Array) -> None:
    """Give the size of the new pixels, and the axis of dispersion if axes were exchanged."""
    back = np.linalg.inv(turn)
    for names in (("XPIXSZ", "YPIXSZ"), ("XBINNING", "YBINNING")):
        sizes = np.array([number(header, name, math.nan) for name in names])
        for name, size in zip(names, np.hypot(*(back * sizes[:, np.newaxis])).tolist(), strict=True):
            if "PIXSZ" in name and math.isfinite(size):
                header[name] = round(size, 9)
            elif math.isfinite(size) and abs(size - round(size)) < 1e-9:
                header[name] = round(size)
    summed = re.fullmatch(r"\s*(\d+)\s+(\d+)\s*", str(header.get("CCDSUM", "")))
    if summed:
        sums = np.hypot(*(back * np.array(summed.groups(), float)[:, np.newaxis]))
        if abs(sums - np.rint(sums)).max() < 1e-9:
            header["CCDSUM"] = f"{sums[0]:.0f} {sums[1]:.0f}"
    if not turn.diagonal().any() and header.get("DISPAXIS") in (1, 2):
        header["DISPAXIS"] = 3 - header["DISPAXIS"]
