"""What leaves the program: exit codes, consoles of any kind, and text that nobody may run."""

import csv
import os
import subprocess
import sys

import pytest

import sitesel
from sitesel import cli
from sitesel.console import settle
from sitesel.errors import OutputError
from small_study import small_layers

STRANGE = ("[/b] Plot [north] 5 :smile:", "\x1b[2JPlot\x07 6", "=HYPERLINK(1)\r\n+2")


def ended(monkeypatch: pytest.MonkeyPatch, *command: str) -> int:
    monkeypatch.setattr("sys.argv", ["sitesel", *command])
    with pytest.raises(SystemExit) as done:
        cli.main()
    return done.value.code


def test_a_fault_of_ours_is_one_line_with_a_file_to_send(monkeypatch, capsys, tmp_path):
    def broken(*_):
        raise KeyError("nobody thought of this")

    monkeypatch.setattr(sitesel, "check", broken)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert ended(monkeypatch, "check") == 70
    told = capsys.readouterr().err
    (record,) = tmp_path.glob("sitesel-*.txt")
    assert told == f"sitesel: unexpected fault, ours: KeyError; please send {record}\n"
    assert "nobody thought of this" in record.read_text(encoding="utf-8")


@pytest.mark.parametrize(("fault", "code"), [(OutputError("out: cannot be written"), 3), (KeyboardInterrupt(), 130)])
def test_what_cannot_be_written_and_what_is_broken_off_have_codes_of_their_own(monkeypatch, capsys, fault, code):
    def raised(*_):
        raise fault

    monkeypatch.setattr(sitesel, "check", raised)
    assert ended(monkeypatch, "check") == code
    assert capsys.readouterr().err.count("\n") == 1


WARNS = """
import sys, warnings, sitesel
from sitesel import cli
sys.argv = ["sitesel", "check"]
sitesel.check = lambda *_: warnings.warn("odd") or ()
cli.main()
"""


def test_what_libraries_warn_of_is_not_shown():
    told = subprocess.run([sys.executable, "-c", WARNS], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")


def test_wrong_words_on_the_command_line_are_refused(monkeypatch):
    assert ended(monkeypatch, "check", "--lang", "de") == 2
    assert ended(monkeypatch, "run", "nowhere.toml") == 2


@pytest.mark.parametrize(
    "command",
    [
        ("check", "PATH"),
        ("layers", "PATH"),
        ("compare", "PATH", "PATH"),
        ("opinions", "PATH"),
        ("opinions", "--panel", "PATH"),
        ("weights", "--pairs", "PATH"),
        ("init", "PATH"),
        ("run", "--out", "PATH"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("path", ["x" * 300, "loop"], ids=["too long", "a link to itself"])
def test_a_path_that_no_file_can_have_is_one_line(monkeypatch, capsys, tmp_path, command, path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    assert ended(monkeypatch, *(path if word == "PATH" else word for word in command)) in {2, 3}
    (line,) = capsys.readouterr().err.splitlines()
    assert path in line


def test_names_are_printed_and_never_run(monkeypatch, capsys, write_study, tmp_path):
    plots = small_layers()["plots"]
    write_study(plots=plots.assign(name_en=STRANGE))
    assert ended(monkeypatch, "run", str(tmp_path / "study.toml"), "--out", str(tmp_path / "out")) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "[/b] Plot [north] 5 :smile:" in told
    assert "\x1b" not in told
    assert "[2JPlot 6" in told
    with (tmp_path / "out" / "ranking.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {row["plot"]: row["name_en"] for row in csv.DictReader(file)}
    assert set(names.values()) == {STRANGE[0], " [2JPlot  6", "'=HYPERLINK(1)  +2"}


def test_a_console_without_a_minus_has_a_hyphen():
    settle()
    assert "−1,3 ң".encode("cp1251", errors="sitesel") == "-1,3 ?".encode("cp1251")
    assert "−1,3 ң".encode(errors="sitesel").decode() == "−1,3 ң"


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "ascii"])
def test_any_console_shows_what_it_can(encoding, write_study, tmp_path):
    write_study()
    command = [sys.executable, "-m", "sitesel", "check", str(tmp_path / "study.toml"), "--lang", "ky"]
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert b"Traceback" not in done.stderr


def test_a_reader_who_has_seen_enough_is_no_fault():
    command = [sys.executable, "-m", "sitesel", "run", "--help"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        told = running.stderr.read()
    assert b"Traceback" not in told
