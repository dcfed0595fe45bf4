"""Grades slow trucks, and only where the grid of heights knows them."""

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from osm_drawing import Drawing, place
from sitesel.errors import LayerError
from sitesel.network.slope import grade_speed, sample_heights, slow_by_slope
from sitesel.network.vehicles import vehicle

CELL = 0.0005


def heights(path: Path, rise_east: float, *, gap: bool = False, crs: str | None = "EPSG:4326") -> Path:
    """Write a plane that rises east, in metres a degree, around the drawing's grid; without heights north of 42.872."""
    columns = np.arange(60) * CELL
    grid = np.tile((columns * rise_east).astype(np.float32), (60, 1))
    if gap:
        grid[:36] = -9999
    transform = from_origin(74.595, 42.86 + 60 * CELL, CELL, CELL)
    options = {"driver": "GTiff", "width": 60, "height": 60, "count": 1, "dtype": "float32", "nodata": -9999}
    with rasterio.open(path, "w", transform=transform, crs=crs, **options) as raster:
        raster.write(grid, 1)
    return path


@pytest.fixture
def roads(drawing: Drawing) -> nx.MultiDiGraph:
    # Road 1 runs east, road 2 north from its western end.
    return drawing.way(1, [1, 9], {"highway": "trunk"}).way(2, [1, 41], {"highway": "trunk", "name": "N"}).read("truck")


def test_uphill_and_steep_downhill_are_slower_and_level_is_not(roads: nx.MultiDiGraph, tmp_path: Path) -> None:
    eight_percent = 0.08 * 81_700
    slowed = slow_by_slope(roads, heights(tmp_path / "dem.tif", eight_percent), "truck")
    for edge in ((1, 9, 0), (9, 1, 0)):
        sign = 1 if edge[0] == 1 else -1
        expected = grade_speed(np.array([sign * 0.08]), vehicle("truck"))[0] * 3.6
        assert slowed.edges[edge]["speed_kph"] == pytest.approx(expected, rel=0.01)
        data = slowed.edges[edge]
        assert data["travel_time"] == pytest.approx(data["length"] / (data["speed_kph"] / 3.6))
    assert slowed.edges[1, 41, 0] == roads.edges[1, 41, 0]
    assert roads.edges[1, 9, 0]["speed_kph"] == 60
    assert slowed.graph["notices"] == {"edge slowed by slope": 2, "edge without heights": 0}


def test_mountain_roads_stay(roads: nx.MultiDiGraph, tmp_path: Path) -> None:
    for _, _, data in roads.edges(data=True):
        data["setting"] = "mountain"
    slowed = slow_by_slope(roads, heights(tmp_path / "dem.tif", 8000), "truck")
    assert nx.utils.graphs_equal(slowed, roads)


def test_where_heights_are_missing_nothing_changes_and_it_is_counted(roads: nx.MultiDiGraph, tmp_path: Path) -> None:
    slowed = slow_by_slope(roads, heights(tmp_path / "dem.tif", 8000, gap=True), "truck")
    assert slowed.edges[1, 41, 0] == roads.edges[1, 41, 0]
    assert slowed.graph["notices"] == {"edge slowed by slope": 2, "edge without heights": 2}


def test_heights_are_bilinear_and_nan_outside(tmp_path: Path) -> None:
    path = heights(tmp_path / "dem.tif", 8000)
    east, north = place(5)
    with rasterio.open(path) as raster:
        found = sample_heights(raster, np.array([east, east, 0.0]), np.array([north, 80.0, north]))
    assert found[0] == pytest.approx((east - 74.595 - CELL / 2) * 8000, rel=1e-4)
    assert np.isnan(found[1:]).all()


def test_tiles_agree_with_one_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = heights(tmp_path / "dem.tif", 8000)
    rng = np.random.default_rng(1)
    x, y = 74.595 + rng.random(200) * 0.03, 42.86 + rng.random(200) * 0.03
    with rasterio.open(path) as raster:
        whole = sample_heights(raster, x, y)
        monkeypatch.setattr("sitesel.network.slope._TILE", 7)
        np.testing.assert_allclose(sample_heights(raster, x, y), whole)


def test_steeper_is_never_faster() -> None:
    grade = np.linspace(0, 0.12, 40)
    for mode in ("car", "truck", "bus"):
        assert (np.diff(grade_speed(grade, vehicle(mode))) <= 0).all()
    braked = grade_speed(-grade[grade > 0.04], vehicle("truck"))
    assert (np.diff(braked) < 0).all()


def test_the_climbing_speed_balances_the_power() -> None:
    truck = vehicle("truck")
    (speed,) = grade_speed(np.array([0.05]), truck)
    force = truck.gross_t * 1000 * 9.81 * (0.01 + 0.05) + 0.5 * truck.drag_m2 * speed**2
    assert force * speed == pytest.approx(truck.power_kw * 1000)


def test_bad_rasters_are_one_line(roads: nx.MultiDiGraph, tmp_path: Path) -> None:
    (tmp_path / "words.tif").write_text("no raster")
    with pytest.raises(LayerError, match=r"words.tif: is neither GeoTIFF nor netCDF"):
        slow_by_slope(roads, tmp_path / "words.tif", "truck")
    with pytest.raises(LayerError, match=r"bare.tif: no CRS"):
        slow_by_slope(roads, heights(tmp_path / "bare.tif", 1, crs=None), "truck")


def test_walkers_have_no_power(roads: nx.MultiDiGraph, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no power"):
        slow_by_slope(roads, tmp_path / "dem.tif", "foot")
