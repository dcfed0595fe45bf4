"""A folder of results that is either whole or not there."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sitesel.errors import OutputError


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Write into a temporary folder that takes the target's files' place at the end.

    Files of an earlier run with the same names are replaced; other files in the target stay. Where anything fails,
    nothing in the target has changed.

    Parameters
    ----------
    target : Path
        Made if it is not there.

    Yields
    ------
    Path
        The temporary folder, beside the target so that moving is instant.

    Raises
    ------
    OutputError
        The target cannot be written.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as cause:
        raise OutputError(f"{target}: cannot be written ({cause.strerror}); give another folder with --out") from cause
    try:
        yield staging
        for file in sorted(staging.iterdir()):
            file.replace(target / file.name)
    except OSError as cause:
        raise OutputError(
            f"{target}: cannot be written ({cause.strerror}); close its files or give another --out"
        ) from cause
    finally:
        shutil.rmtree(staging, ignore_errors=True)
