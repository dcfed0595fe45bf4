"""Layers of an OpenStreetMap extract: what is taken, once, with its figures, and what is left out and why."""

import json
import math
import re
from collections import Counter
from pathlib import Path

import geopandas as gpd
import osmium
import pandas as pd
import pytest
from typer.testing import CliRunner

from sitesel import cli, fetching
from sitesel.errors import LayerError, OutputError, SiteselError
from sitesel.extracting import Wish, made_lines, make_layers, tagging, write_layers
from sitesel.layers import ROLES, read_vector
from sitesel.text import say

REAL = Path(__file__).resolve().parents[4] / "shared" / "external" / "osm"
AREA = (74.0, 42.0, 76.0, 44.0)


def made(extract, **wish):
    extract.save()
    return make_layers(extract.folder, Wish(**wish))


def test_a_node_and_the_areas_of_one_place_are_one_row(extract):
    extract.node(202, place="town", name="Кант", name__en="Kant", name__ky="Кант", population="22 075")
    extract.square(1, 0, name="Кант", place="city", name__ru="Кант")
    extract.square(2, 1000, name="Люксембург", place="village", population="2009: 3400")
    extract.node(1202, place="hamlet", name="Elsewhere")  # stands in the village, and is not it
    found = made(extract)
    places = found.frames["settlements"].set_index("id")
    assert list(places.index) == ["node/202", "node/1202", "way/2"]
    assert places["population"].to_dict() == pytest.approx(
        {"node/202": 22075, "node/1202": math.nan, "way/2": 3400}, nan_ok=True
    )
    assert places.loc["node/202", ["name_en", "name_ru", "name_ky"]].tolist() == ["Kant", "Кант", "Кант"]
    assert json.loads(places.loc["node/202", "names"]) == {"": "Кант", "en": "Kant", "ky": "Кант", "ru": "Кант"}
    assert places.geometry["node/202"].coords[0] == pytest.approx((74.802, 42.802))
    assert found.left_out["settlements", "node_and_area"] == 1


def test_figures_are_read_or_unknown_with_their_text_and_a_reason(extract):
    extract.node(1, place="village", name="A", population="500-700")
    extract.node(2, place="village", name="B")
    extract.node(3, power="substation", name="C", voltage="110000;35000")
    extract.node(4, power="substation", voltage="110/10")
    extract.node(5, power="plant", name="D", voltage="35 kV")
    frames = made(extract).frames
    places, sources = frames["settlements"].set_index("id"), frames["utilities"].set_index("id")
    assert places["population"].isna().all()
    assert places["note"].tolist() == ["population is not understood: 500-700", "population is not mapped"]
    assert places["note_ru"].tolist() == ["население не понято: 500-700", "население не нанесено"]
    assert places.loc["node/1", "population_text"] == "500-700"
    assert places["working_age_share"].isna().all()
    assert sources["voltage_kv"].tolist() == pytest.approx([110, math.nan, 35], nan_ok=True)
    assert sources["has_110kv"].tolist() == [True, None, False]
    assert sources["levels_kv"].tolist() == ["110;35", None, "35"]
    assert sources.loc["node/4", "voltage_text"] == "110/10"
    assert sources.loc["node/4", "name_ru"] == "подстанция node/4"  # without a name: its kind and number
    assert sources["spare_mva"].isna().all()


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("110/10 kV", "110;10"),
        ("330/220 кВ", "330;220"),
        ("110;35;10 kV", "110;35;10"),
        ("220 kV;110", "220;110"),
        ("10/0.4 kV", "10;0.4"),
        ("400/230 V", "0.4;0.23"),
        ("400;10 kV", "10;0.4"),
        ("110000/10 kV", "110;10"),
        ("110/10", None),
        ("medium", None),
    ],
)
def test_a_unit_after_several_levels_is_of_all_of_them(extract, text, levels):
    extract.node(1, power="substation", voltage=text)
    (source,) = made(extract).frames["utilities"].itertuples()
    assert source.levels_kv == levels
    assert (source.voltage_kv == float(levels.split(";")[0])) if levels else math.isnan(source.voltage_kv)


