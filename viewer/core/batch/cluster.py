"""Cluster: the executor of a Dask scheduler that runs already."""

import importlib.util
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from typing import Any

import viewer
from viewer.core.errors import ViewerError

# Seconds.
_PATIENCE = 20


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """Connect to a Dask scheduler.

    Parameters
    ----------
    address : str
        As the scheduler says it when it starts, such as ``tcp://host:8786``.

    Yields
    ------
    executor : concurrent.futures.Executor
        Of the cluster.
    at_once : int
        How many files its workers can do at once.

    Raises
    ------
    ViewerError
        If the library is missing, nobody answers, or there are no workers that know Skyloupe.
    """
    try:
        # an optional extra that takes a second to load
        from distributed import Client
    except ImportError:
        raise ViewerError("--dask needs the library distributed: pip install 'skyloupe[cluster]'") from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ViewerError(f"no Dask scheduler answers at {address}: {error or 'it took too long'}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise ViewerError(
                f"the Dask scheduler at {address} has no workers: start some with 'dask worker {address}'"
            ) from None
        _check_workers(client)
        yield client.get_executor(pure=False), sum(client.nthreads().values())


def version() -> str:
    """Return the version of the program, there where this is called."""
    return viewer.__version__


def _check_workers(client: Any) -> None:
    """Refuse a cluster that cannot do what it will be asked to: the scheduler, too, unpacks what is sent.

    Raises
    ------
    ViewerError
        If Skyloupe cannot be imported there, or is another version.
    """
    probe = importlib.util.find_spec, "viewer.core.batch.task"
    places = client.run(*probe, on_error="return")
    try:
        places["the scheduler"] = client.run_on_scheduler(*probe)
    except ImportError as error:
        places["the scheduler"] = error
    lacking = [where for where, place in places.items() if not isinstance(place, ModuleSpec)]
    if lacking:
        raise ViewerError(
            f"Skyloupe cannot be imported by {_listed(lacking)} of the Dask cluster: install it there too, "
            "into the same Python as dask"
        )
    versions = {**client.run(version), "the scheduler": client.run_on_scheduler(version)}
    other = [where for where, each in versions.items() if each != viewer.__version__]
    if other:
        raise ViewerError(
            f"{_listed(other)} of the Dask cluster has Skyloupe {versions[other[0]]} and this is "
            f"{viewer.__version__}: install the same there"
        )


def _listed(places: list[str]) -> str:
    return places[0] if len(places) == 1 else f"{places[0]} and {len(places) - 1} more"
