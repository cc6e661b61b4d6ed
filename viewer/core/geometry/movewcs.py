"""Move one world coordinate system: its linear part, SIP polynomials, or a photographic plate's solution."""

import math
import re
from typing import Any

import numpy as np
from astropy.io.fits import Header
from numpy.polynomial import Polynomial

Array = np.ndarray[Any, np.dtype[Any]]
Terms = dict[tuple[int, int], float]

SIP = re.compile(r"(AP?|BP?)_(\d)_(\d)")
PLATE = r"AMD[XY]\d\d?|PPO\d|[XY]PIXELSZ|CNPIX\d|PLTRA[HMS]|PLTDEC(?:SN|[DMS])|PLTSCALE|PLATEID"


def number(header: Header, keyword: str, default: float) -> float:
    """Return the number on a card, also one in quotes; NaN if it is none, `default` without the card."""
    try:
        return float(str(header.get(keyword, default)).replace("D", "E"))
    except ValueError:
        return math.nan


def put(header: Header, keyword: str, value: float, default: float) -> None:
    """Write a number, unless it is what a missing card means."""
    if keyword in header or value != default:
        header[keyword] = float(value) + 0.0  # no -0.0


def remove(header: Header, pattern: str) -> None:
    """Remove the cards whose whole keyword matches a regular expression."""
    for place in reversed(range(len(header))):
        if re.fullmatch(pattern, header.cards[place].keyword):
            del header[place]


def move_linear(header: Header, key: str, count: int, turn: Array, start: Array) -> bool:
    """Move CRPIX with the pixels, and turn CD or PC and CDELT against them.

    world = CD (p - CRPIX) and p' = turn p + start give CRPIX' = turn CRPIX + start and CD' = CD turn^-1
    (Greisen & Calabretta 2002). Returns False, having written nothing, if a card that matters is no number.
    """
    axes = range(1, count + 1)
    flat = len(start)
    whole = np.eye(count)  # further axes of a cube stay
    whole[:flat, :flat] = turn
    back = np.linalg.inv(whole)
    given = {kind for kind in ("CD", "PC") for i in axes for j in axes if f"{kind}{i}_{j}{key}" in header}
    # both are forbidden, but there are such files: wcslib takes PC then, and so does every position shown
    kind = "CD" if given == {"CD"} else "PC"
    straight = np.array_equal(turn, np.diag(np.diag(turn)))
    pixel = np.array([number(header, f"CRPIX{j}{key}", 0.0) for j in axes])
    step = np.array([number(header, f"CDELT{i}{key}", 1.0) for i in axes])
    linear = np.array(
        [[number(header, f"{kind}{i}_{j}{key}", float(kind == "PC" and i == j)) for j in axes] for i in axes]
    )
    if not key and not given:
        linear = linear @ rotation(header, step)
    if not (np.isfinite(pixel).all() and np.isfinite(step).all() and np.isfinite(linear).all()):
        return False
    pixel = whole @ pixel
    pixel[:flat] += start
    for j in axes:
        put(header, f"CRPIX{j}{key}", pixel[j - 1], 0.0)
    if np.array_equal(turn, np.eye(flat)):
        return True
    # older ways to say the same are not kept up beside the matrix
    remove(header, rf"CDELT\d\d?{key}" if kind == "CD" else rf"CD\d\d?_\d\d?{key}")
    if not key:
        remove(header, r"CROTA\d\d?")
    linear = linear @ back
    if kind == "PC":
        # CDELT stays the size of a pixel, as many programs read it
        factor = np.ones(count)
        factor[:flat] = np.diag(back)[:flat] if straight else math.sqrt(abs(np.linalg.det(back)))
        linear /= factor[:, np.newaxis]
        for i in axes:
            put(header, f"CDELT{i}{key}", step[i - 1] * factor[i - 1], 1.0)
    for i in axes:
        for j in axes:
            value = linear[i - 1, j - 1]
            put(header, f"{kind}{i}_{j}{key}", value, float(kind == "PC" and i == j))
    return True


