"""The words of a run and the columns of its tables, said once.

Words that a study file may say stand as ``Literal``, which type checkers and pydantic read; networks and columns are
data: ``data/networks.toml`` and ``data/columns.toml``.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, get_args

import numpy as np
import pandas as pd

from sitesel.data import data
from sitesel.text import LANGUAGES, Message

__all__ = [
    "ASKED_OF",
    "BANDS",
    "DRIVEN_MODES",
    "ESTIMATES",
    "LAYS",
    "MONEY",
    "NETWORKS",
    "ROAD_MODES",
    "SEASONS",
    "UNITS",
    "VIEWS",
    "Column",
    "DrivenMode",
    "Estimate",
    "Lay",
    "RoadMode",
    "Season",
    "Table",
    "Utility",
    "View",
    "check",
    "column",
    "table",
    "tables",
]

Estimate = Literal["low", "mid", "high"]
View = Literal["optimistic", "pessimistic"]
"""What is not known of spare capacity counts as enough, or as none."""

Lay = Literal["roads", "terrain"]
"""Connections are laid along roads, or over the terrain where it costs least."""

RoadMode = Literal["car", "truck", "bus", "foot"]
DrivenMode = Literal["car", "truck", "bus"]
Season = Literal["summer", "winter"]
Gateway = Literal["border_freight", "border_people", "rail_freight", "rail_planned", "airport", "market"]
MissingNodes = Literal["refuse", "cut"]

ESTIMATES: Final[tuple[Estimate, ...]] = get_args(Estimate)
VIEWS: Final[tuple[View, View]] = get_args(View)
LAYS: Final[tuple[Lay, Lay]] = get_args(Lay)
ROAD_MODES: Final[tuple[RoadMode, ...]] = get_args(RoadMode)
DRIVEN_MODES: Final[tuple[DrivenMode, ...]] = get_args(DrivenMode)
SEASONS: Final[tuple[Season, ...]] = get_args(Season)
GATEWAYS: Final[tuple[Gateway, ...]] = get_args(Gateway)
SETTINGS: Final = ("rural", "ribbon", "mountain", "urban")
"""Of a road: what runs beside it."""

# Spellings of one-way, and which way: along the line or against it. F, B and T are Geofabrik's.
ONEWAY: Final = {
    **dict.fromkeys(("yes", "true", "1", "1.0", "f"), 1),
    **dict.fromkeys(("-1", "-1.0", "reverse", "t"), -1),
    **dict.fromkeys(("no", "false", "0", "0.0", "b"), 0),
}
BANDS: Final = (30, 45, 60)
"""Minutes within which workers are counted."""

CURRENCIES: Final = ("usd", "local")  # the latter: the money of the study's country
MONEY: Final = tuple(f"{currency}_{estimate}" for currency in CURRENCIES for estimate in ESTIMATES)


def _of_networks(what: str) -> dict[str, str]:
    return {network: str(told[what]) for network, told in data("networks.toml").items() if what in told}


NETWORKS: Final = tuple(data("networks.toml"))
UNITS: Final = _of_networks("unit")
"""By network: the unit of need and of spare capacity."""

if TYPE_CHECKING:
    Utility = str
else:
    Utility = Literal[tuple(UNITS)]
    """A network that asks for capacity, as a study file calls it."""

ASKED_OF: Final = _of_networks("quantity")
"""By network: the quantity of a town's demand that its capacity is counted in."""

FIXED: Final[dict[str, tuple[str, ...]]] = {
    "language": LANGUAGES,
    "translation": LANGUAGES[1:],
    "currency": CURRENCIES,
    "estimate": ESTIMATES,
    "view": VIEWS,
    "band": tuple(str(minutes) for minutes in BANDS),
}
"""Placeholders in names of columns that stand for the same in every run; others are the study's."""

WORDS: Final[dict[str, tuple[str, ...]]] = {"estimate": ESTIMATES, "view": VIEWS, "lay": LAYS, "network": NETWORKS}
"""The only values of a column, by the name that ``data/columns.toml`` calls them."""

PLACEHOLDER: Final = re.compile("<([a-z]+)>")

Kind = Literal["text", "whole", "number", "flag", "message", "list", "point", "line", "polygon"]
Names = Mapping[str, Iterable[str]]
"""What a study's placeholders stand for: ``{"indicator": [...], "rule": [...], "town": [...], "scenario": [...]}``."""

