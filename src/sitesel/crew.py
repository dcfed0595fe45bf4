"""Who does work that splits into pieces: this process alone, processes of this machine beside it, or any executor."""

import hashlib
import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

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
            Sent once to each worker.
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
        sent = self._sent(shared)
        futures: list[Future[Result]] = [self.executor.submit(_do, do, sent, piece) for piece in pieces]
        here: dict[int, Result] = {}
        for place in reversed(range(len(pieces))):
            if futures[place].cancel():
                here[place] = do(shared, pieces[place])
                done(len(here) + sum(one.done() and not one.cancelled() for one in futures))
        for place, future in enumerate(futures):
            if place not in here:
                try:
                    here[place] = future.result()
                except BrokenExecutor:
                    here[place] = do(shared, pieces[place])
        done(len(pieces))
        return [here[place] for place in range(len(pieces))]

    def _sent(self, shared: object) -> "_Sent":
        content = pickle.dumps(shared, protocol=pickle.HIGHEST_PROTOCOL)
        name = hashlib.sha256(content).hexdigest()
        if self.folder is None:
            return _Sent(name, content)
        file = self.folder / name
        if not file.exists():
            file.write_bytes(content)
        return _Sent(name, file)


ALONE: Final = Crew()
"""This process does all."""


@dataclass(frozen=True)
class _Sent:
    """What pieces share, by its hash: itself, or the file that it lies in."""

    name: str
    content: bytes | Path


_held: dict[str, Any] = {}


def _do(do: Callable[[Any, Piece], Result], sent: _Sent, piece: Piece) -> Result:
    """Do a piece at a worker, which keeps what pieces share until it gets something else."""
    if sent.name not in _held:
        content = sent.content.read_bytes() if isinstance(sent.content, Path) else sent.content
        _held.clear()
        _held[sent.name] = pickle.loads(content)  # noqa: S301 -- of this program's own making
    return do(_held[sent.name], piece)


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
