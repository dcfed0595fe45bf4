"""Rules and ground of the small study, worked out by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.windows import Window
from shapely import LineString, Point, Polygon, box
from typer.testing import CliRunner

from sitesel.cli import app
from sitesel.errors import LayerError
from sitesel.layers import embedded_study
from sitesel.outputs.tables import ranking_table
from sitesel.region.reading import read_inputs
from sitesel.report.rules import rules_not_checked
from sitesel.rules import verdicts
from sitesel.stages import check, run, sites, source_of
from sitesel.study import load_study
from sitesel.text import say
from small_study import (
    CRS,
    NORTH,
    WEST,
    ask_every_kind,
    leave_connections_out,
    place,
    read_json,
    small_layers,
    write_heights,
)

# Alpha is a square of 500 m at km 10 to 10.5, y 0.5 to 1.0 km; beta the same at km 30; gamma 600 m at km 20, y -1.5.


@pytest.fixture(autouse=True)
def _of_ground(study_text):
    leave_connections_out(study_text)


@pytest.fixture
def with_layer(write_study, study_text, tmp_path):
    """Give the small study further layers and say where its file is."""

    def write(**layers):
        for name, frame in layers.items():
            frame.to_file(tmp_path / f"{name}.gpkg", layer=name, driver="GPKG")
            study_text["layers"][name] = f"{name}.gpkg"
        study_text["study"]["rankable_from"] = 0.1
        return write_study()

    return write


def zone(*shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def km(west, south, east, north):
    return box(WEST + 1000 * west, NORTH + 1000 * south, WEST + 1000 * east, NORTH + 1000 * north)


def test_a_layer_that_is_not_given_is_not_checked_and_never_passes(write_study, tmp_path):
    done = CliRunner().invoke(app, ["run", str(write_study()), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "Not checked, for no layer was given: irrigated arable land, zone 1" in " ".join(done.output.split())
    columns = pd.read_csv(tmp_path / "out" / "columns.csv").set_index(["table", "column"])["written"]
    assert not columns["ranking.csv", "rule_fault_zone_1"]
    assert not columns["ranking.csv", "excluded_by"]
    told = read_json(tmp_path / "out" / "run.json")["rules"]
    assert told["fault_zone_1"]["not_checked"] == 3
    assert told["all"]["plots_alone"] == 0


def test_an_empty_layer_was_looked_into(with_layer):
    found = run(with_layer(protected=zone()))
    assert "protected_area" not in rules_not_checked(found)
    assert found.rules.rulings.loc["protected_area", "struck"].eq(False).all()  # noqa: FBT003


def test_what_a_rule_excludes_has_no_rank_and_says_why(with_layer, tmp_path):
    # The fault runs 100 m south of alpha: within the 200 m of zone 1, of which it takes a strip of 100 m, 5 ha.
    fault = zone(LineString([place(9, 0.4), place(12, 0.4)]))
    done = CliRunner().invoke(app, ["run", str(with_layer(faults=fault)), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "Not ranked: Alpha: excluded: in zone 1 of the Issyk-Ata fault" in " ".join(done.output.split())
    table = pd.read_csv(tmp_path / "out" / "ranking.csv", index_col="plot")
    assert np.isnan(table.loc["alpha", "rank"])
    assert table.loc["beta", "rank"] == 1
    assert table.loc["alpha", "excluded_by"] == "fault_zone_1"
    assert table["rule_fault_zone_1"].to_dict() == {"alpha": True, "beta": False, "gamma": False}
    told = read_json(tmp_path / "out" / "run.json")["rules"]["fault_zone_1"]
    assert (told["plots_alone"], told["hectares_on_it"]) == (1, pytest.approx(5.0, rel=0.01))
    assert table.loc["alpha", "ground_usable_ha"] == pytest.approx(20.0, rel=0.01)


def test_a_mode_of_the_study_counts(with_layer, study_text):
    study_text["rules"] = {"fault_zone_1": "flag"}
    found = run(with_layer(faults=zone(LineString([place(9, 0.4), place(12, 0.4)]))))
    assert found.rules.rulings.loc[("fault_zone_1", "alpha"), "struck"]
    assert found.decision.ranking.loc["alpha", "rankable"]
    study_text["rules"] = {"fault_zone_1": "off"}
    assert "fault_zone_1" not in run(with_layer()).rules.rulings.index.get_level_values("rule")


def test_airports_are_those_of_the_gateways_where_no_layer_is_given(write_study, study_text):
    # The field lies at km 20 on the road, 0.9 km from gamma, known to 0.5 km; alpha and beta are over 9 km away.
    del study_text["layers"]["airports"]
    struck = run(write_study()).rules.rulings.loc["airport_heights", "struck"]
    assert struck.to_dict() == {"alpha": False, "beta": False, "gamma": True}


def test_gateways_without_an_airport_were_no_search_for_one(write_study, study_text):
    del study_text["layers"]["airports"]
    study_text["study"]["rankable_from"] = 0.1
    gateways = small_layers()["gateways"]
    found = run(write_study(gateways=gateways[gateways["kind"] != "airport"]))
    assert found.rules.rulings.loc["airport_heights", "struck"].isna().all()
    assert "airport_heights" in rules_not_checked(found)


def test_the_airfields_known_are_more_than_the_gateways():
    """Kant's is a military one: no gateway, but a plot beside it must not read as clear."""
    study = load_study(embedded_study())
    known = read_inputs(study.study, study.layers, source_of(study), lambda _: None)
    rulings = verdicts(sites(study, known), known.frames, study.rules.all()).rulings
    assert rulings.loc[("airport_heights", "chui-kant"), "struck"]
    assert rulings.loc["airport_heights", "struck"].notna().any()


