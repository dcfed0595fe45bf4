"""Networks, their sources and what it costs to join them, in words."""

from collections.abc import Hashable, Mapping
from typing import Any, Final

from sitesel.findings import Findings
from sitesel.report.figures import rounded
from sitesel.report.words import Words, as_is, capital, fill, names, numbers, plain, short, worded
from sitesel.text import LANGUAGES

VIEWS: Final = ("optimistic", "pessimistic")
"""Spare capacity that is not known counts as enough, or as none."""

NETWORKS: Final = ("power", "water", "sewage", "sewer", "gas", "heat", "telecom", "road")

THOUSAND: Final = 1_000.0


def has_connections(findings: Findings) -> bool:
    """Tell whether the study asked for connections."""
    return not findings.connections.joined.empty


def network_name(network: object) -> Words:
    """Name of a network, as a heading has it."""
    return capital(worded("network", network))


def networks_of(findings: Findings) -> list[str]:
    """Networks that the findings tell of, those known to us first and in our order."""
    found = [str(network) for network in dict.fromkeys(findings.connections.joined["network"])]
    return sorted(found, key=lambda network: NETWORKS.index(network) if network in NETWORKS else len(NETWORKS))


def source_name(row: Mapping[Hashable, Any]) -> Words:
    """Name of the source that a row is joined to, empty where it is joined to none."""
    if not plain(row.get("source")):
        return as_is("")
    return names({f"name_{lang}": row.get(f"source_{lang}") for lang in LANGUAGES}, row["source"])


def totals_of(findings: Findings) -> dict[Hashable, dict[Hashable, Any]]:
    """Rows of the totals by (plot, view)."""
    totals = findings.connections.totals
    return dict(zip(totals.index.tolist(), totals.to_dict("records"), strict=True))


def rate(findings: Findings) -> Words:
    """Tell the rate of exchange with its date and source; nothing where none is given."""
    given = exchange(findings)
    if given is None:
        return as_is("")
    source = as_is(findings.connections.exchange.get("source"))
    return fill("connections.rate", rate=numbers(given["rate"], 2), date=given["date"], source=source)


def exchange(findings: Findings) -> dict[str, Any] | None:
    """Rate of exchange with its date and source; ``None`` where none is given."""
    rate = rounded(findings.connections.exchange.get("som_per_usd"), 4)
    if rate is None:
        return None
    return {
        "rate": rate,
        "date": plain(findings.connections.exchange.get("date")),
        "source": short(as_is(findings.connections.exchange.get("source"))),
    }
