"""Floods, faults, shaking and fields of public maps: made into layers, begun with, run, said to be what they are."""

import json
import re
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, box

import sitesel
from drawn_rasters import raster
from sitesel import fetching
from sitesel.errors import LayerError
from sitesel.extracting import Wish, made_lines, make_layers, write_layers, write_study
from sitesel.text import LANGUAGES, say

FLOOD, FAULTS = "ID85_N50_E70_RP100_depth.tif", "gem_active_faults_harmonized.geojson"
SEISMIC = "GEM-GSHM_PGA-475y-rock_v2023.zip"
COVER = "ESA_WorldCover_10m_2021_v200_N42E072_Map.tif"
AREA = (74.75, 42.75, 74.9, 42.9)


@pytest.fixture
def works(extract, monkeypatch, tmp_path):
    """Three pieces of industrial land on a street, one north of the other."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    extract.way(1, [519, 1019, 1519, 2019], highway="trunk").node(519, place="town", name="Kant")
    for number, corner in ((2, 620), (3, 1120), (4, 1620)):
        extract.square(number, corner, 4, landuse="industrial")
    extract.save()
    return extract.folder


def cells(values: np.ndarray, west: float, south: float, east: float, north: float) -> tuple[slice, slice]:
    """Cells of a raster around the village that lie in a box."""
    rows, columns = values.shape
    across, down = columns / 0.3, rows / 0.3
    return (
        slice(round((42.95 - north) * down), round((42.95 - south) * down)),
        slice(round((west - 74.7) * across), round((east - 74.7) * across)),
    )


def flooded(folder: Path) -> np.ndarray:
    """Water of a metre and more on the southern piece, a film of it on the northern one."""
    depth = np.full((360, 360), -9999.0, dtype="float32")
    depth[cells(depth, 74.815, 42.8, 74.825, 42.809)] = 1.5
    depth[cells(depth, 74.815, 42.8, 74.82, 42.804)] = 2.25
    depth[cells(depth, 74.82, 42.815, 74.825, 42.82)] = 0.05
    raster(folder / FLOOD, depth, nodata=-9999.0)
    return depth


def faulted(folder: Path, **properties) -> None:
    line = LineString([(74.6, 42.8065), (75.2, 42.8065)])
    frame = gpd.GeoDataFrame([properties | {"slip_type": "Reverse"}], geometry=[line], crs="EPSG:4326")
    frame.to_file(folder / FAULTS, driver="GeoJSON")


def shaken(folder: Path, scale: float = 1.0) -> None:
    values = np.full((6, 6), 0.15 * scale, dtype="float32")
    values[:, 3:] = 0.3 * scale  # from 74.85 on
    values[0, 0] = -9999.0
    raster(folder / "pga.tif", values, nodata=-9999.0)
    with zipfile.ZipFile(folder / SEISMIC, "w") as archive:
        archive.write(folder / "pga.tif", "v2023/pga_475_rock_3min.tif")
        archive.writestr("v2023/readme.txt", "read me")
    (folder / "pga.tif").unlink()


def begun_and_run(folder: Path, study: Path, **wish) -> sitesel.Findings:
    write_layers(make_layers(folder, Wish(**wish)), folder / "layers")
    write_study(study, folder)
    assert sitesel.check(study) == ()
    return sitesel.run(study, sure=False)


def rulings(found: sitesel.Findings, rule: str) -> list:
    """Struck, clear or None by plot, from the south on."""
    own = found.rules.rulings["struck"].xs(rule, level="rule")
    return [None if pd.isna(own[plot]) else bool(own[plot]) for plot in ("way/2", "way/3", "way/4")]


def test_modelled_floods_warn_and_exclude_nothing(works, tmp_path):
    depth = flooded(works)
    made = make_layers(works, Wish(box=AREA))
    floods = made.frames["floods_modelled"]
    assert len(floods) == 1
    assert floods["depth_m"].tolist() == [2.25]
    assert shapely.area(floods.geometry.array).sum() == pytest.approx((depth >= 0.1).sum() * (0.3 / 360) ** 2)
    assert floods["note"].str.contains("no survey").all()
    (line,) = [say(line, "en") for line in made.told if line.key == "layers.floods"]
    ha = (depth >= 0.1).sum() * (0.3 / 360 * 111.195) ** 2 * 100 * np.cos(np.radians(42.8))
    assert f"1 piece of ground, {round(ha)} ha, under 0.1 m" in line
    assert f"left out: {(depth == np.float32(0.05)).sum()} cells" in line
    found = begun_and_run(works, tmp_path / "a.toml", box=AREA)
    assert rulings(found, "flood_modelled") == [True, False, False]
    assert rulings(found, "flood_severe") == [None] * 3  # a model is no answer to a rule about surveyed ground
    own = found.rules.rulings.xs("flood_modelled", level="rule").loc["way/2"]
    assert own["mode"] == "flag"
    assert "in a model of a flood of 100 years, which is no survey" in say(own["reason"], "en")
    assert not found.rules.barred.any()
    assert found.sources.loc["floods_modelled.gpkg", "licence"] == "CC BY 4.0"
    assert "JRC" in found.sources.loc["floods_modelled.gpkg", "source"]


def test_a_large_area_is_read_coarser_and_no_water_is_lost(works, monkeypatch):
    depth = flooded(works)
    monkeypatch.setattr("sitesel.extracting.rasters.CELLS_AT_ONCE", 180 * 180 // 16)  # four cells to a side together
    (flood,) = make_layers(works, Wish(box=AREA)).frames["floods_modelled"].itertuples()
    assert flood.depth_m == 2.25
    wet = (depth >= 0.1).sum() * (0.3 / 360) ** 2
    assert wet <= flood.geometry.area < 2 * wet


def test_ground_that_no_tile_of_floods_covers_is_left_open(works):
    flooded(works)
    wide = (74.75, 42.75, 75.05, 42.9)  # the tile ends at 75.0
    made = make_layers(works, Wish(box=wide))
    assert made.frames["floods_modelled"]["doubtful"].tolist() == [False, True]
    (told,) = [line for line in made.told if line.key == "layers.unseen"]
    assert told.params["share"] == pytest.approx(100 * 0.05 / 0.3)
    plots = gpd.GeoDataFrame(
        {"id": ["in", "beyond"], "name_en": ["In", "Beyond"], "town": "town"},
        geometry=[box(74.82, 42.83, 74.822, 42.832), box(75.02, 42.83, 75.022, 42.832)],
        crs="EPSG:4326",
    )
    rules = sitesel.rules.default_rules("kg")
    layers = {"floods_modelled": made.frames["floods_modelled"].to_crs("EPSG:32643")}
    judged = sitesel.rules.judge(
        plots.set_index("id").assign(production="sewing").to_crs("EPSG:32643"),
        layers,
        {"flood_modelled": rules["flood_modelled"]},
    )
    assert judged["struck"].isna().tolist() == [False, True]
    assert not judged["struck"].iloc[0]
    assert judged["reason"].iloc[1].key == "rule.doubtful"


@pytest.mark.parametrize(("properties", "due"), [({"accuracy": 40000}, [True, True, False]), ({}, [None] * 3)])
def test_faults_of_a_world_map_are_as_exact_as_its_scale_tells(works, tmp_path, properties, due):
    faulted(works, name="Issyk-Ata", **properties)
    found = begun_and_run(works, tmp_path / "a.toml", box=AREA)
    line = gpd.read_file(works / "layers" / "faults_coarse.gpkg")
    assert line["name_en"].tolist() == ["Issyk-Ata"]
    assert line["precision_km"].tolist() == [0.04 if properties else 5.0]
    assert line.total_bounds.tolist() == pytest.approx([74.75, 42.8065, 74.9, 42.8065])
    assert rulings(found, "fault_near") == due  # 1 km is 0.009 degrees
    assert rulings(found, "fault_zone_1") == [None] * 3
    assert not found.rules.barred.any()
    assert found.sources.loc["faults_coarse.gpkg", "licence"] == "CC BY-SA 4.0"


def test_shaking_becomes_the_design_intensity_that_costs_of_building_read(works, tmp_path):
    shaken(works)
    zones = make_layers(works, Wish(box=AREA)).frames["seismic"].set_index("intensity").geometry
    assert zones[8].bounds == pytest.approx((74.75, 42.75, 74.85, 42.9))
    assert zones[9].bounds == pytest.approx((74.85, 42.75, 74.9, 42.9))
    found = begun_and_run(works, tmp_path / "a.toml", box=AREA)
    assert found.land.table["seismic_mid"].tolist() == [1.07] * 3  # of 8 points
    assert {each.source for each in fetching.held(works / "layers")} >= {"osm", "seismic"}
    assert "NC" in found.sources.loc["seismic.gpkg", "licence"]


@pytest.mark.parametrize("covered", [True, False])
def test_fields_may_be_irrigated_and_only_those_mapped_so_are(works, extract, tmp_path, covered):
    extract.square(5, 621, 1, landuse="orchard", irrigated="yes").square(6, 1121, 1, landuse="farmland").save()
    if covered:
        cover = np.full((300, 300), 30, dtype="uint8")  # grass
        cover[cells(cover, 74.86, 42.86, 74.88, 42.88)] = 40
        raster(works / COVER, cover)
    made = make_layers(works, Wish(box=AREA))
    lines = [say(line, "en") for line in made_lines(made)]
    assert any("1 area mapped as irrigated" in line for line in lines)
    assert any("% of the area no land cover tells of" in line for line in lines) != covered
    found = begun_and_run(works, tmp_path / "a.toml", box=AREA)
    assert rulings(found, "irrigated_arable") == [True, None, False if covered else None]
    reason = found.rules.rulings.loc[("irrigated_arable", "way/3"), "reason"]
    assert reason.key == "rule.doubtful"
    fields = gpd.read_file(works / "layers" / "irrigated_arable.gpkg").set_index("id")["doubtful"]
    assert not fields["way/5"]
    assert fields["way/6"]


def test_fields_mapped_as_not_irrigated_are_taken_off_what_is_left_open(works, extract):
    cover = np.full((3000, 3000), 30, dtype="uint8")  # grass
    cover[cells(cover, 74.81, 42.81, 74.83, 42.83)] = 40
    raster(works / COVER, cover)
    before = make_layers(works, Wish(box=AREA)).frames["irrigated_arable"]
    extract.square(5, 1010, 20, landuse="farmland")  # one field with another in it, and a meadow in that
    extract.square(6, 1112, 4).square(7, 1213, 1)
    extract.relation(8, [("outer", 6), ("inner", 7)], type="multipolygon", landuse="farmland", irrigated="no")
    extract.square(9, 2020, 10, landuse="vineyard", irrigation="no")  # half of it beyond the cropland
    extract.square(10, 2510, 2, landuse="farmland", irrigation="no", irrigated="yes").save()
    made = make_layers(works, Wish(box=AREA))
    found = made.frames["irrigated_arable"].set_index("id")
    sure, open_ = found[~found["doubtful"].astype(bool)], found[found["doubtful"].astype(bool)]
    assert list(sure.index) == ["way/10"]
    dry = box(74.812, 42.811, 74.816, 42.815) - box(74.813, 42.812, 74.814, 42.813) | box(74.82, 42.82, 74.83, 42.83)
    assert shapely.area(shapely.intersection(open_.geometry.array, dry)).max() < 1e-15
    cropland = open_.index.str.startswith("cover/")
    kept = shapely.area(shapely.difference(before.geometry.array, dry)).sum()
    assert shapely.area(open_.geometry.array[cropland]).sum() == pytest.approx(kept)
    assert open_.geometry["way/5"].area == pytest.approx((box(74.81, 42.81, 74.83, 42.83) - dry).area)
    assert found["precision_km"].eq(0).all()
    assert set(open_.loc[cropland, "note_ru"]) == {"пашня, как она видна сверху; орошается ли она, по снимку не видно"}
    ha = dry.area * 111.195**2 * 100 * np.cos(np.radians(42.815))
    (line,) = [say(line, "en") for line in made.told if line.key == "layers.irrigated.dry"]
    told = re.fullmatch(r"  2 areas are mapped as not irrigated, ([\d.]+) ha: taken off what is left open", line)
    assert float(told[1]) == pytest.approx(ha, rel=0.002)


def test_ground_mapped_as_not_irrigated_is_known_where_no_land_cover_is(works, extract):
    extract.square(5, 621, 1, landuse="farmland", irrigated="no").save()
    made = make_layers(works, Wish(box=AREA))
    assert made.frames["irrigated_arable"].empty  # nothing was found: the rule is not checked
    assert [line.key for line in made.told] == ["layers.irrigated.dry"]
    extract.square(6, 1121, 1, landuse="farmland").save()
    unseen = make_layers(works, Wish(box=AREA)).frames["irrigated_arable"].set_index("id").geometry
    assert list(unseen.index) == ["way/6", "irrigated_arable/unseen"]
    assert not unseen["irrigated_arable/unseen"].contains(box(74.8213, 42.8063, 74.8217, 42.8067))


@pytest.mark.parametrize("lang", LANGUAGES[1:])
def test_notes_of_hazards_are_said_in_every_language(works, extract, tmp_path, lang):
    flooded(works)
    faulted(works, accuracy=40_000)
    shaken(works)
    extract.square(5, 621, 1, landuse="farmland").save()
    write_layers(make_layers(works, Wish(box=(74.6, 42.75, 74.9, 42.9))), tmp_path / "layers")
    for layer in ("floods_modelled", "faults_coarse", "seismic", "irrigated_arable"):
        there = gpd.read_file(tmp_path / "layers" / f"{layer}.gpkg")
        there = there[there["note"].notna()]
        assert len(there)
        assert not there[f"note_{lang}"].str.contains("[a-z]{3} ").any()
        assert there[f"note_{lang}"].str.contains("[а-я]{3}").all()


def test_where_nothing_is_given_stand_ins_are_not_asked(works, tmp_path):
    found = begun_and_run(works, tmp_path / "a.toml", box=AREA)
    asked = set(found.rules.rulings.index.get_level_values("rule"))
    assert not asked & {"flood_modelled", "fault_near"}
    assert "flood_severe" in asked
    sitesel.outputs.write_all(found, tmp_path / "out", "en")
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert not set(record["rules"]) & {"flood_modelled", "fault_near"}


def test_maps_that_are_not_what_they_are_named_as_are_one_line(works):
    shaken(works, scale=981.0)
    with pytest.raises(LayerError, match="which is no share of g"):
        make_layers(works, Wish(box=AREA))
    with zipfile.ZipFile(works / SEISMIC, "w") as archive:
        archive.writestr("readme.txt", "read me")
    with pytest.raises(LayerError, match="0 rasters in it, not one"):
        make_layers(works, Wish(box=AREA))
    (works / SEISMIC).write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(LayerError, match="an archive that is not whole"):
        make_layers(works, Wish(box=AREA))
    (works / SEISMIC).unlink()
    (works / FAULTS).write_text("{", encoding="utf-8")
    with pytest.raises(LayerError, match="fetch it again: --only faults"):
        make_layers(works, Wish(box=AREA))
