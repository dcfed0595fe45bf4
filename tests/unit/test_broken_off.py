"""Runs that are killed, that meet, or that find no room: what was there stays whole, and one line says why."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bad_input.studies import key
from sitesel import cli
from sitesel.errors import OutputError
from sitesel.findings import Findings
from sitesel.outputs import write_all
from sitesel.outputs.folder import MANIFEST, alone_in, whole_folder
from sitesel.stages import run
from small_study import small_layers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills, limits and locks as POSIX has them")
resource = pytest.importorskip("resource")
NAMES = [f"{number}.csv" for number in range(12)]
POINTS, MEETINGS = 50, 20


def write(target: Path, text: str) -> None:
    with whole_folder(target) as staging:
        for name in NAMES:
            (staging / name).write_text(text * 500, encoding="utf-8")


def held(target: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in target.iterdir() if path.name != MANIFEST}


def whole(text: str) -> dict[str, str]:
    return dict.fromkeys(NAMES, text * 500)


def _writing(target: Path, dies_at: int, told: "multiprocessing.connection.Connection") -> None:
    """Write anew; be killed at one of all calls of functions, or tell how many there were."""
    calls = 0

    def called(_: object, event: str, __: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}
        if calls == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(called)
    write(target, "new")
    sys.setprofile(None)
    told.send(calls)
    os._exit(0)


def written_by_another(target: Path, dies_at: int) -> int | None:
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_writing, args=(target, dies_at, there))
    child.start()
    child.join()
    return here.recv() if child.exitcode == 0 else None


def test_a_kill_at_any_point_leaves_the_old_or_the_new(tmp_path):
    write(tmp_path / "first", "old")
    calls = written_by_another(tmp_path / "first", dies_at=-1)
    ends = []
    for number in sorted(random.Random(0).sample(range(1, calls), POINTS)):  # noqa: S311 -- nothing secret
        target = tmp_path / f"out{number}"
        write(target, "old")
        assert written_by_another(target, number) is None
        assert held(target) in (whole("old"), whole("new")), number
        with alone_in(target):
            ends.append(held(target))
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == [], number
    assert ends[0] == whole("old")
    assert whole("new") in ends or calls > POINTS


def _meeting(target: Path, text: str, ready: "multiprocessing.synchronize.Barrier") -> None:
    ready.wait(30)
    try:
        with alone_in(target, writes=NAMES):
            write(target, text)
    except OutputError as told:
        os._exit(3 if "another run is at work there" in str(told) else 1)
    os._exit(0)


def test_two_runs_at_once_never_mix(tmp_path):
    context = multiprocessing.get_context("fork")
    for number in range(MEETINGS):
        target, ready = tmp_path / f"out{number}", context.Barrier(2)
        both = [context.Process(target=_meeting, args=(target, text, ready)) for text in ("one", "two")]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert sorted(one.exitcode for one in both) in ([0, 0], [0, 3])
        assert held(target) in (whole("one"), whole("two"))


@pytest.fixture(scope="module")
def found() -> Findings:
    return run(key("study", "seed", to=0).document(), layers=small_layers())


@contextmanager
def longest_file(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def disk(at: Path, kilobytes: int) -> Iterator[None]:
    at.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(at)]
    if os.getuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(at)], check=True)


def refused(found: Findings, out: Path, monkeypatch, capsys) -> bool:
    """Write results by way of the command; tell whether there was no room, which is one line and exit code 3."""
    monkeypatch.setattr("sys.argv", ["sitesel", "run", "--out", str(out)])
    monkeypatch.setattr("sitesel.run", lambda *_, **__: found)
    monkeypatch.setattr(cli, "_tell", lambda *_: None)
    capsys.readouterr()
    with pytest.raises(SystemExit) as done:
        cli.main()
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("sitesel: ")]
    assert (done.value.code, len(lines)) in {(0, 0), (3, 1)}, lines
    return done.value.code == 3


def test_files_that_may_not_be_so_long(found, tmp_path, monkeypatch, capsys):
    out = tmp_path / "out"
    write_all(found, out, "en")
    sizes = sorted(path.stat().st_size for path in out.iterdir())
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    for size in (100, sizes[-2] - 1, sizes[-1] - 1):
        with longest_file(size):
            assert refused(found, out, monkeypatch, capsys)
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before
        assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_disks_too_small(found, tmp_path, monkeypatch, capsys):
    """Old results and new ones must both find room; step by step from next to none to enough."""
    write_all(found, tmp_path / "out", "en")
    needed = sum(path.stat().st_size for path in (tmp_path / "out").iterdir()) / 1024
    ends = []
    for share in (0.3, 0.72, 0.8, 0.9, 0.97, 2.0):
        with disk(tmp_path / "disk", round(needed * share)):
            out = tmp_path / "disk" / "out"
            write(out, "old")
            ends.append(refused(found, out, monkeypatch, capsys))
            assert not ends[-1] or held(out) == whole("old")
            assert [path.name for path in (tmp_path / "disk").iterdir()] == ["out"]  # nothing else is left there
    assert ends[0]
    assert not ends[-1]


@pytest.mark.parametrize("words", [["--help"], ["check", "study.toml"]])
def test_without_a_home_that_can_be_written(words, write_study, tmp_path):
    write_study()
    nowhere = "/proc/nowhere"  # not even root can make a folder there
    environment = os.environ | {"HOME": nowhere, "XDG_CACHE_HOME": f"{nowhere}/cache"}
    command = [sys.executable, "-m", "sitesel", *words]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
