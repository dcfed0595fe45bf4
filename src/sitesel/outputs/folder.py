"""A folder of results that is either whole or not there, and in which nothing of a user's is ever touched."""

import ctypes
import hashlib
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sitesel.errors import OutputError
from sitesel.locking import hold

MANIFEST: Final = ".sitesel.json"
"""Names the files of the folder that sitesel wrote: no others are ever replaced or taken away."""

_MOVES: Final = ".sitesel-moves.json"
"""What is still to be moved where the folder itself cannot be swapped; a later run finishes what was broken off."""

_held: set[Path] = set()


@contextmanager
def alone_in(target: Path, *, writes: Collection[str] = (), reads: Iterable[Path] = ()) -> Iterator[None]:
    """See before the work that a folder can take its results, and keep other runs out of it until the end.

    Parameters
    ----------
    target : Path
    writes : collection of str
        Names of files that may be written there.
    reads : iterable of Path
        Files that the work reads: a folder of results gives up its old files, so that none of these may be among them.

    Raises
    ------
    OutputError
        The folder cannot be written, another run is at work there, or a file that sitesel did not write is in the way.

    Examples
    --------
    >>> _ = Path("notes.txt").write_text("mine", encoding="utf-8")
    >>> with alone_in(Path(), writes=["notes.txt"]):
    ...     pass
    Traceback (most recent call last):
    sitesel.errors.OutputError: ...notes.txt: is not of sitesel's writing, and results would take its place; ...
    """
    target = _place_of(target)
    with _said(target), _locked(target):
        new = not target.exists()
        target.mkdir(parents=True, exist_ok=True)
        _mend(target)
        with tempfile.TemporaryDirectory(prefix=_called(target), dir=_beside(target)):
            pass  # it can be written
        read = sorted(path.name for path in map(Path.resolve, reads) if path.parent == target)
        mine = written_before(target)
        if lost := [name for name in read if name in mine or name in writes]:
            raise OutputError(
                f"{target / lost[0]}: the study reads it, and results would take its place; give another --out"
            )
        _refuse_strange(target, writes)
        try:
            yield
        finally:
            if new and not any(target.iterdir()):
                target.rmdir()


@contextmanager
def whole_folder(target: Path, *, ours: bool = True) -> Iterator[Path]:
    """Write into a temporary folder whose files take the place of the target's at the end.

    The files of an earlier run go, those of a user stay. Old and new are swapped by one rename, so that nobody finds a
    part of both; in a folder that cannot be renamed (a mount point, or where the shell stands) files are moved one by
    one, and a later run finishes what was broken off. Where anything fails, nothing in the target has changed.

    Parameters
    ----------
    target : Path
        Made if it is not there.
    ours : bool
        Whether a later run may take the files away again; False where they are for the user to change.

    Yields
    ------
    Path
        The temporary folder.

    Raises
    ------
    OutputError
        The target cannot be written, or a file that sitesel did not write has the name of one that it would write.
    """
    target = _place_of(target)
    with _said(target), _locked(target):
        target.mkdir(parents=True, exist_ok=True)
        _mend(target)
        staging = Path(tempfile.mkdtemp(prefix=_called(target), dir=_beside(target)))
        shutil.copymode(target, staging)  # a temporary folder is for its owner alone
        try:
            yield staging
            names = sorted(path.name for path in staging.iterdir())
            _refuse_strange(target, names)
            if ours:
                _save(staging / MANIFEST, {"files": names})
            _take_place(staging, target)
        except OutputError as cause:  # the reader knows the folder by its own name
            raise OutputError(str(cause).replace(str(staging), str(target))) from cause
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _place_of(target: Path) -> Path:
    """Follow links; one that leads to itself stays, and cannot be written."""
    return Path(os.path.realpath(target))