Frame = TypeVar("Frame", bound=pd.DataFrame)


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Parameters
    ----------
    name : str
        With ``<placeholders>`` where it stands for several.
    kind : {"text", "whole", "number", "flag", "message", "list", "point", "line", "polygon"}
    meaning : str
        In a sentence.
    unit : str
    decimals : int or None
        As written to files; None: in full.
    shown : int or None
        Decimals that a reader is shown, those of its unit where it says nothing else.
    label, brief : str or None
        Keys of its name, and of a shorter one for narrow places, in the message files.
    empty : str or None
        What an empty cell means; None: it is never empty.
    words : tuple of str
        The only values; empty: any will do.
    said : str or None
        Key of what people read in place of its words, * standing for a word; ``indicator``, ``plot``, ``town``,
        ``rival``, ``source``, ``scenario``: the name of what has the id; ``quote``: what ``quotes.csv`` says.
    named : str or None
        Of a column of ids: that of the names that people read in its place, as it stands in ``data/columns.toml``.
    when : str or None
        What a study must ask for it to be there; None: it always is.
    quoted : bool
        Text of a layer, a price or a study, in files in the language of the run as far as its words are known.
    of : mapping of placeholder to name
        What stands in its name in place of placeholders.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    decimals: int | None = None
    shown: int | None = None
    label: str | None = None
    brief: str | None = None
    empty: str | None = None
    words: tuple[str, ...] = ()
    said: str | None = None
    named: str | None = None
    when: str | None = None
    quoted: bool = False
    of: Mapping[str, str] = field(default_factory=dict, hash=False)

    def filled(self, names: Mapping[str, str]) -> "Column":
        """Put names in place of the placeholders.

        Examples
        --------
        >>> Column("usd_<estimate>", "number", "Cost.").filled({"estimate": "mid"}).name
        'usd_mid'
        """
        label = None if self.label is None else _filled(self.label, names)
        named = None if self.named is None else PLACEHOLDER.sub(lambda found: names.get(found[1], found[0]), self.named)
        return replace(self, name=_filled(self.name, names), label=label, named=named, of={**self.of, **names})


@dataclass(frozen=True)
class Table:
    """What a table holds.

    Parameters
    ----------
    name : str
        Its path in Findings, or its file and layer.
    meaning : str
        In a sentence.
    index : tuple of Column
    groups : tuple of tuple of Column
        In their order; columns of a group are repeated together.
    written : bool
        It is a file.
    open : bool
        A layer of the user's own may have more columns.
    when : str or None
        What a study must ask for it to be there.
    """

    name: str
    meaning: str
    index: tuple[Column, ...]
    groups: tuple[tuple[Column, ...], ...]
    written: bool = False
    open: bool = False
    when: str | None = None

    def columns(self, names: Names | None = None) -> tuple[Column, ...]:
        """List the columns that stand in the table of a study.

        Parameters
        ----------
        names : mapping of placeholder to names, optional
            Those of the study; columns of a placeholder that is not given are left out.

        Examples
        --------
        >>> [column.name for column in table("decision.measures").columns({"indicator": ["pool", "rail"]})]
        ['pool', 'rail']
        """
        known = {**FIXED, **(names or {})}
        return tuple(column for group in self.groups for column in _repeated(group, known))

    def laid_out(self, frame: Frame, names: Names | None = None) -> Frame:
        """Put the columns of a table in their order, with their decimals.

        Parameters
        ----------
        frame : DataFrame
        names : mapping of placeholder to names, optional
            Those of the study.

        Raises
        ------
        KeyError
            A column is not declared: a fault of ours, never the user's.
        """
        declared = {column.name: column for column in self.columns(names)}
        if strange := [str(name) for name in frame if name not in declared]:
            raise KeyError(f"{self.name}: {', '.join(strange)} not declared in data/columns.toml")
        there = [column for column in declared.values() if column.name in frame]
        decimals = {column.name: column.decimals for column in there if column.decimals is not None}
        ordered: Frame = frame[[column.name for column in there]].round(decimals)
        return ordered


def _filled(text: str, names: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: names[found[1]], text)


def _repeated(group: Sequence[Column], names: Names) -> Iterator[Column]:
    """Repeat a group of columns for all that its placeholders stand for, the first changing last."""
    asked = list(dict.fromkeys(name for column in group for name in PLACEHOLDER.findall(column.name)))
    for chosen in itertools.product(*(names.get(name, ()) for name in asked)):
        yield from (column.filled(dict(zip(asked, chosen, strict=True))) for column in group)


def tables() -> tuple[str, ...]:
    """Name every table that leaves a run.

    Examples
    --------
    >>> tables()[:2]
    ('towns', 'plots')
    """
    return tuple(data("columns.toml")["tables"])


@cache
def table(name: str) -> Table:
    """Tell what a table holds.

    Parameters
    ----------
    name : str
        One of :func:`tables`.

    Examples
    --------
    >>> table("programme.csv").columns()[0].words
    ('low', 'mid', 'high')
    """
    told = data("columns.toml")["tables"][name]

    def declared(called: str) -> Column:
        said = _said(called, name)
        words = said.get("words", ())
        shown = data("columns.toml")["units"].get(said.get("unit"))
        named = WORDS[words] if isinstance(words, str) else tuple(words)
        return Column(called, **{"shown": shown, **said, "words": named})

    groups: list[tuple[Column, ...]] = []
    for part in told["columns"]:
        if isinstance(part, dict):
            groups += _taken_over(part, told)
        else:
            groups.append(tuple(map(declared, [part] if isinstance(part, str) else part)))
    own = {called: declared(called) for called in told.get("own", {})}
    return Table(
        name,
        told["meaning"],
        tuple(map(declared, told.get("index", ()))),
        tuple(tuple(_as_written(own.get(one.name, one), told) for one in group) for group in groups),
        **{key: told[key] for key in ("written", "open", "when") if key in told},
    )


