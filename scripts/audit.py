"""Known faults of the locked packages, and what their licences are.

``make audit`` runs it. Where the advisories cannot be reached, a line says so. It ends with 1 where a package has a
known fault, or a licence that binds who passes sitesel on.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
BINDING = re.compile(r"\b(?:A?GPL|GNU (?:Affero )?General Public)", re.IGNORECASE)


def told(*command: str) -> str:
    """Run a module of this environment and give what it prints."""
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False, cwd=ROOT)
    return done.stdout


def faults(lock: str) -> bool:
    """Print the known faults of a lock's packages; True where there are any."""
    try:
        found = json.loads(told("pip_audit", "-r", lock, "--require-hashes", "--disable-pip", "-f", "json"))
    except json.JSONDecodeError:
        found = {"dependencies": []}
    asked = [package for package in found["dependencies"] if "skip_reason" not in package]
    if not asked:
        print(f"{lock}: the advisories cannot be reached from here; known faults are not checked.")
    known = [(package, fault) for package in asked for fault in package["vulns"]]
    for package, fault in known:
        due = ", ".join(fault["fix_versions"]) or "no version yet"
        print(f"{lock}: {package['name']} {package['version']}: {fault['id']}, mended in {due}")
    return bool(known)


def licences() -> bool:
    """Print the licences of what sitesel runs on; True where one binds who passes it on."""
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / LOCKS[0]).read_text(encoding="utf-8"), re.MULTILINE)
    listed = json.loads(told("piplicenses", "--format=json", "--packages", *pinned))
    by_licence: dict[str, list[str]] = {}
    for package in listed:
        by_licence.setdefault(package["License"], []).append(package["Name"])
    for licence, names in sorted(by_licence.items()):
        print(f"{licence}: {', '.join(sorted(names, key=str.lower))}")
    return any(BINDING.search(licence) for licence in by_licence)


if __name__ == "__main__":
    sys.exit(any([*map(faults, LOCKS), licences()]))
