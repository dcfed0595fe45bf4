"""A study begun on public ground runs at once, far from Kyrgyzstan too, and says what is not known."""

import re
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import tomlkit
from typer.testing import CliRunner

import sitesel
from drawn_rasters import raster
from sitesel import cli
from sitesel.errors import LayerError, OutputError, SiteselError
from sitesel.extracting import Wish, make_layers, write_layers, write_study
from sitesel.extracting.rasters import write_people
from sitesel.layers import ROLES
from sitesel.region.settings import BARE
from sitesel.study import load_study
from sitesel.text import quoted

ROOT = Path(__file__).resolve().parents[3]
REAL = ROOT.parent / "shared" / "external" / "osm"


@pytest.fixture
def town(extract, monkeypatch, tmp_path):
    """A village on a trunk road, with works beside it, a substation and a market."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    extract.way(1, [500, 510, 520, 530], highway="trunk", ref="A1")
    extract.node(520, place="town", name="Kant", population="22075")
    extract.node(525, power="substation", voltage="110000;35000").node(515, amenity="marketplace")
    extract.square(2, 620, 4, landuse="industrial", name="Old works").square(3, 0, 1, landuse="industrial")
    extract.save()
    return extract.folder


def begun(folder: Path, study: Path, **wish) -> dict:
    write_layers(make_layers(folder, Wish(**wish)), folder / "layers")
    write_study(study, folder)
    assert sitesel.check(study) == ()
    return tomllib.loads(study.read_text(encoding="utf-8"))


def test_what_the_ground_answers_is_asked_and_the_rest_is_named(town, tmp_path):
    told = begun(town, tmp_path / "kant.toml")
    assert [part["id"] for part in told["indicators"]] == ["main_road", "freight", "connection", "room"]
    assert told["study"]["crs"] == "EPSG:32643"
    assert told["layers"]["roads"] == "kg/kant.osm"
    assert told["layers"]["rivals"] == ""
    text = (tmp_path / "kant.toml").read_text(encoding="utf-8")
    assert "working age" in text
    assert "no heights are there" in text
    assert text.count("TO FILL IN") > 2
    plots = gpd.read_file(tmp_path / "kant_plots.gpkg")
    assert plots["id"].tolist() == ["way/2"]  # the other is less than a hectare
    assert plots["note"].str.contains("nobody has offered it").all()
    found = sitesel.run(tmp_path / "kant.toml")
    assert found.decision.ranking["rank"].notna().any()
    owed = found.sources.loc["settlements.gpkg"]
    assert (owed["source"], owed["licence"]) == ("© OpenStreetMap contributors", "ODbL 1.0")
    assert found.sources.loc["kant.osm", "source"] == "© OpenStreetMap contributors"
    (missing,) = [notice for notice in found.notices if notice.key == "notice.layers_not_given"]
    assert missing.params["layers"] == "utility_lines, rivals, border, elevation"


def test_people_in_other_units_stay_in_them(tmp_path):
    raster(tmp_path / "people.tif", np.full((360, 360), 4, dtype="int16"))
    with rasterio.open(tmp_path / "people.tif", "r+") as people:
        people.scales, people.offsets = (0.5,), (1.0,)
    write_people(tmp_path / "people.tif", None, tmp_path / "cut.tif")
    with rasterio.open(tmp_path / "cut.tif") as cut:
        assert (cut.scales, cut.offsets) == ((0.5,), (1.0,))


def test_people_heights_and_land_cover_are_taken_where_they_are(town, extract, tmp_path):
    extract.square(4, 8550, 4, natural="water").save()
    raster(town / "kgz_pop_2025_CN_100m_R2025A_v1.tif", np.full((360, 360), 2.0, dtype="float32"), nodata=-99999.0)
    slope = np.tile(np.arange(360, dtype="float32"), (360, 1)) + 700
    raster(town / "Copernicus_DSM_COG_10_N42_00_E074_00_DEM.tif", slope)
    cover = np.full((3000, 3000), 40, dtype="uint8")
    cover[1000:1100, 1000:1100] = 50
    cover[1200:1300, 1200:1300] = 80
    cover[600:700, 1500:1600] = 80  # OpenStreetMap has this one
    raster(town / "ESA_WorldCover_10m_2021_v200_N42E072_Map.tif", cover)
    told = begun(town, tmp_path / "kant.toml", working_age_share=0.6, box=(74.75, 42.75, 74.9, 42.9))
    assert [part["id"] for part in told["indicators"]] == ["main_road", "freight", "staff", "connection", "fit"]
    assert told["labour"]["population"] == "kg/layers/population.tif"
    assert told["layers"]["elevation"] == ["kg/Copernicus_DSM_COG_10_N42_00_E074_00_DEM.tif"]
    with rasterio.open(town / "layers" / "population.tif") as people:
        assert "WorldPop" in people.tags()["TIFFTAG_COPYRIGHT"]
        assert people.bounds == pytest.approx((74.75, 42.75, 74.9, 42.9), abs=0.001)
        assert people.read(1).sum() == pytest.approx(2.0 * 180 * 180, rel=0.02)
    built = gpd.read_file(town / "layers" / "built_up.gpkg")
    assert built.total_bounds.tolist() == pytest.approx([74.8, 42.84, 74.81, 42.85], abs=2e-4)
    water = gpd.read_file(town / "layers" / "rivers.gpkg").set_index("id")
    assert water["kind"].tolist() == ["water", "water"]
    assert water.index.str.startswith("cover/").tolist() == [False, True]
    assert water.index[0] == "way/4"
    assert water.loc[water.index[1]].geometry.bounds == pytest.approx((74.82, 42.82, 74.83, 42.83), abs=2e-4)
    fields = gpd.read_file(town / "layers" / "farmland.gpkg")
    assert set(fields["kind"]) == {"cropland"}
    assert fields["note"].str.contains("whether it is irrigated is not in it").all()
    irrigated = gpd.read_file(town / "layers" / "irrigated_arable.gpkg")
    assert len(irrigated) == len(fields)
    assert irrigated["doubtful"].all()
    found = sitesel.run(tmp_path / "kant.toml", sure=False)
    owed = found.sources.loc["rivers.gpkg", "source"]
    assert "OpenStreetMap" in owed
    assert "WorldCover" in owed
    assert found.decision.measures.notna().all(axis=None)
    assert {"WorldPop, University of Southampton: Global 2015-2030, R2025A"} <= set(found.sources["source"])


def test_squares_stand_for_an_example_where_no_industrial_land_is_mapped(extract, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    extract.way(1, [500, 510, 520], highway="trunk").node(511, place="village", name="A").node(
        519, place="town", name="B"
    )
    extract.save()
    told = begun(extract.folder, tmp_path / "b.toml")
    plots = gpd.read_file(tmp_path / "b_plots.gpkg")
    assert plots["name_en"].tolist() == ["Example by B", "Example by A"]  # the town before the village
    assert plots["note"].str.contains("draw your own").all()
    assert plots["name_ru"].tolist() == ["Пример: B", "Пример: A"]
    assert plots["note_ky"].str.contains("жер тилкелериңизди чийиңиз").all()
    assert [quoted(source, "ru") for source in plots["source"]] == ["начерчено командой sitesel init"] * 2
    assert [part["id"] for part in told["indicators"]] == ["main_road", "room"]
    assert told["weights"] == {"road": 0.73, "ground": 0.27}


@pytest.mark.parametrize(("voltage", "asked"), [("500000;110000;35000", True), ("medium", False), ("", False)])
def test_connections_are_asked_where_a_power_line_can_start(extract, tmp_path, voltage, asked):
    extract.way(1, [500, 510, 520], highway="trunk").node(511, place="village", name="A")
    extract.node(512, man_made="wastewater_plant").node(513, power="substation", voltage=voltage).save()
    told = begun(extract.folder, tmp_path / "b.toml")
    assert ("connection" in told) == asked
    assert ("utilities" in told["weights"]) == asked
    missing = "no source of power is known" in (tmp_path / "b.toml").read_text(encoding="utf-8")
    assert missing != asked


@pytest.mark.usefixtures("town")
def test_the_commands_tell_what_they_did(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(cli.app, ["layers", "kg", "--working-age-share", "0.6"], catch_exceptions=False)
    assert said.exit_code == 0
    assert "settlements: 1 feature\n  people known of 1 of 1" in said.output
    assert "© OpenStreetMap contributors (ODbL 1.0" in said.output
    said = CliRunner().invoke(cli.app, ["init", "a.toml", "--ground", "kg", "--lang", "ru"], catch_exceptions=False)
    assert said.exit_code == 0
    assert "как кандидаты для осмотра" in said.output
    said = CliRunner().invoke(cli.app, ["layers", "kg", "--study", "a.toml"], catch_exceptions=False)
    assert said.exit_code == 0
    faults = {
        "is there already": ["init", "a.toml", "--ground", "kg"],
        "a study is a .toml file": ["init", "b", "--ground", "kg"],
        "no layers with settlements": ["init", "b.toml", "--ground", "nowhere"],
        "does not count in metres": ["init", "b.toml", "--ground", "kg", "--crs", "EPSG:4326"],
        "is no coordinate system": ["init", "b.toml", "--ground", "kg", "--crs", "metres"],
        "two ways to one thing": ["layers", "kg", "--study", "a.toml", "--box", "1", "1", "2", "2"],
    }
    for told, arguments in faults.items():
        with pytest.raises(SiteselError, match=re.escape(told)):
            CliRunner().invoke(cli.app, arguments, catch_exceptions=False)
    assert not (tmp_path / "b.toml").exists()


def test_nothing_of_a_user_s_is_written_over(town, tmp_path):
    begun(town, tmp_path / "kant.toml")
    (tmp_path / "kant.toml").unlink()
    with pytest.raises(OutputError, match=r"kant_plots\.gpkg: is there already"):
        write_study(tmp_path / "kant.toml", town)


LEFT_OUT = tuple(name for name, role in ROLES.items() if role.optional)


@pytest.mark.parametrize("name", LEFT_OUT)
@pytest.mark.parametrize("how", ["none", "empty"])
def test_a_study_runs_without_a_layer_and_says_what_is_not_known(write_study, study_text, name, how):
    columns = [*(["id"] if ROLES[name].identified else []), *ROLES[name].columns]
    empty = gpd.GeoDataFrame({column: pd.Series(dtype=object) for column in columns}, geometry=[], crs="EPSG:32643")
    study_text["layers"][name] = "" if how == "none" else f"{name}.gpkg"
    found = sitesel.run(write_study(**{name: empty}), sure=False)
    assert found.decision.ranking["score"].notna().all()
    told = {notice.key: notice.params["layers"] for notice in found.notices if notice.key.startswith("notice.layers")}
    if how == "empty":
        assert told == {"notice.layers_empty": name}
    else:  # a layer that rules and ground read: rules say that they are not checked
        assert told == ({"notice.layers_not_given": name} if name in BARE else {})
    if name == "gateways":
        assert found.decision.reasons["freight"].notna().all()


def test_without_heights_the_fit_is_not_known(write_study, study_text):
    study_text["layers"]["elevation"] = []
    found = sitesel.run(write_study(), sure=False)
    assert found.decision.measures["fit"].isna().all()
    assert [n.params["layers"] for n in found.notices if n.key == "notice.layers_not_given"] == ["elevation"]


def test_a_study_elsewhere_asks_for_nothing_of_kyrgyzstan(write_study, study_text):
    study_text["study"]["area"] = [1.4, 42.4, 1.8, 42.7]
    study_text["layers"] = tomlkit.item({"plots": "p.gpkg", "settlements": "s.gpkg", "roads": "r.osm"})
    layers = load_study(write_study()).layers
    assert dict(layers.vectors()) == {"plots": "p.gpkg", "settlements": "s.gpkg", "roads": "r.osm"}
    assert layers.elevation == ()
    assert load_study(write_study()).study.country == "default"
    study_text["layers"]["plots"] = ""
    with pytest.raises(SiteselError, match=r"layers\.plots: none; every study needs it"):
        load_study(write_study())


@pytest.mark.skipif(not REAL.exists(), reason="real extracts lie beside a checkout of the project's own machines only")
@pytest.mark.parametrize(("name", "crs"), [("andorra", "EPSG:32631"), ("monaco", "EPSG:32632")])
def test_real_ground_runs_from_end_to_end(tmp_path, monkeypatch, name, crs):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write_layers(make_layers(REAL / f"{name}.osm.pbf", Wish(working_age_share=0.6)), tmp_path / "layers")
    write_study(tmp_path / "study.toml", tmp_path)
    study = load_study(tmp_path / "study.toml")
    assert study.study.crs == crs
    assert sitesel.check(study) == ()
    assert study.study.country == "default"
    found = sitesel.run(study, sure=False)
    assert found.decision.ranking["rank"].notna().any()
    assert set(found.sources["source"]) == {"© OpenStreetMap contributors", "study_plots.gpkg"}
    speaks_of_no_other_country(found, tmp_path / "out")
    assert "© OpenStreetMap contributors" in (tmp_path / "out" / "map.html").read_text(encoding="utf-8")


def test_a_drawn_place_far_away_runs_from_end_to_end(extract, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    extract.at = (1.5, 42.5)
    extract.way(1, [500, 510, 520, 530], highway="trunk", ref="N1")
    extract.node(520, place="town", name="Escaldes", population="22075")
    extract.node(525, power="substation", voltage="110000").node(515, amenity="marketplace")
    extract.square(2, 620, 4, landuse="industrial", name="Old works").square(3, 700, 3, waterway="riverbank")
    extract.save()
    told = begun(extract.folder, tmp_path / "far.toml", working_age_share=0.6)
    assert told["study"]["country"] == "default"
    assert told["labour"]["modes"] == {"car": 1.0}
    found = sitesel.run(tmp_path / "far.toml", sure=False)
    assert found.connections.exchange == {}
    assert found.connections.estimate["local_mid"].isna().all()
    assert found.connections.estimate["usd_mid"].notna().any()
    west, south, east, north = 1.4, 42.4, 1.7, 42.7
    for name, frame in found.layers.items():
        there = frame.to_crs("EPSG:4326").total_bounds
        assert frame.empty or (west < there[0] and south < there[1] and there[2] < east and there[3] < north), name
    speaks_of_no_other_country(found, tmp_path / "out")


OF_KYRGYZSTAN = re.compile(
    r"kyrgyz|кыргыз|киргиз|marshrutka|маршрутк|raion|\bKGS|kgs_|\bsoms?\b|\bсом(?:а|ов)?\b|issyk|ысык|иссык|bishkek|бишкек|"
    r"\bosh\b|chui|24\.kg|topnews|kulatov|SN KR",
    re.IGNORECASE,
)


def speaks_of_no_other_country(found: sitesel.Findings, out: Path) -> None:
    sitesel.outputs.write_all(found, out, "en")
    for name in ("map.html", "ranking.csv", "run.json"):
        text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", (out / name).read_text(encoding="utf-8"))
        assert sorted({match[0] for match in OF_KYRGYZSTAN.finditer(text)}) == [], name


@pytest.mark.usefixtures("town")
def test_the_guide_s_lines_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "layers.md").read_text(encoding="utf-8"), flags=re.DOTALL
    )
    exec(compile(block, "layers.md", "exec"), {})  # noqa: S102 -- our own lines, as a reader would run them
    assert sitesel.check("chui.toml") == ()


def test_no_layers_are_one_line(tmp_path):
    with pytest.raises(LayerError, match="make them first: sitesel layers"):
        write_study(tmp_path / "a.toml", tmp_path)
