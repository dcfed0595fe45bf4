"""Two runs side by side: which plots moved, by how much, and what moved them."""

from collections.abc import Callable
from pathlib import Path

from sitesel.comparing.differences import Compared, compared
from sitesel.comparing.sides import Side, side_of
from sitesel.comparing.telling import difference_lines, write_differences
from sitesel.measuring import silent
from sitesel.text import Message

__all__ = [
    "Compared",
    "Side",
    "compare",
    "difference_lines",
    "write_differences",
]


def compare(one: Path | str, other: Path | str, progress: Callable[[Message], None] = silent) -> Compared:
    """Hold two runs against one another.

    Parameters
    ----------
    one, other : Path or str
        Folder that a run has written, or a study file, which is run without writing anything.
    progress : callable of Message, optional
        Told what is being done.

    Returns
    -------
    Compared

    Raises
    ------
    SiteselError
        A folder that holds no run, or a study that cannot be run.
    """
    return compared(side_of(Path(one), progress), side_of(Path(other), progress))
