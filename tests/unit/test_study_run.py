"""The small study worked out by hand."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import tomlkit

from sitesel.stages import check, run
from small_study import write_heights

TRUNK_TRUCK_KPH = 60


@pytest.fixture
def findings(write_study: Callable[..., Path]):
    return run(write_study())


def off_road_minutes(km: float) -> float:
    return km / 10 * 60


def test_minutes_to_the_border_count_the_off_road_leg(findings):
    # alpha's outline lies 500 m north of the road from km 10 to 10.5; eastwards its eastern gate is best, 29.5 km off
    expected = 29.5 / TRUNK_TRUCK_KPH * 60 + off_road_minutes(0.5)
    assert findings.decision.measures.loc["alpha", "border"] == pytest.approx(expected, rel=1e-6)


def test_people_per_job_decays_with_marshrutka_time_and_its_wait(findings):
    # gamma's 600 m of frontage lie 900 m south of the road from km 20.0 to 20.6, 5.4 min at 10 km/h. Its best gate:
    # from the west  12 min wait + 20.0 min ride + 5.4 = 37.4 min: share 0.85 - 0.3 * 7.4 / 15 = 0.702, of 5,000
    # from the east  12 min wait + 19.4 min ride + 5.4 = 36.8 min: share 0.85 - 0.3 * 6.8 / 15 = 0.714, of 10,000
    people = findings.decision.measures.loc["gamma", "pool"] * 6000
    assert people == pytest.approx(0.702 * 5_000 + 0.714 * 10_000, rel=1e-6)


def test_utilities_beyond_what_is_known_are_unknown_not_far(findings):
    assert findings.decision.measures.loc["alpha", "power"] == pytest.approx(2.0, abs=0.01)  # 3.0 km less 0.5 + 0.5
    assert pd.isna(findings.decision.measures.loc["beta", "power"])
    assert findings.decision.reasons.loc["beta", "power"].key == "reason.none_known"
    assert findings.decision.reasons.loc["alpha", "power"] is None
    assert findings.decision.measures["water"].isna().all()


def test_ground(findings):
    assert findings.decision.measures.loc["alpha", "area"] == pytest.approx(25 / 25)
    assert findings.decision.measures.loc["gamma", "area"] == pytest.approx(36 / 30)
    assert findings.decision.measures.loc["alpha", "slope_mean"] == pytest.approx(1.0, abs=0.01)


def test_the_slope_tells_how_fine_its_heights_are(findings):
    detail = findings.decision.details.loc["alpha", "slope_mean"]
    assert (detail.params["width"], detail.params["height"]) == (200, 200)


def test_score_stands_on_the_known_weight_only(findings):
    weight, worth = findings.decision.indicators["weight"], findings.decision.worth.loc["alpha"]
    known = worth.notna()
    assert findings.decision.ranking.loc["alpha", "score"] == pytest.approx(
        100 * (worth[known] * weight[known]).sum() / weight[known].sum()
    )
    assert findings.decision.ranking.loc["alpha", "known_weight"] == pytest.approx(weight[known].sum())


def test_each_town_ranks_its_own_plots_in_the_study_order(findings):
    assert list(findings.decision.ranking["town"]) == ["one", "one", "two"]
    assert findings.decision.ranking.loc["gamma", "rank"] == 1


def test_a_plot_with_too_little_known_is_listed_but_not_ranked(write_study, study_text):
    study_text["study"]["rankable_from"] = 0.99
    ranking = run(write_study()).decision.ranking
    assert not ranking["rankable"].any()
    assert ranking["rank"].isna().all()
    assert ranking["score"].notna().all()


def test_the_same_inputs_give_the_same_run_id_and_others_another(write_study, study_text):
    study = write_study()
    first, again = run(study).run["id"], run(study).run["id"]
    study_text["towns"][0]["jobs"] = 5001
    study.write_text(tomlkit.dumps(study_text), encoding="utf-8")
    assert first == again != run(study).run["id"]


def test_trucks_climb_slowly_where_the_study_asks(write_study, study_text, tmp_path, monkeypatch):
    # A plane that climbs 6 % for 60 km is not the land that is known here.
    monkeypatch.setattr("sitesel.region.reading.refuse_unlike", lambda *_: None)
    study = write_study()
    write_heights(tmp_path / "heights.tif", slope_pct=6.0)
    flat = run(study).decision.measures
    study_text["study"]["trucks_slowed_by_slope"] = True
    study.write_text(tomlkit.dumps(study_text), encoding="utf-8")
    steep = run(study).decision.measures
    assert (steep["border"] > flat["border"] + 5).all()  # eastwards, uphill
    assert steep["pool"].equals(flat["pool"])  # marshrutkas are not asked about


def test_check_finds_nothing_wrong(write_study):
    assert check(write_study()) == ()
