"""Texts: how shapes, types and HDUs are named wherever the window mentions them."""

from viewer.core.io.source import Hdu


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as astronomers say it: ``NAXIS1×NAXIS2×…``.

    Parameters
    ----------
    shape : tuple of int
        In numpy order.
    """
    return "×".join(str(length) for length in reversed(shape))


def contents_text(hdu: Hdu) -> str:
    """Return what an HDU holds in a few words: ``320×320 float32``, ``12 rows × 5 columns``."""
    if hdu.kind == "image":
        return f"{shape_text(hdu.shape)} {hdu.dtype}"
    if hdu.kind == "table" and len(hdu.shape) > 1:
        return f"{_count(hdu.shape[0], 'row')} × {_count(hdu.shape[1], 'column')}"
    if hdu.kind == "groups" and hdu.shape:
        return f"{_count(hdu.shape[0], 'random group')}"
    return "header only" if hdu.kind == "empty" else hdu.kind


def hdu_text(hdu: Hdu) -> str:
    """Return number, name, version and contents of an HDU on one line: ``1 SCI,1  320×320 float32``."""
    name = hdu.name if hdu.ver is None else f"{hdu.name},{hdu.ver}"
    return f"{hdu.index} {name}  {contents_text(hdu)}" if hdu.name else f"{hdu.index}  {contents_text(hdu)}"


def hdu_tooltip(hdu: Hdu) -> str:
    """Return everything the list of HDUs knows about one, a line each."""
    version = "" if hdu.ver is None else f", version {hdu.ver}"
    lines = [
        f"HDU {hdu.index}{': ' + hdu.name if hdu.name else ''}{version}",
        f"{hdu.kind}: {contents_text(hdu)}",
    ]
    if hdu.compressed:
        lines.append(f"tile-compressed: {hdu.compressed}")
    if hdu.unit:
        lines.append(f"unit: {hdu.unit}")
    if hdu.wcs:
        lines.append("with a celestial WCS")
    return "\n".join((*lines, *hdu.problems))


def sentence(text: str) -> str:
    """Return text that begins with a capital letter, unless with a file's name, and ends like a sentence."""
    text = text.strip()
    if not text:
        return text
    first = text.split(maxsplit=1)[0]
    begin = text[0].upper() if first.isalpha() else text[0]
    return begin + text[1:] + ("" if text[-1] in ".!?…" else ".")


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
