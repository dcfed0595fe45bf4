"""Laws of sharing a pool of workers out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sitesel import labour
from sitesel.labour.floating import NEGLIGIBLE


@st.composite
def markets(draw):
    """Shares, people and jobs; some pairs without a way, some places empty."""
    settlements, employers = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    share = draw(hnp.arrays(np.float64, (settlements, employers), elements=st.floats(0, 1) | st.just(np.nan)))
    people = draw(hnp.arrays(np.float64, settlements, elements=st.floats(0, 1e6)))
    jobs = draw(hnp.arrays(np.float64, employers, elements=st.just(0.0) | st.floats(0.5, 1e5)))
    return pd.DataFrame(share), pd.Series(people), pd.Series(jobs)


both = pytest.mark.parametrize("measure", [labour.spatial_availability, labour.competitive_catchment])


@both
@given(market=markets())
def test_what_all_employers_get_and_what_is_left_add_up_to_the_pool(measure, market):
    share, people, jobs = market
    found = measure(share, people, jobs)
    assert found.people.sum() + found.unassigned.sum() == pytest.approx(people.sum(), abs=1e-6 * max(1, people.sum()))
    assert (found.assigned.to_numpy() >= 0).all()
    assert (found.assigned.sum(axis=1) <= people * (1 + 1e-9) + 1e-9).all()


@both
@given(market=markets())
def test_only_who_has_jobs_and_is_in_reach_gets_anyone(measure, market):
    share, people, jobs = market
    nothing = (share.fillna(0) == 0) | (jobs == 0)
    assert (measure(share, people, jobs).assigned.where(nothing, 0) == 0).all(axis=None)


@given(market=markets())
def test_no_employer_gets_more_than_its_decayed_reach_and_one_alone_gets_just_that(market):
    share, people, jobs = market
    reach = share.fillna(0).mul(people, axis=0)
    assert (labour.competitive_catchment(share, people, jobs).assigned <= reach + 1e-9 * (1 + reach)).all(axis=None)
    alone = labour.competitive_catchment(share[[0]], people, pd.Series([1.0]))
    assert alone.people[0] == pytest.approx(reach[0].sum(), rel=1e-12)


@given(market=markets())
def test_a_new_rival_takes_from_others_and_gives_to_none(market):
    share, people, jobs = market
    every = labour.competitive_catchment(share, people, jobs).people
    fewer = labour.competitive_catchment(share.iloc[:, 1:], people, jobs).people
    assert (every[1:] <= fewer + 1e-9 * (1 + fewer)).all()


@given(market=markets())
def test_two_step_conserves_the_people_in_reach(market):
    share, people, jobs = market
    reached = ((share >= NEGLIGIBLE) & (jobs > 0)).any(axis=1) * people
    got = (labour.two_step(share, people, jobs) * jobs).sum()
    assert got == pytest.approx(reached.sum(), rel=1e-9, abs=1e-6)
