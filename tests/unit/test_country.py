"""A country is a file of data: the code knows none, and studies written in one's words are read."""

import re
from pathlib import Path

import numpy as np
import pytest
from shapely import box

from sitesel.connections import default_prices
from sitesel.country import WORLD, countries, country, country_at, country_codes, in_words_of
from sitesel.errors import StudyError
from sitesel.layers import ROLES
from sitesel.layers.vector import checked
from sitesel.region.settings import Where
from sitesel.rules.judging import default_rules
from sitesel.study import load_study
from sitesel.study.models import called_anew
from sitesel.text import LANGUAGES, Message, catalogue, placeholders, say
from small_study import small_layers

CODE = Path(__file__).parents[2] / "src" / "sitesel"
WORDS = re.compile(r"kyrgyz|marshrutka|raion|kgs|\bsoms?\b|som_per|issyk|\b69\.0\b", re.IGNORECASE)
ALLOWED = {"osm_sizes.py": {"kgs"}}  # kilograms


def test_the_code_knows_no_country():
    found = {
        f"{path.relative_to(CODE)}: {match[0]}"
        for kind in ("py", "js", "css", "html")
        for path in CODE.rglob(f"*.{kind}")
        for match in WORDS.finditer(path.read_text(encoding="utf-8"))
        if match[0].lower() not in ALLOWED.get(path.name, ())
    }
    assert found == set()


def test_no_message_speaks_of_one():
    words = re.compile(
        r"kyrgyz|кыргызст|киргизи|marshrutka|маршрутк|raion|иссык|ысык-ата|\bсом(?:ов|а)?\b", re.IGNORECASE
    )
    for lang in LANGUAGES:
        told = {key: text for key, text in catalogue(lang).items() if words.search(text)}
        assert told == {}


def test_every_pack_has_every_word_in_every_language():
    plain = country()
    asked = {name for text in catalogue("en").values() for name in placeholders(text)}
    assert set(plain.words) <= asked
    for each in countries():
        assert set(each.words) == set(plain.words)
        assert all(set(word) == set(LANGUAGES) for word in each.words.values())
        assert set(each.costs) <= set(default_prices().items.index)
        assert set(each.rules) <= set(default_rules())
        assert set(each.languages) <= set(LANGUAGES)


def test_a_study_is_of_the_country_it_names_else_of_its_area_s():
    assert Where().country == country_at(None).code == "kg"  # that of the embedded layers
    assert Where(area=(74.3, 42.7, 74.8, 43.0)).country == "kg"
    assert Where(area=(1.4, 42.4, 1.8, 42.7)).country == "default"
    assert Where(country="default").area == WORLD
    assert Where(country="kg").area == country("kg").box
    assert Where(area=(1.4, 42.4, 1.8, 42.7), country="kg").pack.words["bus"]["ru"] == "маршрутка"
    assert set(country_codes()) >= {"default", "kg"}


def test_a_country_without_a_pack_is_one_line(write_study, study_text):
    study_text["study"]["country"] = "kgz"
    with pytest.raises(StudyError, match=r"study\.country: no pack of a country 'kgz'; there are default, kg"):
        load_study(write_study())


def test_words_follow_the_country_and_are_plain_without_one():
    label = Message("indicator.people_per_job", {"mode": Message("mode.bus")})
    assert "marshrutka" in say(in_words_of(country("kg").words, label), "en")
    assert "by bus" in say(label, "en")


def test_laws_and_money_are_the_country_s():
    off = {name for name, rule in default_rules().items() if rule.mode == "off"}
    assert off == {"irrigated_arable", "fault_zone_1", "sanitary_distance", "border_strip"}
    assert {rule.clause for rule in default_rules().values()} >= {"no clause was read"}
    assert np.isnan(default_prices().per_usd)
    assert default_prices("kg").per_usd == 87.45


def test_a_study_in_old_words_is_the_same_study(write_study, study_text):
    study_text["labour"]["modes"] = {"car": 0.5, "bus": 0.5}
    study_text["labour"]["participation"]["by_district"] = {"Sokuluk": {"low": 0.3, "mid": 0.3, "high": 0.3}}
    now = load_study(write_study())
    path = write_study()
    text = path.read_text(encoding="utf-8")
    for old, new in country("kg").old_names.items():
        text = re.sub(rf"\b{new}\b", old, text)
    assert "marshrutka" in text
    assert "som_per_usd" in text
    assert "by_raion" in text
    path.write_text(text, encoding="utf-8")
    assert load_study(path) == now
    assert called_anew({"mode": "marshrutka", "x": [{"raion_weights": {}}]}) == {
        "mode": "bus",
        "x": [{"district_weights": {}}],
    }
    assert called_anew({"by_raion": 1, "by_district": 2}) == {"by_raion": 1, "by_district": 2}  # refused as unknown


def test_a_layer_may_call_the_district_as_its_country_does():
    given = small_layers()["settlements"].assign(raion=["Jayyl", "Panfilov"])
    about = {"crs": "EPSG:32643", "area": (70.0, 40.0, 80.0, 44.0)}
    frame, _ = checked(given, "settlements", ROLES["settlements"], **about)
    assert frame["district"].reindex(given["id"]).tolist() == ["Jayyl", "Panfilov"]
    frame, _ = checked(given.assign(district="own"), "settlements", ROLES["settlements"], **about)
    assert frame["district"].tolist() == ["own", "own"]


def test_the_box_of_a_country_holds_its_embedded_layers():
    for each in countries():
        if each.layers:
            assert box(*each.box).contains(box(73.3, 39.9, 76.3, 43.3))
