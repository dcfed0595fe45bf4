"""What a notebook shows of findings, networks and regions."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from sitesel.network import arcs_of, from_lines
from sitesel.outputs import notebook_html
from sitesel.region import read_inputs, survey
from sitesel.routing import compile_network
from sitesel.stages import source_of
from sitesel.study import load_study
from small_study import small_layers
from varied import hostile, many
from whole_study import HOSTILE


def silent(*_):
    pass


@pytest.mark.parametrize("lang", ["en", "ru", "ky"])
def test_findings_show_each_town_s_answer_and_ranking(whole, lang):
    root = ET.fromstring(notebook_html(whole, lang))  # noqa: S314 -- of our own writing
    tables = root.findall("table")
    assert len(root.findall("ul/li")) == len(tables) == 3
    ranked = whole.decision.ranking.groupby("town", sort=False)["rank"].count()
    assert [len(table.findall("tbody/tr")) for table in tables] == ranked.tolist()
    assert whole.title[lang] in root[0].text
    if lang == "en":
        assert whole._repr_html_() == notebook_html(whole)


def test_hostile_names_are_text(whole):
    page = notebook_html(hostile(whole))
    tags = {element.tag for element in ET.fromstring(page).iter()}  # noqa: S314 -- of our own writing
    assert tags <= {"div", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "span", "small", "p"}
    assert HOSTILE[0] not in page


def test_of_many_plots_the_first_are_shown(whole):
    page = ET.fromstring(notebook_html(replace(many(whole, 3), detailed=None)))  # noqa: S314 -- of our own writing
    assert max(len(table.findall("tbody/tr")) for table in page.findall("table")) == 16
    assert page.findall("p")


def test_networks_and_regions_tell_their_size(write_study):
    network = compile_network(arcs_of(from_lines(small_layers()["roads"], mode="car")))
    assert "<td>4</td>" in network._repr_html_()
    assert "EPSG:32643" in network._repr_html_()
    study = load_study(write_study())
    region = survey(study.asked, read_inputs(study.study, study.layers, source_of(study), silent))
    told = region._repr_html_()
    assert "3 × Polygon" in told
    assert "network: truck" in told