@pytest.mark.parametrize("key", ["disused", "abandoned", "demolished", "proposed", "construction"])
def test_what_is_not_at_work_serves_nobody(extract, key):
    extract.node(1, power="substation", voltage="35000", **{key: "yes"}).node(2, power="substation", voltage="35000")
    extract.square(3, 1010, 2, power="plant", **{key: "yes"}).square(4, 2010, 2, power="plant", **{key: "no"})
    extract.way(5, [10, 11], power="line", **{key: "yes"}).way(6, [12, 13], man_made="pipeline", substance="gas")
    extract.node(7, amenity="marketplace", **{key: "yes"})
    extract.node(8, aeroway="aerodrome", iata="XXX", **{key: "yes"})
    extract.square(9, 3010, 2, landuse="industrial", **{key: "yes"})
    found = made(extract)
    assert found.frames["utilities"]["id"].tolist() == ["node/2", "way/4"]
    assert found.frames["utility_lines"]["id"].tolist() == ["way/6"]
    assert len(found.frames["gateways"]) == len(found.frames["airports"]) == 0
    assert found.frames["power_lines"]["id"].tolist() == ["way/5"]  # it stands there still
    assert found.frames["industrial"]["id"].tolist() == ["way/9"]  # and that is land to look at
    left_out = {layer: found.left_out[layer, "out_of_use"] for layer in ("utilities", "utility_lines", "gateways")}
    assert left_out == {"utilities": 2, "utility_lines": 1, "gateways": 2}
    assert "  left out of utilities: 2, tagged as disused, demolished or still to be built" in [
        say(line, "en") for line in made_lines(found)
    ]


def test_an_id_is_no_name(extract):
    place = made(extract.node(1, place="hamlet")).frames["settlements"].iloc[0]
    assert place[["name_en", "name_ru", "name_ky", "names"]].tolist() == ["node/1", None, None, None]


def test_people_of_quarters_are_not_counted_beside_their_town(extract):
    extract.node(1, place="city", name="Bishkek", population="1000000")
    extract.node(2, place="suburb", name="Asanbay", population="50000")
    found = made(extract)
    assert found.frames["settlements"]["population"].sum() == 1_000_000
    assert found.left_out["settlements", "part_of_place"] == 1


def test_gateways_follow_stated_rules_and_say_what_is_a_guess(extract):
    extract.node(1, barrier="border_control", name="Korday")
    extract.node(2, barrier="border_control", hgv="yes", name="Ak-Zhol")
    extract.node(3, barrier="border_control", hgv="no", name="Foot")
    extract.node(4, railway="station", name="Kant")
    extract.node(5, railway="station", railway__traffic_mode="mixed", name="Alamedin")
    extract.node(6, railway="station", name="Bishkek-товарный")
    extract.node(7, aeroway="aerodrome", iata="BSZ", name="Manas")
    extract.node(8, aeroway="aerodrome", iata="XXX", military="airfield", name="Kant")
    extract.node(9, amenity="marketplace", name="Dordoy")
    found = made(extract)
    gates = found.frames["gateways"].set_index("id")
    assert gates["kind"].tolist() == [
        *("border_freight", "border_freight", "border_people", "rail_freight", "rail_freight", "airport", "market"),
    ]
    guessed = gates.index[gates["confidence"].eq("low")]
    assert list(guessed) == ["node/1", "node/6", "node/9"]
    assert gates.loc[guessed, "note"].str.startswith("a guess: ").all()
    assert gates.loc["node/9", "note_ru"] == "предположительно: торгуют ли там оптом, не нанесено"
    assert gates.loc["node/9", "note_ky"].startswith("болжол менен: ал жерде")
    assert found.left_out["gateways", "freight_not_mapped"] == 1
    assert found.left_out["gateways", "airfield"] == 1
    assert len(found.frames["airports"]) == 2  # heights are kept free around a military one, too


def test_water_towers_and_pumping_stations_are_guesses_and_what_pumps_something_else_is_counted(extract):
    extract.node(1, man_made="water_tower").node(2, man_made="pumping_station")
    extract.node(3, man_made="pumping_station", substance="water")
    extract.node(4, man_made="pumping_station", pumping_station="wastewater")
    extract.node(5, man_made="pumping_station", substance="sewage")
    found = made(extract)
    sources = found.frames["utilities"].set_index("id")
    assert list(sources.index) == ["node/1", "node/2", "node/3"]
    assert set(sources["kind"]) == {"water_works"}
    assert sources["confidence"].eq("low").all()
    assert found.left_out["utilities", "pumps_other"] == 2