def _said(called: str, of: str) -> dict[str, Any]:
    """Look up what is said of a column of a table: there, in the table that it takes it from, or for all tables."""
    told = data("columns.toml")
    own = told["tables"][of].get("own", {}).get(called)
    if own is None:
        return dict(told["columns"][called])
    taken = _said(called, own["of"]) if "of" in own else {}
    return taken | {key: value for key, value in own.items() if key != "of"}


@cache
def _by_name(name: str) -> Mapping[str, Column]:
    return {one.name: one for one in (*table(name).index, *table(name).columns())}


def column(of: str, name: str) -> Column:
    """Tell what a column holds.

    Parameters
    ----------
    of : str
        One of :func:`tables`.
    name : str

    Examples
    --------
    >>> column("land.table", "usable_ha").unit, column("land.table", "usable_ha").shown
    ('ha', 1)
    """
    return _by_name(of)[name]


def _taken_over(part: Mapping[str, Any], told: Mapping[str, Any]) -> list[tuple[Column, ...]]:
    """Take the columns of another table over, there where a study asks for that table."""
    other = table(part["all_of"])
    when = other.when if other.when != told.get("when") else None
    return [
        tuple(replace(one, name=part.get("prefix", "") + one.name, when=one.when or when) for one in group)
        for group in other.groups
        if group[0].name not in part.get("without", ())
    ]


def _as_written(column: Column, told: Mapping[str, Any]) -> Column:
    """Say what becomes of a column in a file: sentences and lists become text, figures get the table's decimals."""
    if not told.get("written"):
        return column
    if column.kind in {"message", "list"}:
        return replace(column, kind="text")
    if column.kind == "number" and column.decimals is None:
        return replace(column, decimals=told.get("decimals"))
    return column


def _each(*types: type) -> Callable[["pd.Series[Any]"], bool]:
    return lambda known: all(isinstance(value, types) for value in known)


def _number(known: "pd.Series[Any]") -> bool:
    return pd.api.types.is_numeric_dtype(known) and not pd.api.types.is_bool_dtype(known)


def _shape(*types: str) -> Callable[["pd.Series[Any]"], bool]:
    return lambda known: known.dtype == "geometry" and set(getattr(known, "geom_type", ())) <= set(types)


IS_OF: Final[dict[Kind, Callable[["pd.Series[Any]"], bool]]] = {
    "text": _each(str),
    "whole": lambda known: _number(known) and bool((known % 1 == 0).all()),
    "number": _number,
    "flag": _each(bool, np.bool_),
    "message": _each(Message),
    "list": _each(list, tuple),
    "point": _shape("Point"),
    "line": _shape("LineString"),
    "polygon": _shape("Polygon", "MultiPolygon"),
}


def check(frame: pd.DataFrame, name: str, names: Names | None = None) -> list[str]:
    """Hold a table against what is said of it.

    Parameters
    ----------
    frame : DataFrame
        Without rows it may lack anything: the study does not ask for it.
    name : str
        One of :func:`tables`.
    names : mapping of placeholder to names, optional
        Those of the study.

    Returns
    -------
    list of str
        Faults, one line each: columns not declared, missing, out of order, of another kind or empty where none may be.
        A CSV file leaves columns out that have nothing in them.

    Examples
    --------
    >>> check(pd.DataFrame({"plot": ["a"], "minutes": ["soon"], "more": 1}), "labour.bands")
    ['labour.bands: more is not declared', 'labour.bands: geometry is missing', 'labour.bands: minutes is not whole']
    """
    if frame.empty and not len(frame):
        return []
    told = table(name)
    declared = {column.name: column for column in told.columns(names)}
    here = [str(column) for column in frame.columns]
    faults = [f"{column} is not declared" for column in here if column not in declared and not told.open]
    may_lack = {one.name for one in declared.values() if one.when or (name.endswith(".csv") and one.empty)}
    faults += [f"{one} is missing" for one in declared if one not in here and one not in may_lack]
    if told.written and not faults and here != [column for column in declared if column in here]:
        faults.append("the columns are not in their order")
    index: list[str | None] = [column.name for column in told.index] or [None]
    if list(frame.index.names) != index:
        faults.append(f"the index is {list(frame.index.names)}, not {index}")
    else:
        levels = (frame.index.get_level_values(one.name).to_series() for one in told.index)
        faults += [fault for one, values in zip(told.index, levels, strict=True) for fault in _faults_in(one, values)]
    faults += [fault for one in declared.values() if one.name in here for fault in _faults_in(one, frame[one.name])]
    return [f"{name}: {fault}" for fault in faults]


def _faults_in(column: Column, values: "pd.Series[Any]") -> Iterator[str]:
    empty = values.isna().to_numpy() | np.asarray(getattr(values, "is_empty", False))
    known = values[~empty]
    if empty.any() and column.empty is None:
        yield f"{column.name} has empty cells"
    if len(known) and not IS_OF[column.kind](known):
        yield f"{column.name} is not {column.kind}"
    elif column.words and not known.isin(column.words).all():
        yield f"{column.name} has other values than {', '.join(column.words)}"
