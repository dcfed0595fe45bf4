"""People of a raster shared out to road nodes: worked by hand, and every unusable raster told in one line."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import rasterio
from rasterio.transform import from_origin
from shapely import box

from sitesel.errors import LayerError
from sitesel.layers import population, share_population

UTM = "EPSG:32643"
WEST, NORTH = 500_000.0, 4_750_000.0  # on the central meridian, 75 degrees east
KM = from_origin(WEST, NORTH, 1000, 1000)
NODES = pd.DataFrame({"x": [WEST + 500, WEST + 3500], "y": [NORTH - 500, NORTH - 500]}, index=["a", "b"])


def raster(path, people, *, transform=KM, crs=UTM, **profile):
    people = np.atleast_3d(np.asarray(people)).transpose(2, 0, 1)
    size = {"count": people.shape[0], "height": people.shape[1], "width": people.shape[2]}
    with rasterio.open(
        path, "w", driver="GTiff", dtype=people.dtype, transform=transform, crs=crs, **size, **profile
    ) as file:
        file.write(people)
    return path


def share(path, **options):
    return share_population(path, options.pop("nodes", NODES), **({"crs": UTM, "cap_m": 2500.0} | options))


def test_each_cell_goes_to_its_nearest_node_and_far_cells_are_listed(tmp_path):
    # Middles at 0.5, 1.5, ... km; node a at 0.5, node b at 3.5. The cell at 1.5 is 1 km from a, 2 from b; that at 2.5
    # the other way round; that at 5.5 is 2 km from b. In the second row all are 1 km farther south; the cell at 5.5 is
    # sqrt(5) = 2.24 km from b, that at 6.5 is 3 km from b and more: beyond the cap of 2.5.
    people = np.array([[1, 2, 4, 8, 0, 16, 32], [0.5, 0, 0, 0, 0, 64, 128]])
    found = share(raster(tmp_path / "people.tif", people))
    assert found.people.to_dict() == {"a": 1 + 2 + 0.5, "b": 4 + 8 + 16 + 64}
    assert found.stranded[["row", "column", "people"]].to_numpy().tolist() == [[0, 6, 32], [1, 6, 128]]
    assert found.stranded[["x", "y"]].to_numpy().tolist() == [[WEST + 6500, NORTH - 500], [WEST + 6500, NORTH - 1500]]
    assert found.total == people.sum()
    assert (found.peopled_cells, found.unknown_cells, found.nodata) == (9, 0, None)


def test_a_cell_just_at_the_cap_is_reached(tmp_path):
    path = raster(tmp_path / "people.tif", [[1.0, 0, 0, 0, 0, 16.0]])
    assert share(path, cap_m=2000.0).stranded.empty
    assert len(share(path, cap_m=1999.0).stranded) == 1


@pytest.mark.parametrize("nodata", [-9999, 0, 255])
def test_declared_nodata_is_honoured(tmp_path, nodata):
    people = np.array([[5, nodata, 7, nodata]], dtype=np.int16)
    found = share(raster(tmp_path / "people.tif", people, nodata=nodata))
    assert found.people.to_dict() == {"a": 5, "b": 7}
    assert (found.unknown_cells, found.nodata) == (2, nodata)


@pytest.mark.parametrize(("scale", "offset", "a"), [(0.5, 0.0, 5.0), (1.0, 3.0, 13.0), (0.1, -0.5, 0.5)])
def test_scale_and_offset_are_honoured(tmp_path, scale, offset, a):
    path = raster(tmp_path / "people.tif", np.array([[10, -1]], dtype=np.int16), nodata=-1)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = [scale], [offset]
    assert share(path).people["a"] == pytest.approx(a)


@pytest.mark.parametrize("undeclared", [65535, 3.4e38, 1e20])
@pytest.mark.parametrize("crs", [UTM, "EPSG:4326"])
def test_more_people_than_can_live_there_are_no_people(tmp_path, undeclared, crs):
    people = np.array([[10, undeclared]], dtype=np.float64)
    cell = from_origin(WEST, NORTH, 100, 100) if crs == UTM else from_origin(75.0, 42.9, 0.001, 0.001)
    with pytest.raises(LayerError, match=r"people in row 0, column 1; if .* means no data, declare it"):
        share(raster(tmp_path / "people.tif", people, transform=cell, crs=crs))


def test_nan_is_no_data_declared_or_not(tmp_path):
    found = share(raster(tmp_path / "people.tif", [[5.0, np.nan, 7.0]]))
    assert found.total == 12
    assert found.unknown_cells == 1


@pytest.mark.parametrize(
    "profile", [{}, {"tiled": True, "blockxsize": 16, "blockysize": 16}, {"blockysize": 1}, {"blockysize": 7}]
)
@pytest.mark.parametrize("at_once", [40, 1000, 10**9])
def test_windows_lose_nobody_whatever_the_blocks(tmp_path, monkeypatch, profile, at_once):
    monkeypatch.setattr(population, "CELLS_AT_ONCE", at_once)
    people = np.random.default_rng(1).exponential(3.0, (53, 61)) * np.random.default_rng(2).integers(0, 2, (53, 61))
    path = raster(tmp_path / "people.tif", people, transform=from_origin(WEST, NORTH, 100, 100), **profile)
    found = share(path, cap_m=3000.0)
    assert found.people.sum() + found.stranded["people"].sum() == pytest.approx(people.sum(), abs=1e-6)
    assert found.total == pytest.approx(people.sum(), abs=1e-6)
    # by hand: distance of every middle to both nodes
    x, y = np.meshgrid(WEST + 100 * (np.arange(61) + 0.5), NORTH - 100 * (np.arange(53) + 0.5))
    metres = np.stack([np.hypot(x - node.x, y - node.y) for node in NODES.itertuples()])
    near_a = (metres.argmin(axis=0) == 0) & (metres.min(axis=0) <= 3000)
    assert found.people["a"] == pytest.approx(people[near_a].sum(), abs=1e-6)


def test_any_crs_is_moved_to_the_nodes_own(tmp_path):
    # Two cells of 0.1 degrees, their middles at 75.05 and 75.15 east, 42.95 north: a node at each.
    degrees = from_origin(75.0, 43.0, 0.1, 0.1)
    x, y = pyproj.Transformer.from_crs(4326, UTM, always_xy=True).transform([75.05, 75.15], [42.95, 42.95])
    found = share(
        raster(tmp_path / "people.tif", [[3.0, 9.0]], transform=degrees, crs="EPSG:4326"),
        nodes=pd.DataFrame({"x": x, "y": y}, index=["west", "east"]),
        cap_m=1.0,
    )
    assert found.people.to_dict() == {"west": 3.0, "east": 9.0}


def test_only_the_area_asked_for_is_read(tmp_path):
    degrees = from_origin(74.0, 43.0, 0.5, 0.5)  # cells from 74 to 76 degrees east; the roads lie at 75
    path = raster(tmp_path / "world.tif", [[1.0, 2.0, 4.0, 8.0]], transform=degrees, crs="EPSG:4326")
    found = share(path, area=(74.6, 42.6, 75.4, 42.9), cap_m=80_000.0)
    assert found.total == 6


def test_people_across_the_border_are_told_and_not_shared_out(tmp_path):
    # The border runs at 2 km; the cells' middles lie at 0.5, 1.5, 2.5, 3.5. In degrees, so that it has to be moved.
    country = gpd.GeoSeries([box(WEST, NORTH - 2000, WEST + 2000, NORTH)], crs=UTM).to_crs(4326)
    found = share(raster(tmp_path / "people.tif", [[1.0, 2.0, 4.0, 8.0]]), country=country)
    assert found.people.to_dict() == {"a": 3, "b": 0}
    assert (found.total, found.abroad, found.peopled_cells) == (3, 12, 2)


def test_a_raster_outside_the_area_no_raster_and_no_file(tmp_path):
    path = raster(tmp_path / "people.tif", [[5.0]])
    with pytest.raises(LayerError, match="does not meet the study's area"):
        share(path, area=(10.0, 50.0, 11.0, 51.0))
    with pytest.raises(LayerError, match=r"none.tif: no such file; name another raster"):
        share(tmp_path / "none.tif")
    (tmp_path / "text.tif").write_text("people")
    with pytest.raises(LayerError, match=r"text.tif: is neither GeoTIFF nor netCDF"):
        share(tmp_path / "text.tif")
