"""The words of a run and the columns of its tables, said once.

Words that a study file may say stand as ``Literal``, which type checkers and pydantic read; networks and columns are
data: ``data/networks.toml`` and ``data/columns.toml``.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, get_args

Estimate = Literal["low", "mid", "high"]
View = Literal["optimistic", "pessimistic"]
"""What is not known of spare capacity counts as enough, or as none."""

Lay = Literal["roads", "terrain"]
"""Connections are laid along roads, or over the terrain where it costs least."""

RoadMode = Literal["car", "truck", "marshrutka", "foot"]
DrivenMode = Literal["car", "truck", "marshrutka"]
Season = Literal["summer", "winter"]

ESTIMATES: Final[tuple[Estimate, ...]] = get_args(Estimate)
VIEWS: Final[tuple[View, View]] = get_args(View)
LAYS: Final[tuple[Lay, Lay]] = get_args(Lay)
ROAD_MODES: Final[tuple[RoadMode, ...]] = get_args(RoadMode)
DRIVEN_MODES: Final[tuple[DrivenMode, ...]] = get_args(DrivenMode)
SEASONS: Final[tuple[Season, ...]] = get_args(Season)
CURRENCIES: Final = ("usd", "kgs")
MONEY: Final = tuple(f"{currency}_{estimate}" for currency in CURRENCIES for estimate in ESTIMATES)


@cache
def _data(file: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("sitesel.data").joinpath(file).read_text(encoding="utf-8"))


def _of_networks(what: str) -> dict[str, str]:
    return {network: str(told[what]) for network, told in _data("networks.toml").items() if what in told}


NETWORKS: Final = tuple(_data("networks.toml"))
UNITS: Final = _of_networks("unit")
"""By network: the unit of need and of spare capacity."""

ASKED_OF: Final = _of_networks("quantity")
"""By network: the quantity of a town's demand that its capacity is counted in."""
