"""What buyers ask of a site: each ask by hand, and the whole held to a plain count of distances."""

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import tomlkit
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from sitesel.decision import quasi_random
from sitesel.errors import StudyError
from sitesel.indicators.conformity import Conformity
from sitesel.report.effects import effect_sheet
from sitesel.report.ranking import ranking_sheet
from sitesel.report.why import reasons_why
from sitesel.stages import run
from sitesel.study.reading import study_from
from sitesel.sureness.draws import drawn_weights
from sitesel.text import LANGUAGES, say
from small_study import CRS, layer, place, small_layers

METRES = {"fault_zone_1": 200.0, "protected_area": 0.0, "sanitary_distance": 50.0, "airport_heights": 5000.0}
LAYER = {"fault_zone_1": "faults", "protected_area": "protected", "sanitary_distance": "housing"}
LAYER |= {"airport_heights": "airports"}


def asking(*asks: str) -> Conformity:
    return Conformity(
        id="buyers", criterion="conformity", measure="conformity", asks=asks, weight=1, value=[(0, 0), (100, 100)]
    )


def frame(shapes: list, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def asked_of(part: Conformity, outlines: list, layers: dict[str, gpd.GeoDataFrame]):
    """Measure it on outlines, with these layers and no gateways."""
    plots = frame(outlines, production=["sewing"] * len(outlines))
    frames = {"gateways": frame([], kind=[]), **layers}
    region = SimpleNamespace(frames=frames, asked=SimpleNamespace(where=SimpleNamespace(country="kg")))
    return part.measured(SimpleNamespace(frame=plots), region)


PLOT = box(0, 0, 100, 100)
CASES = {  # what lies there of the layer of faults, kept 200 m from: low, high
    "certain": (frame([Point(250, 50)]), 0, 0),
    "possible": (frame([Point(350, 50)], precision_km=[0.1]), 0, 100),
    "certain wherever it lies": (frame([Point(150, 50)], precision_km=[0.1]), 0, 0),
    "doubtful": (frame([Point(50, 50)], doubtful=[True]), 0, 100),
    "clear": (frame([Point(350, 50)]), 100, 100),
    "none of its kind there": (frame([]), 100, 100),
    "no layer": (None, 0, 100),
}


@pytest.mark.parametrize("case", CASES)
def test_each_ask_by_hand(case):
    features, low, high = CASES[case]
    found = asked_of(asking("fault_zone_1"), [PLOT], {} if features is None else {"faults": features})
    assert [bound[0] for bound in found.bounds] == [low, high]
    assert found.amount[0] == low if low == high else np.isnan(found.amount[0])
    reason, detail = found.reason[0], found.detail[0]
    told = {
        "certain": "1 of 1 ask checked, 0 met; not met: zone 1 of the Issyk-Ata fault",
        "certain wherever it lies": "1 of 1 ask checked, 0 met; not met: zone 1 of the Issyk-Ata fault",
        "clear": "1 of 1 ask checked, 1 met",
        "none of its kind there": "1 of 1 ask checked, 1 met",
        "no layer": "none of 1 ask checked; no layer was given for: zone 1 of the Issyk-Ata fault",
    }
    open_ = "none of 1 ask checked; cannot be told, for the layer is too coarse or leaves it open here: zone 1 of the "
    assert say(reason or detail, "en") == told.get(case, f"{open_}Issyk-Ata fault")
    assert (reason is None) == (low == high)
    assert all(say(reason or detail, lang) for lang in LANGUAGES)


def test_two_of_four_checked_one_met():
    layers = {"faults": frame([Point(250, 50)]), "protected": frame([box(900, 0, 999, 99)])}
    found = asked_of(asking("fault_zone_1", "protected_area", "flood_severe", "flood_moderate"), [PLOT], layers)
    assert [bound[0] for bound in found.bounds] == [25, 75]
    assert say(found.reason[0], "en") == (
        "2 of 4 asks checked, 1 met; not met: zone 1 of the Issyk-Ata fault; "
        "no layer was given for: severe floods, moderate floods"
    )


spot = st.tuples(*[st.integers(-900, 900)] * 2)
feature = st.tuples(spot, st.one_of(st.none(), st.integers(1, 400)), st.booleans())


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(METRES)), st.lists(feature, max_size=3)),
    st.lists(st.sampled_from(sorted(METRES)), min_size=1, unique=True),
    st.lists(st.tuples(spot, st.integers(1, 400), st.integers(1, 400)), min_size=1, max_size=4),
)
def test_the_share_is_that_of_a_plain_count(drawn, asks, corners):
    """Points known to some metres: near for certain, near perhaps, or not, by their distance alone."""
    outlines = [box(x, y, x + wide, y + high) for (x, y), wide, high in corners]
    layers = {
        LAYER[rule]: frame(
            [Point(*at) for at, _, _ in of],
            precision_km=[None if off is None else off / 1000 for _, off, _ in of],
            doubtful=[doubt for _, _, doubt in of],
        )
        for rule, of in drawn.items()
    }
    found = asked_of(asking(*asks), outlines, layers)
    for number, outline in enumerate(outlines):
        low = high = 0
        for rule in asks:
            away = [(outline.distance(Point(*at)), off or 0, doubt) for at, off, doubt in drawn.get(rule, [])]
            # Within a hair of the rule's metres, or of a point on the plot's edge, the last digit decides.
            assume(all(abs(far - METRES[rule] - sign * off) > 1e-3 for far, off, _ in away for sign in (-1, 1)))
            surely = any(far < METRES[rule] - off and not doubt for far, off, doubt in away)
            perhaps = any(far < METRES[rule] + off for far, off, _ in away)
            low += rule in drawn and not perhaps
            high += not surely
        assert [bound[number] for bound in found.bounds] == pytest.approx(
            [100 * low / len(asks), 100 * high / len(asks)]
        )


