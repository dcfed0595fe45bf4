"""The worth of an interval: what is refused."""

import pandas as pd
import pytest

from sitesel.decision import failed_gates, rank, worth_range

LINE = [(0, 100), (40, 0)]


def test_an_interval_that_ends_before_it_begins_is_told_by_plot():
    with pytest.raises(ValueError, match=r"low 5, high 4 \(b\)"):
        worth_range(pd.Series({"a": 1.0, "b": 5.0}), pd.Series({"a": 1.0, "b": 4.0}), LINE)


def test_points_that_make_no_line_are_refused():
    with pytest.raises(ValueError, match="at least two points"):
        worth_range(pd.Series([1.0]), pd.Series([1.0]), LINE[:1])


def test_ends_are_matched_by_plot():
    low, high = pd.Series({"a": 0.0, "b": 10.0}, name="rail"), pd.Series({"b": 20.0, "a": 40.0})
    least, most = worth_range(low, high, LINE)
    assert least.to_dict() == {"a": 0.0, "b": 0.5}
    assert most.to_dict() == {"a": 1.0, "b": 0.75}
    assert least.name == most.name == "rail"


def test_a_barred_plot_has_no_rank():
    plots = pd.Index(["a", "b"])
    gates = failed_gates(
        pd.Series({"b": False, "a": True}),
        pd.Series(1.0, index=plots),
        pd.DataFrame({"road": True}, index=plots),
        criterion=pd.Series({"road": "road"}),
        weights=pd.Series({"road": 1.0}),
    )
    ranking = rank(pd.Series([90.0, 80.0], index=plots), pd.Series("t", index=plots), gates["gate"].isna())
    assert ranking["rank"].dropna().to_dict() == {"b": 1}
    assert ranking.index.tolist() == ["b", "a"]  # listed, below those that are ranked
