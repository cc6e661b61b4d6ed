"""Motion: where the objects of a catalogue are when a frame was taken."""

from dataclasses import replace
from datetime import datetime

import numpy as np

from viewer.core.catalogue.catalogue import Catalogue, separation
from viewer.core.frame import Frame
from viewer.core.observation.dates import date_of
from viewer.core.observation.heading import Heading
from viewer.core.quiet import quiet

_J2000 = datetime(2000, 1, 1, 12)


def epoch_of(frame: Frame) -> float | None:
    """Return the Julian year in which a frame was taken; None if its header does not say."""
    cards = frame.cards
    if not isinstance(cards, bytes):
        cards = cards.tostring(sep="", endcard=False, padding=False).encode("latin-1", "replace")
    date = date_of(Heading(cards))
    if not date:
        return None
    return 2000 + (datetime.fromisoformat(date) - _J2000).total_seconds() / 86400 / 365.25


def brought(
    catalogue: Catalogue,
    given: float,
    wanted: float | None,
    motion: tuple[str, str],
    parallax: str = "",
) -> tuple[Catalogue, tuple[str, ...]]:
    """Bring the objects of a catalogue to another epoch by their proper motions.

    Parameters
    ----------
    catalogue : Catalogue
        With positions on the sky.
    given, wanted : float
        Julian years: of its positions, and when they are to be known; None changes nothing.
    motion : (str, str)
        Columns of the proper motion in mas a year, that of right ascension times cos(declination).
    parallax : str
        Column in mas; objects with a positive one are moved in space, which matters for the nearest ones.

    Returns
    -------
    catalogue : Catalogue
        Objects whose motion is not known stay where they were.
    notes : tuple of str
        What was done, a sentence.
    """
    # a second to import, and files do without it
    from astropy import units
    from astropy.coordinates import Distance, SkyCoord
    from astropy.time import Time

    columns = {name.casefold(): name for name in catalogue.columns}
    names = [columns.get(name.casefold()) for name in motion]
    if wanted is None or catalogue.ra is None or catalogue.dec is None or None in names:
        return catalogue, (f"Positions are those of the epoch {given:g}.",)
    pm_ra, pm_dec = (np.asarray(catalogue.columns[name], float) for name in names if name is not None)
    known = np.isfinite(pm_ra) & np.isfinite(pm_dec) & np.isfinite(catalogue.ra) & np.isfinite(catalogue.dec)
    if not known.any():
        return catalogue, (f"Positions are those of the epoch {given:g}: no proper motion is known.",)
    distances = np.full(int(known.sum()), 1e7)  # mas of nearly nothing: so far away that only angles count
    if parallax.casefold() in columns:
        mas = np.asarray(catalogue.columns[columns[parallax.casefold()]], float)[known]
        distances = np.where(np.isfinite(mas) & (mas > 0.1), 1000 / np.maximum(mas, 0.1), distances)
    with quiet():
        then = SkyCoord(
            catalogue.ra[known] * units.deg,
            catalogue.dec[known] * units.deg,
            distance=Distance(distances * units.pc),
            pm_ra_cosdec=pm_ra[known] * units.mas / units.yr,
            pm_dec=pm_dec[known] * units.mas / units.yr,
            obstime=Time(given, format="jyear"),
        )
        now = then.apply_space_motion(new_obstime=Time(wanted, format="jyear"))
    ra, dec = catalogue.ra.copy(), catalogue.dec.copy()
    ra[known], dec[known] = now.ra.deg % 360, now.dec.deg
    moved = [
        separation(ra[i : i + 1], dec[i : i + 1], float(catalogue.ra[i]), float(catalogue.dec[i]))[0]
        for i in np.flatnonzero(known)
    ]
    still = int(np.count_nonzero(~known))
    rest = f"; {still} without a known motion stay at {given:g}" if still else ""
    note = (
        f"Positions are brought from the epoch {given:g} to {wanted:.2f}, when the frame was taken, by "
        f"proper motions of up to {max(moved) * 3600:.2g}″{rest}."
    )
    return replace(catalogue, ra=ra, dec=dec), (note,)
