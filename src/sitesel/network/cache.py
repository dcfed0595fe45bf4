"""Roads and compiled networks kept on disk by the hash of what they were made of.

The file is a zip of plain arrays (npz): it is read without running anything, it holds the hash of its key and of its
arrays, and one that does not read as it should, or was put in another's place, is made anew.
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

from sitesel.network.roads import Roads

#: Raised by one whenever the tables' form or the rules that make them change within a version.
FORM: Final = 8

NOT_KEPT: Final = "network not kept on disk"
_SEAL: Final = "seal"
_TABLES: Final = ("nodes", "kinds", "stretches", "edges")
_PLAIN: Final = ("xy", "start", "ways", "way_start")

Arrays = dict[str, npt.NDArray[Any]]


def user_cache_folder() -> Path:
    """Folder in which this user's programs keep what can be made anew, ``sitesel`` within it.

    Returns
    -------
    Path
        ``$XDG_CACHE_HOME`` or the system's own place; it may not exist yet.

    Examples
    --------
    >>> user_cache_folder().name
    'sitesel'
    """
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if named:
        return Path(named) / "sitesel"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "sitesel"
    return Path.home() / ".cache" / "sitesel"


def digest_of(source: Path) -> bytes:
    """Hash of a file's bytes."""
    with source.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def network_key(source: bytes, asked: Mapping[str, str]) -> str:
    """Hash of what was read and asked of it, and of this program and its data.

    Parameters
    ----------
    source : bytes
        As :func:`digest_of` has it.
    asked : mapping of str to str

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    whole = hashlib.sha256(source)
    whole.update(json.dumps([version("sitesel"), FORM, sorted(asked.items())]).encode())
    for name in ("speeds.toml", "vehicles.toml"):
        whole.update((Path(__file__).parents[1] / "data" / name).read_bytes())
    return whole.hexdigest()


def roads_cached(folder: Path, key: str, make: Callable[[], Roads]) -> Roads:
    """Roads from the folder where it has them whole, else made and kept there.

    Parameters
    ----------
    folder : Path
        Made where it is not there.
    key : str
        As :func:`network_key` has it.
    make : callable
        Makes them.

    Returns
    -------
    Roads
        With the notice :data:`NOT_KEPT` where the folder cannot be written.
    """
    try:
        return from_arrays(load_arrays(folder, "roads", key))
    except (ValueError, KeyError, TypeError, IndexError):
        roads = make()
        return roads if keep_arrays(folder, "roads", key, to_arrays(roads)) else roads.noted(NOT_KEPT)


def load_arrays(folder: Path, kind: str, key: str) -> Arrays:
    """Arrays kept under a key; none where they are not there, are another key's, or are not as they were kept.

    Returns
    -------
    mapping of str to ndarray
    """
    kept = folder / f"{kind}-{key}.npz"
    if not kept.is_file():
        return {}
    try:
        with kept.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return {}
    seal = arrays.pop(_SEAL, None)
    return arrays if seal is not None and seal.tobytes() == _seal(key, arrays).tobytes() else {}


def keep_arrays(folder: Path, kind: str, key: str, arrays: Arrays) -> bool:
    """Write arrays into the cache, whole or not at all, sealed by the hash of their key and of all that they hold.

    Returns
    -------
    bool
        False where the folder cannot be written.
    """
    part = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as stream:
            part = Path(stream.name)
            np.savez(stream, allow_pickle=False, **arrays, **{_SEAL: _seal(key, arrays)})
        part.replace(folder / f"{kind}-{key}.npz")
    except OSError:
        if part is not None:
            part.unlink(missing_ok=True)
        return False
    return True


def _seal(key: str, arrays: Arrays) -> npt.NDArray[np.uint8]:
    whole = hashlib.sha256(key.encode())
    for name, array in sorted(arrays.items()):
        whole.update(f"{name} {array.dtype} {array.shape} ".encode())
        whole.update(np.ascontiguousarray(array).data if array.size else b"")
    return np.frombuffer(whole.digest(), dtype=np.uint8)


def to_arrays(roads: Roads) -> Arrays:
    """Roads as plain arrays: figures as they are, words as JSON."""
    arrays: Arrays = {name: getattr(roads, name) for name in _PLAIN}
    arrays |= {"about": _text(dict(roads.about)), "osmid": roads.nodes.index.to_numpy()}
    for table in _TABLES:
        frame = getattr(roads, table)
        arrays[table] = _text([str(name) for name in frame.columns])
        for name in frame.columns:
            arrays |= _column(f"{table}.{name}", frame[name])
    return arrays


def from_arrays(arrays: Arrays) -> Roads:
    """Roads of :func:`to_arrays`.

    Raises
    ------
    KeyError, ValueError
        The arrays are not such.
    """
    frames = {
        table: pd.DataFrame({name: _values(arrays, f"{table}.{name}") for name in _read(arrays[table])})
        for table in _TABLES
    }
    frames["nodes"].index = pd.Index(arrays["osmid"], name="osmid")
    whole: dict[str, Any] = {**frames, **{name: arrays[name] for name in _PLAIN}}
    return Roads(**whole, about=_read(arrays["about"]))


def _column(name: str, column: pd.Series) -> Arrays:
    if column.dtype.kind in "biuf":
        return {name: column.to_numpy()}
    missing = column.isna().to_numpy()
    numbers: dict[object, int] = {None: 0}
    code = np.zeros(len(column), dtype=np.int32)
    values = column.tolist()
    for row in np.flatnonzero(~missing).tolist():
        code[row] = numbers.setdefault(values[row], len(numbers))
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
