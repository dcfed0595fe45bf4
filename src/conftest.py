"""What examples in docstrings are given: a folder of their own, and what a run of the tests' small study found."""

from pathlib import Path
from typing import Any

import pytest

import sitesel
from small_study import small_document, write_small

collect_ignore = ["conftest.py"]  # no doctests here, and two modules of one name would clash


@pytest.fixture(scope="session")
def findings(tmp_path_factory: pytest.TempPathFactory) -> sitesel.Findings:
    """Run the small study once, when the first example asks for what it found."""
    return sitesel.run(write_small(tmp_path_factory.mktemp("small"), small_document()))


@pytest.fixture(autouse=True)
def _as_a_reader_would(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, doctest_namespace: dict[str, Any]
) -> None:
    """Let an example write where it stands, and know ``findings`` where it speaks of them."""
    monkeypatch.chdir(tmp_path)
    if any("findings" in example.source for example in request.node.dtest.examples):
        doctest_namespace["findings"] = request.getfixturevalue("findings")
