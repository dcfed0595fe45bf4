"""Who does work that splits into pieces: this process alone, processes of this machine beside it, or any executor."""

import hashlib
import io
import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, ClassVar, Final, TypeVar
from weakref import WeakKeyDictionary

__all__ = ["ALONE", "Crew", "beside"]

Shared = TypeVar("Shared")
Piece = TypeVar("Piece")
Result = TypeVar("Result")

MOST: Final = 8
"""Processes at most: each holds the ground of the study for itself."""


@dataclass(frozen=True)
class Crew:
    """Does pieces of work, here and elsewhere; what comes out is the same, whoever did it.

    Parameters
    ----------
    executor : Executor, optional
        That takes pieces off this process; None: all is done here.
    folder : Path, optional
        Where what the pieces share is left for the workers, who must see the same files. None: it goes with each piece.

    Examples
    --------
    >>> Crew().each(pow, 2, [1, 2, 3])
    [2, 4, 8]
    """

    executor: Executor | None = None
    folder: Path | None = None
    helps: ClassVar[bool] = True
    """Whether this process does pieces that nobody has begun."""
    lost: ClassVar[tuple[type[BaseException], ...]] = (BrokenExecutor,)
    """What is raised where a worker broke off."""
    _left: WeakKeyDictionary[Any, "_Left"] = field(default_factory=WeakKeyDictionary, repr=False)

    def each(
        self,
        do: Callable[[Shared, Piece], Result],
        shared: Shared,
        pieces: Sequence[Piece],
        done: Callable[[int], None] = lambda _: None,
    ) -> list[Result]:
        """Do every piece.

        Pieces that nobody has begun are done here, from the last on, and so are those that a worker broke off.

        Parameters
        ----------
        do : callable of (shared, piece)
            A function of a module, whose results depend on nothing else.
        shared : object
            Sent once to each worker; so are parts of it whose class says ``sent_once = True``, whatever they are
            shared with.
        pieces : sequence
        done : callable of int
            Told how many pieces are done.

        Returns
        -------
        list
            A result a piece, in their order.
        """
        if self.executor is None or len(pieces) < 2:  # noqa: PLR2004 -- one piece is not worth sending
            found = []
            for piece in pieces:
                found.append(do(shared, piece))
                done(len(found))
            return found
        names, contents = zip(*self._leave(shared), strict=True)
        futures: list[Future[Result]] = [self.executor.submit(_do, do, piece, names, *contents) for piece in pieces]
        here: dict[int, Result] = {}
        ended: list[Future[Result]] = []
        for future in futures:
            future.add_done_callback(lambda one: None if one.cancelled() else ended.append(one))
        for place in reversed(range(len(pieces) if self.helps else 0)):
            if futures[place].cancel():
                here[place] = do(shared, pieces[place])
                done(len(here) + len(ended))
        helped = len(here)
        places = {future: place for place, future in enumerate(futures) if place not in here}
        for future in as_completed(places):
            try:
                here[places[future]] = future.result()
            except self.lost:
                here[places[future]] = do(shared, pieces[places[future]])
            done(helped + len(ended))
        done(len(pieces))
        return [here[place] for place in range(len(pieces))]

    def leave(self, name: str, content: bytes) -> object:
        """Leave content where the workers find it; what is given back goes with each piece."""
        if self.folder is None:
            return content
        file = self.folder / name
        if not file.exists():
            file.write_bytes(content)
        return file

    def _leave(self, shared: object) -> list["_Left"]:
        """Leave what pieces share: first the parts of it that are sent once, each by the hash of its content."""
        parts: list[_Left] = []

        def part(one: object) -> str | None:
            if one is shared or not getattr(type(one), "sent_once", False):
                return None
            if one not in self._left:
                self._left[one] = self._leave(one)[-1]
            if self._left[one] not in parts:
                parts.append(self._left[one])
            return self._left[one][0]

        content = _packed(shared, part)
        name = hashlib.sha256(content).hexdigest()
        return [*parts, (name, self.leave(name, content))]


ALONE: Final = Crew()
"""This process does all."""
_Left = tuple[str, object]
"""What pieces share, or a part of it: its hash, and itself or where it was left."""


def _packed(shared: object, part: Callable[[object], str | None]) -> bytes:
    class Pickler(pickle.Pickler):
        def persistent_id(self, obj: object) -> str | None:
            return part(obj)

    packed = io.BytesIO()
    Pickler(packed, protocol=pickle.HIGHEST_PROTOCOL).dump(shared)
    return packed.getvalue()


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, pid: str) -> object:
        return _held[pid]


_held: dict[str, Any] = {}
_one = Lock()  # of a worker's threads works at a time: what they share is made for one


def _do(do: Callable[[Any, Piece], Result], piece: Piece, names: Sequence[str], *contents: bytes | Path) -> Result:
    """Do a piece at a worker, which keeps what pieces share until it gets something else."""
    with _one:
        for name in _held.keys() - set(names):
            del _held[name]
        for name, content in zip(names, contents, strict=True):
            if name not in _held:
                packed = content.read_bytes() if isinstance(content, Path) else content
                _held[name] = _Unpickler(io.BytesIO(packed)).load()
        return do(_held[names[-1]], piece)


@contextmanager
def beside(processes: int | None = None) -> Iterator[Crew]:
    """Start processes of this machine that work beside this one.

    Parameters
    ----------
    processes : int, optional
        This one among them; None: one for each core, ``MOST`` at most.

    Yields
    ------
    Crew

    Examples
    --------
    >>> with beside(1) as crew:  # this process alone; 4: three more of them beside it
    ...     crew.each(pow, 2, [1, 2, 3])
    [2, 4, 8]
    """
    others = (processes or min(len(_cores()), MOST)) - 1
    if others < 1:
        yield Crew()
        return
    with TemporaryDirectory(prefix="sitesel-") as folder:
        executor = ProcessPoolExecutor(others, multiprocessing.get_context("spawn"), initializer=_begin)
        executor.submit(import_module, "sitesel.stages")  # it takes seconds: they begin at once
        try:
            yield Crew(executor, Path(folder))
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


def _cores() -> Sequence[int]:
    affinity = getattr(os, "sched_getaffinity", None)
    return list(affinity(0)) if affinity else range(os.cpu_count() or 1)


def _begin() -> None:
    """Leave it to the process that asked to stop when the user breaks off."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
