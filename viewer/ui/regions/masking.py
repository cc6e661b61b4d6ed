"""Masking: a step of the image made of the selected regions."""

from collections.abc import Iterable

from viewer.core.session.session import Session
from viewer.core.shapes.region import Region

# A step is written into the header and into scripts: more lines than these help nobody.
MOST = 500


def mask_selected(session: Session, inside: bool) -> None:
    """Mask the pixels inside of the selected regions, or outside of all of them: one step of the image.

    Parameters
    ----------
    session : Session
        Its image gets the step, its regions say which pixels.
    inside : bool
        Mask what is inside; otherwise all the rest.
    """
    # operations are loaded behind the first picture
    from viewer.core.call import Call

    picture = session.picture
    regions = [region for region in session.overlays.layer.chosen if region.closed or region.kind == "point"]
    if picture is None or not regions:
        session.tell("warning", "Select a region with an inside first: a circle, a box or a polygon.")
        return
    if len(regions) > MOST:
        session.tell("warning", f"{len(regions):,} regions are too many for one mask: select up to {MOST}.")
        return
    session.apply(Call.of("mask_regions", regions=in_words(regions), inside=inside))


def in_words(regions: Iterable[Region]) -> str:
    """Return regions as the operation `mask_regions` reads them: as DS9 writes them, in FITS pixels."""
    return "; ".join(_words(region) for region in regions)


def _words(region: Region) -> str:
    numbers = [value + 1 for point in region.points for value in point]
    numbers += region.size
    if region.angle and region.kind not in ("circle", "annulus", "polygon", "point"):
        numbers.append(region.angle)
    text = ", ".join(f"{value:.6f}".rstrip("0").rstrip(".") for value in numbers)
    kind = region.kind.removesuffix(" annulus") or region.kind
    return f"{'' if region.include else '-'}{kind}({text})"
