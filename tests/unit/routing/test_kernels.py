"""Compiled code that is kept: sealed, and done without where it cannot be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ASK = """
from sitesel.routing.kernels import kernel
import sys
@kernel()
def twice(x):
    return 2 * x
print(twice(21), sum(twice.stats.cache_hits.values()))
"""


def asked(tmp_path: Path, cache: Path) -> list[str]:
    """Run a program with a kernel, and give what it says: the answer, and how often the cache knew it."""
    program = tmp_path / "program.py"
    program.write_text(ASK, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, program],
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stderr == ""
    return told.stdout.split()


def kept(cache: Path, ending: str) -> list[Path]:
    return list((cache / "sitesel" / "kernels").rglob(f"*{ending}"))


def test_a_second_program_takes_what_the_first_has_compiled(tmp_path):
    assert asked(tmp_path, tmp_path / "cache") == ["42", "0"]
    assert asked(tmp_path, tmp_path / "cache") == ["42", "1"]


@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_what_is_damaged_is_compiled_anew(tmp_path, ending, damage):
    asked(tmp_path, tmp_path / "cache")
    (file,) = kept(tmp_path / "cache", ending)
    content = file.read_bytes()
    middle = len(content) // 2
    broken = {"cut": content[:middle]}.get(
        damage, content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]
    )
    file.write_bytes(broken)
    assert asked(tmp_path, tmp_path / "cache") == ["42", "0"]
    assert asked(tmp_path, tmp_path / "cache") == ["42", "1"]


def test_where_nothing_can_be_kept_it_is_compiled_each_time(tmp_path):
    (tmp_path / "cache").write_text("a file where the folder would be", encoding="utf-8")
    assert asked(tmp_path, tmp_path / "cache") == ["42", "0"]
