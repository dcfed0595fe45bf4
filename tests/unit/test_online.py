"""Pictures from the internet, as the data file and the study name them."""

import re
import tomllib
from urllib.parse import urlsplit

import pytest

from sitesel.errors import StudyError
from sitesel.layers import embedded_study
from sitesel.outputs.map.online import hosts, online, sources
from sitesel.outputs.map.skeleton import content_policy
from sitesel.study.reading import study_from
from sitesel.text import LANGUAGES, catalogue


@pytest.mark.parametrize("name", sources())
def test_each_source_is_whole(name: str) -> None:
    told = sources()[name]
    address = urlsplit(told["address"])
    assert address.scheme == urlsplit(told["home"]).scheme == "https"
    assert re.findall("{.*?}", told["address"].replace("{y}/{x}", "{x}/{y}")) == ["{z}", "{x}", "{y}"]
    assert "{" not in address.netloc
    assert told["credit"]
    assert told["terms"]
    assert isinstance(told["referer"], bool)
    assert 10 <= told["max_zoom"] <= 19
    assert all(f"map.online.{name}" in catalogue(lang) for lang in LANGUAGES)


def test_the_policy_names_their_hosts_and_no_other() -> None:
    assert "img-src data: blob: https://tiles.maps.eox.at https://tile.openstreetmap.org;" in content_policy(
        "", hosts(["imagery", "osm"])
    )
    assert "img-src data: blob:;" in content_policy("")
    assert online([]) == []


def test_a_name_that_is_not_known_is_one_line() -> None:
    document = tomllib.loads(embedded_study().read_text(encoding="utf-8"))
    with pytest.raises(StudyError) as found:
        study_from(document | {"map": {"online": ["google"]}}, "study.toml")
    (fault,) = found.value.faults
    assert fault == "study.toml: map.online.number 1: input should be 'imagery' or 'osm', not 'google'"