def test_sanitary_zone_goes_by_production(with_layer, study_text):
    # A house 200 m east of alpha: beyond the 50 m of sewing, within the 300 m of dyeing.
    house = zone(km(10.7, 0.7, 10.71, 0.71))
    assert not run(with_layer(housing=house)).rules.rulings.loc[("sanitary_distance", "alpha"), "struck"]
    study_text["towns"][0]["production"] = "with_dyeing"
    assert run(with_layer(housing=house)).rules.rulings.loc[("sanitary_distance", "alpha"), "struck"]


def test_usable_ground_keeps_off_rivers_and_lines(with_layer):
    # A river through the middle of alpha, 50 m free on each side: two strips of 200 x 500 m. A line of its own corridor
    # of 30 m along gamma's west side takes 30 x 600 m.
    river = zone(LineString([place(9, 0.75), place(12, 0.75)]))
    line = zone(LineString([place(20, -3), place(20, 0)]), setback_m=[30.0])
    found = run(with_layer(rivers=river, power_lines=line))
    alpha, gamma = found.land.table.loc["alpha"], found.land.table.loc["gamma"]
    assert (alpha["usable_ha"], alpha["largest_ha"]) == (pytest.approx(20), pytest.approx(10))
    assert (alpha["rectangle_length_m"], alpha["rectangle_width_m"]) == (
        pytest.approx(500, abs=0.01),
        pytest.approx(200, abs=0.01),
    )
    assert gamma["usable_ha"] == pytest.approx(36 - 1.8)
    assert not alpha["fits"]  # 25 ha needed
    assert found.land.table["compactness"].to_numpy() == pytest.approx(np.pi / 4)
    drawn = found.land.usable.set_index(["plot", "kind"]).geometry
    assert drawn["alpha", "usable"].area == pytest.approx(20e4)
    assert drawn["alpha", "rectangle"].area == pytest.approx(10e4, rel=0.01)


def test_a_rectangle_of_the_needed_size_fits_or_not(write_study, study_text):
    study_text["towns"][0]["jobs"], study_text["towns"][1]["jobs"] = 4900, 7300  # 24.5 ha of 25, 36.5 ha of 36
    assert run(write_study()).land.table["fits"].to_dict() == {"alpha": True, "beta": True, "gamma": False}


