"""The wheel works from any folder: embedded layers and the default study travel inside it.

That it works alike under the other Pythons is proven by ``make wheels``.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from prove_wheels import build_wheel


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built and unpacked as pip installs it, without its dependencies (they are here already)."""
    folder = tmp_path_factory.mktemp("wheel")
    wheel = build_wheel(folder)
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        folder / "site",
    ]
    subprocess.run([*install, wheel], check=True, capture_output=True)
    return folder / "site"


def test_the_default_study_runs_from_the_wheel_in_another_folder(installed, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    where = "import sitesel.layers, pathlib; print(pathlib.Path(sitesel.layers.embedded_study()).resolve())"
    command = [sys.executable, "-c", where]
    told = subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True)
    assert str(installed.resolve()) in told.stdout
    command = [sys.executable, "-m", "sitesel", "run", "--lang", "ru", "--out", "results"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "results").iterdir()) == [
        ".sitesel.json",
        "central_weights.csv",
        "columns.csv",
        "connection_totals.csv",
        "connections.csv",
        "estimate.csv",
        "find_out.csv",
        "map.html",
        "plots.gpkg",
        "programme.csv",
        "ranking.csv",
        "ranking.xlsx",
        "rejected.csv",
        "report.pdf",
        "run.json",
        "scenarios.csv",
        "shared_sources.csv",
        "sources.csv",
        "study.qgs",
        "weights.csv",
        "why.csv",
        "workers.csv",
    ]
