"""Why a plot stands where it stands: what has no answer, and what is refused."""

import pandas as pd
import pytest

from sitesel.decision import contributions, dominated, smallest_improvement, smallest_weights, weight_effects

WORTH = pd.DataFrame(
    {"road": [1.0, 0.0, 0.4, 1.0], "power": [0.0, 1.0, 0.4, 0.0]}, index=["fast", "strong", "middling", "twin"]
)
WEIGHTS = pd.Series({"road": 0.7, "power": 0.3})


def test_a_mix_of_others_can_keep_a_plot_from_ever_being_first():
    assert dominated(WORTH, "middling") is None
    assert smallest_weights(WORTH, WEIGHTS, "middling") is None


def test_first_already_needs_no_other_weights_and_twins_share_the_place():
    for plot in ("fast", "twin"):
        assert smallest_weights(WORTH, WEIGHTS * 10, plot).to_dict() == pytest.approx(WEIGHTS.to_dict())
        assert dominated(WORTH, plot) is None
        assert smallest_improvement(WORTH, WEIGHTS, plot)["gain"].tolist() == [0, 0]


def test_no_plot_but_one_is_first():
    alone = WORTH.loc[["middling"]]
    assert smallest_weights(alone, WEIGHTS, "middling").to_dict() == pytest.approx(WEIGHTS.to_dict())
    assert dominated(alone, "middling") is None
    assert smallest_improvement(alone, WEIGHTS, "middling")["gain"].tolist() == [0, 0]


def test_a_dominated_plot_is_never_first_even_where_it_could_tie():
    worth = pd.DataFrame({"road": [1.0, 0.9], "power": [0.5, 0.5]}, index=["a", "b"])
    assert dominated(worth, "b") == "a"
    assert smallest_weights(worth, WEIGHTS, "b") is None
    # with no weight on what it lacks it shares the first place as things are
    assert smallest_weights(worth, pd.Series({"road": 0.0, "power": 1.0}), "b").to_dict() == {"road": 0, "power": 1}


def test_an_indicator_without_weight_cannot_make_first():
    worth = pd.DataFrame({"road": [1.0, 0.5], "power": [0.5, 0.5], "flood": [0.5, 0.5]}, index=["a", "b"])
    weights = pd.Series({"road": 0.5, "power": 0.5, "flood": 0.0})
    found = smallest_improvement(worth, weights, "b")
    assert found["worth"].to_dict() == {"road": 1.0, "power": 1.0}
    assert smallest_improvement(worth, pd.Series({"road": 0.9, "power": 0.0, "flood": 0.1}), "b").index.tolist() == [
        "road"
    ]


def test_none_suffices_alone():
    worth = pd.DataFrame({"road": [1.0, 0.0], "power": [1.0, 0.0]}, index=["a", "b"])
    assert smallest_improvement(worth, WEIGHTS, "b").empty


@pytest.mark.parametrize(
    "asked", [smallest_weights, smallest_improvement, lambda table, _, plot: dominated(table, plot)]
)
def test_what_is_not_known_must_be_an_interval_first(asked):
    with pytest.raises(ValueError, match="a worth is not known"):
        asked(WORTH.replace(0.4, float("nan")), WEIGHTS, "fast")


def test_effects_are_told_town_by_town_in_the_order_of_the_plots():
    points = contributions(WORTH, WEIGHTS)
    town = pd.Series({"fast": "osh", "strong": "chui", "middling": "osh", "twin": "chui"})
    told = weight_effects(points, town)
    assert list(told.index.get_level_values("town").unique()) == ["osh", "chui"]
    assert told.loc[("osh", "road"), "range"] == pytest.approx(42)
    assert told.loc[("osh", "power"), "share"] < 0  # it pulls against the roads
    assert told["share"].groupby("town").sum().tolist() == pytest.approx([1, 1])
