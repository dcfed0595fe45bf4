"""Road tables and compiled networks kept on disk by the hash of what they were made of.

The file is a zip of plain arrays (npz): it is read without running anything, its checksums are verified, and one that
does not read as it should is made anew.
"""

import hashlib
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from sitesel.errors import OutputError
from sitesel.network.assembly import RoadTables

#: Raised by one whenever the tables' form or the rules that make them change within a version.
FORM: Final = 4

Arrays = dict[str, npt.NDArray[Any]]


def user_cache_folder() -> Path:
    """Folder in which this user's programs keep what can be made anew, ``sitesel`` within it.

    Returns
    -------
    Path
        ``$XDG_CACHE_HOME`` or the system's own place; it may not exist yet.
    """
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if named:
        return Path(named) / "sitesel"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "sitesel"
    return Path.home() / ".cache" / "sitesel"


def network_key(source: Path, asked: Mapping[str, str]) -> str:
    """Hash of a file's bytes, of what was asked of it, and of this program and its data.

    Parameters
    ----------
    source : Path
    asked : mapping of str to str

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    whole = hashlib.sha256()
    with source.open("rb") as stream:
        whole.update(hashlib.file_digest(stream, "sha256").digest())
    whole.update(json.dumps([version("sitesel"), FORM, sorted(asked.items())]).encode())
    for name in ("speeds.toml", "vehicles.toml"):
        whole.update((Path(__file__).parents[1] / "data" / name).read_bytes())
    return whole.hexdigest()


def tables_cached(folder: Path, source: Path, asked: Mapping[str, str], make: Callable[[], RoadTables]) -> RoadTables:
    """Tables from the folder where it has them whole, else made and kept there.

    Parameters
    ----------
    folder : Path
        Made where it is not there.
    source : Path
        File that the tables are made of.
    asked : mapping of str to str
        All else that they depend on.
    make : callable
        Makes them.

    Returns
    -------
    RoadTables

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    if not source.is_file():
        return make()
    kept = folder / f"roads-{network_key(source, asked)}.npz"
    try:
        return from_arrays(load_arrays(kept))
    except (ValueError, KeyError, TypeError, IndexError, shapely.GEOSException):
        tables = make()
        keep_arrays(kept, to_arrays(tables))
        return tables


def load_arrays(kept: Path) -> Arrays:
    """Arrays of a file of the cache; none where it is not there or does not read as it should.

    Returns
    -------
    mapping of str to ndarray
    """
    if not kept.is_file():
        return {}
    try:
        with kept.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return {}


def keep_arrays(kept: Path, arrays: Arrays) -> None:
    """Write arrays into the cache, whole or not at all.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=kept.parent, suffix=".part", delete=False) as stream:
            np.savez(stream, allow_pickle=False, **arrays)
        Path(stream.name).replace(kept)
    except OSError as fault:
        raise OutputError(
            f"{kept.parent}: cannot keep the network there ({fault.strerror}); give another cache folder"
        ) from fault


def to_arrays(tables: RoadTables) -> Arrays:
    """Tables as plain arrays: figures as they are, words and lists as JSON, lines as coordinates."""
    arrays: Arrays = {"about": _text(dict(tables.about)), "osmid": tables.nodes.index.to_numpy()}
    for kind, frame in (("node", tables.nodes), ("edge", tables.edges)):
        arrays[f"{kind}s"] = _text([str(name) for name in frame.columns])
        for name in frame.columns:
            if name == "geometry":
                _, arrays["coordinates"], (arrays["offsets"],) = shapely.to_ragged_array(frame[name].to_numpy())
            else:
                arrays |= _column(f"{kind}.{name}", frame[name])
    return arrays


def from_arrays(arrays: Arrays) -> RoadTables:
    """Tables of :func:`to_arrays`.

    Raises
    ------
    KeyError, ValueError
        The arrays are not such.
    """
    frames = {}
    for kind in ("node", "edge"):
        columns: dict[str, Any] = {}
        for name in _read(arrays[f"{kind}s"]):
            if name == "geometry":
                lines = shapely.GeometryType.LINESTRING
                columns[name] = shapely.from_ragged_array(lines, arrays["coordinates"], (arrays["offsets"],))
            else:
                columns[name] = _values(arrays, f"{kind}.{name}")
        frames[kind] = pd.DataFrame(columns)
    frames["node"].index = pd.Index(arrays["osmid"], name="osmid")
    return RoadTables(nodes=frames["node"], edges=frames["edge"], about=_read(arrays["about"]))


def _column(name: str, column: pd.Series) -> Arrays:
    if column.dtype.kind in "biuf":
        return {name: column.to_numpy()}
    missing = column.isna().to_numpy()
    numbers: dict[object, int] = {None: 0}
    code = np.zeros(len(column), dtype=np.int32)
    values = column.tolist()
    for row in np.flatnonzero(~missing).tolist():
        value = values[row]
        code[row] = numbers.setdefault(tuple(value) if isinstance(value, list) else value, len(numbers))
    return {f"{name}.code": code, f"{name}.words": _text(list(numbers))}


def _values(arrays: Arrays, name: str) -> npt.NDArray[Any]:
    if name in arrays:
        return arrays[name]
    words = _read(arrays[f"{name}.words"])
    distinct = np.empty(len(words), dtype=object)
    distinct[:] = words
    return distinct[arrays[f"{name}.code"]]


def _text(value: object) -> npt.NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode(), dtype=np.uint8)


def _read(array: npt.NDArray[Any]) -> Any:  # noqa: ANN401 (what JSON holds)
    return json.loads(array.tobytes())
