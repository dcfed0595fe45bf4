"""Screening: what is proposed passes the rules, hangs together, is large enough, apart, and ranked."""

import math

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.ndimage import label
from shapely import LineString, Point, box

from sitesel.indicators.nearest import nearest_km
from sitesel.layers import grid_over
from sitesel.outputs.screened import write_suitability
from sitesel.rules import zones_of
from sitesel.rules.judging import default_rules, judge
from sitesel.screening.growing import Wanted, candidates, grid_of_degrees

CRS = "EPSG:32643"
GRID = grid_over((0, 0, 5000, 3000), CRS, 250.0)


def frame(*shapes: object, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


scores = hnp.arrays(np.float64, (12, 20), elements=st.one_of(st.floats(0, 100), st.just(math.nan)))
masks = hnp.arrays(np.bool_, (12, 20))


@settings(max_examples=60, deadline=None)
@given(scores, masks, st.floats(1, 200), st.integers(1, 5), st.floats(0, 1500))
def test_what_is_proposed_keeps_every_promise(score, passes, need, count, apart):
    found = candidates(GRID, np.where(passes, score, np.nan), Wanted(need, count, apart))
    assert len(found) <= count
    assert found["rank"].tolist() == list(range(1, len(found) + 1))
    assert found["score"].is_monotonic_decreasing
    x, y = GRID.centres()
    taken = np.zeros(GRID.shape, dtype=int)
    for _, row in found.iterrows():
        inside = np.array([row.geometry.covers(Point(*xy)) for xy in zip(x.ravel(), y.ravel(), strict=True)]).reshape(
            GRID.shape
        )
        taken += inside
        assert passes[inside].all()
        assert np.isfinite(score[inside]).all()
        assert label(inside)[1] == 1
        assert need <= row["area_ha"] + 1e-6 < need + 2 * GRID.cell_ha
        assert row["area_ha"] == pytest.approx(row.geometry.area / 1e4)
        assert row["score"] == pytest.approx(score[inside].mean())
        assert row["least_score"] == score[inside].min()
    assert taken.max(initial=0) <= 1
    for one in range(len(found)):
        for other in range(one):
            assert found.geometry.iloc[one].distance(found.geometry.iloc[other]) >= apart - 1e-6


@settings(max_examples=40, deadline=None)
@given(scores, masks, st.floats(1, 200))
def test_where_ground_enough_hangs_together_something_is_proposed(score, passes, need):
    parts, number = label(passes & np.isfinite(score))
    largest = max((int((parts == part).sum()) for part in range(1, number + 1)), default=0)
    found = candidates(GRID, np.where(passes, score, np.nan), Wanted(need, 1))
    assert len(found) == (largest * GRID.cell_ha >= need - 1e-6)


def test_the_best_ground_is_found_and_kept_round():
    score = np.full(GRID.shape, 20.0)
    score[3:6, 10:13] = 90.0
    score[9, :] = 40.0
    found = candidates(GRID, score, Wanted(need_ha=9 * 6.25, count=2))
    assert found.loc["c01", ["score", "cells"]].tolist() == [90, 9]
    assert found.geometry["c01"].equals(box(2500, 1500, 3250, 2250))
    flat = candidates(GRID, np.full(GRID.shape, 50.0), Wanted(need_ha=25 * 6.25, count=1)).iloc[0]
    assert 4 * math.pi * flat.geometry.area / flat.geometry.length**2 > 0.5
    assert candidates(GRID, np.full(GRID.shape, np.nan), Wanted(50, 3)).empty


def test_kilometres_from_the_outlines_of_cells():
    road = frame(LineString([(0, 1125), (5000, 1125)]))
    outlines = frame(*GRID.boxes(np.ones(GRID.shape, dtype=bool)))
    _, y = GRID.centres()
    assert np.allclose(nearest_km(outlines, road)[0] * 1000, np.maximum(np.abs(y - 1125) - 125, 0).ravel())
    assert nearest_km(outlines, frame())[0].isna().all()


def test_cells_are_struck_as_plots_of_their_shape_are():
    layers = {
        "faults": frame(LineString([(0, 1130), (3000, 1460)])),
        "mudflows": frame(box(4000, 0, 4400, 900), box(100, 100, 200, 200), grade=["severe", "low"]),
        "housing": frame(Point(2600, 2600)),
    }
    zones, unchecked = zones_of(layers, default_rules("kg"), "with_dyeing")
    struck = {name: zone.cells(GRID) for name, zone in zones.items()}
    squares = GRID.boxes(np.ones(GRID.shape, dtype=bool))
    plots = frame(*squares, production=["with_dyeing"] * len(squares))
    rulings = judge(plots, layers, default_rules("kg"))
    for name, cells in struck.items():
        plain = rulings.xs(name, level="rule")["struck"].to_numpy(bool)
        assert (cells.ravel() | ~plain).all(), name  # none that is struck is missed
        assert cells.sum() <= plain.sum() + 6, name  # a rounded corner, at most
    asked = {name for name, rule in default_rules("kg").items() if not rule.stand_in}
    assert set(unchecked) == asked - set(struck)
    assert "fault_zone_1" in struck


def test_suitability_is_a_cloud_optimised_geotiff(tmp_path):
    grid = grid_over((400_000, 4_700_000, 600_000, 4_800_000), CRS, 200.0)
    score = np.fromfunction(lambda row, column: (row + column) % 100, grid.shape)
    score[0, 0] = np.nan
    write_suitability(tmp_path / "s.tif", grid, score, {"run": "abc"})
    with rasterio.open(tmp_path / "s.tif") as raster:
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert raster.overviews(1) == [2, 4]
        assert raster.block_shapes == [(256, 256)]
        assert raster.nodata == -1
        assert raster.tags()["run"] == "abc"
        back = raster.read(1, masked=True)
        assert back.mask.sum() == 1
        assert np.allclose(back.filled(np.nan)[1:], score[1:])
        assert raster.transform == grid.transform
    head = (tmp_path / "s.tif").read_bytes()[:600]
    assert b"LAYOUT=IFDS_BEFORE_DATA" in head


def test_the_valley_of_chui_as_a_grid():
    grid = grid_of_degrees((73.4, 42.6, 75.9, 43.0), CRS, 250.0)
    assert grid.shape == (184, 822)
    assert grid.bounds[0] % 250 == 0
