"""Every table that leaves a run is as data/columns.toml declares it, and words of a run are said once."""

import ast
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
from rasterio.transform import from_origin

import columns_page
import sitesel
from sitesel import schema
from sitesel.connections import default_prices
from sitesel.connections.settings import Quantity
from sitesel.data import data
from sitesel.findings import Findings
from sitesel.ground import Land
from sitesel.indicators.kind import Criterion
from sitesel.indicators.km_to_utility import KmToUtility
from sitesel.labour import Workers
from sitesel.layers import ROLES
from sitesel.outputs.everything import _written
from sitesel.outputs.heads import names_in
from sitesel.outputs.screened import write_candidates
from sitesel.outputs.tables import ranking_table
from sitesel.rules.judging import Mode
from sitesel.schema import check, table, tables
from sitesel.stages import run
from sitesel.text import catalogue, placeholders
from small_study import CRS, NORTH, WEST
from varied import bare, hostile, many, screened, with_jobs

NOT_FOUND = {"study", "layers", "questions", "terms"}  # what was asked and read


def frames_of(told: object, path: str = "") -> Iterator[tuple[str, pd.DataFrame]]:
    """Walk through findings and name every table in them by its path."""
    for field in dataclasses.fields(told):
        value = () if field.name in NOT_FOUND else getattr(told, field.name)
        for one in value.values() if isinstance(value, Mapping) else [value]:
            if isinstance(one, pd.DataFrame):
                yield path + field.name, one
            elif dataclasses.is_dataclass(one):
                yield from frames_of(one, f"{path}{field.name}.")


def written(findings: Findings, folder: Path) -> dict[str, pd.DataFrame]:
    """Write the files of a run, and read every table in them."""
    list(_written(findings, folder, "en", "plain"))
    read = {path.name: pd.read_csv(path, encoding="utf-8-sig") for path in folder.glob("*.csv")}
    for path in folder.glob("*.gpkg"):
        there = set(pyogrio.list_layers(path)[:, 0]) - {*ROLES, "layer_styles"} | {"plots"}  # roles: as read
        read |= {f"{path.name}/{layer}": layer_of(path, layer) for layer in sorted(there)}
    return read


def layer_of(path: Path, layer: str) -> pd.DataFrame:
    frame = gpd.read_file(path, layer=layer)
    told = pyogrio.read_info(path, layer=layer)
    flags = [name for name, kind in zip(told["fields"], told["dtypes"], strict=True) if kind == "bool"]
    return frame.astype(dict.fromkeys(flags, "boolean"))  # a reader makes figures of flags of which some are empty


@pytest.fixture(scope="module")
def findings(towns) -> Findings:
    return towns


@pytest.fixture(scope="module")
def varied(whole) -> dict[str, Findings]:
    """The suite's own run and what tests make of it."""
    varied = {"whole": whole, "bare": bare(whole), "hostile": hostile(whole), "short": with_jobs(whole, 30)}
    return varied | {"screened": screened(whole), "many": many(whole, 3, ground=2)}


