"""Rasters as they come: each fault one clear line, great ones in little memory."""

import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.transform import from_origin
from rasterio.windows import Window

from sitesel.errors import LayerError
from sitesel.layers import grid_over, read_around, read_relief
from sitesel.layers.raster import refuse_unlike
from sitesel.region.slope import slope_grid, slope_pct, slopes
from sitesel.stages import run
from small_study import CRS, NORTH, WEST, plot, write_heights

PLOTS = gpd.GeoDataFrame(geometry=[plot(10, 0.5), plot(20, -1.5)], index=["alpha", "gamma"], crs=CRS)


def write(path: Path, values: np.ndarray, **changed: object) -> Path:
    options = {
        "driver": "GTiff",
        "height": values.shape[-2],
        "width": values.shape[-1],
        "count": 1,
        "dtype": values.dtype,
        "crs": CRS,
        "transform": from_origin(WEST, NORTH, 100, 100),
        "nodata": None,
    }
    with rasterio.open(path, "w", **(options | changed)) as raster:
        for band in range(raster.count):
            raster.write(values, band + 1)
    return path


def heights(low: float = 700, high: float = 900) -> np.ndarray:
    return np.linspace(low, high, 400).reshape(20, 20).astype("float32")


def test_feet_that_could_be_metres_stand_out_against_known_heights(tmp_path):
    known = read_relief(write(tmp_path / "known.tif", heights()))
    refuse_unlike(read_relief(write(tmp_path / "near.tif", heights() + 40)), known, "near.tif")
    with pytest.raises(LayerError, match=r"feet\.tif: heights 3\.28 times"):
        refuse_unlike(read_relief(write(tmp_path / "feet.tif", heights() * 3.2808)), known, "feet.tif")
    with pytest.raises(LayerError, match=r"high\.tif: heights \+500 m off"):
        refuse_unlike(read_relief(write(tmp_path / "high.tif", heights() + 500)), known, "high.tif")
    elsewhere = {"transform": from_origin(WEST + 9e5, NORTH, 100, 100)}
    refuse_unlike(read_relief(write(tmp_path / "far.tif", heights() * 3.28, **elsewhere)), known, "far.tif")


def test_what_does_not_cover_the_plots_gives_nothing(tmp_path):
    write_heights(tmp_path / "heights.tif")
    far = PLOTS.set_geometry(PLOTS.translate(5e5, 0))
    assert read_around(tmp_path / "heights.tif", far) is None
    found = slopes(far, tmp_path / "heights.tif")
    assert found[["mean", "max", "over_8", "over_15"]].isna().all(axis=None)


@pytest.mark.parametrize(("slope", "steep"), [(1.0, (0, 0)), (10.0, (1, 0)), (20.0, (1, 1))])
def test_by_windows_is_as_from_the_whole(tmp_path, slope, steep):
    path = tmp_path / "heights.tif"
    write_heights(path, slope_pct=slope / 10 if slope > 10 else slope, nodata=-9999.0)
    whole, parts = slope_pct(PLOTS, read_relief(path)), slopes(PLOTS, path)
    assert np.allclose(whole.drop(columns="regional").astype(float), parts.drop(columns="regional").astype(float))
    assert parts["regional"].tolist() == [True, True]  # cells of 200 m in plots of 500
    if slope <= 10:
        assert (parts["over_8"] == steep[0]).all()
        assert (parts["over_15"] == steep[1]).all()


def test_a_fine_grid_is_not_called_regional(tmp_path):
    path = write(tmp_path / "dem.tif", np.full((200, 200), 800, "float32"), transform=from_origin(WEST, NORTH, 10, 10))
    square = gpd.GeoDataFrame(geometry=[plot(0.5, -1.5)], index=["p"], crs=CRS)
    found = slopes(square, path).loc["p"]
    assert not found["regional"]
    assert found[["cell_width_m", "cell_height_m", "mean"]].tolist() == pytest.approx([10, 10, 0])


def test_cells_in_degrees_are_told_in_metres(tmp_path):
    path = write(
        tmp_path / "dem.tif", heights(), crs="EPSG:4326", transform=from_origin(73.75, 42.94, 1 / 240, 1 / 240)
    )
    square = gpd.GeoDataFrame(geometry=[plot(0.5, -1.5)], index=["p"], crs=CRS)
    found = slopes(square, path).loc["p"]
    assert (round(found["cell_width_m"], -1), round(found["cell_height_m"], -1)) == (340, 460)
    assert found["regional"]


