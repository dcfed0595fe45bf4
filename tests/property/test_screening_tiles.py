"""A grid screened tile by tile is the grid screened at once, cell by cell, whatever the size of the tiles."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import tomlkit
from rasterio.transform import from_origin
from shapely import LineString, box
from test_indicators_apart import grid_of_roads

from sitesel.crew import ALONE, beside
from sitesel.layers import grid_over
from sitesel.region import survey
from sitesel.region.reading import read_inputs
from sitesel.screening import tiles
from sitesel.stages import source_of
from sitesel.study import load_study
from small_study import CRS, NORTH, WEST, ask_every_kind, layer, place, plot, write_heights

KM = 20.0  # that the drawn roads stretch over


@pytest.fixture(params=[1, 2, 3])
def drawn(request, write_study, study_text: tomlkit.TOMLDocument) -> tuple[tiles.Search, np.random.Generator]:
    """A search of drawn ground: roads, people, rules with a set-back, a border, heights in degrees, odd cells."""
    rng = np.random.default_rng(request.param)

    def somewhere(count: int) -> list:
        return [place(*xy) for xy in rng.uniform(0, KM, (count, 2))]

    ask_every_kind(study_text)
    study_text["towns"][0]["jobs"] = 1500
    study_text["off_road"]["cap_km"] = float(rng.uniform(0.6, 2))
    study_text["study"]["rankable_from"] = 0.3
    study_text["screening"] = {
        "cell_m": float(rng.choice([250, 137, 310])), "count": 5, "apart_km": 0.5, "compact": 0.2,
        "areas": [{"town": "one", "area": [73.7, 42.7, 73.9, 42.9]}],
    }  # fmt: skip
    for name in ("faults", "built_up"):
        study_text["layers"][name] = f"{name}.gpkg"
    kinds = ["border_freight", "rail_freight", "airport", "market", "market"]
    study = write_study(
        roads=grid_of_roads(rng),
        settlements=layer(
            [f"s{n}" for n in range(12)], somewhere(12), population=rng.integers(500, 9000, 12) * 1.0,
            working_age_share=rng.uniform(0.4, 0.6, 12),
        ),
        gateways=layer([f"g{n}" for n in range(5)], somewhere(5), kind=kinds),
        faults=gpd.GeoDataFrame({"id": ["f"]}, geometry=[LineString(somewhere(3))], crs=CRS),
        built_up=gpd.GeoDataFrame({"id": ["b"]}, geometry=[somewhere(1)[0].buffer(900)], crs=CRS),
        border=layer(["kg"], [box(WEST - 1e5, NORTH - 1e5, WEST + 14_321, NORTH + 1e5)]),
        plots=layer(["a", "b"], [plot(1, 1), plot(2, 2)], town=["one", "two"], area_ha=25.0, outline="indicative"),
    )  # fmt: skip
    metres = (700 + rng.normal(0, 4, (160, 160)).cumsum(0)).astype("float32")
    metres[70:72, 80] = -9999
    at = from_origin(73.70, 43.15, 0.0025, 0.0025)
    write_heights(study.parent / "heights.tif", metres=metres, crs="EPSG:4326", transform=at, height=160, width=160)
    return _search(study, rng), rng


def _search(study_file: Path, rng: np.random.Generator) -> tiles.Search:
    study = load_study(study_file)
    inputs = read_inputs(study.study, study.layers, source_of(study), lambda _: None, without={"plots"})
    assert study.screening is not None
    corner = rng.uniform(0, 3, 2)
    bounds = (*place(*corner).coords[0], *place(*(corner + rng.uniform(9, 13, 2))).coords[0])
    grid = grid_over(bounds, CRS, study.screening.cell_m)
    return tiles.search_of(study, survey(study.asked, inputs), grid, study.towns[0])


def whole(search: tiles.Search, side: int, crew=ALONE) -> tuple[np.ndarray, int]:
    points, passing, parts = np.full(search.grid.shape, np.nan), 0, tiles.tiles_of(search.grid, side)
    for tile, found in zip(parts, crew.each(tiles.scored, search, parts), strict=True):
        passing += found.passing
        found.lay(points, tile)
    return points, passing


def test_tiles_agree_with_the_whole_cell_by_cell(drawn):
    search, rng = drawn
    points, passing = whole(search, max(search.grid.shape))
    assert 50 < passing < points.size
    assert np.isfinite(points).sum() > 30
    assert len(np.unique(points[np.isfinite(points)])) > 20
    for side in (*rng.integers(5, max(search.grid.shape), 2), max(search.grid.shape) - 1):
        cut, also = whole(search, int(side))
        np.testing.assert_array_equal(cut, points, err_msg=f"tiles of {side}")
        assert also == passing
    one = tuple(int(at) for at in rng.choice(np.argwhere(np.isfinite(points))))
    alone = tiles.scored(search, tiles.Tile(*(slice(at, at + 1) for at in one)))
    np.testing.assert_array_equal(alone.points, [points[one]])


def test_a_crew_agrees_with_one(drawn):
    search, _ = drawn
    with beside(2) as crew:
        np.testing.assert_array_equal(whole(search, 17, crew)[0], whole(search, 17)[0])
