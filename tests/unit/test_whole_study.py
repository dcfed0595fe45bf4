"""The study that the suite runs once holds what its tests vary: figures worked out by hand from its drawing."""

import pickle

import numpy as np
import pytest

from sitesel.report.rules import excluded
from whole_study import HOSTILE, made_once


def test_what_is_excluded_and_what_cannot_be_ranked(whole):
    assert excluded(whole) == {"bishkek-1": ["fault_zone_1"]}
    # Four fifths of 37.5, 50 and 35 ha are 30, 40 and 28; the plots are 25, 30.25, 36 ha and so on, less a corner
    # that a power line takes. A fault runs through Bishkek's first.
    gates = whole.decision.ranking["gate"].dropna()
    assert gates.to_dict() == {"bishkek-1": "rule", **dict.fromkeys(("chui-1", "chui-2", "chui-3", "osh-1"), "ground")}
    assert (whole.decision.ranking["gate"].isna() == whole.decision.ranking["rankable"]).all()
    assert set(whole.sureness.plots.index) == set(whole.decision.ranking.index[whole.decision.ranking["rankable"]])


def test_minutes_length_and_money_of_a_plot(whole):
    # Bishkek's second plot: 550 m wide from km 4.3 on, 600 m south of the road, give or take a kilometre: of the spots
    # of that circle, those so far north or south are as many as its chord is long.
    north = np.linspace(-1000, 1000, 20_001)
    metres = np.average(np.maximum(600 - north, 0), weights=np.sqrt(1000**2 - north**2))
    assert whole.decision.measures.loc["bishkek-2", "main_road"] == pytest.approx(metres, rel=0.03)
    low, high = (getattr(whole.decision, end).loc["bishkek-2", "main_road"] for end in ("low", "high"))
    assert 0 <= low < 200
    assert 1350 < high <= 1600
    # Power comes from 3 km north of km 10: 6 MW at a power factor of 0.9 over 8.75 km, 26.9 MVA km a line, in three.
    power = whole.connections.joined.query("plot == 'bishkek-2' and network == 'power'").set_index("view")
    km = 3 + (10 - 4.85) + 0.6
    assert power["metres"].to_numpy() == pytest.approx(1000 * km)
    assert power.loc["optimistic", "usd_mid"] == pytest.approx(3 * km * 25_000)
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
    assert HOSTILE[0] in set(whole.connections.joined["source_en"])


def test_it_runs_once_however_many_ask(tmp_path, monkeypatch):
    monkeypatch.setattr("whole_study.carried_out", lambda folder: folder.name)
    assert made_once(tmp_path) == "whole"
    monkeypatch.setattr("whole_study.carried_out", lambda _: pytest.fail("it ran again"))
    assert made_once(tmp_path) == pickle.loads((tmp_path / "whole.pickle").read_bytes())  # noqa: S301 -- our own
