"""Weights from pairwise comparisons, held to published matrices."""

import numpy as np
import pandas as pd
import pytest

from sitesel.decision import fault_in_pairs, from_pairs


def matrix_of(upper: list[float], names: list[str]) -> pd.DataFrame:
    pairs = np.ones((len(names), len(names)))
    pairs[np.triu_indices(len(names), 1)] = upper
    pairs[np.tril_indices(len(names), -1)] = (1 / pairs.T)[np.tril_indices(len(names), -1)]
    return pd.DataFrame(pairs, index=names, columns=names)


# Which drink is consumed more in the United States? (Saaty, 2008, Decision making with the AHP, table 2)
DRINKS = matrix_of(
    [
        9,
        5,
        2,
        1,
        1,
        1 / 2,
        1 / 3,
        1 / 9,
        1 / 9,
        1 / 9,
        1 / 9,
        1 / 3,
        1 / 4,
        1 / 3,
        1 / 9,
        1 / 2,
        1,
        1 / 3,
        2,
        1 / 2,
        1 / 3,
    ],
    ["coffee", "wine", "tea", "beer", "sodas", "milk", "water"],
)


def test_the_published_weights_of_drinks_come_out():
    found = from_pairs(DRINKS)
    assert found.weights.to_numpy() == pytest.approx([0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327], abs=6e-4)
    assert found.ratio == pytest.approx(0.022, abs=1e-3)


def test_weights_are_the_limit_of_powers_to_1e_9():
    power = np.linalg.matrix_power(DRINKS.to_numpy() / 8, 200)
    expected = power.sum(axis=1) / power.sum()
    found = from_pairs(DRINKS)
    assert found.weights.to_numpy() == pytest.approx(expected, abs=1e-9)
    eigenvalue = (DRINKS.to_numpy() @ expected / expected).mean()
    assert found.ratio == pytest.approx((eigenvalue - 7) / 6 / 1.32, abs=1e-9)


def test_three_things_have_a_closed_form_to_1e_9():
    """Of three, the eigenvector is the geometric mean of the rows, and the eigenvalue ``1 + r + 1 / r``."""
    found = from_pairs(matrix_of([3, 5, 4], ["a", "b", "c"]))
    means = np.cbrt([15, 4 / 3, 1 / 20])
    assert found.weights.to_numpy() == pytest.approx(means / means.sum(), abs=1e-9)
    r = np.cbrt(3 * 4 / 5)
    assert found.ratio == pytest.approx((1 + r + 1 / r - 3) / 2 / 0.58, abs=1e-9)


def test_one_or_two_things_are_always_consistent():
    assert tuple(from_pairs(matrix_of([], ["a"])).weights) == (1.0,)
    found = from_pairs(matrix_of([4], ["a", "b"]))
    assert found.weights.tolist() == pytest.approx([0.8, 0.2])
    assert found.ratio == 0


@pytest.mark.parametrize(
    ("matrix", "fault"),
    [
        (pd.DataFrame(np.ones((2, 2)), index=["a", "b"], columns=["b", "a"]), "same things in the same order"),
        (pd.DataFrame(np.ones((16, 16))), "at most 15 things, not 16"),
        (pd.DataFrame([[1.0, -2.0], [-0.5, 1.0]]), "above 0"),
        (pd.DataFrame([[1.0, np.nan], [1.0, 1.0]]), "above 0"),
        (pd.DataFrame([[2.0]]), "0 over 0 is 2"),
    ],
)
def test_faults_are_told(matrix, fault):
    with pytest.raises(ValueError, match=fault):
        from_pairs(matrix)
    assert fault_in_pairs(pd.DataFrame([[1, 3], [0.33, 1]])) is None


def test_a_thing_is_as_much_as_itself():
    names = ["road", "pool"]
    assert (
        fault_in_pairs(pd.DataFrame([[3, 3], [1 / 3, 1]], names, names))
        == "road over road is 3; over itself a thing is 1"
    )
