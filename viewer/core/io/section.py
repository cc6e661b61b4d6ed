"""Cut a rectangle out of a frame and move its coordinate systems along."""

import re
import string
from typing import TYPE_CHECKING

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.pixels import SectionPixels

if TYPE_CHECKING:
    from astropy.io.fits import Header

# (first pixel, step) of one axis, 0-based
Axis = tuple[int, int]

_LOOKUP = re.compile(r"(?:CPDIS|D2IMDIS|DP|DQ|D2IM|CPERR|D2IMERR)\d[A-Z]?(?:\..*)?|AXISCORR|D2IMEXT")
_SIP = re.compile(r"(AP?|BP?)_(\d)_(\d)")
_MATRIX = re.compile(r"(CD|PC)\d_([12])([A-Z]?)")


def cut(frame: Frame, rows: slice, columns: slice) -> Frame:
    """Return a rectangle of a frame, of every plane of a cube.

    Parameters
    ----------
    frame : Frame
        The whole image.
    rows, columns : slice
        0-based and half-open, with positive steps if any.

    Returns
    -------
    Frame
        With CRPIX, CD or CDELT, LTV, LTM and SIP of every WCS adjusted. Lookup-table distortions
        are left out, which is said among its problems.

    Raises
    ------
    ViewerError
        If the section reaches beyond the image.
    """
    height, width = frame.image_shape
    for part, length, axis in ((columns, width, "x"), (rows, height, "y")):
        if (part.start or 0) >= length or (part.stop or 0) > length:
            raise ViewerError(
                f"section {_written(rows, columns)} is not inside {frame.name}: "
                f"{axis} goes from 1 to {length}"
            )
    header = frame.header.copy()
    problems = frame.problems
    if _without_lookup(header):
        problems += ("the section is shown without the lookup-table distortion of the whole image",)
    for number, part in enumerate((columns, rows)[: frame.pixels.ndim], 1):
        _move(header, number, (part.start or 0, part.step or 1))
    _scale_sip(header, columns.step or 1, rows.step or 1)
    pixels = SectionPixels(frame.pixels, rows, columns)
    header["NAXIS1"] = pixels.shape[-1]
    if pixels.ndim > 1:
        header["NAXIS2"] = pixels.shape[-2]
    name = f"{frame.name}{_written(rows, columns)}"
    return frame.derive(pixels=pixels, cards=header, name=name, problems=problems)


def _without_lookup(header: "Header") -> bool:
    """Remove what points to tables of whole-image pixels, and checksums; say whether there were tables."""
    found = False
    for place in reversed(range(len(header))):
        keyword = str(header.cards[place].keyword)
        lookup = _LOOKUP.fullmatch(keyword) is not None
        found |= lookup
        if lookup or keyword in ("CHECKSUM", "DATASUM"):
            del header[place]
    return found


def _move(header: "Header", axis: int, part: Axis) -> None:
    """Adjust every coordinate system along one pixel axis.

    With p = step * p' + first - step + 1 (both counted from 1), CRPIX moves with p, a matrix
    gets its column multiplied by the step, and logical = LTM * physical + LTV is inverted.
    """
    first, step = part
    offset = first - step + 1
    for alternate in ("", *string.ascii_uppercase):
        reference = _number(header, f"CRPIX{axis}{alternate}")
        if reference is not None:
            header[f"CRPIX{axis}{alternate}"] = (reference - offset) / step
            if step != 1:
                _stretch(header, axis, alternate, step)
    if offset or step != 1:
        scale = {str(k): _number(header, f"LTM{axis}_{k}") for k in (1, 2)}
        for k, value in scale.items():
            if value is not None or (k == str(axis) and step != 1):
                header[f"LTM{axis}_{k}"] = (1.0 if value is None else value) / step
        header[f"LTV{axis}"] = ((_number(header, f"LTV{axis}") or 0.0) - offset) / step
    # a plate of the Digitized Sky Survey: x = CNPIX1 + p - 1/2, in pixels of the whole plate
    corner = _number(header, f"CNPIX{axis}")
    size = _number(header, f"{'XY'[axis - 1]}PIXELSZ")
    if corner is not None and size is not None:
        header[f"CNPIX{axis}"] = (corner + offset - 0.5) / step + 0.5
        header[f"{'XY'[axis - 1]}PIXELSZ"] = size * step


def _stretch(header: "Header", axis: int, alternate: str, step: int) -> None:
    columns: dict[str, list[str]] = {"CD": [], "PC": []}
    for keyword in header:
        match = _MATRIX.fullmatch(keyword)
        if match and match[3] == alternate:
            columns[match[1]].append(keyword)
    kind = "CD" if columns["CD"] else "PC" if columns["PC"] else ""
    if not kind:
        increment = _number(header, f"CDELT{axis}{alternate}")
        header[f"CDELT{axis}{alternate}"] = (1.0 if increment is None else increment) * step
        return
    diagonal = f"PC{axis}_{axis}{alternate}"
    if kind == "PC" and diagonal not in header:
        header[diagonal] = 1.0
        columns["PC"].append(diagonal)
    for keyword in columns[kind]:
        value = _number(header, keyword)
        if keyword[4] == str(axis) and value is not None:
            header[keyword] = value * step


def _scale_sip(header: "Header", step_x: int, step_y: int) -> None:
    """Rewrite the SIP polynomials, whose arguments and results are pixels, for larger pixels."""
    if step_x == step_y == 1:
        return
    for keyword in list(header):
        match = _SIP.fullmatch(keyword)
        value = _number(header, keyword) if match else None
        if match and value is not None:
            result = step_x if match[1][0] == "A" else step_y
            header[keyword] = value * step_x ** int(match[2]) * step_y ** int(match[3]) / result


def _number(header: "Header", keyword: str) -> float | None:
    value = header.get(keyword)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _written(rows: slice, columns: slice) -> str:
    return f"[{_range(columns)},{_range(rows)}]"


def _range(part: slice) -> str:
    if part == slice(None):
        return "*"
    first = "" if part.start is None else str(part.start + 1)
    last = "" if part.stop is None else str(part.stop)
    return f"{first}:{last}" if part.step in (None, 1) else f"{first}:{last}:{part.step}"