def with_sureness(text: tomlkit.TOMLDocument, **more: object) -> tomlkit.TOMLDocument:
    text["sureness"] = {"worlds": 2, "draws": 32, "positions": 2, **more}
    text["layers"]["faults"] = "faults.gpkg"
    text["labour"]["draw_cap"] = {"low": 0.2, "mid": 0.5, "high": 1.0}
    return text


def without_buyers(text: tomlkit.TOMLDocument) -> None:
    kept = tomlkit.aot()
    for part in text["indicators"]:
        if part["id"] != "buyers":
            kept.append(part)
    text["indicators"] = kept


FAULTS = layer(["f"], [LineString([place(10.1, 0.7), place(10.1, 0.9)])], precision_km=[0.0])  # on alpha alone
PLOTS = small_layers()["plots"].assign(precision_km=[0.4, 0.4, 0.4])


def counted(text: tomlkit.TOMLDocument, weight: float) -> None:
    """Give what buyers ask a weight, and take it from the others' alike."""
    next(part for part in text["indicators"] if part["id"] == "buyers")["weight"] = 1.0
    others = {name: round(float(one) * (1 - weight), 6) for name, one in text["weights"].items()}
    text["weights"] = others | {"conformity": round(1 - sum(others.values()), 6)}


def test_weight_0_moves_nothing_and_is_told(write_study, study_text):
    with_sureness(study_text)["rules"]["fault_zone_1"] = "flag"
    told = run(write_study(plots=PLOTS, faults=FAULTS))
    without_buyers(study_text)
    plain = run(write_study(plots=PLOTS, faults=FAULTS))
    pd.testing.assert_frame_equal(told.decision.ranking, plain.decision.ranking, check_exact=True)
    for name in ("plots", "ahead", "central", "drivers", "knowing", "programmes"):
        one, other = (getattr(found.sureness, name) for found in (told, plain))
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    pd.testing.assert_frame_equal(reasons_why(told), reasons_why(plain), check_exact=True)
    assert told.decision.measures["buyers"].isna().all()
    assert told.decision.high["buyers"].to_dict() != dict.fromkeys(PLOTS["id"], 100)  # alpha fails one for certain
    assert told.decision.high.loc["beta", "buyers"] == 100
    for sheet in (ranking_sheet, effect_sheet):
        assert [one.key for one in sheet(told, "one").columns] == [one.key for one in sheet(plain, "one").columns]
        assert len(sheet(told, "one").rows) == len(sheet(plain, "one").rows)
    weights = {"road": 0.4, "labour": 0.3, "utilities": 0.2, "ground": 0.1}
    assert (
        told.with_weights(weights).decision.ranking["rank"].equals(plain.with_weights(weights).decision.ranking["rank"])
    )