def test_slope_of_a_grid_in_strips_is_that_of_the_plane(tmp_path):
    write_heights(tmp_path / "heights.tif", slope_pct=3.0)
    grid = grid_over((WEST, NORTH - 8000, WEST + 20_000, NORTH + 8000), CRS, 500)
    found = slope_grid(tmp_path / "heights.tif", grid)
    assert found.shape == grid.shape
    assert np.allclose(found, 3.0, atol=1e-3)
    beyond = grid_over((WEST + 1e6, NORTH, WEST + 1e6 + 5000, NORTH + 5000), CRS, 500)
    assert np.isnan(slope_grid(tmp_path / "heights.tif", beyond)).all()
    coarse = slope_grid(tmp_path / "heights.tif", grid_over((WEST, NORTH, WEST + 2000, NORTH + 2000), CRS, 100))
    assert np.allclose(coarse, 3.0, atol=1e-3)  # the raster's cells are twice as wide


GREAT = """
import re, sys
from pathlib import Path
import geopandas as gpd
from shapely import box
from sitesel.ground import earthwork
from sitesel.region.slope import slope_grid, slopes
from sitesel.layers import grid_over, read_around, read_relief

path = Path(sys.argv[1])
west, north, side = 400_000.0, 4_750_000.0, 36_000.0
corners = [(west + 9000 * n, north - 20_000) for n in (1, 2, 3)]
plots = gpd.GeoDataFrame(geometry=[box(x, y, x + 700, y + 700) for x, y in corners], crs="EPSG:32643")
slope = slopes(plots, path)["mean"]
assert [round(float(percent), 2) for percent in slope[:2]] == [2.0, 2.0] and slope.isna()[2], slope
cut = earthwork(plots.iloc[:1], read_around(path, plots.iloc[:1])).loc[0, "cut_m3"]
assert abs(cut / (0.02 * 700**3 / 8) - 1) < 0.01, cut
assert read_relief(path).metres.size <= 16_000_000
grid = grid_over((west, north - side, west + side, north), "EPSG:32643", 250.0)
cells = slope_grid(path, grid)
assert abs(float(cells[78, 37]) - 2.0) < 0.05 and (cells == cells).sum() > 40, cells[78, 37]
# Not getrusage: its peak is that of the process that started this one, where that was greater.
print("peak_mb", int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""


def test_five_gigabytes_of_heights_take_less_than_one_of_memory(tmp_path):
    path = tmp_path / "great.tif"
    size = 36_000  # of 4 bytes: 5.2 GB
    profile = {
        "driver": "GTiff",
        "width": size,
        "height": size,
        "count": 1,
        "dtype": "float32",
        "crs": CRS,
        "nodata": -1.0,
    }
    layout = {"tiled": True, "blockxsize": 512, "blockysize": 512, "SPARSE_OK": True, "BIGTIFF": "YES"}
    with rasterio.open(path, "w", transform=from_origin(WEST, NORTH, 1, 1), **profile, **layout) as raster:
        tile = np.add.outer(np.zeros(2048), 700 + 0.02 * np.arange(2048)).astype("float32")  # rises 2 % to the east
        for column in (9000, 18_000):
            window = rasterio.windows.Window(column - 512 - column % 512, 18_944, 2048, 2048)
            raster.write(tile, 1, window=window)
    assert path.stat().st_size < 200e6
    result = subprocess.run(
        [sys.executable, "-c", GREAT, str(path)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert result.returncode == 0, result.stderr
    peak = float(result.stdout.split("peak_mb")[1])
    assert peak < 1000, result.stdout


def test_a_study_on_tiles_is_that_on_the_whole(write_study, study_text, tmp_path, monkeypatch):
    """Case R3: tiles that meet under a plot leave no gap."""
    monkeypatch.setattr("sitesel.region.reading.refuse_unlike", lambda *_: None)  # the plane is made up
    whole = run(write_study(), sure=False)
    with rasterio.open(tmp_path / "heights.tif") as raster:
        (_, south, _, north), profile = whole.plots.to_crs(raster.crs).loc["alpha"].geometry.bounds, raster.profile
        middle = int((~raster.transform * (0, (south + north) / 2))[1])
        for name, rows in (("north", slice(0, middle)), ("south", slice(middle, raster.height))):
            window = Window(0, rows.start, raster.width, rows.stop - rows.start)
            part = {"height": window.height, "transform": raster.window_transform(window)}
            with rasterio.open(tmp_path / f"{name}.tif", "w", **profile | part) as tile:
                tile.write(raster.read(1, window=window), 1)
    study_text["layers"]["elevation"] = ["north.tif", "south.tif"]
    tiled = run(write_study(), sure=False)
    pd.testing.assert_frame_equal(tiled.decision.measures, whole.decision.measures)
    measured = ["slope_mean", "slope_max", "cut_m3"]
    assert whole.land.table.loc["alpha", measured[:2]].notna().all()
    pd.testing.assert_frame_equal(tiled.land.table[measured], whole.land.table[measured])