@pytest.fixture(scope="module")
def files(findings, tmp_path_factory) -> dict[str, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("out")
    write_candidates(findings, folder / "candidates.gpkg")
    return written(findings, folder)


def test_every_table_of_findings_is_declared_and_every_declared_one_found(findings):
    found = {name for name, _ in frames_of(findings)}
    assert found == {name for name in tables() if not table(name).written}


def test_every_table_of_findings_is_as_declared(findings):
    names = names_in(findings)
    assert [fault for name, frame in frames_of(findings) for fault in check(frame, name, names)] == []


@pytest.mark.parametrize("name", ["whole", "bare", "hostile", "short", "screened", "many"])
def test_every_table_of_the_suites_own_run_is_as_declared(varied, name, tmp_path):
    found = varied[name]
    told = [*frames_of(found), *written(found, tmp_path).items()]
    assert [fault for table_, frame in told for fault in check(frame, table_, names_in(found))] == []


def test_the_suites_own_run_lacks_no_table_that_a_real_one_has(varied, findings):
    filled = {name for name, frame in frames_of(findings) if not frame.empty}
    assert filled <= {name for name, frame in frames_of(varied["whole"]) if not frame.empty}


def test_hardly_a_table_of_the_default_study_is_empty(findings):
    assert {name for name, frame in frames_of(findings) if frame.empty} <= {
        "connections.overdrawn",
        "connections.shared",
        "labour.stranded",
    }


def test_every_file_is_as_declared(findings, files):
    assert set(files) == {name for name in tables() if table(name).written} - {"stranded.csv", "compared.csv"}
    names = names_in(findings)
    assert [fault for name, frame in files.items() for fault in check(frame, name, names)] == []


def test_no_figure_is_written_with_more_decimals_than_declared(findings, files):
    for name, frame in files.items():
        for column in table(name).columns(names_in(findings)):
            if column.decimals is not None and column.name in frame:
                np.testing.assert_array_equal(frame[column.name], frame[column.name].round(column.decimals))


def test_a_study_with_a_raster_of_people_is_as_declared(write_study, study_text, tmp_path):
    study_text["towns"][0]["jobs"], study_text["towns"][1]["jobs"] = 1000, 2000
    study_text["labour"]["population"] = "people.tif"
    people = np.zeros((13, 41), dtype="float32")
    people[2, [0, 40]], people[12, 20] = (4000, 8000), 50  # the last live 8 km from the road
    shape = {"height": 13, "width": 41, "count": 1, "dtype": "float32", "driver": "GTiff", "crs": CRS}
    where = from_origin(WEST - 500, NORTH + 2500, 1000, 1000)
    with rasterio.open(tmp_path / "people.tif", "w", transform=where, **shape) as raster:
        raster.write(people, 1)
    found = run(write_study())
    folder = tmp_path / "out"
    folder.mkdir()
    read = written(found, folder)
    assert len(read["stranded.csv"]) == 1
    told = [*frames_of(found), *read.items()]
    assert [fault for name, frame in told for fault in check(frame, name, names_in(found))] == []


def test_columns_that_a_study_does_not_ask_for_are_absent_without_fault(findings):
    no_rules = dataclasses.replace(findings.rules, rulings=pd.DataFrame())
    bare = dataclasses.replace(findings, land=Land(), labour=Workers(), rules=no_rules)
    ranking = table("ranking.csv").laid_out(ranking_table(bare).reset_index(), names_in(bare))
    assert not [column for column in ranking if column.startswith(("ground_", "labour_", "rule_", "excluded_by"))]
    assert check(ranking, "ranking.csv", names_in(bare)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda frame: frame.copy().assign(drawn=1), "drawn is not declared"),
        (lambda frame: frame.drop(columns="score"), "score is missing"),
        (lambda frame: frame.assign(score="much"), "score is not number"),
        (lambda frame: frame.assign(rank=1.5), "rank is not whole"),
        (lambda frame: frame.assign(rankable=1), "rankable is not flag"),
        (lambda frame: frame.assign(name_en=1), "name_en is not text"),
        (lambda frame: frame.assign(town=None), "town has empty cells"),
        (lambda frame: frame[frame.columns[::-1]], "the columns are not in their order"),
        (lambda frame: frame.rename_axis("id"), "the index is ['id'], not [None]"),
    ],
)
def test_a_table_that_is_not_as_declared_is_told(findings, files, change, fault):
    assert check(change(files["ranking.csv"]), "ranking.csv", names_in(findings)) == [f"ranking.csv: {fault}"]


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("connections.joined", lambda frame: frame.assign(view="rosy"), "view has other values than optimistic, pess"),
        ("connections.joined", lambda frame: frame.assign(reason="none"), "reason is not message"),
        ("connections.joined", lambda frame: frame.assign(crosses="a road"), "crosses is not list"),
        ("labour.homes", lambda frame: frame.set_geometry(frame.buffer(1)), "geometry is not point"),
        ("labour.bands", lambda frame: frame.set_geometry(frame.centroid), "geometry is not polygon"),
        ("decision.ranking", lambda frame: frame.set_axis([*frame.index[:-1], None]).rename_axis("id"), "id has empty"),
    ],
)
def test_a_table_of_findings_that_is_not_as_declared_is_told(findings, name, change, fault):
    told = check(change(dict(frames_of(findings))[name]), name, names_in(findings))
    assert [line.startswith(f"{name}: {fault}") for line in told] == [True]


def test_a_writer_refuses_a_column_that_nobody_declared(findings):
    with pytest.raises(KeyError, match=r"workers.csv: drawn not declared"):
        table("workers.csv").laid_out(pd.DataFrame({"drawn": [1]}), names_in(findings))


def test_a_writer_puts_columns_in_order_and_rounds_them():
    given = pd.DataFrame({"usd_mid": [1.005001], "metres": [1.00000049], "plot": ["a"]})
    written_as = table("connections.csv").laid_out(given)
    assert written_as.to_dict("list") == {"plot": ["a"], "metres": [1.0], "usd_mid": [1.01]}


