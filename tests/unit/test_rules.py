"""Rules: struck, clear, not checked; what each costs alone and with the others."""

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from sitesel.rules.judging import cost_of_rules, default_rules, judge, not_checked, ruled_out, set_modes
from sitesel.text import say

CRS = "EPSG:32643"


def frame(*shapes: object, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


PLOTS = gpd.GeoDataFrame(
    {"production": ["sewing", "with_dyeing", "sewing"]},
    geometry=[box(0, 0, 1000, 1000), box(5000, 0, 6000, 1000), box(9000, 0, 9500, 500)],
    index=["a", "b", "c"],
    crs=CRS,
)


def struck(rule: str, layer: gpd.GeoDataFrame) -> list:
    rulings = judge(PLOTS, {default_rules("kg")[rule].layer: layer}, {rule: default_rules("kg")[rule]})
    return rulings["struck"].tolist()


def test_what_is_not_given_is_not_checked_and_never_passes():
    rulings = judge(PLOTS, {}, default_rules("kg"))
    assert rulings["struck"].isna().all()
    listed = not_checked(rulings)
    assert set(listed.index) == {name for name, rule in default_rules("kg").items() if not rule.stand_in}
    assert (listed["plots"] == 3).all()
    assert say(listed.loc["fault_zone_1", "reason"], "en") == "not checked: no layer “faults” was given"
    assert not ruled_out(rulings, PLOTS.index).any()
    assert (cost_of_rules(rulings, PLOTS).loc["protected_area", "not_checked"]) == 3


def test_an_empty_layer_was_looked_into():
    assert struck("protected_area", frame()) == [False, False, False]


def test_the_fault_strikes_within_its_width_and_says_the_clause():
    rulings = judge(PLOTS, {"faults": frame(LineString([(0, 1150), (3000, 1150), (5000, 1250)]))}, default_rules("kg"))
    own = rulings.xs("fault_zone_1", level="rule")
    assert own["struck"].tolist() == [True, False, False]
    assert own.loc["a", "hectares"] == pytest.approx(5.0)
    assert own.loc["a", "mode"] == "exclude"
    assert "SN KR 31-02:2018" in say(own.loc["a", "reason"], "ru")
    assert own.loc["b", "reason"] is None
    assert ruled_out(rulings, PLOTS.index).tolist() == [True, False, False]


def test_a_layer_too_coarse_leaves_it_open():
    blurred = frame(LineString([(0, 1150), (1000, 1150)]), precision_km=[3.0])
    rulings = judge(PLOTS, {"faults": blurred}, {"fault_zone_1": default_rules("kg")["fault_zone_1"]})
    assert rulings["struck"].isna().tolist() == [True, False, False]
    assert rulings["reason"].iloc[0].key == "rule.too_coarse"
    assert rulings["hectares"].isna().iloc[0]


def test_grades_go_to_their_rule():
    flows = frame(box(0, 0, 10, 10), box(5000, 0, 5100, 100), grade=["severe", "low"])
    assert struck("mudflow_severe", flows) == [True, False, False]
    assert struck("mudflow_moderate", flows) == [False, True, False]


def test_the_sanitary_distance_follows_the_production():
    houses = frame(box(1080, 0, 1100, 10), box(6280, 0, 6300, 10), Point(9540, 0))
    assert struck("sanitary_distance", houses) == [False, True, True]  # 80 > 50; 280 < 300; 40 < 50
    with pytest.raises(ValueError, match="sanitary_distance: no metres for production 'weaving'"):
        judge(PLOTS.assign(production="weaving"), {"housing": houses}, default_rules("kg"))


def test_touching_is_not_overlapping():
    assert struck("irrigated_arable", frame(box(-100, 0, 0, 1000))) == [False, False, False]
    assert struck("irrigated_arable", frame(box(-100, 0, 1, 1000))) == [True, False, False]
    assert struck("border_strip", frame(LineString([(500, -10), (500, 10)]))) == [True, False, False]


def test_modes_are_set_and_off_is_off():
    rules = set_modes(default_rules("kg"), {"irrigated_arable": "exclude", "border_strip": "off"})
    rulings = judge(PLOTS, {"irrigated_arable": frame(box(0, 0, 10, 10))}, rules)
    assert "border_strip" not in rulings.index.get_level_values("rule")
    assert ruled_out(rulings, PLOTS.index).tolist() == [True, False, False]
    with pytest.raises(ValueError, match="no rule 'aliens'"):
        set_modes(default_rules("kg"), {"aliens": "off"})
    with pytest.raises(ValueError, match="no mode 'maybe'"):
        set_modes(default_rules("kg"), {"border_strip": "maybe"})
    assert judge(PLOTS, {}, {}).empty


def test_costs_alone_and_beside_the_others():
    layers = {
        "protected": frame(box(0, 0, 100, 100), box(5000, 0, 5100, 100)),
        "border_strip": frame(box(0, 0, 50, 50)),
    }
    rules = {name: default_rules("kg")[name] for name in ("protected_area", "border_strip")}
    costs = cost_of_rules(judge(PLOTS, layers, rules), PLOTS)
    assert costs.loc["protected_area", ["plots_alone", "hectares_alone", "plots_more", "hectares_more"]].tolist() == [
        2,
        200,
        1,
        100,
    ]
    assert costs.loc["border_strip", ["plots_alone", "plots_more", "hectares_on_it"]].tolist() == [
        1,
        0,
        pytest.approx(0.25),
    ]
    assert costs.loc["(all)", ["plots_alone", "hectares_alone"]].tolist() == [2, 200]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 9000), st.floats(-1000, 2000), st.floats(1, 2000)), max_size=6), st.floats(0, 500)
)
def test_struck_is_what_plain_distances_say(squares, within):
    layer = frame(*(box(x, y, x + side, y + side) for x, y, side in squares))
    rules = {
        "protected_area": default_rules("kg")["protected_area"],
        "airport_heights": default_rules("kg")["airport_heights"],
    }
    rulings = judge(PLOTS, {"protected": layer, "airports": layer}, rules)
    for plot, outline in PLOTS.geometry.items():
        overlap = sum(outline.intersection(shape).area for shape in layer.geometry)
        assert rulings.loc[("protected_area", plot), "struck"] == (overlap > 0)
        near = [shape for shape in layer.geometry if outline.distance(shape) < 5000]
        assert rulings.loc[("airport_heights", plot), "struck"] == bool(near)
    assert isinstance(rulings["struck"].dtype, pd.BooleanDtype)
    assert within >= 0
