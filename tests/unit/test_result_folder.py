"""The folder of results: whole or not there, alone, and nothing of a user's touched."""

import json
import multiprocessing
import os
import signal
import sys
from pathlib import Path

import pytest

from sitesel.errors import OutputError
from sitesel.outputs import folder
from sitesel.outputs.folder import MANIFEST, alone_in, whole_folder

posix = pytest.mark.skipif(sys.platform == "win32", reason="kills and locks as POSIX has them")


def write(target: Path, text: str, *names: str) -> None:
    with whole_folder(target) as staging:
        for name in names:
            (staging / name).write_text(text, encoding="utf-8")


def told(target: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in target.iterdir() if path.name != MANIFEST}


def beside(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir() if path != target)


def in_own_folder(monkeypatch, tmp_path, where: str) -> Path:
    """Give a target that is swapped as a whole, or one that we stand in, whose files are moved one by one."""
    target = tmp_path / "out"
    if where == "inside":
        target.mkdir()
        monkeypatch.chdir(target)
    return target


@pytest.mark.parametrize("where", ["beside", "inside"])
def test_files_of_an_earlier_run_go_and_those_of_the_user_stay(tmp_path, monkeypatch, where):
    target = in_own_folder(monkeypatch, tmp_path, where)
    write(target, "old", "a.csv", "b.csv")
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    same = (target / "notes.txt").stat().st_ino
    write(target, "new", "b.csv", "c.csv")
    assert told(target) == {"b.csv": "new", "c.csv": "new", "notes.txt": "mine"}
    assert (target / "notes.txt").stat().st_ino == same
    assert json.loads((target / MANIFEST).read_text(encoding="utf-8")) == {"files": ["b.csv", "c.csv"]}
    assert beside(target) == []


@posix
@pytest.mark.parametrize("mode", [0o755, 0o770, 0o700])
def test_who_may_read_the_folder_may_read_the_new_one(tmp_path, mode):
    target = tmp_path / "out"
    target.mkdir()
    target.chmod(mode)
    write(target, "new", "a.csv")
    assert target.stat().st_mode & 0o777 == mode


def test_a_folder_of_the_user_s_stays_too(tmp_path):
    target = tmp_path / "out"
    write(target, "old", "a.csv")
    (target / "letters").mkdir()
    (target / "letters" / "one.txt").write_text("mine", encoding="utf-8")
    write(target, "new", "b.csv")
    assert sorted(path.name for path in target.iterdir()) == [MANIFEST, "b.csv", "letters"]
    assert (target / "letters" / "one.txt").read_text(encoding="utf-8") == "mine"
    assert beside(target) == []


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_a_file_that_sitesel_did_not_write_is_never_replaced(tmp_path, kind):
    target = tmp_path / "out"
    target.mkdir()
    if kind == "file":
        (target / "plots.gpkg").write_text("mine", encoding="utf-8")
    elif kind == "link":
        (target / "plots.gpkg").symlink_to(tmp_path / "nowhere")
    else:
        (target / "plots.gpkg").mkdir()
    with pytest.raises(OutputError, match=r"plots\.gpkg: is not of sitesel's writing"):
        write(target, "new", "plots.gpkg", "ranking.csv")
    with (
        pytest.raises(OutputError, match=r"plots\.gpkg: is not of sitesel's writing"),
        alone_in(target, writes=["plots.gpkg"]),
    ):
        pytest.fail("refused before the work")
    assert [path.name for path in target.iterdir()] == ["plots.gpkg"]


def test_a_layer_that_the_study_reads_is_not_taken_away(tmp_path):
    target = tmp_path / "proposed"
    write(target, "old", "candidates.gpkg")
    with (
        pytest.raises(OutputError, match=r"candidates\.gpkg: the study reads it"),
        alone_in(target, writes=["ranking.csv"], reads=[tmp_path / "x" / ".." / "proposed" / "candidates.gpkg"]),
    ):
        pytest.fail("refused before the work")
    assert told(target) == {"candidates.gpkg": "old"}


