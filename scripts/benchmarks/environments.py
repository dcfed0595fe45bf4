"""Environments of the peers, each its own, from PyPI; and runs in them."""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REQUIREMENTS = {
    "scipy": ["scipy"],
    "networkx": ["networkx", "numpy"],
    "pandana": ["pandana"],
    "pyrosm": ["pyrosm", "networkx"],
    "osrm": ["--only-binary", ":all:", "osrm-bindings"],
    "valhalla": ["--only-binary", ":all:", "pyvalhalla"],
}
NEWER = {"osrm": "python3.12", "valhalla": "python3.12"}
"""Pythons that a peer's wheels ask for at least."""


def peer_python(peer: str, folder: Path) -> Path:
    """Python of a peer's environment, made where it is not there yet."""
    python = folder / peer / "bin" / "python"
    if not python.exists():
        if peer in NEWER and sys.version_info < (3, 12):
            subprocess.run([NEWER[peer], "-m", "venv", folder / peer], check=True)
        else:
            venv.create(folder / peer, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *REQUIREMENTS[peer]], check=True)
    return python


def run_peer(peer: str, folder: Path, *files: Path) -> dict[str, Any]:
    """Run a peer's script in its environment."""
    return _json_of([str(peer_python(peer, folder)), str(HERE / f"peer_{peer}.py"), *map(str, files)], {})


def run_peer_or_none(peer: str, folder: Path, *files: Path) -> dict[str, Any] | None:
    """Run a peer that does not install everywhere; None where it does not."""
    try:
        peer_python(peer, folder)
    except (OSError, subprocess.CalledProcessError):
        shutil.rmtree(folder / peer, ignore_errors=True)
        return None
    return run_peer(peer, folder, *files)


def run_ours(script: str, cache: Path, *files: Path) -> dict[str, Any]:
    """Run a script of ours in this environment, with Numba's compiled kernels kept in a folder."""
    return _json_of([sys.executable, str(HERE / script), *map(str, files)], {"NUMBA_CACHE_DIR": str(cache)})


def _json_of(command: list[str], variables: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **variables})
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result
