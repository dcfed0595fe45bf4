"""Tiles of heights are one relief: slopes and heights on them are those of one raster that was never cut."""

from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import from_origin
from shapely import box

from sitesel.layers import joined, read_around
from sitesel.region.slope import slopes

CELL = 1 / 3600
WEST, NORTH, SIDE = 74.0, 50.02, 120
NODATA = -9999.0


def relief(rows: int = SIDE, columns: int = SIDE) -> np.ndarray:
    y, x = np.mgrid[0:rows, 0:columns]
    return (800 + 30 * np.sin(x / 9) + 40 * np.cos(y / 13) + 0.4 * x).astype("float32")


def write(path: Path, values: np.ndarray, left: int, top: int, wide: float = 1.0, **kept: object) -> Path:
    """Heights whose corner lies so many cells from that of the whole; cells may be wider."""
    rows, columns = values.shape
    transform = from_origin(WEST + left * CELL, NORTH - top * CELL, wide * CELL, CELL)
    about = {"driver": "GTiff", "count": 1, "dtype": values.dtype, "height": rows, "width": columns} | kept
    with rasterio.open(path, "w", crs="EPSG:4326", transform=transform, **about) as out:
        out.write(values, 1)
    return path


def plots(*corners: tuple[int, int], cells: int = 12) -> gpd.GeoDataFrame:
    shapes = [
        box(WEST + x * CELL, NORTH - (y + cells) * CELL, WEST + (x + cells) * CELL, NORTH - y * CELL)
        for x, y in corners
    ]
    return gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326").to_crs("EPSG:32643")


@settings(max_examples=20)
@given(
    st.integers(30, 90),
    st.integers(30, 90),
    st.integers(0, 15),
    st.booleans(),
    st.permutations(range(4)),
    st.booleans(),
)
def test_slopes_on_tiles_are_those_of_the_whole(across, down, lap, hole, order, whole_numbers):
    values = relief().round() if whole_numbers else relief()
    values = values.astype("int16") if whole_numbers else values
    asked = plots((across - 6, down - 6), (across - 6, 10), (10, down - 6), (5, 5))
    with TemporaryDirectory() as folder:
        whole = write(Path(folder) / "whole.tif", values, 0, 0)
        tiles = []
        for name, (rows, columns) in enumerate(
            [
                (slice(0, down + lap), slice(0, across + lap)),
                (slice(0, down + lap), slice(across, SIDE)),
                (slice(down, SIDE), slice(0, across + lap)),
                (slice(down, SIDE), slice(across, SIDE)),
            ]
        ):
            part = values[rows, columns].copy()
            if hole and lap and name == 0:
                part[down:, :] = NODATA  # what a neighbour knows is filled from it
            tiles.append(write(Path(folder) / f"{name}.tif", part, columns.start, rows.start, nodata=NODATA))
        (one,) = joined(tiles[place] for place in order)
        pd.testing.assert_frame_equal(slopes(asked, one), slopes(asked, whole), rtol=1e-5)
        whole_heights, tiled = read_around(whole, asked), read_around(one, asked)
        np.testing.assert_array_equal(tiled.metres, whole_heights.metres)
        assert tiled.transform.almost_equals(whole_heights.transform, precision=1e-9)


def test_tiles_whose_columns_widen_with_latitude_are_one_relief(tmp_path):
    """As GLO-30's do at 50 degrees north: the plot lies across, and half its cells are half as wide again."""
    values = relief()
    whole = write(tmp_path / "whole.tif", values, 0, 0)
    centre = np.arange(80) * 1.5 + 0.25
    wide = np.stack([np.interp(centre, np.arange(SIDE), row) for row in values[:72]]).astype("float32")
    north = write(tmp_path / "north.tif", wide, 0, 0, wide=1.5)
    south = write(tmp_path / "south.tif", values[72:], 0, 72)
    asked = plots((54, 66), (20, 66), (20, 20), (60, 90))
    (one,) = joined([north, south])
    told, due = slopes(asked, one), slopes(asked, whole)
    assert told["mean"].to_numpy() == pytest.approx(due["mean"].to_numpy(), rel=0.02)
    assert told["mean"][3] == due["mean"][3]  # on the narrow cells alone
    there, known = read_around(one, asked).metres, read_around(whole, asked).metres
    assert np.abs(there - known).max() < 0.5


def test_only_what_meets_and_counts_alike_is_one(tmp_path):
    values = relief()
    here = write(tmp_path / "here.tif", values[:, :50], 0, 0)
    beside = write(tmp_path / "beside.tif", values[:, 50:], 50, 0)
    far = write(tmp_path / "far.tif", values, 400, 0)
    coarse = tmp_path / "coarse.tif"
    about = {"driver": "GTiff", "count": 1, "dtype": "float32", "height": 12, "width": 12}
    with rasterio.open(coarse, "w", crs="EPSG:4326", transform=from_origin(WEST, NORTH, 0.01, 0.01), **about) as out:
        out.write(values[:12, :12], 1)
    assert joined([far, here, coarse, beside]) == (far, (here, beside), coarse)
    assert joined([tmp_path / "none.tif"]) == (tmp_path / "none.tif",)


def test_scales_and_missing_cells_are_each_tile_s_own(tmp_path):
    values = relief()
    here = write(tmp_path / "here.tif", (values[:, :60] * 10).round().astype("int16"), 0, 0, nodata=-1)
    with rasterio.open(here, "r+") as out:
        out.scales = (0.1,)
    beside = write(tmp_path / "beside.tif", values[:, 60:], 60, 0)
    (one,) = joined([here, beside])
    told = read_around(one, plots((54, 54)))
    assert (
        np.abs(told.metres - read_around(write(tmp_path / "w.tif", values, 0, 0), plots((54, 54))).metres).max() < 0.06
    )
    gap = write(tmp_path / "gap.tif", values[:, 62:], 62, 0)
    assert slopes(plots((54, 54)), joined([here, gap])[0])["mean"].isna().all()  # nobody knows the two columns between