def test_a_site_is_counted_and_its_members_stand_for_themselves(extract):
    extract.square(1, 0, power="substation", voltage="110000").square(2, 1000, landuse="industrial")
    extract.relation(1, [("", 1)], type="site", site="power_plant", power="plant", name="Station")
    extract.relation(2, [("", 2)], type="site", landuse="industrial")
    found = made(extract)
    assert found.frames["utilities"]["id"].tolist() == ["way/1"]
    assert found.frames["industrial"]["id"].tolist() == ["way/2"]
    assert found.left_out["utilities", "no_area"] == found.left_out["industrial", "no_area"] == 1


def test_lines_and_areas_come_as_what_they_are(extract):
    extract.way(1, [0, 5], power="line", voltage="220000")
    extract.way(2, [100, 105], man_made="pipeline", substance="gas")
    extract.way(3, [200, 205], man_made="pipeline")
    extract.way(4, [300, 305], waterway="river", name="Chu")
    extract.way(5, [400, 405], waterway="stream", tunnel="culvert")
    extract.square(6, 1000, natural="water")
    extract.way(7, [2000, 2005, 2405], landuse="residential")
    extract.square(8, 3000, 8)
    extract.square(9, 3202, 2)
    extract.relation(1, [("outer", 8), ("inner", 9)], type="multipolygon", leisure="nature_reserve", name="Ala-Archa")
    extract.relation(2, [("outer", 8), ("outer", 77)], type="boundary", boundary="administrative", admin_level="2")
    extract.relation(3, [("outer", 77)], type="multipolygon", landuse="industrial")
    found = made(extract)
    frames, left = found.frames, found.left_out
    assert dict(zip(frames["utility_lines"]["id"], frames["utility_lines"]["kind"], strict=True)) == {
        "way/1": "power_line",
        "way/2": "gas_main",
    }
    assert frames["power_lines"]["voltage_kv"].tolist() == [220]
    assert frames["rivers"].geom_type.tolist() == ["LineString", "Polygon"]
    reserve = frames["protected"].set_index("id").geometry["relation/1"]
    assert reserve.area == pytest.approx((8**2 - 2**2) * 1e-6)
    assert left["utility_lines", "substance_not_mapped"] == left["rivers", "in_a_tunnel"] == 1
    assert left["built_up", "not_closed"] == left["industrial", "outline_not_whole"] == 1
    assert frames["built_up"].empty


def test_all_is_cut_to_the_area(extract):
    extract.square(1, 0, 10, landuse="industrial", name="Works")
    extract.node(5, place="town", name="In")
    extract.node(90, place="town", name="Out")
    found = made(extract, box=(74.8, 42.7, 74.805, 43.0))
    assert found.frames["industrial"].total_bounds.tolist() == pytest.approx([74.8, 42.8, 74.805, 42.81])
    assert found.frames["settlements"]["name_en"].tolist() == ["In"]
    assert found.left_out["settlements", "beyond_the_area"] == 1


def test_written_layers_are_layers_of_a_study_and_credited(extract):
    extract.node(1, place="town", name="Kant", population="22075").node(2, power="substation")
    extract.node(3, amenity="marketplace").way(1, [10, 15], power="line").square(2, 1000, landuse="residential")
    into = extract.folder / "layers"
    for path in write_layers(made(extract, working_age_share=0.6), into):
        if path.stem in ROLES:
            read_vector(path, ROLES[path.stem], crs="EPSG:32643", area=AREA)
    assert gpd.read_file(into / "settlements.gpkg")["working_age_share"].tolist() == [0.6]
    assert [owed.text for owed in fetching.attributions(into)] == ["© OpenStreetMap contributors"]
    listed = {entry.file: entry for entry in fetching.held(into)}
    assert {"settlements.gpkg", "gateways.gpkg", "../kant.osm"} <= set(listed)
    assert not (into / "protected.gpkg").exists()  # nothing was found: that does not say that nothing is there


