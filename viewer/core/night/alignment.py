"""Alignment: how one frame lies on another, and which stars tell."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.measure.stars import Stars
from viewer.core.operations.aiming import aim_of, central, mapping_to, residuals_of
from viewer.core.operations.starmatching import match_stars

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Alignment:
    """Where the pixels of a reference lie in a frame.

    Attributes
    ----------
    mapping : numpy.ndarray
        From pixels of the reference to those of the frame: see `viewer.core.operations.mapping.places`.
    matched : (numpy.ndarray, numpy.ndarray)
        Positions (n, 2) of the stars in the reference and of the same stars in the frame, x and y from 0;
        none if it was not aligned by stars.
    residuals : numpy.ndarray
        How far each of them is from where it should be, in pixels.
    shift : (float, float)
        Where the centre of the reference lies in the frame, minus that centre, x and y in pixels.
    rotation : float
        Degrees by which the frame's stars are turned against the reference's, counter-clockwise.
    scale : float
        Pixels of the frame for one of the reference.
    mirrored : bool
        One of both is a mirror image.
    note : str
        How well it fits, in a sentence.
    """

    mapping: Array
    matched: tuple[Array, Array]
    residuals: Array
    shift: tuple[float, float]
    rotation: float
    scale: float
    mirrored: bool
    note: str

    @property
    def rms(self) -> float:
        """Root of the mean square of the residuals, in pixels; 0 without stars."""
        return float(np.sqrt(np.mean(self.residuals**2))) if len(self.residuals) else 0.0


def alignment_of(frame: Frame, reference: Frame, by: str = "stars", *, affine: bool = False) -> Alignment:
    """Find out how a frame lies on a reference, as `align` does.

    Parameters
    ----------
    frame, reference : Frame
        Images.
    by : str
        stars, wcs, pixels or none.
    affine : bool
        Fit any linear mapping, not only turn, scale and shift.

    Raises
    ------
    ViewerError
        If it cannot be aligned; the sentence says why.
    """
    return aligned_with(aim_of(reference.data, reference.header, by), frame, by, affine=affine)


def aligned_with(aim: dict[str, Any], frame: Frame, by: str = "stars", *, affine: bool = False) -> Alignment:
    """Find out how one of several frames lies on a reference that was looked at before.

    Parameters
    ----------
    aim : dict
        Of the reference: see `viewer.core.operations.aiming.aim_of`.
    frame, by, affine
        As for `alignment_of`.

    Raises
    ------
    ViewerError
        As `alignment_of` does.
    """
    mapping, why, pairs = mapping_to(aim, frame.data, frame.header, by, affine)
    if mapping is None:
        raise ViewerError(f"{frame.name or 'the image'} cannot be aligned: {why}.")
    right, up, rotation, scale, mirrored = central(mapping, aim["shape"])
    residuals = residuals_of(mapping, pairs, aim["shape"])
    matched = pairs[:, :2], pairs[:, 2:]
    note = f"{why[:1].upper()}{why[1:]}."
    return Alignment(mapping, matched, residuals, (right, up), rotation, scale, mirrored, note)


def same_stars(stars: Stars, reference: Stars) -> tuple[tuple[float, float], Array] | None:
    """Return how far stars are shifted against a reference's, and which belong together; None if unknown.

    Parameters
    ----------
    stars, reference : Stars
        Of two frames.
    """
    matched = match_stars(reference.table, stars.table, stars.shape)
    if matched is None:
        return None
    right, up, *_ = central(matched[0], reference.shape)
    return (right, up), matched[1]
