"""The study that the suite runs once holds what its tests vary: figures worked out by hand from its drawing."""

import pickle

import pytest

from sitesel.report.rules import excluded
from whole_study import HOSTILE, made_once


def test_what_is_excluded_and_what_cannot_be_ranked(whole):
    assert excluded(whole) == {"bishkek-1": ["fault_zone_1"]}
    # Of the last three plots neither gas (over 10 km off) nor sewage is known: 0.36 + 0.27 + 0.27 * 0.45 + 0.10.
    ranking = whole.decision.ranking
    assert set(ranking.index[~ranking["rankable"]]) == {"bishkek-1", "osh-8", "osh-9", "osh-10"}
    assert ranking.loc[["osh-8", "osh-9", "osh-10"], "known_weight"].to_numpy() == pytest.approx(0.8515)


def test_minutes_length_and_money_of_a_plot(whole):
    # Bishkek's second plot: 550 m wide from km 4.3 on, 600 m south of the road. By truck at 60 km/h from its eastern
    # edge to the crossing at km 48, after 600 m at 10 km/h; power comes from 3 km north of km 10, in two lines.
    assert whole.decision.measures.loc["bishkek-2", "border"] == pytest.approx(48 - 4.85 + 3.6)
    power = whole.connections.joined.query("plot == 'bishkek-2' and network == 'power'").set_index("view")
    km = 3 + (10 - 4.85) + 0.6
    assert power["metres"].to_numpy() == pytest.approx(1000 * km)
    assert power.loc["optimistic", "usd_mid"] == pytest.approx(2 * km * 25_000)
    assert power.loc["pessimistic", "usd_mid"] == pytest.approx(km * 150_000 + 3_500_000)


def test_texts_are_of_every_kind(whole):
    plots = whole.plots
    assert list(plots.loc["bishkek-2", ["name_en", "name_ru", "name_ky"]]) == [
        "Kozhomkul, 50 ha",
        "Кожомкул, 50 га",
        "Кожомкул, 50 га",
    ]
    assert plots.loc["osh-10", ["name_ru", "name_ky"]].isna().all()
    assert [plots.loc[f"osh-{place + 1}", "name_ru"] for place in range(len(HOSTILE))] == list(HOSTILE)
    assert set(HOSTILE) <= set(whole.layers["settlements"]["name_en"])
    assert whole.connections.shared["source_en"].iloc[0] == HOSTILE[0]


def test_it_runs_once_however_many_ask(tmp_path, monkeypatch):
    monkeypatch.setattr("whole_study.carried_out", lambda folder: folder.name)
    assert made_once(tmp_path) == "whole"
    monkeypatch.setattr("whole_study.carried_out", lambda _: pytest.fail("it ran again"))
    assert made_once(tmp_path) == pickle.loads((tmp_path / "whole.pickle").read_bytes())  # noqa: S301 -- our own
