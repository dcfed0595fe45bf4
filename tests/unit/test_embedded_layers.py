"""The embedded layers: described in full, rebuilt alike, sensible on the ground."""

import itertools
import re
import tomllib
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pytest
import rasterio
import shapely
from shapely import LineString, Point

from layer_building import assembly, atlas, border, tables
from layer_building.access import meeting_share
from layer_building.plots import rectangle
from sitesel.errors import LayerError

CATALOGUE = tomllib.loads((tables.LAYERS / "catalogue.toml").read_text(encoding="utf-8"))
VECTORS = sorted(name for name, entry in CATALOGUE.items() if entry["file"].endswith(".gpkg"))
WITHIN = 0.10


def read(name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(tables.LAYERS / f"{name}.gpkg")


@pytest.fixture(scope="module")
def roads() -> gpd.GeoDataFrame:
    return read("roads")


@pytest.fixture(scope="module")
def network(roads: gpd.GeoDataFrame) -> nx.Graph:
    graph = nx.Graph()
    for line, length_m in zip(roads.geometry, roads["length_m"], strict=True):
        start, end = line.coords[0], line.coords[-1]
        known = graph.get_edge_data(start, end, {"length_m": length_m})["length_m"]
        graph.add_edge(start, end, length_m=min(known, length_m))
    return graph


@pytest.fixture(scope="module")
def rebuilt() -> dict[str, gpd.GeoDataFrame]:
    return assembly.vector_layers(border.build_border())


def test_every_file_is_in_the_catalogue() -> None:
    files = {path.name for path in tables.LAYERS.iterdir() if path.suffix in {".gpkg", ".tif"}}
    assert files == {entry["file"] for entry in CATALOGUE.values()}
    assert sum((tables.LAYERS / file).stat().st_size for file in files) < 3_000_000


@pytest.mark.parametrize("name", VECTORS)
def test_every_column_is_described_and_every_description_has_its_column(name: str) -> None:
    layer = read(name)
    assert list(CATALOGUE[name]["columns"]) == list(layer.columns.drop("geometry"))
    assert layer.crs.to_string() == CATALOGUE[name]["crs"]
    assert layer.geometry.is_valid.all()
    assert not layer.geometry.is_empty.any()


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_a_catalogue_entry_says_all(entry: dict[str, object]) -> None:
    assert set(entry) == {"file", "what", "source", "licence", "date", "crs", "quality", "why", "columns"}
    assert entry["quality"] in {"red", "amber", "green"}


@pytest.mark.parametrize("name", VECTORS)
def test_the_committed_layer_is_what_its_sources_give(
    name: str, rebuilt: dict[str, gpd.GeoDataFrame], tmp_path: Path
) -> None:
    again = tmp_path / f"{name}.gpkg"
    tables.write_layer(rebuilt[name], again)
    committed = read(name)
    repeated = gpd.read_file(again)
    assert repeated.drop(columns="geometry").equals(committed.drop(columns="geometry"))
    assert repeated.geometry.geom_equals_exact(committed.geometry, 1e-6).all()


def test_the_border_is_openstreetmap_s_to_half_a_kilometre_and_neighbours_share_it() -> None:
    drawn = read("border").set_index("id").geometry
    line = shapely.points(shapely.get_coordinates(border.zones()["KGZ"].boundary))
    degrees = gpd.GeoSeries(line, crs=drawn.crs).to_crs(tables.METRIC)
    off_m = degrees.distance(drawn.to_crs(tables.METRIC)["KGZ"].boundary)
    assert off_m.mean() < 30
    assert off_m.max() < 500
    for one, other in itertools.combinations(drawn, 2):
        assert one.intersection(other).area < 1e-7  # square degrees: a last digit where the box cuts their line
    (country,) = drawn["KGZ"].geoms
    assert len(country.interiors) == 3  # Sokh, Shohimardon and Vorukh are other countries'


def test_a_layer_is_written_to_the_same_bytes_twice(rebuilt: dict[str, gpd.GeoDataFrame], tmp_path: Path) -> None:
    path = tmp_path / "plots.gpkg"
    tables.write_layer(rebuilt["plots"], path)
    first = path.read_bytes()
    tables.write_layer(rebuilt["plots"], path)
    assert path.read_bytes() == first


def test_all_roads_are_one_network_and_every_settlement_is_on_it(network: nx.Graph) -> None:
    assert nx.is_connected(network)
    assert {point.coords[0] for point in read("settlements").geometry} <= set(network)


def test_the_atlas_is_large_and_each_settlement_has_at_most_one_access_link(roads: gpd.GeoDataFrame) -> None:
    assert roads.loc[~roads["assumed"], "road"].nunique() >= 60
    links = roads.loc[roads["assumed"], "road"]
    assert links.is_unique
    assert links.str.startswith("access:").all()


def test_no_leg_is_shorter_than_its_straight_line_or_far_longer(roads: gpd.GeoDataFrame) -> None:
    straight_m = roads.to_crs(roads.estimate_utm_crs()).length
    detour = (roads["length_m"] / straight_m)[straight_m > 500]
    assert detour.min() > 0.98
    assert detour[roads["setting"] != "mountain"].max() < 1.8
    assert detour.max() < 2.5


def test_roads_cross_only_at_stations(roads: gpd.GeoDataFrame) -> None:
    first, second = roads.sindex.query(roads.geometry, predicate="crosses")
    crossing = {frozenset((roads["road"][i], roads["road"][j])) for i, j in zip(first, second, strict=True)}
    assert crossing == set()


def test_known_road_distances_are_met(network: nx.Graph) -> None:
    known = tables.read_csv("known_distances")
    known = known[(known["unit"] == "km") & ~known["used_to_scale"].astype(bool)]
    gazetteer = assembly.gazetteer()
    missed, met = set(), 0
    for row in known.itertuples():
        ids = [gazetteer.identify(place, "known_distances") for place in (row.from_place, row.to_place)]
        start, end = (tuple(gazetteer.places.loc[place, ["lon", "lat"]].round(6)) for place in ids)
        length_km = nx.shortest_path_length(network, start, end, weight="length_m") / 1000
        if abs(length_km / row.value - 1) <= WITHIN:
            met += 1
        else:
            missed.add(row.to_place)
    assert met >= 12
    assert missed == {"apt-manas", "apt-osh"}  # said in the catalogue


def test_plots_have_their_area_and_lie_on_free_ground(roads: gpd.GeoDataFrame) -> None:
    plots = read("plots")
    assert plots["town"].value_counts().min() >= 8
    metric = plots.to_crs(tables.METRIC).geometry
    assert ((metric.area / 10_000 / plots["area_ha"] - 1).abs() < 0.001).all()
    assert not plots.sindex.query(read("settlements").geometry, predicate="intersects").size
    assert not plots.sindex.query(roads.geometry[~roads["assumed"]], predicate="intersects").size
    first, second = plots.sindex.query(plots.geometry, predicate="intersects")
    assert (first == second).all()


def figures(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", re.sub(r"[,\N{NO-BREAK SPACE}](?=\d{3})", "", text)))


def test_every_note_on_a_plot_is_told_in_three_languages_with_the_same_figures() -> None:
    plots = read("plots")
    noted = plots[plots["note"].notna()]
    assert len(noted) >= 30
    for column in ("note_ru", "note_ky"):
        assert list(noted.loc[~noted[column].fillna("").str.contains("[а-яё]"), "id"]) == []
        for english, other in zip(noted["note"].map(figures), noted[column].map(figures), strict=True):
            assert len(english) == len(other), other
            assert all(o.endswith(e) for e, o in zip(english, other, strict=True)), other  # 2025-26 may be 2025-2026
    assert (noted["note_ru"] != noted["note_ky"]).all()


@pytest.mark.parametrize("name", ["elevation_chui", "elevation_osh"])
def test_elevation_covers_its_plots(name: str) -> None:
    with rasterio.open(tables.LAYERS / f"{name}.tif") as grid:
        assert grid.crs.to_string() == "EPSG:4326"
        assert grid.dtypes == ("int16",)
        assert grid.nodata == -32768
        assert list(CATALOGUE[name]["columns"]) == list(grid.descriptions)
        plots = read("plots")
        in_osh = plots["town"] == "osh"
        west, south, east, north = plots[in_osh if name == "elevation_osh" else ~in_osh].total_bounds
        assert grid.bounds.left < west
        assert grid.bounds.right > east
        assert grid.bounds.bottom < south
        assert grid.bounds.top > north
        heights = grid.read(1)
        assert 300 < heights.min() < heights.max() < 5600


def test_a_station_that_no_place_answers_to_is_named() -> None:
    with pytest.raises(LayerError, match=r"roads.toml: road x: station 'Nowhere' is not one place \(none\)"):
        assembly.gazetteer().identify("Nowhere", "x")


def test_a_station_that_two_places_answer_to_is_named() -> None:
    with pytest.raises(LayerError, match="station 'Aral' is not one place"):
        assembly.gazetteer().identify("Aral", "x")


def test_a_broken_stretch_is_named() -> None:
    road = {
        "id": "x",
        "highway": "trunk",
        "stretch": [{"setting": "rural", "stations": s} for s in (["Kant", "Tokmok"], ["Kemin", "Kant"])],
    }
    plain = {"defaults": {"source": "s", "confidence": "low"}, "detour": {"rural": 1.1}}
    with pytest.raises(LayerError, match="road x: a stretch must begin"):
        atlas.legs_of(road, plain, assembly.gazetteer())


def test_a_published_length_is_what_the_legs_add_up_to() -> None:
    stretch = [{"setting": "rural", "stations": ["Kant", "Ivanovka", "Tokmok"]}]
    road = {"id": "x", "highway": "trunk", "length_km": 42, "length_note": "n", "stretch": stretch}
    plain = {"defaults": {"source": "s", "confidence": "low"}, "detour": {"rural": 1.1}}
    legs = atlas.legs_of(road, plain, assembly.gazetteer())
    assert legs["length_m"].sum() == pytest.approx(42_000, abs=0.2)
    assert legs["length_basis"].str.startswith("published").all()


def test_a_link_near_a_station_meets_the_station() -> None:
    leg = LineString([(0, 0), (10_000, 0)])
    assert meeting_share(leg, Point(150, 500)) == 0.0
    assert meeting_share(leg, Point(9_900, 500)) == 1.0
    assert meeting_share(leg, Point(5_000, 500)) == pytest.approx(0.5)


def test_a_rectangle_keeps_clear_of_its_road() -> None:
    road = LineString([(0, 0), (3_000, 3_000)])
    shape = rectangle(Point(1_500, 1_600), 37.5, [road])
    assert shape.area == pytest.approx(375_000)
    assert shape.distance(road) == pytest.approx(60)
