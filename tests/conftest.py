"""Fixtures of all tests: the small study as files."""

import hashlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import tomlkit
from hypothesis import settings

from scenario_fixture import study_with  # noqa: F401 -- a fixture of all tests
from sitesel.findings import Findings
from sitesel.layers import embedded_study
from sitesel.stages import run
from small_study import small_document, write_small
from whole_study import kept_once, made_once

collect_ignore = [
    "conftest.py",  # no doctests here, and two modules of one name would clash
    "qgis_reading.py",  # run by the system's Python, which alone has QGIS
]

# Machines are noisy: a law that held slowly still held. Drawn alike each time unless a profile is asked for: what
# is green stays green, and a landing tests the change, not luck. New draws are those of `make laws`.
settings.register_profile("same", deadline=None, print_blob=True, derandomize=True)
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-golden", action="store_true", help="write the golden study anew from this run")


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """What the study that asks for everything found: run once for the whole suite, by whichever worker comes first."""
    return made_once(_of_the_suite(tmp_path_factory))


@pytest.fixture(scope="session")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """What the default study found: run once for the whole suite, too."""
    return kept_once(_of_the_suite(tmp_path_factory), "towns", lambda: run(embedded_study()))


def _of_the_suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture
def study_text() -> tomlkit.TOMLDocument:
    """The small study as a document to edit."""
    return small_document()


@pytest.fixture
def write_study(tmp_path: Path, study_text: tomlkit.TOMLDocument) -> Callable[..., Path]:
    """Write the small study, with layers or sections of it changed, and give its path."""
    return partial(write_small, tmp_path, study_text)


@pytest.fixture
def run_once(write_study, study_text, tmp_path_factory) -> Callable[[], Findings]:
    """Run the small study as its text stands, on its own layers: each text once for the suite, a copy for each test."""

    def found() -> Findings:
        text = hashlib.sha256(tomlkit.dumps(study_text).encode()).hexdigest()
        return kept_once(_of_the_suite(tmp_path_factory), f"small-{text[:16]}", lambda: run(write_study()))

    return found
