"""The errors a planner can meet, each one sentence that names file, feature and remedy.

::

    SiteselError                 anything the user can put right: one line, exit code 2
    +-- StudyError               the study file: unknown keys, weights, values
    +-- LayerError               a layer file: missing, no CRS, swapped axes, bad geometry
    +-- NetworkError             roads: nothing to route on, places out of reach
    +-- OutputError              a file that cannot be written
    +-- FetchError               public data that cannot be had: no network, moved, not whole
    +-- ClusterError             a cluster that cannot be worked on: nobody answers, other versions

A fault is one line. Where several are found at once they travel together in
:attr:`SiteselError.faults`, so that ``sitesel check`` lists every one.
"""

import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path


class SiteselError(Exception):
    """Something that the user can put right.

    Parameters
    ----------
    faults : str or sequence of str
        One line a fault: what is wrong, in which file and feature, and the remedy.

    Examples
    --------
    >>> error = LayerError(["plots.gpkg: no CRS; set one in QGIS", "roads.gpkg: empty; give at least one road"])
    >>> len(error.faults)
    2
    >>> print(error)
    plots.gpkg: no CRS; set one in QGIS
    roads.gpkg: empty; give at least one road
    """

    def __init__(self, faults: str | Sequence[str]) -> None:
        self.faults: tuple[str, ...] = (faults,) if isinstance(faults, str) else tuple(faults)
        super().__init__("\n".join(self.faults))


class StudyError(SiteselError):
    """The study file cannot be run as it stands."""


class LayerError(SiteselError):
    """A layer file cannot be used as it stands."""


class NetworkError(SiteselError):
    """The road network cannot answer the question."""


class OutputError(SiteselError):
    """A result cannot be written."""


class FetchError(SiteselError):
    """Public data cannot be had as asked."""


class ClusterError(SiteselError):
    """A cluster cannot be worked on as it stands."""


def written_down(fault: Exception, version: str) -> Path:
    """Write what a developer needs to know of an unexpected fault into a file to send.

    Parameters
    ----------
    fault : Exception
    version : str
        Of sitesel.
    """
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="sitesel-", suffix=".txt", delete=False) as file:
        file.write(f"sitesel {version}, Python {sys.version}\n{' '.join(sys.argv)}\n\n")
        file.writelines(traceback.format_exception(fault))
    return Path(file.name)
