"""What joins each plot to the networks, what that costs, and what the plots chosen together share."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import LineString

from sitesel.connections.bounds import charged, upper_bounds
from sitesel.connections.crossing import crossed
from sitesel.connections.demand import network_need, town_demand
from sitesel.connections.estimate import estimate, totals
from sitesel.connections.laying import OBSTACLES, ON_PLOT, along_roads, laid_over_terrain, road_id, road_words
from sitesel.connections.offers import cheapest, every_connection, of_no_voltage, offers
from sitesel.connections.overdrawn import overdrawn
from sitesel.connections.prices import Prices
from sitesel.connections.pricing import study_figures, study_prices
from sitesel.connections.settings import Connection, Demand
from sitesel.connections.sharing import share
from sitesel.crew import ALONE, Crew
from sitesel.errors import LayerError
from sitesel.layers.roles import SPARE
from sitesel.layers.voltage import HIGH, LEVELS
from sitesel.region import Outlines, Region
from sitesel.schema import ESTIMATES, LAYS, MONEY, UNITS, VIEWS, Lay, View
from sitesel.text import LANGUAGES, NAMES, Message, listed, names_of, say

OFFER: Final = ["plot", "source", "way"]
SOURCE_NAMES: Final = [f"source_{lang}" for lang in LANGUAGES]
COLUMNS: Final = [
    *("plot", "network", "view", "lay", "source", *SOURCE_NAMES),
    *("metres", "effective_m", "straight_m", "precision_km", "need", "unit", "spare", "way", "lines", "plants"),
    *MONEY,
    *("upper_bound", "other_lay_metres", "other_lay_usd_mid", "crosses", "reason", "geometry"),
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
        ``kind voltage_kv levels_kv spare_mva spare_m3_day spare_m3_h precision_km`` and names.
    """

    asked: Connection
    prices: Prices
    figures: pd.DataFrame
    demand: pd.DataFrame
    need: pd.DataFrame
    sources: gpd.GeoDataFrame


def _nothing_joined() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"plot": [], "network": [], "view": []}, geometry=[])


@dataclass(frozen=True, eq=False)
class Connected:
    """What joins the plots to the networks; every table is empty where the study has no section ``connection``.

    Parameters
    ----------
    demand : DataFrame, index (town, quantity)
        What a town asks of the networks: ``low mid high unit basis source confidence``; quantities ``power_mw
        water_m3_day wastewater_m3_day heating_mw gas_m3_h``.
    joined : GeoDataFrame, a row a plot, network and view, in the study's CRS
        ``plot network view`` (``optimistic``: unknown spare capacity counts as enough; ``pessimistic``: as none),
        ``lay`` (``roads`` or ``terrain``), ``way source source_en source_ru source_ky metres straight_m precision_km
        need unit spare usd_low usd_mid usd_high local_low local_mid local_high other_lay_metres other_lay_usd_mid``,
        ``upper_bound`` (nothing known serves: the cost is the most it can be, as from
        :func:`sitesel.connections.bounds.upper_bounds`), ``crosses`` (list of Message), ``reason`` (Message or None:
        why there is no source), the route as geometry.
    estimate : DataFrame, a row a line of a plot's estimate
        ``plot network view item name quantity unit terrain unit_cost``, money as above, ``basis source_of_cost
        confidence``.
    totals : DataFrame, index (plot, view)
        Money over the networks whose cost is known, ``missing``: tuple of the others, and ``bounded``: tuple of those
        at their upper bound.
    exchange : mapping
        ``per_usd date source``; empty where the country has no money of its own that is known.
    shared : DataFrame
        ``view network source source_en source_ru source_ky capacity asked served unit plots``: sources on which two or
        more of the plots chosen together draw; capacity NaN where not known.
    offers : DataFrame
        Every way to join every plot, as from :func:`sitesel.connections.offers`, with ``lay``.
    overdrawn : DataFrame
        As from :func:`sitesel.connections.overdrawn`.
    not_given : tuple of str
        Obstacles that routes take no account of, for the study has no layer of them.
    terms : Terms or None
    """

    demand: pd.DataFrame = field(default_factory=pd.DataFrame)
    joined: gpd.GeoDataFrame = field(default_factory=_nothing_joined)
    estimate: pd.DataFrame = field(default_factory=pd.DataFrame)
    totals: pd.DataFrame = field(default_factory=pd.DataFrame)
    exchange: Mapping[str, Any] = field(default_factory=dict)
    shared: pd.DataFrame = field(default_factory=pd.DataFrame)
    offers: pd.DataFrame = field(default_factory=pd.DataFrame)
    overdrawn: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"plots": []}))
    not_given: tuple[str, ...] = ()
    terms: Terms | None = None

    @property
    def sets(self) -> tuple[tuple[str, ...], ...]:
        """Sets of plots that cannot be chosen together."""
        return tuple(dict.fromkeys(tuple(str(plot) for plot in plots) for plots in self.overdrawn["plots"]))


