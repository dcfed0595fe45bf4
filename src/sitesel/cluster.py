"""A cluster of Dask's workers as a crew: its address is all that a run is told. The only module that knows Dask."""

import logging
import os
import platform
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, ClassVar, Final

from sitesel.crew import Crew
from sitesel.errors import ClusterError

__all__ = ["workers_at"]

PATIENCE_S: Final = 20
"""How long a scheduler or a first worker is waited for."""
ALIKE: Final = ("sitesel", "geopandas", "numba", "numpy", "pandas", "pyproj", "rasterio", "scipy", "shapely")
"""Packages of which workers need the version that is here: only then are results the same bytes."""


@dataclass(frozen=True)
class _Cluster(Crew):
    """Dask's workers; what they share is scattered to all of them, and the scheduler does anew what one broke off."""

    client: Any = None
    helps: ClassVar[bool] = False

    def leave(self, name: str, content: bytes) -> object:  # noqa: ARG002 -- Dask names it by its own hash
        """Scatter content to every worker."""
        return self.client.scatter(content, broadcast=True, hash=True)


@contextmanager
def workers_at(address: str, files: Iterable[Path] = ()) -> Iterator[Crew]:
    """Join a cluster.

    Parameters
    ----------
    address : str
        Of its scheduler, as ``tcp://10.0.0.5:8786``.
    files : iterable of Path
        That the work reads, and that every worker must see at the same place.

    Yields
    ------
    Crew

    Raises
    ------
    ClusterError
        The extra ``sitesel[cluster]`` is not installed, nobody answers at the address, no worker joins, or one has
        other versions or does not see a file.
    """
    try:
        import distributed  # noqa: PLC0415 -- an extra: only who works on a cluster needs it
    except ImportError:
        raise ClusterError("--cluster: needs Dask; install it with: pip install 'sitesel[cluster]'") from None
    dask: Any = distributed  # in part untyped
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # a worker that is lost is no fault of the study
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other versions of what work here does not need
        try:
            client = dask.Client(address, timeout=PATIENCE_S, set_as_default=False)
        except (OSError, ValueError, TypeError) as cause:
            raise ClusterError(
                f"--cluster {address}: no scheduler answers there ({_first_line(cause)}); start one with `dask "
                "scheduler`, and give the address that it prints, such as tcp://10.0.0.5:8786"
            ) from None
    try:
        _refuse_without_workers(client, address)
        _refuse_unlike(client.run, address, files)
        lost = (dask.KilledWorker, CancelledError, dask.comm.CommClosedError)
        crew = type("Joined", (_Cluster,), {"lost": lost})
        yield crew(client.get_executor(pure=False), client=client)
    finally:
        client.close()


def _refuse_without_workers(client: Any, address: str) -> None:  # noqa: ANN401 -- Dask has no types
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError:
        raise ClusterError(
            f"--cluster {address}: no worker has joined; start some with `dask worker {address} --nthreads 1`"
        ) from None


def _refuse_unlike(run: Callable[..., Mapping[str, Any]], address: str, files: Iterable[Path]) -> None:
    """Refuse workers that would give other bytes than this process, or none."""
    for name in ALIKE:
        for worker, theirs in run(metadata.version, name, on_error="return").items():
            if theirs != _version(name):
                has = f"no {name}" if isinstance(theirs, Exception) else f"{name} {theirs}"
                raise ClusterError(
                    f"--cluster {address}: worker {worker} has {has}, this machine {_version(name)}; "
                    "install the same versions everywhere, best by one image or one lock file"
                )
    for worker, theirs in run(platform.python_version).items():
        if theirs.split(".")[:2] != (mine := platform.python_version()).split(".")[:2]:
            raise ClusterError(f"--cluster {address}: worker {worker} has Python {theirs}, this machine {mine}")
    for file in files:
        if unseen := [worker for worker, seen in run(os.path.exists, str(file)).items() if not seen]:
            raise ClusterError(
                f"--cluster {address}: worker {unseen[0]} does not see {file}; put the study on a disk that all share, "
                "at the same path"
            )


def _version(name: str) -> str:
    return metadata.version(name)


def _first_line(cause: Exception) -> str:
    return (str(cause) or type(cause).__name__).splitlines()[0]
