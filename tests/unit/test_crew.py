"""Work that splits: whoever does it, the results are the same."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sitesel.crew import Crew, beside


def times(shared: int, piece: int) -> int:
    return shared * piece


def dies_elsewhere(home: int, piece: int) -> int:
    if os.getpid() != home:
        os._exit(1)
    return piece


def refuses(_: int, piece: int) -> int:
    raise ValueError(f"piece {piece}")


@pytest.mark.parametrize("folder", [False, True])
@pytest.mark.parametrize("pieces", [0, 1, 2, 9])
def test_results_stand_in_the_order_of_the_pieces(tmp_path, folder, pieces):
    told: list[int] = []
    with ThreadPoolExecutor(2) as executor:
        crew = Crew(executor, tmp_path if folder else None)
        assert crew.each(times, 3, range(pieces), told.append) == [3 * piece for piece in range(pieces)]
        assert crew.each(times, 4, range(pieces)) == [4 * piece for piece in range(pieces)]
    assert told == sorted(told)
    assert told[-1:] == [pieces][:pieces]


def test_what_a_worker_breaks_off_is_done_here():
    with beside(2) as crew:
        assert crew.each(dies_elsewhere, os.getpid(), range(6)) == list(range(6))


def test_a_fault_of_the_work_is_the_works_own():
    with beside(2) as crew, pytest.raises(ValueError, match="piece"):
        crew.each(refuses, 0, range(4))


def test_nothing_is_left_behind():
    with beside(2) as crew:
        crew.each(times, 2, range(3))
        folder = crew.folder
    assert folder is not None
    assert not Path(folder).exists()
