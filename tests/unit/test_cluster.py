"""A cluster of Dask's workers: the same bytes as without, also where one of them is killed in the middle."""

import os
import re
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import pandas as pd
import pytest
from test_crew import dies_elsewhere, refuses

from sitesel import cli, cluster
from sitesel.cluster import workers_at
from sitesel.errors import ClusterError
from sitesel.stages import run
from sitesel.text import Message

distributed = pytest.importorskip("distributed")
# Dask warns of its own workings: sockets and processes that a killed worker leaves to the collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


GUIDE = Path(__file__).parents[2] / "docs" / "cluster.md"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of a scheduler with two worker processes, which see the sources as this one does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as started:
            yield started.scheduler_address


class Whole:
    """Part of what pieces share that is sent but once."""

    sent_once = True

    def __init__(self, number: int) -> None:
        self.number = number


def times(shared: tuple[Whole, int], piece: int) -> tuple[int, int]:
    return os.getpid(), shared[0].number * shared[1] * piece


def dies_once(marker: Path, piece: int) -> int:
    """Kill the worker that comes to piece 3 first."""
    time.sleep(0.05)
    if piece == 3 and not marker.exists():
        marker.touch()
        os._exit(1)
    return piece * piece


def test_pieces_are_done_by_workers_and_shared_parts_are_sent_once(address):
    told: list[int] = []
    whole = Whole(7)
    with workers_at(address) as crew:
        sent = []
        leave = type(crew).leave
        type(crew).leave = lambda self, name, content: sent.append(name) or leave(self, name, content)
        for factor in (2, 3):
            found = crew.each(times, (whole, factor), range(20), told.append)
            assert [number for _, number in found] == [7 * factor * piece for piece in range(20)]
            assert os.getpid() not in {where for where, _ in found}
    assert len(sent) == 3  # the part once, what it is shared with twice
    assert told[-1] == 20
    assert len(set(told)) > 3


def test_what_a_killed_worker_had_is_done_by_another(address, tmp_path):
    with workers_at(address) as crew:
        found = crew.each(dies_once, tmp_path / "killed", range(30))
    assert (tmp_path / "killed").exists()
    assert found == [piece * piece for piece in range(30)]


def test_what_kills_every_worker_is_done_here(address):
    with workers_at(address) as crew:
        assert crew.each(dies_elsewhere, os.getpid(), range(2)) == [0, 1]


def test_a_fault_of_the_work_is_the_works_own(address):
    with workers_at(address) as crew, pytest.raises(ValueError, match="piece"):
        crew.each(refuses, 0, range(4))


def test_the_guide_s_lines_run(address, write_study, tmp_path, monkeypatch):
    write_study().rename(tmp_path / "my.toml")
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n([^`]*workers_at.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    told: dict[str, object] = {}
    exec(block.replace("tcp://127.0.0.1:8786", address), told)  # noqa: S102 -- the guide's own code
    pd.testing.assert_frame_equal(told["findings"].decision.ranking, run("my.toml").decision.ranking)


SURENESS = {"worlds": 4, "positions": 2, "draws": 16, "concentration": 50, "speed": 0.15, "enough": 0.5}


def test_a_run_finds_the_same_though_a_worker_is_killed_in_its_middle(address, write_study, study_text):
    study_text["sureness"] = SURENESS
    study = write_study()
    killed: list[int] = []

    def kill_one(told: Message) -> None:
        if told.key == "progress.sureness" and not killed:
            with distributed.Client(address) as client:
                killed.extend(list(client.run(os.getpid).values())[:1])
            os.kill(killed[0], signal.SIGKILL)

    with workers_at(address) as crew:
        found = run(study, kill_one, crew=crew)
    assert killed
    alone = run(study)
    for of in ("decision.ranking", "sureness.plots", "sureness.ahead", "connections.joined", "scenarios"):
        pd.testing.assert_frame_equal(attrgetter(of)(found), attrgetter(of)(alone), check_exact=True)


def test_a_screening_and_a_run_are_the_same_bytes(address, write_study, study_text, tmp_path, monkeypatch, capsys):
    study_text["sureness"] = SURENESS
    study_text["towns"][0]["jobs"] = 1250
    study_text["study"]["rankable_from"] = 0.5
    study_text["screening"] = {
        "cell_m": 250, "count": 3, "apart_km": 0.5, "compact": 0.2, "tile_cells": 7,
        "areas": [{"town": "one", "area": [73.90, 42.89, 73.94, 42.92]}],
    }  # fmt: skip
    study = write_study()

    def written(command: str, name: str, *more: str) -> dict[str, bytes]:
        out = tmp_path / name
        monkeypatch.setattr("sys.argv", ["sitesel", command, str(study), "--out", str(out), *more])
        with pytest.raises(SystemExit) as done:
            cli.main()
        assert done.value.code == 0, capsys.readouterr().err
        return {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}

    for command in ("run", "screen"):
        alone = written(command, f"{command} alone")
        assert len(alone) > 5
        assert written(command, f"{command} there", "--cluster", address) == alone


def refused(address: str, *words: str) -> None:
    with pytest.raises(ClusterError) as found, workers_at(address):
        pass
    assert len(found.value.faults) == 1
    assert "\n" not in found.value.faults[0]
    for word in words:
        assert word in found.value.faults[0]


def test_bad_addresses_are_one_line(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE_S", 1)
    refused("tcp://127.0.0.1:9", "no scheduler answers", "dask scheduler")
    refused("nonsense://x", "no scheduler answers")
    refused("tcp://127.0.0.1:port", "no scheduler answers")


def test_the_command_exits_2(write_study, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(cluster, "PATIENCE_S", 1)
    argv = ["sitesel", "run", str(write_study()), "--cluster", "tcp://127.0.0.1:9", "--out", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", argv)
    with pytest.raises(SystemExit) as done:
        cli.main()
    assert done.value.code == 2
    assert capsys.readouterr().err.strip().splitlines()[-1].startswith("sitesel: --cluster tcp://127.0.0.1:9: no sched")


def test_no_worker_other_versions_and_unseen_files_are_one_line(address, monkeypatch, tmp_path):
    monkeypatch.setattr(cluster, "_version", lambda _: "0.0")
    refused(address, "worker tcp://", "sitesel", "this machine 0.0", "same versions")
    monkeypatch.undo()
    gone = tmp_path / "gone.tif"
    with pytest.raises(ClusterError, match="does not see"), workers_at(address, [gone]):
        pass
    monkeypatch.setattr(cluster, "PATIENCE_S", 1)
    with (
        warnings.catch_warnings(),
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as empty,
    ):
        refused(empty.scheduler_address, "no worker has joined", "--nthreads 1")


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    refused("tcp://127.0.0.1:8786", "sitesel[cluster]")