def terms_of_connection(
    region: Region, plots: Outlines, asked: Connection | None, demand: Demand, towns: pd.DataFrame
) -> Terms | None:
    """Put together what a study asks of its connections, and refuse what cannot be before anything slow is done.

    Parameters
    ----------
    region : Region
    plots : Outlines
    asked : Connection or None
    demand : mapping of production and quantity to Figures
        In place of the package's own.
    towns : DataFrame, index town
        ``jobs production``.

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
    if asked is None:
        return None
    prices, figures = study_prices(asked, region.files.get("prices"), region.asked.where.country), study_figures(demand)
    by_town = town_demand(towns, figures)
    return Terms(asked, prices, figures, by_town, network_need(by_town, plots.frame["town"]), _sources(region))


def _sources(region: Region) -> gpd.GeoDataFrame:
    frames = region.frames
    points, lines = frames["utilities"], frames["utility_lines"]
    if twice := sorted(set(points.index) & set(lines.index)):
        raise LayerError(
            f"{region.asked.layers.utility_lines}: {twice[0]} is also an id in {region.asked.layers.utilities}; "
            "give each source its own"
        )
    columns = ["kind", "voltage_kv", LEVELS, HIGH, *SPARE, "precision_km", *NAMES, "geometry"]
    parts = [frame.reindex(columns=columns).astype({"voltage_kv": float}) for frame in (points, lines)]
    named = [part.assign(**_names(part)) for part in parts]
    return gpd.GeoDataFrame(pd.concat(named), crs=points.crs)


def _names(sources: gpd.GeoDataFrame) -> dict[str, list[str]]:
    """Call each source by its name, else by its kind."""
    told = sources[["kind", *NAMES]].to_dict("records")
    called = [names_of(row) or _kind(str(row["kind"])) for row in told]
    return {column: [names[lang] for names in called] for lang, column in zip(LANGUAGES, NAMES, strict=True)}


def _kind(kind: str) -> dict[str, str]:
    try:
        return {lang: say(Message(f"kind.{kind}"), lang) for lang in LANGUAGES}
    except KeyError:  # a kind of the user's own, which no way starts from
        return dict.fromkeys(LANGUAGES, kind)


def connecting(
    region: Region,
    plots: Outlines,
    terms: Terms | None,
    progress: Callable[[Message], None],
    crew: Crew = ALONE,
) -> Connected:
    """Work out the connections of every plot.

    Parameters
    ----------
    region : Region
    plots : Outlines
    terms : Terms or None
        None where the study does not ask.
    progress : callable of Message
    crew : Crew

    Returns
    -------
    Connected
        Empty where ``terms`` is None.
    """
    if terms is None:
        return Connected()
    progress(Message("progress.laid_along_roads"))
    along = along_roads(region, plots, terms.sources, terms.asked)
    progress(Message("progress.laid_over_terrain"))
    terrain = laid_over_terrain(region, plots.frame, terms.sources, terms.asked, crew)
    lengths: dict[Lay, pd.DataFrame] = {"roads": along.table, "terrain": terrain.drop(columns="geometry")}
    sources = _with_roads(terms.sources, region)
    found = _offers(terms, lengths, sources)
    wanted = every_connection(plots.index, terms.prices)
    bounds = upper_bounds(terms.need, terms.prices, terms.asked.within_km)
    chosen = {view: charged(cheapest(found, wanted, view), bounds) for view in VIEWS}
    picked = pd.concat(chosen.values()).reset_index()
    drawn = along.drawn(picked.loc[picked["lay"] == "roads", ["plot", "source"]], plots.frame, terms.sources)
    routes = pd.concat([drawn.assign(lay="roads"), terrain.assign(lay="terrain")], ignore_index=True)
    lines = {view: estimate(chosen[view], terms.prices) for view in VIEWS}
    sums = {view: totals(chosen[view], lines[view]).rename_axis("plot") for view in VIEWS}
    by_view = pd.concat(sums, names=["view"]).swaplevel().sort_index(level="plot", sort_remaining=False)
    return Connected(
        demand=terms.demand,
        joined=_table(region, plots.index, terms, Laid(chosen, routes, sources)),
        estimate=pd.concat(lines.values(), ignore_index=True),
        totals=by_view.reindex(plots.index, level="plot"),
        exchange=_exchange(terms.prices),
        offers=found,
        overdrawn=overdrawn(found, plots.frame["town"]),
        not_given=tuple(name for name in OBSTACLES if name not in region.frames),
        terms=terms,
    )


def _with_roads(sources: gpd.GeoDataFrame, region: Region) -> pd.DataFrame:
    """Add the plot itself, and the roads that an access road may lead to, called by their number or class."""
    roads = region.frames["roads"]
    called = roads.drop_duplicates(["highway", "ref"])
    by_name = {ON_PLOT: Message("connection.on_plot")}
    by_name |= {road_id(road): road_words(road) for _, road in called.iterrows()}
    names = {
        column: [say(words, lang) for words in by_name.values()] for lang, column in zip(LANGUAGES, NAMES, strict=True)
    }
    kinds = ["plot", *("road" for _ in range(len(by_name) - 1))]  # a road of one number may be of several classes
    known = pd.DataFrame({"kind": kinds, **names}, index=list(by_name))
    points: pd.DataFrame = sources.drop(columns="geometry")
    return pd.concat([points, known])


def _offers(terms: Terms, lengths: Mapping[Lay, pd.DataFrame], sources: pd.DataFrame) -> pd.DataFrame:
    """Offers by the way of laying that the study shows first; where it leads nowhere, by the other."""
    first = terms.asked.lay
    second = LAYS[1 - LAYS.index(first)]
    at_hand = pd.DataFrame({"plot": terms.need.index, "source": ON_PLOT, "metres": 0.0, "effective_m": 0.0})
    both = {
        lay: offers(pd.concat([lengths[lay], at_hand]), sources, terms.need, terms.prices).assign(lay=lay)
        for lay in LAYS
    }
    other = both[second][[*OFFER, "metres", "usd_mid"]]
    other = other.rename(columns={"metres": "other_lay_metres", "usd_mid": "other_lay_usd_mid"})
    shown = both[first].merge(other, on=OFFER, how="left")
    elsewhere = pd.MultiIndex.from_frame(both[second][OFFER]).isin(pd.MultiIndex.from_frame(shown[OFFER]))
    rest = both[second][~elsewhere].assign(other_lay_metres=np.nan, other_lay_usd_mid=np.nan)
    return pd.concat([part for part in (shown, rest) if not part.empty] or [shown], ignore_index=True)


@dataclass(frozen=True)
class Laid:
    """What was chosen by view, the routes ``plot source lay straight_m geometry``, and what is said of each source."""

    chosen: Mapping[View, pd.DataFrame]
    routes: pd.DataFrame
    sources: pd.DataFrame


def _exchange(prices: Prices) -> dict[str, Any]:
    if math.isnan(prices.per_usd):
        return {}
    return {"per_usd": prices.per_usd, "date": prices.rate_date, "source": prices.rate_source}


def _table(region: Region, plots: pd.Index, terms: Terms, laid: Laid) -> gpd.GeoDataFrame:
    """Lay the chosen connections out as findings hold them."""
    table: pd.DataFrame = pd.concat([laid.chosen[view].reset_index() for view in VIEWS], ignore_index=True)
    keys = ["plot", "source", "lay"]
    table = table.merge(laid.routes[[*keys, "straight_m", "geometry"]], on=keys, how="left")
    on_plot = table["source"] == ON_PLOT
    table["straight_m"] = table["straight_m"].mask(on_plot, 0.0)
    laying = ["lay", "other_lay_metres", "other_lay_usd_mid"]
    table[laying] = table[laying].mask(on_plot)  # nothing is laid
    table[["metres", "effective_m"]] = table[["metres", "effective_m"]].mask(table["upper_bound"])
    about = laid.sources.reindex(table["source"])
    table["precision_km"] = about["precision_km"].to_numpy(np.float64)
    table[SOURCE_NAMES] = about[list(NAMES)].to_numpy(object)
    table["need"] = table["need"].where(table["network"].isin(UNITS))
    table["unit"] = table["network"].map(UNITS).fillna("")
    for which in ESTIMATES:
        table[f"local_{which}"] = table[f"usd_{which}"] * terms.prices.per_usd
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
    for text in ("lay", "source", "way", *SOURCE_NAMES):
        table[text] = table[text].astype("object").where(table[text].notna(), None)
    frame = gpd.GeoDataFrame(table, geometry=routes_drawn, crs=region.crs)
    frame["crosses"] = crossed(frame, region.frames)
    place = {plot: at for at, plot in enumerate(plots)}
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
        As :attr:`Connected.shared`.
    """
    if connected.terms is None:
        return pd.DataFrame()
    parts = [_shared(connected, connected.terms, plots, view) for view in VIEWS]
    columns = ["view", "network", "source", *SOURCE_NAMES, "capacity", "asked", "served", "unit", "plots"]
    return pd.concat(parts, ignore_index=True)[columns]


