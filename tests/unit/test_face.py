"""The public face: what an analyst imports, in memory and in a notebook; and how a planner starts."""

import doctest
import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import folium
import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

import sitesel
from sitesel import cli, network
from sitesel.errors import LayerError, StudyError
from small_study import small_layers


@pytest.fixture
def findings(run_once) -> sitesel.Findings:
    return run_once()


def test_every_public_name_is_there():
    assert all(getattr(sitesel, name) is not None for name in sitesel.__all__)
    assert set(sitesel.__all__) <= set(dir(sitesel))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sitesel.nothing


def test_every_module_of_the_face_has_a_page_of_reference(pytestconfig):
    site = (pytestconfig.rootpath / "mkdocs.yml").read_text(encoding="utf-8")
    modules = [name for name in sitesel.__all__ if isinstance(getattr(sitesel, name), ModuleType)]
    assert [name for name in modules if f"    - sitesel.{name}\n" not in site] == []


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("sitesel", {"geopandas", "numba", "folium", "pandas"}),
        ("sitesel.stages", {"scipy.stats"}),  # what only draws need
    ],
)
def test_importing_loads_nothing_heavy(module, heavy):
    code = f"import sys, {module}; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_study_is_a_file_a_text_or_a_study(write_study, findings):
    path = write_study()
    for given in (str(path), sitesel.load_study(path)):
        pd.testing.assert_frame_equal(sitesel.run(given).decision.ranking, findings.decision.ranking)
    assert sitesel.check(str(path)) == ()
    with pytest.raises(StudyError, match="programme: missing"):
        sitesel.run({"study": {"title": {"en": "none"}}})


def test_layers_in_memory_take_the_place_of_files(write_study, findings):
    study = sitesel.load_study(write_study())
    held = small_layers()
    graph = network.from_lines(held["roads"], mode="truck")
    (study.folder / "plots.gpkg").unlink()
    found = sitesel.run(study, layers={"plots": held["plots"], "roads": held["roads"]})
    pd.testing.assert_frame_equal(found.decision.ranking, findings.decision.ranking)
    assert found.run["inputs"]["plots"]["file"] == "(in memory)"
    assert found.run["id"] != findings.run["id"]
    by_graph = sitesel.run(study, layers={"plots": held["plots"], "roads": graph})
    assert by_graph.decision.measures["freight"].to_numpy() == pytest.approx(findings.decision.measures["freight"])
    changed = held["plots"].assign(note="drawn anew")
    assert sitesel.run(study, layers={"plots": changed}).run["inputs"]["plots"] != found.run["inputs"]["plots"]


def test_what_is_wrong_with_a_layer_in_memory_is_said_as_of_a_file(write_study):
    plots = small_layers()["plots"]
    with pytest.raises(LayerError, match="plots: no CRS"):
        sitesel.run(
            write_study(), layers={"plots": gpd.GeoDataFrame(plots, crs=None).set_crs(None, allow_override=True)}
        )
    with pytest.raises(LayerError, match="plotz is no layer"):
        sitesel.run(write_study(), layers={"plotz": plots})
    with pytest.raises(LayerError, match="only roads can be one"):
        sitesel.run(write_study(), layers={"plots": network.from_lines(small_layers()["roads"], mode="car")})


def test_other_weights_rank_the_same_measures(write_study, findings):
    weights = {"road": 1.0, "labour": 0.0, "utilities": 0.0, "ground": 0.0}
    again = findings.with_weights(weights)
    whole = sitesel.run(sitesel.load_study(write_study()).replace(weights=weights))
    pd.testing.assert_frame_equal(again.decision.ranking, whole.decision.ranking)
    pd.testing.assert_frame_equal(again.programme.answers["mid"].towns, whole.programme.answers["mid"].towns)
    assert again.decision.measures is findings.decision.measures
    assert again.run["parameters"] == whole.run["parameters"]
    with pytest.raises(ValueError, match="add up to"):
        findings.with_weights(weights | {"ground": 0.5})


def test_a_notebook_shows_the_whole_page(findings, tmp_path):
    shown = findings.map("ru")
    assert isinstance(shown, folium.Map)
    assert "<iframe srcdoc=" in shown._repr_html_()
    shown.save(tmp_path / "map.html")
    assert "Content-Security-Policy" in (tmp_path / "map.html").read_text(encoding="utf-8")


def test_a_planner_starts_from_the_default_study(tmp_path):
    start = tmp_path / "mine"
    done = CliRunner().invoke(cli.app, ["init", str(start)])
    assert done.exit_code == 0, done.output
    assert {path.name for path in start.iterdir()} == {
        "layers",
        "study.toml",
        *(f"plots_template.{ending}" for ending in ("gpkg", "csv", "xlsx")),
    }
    text = (start / "study.toml").read_text(encoding="utf-8")
    rankings = []
    for template in ("gpkg", "csv", "xlsx"):
        own = start / f"{template}.toml"
        own.write_text(text.replace('plots = "plots"', f'plots = "plots_template.{template}"'), encoding="utf-8")
        assert sitesel.check(own) == ()
        rankings.append(sitesel.run(own, sure=False).decision.ranking["score"])
    for other in rankings[1:]:
        pd.testing.assert_series_equal(other, rankings[0], atol=0.02, rtol=0)  # degrees are rounded there
    with pytest.raises(sitesel.errors.OutputError, match="has something in it"):
        cli.sitesel.outputs.write_start(start)


