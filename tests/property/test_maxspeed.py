"""Limits survive being written and read, in any unit and among others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitesel.network.osm_tags import KPH_PER_MPH, limit_kph, limit_not_understood, parse_maxspeed

LIMITS = st.integers(min_value=1, max_value=200)


@given(LIMITS, st.sampled_from(["{}", "{} km/h", "{}km/h", "{} kmh", " {} ", "{}.0"]))
def test_kph(limit: int, form: str) -> None:
    assert parse_maxspeed(form.format(limit)) == limit


@given(LIMITS, st.sampled_from(["{} mph", "{}mph", "{} MPH"]))
def test_mph(limit: int, form: str) -> None:
    kph = parse_maxspeed(form.format(limit))
    assert kph is not None
    assert kph / KPH_PER_MPH == pytest.approx(limit)


@given(st.lists(LIMITS, min_size=1, max_size=4), st.sampled_from([";", "; ", "|"]))
def test_of_several_the_lowest(limits: list[int], between: str) -> None:
    assert parse_maxspeed(between.join(map(str, limits))) == min(limits)


@given(st.text())
def test_any_text_is_a_positive_limit_or_none(text: str) -> None:
    limit = parse_maxspeed(text)
    assert limit is None or limit > 0
    assert limit is None or not limit_not_understood({"maxspeed": text})


@given(st.text(min_size=1))
def test_a_word_around_a_figure_is_not_a_figure(text: str) -> None:
    assert parse_maxspeed(f"about {text}") is None


@given(LIMITS, LIMITS, st.sampled_from(["truck", "car", "bus"]), st.sampled_from(["", ":forward", ":backward"]))
def test_a_vehicles_limit_never_lifts_the_general_one(general: int, own: int, mode: str, side: str) -> None:
    tags = {"maxspeed": str(general), f"maxspeed:hgv{side}": str(own)}
    limit = limit_kph(tags, mode, "summer", backward=side == ":backward")
    assert limit == (min(general, own) if mode == "truck" else general)