def test_every_declaration_is_used():
    used = {
        part
        for told in data("columns.toml")["tables"].values()
        for entry in [*told["columns"], *told.get("index", [])]
        for part in ([entry] if isinstance(entry, str) else [] if isinstance(entry, dict) else entry)
        if part not in told.get("own", {})
    }
    assert set(data("columns.toml")["columns"]) <= used


def test_what_a_column_means_where_it_means_something_else_is_said_once():
    said = [
        (column, own["meaning"])
        for told in data("columns.toml")["tables"].values()
        for column, own in told.get("own", {}).items()
        if "of" not in own
    ]
    assert sorted(set(said)) == sorted(said)


def test_a_column_is_taken_from_the_table_that_it_names_but_for_what_it_says_itself():
    taken, of = schema.column("connections.estimate", "source"), schema.column("connections.offers", "source")
    assert of.empty is None
    assert taken == dataclasses.replace(of, empty="no known source serves: the line is of an upper bound")
    assert schema.column("plots.gpkg/connections", "usd_mid").meaning == "Cost."  # by way of what all tables share


def every_column() -> Iterator[schema.Column]:
    names = {"indicator": ["pool"], "rule": ["floods"], "town": ["osh"]}
    for name in tables():
        yield from table(name).index
        yield from table(name).columns(names)


def test_every_label_is_a_plain_word_of_the_message_files():
    words = catalogue("en")
    labels = {label for column in every_column() for label in (column.label, column.brief) if label}
    assert {label for label in labels if label not in words or placeholders(words[label])} == set()


def test_figures_have_units_and_meanings_are_sentences():
    unitless = {
        "lines",
        "plants",
        "terrain",
        "rank",
        "rank_before",
        "rank_after",
        "rank_change",
        "bracket",
        "decimals",
        "row",
        "column",
    }
    for column in every_column():
        assert column.meaning[0].isupper()
        assert column.meaning.endswith(".")
        assert column.kind not in {"number", "whole"} or column.unit or column.name in unitless, column.name
        assert column.decimals is None or column.kind == "number", column.name


def test_decimals_that_a_reader_is_shown_are_those_of_a_unit_that_is_there():
    told = data("columns.toml")
    units = {column.unit for column in every_column()}
    assert set(told["units"]) <= units
    assert schema.column("land.table", "usable_ha").shown == told["units"]["ha"] == 1
    assert schema.column("decision.indicators", "weight").shown == 1  # of its own, a share else has none
    assert schema.column("rules.costs", "hectares_alone").shown == 0
    assert schema.column("ranking.csv", "plot").shown is None


def test_networks_are_those_of_the_prices_and_utilities_those_with_units():
    assert set(default_prices("kg").ways["network"]) == set(schema.NETWORKS)
    assert set(get_args(KmToUtility.model_fields["utility"].annotation)) == set(schema.UNITS) == set(schema.ASKED_OF)
    words = {f"network.{network}" for network in schema.NETWORKS}
    words |= {f"{what}{utility}" for utility in schema.UNITS for what in ("utility.", "indicator.km_to_")}
    assert words <= set(catalogue("en"))


def test_words_of_a_column_are_those_that_a_study_may_say():
    said = {"criterion": get_args(Criterion), "quantity": get_args(Quantity), "mode": set(get_args(Mode)) - {"off"}}
    for column in every_column():
        if column.name in said and column.words:
            assert set(column.words) == set(said[column.name]), column.name


def test_words_of_a_run_are_said_in_the_schema_alone():
    said = {schema.ESTIMATES, schema.VIEWS, schema.LAYS, schema.ROAD_MODES, schema.DRIVEN_MODES, schema.SEASONS}
    said |= {schema.GATEWAYS, schema.NETWORKS, tuple(schema.UNITS), schema.BANDS}
    again = []
    for path in Path(sitesel.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = getattr(node, "elts", ())  # of a tuple or a list; keys of a dict name what each word brings
            if tuple(part.value for part in parts if isinstance(part, ast.Constant)) in said:
                again.append(path.name)
    assert set(again) == {"schema.py"}


def test_data_files_are_read_in_one_place():
    package = Path(sitesel.__file__).parent
    readers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if {"tomllib", "resources"}
        <= {name for name in ("tomllib", "resources") if f"{name}." in path.read_text("utf-8")}
    }
    assert readers == {"data/__init__.py"}


def test_the_page_of_columns_is_up_to_date():
    assert columns_page.DOCUMENT.read_text(encoding="utf-8") == columns_page.document()