def test_usable_ground_says_what_was_not_taken_off(with_layer):
    # A river known to 1 km and a fault known to 3 km may cross alpha or not: the ground stays, the doubt is told.
    river = zone(LineString([place(9, 0.75), place(12, 0.75)]), precision_km=[1.0])
    fault = zone(LineString([place(9, 0.4), place(12, 0.4)]), precision_km=[3.0])
    found = run(with_layer(rivers=river, faults=fault)).land.table
    assert found["usable_ha"].to_list() == pytest.approx([25, 25, 36])
    told = say(found.loc["alpha", "usable_reason"], "en")
    assert told.startswith("at most: layers not given, nothing taken off for them (power lines, built-up land,")
    assert told.endswith("known too coarsely to take ground off (zone 1 of the Issyk-Ata fault, rivers)")
    assert "coarsely" not in say(found.loc["beta", "usable_reason"], "en")
    assert "слои не даны" in say(found.loc["beta", "usable_reason"], "ru")


def test_a_feature_known_to_some_metres_takes_what_it_takes_for_certain(with_layer):
    # The middle line of zone 1 is known to 50 m: of its 200 m, 150 are certain; 100 m lie between it and alpha.
    fault = zone(LineString([place(9, 0.4), place(12, 0.4)]), precision_km=[0.05])
    found = run(with_layer(faults=fault))
    assert found.rules.rulings.loc[("fault_zone_1", "alpha"), "struck"]
    assert found.land.table.loc["alpha", "usable_ha"] == pytest.approx(25 - 2.5)


def test_where_every_layer_is_given_nothing_is_left_to_say(with_layer):
    looked = ("faults", "protected", "housing", "border_strip", "rivers", "power_lines", "built_up")
    graded = zone(grade=[]).astype({"grade": "str"})
    found = run(with_layer(**dict.fromkeys(looked, zone()), mudflows=graded, floods=graded)).land.table
    assert found["usable_reason"].isna().all()


def test_frontage_counts_the_edge_beside_a_road(write_study, study_text):
    study_text["ground"]["frontage_within_m"] = 510
    # Alpha's south side lies 500 m from the road; 10 m of its flanks are as near.
    assert run(write_study()).land.table.loc["alpha", "frontage_m"] == pytest.approx(520, abs=1)


def test_slope_of_coarse_heights_is_the_region_s_and_gives_no_earthwork(write_study, tmp_path, monkeypatch):
    # The plane lies some 250 m, as much as is borne, off the land that is known here.
    monkeypatch.setattr("sitesel.region.reading.refuse_unlike", lambda *_: None)
    study = write_study()
    found = run(study).land.table.loc["alpha"]  # cells of 200 m
    assert found["regional"]
    assert np.isnan(found["cut_m3"])
    assert found["cut_reason"].key == "reason.regional_heights"
    write_heights(tmp_path / "heights.tif", cell=20.0)
    fine = run(study).land.table.loc["alpha"]
    assert not fine["regional"]
    # A plane of 1 % over 500 m: 1.25 m of height a side of the middle on average, cut = half the plot times that.
    assert fine["cut_m3"] == pytest.approx(250_000 / 2 * 1.25, rel=0.02)
    assert fine["cut_reason"] is None


def test_hard_ground_costs_more_where_a_layer_says_so(with_layer):
    found = run(with_layer(seismic=zone(km(0, -5, 15, 5), intensity=[9.0]))).land.table
    assert found.loc["alpha", "seismic_mid"] == 1.12
    assert np.isnan(found.loc["beta", "seismic_mid"])
    assert found.loc["beta", "seismic_reason"].key == "reason.outside_zones"
    assert found.loc["alpha", "groundwater_reason"].key == "rule.not_checked"


def test_a_zone_without_its_figure_may_be_the_worst(with_layer):
    zones = zone(km(0, -5, 15, 5), km(10.2, -5, 35, 5), km(15, -5, 20.1, 5), intensity=[8.0, None, 5.0])
    found = run(with_layer(seismic=zones)).land.table
    assert np.isnan(found.loc["alpha", "seismic_mid"])
    assert found.loc["alpha", "seismic_reason"].key == "reason.outside_zones"
    weak = run(with_layer(seismic=zone(km(0, -5, 15, 5), intensity=[5.0]))).land.table
    assert say(weak.loc["alpha", "seismic_reason"], "en") == "seismic intensity: no factor is known for 5"