def test_what_cannot_be_written_is_told_before_the_work(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for target in (tmp_path / "file", tmp_path / "file" / "out"):
        with pytest.raises(OutputError, match="cannot be written"), alone_in(target):
            pytest.fail("refused before the work")


def test_a_folder_made_for_nothing_goes_again(tmp_path):
    with pytest.raises(RuntimeError), alone_in(tmp_path / "out"):
        raise RuntimeError("the work failed")
    assert list(tmp_path.iterdir()) == []


def test_a_target_may_be_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    write(tmp_path / "out", "new", "a.csv")
    assert (tmp_path / "out").is_symlink()
    assert told(tmp_path / "real") == {"a.csv": "new"}


@pytest.mark.parametrize("where", ["beside", "inside"])
def test_without_the_system_s_exchange_two_renames_do(tmp_path, monkeypatch, where):
    monkeypatch.setattr(folder, "_exchanged", lambda *_: False)
    target = in_own_folder(monkeypatch, tmp_path, where)
    write(target, "old", "a.csv")
    write(target, "new", "b.csv")
    assert told(target) == {"b.csv": "new"}
    assert beside(target) == []


def test_a_new_folder_that_cannot_take_the_old_one_s_place_leaves_it(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "_exchanged", lambda *_: False)
    target = tmp_path / "out"
    write(target, "old", "a.csv")
    real = Path.rename

    def rename(self: Path, there: Path) -> Path:
        if there == target and not self.name.endswith("-old"):
            raise PermissionError(13, "Permission denied", str(there))
        return real(self, there)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OutputError, match="cannot be written"):
        write(target, "new", "b.csv")
    assert told(target) == {"a.csv": "old"}
    assert beside(target) == []


def _held_elsewhere(target: str, ready, done) -> None:
    with alone_in(Path(target)):
        ready.set()
        done.wait(30)


@posix
def test_two_runs_do_not_write_into_one_folder(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_held_elsewhere, args=(str(tmp_path / "out"), ready, done))
    other.start()
    try:
        assert ready.wait(60)
        with pytest.raises(OutputError, match="another run is at work there"), alone_in(tmp_path / "out"):
            pytest.fail("both at once")
        write(tmp_path / "elsewhere", "new", "a.csv")
    finally:
        done.set()
        other.join()
    write(tmp_path / "out", "new", "a.csv")


def _killed_at(target: str, step: int, *, exchange: bool, inside: bool) -> None:
    """Write anew, and die at a step of those that change names on the disk."""
    left = [step]

    def dying(real):
        def act(*args, **settings):
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return real(*args, **settings)

        return act

    if inside:
        os.chdir(target)
    for name in ("rename", "replace", "unlink"):
        setattr(Path, name, dying(getattr(Path, name)))
    os.link = dying(os.link)
    folder._exchanged = dying(folder._exchanged) if exchange else lambda *_: False
    folder.shutil.rmtree = dying(folder.shutil.rmtree)
    write(Path(target), "new", "b.csv", "c.csv")
    os._exit(0)


@posix
@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("exchange", [True, False])
def test_no_kill_leaves_old_and_new_mixed(tmp_path, exchange, inside):
    context = multiprocessing.get_context("fork")
    old, new = {"a.csv": "old", "b.csv": "old"}, {"b.csv": "new", "c.csv": "new"}
    ends = []
    for step in range(20):
        target = tmp_path / f"out{step}"
        write(target, "old", "a.csv", "b.csv")
        (target / "notes.txt").write_text("mine", encoding="utf-8")
        child = context.Process(
            target=_killed_at, args=(str(target), step), kwargs={"exchange": exchange, "inside": inside}
        )
        child.start()
        child.join()
        if exchange and not inside:  # one step: nobody ever sees a part of both
            assert {name: text for name, text in told(target).items() if name != "notes.txt"} in (old, new)
        with alone_in(target):  # what the next run does first
            ends.append(told(target))
        assert not [name for name in beside(target) if name.startswith(".")]
        assert ends[-1].pop("notes.txt") == "mine"
        assert ends[-1] in (old, new), step
        if child.exitcode == 0:
            break
    assert child.exitcode == 0
    assert ends[0] == old
    assert ends[-1] == new


def test_what_cannot_be_written_is_named_where_the_reader_asked_for_it(tmp_path):
    target = tmp_path / "out"
    with pytest.raises(OutputError) as told, whole_folder(target) as staging:
        raise OutputError(f"{staging / 'map.html'}: cannot be written (No space left on device); make room")
    assert str(told.value).startswith(f"{target / 'map.html'}: ")
