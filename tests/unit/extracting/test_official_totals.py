"""Official totals of people by area: what the raster is scaled to, and what of such a table is refused."""

import math
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.features import geometry_mask
from rasterio.transform import from_origin
from shapely import Polygon, box
from typer.testing import CliRunner

from drawn_rasters import raster
from sitesel import cli, fetching
from sitesel.errors import LayerError
from sitesel.extracting import Wish, made_lines, make_layers, write_layers
from sitesel.text import say

PEOPLE = "kgz_pop_2025_CN_100m_R2025A_v1.tif"
WEST, EAST = box(74.72, 42.7, 74.8, 42.9), Polygon([(74.8, 42.7), (74.95, 42.7), (74.9, 42.9), (74.8, 42.9)])


@pytest.fixture
def ground(extract):
    """A village, and people who live all over by a pattern of their own, beside cells of which nothing is known."""
    extract.node(520, place="town", name="Kant").save()
    people = np.random.default_rng(1).gamma(0.3, 9.0, (360, 360)).astype("float32")
    people[:40] = -99999.0
    raster(extract.folder / PEOPLE, people, nodata=-99999.0)
    return extract.folder


def table(folder, *rows, name="totals.csv"):
    text = "name;people;wkt\n" + "".join(f"{area};{people};{shape.wkt}\n" for area, people, shape in rows)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def sums(path, *areas):
    """People of a raster by area and beyond all, without the project's own way of adding them up."""
    with rasterio.open(path) as people:
        values = people.read(1, masked=True).astype("float64")
        values = np.where(np.isnan(values.filled(np.nan)), 0, values.filled(0))
        inside = [~geometry_mask([area], values.shape, people.transform) for area in areas]
    return [float(values[each].sum()) for each in inside], float(values[~np.any(inside, axis=0)].sum())


def test_people_of_each_area_add_up_to_the_table_and_others_stay(ground, tmp_path):
    totals = table(ground, ("West", "30 000", WEST), ("East", 40000, EAST))
    made = make_layers(ground, Wish(people=totals))
    write_layers(made, tmp_path / "layers")
    (before, elsewhere) = sums(ground / PEOPLE, WEST, EAST)
    (after, still) = sums(tmp_path / "layers" / "population.tif", WEST, EAST)
    assert after == pytest.approx([30_000, 40_000], rel=1e-6)
    assert still == pytest.approx(elsewhere, rel=1e-6)
    areas = made.official.areas.set_index("name_en").loc[["West", "East"]]
    assert areas["counted"].tolist() == pytest.approx(before, rel=1e-9)
    assert areas["factor"].tolist() == pytest.approx([30_000 / before[0], 40_000 / before[1]])
    lines = [say(line, "en") for line in made_lines(made)]
    assert (
        f"  West: {round(before[0]):,} people of the raster, 30,000 of the table: times {30_000 / before[0]:.3f}"
        in lines
    )
    assert not any("most likely" in line for line in lines)
    (owed,) = [each for each in fetching.held(tmp_path / "layers") if each.file == "population.tif"]
    assert owed.attribution.endswith("R2025A; scaled to totals of totals.csv")
    with rasterio.open(tmp_path / "layers" / "population.tif") as scaled:
        assert "scaled to totals" in scaled.tags()["TIFFTAG_COPYRIGHT"]
        assert np.isnan(scaled.read(1)[:40]).all()  # what is not known stays so


def test_areas_are_projected_once_however_many_strips_a_raster_has(extract, tmp_path, monkeypatch):
    extract.node(520, place="town", name="Kant").save()
    people = np.full((400, 300), 2.0, dtype="float32")
    there = from_origin(475_000, 4_755_000, 100, 100)
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:32643", "nodata": -99999.0}
    with rasterio.open(extract.folder / PEOPLE, "w", **profile, width=300, height=400, transform=there) as drawn:
        drawn.write(people, 1)
    made = make_layers(extract.folder, Wish(people=table(extract.folder, ("West", 30000, WEST), ("East", 40, EAST))))
    monkeypatch.setattr("sitesel.extracting.official.ROWS_AT_ONCE", 20)
    asked = []
    projected = gpd.GeoDataFrame.to_crs
    monkeypatch.setattr(gpd.GeoDataFrame, "to_crs", lambda *given: asked.append(given[1]) or projected(*given))
    write_layers(made, tmp_path / "layers")
    assert len(asked) == 1
    metres = gpd.GeoSeries([WEST, EAST], crs="EPSG:4326").to_crs("EPSG:32643")
    (after, _) = sums(tmp_path / "layers" / "population.tif", *metres)
    assert after == pytest.approx([30_000, 40], rel=1e-5)


def test_a_study_s_part_of_an_area_gets_the_factor_of_the_whole(ground, tmp_path):
    totals = table(ground, ("West", 30000, WEST))
    made = make_layers(ground, Wish(box=(74.75, 42.75, 74.85, 42.85), people=totals))
    write_layers(made, tmp_path / "layers")
    part = box(74.75, 42.75, 74.8, 42.85)
    ((whole, here), _) = sums(ground / PEOPLE, WEST, part)
    ((there,), _) = sums(tmp_path / "layers" / "population.tif", part)
    assert there == pytest.approx(here * 30_000 / whole, rel=1e-6)


