"""Weights from swings, by criterion and within."""

import pytest

from sitesel.decision import fault_in_swings, from_swings, from_swings_within, of_the_whole


def test_swings_of_criteria_and_within_make_the_weights_of_the_whole():
    criteria = from_swings({"labour": 100, "road": 75, "utilities": 75})
    within = from_swings_within(
        {"labour": {"staff": 100, "home": 100}, "road": {"freight": 100}, "utilities": {"power": 100}}
    )
    criterion = {"staff": "labour", "home": "labour", "freight": "road", "power": "utilities"}
    whole = of_the_whole(criteria.to_dict(), within, within.index.to_series().map(criterion))
    assert whole.to_dict() == pytest.approx({"staff": 0.2, "home": 0.2, "freight": 0.3, "power": 0.3})


@pytest.mark.parametrize(
    ("points", "fault"),
    [
        ({}, "at least one"),
        ({"road": 120}, "from 0 to 100, not 120"),
        ({"road": 100, "pool": -1}, "not -1"),
        ({"road": float("nan")}, "not nan"),
        ({"road": 60, "pool": 90}, "not 90"),
    ],
)
def test_faults_are_told(points, fault):
    with pytest.raises(ValueError, match=fault):
        from_swings(points)
    assert fault_in_swings({"road": 100, "pool": 0}) is None
