"""Laws of spreading: nobody is lost, nobody is made, and who is nearer to the centre does not live thinner."""

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from shapely import Point

from sitesel.region.homes import homes_of_layer
from sitesel.region.settings import Spread
from sitesel.region.spreading import Grounds, spread_places, whole_people

PEOPLE = st.floats(0, 5e6) | st.integers(0, 5_000_000).map(float)


@given(total=PEOPLE, weights=hnp.arrays(np.float64, st.integers(1, 80), elements=st.floats(1e-3, 1.0)))
def test_dividing_people_keeps_every_one(total, weights):
    people = whole_people(total, weights / weights.sum())
    assert people.sum() == total
    assert (people >= 0).all()
    assert (people[1:] == np.floor(people[1:])).all()
    assert np.abs(people - total * weights / weights.sum()).max() <= 2


@settings(max_examples=25)
@given(
    people=st.lists(PEOPLE, min_size=1, max_size=5),
    gradient=st.floats(0, 1),
    apart=st.floats(100, 20_000),
    spacing=st.floats(0.8, 3),
)
def test_spreading_conserves_people_exactly_wherever_places_lie(people, gradient, apart, spacing):
    index = pd.Index([f"s{at}" for at in range(len(people))], name="id")
    table = pd.DataFrame({"population": people, "name_en": "Town", "name_ru": None, "name_ky": None}, index=index)
    table = table.assign(district=None, working_age_share=0.5, population_confidence=None, source=None)
    places = gpd.GeoDataFrame(table, geometry=[Point(apart * at, 0) for at in range(len(people))], crs="EPSG:32643")
    found = spread_places(places, Spread(gradient_per_km=gradient, spacing_km=spacing), Grounds())
    lived, part_of = homes_of_layer(found.settlements).places, found.settlements["part_of"]
    for place, total in places["population"].items():
        own = [place] if (part_of != place).all() else list(part_of.index[part_of == place])
        assert lived.loc[own, "population"].sum() == total
    assert len(lived) == sum(row["points"] for row in found.record) + len(places) - len(found.record)
    assert lived.index.is_unique