@contextmanager
def _said(target: Path) -> Iterator[None]:
    """Say in one line why a folder cannot be written."""
    try:
        yield
    except (OSError, sqlite3.Error) as cause:
        file = getattr(cause, "filename", None)
        where = f"{file}: " if file and Path(file).parent == target else ""
        why = f"{where}{getattr(cause, 'strerror', None) or cause}"
        raise OutputError(f"{target}: cannot be written ({why}); close its files or give another folder") from cause


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Keep other runs out; one that holds the folder already goes on."""
    if target in _held:
        yield
        return
    user = os.getuid() if hasattr(os, "getuid") else 0
    name = f"sitesel-{user}-{hashlib.sha256(os.fsencode(target)).hexdigest()[:16]}.lock"
    with (Path(tempfile.gettempdir()) / name).open("ab") as file:
        try:
            hold(file)
        except OSError:
            raise OutputError(f"{target}: another run is at work there; wait for it, or give another folder") from None
        _held.add(target)
        try:
            yield
        finally:
            _held.discard(target)


def _called(target: Path) -> str:
    return f".{target.name}-sitesel-"


def _swappable(target: Path) -> bool:
    """Tell whether a folder may be renamed: it is no mount point, we do not stand in it, and it has a place beside."""
    here, parent = Path.cwd(), target.parent
    stands = target == here or target in here.parents
    return not (stands or target.is_mount() or target.stat().st_dev != parent.stat().st_dev) and os.access(
        parent, os.W_OK
    )


def _beside(target: Path) -> Path:
    return target.parent if _swappable(target) else target


def written_before(target: Path) -> frozenset[str]:
    """Name the files of an earlier run."""
    try:
        told = json.loads((target / MANIFEST).read_text(encoding="utf-8"))["files"]
        return frozenset(name for name in told if Path(name).name == name) | {MANIFEST}
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def _refuse_strange(target: Path, names: Collection[str]) -> None:
    mine = written_before(target)
    if strange := sorted(name for name in names if name not in mine and os.path.lexists(target / name)):
        raise OutputError(
            f"{target / strange[0]}: is not of sitesel's writing, and results would take its place; move it away or "
            "give another folder"
        )


def _save(path: Path, told: object) -> None:
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _take_place(staging: Path, target: Path) -> None:
    """Put the new files where the old ones were."""
    mine = written_before(target)
    own = [path for path in target.iterdir() if path.name not in mine and path != staging]
    if staging.parent != target and not any(path.is_dir() and not path.is_symlink() for path in own):
        for path in own:
            _keep(path, staging / path.name)
        _swap(staging, target)
        return
    moved = sorted(path.name for path in staging.iterdir())
    _save(staging / _MOVES, {"from": str(staging), "move": moved, "remove": sorted(mine - set(moved))})
    (staging / _MOVES).replace(target / _MOVES)
    _mend(target)


def _keep(path: Path, there: Path) -> None:
    """Let a file of the user's be in the new folder, too: the very same file, or a copy where the disk has no links."""
    try:
        os.link(path, there, follow_symlinks=False)
    except OSError:
        shutil.copy2(path, there, follow_symlinks=False)


def _swap(new: Path, old: Path) -> None:
    """Exchange two folders in one step where the system can; else by two renames, the second of which may be undone."""
    if _exchanged(os.fsencode(new), os.fsencode(old)):
        return
    aside = new.with_name(f"{new.name}-old")
    old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        aside.rename(old)
        raise
    aside.rename(new)


def _exchanged(new: bytes, old: bytes) -> bool:
    """Exchange two folders by the system's own call; Python has no name for it."""
    if sys.platform == "linux":
        libc, here, exchange = ctypes.CDLL(None), -100, 2  # AT_FDCWD, RENAME_EXCHANGE
        return hasattr(libc, "renameat2") and libc.renameat2(here, new, here, old, exchange) == 0
    if sys.platform == "darwin":
        return bool(ctypes.CDLL(None).renamex_np(new, old, 2) == 0)  # RENAME_SWAP
    return False


def _mend(target: Path) -> None:
    """Finish or sweep what a run that was killed has left."""
    moves = target / _MOVES
    if moves.exists():
        told = json.loads(moves.read_text(encoding="utf-8"))
        staging = Path(told["from"])
        for name in told["move"]:
            if (staging / name).exists():
                (staging / name).replace(target / name)
        for name in told["remove"]:
            (target / name).unlink(missing_ok=True)
        moves.unlink()
    for folder in {target, target.parent}:
        for left in folder.glob(f"{_called(target)}*"):
            if left.name.endswith("-old") and not any(target.iterdir()):
                target.rmdir()
                left.rename(target)
            else:
                shutil.rmtree(left, ignore_errors=True)
