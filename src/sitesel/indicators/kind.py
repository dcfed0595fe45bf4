"""What every kind of indicator has: settings, unit, decimals, label, and how it is measured."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import geopandas as gpd
import numpy as np
import pandas as pd
from pydantic import field_validator

from sitesel.decision import value
from sitesel.region import Outlines, Region
from sitesel.region.settings import Way
from sitesel.schema import RoadMode
from sitesel.settings import Amounts, Identifier, Part, Points, Share
from sitesel.text import Message, names_of

Criterion = Literal["road", "labour", "utilities", "ground", "conformity"]


@dataclass(frozen=True)
class Measured:
    """One indicator over some outlines: an amount with the bounds that the truth lies between.

    Parameters
    ----------
    amount : Series of float
        What is counted; NaN where not known: then the bound is counted that is worth less.
    missing : Message, or callable of no argument, giving a mapping of outline to Message
        Why an amount is NaN: one reason for all, or each its own, asked for as ``told`` is.
    told : callable of no argument, giving a mapping of outline to Message
        What an amount was measured to; asked for plots alone, for a grid has too many cells.
    low, high : Series of float, optional
        Between which the truth lies; left out: the amount itself. NaN where nothing bounds it: then it is anything that
        the value function tells apart.
    """

    amount: "pd.Series[float]"
    missing: Message | Callable[[], Mapping[Any, Message]]
    told: Callable[[], Mapping[Any, Message]] = dict
    low: "pd.Series[float] | None" = None
    high: "pd.Series[float] | None" = None

    @property
    def bounds(self) -> "tuple[pd.Series[float], pd.Series[float]]":
        """Between which the truth lies: the amount itself where nothing else is said."""
        low, high = (self.amount if bound is None else bound.fillna(self.amount) for bound in (self.low, self.high))
        return low, high

    @property
    def reason(self) -> "pd.Series[Any]":
        """Why each amount is not known; None where it is."""
        lost = self.amount.isna()
        why = dict.fromkeys(lost.index, self.missing) if isinstance(self.missing, Message) else self.missing()
        return pd.Series([why.get(one) if gone else None for one, gone in lost.items()], self.amount.index, object)

    @property
    def detail(self) -> "pd.Series[Any]":
        """What each amount was measured to; None where there is nothing to tell."""
        told, known = self.told(), self.amount.notna()
        cells = [told.get(outline) if there else None for outline, there in known.items()]
        return pd.Series(cells, self.amount.index, object)


class Indicator(Part):
    """What every section ``[[indicators]]`` has."""

    unit: ClassVar[str]
    decimals: ClassVar[int] = 1
    by_labour: ClassVar[bool] = False
    """Whether it asks who can come to work."""
    by_connection: ClassVar[bool] = False
    """Whether it asks what connections cost."""
    by_bound: ClassVar[bool] = True
    """Whether a bound alone is something known; not where it is what stands in for knowing nothing."""
    left_open: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Its settings that may have a doubt, by what somebody would find out of them: a word under ``subject.``."""

    id: Identifier
    """What tables and columns call it by."""
    criterion: Criterion
    """The criterion that it counts for."""
    weight: Share
    """How much it counts within its criterion, where weights add up to 1. One of weight 0 is measured and told: no
    score, rank, gate or draw goes by it, and where a criterion has no other, ``[weights]`` leaves it out.
    """
    value: Points
    """Points from 0 to 100 that a measure is worth: a list of ``[measure, points]``, the measure rising; straight in
    between.
    """
    source: str = ""
    """Where weight and value come from."""
    confidence: str = ""
    """How sure they are, in words."""

    @field_validator("value")
    @classmethod
    def _sound(cls, given: Points) -> Points:
        if fault := value.fault_in(given):
            raise ValueError(fault)
        return given

    @property
    def kind(self) -> str:
        """The word that a study file calls this kind by."""
        return str(getattr(self, "measure"))  # noqa: B009 -- each kind narrows its type to its own words

    @property
    def label(self) -> Message:
        """Name of the indicator."""
        return Message(f"indicator.{self.kind}")

    @property
    def modes(self) -> frozenset[RoadMode]:
        """Modes by which outlines are reached."""
        return frozenset()

    @property
    def ways(self) -> frozenset[Way]:
        """Layers whose features are joined to the roads of a mode."""
        return frozenset()

    @property
    def usd_per_job_year(self) -> float | None:
        """What one of its unit costs for each job and year, in US dollars; None where the kind is no money."""
        return None

    @property
    def unsure(self) -> dict[str, Amounts]:
        """Its settings that are not known for certain: each is drawn once for a world."""
        given: dict[str, Amounts] = {name: getattr(self, name) for names in self.left_open.values() for name in names}
        return {name: amounts for name, amounts in given.items() if amounts.low < amounts.high}

    def drawn(self, u: Mapping[str, float]) -> Self:
        """Give itself as it is in a world.

        Parameters
        ----------
        u : mapping of setting to float
            For each of :attr:`unsure` the chance that it is smaller, between 0 and 1.
        """
        return self.model_copy(update={name: amounts.drawn(u[name]) for name, amounts in self.unsure.items()})

    @abstractmethod
    def measured(self, outlines: Outlines, region: Region) -> Measured:
        """Measure outlines, be they plots or cells of a grid."""


def places_told(features: gpd.GeoDataFrame) -> dict[Any, Message]:
    """Name each feature with how exactly its place is known."""
    words = {}
    for name, row in features.iterrows():
        called = names_of(row) or Message(f"kind.{row['kind']}")
        km = float(row.get("precision_km", np.nan))
        coarse = km > 0
        params = {"name": called, **({"km": km} if coarse else {})}
        words[name] = Message("detail.place_within" if coarse else "detail.place", params)
    return words
