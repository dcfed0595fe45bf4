"""What joins each plot to the networks, what that costs, and what the plots chosen together share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import LineString

from sitesel.criteria import utilities
from sitesel.criteria.utilities import Prices
from sitesel.criteria.utilities.offers import SIZES, VIEWS, View
from sitesel.errors import LayerError
from sitesel.findings import no_connections
from sitesel.i18n import LANGUAGES, Message, name_column, say
from sitesel.study.connection_models import Connection
from sitesel.study.crossing import crossed
from sitesel.study.laying import OBSTACLES, laid_along_roads, laid_over_terrain, road_id, road_words
from sitesel.study.measuring import Terrain
from sitesel.study.pricing import study_figures, study_prices

LAYS: Final = ("roads", "terrain")
UNITS: Final = {"power": "MVA", "water": "m3/day", "sewage": "m3/day", "gas": "m3/h"}
OFFER: Final = ["plot", "source", "way"]
NAMES: Final = [name_column(lang) for lang in LANGUAGES]
COLUMNS: Final = [
    *("plot", "network", "view", "lay", "source", *(f"source_{lang}" for lang in LANGUAGES)),
    *("metres", "effective_m", "straight_m", "precision_km", "need", "unit", "spare", "way", "lines", "plants"),
    *(f"usd_{size}" for size in SIZES),
    *(f"kgs_{size}" for size in SIZES),
    *("other_lay_metres", "other_lay_usd_mid", "crosses", "reason", "geometry"),
]


@dataclass(frozen=True)
class Terms:
    """What is asked, and of what.

    Parameters
    ----------
    asked : Connection
    prices : Prices
    figures : DataFrame, index (production, quantity)
        Demand of 1,000 jobs.
    demand : DataFrame, index (town, quantity)
    need : DataFrame, plots x networks
    sources : GeoDataFrame, index source
        ``kind voltage_kv spare_mva spare_m3_day spare_m3_h precision_km`` and names.
    """

    asked: Connection
    prices: Prices
    figures: pd.DataFrame
    demand: pd.DataFrame
    need: pd.DataFrame
    sources: gpd.GeoDataFrame


@dataclass(frozen=True)
class Connected:
    """What findings hold of connections, and what the choice of plots together needs.

    Parameters
    ----------
    demand, connections, estimate, totals, exchange
        As in :class:`~sitesel.findings.Findings` (``totals`` is its ``connection_totals``).
    offers : DataFrame
        Every way to join every plot, as from :func:`sitesel.criteria.utilities.offers`, with ``lay``.
    overdrawn : DataFrame
        As from :func:`sitesel.criteria.utilities.overdrawn`.
    not_given : tuple of str
        Obstacles that routes take no account of, for the study has no layer of them.
    terms : Terms or None
    """

    demand: pd.DataFrame = field(default_factory=pd.DataFrame)
    connections: gpd.GeoDataFrame = field(default_factory=no_connections)
    estimate: pd.DataFrame = field(default_factory=pd.DataFrame)
    totals: pd.DataFrame = field(default_factory=pd.DataFrame)
    exchange: Mapping[str, Any] = field(default_factory=dict)
    offers: pd.DataFrame = field(default_factory=pd.DataFrame)
    overdrawn: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"plots": []}))
    not_given: tuple[str, ...] = ()
    terms: Terms | None = None

    @property
    def sets(self) -> tuple[tuple[str, ...], ...]:
        """Sets of plots that cannot be chosen together."""
        return tuple(dict.fromkeys(tuple(str(plot) for plot in plots) for plots in self.overdrawn["plots"]))


def terms_of_connection(terrain: Terrain) -> Terms | None:
    """Put together what a study asks of its connections, and refuse what cannot be before anything slow is done.

    Parameters
    ----------
    terrain : Terrain

    Returns
    -------
    Terms or None
        None where the study has no section ``connection``.

    Raises
    ------
    StudyError
        The price list cannot be used.
    LayerError
        A source and a line bear the same id.
    """
    study = terrain.study
    if study.connection is None:
        return None
    prices = study_prices(study.connection, terrain.inputs.files.get("prices"))
    towns = pd.DataFrame({town.id: {"jobs": town.jobs, "production": town.production} for town in study.towns}).T
    figures = study_figures(study)
    demand = utilities.town_demand(towns, figures)
    need = utilities.network_need(demand, terrain.plots["town"])
    return Terms(study.connection, prices, figures, demand, need, _sources(terrain))


def _sources(terrain: Terrain) -> gpd.GeoDataFrame:
    frames = terrain.inputs.frames
    points, lines = frames["utilities"], frames["utility_lines"]
    if twice := sorted(set(points.index) & set(lines.index)):
        raise LayerError(
            f"{terrain.study.layers.utility_lines}: {twice[0]} is also an id in {terrain.study.layers.utilities}; "
            "give each source its own"
        )
    columns = ["kind", "voltage_kv", "spare_mva", "spare_m3_day", "spare_m3_h", "precision_km", *NAMES, "geometry"]
    parts = [frame.reindex(columns=columns).astype({"voltage_kv": float}) for frame in (points, lines)]
    named = [part.assign(**{name_column(lang): _named(part, lang) for lang in LANGUAGES}) for part in parts]
    return gpd.GeoDataFrame(pd.concat(named), crs=points.crs)


def _named(sources: gpd.GeoDataFrame, lang: str) -> list[str]:
    """Call a source by its name in a language, else in English, else by its kind."""
    words = zip(sources[name_column(lang)], sources["name_en"], sources["kind"], strict=True)
    return [
        next((name for name in (own, english) if isinstance(name, str) and name), None) or _kind(str(kind), lang)
        for own, english, kind in words
    ]


def _kind(kind: str, lang: str) -> str:
    try:
        return say(Message(f"kind.{kind}"), lang)
    except KeyError:  # a kind of the user's own, which no way starts from
        return kind


def connecting(terrain: Terrain, terms: Terms | None, progress: Callable[[Message], None]) -> Connected:
    """Work out the connections of every plot.

    Parameters
    ----------
    terrain : Terrain
    terms : Terms or None
        None where the study does not ask.
    progress : callable of Message

    Returns
    -------
    Connected
        Empty where ``terms`` is None.
    """
    if terms is None:
        return Connected()
    progress(Message("progress.laid_along_roads"))
    routes = {"roads": laid_along_roads(terrain, terms.sources, terms.asked)}
    progress(Message("progress.laid_over_terrain"))
    routes["terrain"] = laid_over_terrain(terrain, terms.sources, terms.asked)
    sources = _with_roads(terms.sources, terrain)
    offers = _offers(terms, routes, sources)
    wanted = utilities.every_connection(terrain.plots.index, terms.prices)
    chosen = {view: utilities.cheapest(offers, wanted, view) for view in VIEWS}
    lines = {view: utilities.estimate(chosen[view], terms.prices) for view in VIEWS}
    totals = {view: utilities.totals(chosen[view], lines[view]).rename_axis("plot") for view in VIEWS}
    by_view = pd.concat(totals, names=["view"]).swaplevel().sort_index(level="plot", sort_remaining=False)
    return Connected(
        demand=terms.demand,
        connections=_table(terrain, terms, chosen, routes, sources),
        estimate=pd.concat(lines.values(), ignore_index=True),
        totals=by_view.reindex(terrain.plots.index, level="plot"),
        exchange={
            "som_per_usd": terms.prices.som_per_usd,
            "date": terms.prices.rate_date,
            "source": terms.prices.rate_source,
        },
        offers=offers,
        overdrawn=utilities.overdrawn(offers, terrain.plots["town"]),
        not_given=tuple(name for name in OBSTACLES if name not in terrain.inputs.frames),
        terms=terms,
    )


def _with_roads(sources: gpd.GeoDataFrame, terrain: Terrain) -> pd.DataFrame:
    """Add the roads that an access road may lead to, called by their number or class."""
    roads = terrain.inputs.frames["roads"]
    called = roads.drop_duplicates(["highway", "ref"])
    by_name = {road_id(road): road_words(road) for _, road in called.iterrows()}
    names = {name_column(lang): [say(words, lang) for words in by_name.values()] for lang in LANGUAGES}
    known = pd.DataFrame({"kind": "road", **names}, index=list(by_name))
    points: pd.DataFrame = sources.drop(columns="geometry")
    return pd.concat([points, known])


def _offers(terms: Terms, routes: Mapping[str, gpd.GeoDataFrame], sources: pd.DataFrame) -> pd.DataFrame:
    """Offers by the way of laying that the study shows first; where it leads nowhere, by the other."""
    first = terms.asked.lay
    second = LAYS[1 - LAYS.index(first)]
    both = {
        lay: utilities.offers(routes[lay].drop(columns="geometry"), sources, terms.need, terms.prices).assign(lay=lay)
        for lay in LAYS
    }
    other = both[second][[*OFFER, "metres", "usd_mid"]]
    other = other.rename(columns={"metres": "other_lay_metres", "usd_mid": "other_lay_usd_mid"})
    shown = both[first].merge(other, on=OFFER, how="left")
    elsewhere = pd.MultiIndex.from_frame(both[second][OFFER]).isin(pd.MultiIndex.from_frame(shown[OFFER]))
    rest = both[second][~elsewhere].assign(other_lay_metres=np.nan, other_lay_usd_mid=np.nan)
    return pd.concat([part for part in (shown, rest) if not part.empty] or [shown], ignore_index=True)


def _table(
    terrain: Terrain,
    terms: Terms,
    chosen: Mapping[View, pd.DataFrame],
    routes: Mapping[str, gpd.GeoDataFrame],
    sources: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """Lay the chosen connections out as findings hold them."""
    table: pd.DataFrame = pd.concat([chosen[view].reset_index() for view in VIEWS], ignore_index=True)
    drawn = pd.concat([routes[lay].assign(lay=lay) for lay in LAYS], ignore_index=True)
    keys = ["plot", "source", "lay"]
    table = table.merge(drawn[[*keys, "straight_m", "geometry"]], on=keys, how="left")
    about = sources.reindex(table["source"])
    table["precision_km"] = about["precision_km"].to_numpy(np.float64)
    for lang in LANGUAGES:
        table[f"source_{lang}"] = pd.Series(about[name_column(lang)].to_numpy(object), dtype="object")
    asked = terms.need.to_dict("index")
    pairs = zip(table["plot"], table["network"], strict=True)
    table["need"] = [float(asked[plot].get(network, np.nan)) for plot, network in pairs]
    table["unit"] = table["network"].map(UNITS).fillna("")
    for size in SIZES:
        table[f"kgs_{size}"] = table[f"usd_{size}"] * terms.prices.som_per_usd
    table["reason"] = pd.Series(
        [
            _why(reason, network, usd, terms.asked)
            for reason, network, usd in zip(table["reason"], table["network"], table["usd_mid"], strict=True)
        ],
        dtype="object",
    )
    routes_drawn = [
        line if isinstance(line, LineString) and line.length > 0 else LineString() for line in table["geometry"]
    ]
    for text in ("lay", "source", "way", *(f"source_{lang}" for lang in LANGUAGES)):
        table[text] = table[text].astype("object").where(table[text].notna(), None)
    frame = gpd.GeoDataFrame(table, geometry=routes_drawn, crs=terrain.plots.crs)
    frame["crosses"] = crossed(frame, terrain.inputs.frames)
    place = {plot: at for at, plot in enumerate(terrain.plots.index)}
    order = np.lexsort([frame.index, frame["view"].map(VIEWS.index), frame["plot"].map(place)])
    return frame.iloc[order].reset_index(drop=True)[COLUMNS]


def _why(reason: str | None, network: str, usd: float, asked: Connection) -> Message | None:
    """Say why a connection or its cost is missing."""
    if reason is not None:
        params: dict[str, Any] = {"network": Message(f"network.{network}"), "km": float(asked.within_km)}
        return Message(f"connection.{reason}", params)
    return Message("connection.no_price") if np.isnan(usd) else None


def shared_sources(connected: Connected, plots: Sequence[str]) -> pd.DataFrame:
    """Tell on which sources two or more of the plots chosen together lean.

    Parameters
    ----------
    connected : Connected
    plots : sequence of str
        Chosen together.

    Returns
    -------
    DataFrame
        As in :class:`~sitesel.findings.Findings`.
    """
    if connected.terms is None:
        return pd.DataFrame()
    parts = [_shared(connected, connected.terms, plots, view) for view in VIEWS]
    columns = ["view", "network", "source", *(f"source_{lang}" for lang in LANGUAGES)]
    columns += ["capacity", "asked", "served", "unit", "plots"]
    return pd.concat(parts, ignore_index=True)[columns]


def _shared(connected: Connected, terms: Terms, plots: Sequence[str], view: View) -> pd.DataFrame:
    wanted = utilities.every_connection(pd.Index(list(plots)), terms.prices)
    own = connected.offers[connected.offers["plot"].isin(list(plots))]
    draws = terms.prices.ways["spare"].notna()
    alone, together = (
        picked[picked["way"].map(draws).eq(True)].reset_index()  # noqa: FBT003 -- no way, nothing drawn
        for picked in (utilities.cheapest(own, wanted, view), utilities.share(own, wanted, view)[0])
    )
    whose = ["network", "source"]
    table = alone.groupby(whose, sort=False).agg(
        capacity=("spare", "first"), asked=("need", "sum"), plots=("plot", tuple)
    )
    served = together.groupby(whose)["need"].sum()
    table["served"] = served.reindex(table.index).fillna(0.0).astype(float)
    table = table[table["plots"].map(len) > 1].reset_index()
    names = terms.sources.reindex(table["source"])
    for lang in LANGUAGES:
        table[f"source_{lang}"] = names[name_column(lang)].to_numpy(object)
    return table.assign(view=view, unit=table["network"].map(UNITS))


def ruled_out(connected: Connected, unbound: Sequence[str], plots: gpd.GeoDataFrame) -> list[Message]:
    """Name the sources that keep the otherwise best plots from being chosen together.

    Parameters
    ----------
    connected : Connected
    unbound : sequence of str
        The plots that would be chosen if every source sufficed.
    plots : GeoDataFrame
        With names.
    """
    told = []
    for _, row in connected.overdrawn.iterrows():
        if connected.terms is not None and set(row["plots"]) <= set(unbound):
            params: dict[str, Message | float | dict[str, str]] = {
                "plots": _listed(plots.loc[list(row["plots"])]),
                "network": Message(f"network.{row['network']}"),
                "sources": _listed(connected.terms.sources.loc[list(row["sources"])]),
                "asked": float(np.round(row["asked"], 1)),
                "capacity": float(np.round(row["capacity"], 1)),
                "unit": Message(f"unit.{UNITS[row['network']]}"),
            }
            told.append(Message("notice.overdrawn", params))
    return told


def _listed(table: pd.DataFrame) -> dict[str, str]:
    columns = {lang: table[name_column(lang)].fillna(table["name_en"]) for lang in LANGUAGES}
    return {lang: ", ".join(str(name) for name in names) for lang, names in columns.items()}
