"""Alignment: an image is moved so that its stars lie on those of another one."""

from typing import Literal

import numpy as np
from astropy.io.fits import Header

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.aiming import aim_of, central, mapping_to, rms_of
from viewer.core.operations.common import Array, floating
from viewer.core.operations.skycards import moved_to_grid, take_coordinates
from viewer.core.operations.warping import WARP_ROWS, warped_rows
from viewer.core.progress import Progress


@operation("Process/Align and combine", "Align with another image…", memory=8)
def align(
    frame: Frame,
    *,
    reference: Frame,
    by: Literal["stars", "wcs", "pixels"] = "stars",
    interpolation: Literal["nearest", "bilinear", "cubic", "bicubic"] = "cubic",
    affine: bool = False,
    progress: Progress,
) -> Frame:
    """Move the image so that its stars lie on those of another one, pixel by pixel.

    The result has the size of the reference and its coordinates on the sky. Stars are found in both images
    and matched whatever shift, turn and scale there is between them, also if the telescope has passed the
    meridian or one image is mirrored; the mapping is a fit to all stars in common. Flux is conserved: where
    pixels become larger, they get the light of all that they cover. What lies outside the image is missing,
    and missing pixels hardly spread. The cards ALIGN… of the header say how the image was moved: the shift is
    where the centre of the reference lies in this image, minus that centre.

    Parameters
    ----------
    reference
        The image to align with.
    by
        Stars in both images; wcs, the coordinates in both headers, as good as they are; or pixels: a shift by
        whole pixels found by the stars, which changes no value.
    interpolation
        How new pixels are made. Cubic is a spline through all pixels, the sharpest; bicubic weighs the 16
        pixels around (Keys 1981, a = -1/2), with less ringing at hot pixels; bilinear is a mean of four and
        blurs; nearest takes the closest one.
    affine
        Fit any linear mapping to the stars, which may shear, not only turn, scale and shift.
    """
    aim = aim_of(reference.data, reference.header, by)
    mapping, why, pairs = mapping_to(aim, frame.data, frame.header, by, affine)
    if mapping is None:
        raise ViewerError(f"the image cannot be aligned: {why}.")
    shape = aim["shape"]
    moved = np.empty((*frame.shape[:-2], *shape), floating(frame.data[..., :1, :1]).dtype)
    bands = [(n, row) for n in np.ndindex(moved.shape[:-2]) for row in range(0, shape[0], 4 * WARP_ROWS)]
    for plane, row in progress.each(bands):
        last = min(row + 4 * WARP_ROWS, shape[0])
        moved[plane][row:last] = warped_rows(frame.data[plane], mapping, row, last, shape, interpolation)
    header = aligned_header(frame.header, reference.header, mapping, shape)
    describe_alignment(header, by, mapping, pairs, shape)
    return frame.derive(data=moved, header=header)


def aligned_header(header: Header, reference: Header, mapping: Array, shape: tuple[int, int]) -> Header:
    """Return a header that has moved with the pixels, with the reference's coordinates if it has any."""
    moved = moved_to_grid(header, mapping, shape)
    take_coordinates(moved, reference)
    return moved


def describe_alignment(header: Header, by: str, mapping: Array, pairs: Array, shape: tuple[int, int]) -> None:
    """Write into a header how an image was moved."""
    right, up, rotation, scale, mirrored = central(mapping, shape)
    header["ALIGNBY"] = (by, "what the image was aligned by")
    header["ALIGNDX"] = (round(right, 4), "[px] shift of the reference's centre, x")
    header["ALIGNDY"] = (round(up, 4), "[px] shift of the reference's centre, y")
    header["ALIGNROT"] = (round(rotation, 5), "[deg] turned counter-clockwise")
    header["ALIGNSCL"] = (round(scale, 7), "pixels for one of the reference")
    header["ALIGNMIR"] = (mirrored, "mirror image of the reference")
    header["ALIGNN"] = (len(pairs), "stars that were matched")
    header["ALIGNRMS"] = (round(rms_of(mapping, pairs, shape), 4), "[px] rms of their residuals")