def rotation(header: Header, step: Array) -> Array:
    """Return what the old CROTA card says as a PC matrix (Calabretta & Greisen 2002, section 6.1)."""
    matrix = np.eye(len(step))
    names = [str(header.get(f"CTYPE{i + 1}", ""))[:4].rstrip("-") for i in range(len(step))]
    lon = [i for i, name in enumerate(names) if name == "RA" or name.endswith(("LON", "LN"))]
    lat = [i for i, name in enumerate(names) if name == "DEC" or name.endswith(("LAT", "LT"))]
    if lon and lat and step[lon[0]] != 0 and step[lat[0]] != 0:
        i, j = lon[0], lat[0]
        angle = math.radians(number(header, f"CROTA{j + 1}", 0.0))
        matrix[i, i] = matrix[j, j] = math.cos(angle)
        matrix[i, j] = -math.sin(angle) * step[j] / step[i]
        matrix[j, i] = math.sin(angle) * step[i] / step[j]
    return matrix


def substitute(terms: Terms, matrix: Array) -> Terms:
    """Return a polynomial in (u', v') of one in (u, v) = matrix (u', v'); {(p, q): c} is c u^p v^q."""
    found: Terms = {}
    u, v = matrix.tolist()
    for (p, q), value in terms.items():
        product = Polynomial(u) ** p * Polynomial(v) ** q
        for k, factor in enumerate(product.coef.tolist()):
            found[p + q - k, k] = found.get((p + q - k, k), 0.0) + value * factor
    return found


def move_sip(header: Header, turn: Array) -> None:
    """Rewrite the SIP polynomials (Shupe et al. 2005), whose arguments and results are pixels.

    With u' = turn u from CRPIX, the correction is f'(u') = turn f(turn^-1 u'): exact, of the same order.
    """
    back = np.linalg.inv(turn)
    if np.array_equal(turn, np.eye(2)):
        return
    for pair in (("A", "B"), ("AP", "BP")):
        orders = [number(header, f"{name}_ORDER", 9.0) for name in pair]
        terms: list[Terms] = [{}, {}]
        for match in filter(None, map(SIP.fullmatch, header)):
            if match[1] in pair:
                which, power = pair.index(match[1]), (int(match[2]), int(match[3]))
                value = number(header, match[0], 0.0)
                terms[which][power] = value if sum(power) <= orders[which] else 0.0
        if not any(terms):
            continue
        turned = [substitute(polynomial, back) for polynomial in terms]
        for name, row in zip(pair, turn.tolist(), strict=True):
            for p, q in sorted(terms[0].keys() | terms[1].keys() | turned[0].keys() | turned[1].keys()):
                value = sum(a * part.get((p, q), 0.0) for a, part in zip(row, turned, strict=True))
                put(header, f"{name}_{p}_{q}", value, 0.0)
            if f"{pair[0]}_ORDER" in header or f"{pair[1]}_ORDER" in header:
                header[f"{name}_ORDER"] = int(max(orders))
    remove(header, r"(?:A|B|AP|BP)_DMAX")


def move_plate(header: Header, turn: Array, start: Array) -> None:
    """Move the plate solution of the Digitized Sky Survey: x = CNPIX1 + p - 1/2 in pixels of the whole plate.

    It has no place for a turn: then it is removed, and a standard WCS beside it counts.
    """
    if "CNPIX1" not in header:
        return
    if not np.array_equal(turn, np.diag(np.diag(turn))):
        remove(header, PLATE)
        return
    for axis, letter in ((1, "X"), (2, "Y")):
        scale = turn[axis - 1, axis - 1]
        corner = (number(header, f"CNPIX{axis}", math.nan) - 0.5) * scale + 0.5 - start[axis - 1]
        size = number(header, f"{letter}PIXELSZ", math.nan) / scale
        if math.isfinite(corner) and math.isfinite(size):
            header[f"CNPIX{axis}"] = int(corner) if corner.is_integer() else float(corner)
            header[f"{letter}PIXELSZ"] = float(size)