def test_with_weight_it_counts(write_study, study_text):
    with_sureness(study_text)["rules"]["fault_zone_1"] = "flag"
    next(part for part in study_text["indicators"] if part["id"] == "buyers")["asks"] = ["fault_zone_1"]
    before = run(write_study(faults=FAULTS), sure=False).decision
    counted(study_text, 0.5)
    found = run(write_study(faults=FAULTS))
    assert found.decision.measures["buyers"].to_dict() == {"alpha": 0, "beta": 100, "gamma": 100}
    points = before.ranking["score"] * 0.5 + pd.Series({"alpha": 0, "beta": 50, "gamma": 50})
    assert found.decision.ranking["score"].to_dict() == pytest.approx(points.to_dict(), abs=1e-3)
    assert "conformity" in found.sureness.central
    assert "brings_conformity" in {column.key for column in ranking_sheet(found, "one").columns}


def test_with_weight_nothing_known_is_not_ranked(write_study, study_text):
    study_text["labour"]["draw_cap"] = {"low": 0.2, "mid": 0.5, "high": 1.0}
    assert run(write_study(), sure=False).decision.ranking["rankable"].any()
    counted(study_text, 0.1)
    gates = run(write_study(), sure=False).decision.ranking
    assert set(gates["detail"].dropna()) == {"conformity"}
    assert not gates["rankable"].any()


def test_ranges_leave_out_what_has_no_weight(study_text):
    wide = {"labour": (0.2, 0.5), "road": (0.1, 0.4), "utilities": (0.1, 0.4), "ground": (0.0, 0.2)}
    study_text["sureness"] = {"weights": {name: {"low": low, "high": high} for name, (low, high) in wide.items()}}
    study = study_from(study_text.unwrap())
    assert [part.id for part in study.weighed] == ["staff", "near_home", "freight", "main_road", "connection", "fit"]
    tested = SimpleNamespace(
        indicators=study.weighed,
        weights=study.indicator_table().loc[[part.id for part in study.weighed], "weight"],
        criterion=pd.Series({part.id: part.criterion for part in study.weighed}),
    )
    names = [*tested.weights.index, *(f"weight of {name}" for name in wide)]
    drawn = drawn_weights(quasi_random(64, names, 1), study.sureness, tested)
    assert drawn.sum(axis=1).to_numpy() == pytest.approx(1)


@pytest.mark.parametrize(
    ("asks", "told"),
    [
        (["flood_sever"], "no rule 'flood_sever'; did you mean flood_severe? The rules are "),
        (["noise"], "no rule 'noise'; the rules are irrigated_arable, "),
        (["flood_severe", "flood_severe"], "rule flood_severe stands more than once; ask for it once"),
        ([], "empty; give one or more"),
    ],
)
def test_bad_asks_are_one_line(study_text, asks, told):
    next(part for part in study_text["indicators"] if part["id"] == "buyers")["asks"] = asks
    with pytest.raises(StudyError) as found:
        study_from(study_text.unwrap())
    (line,) = found.value.faults
    assert line.startswith(f"study: indicators.buyers.asks: {told}")


def test_a_told_criterion_is_given_weight_only_with_its_indicator(study_text):
    study_text["weights"] = {"labour": 0.36, "road": 0.27, "utilities": 0.27, "ground": 0.0, "conformity": 0.1}
    with pytest.raises(StudyError, match="indicators of conformity: weights add up to 0, not 1"):
        study_from(study_text.unwrap())
