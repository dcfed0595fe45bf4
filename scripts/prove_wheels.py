"""Build the wheel and run the default study from it under every other Python that is here: one ranking.

Needs ``python3.12`` and the like by name; a version that is not here is told and passed over.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "out" / "wheels"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
WITHIN = 1e-9  # a newer NumPy may add up in another order


def run(*command: str | Path) -> None:
    """Run a command from the checkout; where it fails, show what it wrote and stop."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")


def build_wheel(folder: Path) -> Path:
    """Build the wheel into a folder of its own and give its path."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def interpreter(version: str) -> str | None:
    """Find a Python by its name; None where there is none that runs."""
    name = shutil.which(f"python{version}")
    asked = {**os.environ, "PYENV_VERSION": version}  # where the name is a shim of pyenv, it has to be told which
    tell = [name or "", "-c", "import sys; print(sys.executable)"]
    done = subprocess.run(tell, env=asked, capture_output=True, text=True, check=False) if name else None
    return done.stdout.strip() if done is not None and done.returncode == 0 else None


def ranking(python: str, wheel: Path, folder: Path) -> Path:
    """Install the lock and the wheel into a fresh environment, run the default study, give the ranking's path."""
    run(python, "-m", "venv", "--clear", folder / "venv")
    inside = folder / "venv" / "bin" / "python"
    install = (inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps")
    run(*install, "--require-hashes", "-r", "requirements.lock")
    run(*install, wheel)
    run(inside, "-m", "pip", "check")  # the lock is closed on this Python, too
    run(inside, "-m", "sitesel", "run", "--out", folder / "results")
    return folder / "results" / "ranking.csv"


def prove(version: str, wheel: Path, expected: Path) -> str:
    """Hold one version's ranking against ours, in one line."""
    python, start = interpreter(version), time.monotonic()
    if python is None:
        return f"Python {version} is not here: the wheel is not tried under it"
    found = ranking(python, wheel, OUT / version)
    same = found.read_bytes() == expected.read_bytes()
    if not same:
        ours, theirs = (pd.read_csv(path, index_col="plot") for path in (expected, found))
        pd.testing.assert_frame_equal(theirs, ours, rtol=WITHIN, atol=WITHIN, check_dtype=False)
    how = "byte for byte" if same else f"to {WITHIN:g}"
    return f"Python {version}: the wheel's ranking is that of {HERE}, {how} ({time.monotonic() - start:.0f} s)"


if __name__ == "__main__":
    shutil.rmtree(OUT, ignore_errors=True)
    run(sys.executable, "-m", "sitesel", "run", "--out", OUT / HERE)
    built = build_wheel(OUT / "dist")
    promised = re.findall(r"Language :: Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    with ThreadPoolExecutor() as several:
        others = [version for version in promised if version != HERE]
        print(*several.map(lambda version: prove(version, built, OUT / HERE / "ranking.csv"), others), sep="\n")
