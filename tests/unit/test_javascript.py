"""The page's scripts, by node's own test runner."""

import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1] / "javascript"


@pytest.mark.skipif(shutil.which("node") is None, reason="no node here")
def test_the_page_s_scripts_hold_their_own_tests():
    files = sorted(TESTS.glob("*.test.js"))
    assert files
    done = subprocess.run(
        ["node", "--test", *files], capture_output=True, text=True, check=False, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
