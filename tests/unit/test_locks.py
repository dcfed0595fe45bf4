"""The locks are closed: pip installs them with --no-deps, so whatever a locked package requires is locked, too."""

import functools
import itertools
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.11.0", "3.11.14", "3.12.0", "3.12.12", "3.13.0", "3.13.9")  # a lock may ask for a patch release
PLATFORMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "win32": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    "darwin": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
}
LOCKS = {
    "requirements.lock": ["requirements.lock"],
    "requirements-dev.lock": ["requirements.lock", "requirements-dev.lock"],
}
GROUPS = {"requirements.lock": ["build"], "requirements-dev.lock": ["dev"]}
parsed = functools.cache(Requirement)  # the same few hundred, asked in each environment
Pin = tuple[str, str, Marker | None]  # name, version, where it holds
RequirementsOf = Callable[[str, str], Iterable[str] | None]  # None: not known here


def environments() -> Iterator[tuple[str, dict[str, str]]]:
    for python, (platform, described) in itertools.product(PYTHONS, PLATFORMS.items()):
        short = python.rpartition(".")[0]
        versions = {"python_full_version": python, "python_version": short, "implementation_version": python}
        yield f"Python {python} on {platform}", {**default_environment(), **versions, **described, "extra": ""}


def pins_of(text: str) -> list[Pin]:
    """Read the pins of a lock: its hashes and comments go."""
    bare = re.sub(r"#.*|--hash=\S+|\\\n", "", text)
    read = [parsed(line) for line in bare.splitlines() if line.strip()]
    return [(canonicalize_name(pin.name), str(pin.specifier).removeprefix("=="), pin.marker) for pin in read]


def installed_requirements(name: str, version: str) -> Iterable[str] | None:
    """Requirements of a package as installed here; None where it is not, or in another version."""
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    return (found.requires or []) if found.version == version else None


def open_ends(pins: list[Pin], roots: Iterable[str], requirements_of: RequirementsOf) -> list[str]:
    """Tell which requirements of the roots and of locked packages no pin meets, by environment."""
    faults = []
    for where, environment in environments():
        held = {name: version for name, version, marker in pins if marker is None or marker.evaluate(environment)}
        waiting = [("pyproject.toml", "", parsed(root)) for root in roots]
        waiting += [(name, "", parsed(told)) for name in held for told in requirements_of(name, held[name]) or ()]
        seen = set()
        while waiting:
            asker, extra, asked = waiting.pop()
            if asked.marker is not None and not asked.marker.evaluate(environment | {"extra": extra}):
                continue
            name = canonicalize_name(asked.name)
            if name not in held:
                faults.append(f"{where}: {asker} requires {asked}, which is not locked")
            elif not asked.specifier.contains(held[name], prereleases=True):
                faults.append(f"{where}: {asker} requires {asked}, but {held[name]} is locked")
            for further in {(name, each) for each in asked.extras if name in held} - seen:
                seen.add(further)
                told = requirements_of(name, held[name]) or ()
                waiting += [(f"{name}[{further[1]}]", further[1], parsed(each)) for each in told]
    return faults


def group(name: str, groups: dict) -> Iterator[str]:
    for entry in groups[name]:
        if isinstance(entry, str):
            yield entry
        else:
            yield from group(entry["include-group"], groups)


def roots_of(lock: str) -> list[str]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    grouped = [each for name in GROUPS[lock] for each in group(name, declared["dependency-groups"])]
    return declared["project"]["dependencies"] + grouped


def all_pins(lock: str) -> list[Pin]:
    return [pin for file in LOCKS[lock] for pin in pins_of((ROOT / file).read_text(encoding="utf-8"))]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_closed(lock):
    assert open_ends(all_pins(lock), roots_of(lock), installed_requirements) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_that_lost_a_package_is_not_closed(lock):
    pins = [pin for pin in all_pins(lock) if pin[0] != "certifi"]
    faults = open_ends(pins, roots_of(lock), installed_requirements)
    assert any("requires certifi" in fault and "Python 3.13.9 on win32" in fault for fault in faults)


DRAWN = """\
bread==2.0 \\
    --hash=sha256:00
    # via pyproject.toml
flour==1.1 \\
    --hash=sha256:00
yeast==3.0 ; python_full_version >= '3.12' \\
    --hash=sha256:00
"""


@pytest.mark.parametrize(
    ("requires", "faults"),
    [
        (["flour>=1"], 0),
        (["flour>=1", "salt"], len(PYTHONS) * len(PLATFORMS)),  # not locked anywhere
        (["flour>=2"], len(PYTHONS) * len(PLATFORMS)),  # locked, but too old
        (["yeast"], 2 * len(PLATFORMS)),  # locked, but not for Python 3.11
        (['yeast; python_version >= "3.12"'], 0),
        (['salt; sys_platform == "win32"'], len(PYTHONS)),
        (['salt; extra == "salted"'], 0),  # nobody asks for the extra
        (["flour[sifted]"], len(PYTHONS) * len(PLATFORMS)),  # here somebody does
    ],
)
def test_a_drawn_lock_is_open_where_a_requirement_lacks(requires, faults):
    of = {"bread": requires, "flour": ['sieve; extra == "sifted"']}
    assert len(open_ends(pins_of(DRAWN), ["bread"], lambda name, _: of.get(name))) == faults


def test_packages_of_other_pythons_and_platforms_are_named():
    here = default_environment()
    pins = all_pins("requirements-dev.lock")
    unseen = [pin for pin in pins if installed_requirements(*pin[:2]) is None]
    stale = [f"{name}=={version}" for name, version, marker in unseen if marker is None or marker.evaluate(here)]
    assert stale == [], "the environment is not the lock's: run make test"
    if unseen:  # pip check holds those of 3.12 and 3.13 where these are: make wheels
        names = ", ".join(dict.fromkeys(f"{name}=={version}" for name, version, _ in unseen))
        pytest.skip(f"what these require is not known on this machine: {names}")


def test_both_locks_pin_one_version():
    for where, environment in environments():
        held = {pin[:2] for pin in all_pins("requirements-dev.lock") if pin[2] is None or pin[2].evaluate(environment)}
        names = [name for name, _ in held]
        assert len(names) == len(set(names)), where


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock):
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")
