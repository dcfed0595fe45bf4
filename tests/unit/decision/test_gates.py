"""What a plot must pass before it is ranked."""

import numpy as np
import pandas as pd
import pytest

from sitesel.decision import Gate, failed_gates

CRITERION = pd.Series({"road": "road", "trunk": "road", "pool": "labour", "flood": "conformity"})
WEIGHTS = pd.Series({"road": 0.3, "trunk": 0.1, "pool": 0.6, "flood": 0.0})


def gate_of(*, barred: bool = False, ground: float = 1.0, known: tuple[str, ...] = ("road", "pool")) -> tuple:
    table = pd.DataFrame([[name in known for name in CRITERION.index]], index=["a"], columns=CRITERION.index)
    found = failed_gates(
        pd.Series([barred], index=["a"]), pd.Series([ground], index=["a"]), table, criterion=CRITERION, weights=WEIGHTS
    )
    return tuple(found.loc["a"])


def test_a_plot_that_passes_has_no_gate():
    assert gate_of() == (None, None)
    assert gate_of(known=("trunk", "pool")) == (None, None)  # one indicator of a criterion is enough


def test_the_first_failed_gate_is_told():
    assert gate_of(barred=True, ground=0.1, known=()) == (Gate.RULE, None)
    assert gate_of(ground=0.1, known=()) == (Gate.GROUND, None)
    assert gate_of(known=()) == (Gate.UNKNOWN, "road")
    assert gate_of(known=("road",)) == (Gate.UNKNOWN, "labour")


def test_what_has_no_weight_neither_opens_nor_closes_a_gate():
    weights = WEIGHTS.replace(0.1, 0.0)
    known = pd.DataFrame({"road": [False], "trunk": [True], "pool": [True], "flood": [False]}, index=["a"])
    found = failed_gates(
        pd.Series([False], index=["a"]), pd.Series([1.0], index=["a"]), known, criterion=CRITERION, weights=weights
    )
    assert found.loc["a", "detail"] == "road"


@pytest.mark.parametrize(("ground", "passes"), [(0.8, True), (0.1 * 8, True), (0.7999, False), (np.nan, False)])
def test_ground_of_the_least_share_passes_and_ground_not_known_does_not(ground, passes):
    assert (gate_of(ground=ground)[0] is None) == passes
