"""Online: stars and objects around a position, from Gaia and SIMBAD; astroquery may be missing."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from viewer.core.catalogue.catalogue import Catalogue
from viewer.core.catalogue.files import raw_of
from viewer.core.catalogue.motion import brought
from viewer.core.catalogue.recognise import Named, catalogue_of
from viewer.core.errors import ViewerError
from viewer.core.progress import Progress
from viewer.core.quiet import quiet

TIMEOUT = 60.0
MOST_ROWS = 50_000
# degrees; more is not a picture's surroundings any longer, and takes the services minutes
WIDEST = 5.0

_GAIA_COLUMNS = [
    *("Source", "RA_ICRS", "DE_ICRS", "e_RA_ICRS", "e_DE_ICRS", "Plx", "e_Plx", "pmRA", "pmDE", "RUWE"),
    *("+Gmag", "e_Gmag", "BPmag", "RPmag"),
]
_SIMBAD_COLUMNS = (
    "main_id, ra, dec, otype, sp_type, pmra, pmdec, plx_value, rvz_radvel, galdim_majaxis, nbref, "
    '"B", "V", "R", "G", "J", "K"'
)


@dataclass(frozen=True)
class Service:
    """A catalogue in the network.

    Attributes
    ----------
    key, title : str
        What the program and the user call it.
    what : str
        What it holds, in a few words.
    named : Named
        Its columns.
    epoch : float
        Julian year for which it gives positions.
    motion : (str, str)
        Columns of the proper motion, in mas a year, that of right ascension times cos(declination).
    parallax : str
        Column in mas; empty if there is none.
    fetch : callable
        From right ascension, declination, radius (degrees), number of rows, faintest magnitude or None, and
        timeout to an astropy table, or None for nothing.
    """

    key: str
    title: str
    what: str
    named: Named
    epoch: float
    motion: tuple[str, str]
    parallax: str
    fetch: Callable[[float, float, float, int, float | None, float], Any]


def cone_search(
    service: str,
    ra: float,
    dec: float,
    radius: float,
    *,
    rows: int = 5000,
    faintest: float | None = None,
    epoch: float | None = None,
    timeout: float = TIMEOUT,
    progress: Progress | None = None,
) -> Catalogue:
    """Fetch what a service has around a position.

    Parameters
    ----------
    service : str
        gaia or simbad.
    ra, dec, radius : float
        Degrees, ICRS.
    rows : int
        How many objects at most, up to 50,000.
    faintest : float, optional
        Only objects brighter than this, G magnitude in Gaia and V in SIMBAD.
    epoch : float, optional
        Julian year to which objects with a known proper motion are brought.
    timeout : float
        Seconds to wait for an answer.
    progress : Progress, optional
        Reported to; a request that is under way is not interrupted by a cancellation, its answer is dropped.

    Returns
    -------
    Catalogue
        Its notes say for which epoch the positions are, and whether there is more.

    Raises
    ------
    ViewerError
        If astroquery is not installed, there is no network, the service does not answer in time or
        refuses, or it knows nothing there.
    """
    found = SERVICES[service]
    _check(ra, dec, radius, rows)
    progress = progress or Progress()
    progress.report(0)
    where = f"within {_distance(radius)} of RA {ra:.5f}°, Dec {dec:+.5f}°"
    with _in_words(found.title, timeout), quiet():
        table = found.fetch(ra, dec, radius, rows, faintest, timeout)
    progress.report(0.9)
    if table is None or not len(table):
        limit = "" if faintest is None else f" brighter than {faintest:g} mag"
        raise ViewerError(f"{found.title} knows nothing{limit} {where}: take a larger radius")
    with quiet():
        raw = raw_of(table)
        told = f"{found.title}, {where}"
        catalogue = catalogue_of(raw, found.title, told, _known(found.named, raw.columns))
    notes = [told + "."]
    if len(catalogue) >= rows:
        notes.append(
            f"The answer ends at the limit of {rows} rows: there may be more. Ask for brighter objects, or a "
            "smaller radius."
        )
    catalogue, moved = brought(catalogue, found.epoch, epoch, found.motion, found.parallax)
    progress.report(1)
    return replace(catalogue, notes=(*notes, *moved))


def _known(named: Named, columns: Any) -> Named:
    """Return the columns that the answer has: a service may give its columns other names one day."""
    having = {name.casefold() for name in columns}

    def known(name: str) -> str:
        return name if name.casefold() in having else ""

    positions = (named.ra, named.dec) if known(named.ra) and known(named.dec) else ("", "")
    return Named(*positions, magnitude=known(named.magnitude), label=known(named.label))


def _check(ra: float, dec: float, radius: float, rows: int) -> None:
    if not (math.isfinite(ra) and math.isfinite(dec) and -90 <= dec <= 90):
        raise ViewerError(f"RA {ra:g}°, Dec {dec:g}° is no position on the sky")
    if not 0 < radius <= WIDEST:
        raise ViewerError(f"a radius of {radius:g}° cannot be asked for: choose one from 0 to {WIDEST:g}°")
    if not 1 <= rows <= MOST_ROWS:
        raise ViewerError(f"{rows} rows cannot be asked for: choose from 1 to {MOST_ROWS}")


def _distance(degrees: float) -> str:
    return f"{degrees * 60:.3g}′" if degrees < 1 else f"{degrees:.3g}°"


@contextmanager
def _in_words(title: str, timeout: float) -> Iterator[None]:
    """Turn what the libraries raise into a sentence."""
    try:
        yield
    except ImportError as error:
        raise ViewerError(
            f"catalogues from the network need astroquery, which is not installed: pip install "
            f"'skyloupe[catalogues]' ({error})"
        ) from error
    except ViewerError:
        raise
    except Exception as error:
        said = _sentence(error, title, timeout)
        if said is None:
            raise
        raise ViewerError(said) from error


def _sentence(error: BaseException, title: str, timeout: float) -> str | None:
    """Return what happened in words; None for what has nothing to do with the network."""
    import requests  # astroquery brings it

    chain: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in chain:
        chain.append(each)
        # pyvo keeps the reason to itself
        each = each.__cause__ or each.__context__ or getattr(each, "cause", None)
    if any(isinstance(one, requests.exceptions.Timeout) for one in chain):
        return f"{title} did not answer within {timeout:g} s: try again later, or with a smaller radius"
    if any(isinstance(one, requests.exceptions.ConnectionError) for one in chain):
        return f"{title} cannot be reached: there is no network, or the service is down"
    if any(_from_libraries(one) for one in chain):
        said = " ".join(str(error).split())[:200].rstrip(".")
        return f"{title} did not give an answer that can be used: {said}"
    return None


def _from_libraries(error: BaseException) -> bool:
    modules = ("requests", "astroquery", "pyvo", "astropy.io.votable", "urllib3", "xml")
    return type(error).__module__.startswith(modules)


def _gaia(ra: float, dec: float, radius: float, rows: int, faintest: float | None, timeout: float) -> Any:
    # an optional extra that takes seconds to import
    from astropy import units
    from astropy.coordinates import SkyCoord
    from astroquery.vizier import VizierClass

    filters = {} if faintest is None else {"Gmag": f"<{faintest:g}"}
    service = VizierClass(columns=_GAIA_COLUMNS, row_limit=rows, timeout=timeout, column_filters=filters)
    centre = SkyCoord(ra * units.deg, dec * units.deg)
    tables = service.query_region(centre, radius=radius * units.deg, catalog="I/355/gaiadr3", cache=False)
    if tables is None:
        raise ViewerError("Gaia DR3 did not give an answer that can be used: try again later")
    return tables[0] if len(tables) else None


def _simbad(ra: float, dec: float, radius: float, rows: int, faintest: float | None, timeout: float) -> Any:
    # as above
    from astroquery.simbad import SimbadClass
    from requests.adapters import HTTPAdapter

    class Patient(HTTPAdapter):
        """Waits for so long: pyvo would wait for ever."""

        def send(self, request: Any, *args: Any, **options: Any) -> Any:
            return super().send(request, *args, **{**options, "timeout": timeout})

    service = SimbadClass()
    service.tap._session.mount("https://", Patient())
    bright = "" if faintest is None else f' AND "V" < {faintest:g}'
    query = (
        f"SELECT TOP {rows} {_SIMBAD_COLUMNS} FROM basic LEFT JOIN allfluxes ON oid = oidref "
        f"WHERE CONTAINS(POINT('ICRS', ra, dec), CIRCLE('ICRS', {ra:.8f}, {dec:.8f}, {radius:.8f})) = 1"
        f"{bright} ORDER BY nbref DESC"
    )
    return service.tap.run_sync(query, maxrec=rows).to_table()


SERVICES = {
    each.key: each
    for each in (
        Service(
            "gaia",
            "Gaia DR3",
            "stars: positions, parallaxes, proper motions, G, BP and RP magnitudes (VizieR I/355)",
            Named("RA_ICRS", "DE_ICRS", magnitude="Gmag", label="Source"),
            2016.0,
            ("pmRA", "pmDE"),
            "Plx",
            _gaia,
        ),
        Service(
            "simbad",
            "SIMBAD",
            "objects of all kinds with their names and types",
            Named("ra", "dec", magnitude="V", label="main_id"),
            2000.0,
            ("pmra", "pmdec"),
            "plx_value",
            _simbad,
        ),
    )
}


def brightest_first(catalogue: Catalogue) -> Catalogue:
    """Return a catalogue with its brightest objects first, those of unknown brightness last."""
    brightness = catalogue.brightness()
    return catalogue if brightness is None else catalogue.taken(np.argsort(brightness, kind="stable"))
