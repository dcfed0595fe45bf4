"""What a study file says: keys, figures, words, names of what other files hold."""

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import geopandas as gpd
import pandas as pd
from shapely import LineString, Point

from bad_input.cases import Put, table
from bad_input.layers_in import AREA, CITIES
from sitesel.errors import SiteselError
from sitesel.region import Region, survey
from sitesel.region.reading import read_inputs
from sitesel.scenarios import Scenario
from sitesel.scenarios.roads import notices_of_lines
from sitesel.stages import check, sites, source_of, weights_outside, words_told
from sitesel.study import load_study
from sitesel.study.reading import study_of
from sitesel.text import Message
from small_study import CRS, default_document, layer, place, plot, small_layers

GONE = object()
Layers = dict[str, gpd.GeoDataFrame]


@cache
def _document() -> dict[str, Any]:
    """The default study on the small layers, with two towns, and without what takes long."""
    document = default_document(small_layers()).unwrap()
    del document["sureness"]
    document["towns"] = [{"id": name, "name": {"en": name.title()}, "jobs": jobs} for name, jobs in TOWNS.items()]
    document["labour"]["draw_cap"] = dict.fromkeys(("low", "mid", "high"), 1.0)
    document["layers"]["elevation"] = []
    document["layers"]["airports"] = ""
    return document


TOWNS = {"one": 5000, "two": 6000}


@dataclass(frozen=True)
class OfStudy:
    """A study with a key changed, and layers in memory; asked by `check`, and for what a run would tell."""

    path: tuple[str | int, ...]
    value: Any
    layers: Callable[[Layers], Layers] = field(default=lambda layers: layers)

    def document(self) -> dict[str, Any]:
        document = deepcopy(_document())
        part = document
        for step in self.path[:-1]:
            part = part.setdefault(step, {}) if isinstance(part, dict) else part[step]
        if self.value is GONE:
            del part[self.path[-1]]
        elif self.path:
            part[self.path[-1]] = self.value
        return document

    def given(self) -> Layers:
        return self.layers(small_layers())

    def __call__(self, _: Path) -> Iterable[Message]:
        if faults := check(self.document(), layers=self.given()):
            raise SiteselError(faults)
        asked = study_of(self.document())
        inputs = read_inputs(asked.study, asked.layers, source_of(asked, self.given()), lambda _: None)
        region = survey(asked.asked, inputs)
        region.outlines(sites(asked, inputs), asked.modes)
        told = (*inputs.notices, *words_told(asked, region), *region.notices, *weights_outside(asked))
        return [notice for notice in told if notice.key != "notice.layers_not_given"]  # no heights in any


def key(*path: str | int, to: Any) -> OfStudy:
    return OfStudy(path, to)


def indicator(number: int, **keys: Any) -> OfStudy:
    document = _document()["indicators"][number]
    return OfStudy(("indicators", number), {**document, **keys})


def town(**keys: Any) -> OfStudy:
    return OfStudy(("towns", 0), {**_document()["towns"][0], **keys})


def scenario(**keys: Any) -> OfStudy:
    return OfStudy(("scenarios",), [{"id": "other", "name": {"en": "Other"}, **keys}])


def weight_ranges(**ends: tuple[float, float] | None) -> OfStudy:
    wide = {"labour": (0.2, 0.5), "road": (0.1, 0.4), "utilities": (0.1, 0.4), "ground": (0.0, 0.2)}
    ranges = {name: dict(zip(("low", "high"), both, strict=True)) for name, both in (wide | ends).items() if both}
    return OfStudy(("sureness",), {"worlds": 4, "draws": 16, "positions": 1, "weights": ranges})