def _shared(connected: Connected, terms: Terms, plots: Sequence[str], view: View) -> pd.DataFrame:
    wanted = every_connection(pd.Index(list(plots)), terms.prices)
    own = connected.offers[connected.offers["plot"].isin(list(plots))]
    draws = terms.prices.ways["spare"].notna()
    alone, together = (
        picked[picked["way"].map(draws).eq(True)].reset_index()  # noqa: FBT003 -- no way, nothing drawn
        for picked in (cheapest(own, wanted, view), share(own, wanted, view)[0])
    )
    whose = ["network", "source"]
    table = alone.groupby(whose, sort=False).agg(
        capacity=("spare", "first"), asked=("need", "sum"), plots=("plot", tuple)
    )
    served = together.groupby(whose)["need"].sum()
    table["served"] = served.reindex(table.index).fillna(0.0).astype(float)
    table = table[table["plots"].map(len) > 1].reset_index()
    names = terms.sources.reindex(table["source"])
    table[SOURCE_NAMES] = names[list(NAMES)].to_numpy(object)
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
                "plots": _called(plots.loc[list(row["plots"])]),
                "network": Message(f"network.{row['network']}"),
                "sources": _called(connected.terms.sources.loc[list(row["sources"])]),
                "asked": float(np.round(row["asked"], 1)),
                "capacity": float(np.round(row["capacity"], 1)),
                "unit": Message(f"unit.{UNITS[row['network']]}"),
            }
            told.append(Message("notice.overdrawn", params))
    return told


def voltage_unknown(terms: Terms | None) -> list[Message]:
    """Tell how many sources of power serve nothing, for their voltage is not known."""
    count = 0 if terms is None else of_no_voltage(terms.sources, terms.prices)
    return [Message("notice.voltage_unknown", {"count": count})] if count else []


def _called(table: pd.DataFrame) -> dict[str, str]:
    return listed(names_of(row) for _, row in table.iterrows())