def test_whole_numbers_become_parts_of_people(extract, tmp_path):
    extract.node(520, place="town", name="Kant").save()
    path = raster(extract.folder / PEOPLE, np.full((360, 360), 4, dtype="uint8"), nodata=255)
    with rasterio.open(path, "r+") as people:
        people.scales, people.offsets = (0.5,), (1.0,)
    write_layers(make_layers(extract.folder, Wish(people=table(tmp_path, ("West", 777, WEST)))), tmp_path / "layers")
    ((after,), _) = sums(tmp_path / "layers" / "population.tif", WEST)
    assert after == pytest.approx(777, rel=1e-6)
    with rasterio.open(tmp_path / "layers" / "population.tif") as scaled:
        assert (scaled.scales, scaled.offsets) == ((1.0,), (0.0,))
        assert scaled.read(1)[0, 0] == 3.0  # 4 times a half, and one


def test_a_table_of_names_takes_the_districts_of_the_extract(extract, ground, tmp_path):
    extract.square(7, 0, 30, boundary="administrative", admin_level="6", name="Ысык-Ата району", name__en="Issyk-Ata")
    extract.square(8, 40, 30, boundary="administrative", admin_level="4", name="City").square(
        9, 40, 30, boundary="administrative", admin_level="6", name="City"
    )
    extract.save()
    (tmp_path / "totals.csv").write_text("Name,Численность\n ысык-ата  РАЙОНУ,5000\nCity,700\n", encoding="utf-8")
    made = make_layers(ground, Wish(people=tmp_path / "totals.csv"))
    write_layers(made, tmp_path / "layers")
    areas = [box(74.8, 42.8, 74.83, 42.83), box(74.84, 42.8, 74.87, 42.83)]
    assert sums(tmp_path / "layers" / "population.tif", *areas)[0] == pytest.approx([5000, 700], rel=1e-6)
    assert set(gpd.read_file(tmp_path / "layers" / "districts.gpkg")["kind"]) == {"4", "6"}


def test_a_factor_that_cannot_be_right_is_named_and_ground_beyond_the_raster_too(ground):
    wide = box(74.6, 42.7, 74.8, 42.9)
    made = make_layers(ground, Wish(people=table(ground, ("Odd", 9_000_000, wide))))
    lines = [say(line, "en") for line in made_lines(made)]
    assert any(re.match("  Odd: a factor below 0.3 or above 3;", line) for line in lines)
    assert "  Odd: 50 % of its ground lies beyond the raster; all its people are on the rest" in lines


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("West", 1, WEST), ("west", 2, EAST)], "totals.csv: west stands twice; leave one row of it"),
        ([("West", 1, WEST), ("Both", 2, box(74.75, 42.7, 74.9, 42.9))], "Both and West overlap"),
        ([("West", "", WEST)], "people is empty at West; fill it in, or delete the row"),
        ([("West", "many", WEST)], "people is not a number in row 1"),
        ([("West", -5, WEST)], "people is below 0"),
        ([("Sea", 5, box(1, 1, 2, 2))], "Sea: kgz_pop_2025_CN_100m_R2025A_v1.tif has nobody there"),
        ([("Unknown", 5, box(74.7, 42.93, 74.8, 42.95))], "has nobody there"),
    ],
)
def test_a_doubtful_table_is_one_line(ground, rows, told):
    with pytest.raises(LayerError, match=re.escape(told)) as fault:
        make_layers(ground, Wish(people=table(ground, *rows)))
    assert len(fault.value.faults) == 1


def test_names_that_lead_nowhere_or_to_two_places_are_one_line(extract, ground, tmp_path):
    totals = tmp_path / "totals.csv"
    totals.write_text("name,people\nNowhere,5\n", encoding="utf-8")
    with pytest.raises(LayerError, match="no whole district"):
        make_layers(ground, Wish(people=totals))
    for number, corner in ((7, 0), (8, 40)):
        extract.square(number, corner, 30, boundary="administrative", admin_level="6", name="Twin")
    extract.save()
    with pytest.raises(LayerError, match="Nowhere is the name of no whole district"):
        make_layers(ground, Wish(people=totals))
    totals.write_text("name,people\nTwin,5\n", encoding="utf-8")
    with pytest.raises(LayerError, match=r"several districts \(way/7, way/8\)"):
        make_layers(ground, Wish(people=totals))
    totals.write_text("name,inhabitants\nTwin,5\n", encoding="utf-8")
    with pytest.raises(LayerError, match="no column people; add it"):
        make_layers(ground, Wish(people=totals))
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(99))
    with pytest.raises(LayerError, match=r"old kind \(\.xls\)"):
        make_layers(ground, Wish(people=tmp_path / "old.xls"))
    (ground / PEOPLE).unlink()
    with pytest.raises(LayerError, match="no raster to scale"):
        make_layers(ground, Wish(people=totals))


def test_the_command_scales_and_names_the_villages_as_not_joined(ground, tmp_path):
    (ground / "villages_825.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    pd.DataFrame({"name": ["West"], "people": [30_000], "wkt": [WEST.wkt], "source": ["Census"]}).to_csv(
        tmp_path / "totals.csv", index=False
    )
    asked = ["layers", str(ground), "--people", str(tmp_path / "totals.csv")]
    said = CliRunner().invoke(cli.app, asked, catch_exceptions=False)
    assert said.exit_code == 0
    assert "30,000 of the table: times" in said.output
    assert "people by village: in the folder and not joined" in said.output
    assert "scaled to totals of Census" in said.output
    assert math.isclose(sums(ground / "layers" / "population.tif", WEST)[0][0], 30_000, rel_tol=1e-6)
