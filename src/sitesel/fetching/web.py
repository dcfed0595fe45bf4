"""Asking public servers: verified, patient, and plain about what went wrong."""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import requests

from sitesel.errors import FetchError
from sitesel.text import Message

_BUSY: Final = frozenset({429, 500, 502, 503, 504})
"""Answers that another try may better."""
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_NO_HEAD: Final = frozenset({405, 501})
_HOPS: Final = 5
_INDEX_AT_MOST: Final = 200_000_000
_BY_HAND: Final = "; a newer sitesel may know better, and a file that you put into the folder by hand is taken as it is"
_REFUSED: Final = {
    401: "the server wants a password (401)" + _BY_HAND,
    403: "the server refuses (403): it may not serve your country or network, or want less asked of it; try later"
    + _BY_HAND,
    404: "is not there (404): there may be no such country or year, or the address has moved" + _BY_HAND,
    407: "the proxy wants a name and a password (407); give them in HTTPS_PROXY=http://name:password@host:port",
    410: "is there no more (410)" + _BY_HAND,
}


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to ask again.

    Parameters
    ----------
    attempts : int
        Tries in a row that bring nothing, before it is given up.
    pause_s : float
        Before the second try; doubled before each further one, at most ``longest_pause_s``.
    longest_pause_s : float
        Bounds a pause that the server asks for, too.
    timeout_s : float
        For the connection, and between two pieces of an answer.
    """

    attempts: int = 5
    pause_s: float = 1.0
    longest_pause_s: float = 60.0
    timeout_s: float = 60.0


@dataclass(frozen=True)
class Head:
    """What a server says of a file before it is sent; unknown is None.

    Parameters
    ----------
    there : bool
    at : str
        Public address after redirects within the host: of the dated file, where the one asked for is the latest.
    bytes : int or None
    etag, modified : str or None
    """

    there: bool
    at: str
    bytes: int | None = None
    etag: str | None = None
    modified: str | None = None


class ReplacedError(FetchError):
    """What came is not what was promised: it may have been replaced in between."""


class BrokenOffError(Exception):
    """An answer ended early, or none came: the rest may come with another try.

    Parameters
    ----------
    reason : str
    pause_s : float
        That the server asks for before the next try.
    """

    def __init__(self, reason: str, pause_s: float = 0.0) -> None:
        self.pause_s = pause_s
        super().__init__(reason)


def _quiet(_: Message) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Web:
    """The way to the servers.

    Certificates are verified; proxies (``HTTPS_PROXY``, ``NO_PROXY``) and ``REQUESTS_CA_BUNDLE`` are honoured.

    Parameters
    ----------
    mirror : str
        Base address asked instead of ``https://``: ``https://a.org/x`` is asked as ``{mirror}/a.org/x``. Empty for
        none; without it, the environment's ``SITESEL_MIRROR``.
    patience : Patience
    told : callable
        Gets a :class:`~sitesel.text.Message` on each step.
    """

    mirror: str = field(default_factory=lambda: os.environ.get("SITESEL_MIRROR", ""))
    patience: Patience = Patience()
    told: Callable[[Message], None] = _quiet

    @cached_property
    def _session(self) -> requests.Session:
        session = requests.Session()
        session.headers.update({"User-Agent": "sitesel", "Accept-Encoding": "identity"})
        return session

    def head(self, address: str) -> Head:
        """Ask what a file is like without its content.

        Raises
        ------
        FetchError
            The server refuses, cannot be reached, or sends elsewhere. A file that is not there is no error.
        """
        with self._patiently("HEAD", address) as answer:
            if answer.status_code in _NO_HEAD:
                return Head(there=True, at=address)
            if answer.status_code == requests.codes.not_found:
                return Head(there=False, at=address)
            _refuse(answer, address)
            told = answer.headers
            return Head(
                there=True,
                at=self._public(answer.url, address),
                bytes=length(answer),
                etag=told.get("ETag"),
                modified=told.get("Last-Modified"),
            )

    def text(self, address: str) -> str:
        """Read a small file whole: an index, a listing, a hash.

        Raises
        ------
        FetchError
            It cannot be had.
        """
        for attempt in range(1, self.patience.attempts + 1):
            with self._patiently("GET", address) as answer:
                _refuse(answer, address)
                if (length(answer) or 0) > _INDEX_AT_MOST:
                    raise FetchError(f"{address}: is far larger than such a file can be; {_BY_HAND[2:]}")
                try:
                    return answer.content.decode("utf-8")
                except requests.RequestException:
                    self.rest(attempt)
                except UnicodeDecodeError:
                    break
        raise FetchError(f"{address}: did not come whole; try again later")

    def record(self, address: str) -> Any:  # noqa: ANN401 -- whatever the JSON holds
        """Read a small JSON file.

        Raises
        ------
        FetchError
            It cannot be had, or is none: a page of the network's, often.
        """
        text = self.text(address)
        try:
            return json.loads(text)
        except ValueError:
            raise FetchError(
                f"{address}: gives a page, not the data; where the network asks for a login, log in by browser first"
            ) from None

    @contextmanager
    def stream(self, address: str, headers: Mapping[str, str]) -> Iterator[requests.Response]:
        """Ask for a file's content once.

        Yields
        ------
        requests.Response
            Status 200, 206 or 416.

        Raises
        ------
        BrokenOffError
            Nothing came, or the server is busy: another try may bring it.
        FetchError
            Another try would bring nothing either.
        """
        with self._asked("GET", address, headers) as answer:
            if answer.status_code != requests.codes.requested_range_not_satisfiable:
                _refuse(answer, address)
            yield answer

    def rest(self, tried: int, asked_s: float = 0.0) -> None:
        """Wait before the next try, the longer the more there were, or as long as the server asked for."""
        doubled = self.patience.pause_s * 2.0 ** (tried - 1)
        time.sleep(min(max(doubled, asked_s), self.patience.longest_pause_s))

    @contextmanager
    def _patiently(self, method: str, address: str) -> Iterator[requests.Response]:
        """Ask again while the server is busy or out of reach."""
        for attempt in range(1, self.patience.attempts + 1):
            try:
                answer = self._asked(method, address, {})
            except BrokenOffError as cause:
                if attempt == self.patience.attempts:
                    raise FetchError(f"{address}: {cause}") from None
                self.rest(attempt, cause.pause_s)
            else:
                with answer:
                    yield answer
                return

    def _asked(self, method: str, address: str, headers: Mapping[str, str]) -> requests.Response:
        """Ask once, following what has moved within its host."""
        here = self._through(address)
        for _ in range(_HOPS):
            answer = self._sent(method, here, headers, address)
            if answer.status_code in _BUSY:
                answer.close()
                raise BrokenOffError(
                    f"the server is busy ({answer.status_code}); try again later", _asked_pause(answer)
                )
            if answer.status_code not in _MOVED:
                return answer
            answer.close()
            there = urljoin(here, answer.headers.get("Location", ""))
            if urlsplit(there)[:2] != urlsplit(here)[:2]:
                raise FetchError(f"{address}: has moved to {there}, another host, which is not followed{_BY_HAND}")
            here = there
        raise FetchError(f"{address}: is sent round in circles by its server; try again later")

    def _sent(self, method: str, here: str, headers: Mapping[str, str], address: str) -> requests.Response:
        try:
            return self._session.request(
                method,
                here,
                headers=dict(headers),
                timeout=self.patience.timeout_s,
                stream=True,
                allow_redirects=False,
            )
        except requests.exceptions.SSLError:
            raise FetchError(
                f"{address}: the server's certificate cannot be verified, so nothing is taken from it; where a proxy "
                "opens TLS, set REQUESTS_CA_BUNDLE to your organisation's certificates"
            ) from None
        except requests.exceptions.ProxyError:
            raise BrokenOffError("the proxy cannot be reached; see HTTPS_PROXY and NO_PROXY") from None
        except requests.Timeout:
            raise BrokenOffError(f"no answer within {self.patience.timeout_s:g} s; try again later") from None
        except requests.ConnectionError:
            host = urlsplit(here).hostname
            raise BrokenOffError(f"no network, or {host} is out of reach; see to the connection, then again") from None
        except (requests.RequestException, ValueError):
            raise FetchError(f"{address}: cannot be asked for at {here}; see SITESEL_MIRROR and HTTPS_PROXY") from None

    def _through(self, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme != "https":
            raise FetchError(f"{address}: is no https address, so nothing is taken from it")
        return self.mirror.rstrip("/") + "/" + address.removeprefix("https://") if self.mirror else address

    def _public(self, here: str, address: str) -> str:
        """Give the public address for one asked; where a mirror sends out of its folder, the one first meant."""
        if not self.mirror:
            return here
        base = self.mirror.rstrip("/") + "/"
        return "https://" + here.removeprefix(base) if here.startswith(base) else address


def length(answer: requests.Response) -> int | None:
    """Bytes that an answer says it has; None where it says nothing that can be read."""
    told = answer.headers.get("Content-Length", "")
    return int(told) if told.isdecimal() else None


def _asked_pause(answer: requests.Response) -> float:
    told = answer.headers.get("Retry-After", "")
    return float(told) if told.isdecimal() else 0.0


def _refuse(answer: requests.Response, address: str) -> None:
    if not answer.ok:
        told = _REFUSED.get(answer.status_code, f"the server answers {answer.status_code}; try again later")
        raise FetchError(f"{address}: {told}")