def test_earth_is_counted_on_the_first_heights_that_know_the_plot(write_study, study_text, tmp_path, monkeypatch):
    monkeypatch.setattr("sitesel.region.reading.refuse_unlike", lambda *_: None)
    study_text["layers"]["elevation"] = ["gap.tif", "heights.tif"]
    study = write_study()
    write_heights(tmp_path / "heights.tif", cell=20.0)
    write_heights(tmp_path / "gap.tif", cell=20.0, slope_pct=0.1)
    with rasterio.open(tmp_path / "gap.tif", "r+") as raster:
        raster.write(np.full((raster.height, 1100), -9999, "float32"), 1, window=Window(0, 0, 1100, raster.height))
    found = run(study).land.table.loc["alpha"]
    assert found["cut_m3"] == pytest.approx(250_000 / 2 * 1.25, rel=0.02)


def test_crossed_outlines_are_mended_among_other_shapes_too(with_layer):
    crossed = Polygon(
        [place(0, 0), place(1, 0), place(1, 1), place(0.5, 1), place(0.5, 1.2), place(0.5, 1), place(0, 1)]
    )
    found = run(with_layer(housing=zone(crossed, place(3, 3))))
    assert "notice.outline_mended" in {notice.key for notice in found.notices}
    bow = Polygon([place(0, 0), place(1, 1), place(1, 0), place(0, 1)])
    (fault,) = check(with_layer(housing=zone(bow)))
    assert fault.startswith("housing.gpkg: outline of row 1 is not valid")


def test_a_study_without_ground_measures_none(write_study, study_text):
    del study_text["ground"]
    found = run(write_study())
    assert found.land.table.empty
    assert found.land.usable.empty
    assert not [column for column in ranking_table(found) if column.startswith("ground_")]


@pytest.mark.parametrize(
    ("layer", "frame", "words"),
    [
        (
            "mudflows",
            zone(km(0, 0, 1, 1), grade=[3]),
            "grade is 3 in row 1; write one of severe, high, moderate, low",
        ),
        ("mudflows", zone(km(0, 0, 1, 1)), "no column grade; add it"),
        ("seismic", zone(km(0, 0, 1, 1), intensity=[-1.0]), "intensity is below 0"),
        ("faults", zone(Point(WEST, NORTH)), "Point where lines are due"),
        ("rivers", zone(LineString([(0, 0), (1, 1)])), "outside the study's area"),
    ],
)
def test_layers_that_cannot_be_are_one_line(with_layer, layer, frame, words):
    study = with_layer(**{layer: frame})
    (fault,) = check(study)
    assert fault.startswith(f"{layer}.gpkg: ")
    assert words in fault
    with pytest.raises(LayerError):
        run(study)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"fault_zone": "flag"}, "no rule 'fault_zone'; did you mean fault_zone_1? The rules are irrigated_arable,"),
        ({"fault_zone_1": "maybe"}, "fault_zone_1"),
    ],
)
def test_rules_that_cannot_be_are_one_line(write_study, study_text, rules, words):
    study_text["rules"] = rules
    (fault,) = check(write_study())
    assert words in fault


def test_area_counts_what_is_left_to_build_on(with_layer, study_text):
    ask_every_kind(study_text, but="utilities")
    # Houses stand on 200 x 500 m of alpha's 500 x 500: 15 ha of 25 are left. Nothing is taken off beta.
    found = run(with_layer(built_up=zone(km(10, 0.5, 10.2, 1))))
    need = found.towns.loc["one", "area_need_ha"]
    assert found.decision.measures.loc["alpha", "area"] == pytest.approx(15 / need)
    assert found.decision.measures.loc["beta", "area"] == pytest.approx(25 / need)
    assert say(found.decision.details.loc["alpha", "area"], "en").startswith("15 ha of 25 ha can be built on")
    assert found.decision.details.loc["beta", "area"].key == "detail.area"
    # The largest rectangle is what is left of alpha, 300 x 500 m; 15 ha of 25 are too few to be ranked.
    assert found.decision.measures.loc["alpha", "fit"] == pytest.approx(15 / need, rel=0.02)
    assert found.decision.ranking["gate"].to_dict() == {"beta": None, "alpha": "ground", "gamma": None}