def test_a_table_without_outlines_says_what_it_needs(write_study, study_text, tmp_path):
    study_text["layers"]["plots"] = "mine.csv"
    for text, told in (
        ("id,town\na,one\n", "no column wkt"),
        ("id,town,wkt\na,one,nonsense\n", "row 2 has no outline"),
    ):
        (tmp_path / "mine.csv").write_text(text, encoding="utf-8")
        assert told in "\n".join(sitesel.check(write_study()))


def test_version_is_an_option():
    assert CliRunner().invoke(cli.app, ["--version"]).output.strip() == sitesel.__version__


def test_map_of_a_study_by_path_alone(write_study, tmp_path):
    assert isinstance(Path(write_study()), Path)
    sitesel.outputs.write_map(sitesel.run(write_study()), tmp_path / "map.html", "ky")
    assert (tmp_path / "map.html").stat().st_size > 100_000


def test_sections_are_replaced_key_by_key_and_shares_whole(write_study):
    study = sitesel.load_study(write_study())
    winter = study.replace(study={"season": "winter"})
    assert (winter.study.season, winter.study.title) == ("winter", study.study.title)
    assert winter.folder == study.folder
    with pytest.raises(ValueError, match="weights"):
        study.replace(weights={"road": 0.5})
    with pytest.raises(ValueError, match="Extra inputs"):
        study.replace(season="winter")


ROOT = Path(__file__).parents[2]
RUN_BY_TESTS = {
    "README.md": ".",
    "docs/analysts.md": "^(?!.*osmnx)",  # its file is nobody's here; from_osmnx has an example of its own
    "docs/cluster.md": "workers_at",  # not what starts a cluster in a cloud
    "docs/fetching.md": ".",
    "docs/layers.md": ".",
}


def blocks_run(guide: str) -> list[str]:
    """Code of a guide that a test runs."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / guide).read_text(encoding="utf-8"), re.DOTALL)
    return [block for block in blocks if re.search(RUN_BY_TESTS[guide], block, re.DOTALL)]


def test_every_public_function_has_an_example_that_runs():
    """In its docstring, or in a guide or notebook that a test runs."""
    notebooks = [path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "examples").glob("*.ipynb")]
    guides = "\n".join([*notebooks, *(block for guide in RUN_BY_TESTS for block in blocks_run(guide))])
    modules = [sitesel, *(one for name in sitesel.__all__ if isinstance(one := getattr(sitesel, name), ModuleType))]
    public = [
        (name, inspect.unwrap(getattr(module, name))) for module in modules for name in getattr(module, "__all__", ())
    ]
    functions = dict.fromkeys((name, one) for name, one in public if inspect.isfunction(one))
    assert len(functions) > 150
    bare = []
    for name, one in functions:
        found = doctest.DocTestFinder(recurse=False).find(one, name, module=False, globs={})
        own = "\n".join(example.source for test in found for example in test.examples)
        if not re.search(rf"\b{name}\(", f"{own}\n{guides}"):
            bare.append(f"{one.__module__}.{name}")
    assert bare == []


def test_the_guide_for_analysts_runs(write_study, study_text, monkeypatch, tmp_path):
    """Every example of the guide, in its order, on the small study; extracts and OSMnx's file are left out."""
    around_alpha = {"town": "one", "area": [73.87, 42.88, 73.92, 42.92]}
    study_text["screening"] = {"cell_m": 500, "count": 2, "apart_km": 0.5, "compact": 0.2, "areas": [around_alpha]}
    study = write_study()
    held = small_layers()
    study.rename(tmp_path / "my.toml")
    held["plots"].to_parquet(tmp_path / "plots.parquet")
    held["settlements"].to_file(tmp_path / "towns.gpkg")
    monkeypatch.chdir(tmp_path)
    told: dict[str, object] = {}
    ran = blocks_run("docs/analysts.md")
    assert len(ran) >= 10
    for block in ran:
        exec(block, told)  # noqa: S102 -- the guide's own code
    assert (tmp_path / "scored.gpkg").exists()
    assert told["seconds"].notna().all(axis=None)
    assert {path.name for path in tmp_path.iterdir()} >= {"map.html", "moved.csv"}
    assert len(told["found"].findings.plots) == 2


def test_no_module_has_more_than_500_lines():
    modules = Path(sitesel.__file__).parent.rglob("*.py")
    long = {module.name: lines for module in modules if (lines := len(module.read_text("utf-8").splitlines())) > 500}
    assert not long