def changed(**layers: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> OfStudy:
    return OfStudy((), None, lambda given: given | {name: change(given[name]) for name, change in layers.items()})


def file(content: bytes | None, called: str = "study.toml") -> Put:
    def put(folder: Path) -> None:
        if content is not None:
            (folder / called).write_bytes(content)
        load_study(folder / called)

    return put


def in_districts(path: tuple[str | int, ...], value: Any) -> OfStudy:
    def named(layers: Layers) -> Layers:
        return layers | {"settlements": layers["settlements"].assign(district=CITIES)}

    return OfStudy(path, value, named)


def roads(**columns: Any) -> OfStudy:
    return changed(roads=lambda one: one.assign(**columns))


def again(name: str, called: list[str], east_m: float = 0) -> OfStudy:
    """Put features into a layer once more, under other ids."""

    def twice(one: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        more = one.iloc[: len(called)]
        return pd.concat([one, more.assign(id=called, geometry=more.translate(east_m))], ignore_index=True)

    return changed(**{name: twice})


def beside(points: list[Point], **columns: Any) -> OfStudy:
    """Draw a road more."""

    def drawn(one: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        more = gpd.GeoDataFrame(
            {"highway": ["tertiary"], "setting": ["rural"], **columns}, geometry=[LineString(points)], crs=one.crs
        )
        return pd.concat([one, more])

    return changed(roads=drawn)


def built(points: Sequence[Point] = (place(0, 0), place(40, 1)), *, what: str = "bypass", **columns: Any) -> Put:
    """Draw roads that a scenario builds, or closes."""

    def put(folder: Path) -> list[Message]:
        told = {"highway": "trunk", **columns}
        crs = told.pop("crs", CRS)
        gpd.GeoDataFrame(told, index=[0], geometry=[LineString(points)], crs=crs).to_file(folder / "drawn.gpkg")
        where = SimpleNamespace(crs=CRS, area=AREA)
        region = SimpleNamespace(asked=SimpleNamespace(where=where), files={"drawn.gpkg": folder / "drawn.gpkg"})
        lines = {"bypass": "drawn.gpkg"} if what == "bypass" else {what: [{"line": "drawn.gpkg"}]}
        return notices_of_lines(cast("Region", region), Scenario(id="other", name={"en": "Other"}, **lines))

    return put


KRASSOWSKY = "+proj=tmerc +lat_0=0 +lon_0=75 +k=1 +x_0=500000 +y_0=0 +ellps=krass +units=m +no_defs"
HALF = {"low": 0.4, "mid": 0.5, "high": 0.6}
FALLS = {"low": 0.6, "mid": 0.5, "high": 0.4}
COST = {"low": 1, "mid": 5, "high": 7}

STUDY_FILES = table(
    "The study file",
    ("no such file", "refused", file(None)),
    ("a bracket that is not closed", "refused", file(b"[study\n")),
    ("brackets in brackets without end", "refused", file(b"a = " + b"[" * 1000)),
    ("names of names without end", "refused", file(b"[" + b"a." * 1000 + b"a]\n")),
    ("a folder", "refused", lambda to: load_study(to) and None),
    ("text without quotes", "refused", file(b"[study]\ntitle = Osh\n")),
    ("a decimal comma", "refused", file(b"[study]\nrankable_from = 0,50\n")),
    ("a Windows code page", "refused", file('[study]\ntitle = "Ош"\n'.encode("cp1251"))),
    ("UTF-16", "refused", file("[study]\n".encode("utf-16"))),
    ("a key that stands twice", "refused", file(b"[off_road]\ncap_km = 1\ncap_km = 2\n")),
    ("an empty file", "refused", file(b"")),
    ("bytes of nothing known", "refused", file(bytes(range(256)))),
    ("curly quotes of a word processor", "refused", file("[study]\ntitle = “Osh”\n".encode())),
)
KEYS = table(
    "Keys of the study",
    ("a misspelt key", "refused", town(enterprizes=3)),
    ("a key of another section", "refused", key("programme", "season", to="winter")),
    ("a key of nothing", "refused", key("study", "colour", to="red")),
    ("a misspelt section", "refused", key("labor", to={})),
    ("a section that is gone", "refused", key("off_road", to=GONE)),
    ("a key that is gone", "refused", key("off_road", "cap_km", to=GONE)),
    ("a section where a key is due", "refused", key("off_road", "cap_km", to={"km": 6})),
    ("a key where a section is due", "refused", key("off_road", to=6)),
    ("no towns", "refused", key("towns", to=[])),
    ("no indicators", "refused", key("indicators", to=[])),
    ("the aim of a programme, which is gone", "refused", key("programme", "aim", to={"limit_minutes": 60})),
)
SETTINGS = table(
    "Figures and words of the study",
    ("a number as text", "refused", key("off_road", "cap_km", to="six")),
    ("a number as text with a comma", "refused", key("off_road", "cap_km", to="6,5")),
    ("true where a number is due", "refused", key("off_road", "cap_km", to=True)),
    ("a number that is none (nan)", "refused", key("off_road", "cap_km", to=float("nan"))),
    ("an infinite number", "refused", key("off_road", "cap_km", to=float("inf"))),
    ("a distance of 0", "refused", key("off_road", "cap_km", to=0)),
    ("a speed below 0", "refused", key("off_road", "speed_kph", to=-10)),
    ("a distance to the road in metres", "refused", key("off_road", "cap_km", to=6000)),
    ("jobs for each square kilometre", "refused", key("programme", "jobs_per_ha", to=20_000)),
    ("jobs for each square metre", "refused", key("programme", "jobs_per_ha", to=0.02)),
    ("jobs of a town that no town has", "refused", town(jobs=10**9)),
    ("ground as a share in percent", "refused", key("study", "least_ground", to=80)),
    ("a strip along rivers in millimetres", "refused", key("ground", "keep_from_rivers_m", to=50_000)),
    ("a speed of a jet", "refused", key("off_road", "speed_kph", to=900)),
    ("jobs for each hectare below 0", "refused", key("programme", "jobs_per_ha", to=-1)),
    ("jobs of a town as text", "refused", town(jobs="many")),
    ("half a job", "refused", town(jobs=0.5)),
    ("no jobs", "refused", town(jobs=0)),
    ("jobs as true", "refused", town(jobs=True)),
    ("an id of a town with a capital", "refused", town(id="One")),
    ("an id of a town in Cyrillic", "refused", town(id="ош")),
    ("an id of a town that is a column", "refused", town(id="rank")),
    ("an id of a town twice", "refused", key("towns", to=[{"id": "one", "name": {"en": "One"}, "jobs": 9}] * 2)),
    ("a name without English", "refused", town(name={"ru": "Ош"})),
    ("an empty name", "refused", town(name={"en": ""})),
    ("a blank name of a town", "refused", town(name={"en": " "})),
    ("a name of a sign that is not seen", "refused", town(name={"en": "\u200b"})),
    ("a blank title", "refused", key("study", "title", to={"en": "\t"})),
    ("two towns of one name", "refused", town(name={"en": "two "})),
    ("two towns of one name in Russian alone", "refused", town(name={"en": "One", "ru": "Two"})),
    ("a name that is no table", "refused", town(name="Osh")),
    ("a production that there is not", "refused", town(production="weaving")),
    ("a season that there is not", "refused", key("study", "season", to="autumn")),
    ("a seed below 0", "refused", key("study", "seed", to=-1)),
    ("a seed of text", "refused", key("study", "seed", to="1")),
    ("a share above 1", "refused", key("study", "rankable_from", to=1.5)),
    ("a share in percent", "refused", key("study", "rankable_from", to=80)),
    ("a CRS in degrees", "refused", key("study", "crs", to="EPSG:4326")),
    ("a CRS of the web (EPSG:3857)", "refused", key("study", "crs", to="EPSG:3857")),
    ("a CRS of the neighbour's zone", "refused", key("study", "crs", to="EPSG:32642")),
    (
        "a CRS whose datum is not named",
        "refused",
        key("study", "crs", to="+proj=utm +zone=43 +ellps=krass +units=m"),
    ),
    ("a CRS in feet", "refused", key("study", "crs", to="EPSG:2225")),
    ("a CRS that there is not", "refused", key("study", "crs", to="EPSG:99999")),
    ("a CRS of no text", "refused", key("study", "crs", to="")),
    ("a CRS as a number", "refused", key("study", "crs", to=32643)),
    ("an area turned round", "refused", key("study", "area", to=[80.5, 43.5, 69.0, 39.0])),
    ("an area with north before east", "refused", key("study", "area", to=[39.0, 69.0, 43.5, 80.5])),
    ("an area of three numbers", "refused", key("study", "area", to=[69.0, 39.0, 80.5])),
    ("an area in metres", "refused", key("study", "area", to=[4e5, 4.7e6, 5e5, 4.8e6])),
    ("too few draws", "refused", key("sureness", to={"worlds": 4, "draws": 8})),
    (
        "ranges of weights that cannot add up to 1",
        "refused",
        weight_ranges(labour=(0.2, 0.3), road=(0.1, 0.2), utilities=(0.1, 0.2)),
    ),
    ("a range of weights that falls", "refused", weight_ranges(labour=(0.4, 0.3))),
    ("a range for some criteria alone", "refused", weight_ranges(ground=None)),
    ("ranges that leave out the study's own weights", "told", weight_ranges(labour=(0.0, 0.2))),
    ("a mode of a rule that there is not", "refused", key("rules", "border_strip", to="maybe")),
    ("a misspelt rule", "refused", key("rules", "border_stripe", to="flag")),
    ("an elevation that is no list", "refused", key("layers", "elevation", to="heights.tif")),
    ("a layer that is none and is needed", "refused", key("layers", "plots", to="")),
    ("a misspelt embedded layer", "refused", key("layers", "airports", to="airport")),
    ("a layer's file that is not there", "refused", key("layers", "rivers", to="rivers.gpkg")),
)
WEIGHTS = table(
    "Weights and values",
    ("weights that add up to less", "refused", key("weights", "labour", to=0.30)),
    ("weights in percent", "refused", key("weights", to={"labour": 36, "road": 27, "utilities": 27, "ground": 10})),
    ("a weight below 0", "refused", key("weights", "labour", to=-0.36)),
    ("a criterion that there is not", "refused", key("weights", "labor", to=0.0)),
    ("a criterion with indicators that has no weight", "refused", key("weights", to={"labour": 0.5, "road": 0.5})),
    ("weights within a criterion that do not add up", "refused", indicator(1, weight=0.5)),
    ("an indicator's kind that there is not", "refused", indicator(2, measure="freight")),
    ("an indicator without a kind", "refused", OfStudy(("indicators", 2, "measure"), GONE)),
    ("an indicator's id that is a column", "refused", indicator(2, id="score")),
    ("an indicator's id that stands twice", "refused", indicator(2, id="staff")),
    ("an indicator's id that is a figure of another", "refused", indicator(1, id="staff_value")),
    ("a value that runs backwards", "refused", indicator(1, value=[[5, 100], [1, 0]])),
    ("a value of one point", "refused", indicator(1, value=[[5, 100]])),
    ("a value above 100", "refused", indicator(1, value=[[0, 0], [100, 1000]])),
    ("a value that is no list of pairs", "refused", indicator(1, value=[0, 100])),
    ("a value without points", "refused", indicator(1, value=[])),
    ("destinations whose shares do not add up", "refused", indicator(2, destinations={"market": 0.5})),
    ("a misspelt destination", "refused", indicator(2, destinations={"markett": 1.0})),
    (
        "what a truck costs with its low above its mid",
        "refused",
        indicator(2, usd_per_km={"low": 2, "mid": 1, "high": 3}),
    ),
    ("what a truck costs from nothing", "refused", indicator(2, usd_per_hour={"low": 0, "mid": 10, "high": 16})),
    ("truck trips of no end", "refused", indicator(2, trips_per_job={"low": 0.4, "mid": 0.6})),
    ("truck trips below nought", "refused", indicator(2, trips_per_job=-0.6)),
    ("a misspelt class of roads", "refused", indicator(3, classes=["trunkk"])),
    ("a class of roads with _link", "read", indicator(3, classes=["trunk", "trunk_link"])),
    ("no classes of roads", "refused", indicator(3, classes=[])),
    ("an ask of buyers that is no rule", "refused", indicator(6, asks=["flood_sever", "protected_area"])),
    ("an ask of buyers that stands twice", "refused", indicator(6, asks=["protected_area", "protected_area"])),
    ("no asks of buyers", "refused", indicator(6, asks=[])),
    ("a weight for what no indicator weighs", "refused", key("weights", "conformity", to=0.0)),
    ("a slope's share that runs backwards", "refused", indicator(5, slope_share=[[8, 0.5], [3, 1.0]])),
    (
        "a misspelt district in district_weights",
        "refused",
        in_districts(("indicators", 1, "district_weights"), {"Bishkek City": 0}),
    ),
    (
        "a district in district_weights that the layer has not",
        "told",
        in_districts(("indicators", 1, "district_weights"), {"Naryn": 0}),
    ),
    ("a district's weight above 1", "refused", in_districts(("indicators", 1, "district_weights"), {"Osh city": 2})),
)
LABOUR = table(
    "Labour",
    ("a share that falls from low to high", "refused", key("labour", "participation", to=FALLS)),
    ("a share in percent", "refused", key("labour", "participation", to={"low": 50, "mid": 60, "high": 70})),
    ("a share without high", "refused", key("labour", "participation", to={"low": 0.5, "mid": 0.6})),
    (
        "a misspelt district in by_district",
        "refused",
        in_districts(("labour", "participation", "by_district"), {"Osh sity": HALF}),
    ),
    (
        "a district in by_district that the layer has not",
        "told",
        in_districts(("labour", "participation", "by_district"), {"Naryn": HALF}),
    ),
    ("shares of travel that do not add up", "refused", key("labour", "modes", to={"bus": 0.5})),
    ("a way to travel that there is not", "refused", key("labour", "modes", to={"tram": 1.0})),
    ("a company's bus without its minutes", "refused", key("labour", "modes", to={"company_bus": 1.0})),
    ("a misspelt state of rivals", "refused", key("labour", "rival_states", to=["workin"])),
    ("a state of rivals that none has", "told", key("labour", "rival_states", to=["dreaming"])),
    ("a limit in hours", "refused", key("labour", "limit_minutes", to=1.5)),
    ("a limit in seconds", "refused", key("labour", "limit_minutes", to=5400)),
    ("the way near home in seconds", "refused", indicator(1, home_minutes=2700)),
    ("people spread as one for each square kilometre", "refused", key("labour", "spread", "people_per_km2", to=1)),
    ("a limit of no minutes", "refused", key("labour", "limit_minutes", to=0)),
    (
        "a shift that ends before it starts",
        "refused",
        key(
            "labour",
            "shift",
            to={"start_min": 960, "end_min": 480, "first_bus_min": 360, "last_bus_min": 1260},
        ),
    ),
    ("a decay that runs backwards", "refused", key("labour", "decay", to=[[60, 0.2], [30, 0.8]])),
    ("a decay above 1", "refused", key("labour", "decay", to=[[0, 100], [60, 0]])),
    ("a decay that rises", "refused", key("labour", "decay", to=[[0, 0.2], [60, 1.0]])),
    ("no labour, with indicators that ask who can come", "refused", key("labour", to=GONE)),
    ("a raster of people that is not there", "refused", key("labour", "population", to="people.tif")),
    (
        "a misspelt confidence of people",
        "refused",
        changed(settlements=lambda one: one.assign(population_confidence="hihg")),
    ),
    (
        "a settlement beyond every road",
        "told",
        changed(settlements=lambda one: one.set_geometry([place(0, 0), place(40, 30)], crs=one.crs)),
    ),
    ("nobody's number known", "told", changed(settlements=lambda one: one.assign(population=float("nan")))),
    ("nobody at all", "refused", changed(settlements=lambda one: one.assign(population=0.0))),
    ("no working age known", "told", changed(settlements=lambda one: one.assign(working_age_share=float("nan")))),
)
PROGRAMME = table(
    "Towns, plots and the programme",
    (
        "plots of a town that the study has not",
        "refused",
        changed(plots=lambda one: one.assign(town=["one", "bishkek", "two"])),
    ),
    ("a town without a plot", "refused", changed(plots=lambda one: one.assign(town="one"))),
    ("a town's name in place of its id", "refused", changed(plots=lambda one: one.assign(town=["One", "one", "two"]))),
    ("a fixed plot that there is not", "refused", key("programme", "fixed", to={"one": "delta"})),
    ("a fixed plot of another town", "refused", key("programme", "fixed", to={"one": "gamma"})),
    ("a fixed plot of a town that there is not", "refused", key("programme", "fixed", to={"three": "alpha"})),
    ("a set of one plot that cannot all be chosen", "refused", key("programme", "excluded", to=[["alpha"]])),
    ("a set of one plot twice", "refused", key("programme", "excluded", to=[["alpha", "alpha"]])),
    ("a set with a plot that there is not", "refused", key("programme", "excluded", to=[["alpha", "delta"]])),
    ("phases that leave a town out", "refused", key("programme", "phases", to=["one"])),
    ("phases with a town twice", "refused", key("programme", "phases", to=["one", "one", "two"])),
    (
        "a plot out of the network's reach",
        "refused",
        changed(plots=lambda one: one.set_geometry([plot(10, 0.5), plot(30, 9), plot(20, -1.5)], crs=one.crs)),
    ),
    (
        "plots too small for their town",
        "read",
        changed(
            plots=lambda one: one.drop(columns="area_ha").set_geometry(
                [plot(10, 0.5, side_m=9), plot(30, 0.5), plot(20, -1.5)], crs=one.crs
            )
        ),
    ),
    (
        "a layer 460 km off, in another zone",
        "refused",
        OfStudy(
            (),
            None,
            lambda given: (
                given
                | {
                    "floods": given["plots"][["geometry"]]
                    .assign(grade="severe")
                    .set_crs("EPSG:32644", allow_override=True)
                }
            ),
        ),
    ),
    (
        "a grade of floods that there is not",
        "refused",
        OfStudy((), None, lambda given: given | {"floods": given["plots"][["geometry"]].assign(grade="very severe")}),
    ),
    (
        "a layer in memory that there is not",
        "refused",
        OfStudy((), None, lambda given: given | {"flods": given["plots"]}),
    ),
    ("a plot twice under two ids", "told", again("plots", ["delta"])),
    ("a plot that lies over another in part", "told", again("plots", ["delta"], east_m=250)),
    ("a plot that lies over its neighbour by a metre", "read", again("plots", ["delta"], east_m=499)),
    ("a settlement twice under two ids", "told", again("settlements", ["west_2"])),
    ("a settlement near a namesake", "told", again("settlements", ["west_2"], east_m=800)),
    (
        "parts of a city that is no settlement",
        "told",
        OfStudy(
            (),
            None,
            lambda given: given | {"city_parts": layer(["a"], [place(1, 0)], part_of="nowhere", population=[9.0])},
        ),
    ),
    (
        "a screening area of a town that there is not",
        "refused",
        key(
            "screening",
            to={
                "cell_m": 250,
                "count": 5,
                "apart_km": 2,
                "compact": 0.2,
                "areas": [{"town": "three", "area": [74.0, 42.0, 75.0, 43.0]}],
            },
        ),
    ),
    (
        "a screening area turned round",
        "refused",
        key(
            "screening",
            to={
                "cell_m": 250,
                "count": 5,
                "apart_km": 2,
                "compact": 0.2,
                "areas": [{"town": "one", "area": [75.0, 42.0, 74.0, 43.0]}],
            },
        ),
    ),
)
ROADS = table(
    "Roads as lines",
    ("a class that there is not", "refused", roads(highway=["trunk", "autobahn"])),
    ("a class in capitals", "refused", roads(highway="Trunk")),
    ("lengths in kilometres", "refused", roads(length_m=20.0)),
    ("lengths in decimetres", "told", roads(length_m=200_000.0)),
    ("lengths in feet", "told", roads(length_m=65_617.0)),
    ("all closed", "refused", roads(closed=True)),
    ("all private", "refused", roads(access="private")),
    ("for feet alone", "refused", roads(highway="footway")),
    ("speeds in a column of their own", "told", roads(maxspeed=10)),
    ("a side road that ends 20 m off", "told", beside([place(20, 0.02), place(20, 3)])),
    ("a side road that ends on a road, away from its ends", "told", beside([place(10, 0), place(10, 3)])),
    ("a road that crosses without a junction", "told", beside([place(10, -3), place(10, 3)])),
    ("a bridge that crosses without a junction", "read", beside([place(10, -3), place(10, 3)], bridge="yes")),
    ("a road twice", "read", changed(roads=lambda one: pd.concat([one, one]))),
)
CONNECTION = table(
    "Connections and demand",
    ("no connection, with an indicator that asks", "refused", key("connection", to=GONE)),
    ("a way of laying that there is not", "refused", key("connection", "lay", to="air")),
    ("cells that are too many", "refused", key("connection", "cell_m", to=5)),
    ("a rate of 0", "refused", key("connection", "rate", "per_usd", to=0)),
    (
        "a cost that falls from low to high",
        "refused",
        key("connection", "costs", to={"line_10kv": {"low": 9, "mid": 5, "high": 7}}),
    ),
    ("a cost below 0", "refused", key("connection", "costs", to={"line_10kv": {"low": -1, "mid": 5, "high": 7}})),
    ("a misspelt item", "refused", key("connection", "costs", to={"line_10": COST})),
    ("a misspelt class of access roads", "refused", key("connection", "access_classes", to=["trunkk"])),
    ("no class of access roads", "refused", key("connection", "access_classes", to=[])),
    ("a demand that falls from low to high", "refused", key("demand", to={"sewing": {"power_mw": FALLS}})),
    ("a quantity of demand that there is not", "refused", key("demand", to={"sewing": {"steam": COST}})),
    ("a demand of a production that there is not", "refused", key("demand", to={"weaving": {"power_mw": HALF}})),
    ("a price list that is not there", "refused", key("connection", "prices", to="costs.csv")),
)
SCENARIOS = table(
    "What if",
    ("a road that there is not", "refused", scenario(closed=[{"ref": "EM-99"}])),
    ("a road of no name", "refused", scenario(closed=[{}])),
    ("a road of an empty number", "refused", scenario(closed=[{"ref": ""}])),
    ("a road of a blank name", "refused", scenario(slowed=[{"name": " ", "factor": 2}])),
    ("lines of no file", "refused", scenario(closed=[{"line": ""}])),
    ("roads to be built in no file", "refused", scenario(bypass="")),
    ("a blank name", "refused", scenario(name={"en": "Other", "ru": "\u00a0"}, peak=True)),
    (
        "two of one name",
        "refused",
        key("scenarios", to=[{"id": one, "name": {"en": "A"}, "peak": True} for one in ("a", "b")]),
    ),
    ("a road by number and by name at once", "refused", scenario(closed=[{"ref": "A1", "name": "A1"}])),
    ("a factor of 0", "refused", scenario(slowed=[{"ref": "A1", "factor": 0}])),
    ("a season that there is not", "refused", scenario(season="spring")),
    ("jobs of a town that there is not", "refused", scenario(jobs={"three": 5})),
    ("jobs below 0", "refused", scenario(jobs={"one": -5})),
    ("weights that do not add up", "refused", scenario(weights={"labour": 0.5, "road": 0.1})),
    ("nothing that differs", "read", scenario()),
    ("an id that stands twice", "refused", key("scenarios", to=[{"id": "a", "name": {"en": "A"}, "peak": True}] * 2)),
    ("an id that is the study's own name", "refused", scenario(id="study", peak=True)),
    ("roads to be built in a file that is not there", "refused", scenario(bypass="bypass.gpkg")),
    ("roads to be built, with a speed", "read", built(speed_kph=80.0)),
    ("roads to be built of a misspelt setting", "refused", built(setting="mountian")),
    ("roads to be built of a misspelt class", "refused", built(highway="trunkk")),
    ("roads to be built, one-way by a word of its own", "refused", built(oneway="forward")),
    ("roads to be built at a speed of 0", "refused", built(speed_kph=0.0)),
    ("roads to be built at the speed of a jet", "refused", built(speed_kph=900.0)),
    ("roads to be built that are closed", "refused", built(closed=True)),
    ("roads to be built with lengths of their own", "refused", built(length_m=20_000.0)),
    ("roads to be built with speeds that are not read", "refused", built(maxspeed=90)),
    ("a road to be built from a place to itself", "refused", built([place(1, 0), place(1, 0)])),
    ("roads to be built on a datum that is not named", "told", built(crs=KRASSOWSKY)),
    ("a closed road drawn from a place to itself", "refused", built([place(1, 0), place(1, 0)], what="closed")),
)
MAP = table(
    "The map's page",
    ("pictures from the internet that are not known", "refused", key("map", "online", to=["google"])),
    ("an address in place of their name", "refused", key("map", "online", to=["https://example.org/{z}/{x}/{y}.png"])),
    ("pictures that are named twice", "refused", key("map", "online", to=["osm", "osm"])),
    ("pictures that are known", "read", key("map", "online", to=["imagery", "osm"])),
)
