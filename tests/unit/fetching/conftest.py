"""A server on loopback, and the way to it."""

from collections.abc import Iterator

import pytest

from loopback import Loopback, ground
from sitesel.fetching import Patience, Web

collect_ignore = ["conftest.py"]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server() -> Iterator[Loopback]:
    served = ground()
    yield served
    served.close()


@pytest.fixture
def web(server: Loopback) -> Web:
    return Web(mirror=server.base, patience=Patience(attempts=3, pause_s=0.01, timeout_s=0.5))