def test_a_layer_of_an_earlier_run_does_not_stay(extract):
    extract.node(1, place="town", name="Kant").square(2, 1000, landuse="industrial")
    into = extract.folder / "layers"
    write_layers(made(extract), into)
    (into / "mine.txt").write_text("kept", encoding="utf-8")
    first = (into / "settlements.gpkg").read_bytes()
    write_layers(make_layers(extract.folder, Wish(box=(74.7, 42.7, 74.9, 42.805))), into)
    assert not (into / "industrial.gpkg").exists()
    assert (into / "mine.txt").exists()
    assert (into / "settlements.gpkg").read_bytes() == first  # the same content is the same file


def test_a_mapping_of_the_user_s_own_takes_the_package_s_place(extract, tmp_path):
    extract.square(1, 0, building="yes").node(500, place="town", name="Kant")
    own = tmp_path / "tags.toml"
    own.write_text('[built_up]\nshape = "polygon"\nrules = [{ tags = { building = true } }]\n', encoding="utf-8")
    assert {name: len(frame) for name, frame in made(extract, tags=own).frames.items()} == {"built_up": 1}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[built_up]\nshape = "ball"\nrules = [{ tags = { a = "b" } }]', "tags.toml: built_up.shape"),
        ('[built_up]\nshape = "point"\nrules = [{ tag = { a = "b" } }]', "tags.toml: built_up.rules 1"),
        ('[built_up]\nshape = "point"\nrules = [{ tags = { a = "b" }, named = "(" }]', "no pattern"),
        ("[built_up]\nrules = " + "[" * 9999, "tags.toml: not TOML"),
        ("", "no layer in it"),
        ("[", "not TOML"),
    ],
)
def test_a_bad_mapping_is_told(tmp_path, text, told):
    (tmp_path / "tags.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LayerError, match=told):
        tagging(tmp_path / "tags.toml")


def test_bad_input_is_one_line_and_exit_code_2(extract, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    whole = extract.node(1, place="town", name="Kant").save().read_bytes()
    for name in ("none", "two", "cut"):
        (tmp_path / name).mkdir()
    for name in ("a.osm", "b.osm"):
        (tmp_path / "two" / name).write_bytes(whole)
    (tmp_path / "cut" / "cut.osm").write_bytes(whole[: len(whole) // 2])
    kant = str(extract.folder)
    asked = {
        "no such folder": ["nowhere"],
        "there are: none": ["none"],
        "a.osm, b.osm": ["two"],
        "not a whole OSM file": ["cut"],
        "nothing of it lies in the area": [kant, "--box", "1", "1", "2", "2"],
        "not west, south, east, north": [kant, "--box", "2", "1", "1", "2"],
        "give a part of the people": [kant, "--working-age-share", "60"],
        "holds the extract": [kant, "--into", kant],
    }
    for told, arguments in asked.items():
        with pytest.raises(SiteselError, match=told) as fault:
            CliRunner().invoke(cli.app, ["layers", *arguments], catch_exceptions=False)
        assert len(fault.value.faults) == 1
        assert "\n" not in fault.value.faults[0]
    monkeypatch.setattr("sys.argv", ["sitesel", "layers", "nowhere"])
    with pytest.raises(SystemExit) as gone:
        cli.main()
    assert gone.value.code == 2
    assert not (tmp_path / "nowhere").exists()
    assert sorted(path.name for path in extract.folder.iterdir()) == ["kant.osm"]


def test_what_is_fetched_and_not_used_is_said_with_its_remedy(extract):
    extract.node(1, place="town", name="Kant").save()
    (extract.folder / "villages_825.xls").write_bytes(b"")
    found = make_layers(extract.folder)
    assert found.unused == ("villages",)
    (said,) = [told for line in made_lines(found) if "by village" in (told := say(line, "en"))]
    assert "not joined" in said
    assert "--people" in said


def test_nothing_is_half_written(extract, monkeypatch):
    extract.node(1, place="town", name="Kant").node(2, power="substation")
    found = made(extract)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sitesel.extracting.making.write_manifest", full)
    with pytest.raises(OutputError, match="cannot be written"):
        write_layers(found, extract.folder / "layers")
    assert list((extract.folder / "layers").iterdir()) == []


def counted(path: Path) -> Counter:
    """Count by other means, straight from the file: ids by layer, without the code under test."""
    found: Counter = Counter()
    areas = osmium.FileProcessor(str(path)).with_areas()
    for item in areas:
        tags, kind = dict(item.tags), item.type_str()
        whole = kind == "a" and item.num_rings()[0] > 0
        opened = kind == "w" and not item.is_closed()
        found["power_lines"] += kind == "w" and tags.get("power") in {"line", "minor_line"}
        found["built_up"] += whole and tags.get("landuse") in {"residential", "commercial", "retail"}
        found["industrial"] += (
            whole and tags.get("landuse") in {"industrial", "construction"} and "man_made" not in tags
        )
        dry = tags.get("tunnel") not in {"yes", "culvert", "flooded"}
        found["rivers"] += kind == "w" and tags.get("waterway") in {"river", "canal", "stream", "drain"} and dry
        found["rivers"] += whole and (tags.get("natural") == "water" or tags.get("waterway") == "riverbank")
        found["settlements"] += kind == "n" and tags.get("place") in {"city", "town", "village", "hamlet"}
        found["sewage_works"] += (whole or kind == "n") and tags.get("man_made") == "wastewater_plant"
        assert not (opened and tags.get("landuse") == "industrial")
    return found


@pytest.mark.skipif(not REAL.exists(), reason="real extracts lie beside a checkout of the project's own machines only")
@pytest.mark.parametrize("name", ["andorra", "monaco"])
def test_real_extracts_hold_what_a_plain_count_finds(name):
    path = REAL / f"{name}.osm.pbf"
    found, expected = make_layers(path, Wish(box=(-180.0, -90.0, 180.0, 90.0))), counted(path)
    rows = {layer: len(frame) for layer, frame in found.frames.items()}
    works = int(found.frames["utilities"]["kind"].eq("sewage_works").sum())
    assert {layer: rows[layer] for layer in expected if layer in rows} | {"sewage_works": works} == dict(expected)
    assert all(frame["id"].is_unique for frame in found.frames.values())


def ways_first(text: str) -> str:
    """Put nodes last, as Overpass writes them."""
    nodes = "".join(re.findall(r"<node .*?</node>|<node [^>]*/>", text))
    return re.sub(r"<node .*?</node>|<node [^>]*/>", "", text).replace("</osm>", f"{nodes}</osm>")


def drawn_in_josm(text: str) -> str:
    """Give all numbers a minus, as an editor does to what is new, and mark one way as deleted."""
    new = re.sub(r' (id|ref)="(\d+)"', r' \1="-\2"', text)
    return new.replace('<way id="-4"', '<way action="delete" id="-4"')


@pytest.mark.parametrize("change", [ways_first, drawn_in_josm, lambda text: ways_first(drawn_in_josm(text))])
def test_the_order_and_the_sign_of_numbers_change_nothing(extract, change):
    extract.node(202, place="town", name="Кант", population="22075")
    extract.square(1, 300, landuse="industrial").way(2, [500, 501, 602], waterway="river")
    extract.square(3, 800).relation(9, [("outer", 3)], type="multipolygon", landuse="residential")
    extract.square(4, 1200, landuse="industrial")
    path = extract.save()
    text = path.read_text(encoding="utf-8")
    kept = text if change is ways_first else re.sub(r'<way id="4".*?</way>', "", text)
    path.write_text(kept, encoding="utf-8")
    before = make_layers(extract.folder, Wish())
    path.write_text(change(text), encoding="utf-8")
    after = make_layers(extract.folder, Wish())
    assert {"settlements", "industrial", "rivers", "built_up"} <= before.frames.keys()
    assert after.frames.keys() == before.frames.keys()
    for layer, frame in before.frames.items():
        ids = after.frames[layer]["id"].str.replace("/-", "/")
        pd.testing.assert_series_equal(ids.sort_values(ignore_index=True), frame["id"].sort_values(ignore_index=True))
        shapes = [frame.union_all(), after.frames[layer].union_all()]
        assert shapes[0].equals(shapes[1])
