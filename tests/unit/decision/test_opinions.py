"""Second opinions: equal to pymcdm's own, and plain where it is missing."""

import sys

import numpy as np
import pandas as pd
import pytest
from pymcdm import methods

from sitesel.decision import second_opinions

WORTH = pd.DataFrame(
    {"road": [1.0, 0.2, 0.6, 0.6], "power": [0.5, 0.6, 0.0, 0.6], "pool": [0.3, 0.3, 0.9, 0.3]}, index=list("abcd")
)
WEIGHTS = pd.Series({"pool": 3.0, "road": 5.0, "power": 2.0})


def test_the_methods_are_pymcdms_own_and_by_hand():
    told = second_opinions(WORTH, WEIGHTS)
    weight, ones = np.array([0.5, 0.2, 0.3]), np.ones(3)
    matrix = WORTH.to_numpy()
    own = methods.PROMETHEE_II("vshape_2", p=[0.25] * 3, q=[0.05] * 3)(matrix, weight, ones, validation=False)
    assert told["promethee_2"].to_numpy() == pytest.approx(own)
    product = np.prod(np.maximum(matrix, 0.01) ** weight, axis=1)
    assert told["weighted_product"].to_numpy() == pytest.approx(product)
    weighted = matrix * weight
    to_best = np.linalg.norm(weighted - weighted.max(axis=0), axis=1)
    to_worst = np.linalg.norm(weighted - weighted.min(axis=0), axis=1)
    assert told["topsis"].to_numpy() == pytest.approx(to_worst / (to_worst + to_best))


def test_a_plot_better_in_everything_is_first_for_all():
    worth = pd.concat([WORTH, pd.DataFrame([[1.0, 0.9, 1.0]], index=["best"], columns=WORTH.columns)])
    assert set(second_opinions(worth, WEIGHTS).idxmax()) == {"best"}


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="at least two"):
        second_opinions(WORTH.iloc[:1], WEIGHTS)
    with pytest.raises(ValueError, match="a worth is not known"):
        second_opinions(WORTH.replace(0.9, float("nan")), WEIGHTS)


def test_a_missing_pymcdm_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymcdm", None)
    with pytest.raises(ImportError, match=r"sitesel\[opinions\]"):
        second_opinions(WORTH, WEIGHTS)
