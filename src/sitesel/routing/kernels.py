"""Compiled code: kept in a folder of the user's own, sealed, and made anew where the seal is broken."""

import hashlib
import pickle
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import numba
from numba.core.caching import IndexDataCacheFile

from sitesel.network import user_cache_folder

Function = TypeVar("Function", bound=Callable[..., Any])
_NUMBA: Any = numba  # its types know neither its settings nor options by name
SEAL: Final = hashlib.sha256().digest_size


class _Sealed(IndexDataCacheFile):
    """Files of numba's cache, each with the hash of its content: nothing damaged is ever run."""

    _cache_path: str
    _index_path: str
    _version: str
    _source_stamp: object

    def save(self, key: object, data: object) -> None:
        with suppress(OSError):  # what cannot be kept is compiled again next time
            super().save(key, data)  # type: ignore[no-untyped-call]  # numba is untyped, here and below

    def _load_index(self) -> Any:  # noqa: ANN401 -- numba's own
        with suppress(OSError):
            version, stamp, overloads = _opened(Path(self._index_path))
            if (version, stamp) == (self._version, self._source_stamp):
                return overloads
        return {}

    def _save_index(self, overloads: object) -> None:
        self._seal(self._index_path, (self._version, self._source_stamp, overloads))

    def _save_data(self, name: str, data: object) -> None:
        self._seal(str(Path(self._cache_path) / name), data)

    def _load_data(self, name: str) -> Any:  # noqa: ANN401 -- as above
        return _opened(Path(self._cache_path) / name)

    def _seal(self, path: str, data: object) -> None:
        content = self._dump(data)  # type: ignore[no-untyped-call]
        with self._open_for_write(path) as file:
            file.write(hashlib.sha256(content).digest() + content)


def _opened(path: Path) -> Any:  # noqa: ANN401 -- as above
    """Read what is whole; of what is not, say OSError, as of a file that is not there."""
    whole = path.read_bytes()
    if hashlib.sha256(whole[SEAL:]).digest() != whole[:SEAL]:
        raise OSError(f"{path} is damaged")
    return pickle.loads(whole[SEAL:])  # noqa: S301 -- of this user's own making, and whole


@cache
def _folder() -> str | None:
    """Find where compiled code is kept; None where nothing can be."""
    folder = user_cache_folder() / "kernels"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return str(folder)
    except OSError:
        return None


def kernel(**options: bool) -> Callable[[Function], Function]:
    """Compile a function when it is first called.

    Parameters
    ----------
    **options
        As of ``numba.njit``.
    """

    def compiled(function: Function) -> Function:
        folder, usual = _folder(), _NUMBA.config.CACHE_DIR
        _NUMBA.config.CACHE_DIR = folder or ""
        try:
            made: Any = _NUMBA.njit(cache=folder is not None, **options)(function)
        finally:
            _NUMBA.config.CACHE_DIR = usual
        if folder is not None:
            made._cache._cache_file.__class__ = _Sealed  # noqa: SLF001 -- numba has no other door
        found: Function = made
        return found

    return compiled
