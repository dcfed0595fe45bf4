"""What is said on the command line, and where results are to go."""

import contextlib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np

from bad_input.cases import Put, table
from drawn_rasters import raster
from osm_drawing import Drawing
from sitesel.cli import main
from sitesel.errors import SiteselError
from sitesel.fetching import Held, write_manifest


def said(*words: str, first: Callable[[Path], object] = lambda _: None, code: int = 2) -> Put:
    """Give the command words, ``{}`` for the folder, and take what it says and how it ends."""

    def put(folder: Path) -> None:
        first(folder)
        told = io.StringIO()
        argv = ["sitesel", *(word.replace("{}", str(folder)) for word in words)]
        with mock.patch.object(sys, "argv", argv), contextlib.redirect_stderr(told), contextlib.redirect_stdout(told):
            try:
                main()
            except SystemExit as done:
                ended = done.code
        assert ended == code, told.getvalue()
        lines = told.getvalue().splitlines()
        assert len(lines) == 1, lines
        raise SiteselError(lines[0].removeprefix("sitesel: "))

    return put


def theirs(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "plots.gpkg").write_text("mine", encoding="utf-8")


def a_file(folder: Path) -> None:
    (folder / "out").write_text("", encoding="utf-8")


def broken(folder: Path) -> None:
    (folder / "my.toml").write_text("[study\n", encoding="utf-8")


def no_runs(folder: Path) -> None:
    for name in ("one", "other"):
        (folder / name).mkdir()


def deep(folder: Path) -> None:
    (folder / "one").mkdir()
    (folder / "one" / "run.json").write_text('{"a":' * 100_000, encoding="utf-8")
    (folder / "one" / "ranking.csv").write_text("plot\n", encoding="utf-8")


def itself(folder: Path) -> None:
    (folder / "one").symlink_to(folder / "one")


def a_pipe(folder: Path) -> None:
    os.mkfifo(folder / "one")


def record(text: str) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        (folder / "one").mkdir()
        (folder / "one" / "run.json").write_text(text, encoding="utf-8")
        (folder / "one" / "ranking.csv").write_text("plot\n", encoding="utf-8")

    return act


def a_folder_for_a_record(folder: Path) -> None:
    (folder / "one" / "run.json").mkdir(parents=True)


def layers_gone(folder: Path) -> None:
    (folder / "one").mkdir()
    write_manifest(folder / "one", [Held("settlements.gpkg", *("-" * 3), 1, *("-" * 4))])


def a_village(folder: Path) -> None:
    (folder / "kg").mkdir()
    Drawing(folder / "kg").node(1, place="village", name="A").way(1, [1, 2], {"highway": "primary"}).save("kg.osm")
    (folder / "totals.csv").write_text("name,people\nA,5\n", encoding="utf-8")


def a_village_and_people(folder: Path) -> None:
    a_village(folder)
    raster(folder / "kg" / "kgz_pop_2025_CN_100m_R2025A_v1.tif", np.ones((30, 30), dtype="float32"))
    (folder / "totals.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(9))


OTHER_KINDS = (
    '{"made": {"command": "run", "lang": "en", "csv": "plain", "folder": 5}, "inputs": {}, "date": "", "study": "", '
    '"version": "", "parameters": {}}'
)

COMMANDS = table(
    "The command and its folder",
    ("run: a study that is not there", "refused", said("run", "{}/none.toml")),
    ("check: a study that is not there", "refused", said("check", "{}/none.toml")),
    ("run: a study that is no TOML", "refused", said("run", "{}/my.toml", first=broken)),
    ("run: a folder where a study is due", "refused", said("run", "{}")),
    (
        "run: a file of the user's that results would take the place of",
        "refused",
        said("run", "--out", "{}/out", first=theirs, code=3),
    ),
    ("run: a file where the folder of results is due", "refused", said("run", "--out", "{}/out", first=a_file, code=3)),
    ("compare: folders that no run has written", "refused", said("compare", "{}/one", "{}/other", first=no_runs)),
    ("compare: a record without end", "refused", said("compare", "{}/one", "{}/one", first=deep)),
    ("replay: a record without end", "refused", said("replay", "{}/one/run.json", first=deep)),
    ("opinions: a record without end", "refused", said("opinions", "{}/one", first=deep)),
    ("replay: a record that is not there", "refused", said("replay", "{}/run.json")),
    ("compare: a link to itself", "refused", said("compare", "{}/one", "{}/one", first=itself)),
    ("compare: a pipe", "refused", said("compare", "{}/one", "{}/one", first=a_pipe)),
    ("compare: a record that is no JSON", "refused", said("compare", "{}/one/", "{}/one/", first=record("{"))),
    (
        "compare: a record of another program",
        "refused",
        said("compare", "{}/one", "{}/one", first=record('{"parameters": {"indicators": [], "weights": {}}}')),
    ),
    ("replay: a folder that no run has written", "refused", said("replay", "{}/one/", first=no_runs)),
    ("replay: a link to itself", "refused", said("replay", "{}/one", first=itself)),
    ("replay: a pipe, which would be waited for without end", "refused", said("replay", "{}/one", first=a_pipe)),
    ("replay: a folder where the record is due", "refused", said("replay", "{}/one", first=a_folder_for_a_record)),
    ("replay: a record that is no JSON", "refused", said("replay", "{}/one", first=record("{"))),
    ("replay: a record with other kinds of values", "refused", said("replay", "{}/one", first=record(OTHER_KINDS))),
    ("opinions: a record that is no JSON", "refused", said("opinions", "{}/one", first=record("{"))),
    ("init: a file where a new folder is due", "refused", said("init", "{}/out", first=a_file, code=3)),
    ("init: a link to itself", "refused", said("init", "{}/one", first=itself, code=3)),
    (
        "init: a file where the folder of layers is due",
        "refused",
        said("init", "{}/new.toml", "--ground", "{}/out", first=a_file),
    ),
    (
        "init: a link to itself where the folder of layers is due",
        "refused",
        said("init", "{}/new.toml", "--ground", "{}/one", first=itself),
    ),
    (
        "init: a folder of layers whose files are gone",
        "refused",
        said("init", "{}/new.toml", "--ground", "{}/one", first=layers_gone),
    ),
    ("layers: a folder with nothing in it", "refused", said("layers", "{}/one/", first=no_runs)),
    (
        "layers: totals of people and no raster to scale",
        "refused",
        said("layers", "{}/kg", "--people", "{}/totals.csv", first=a_village),
    ),
    (
        "layers: totals of people in an old workbook",
        "refused",
        said("layers", "{}/kg", "--people", "{}/totals.xls", first=a_village_and_people),
    ),
    (
        "layers: totals of people by names that no district has",
        "refused",
        said("layers", "{}/kg", "--people", "{}/totals.csv", first=a_village_and_people),
    ),
    ("layers: a link to itself", "refused", said("layers", "{}/one", first=itself)),
    ("compare: a folder that is not there", "refused", said("compare", "{}/one", "{}/other")),
    ("weights: two ways at once", "refused", said("weights", "--swing", "a=1", "--pairs", "{}/p.csv")),
    ("weights: points of a name that the study has not", "refused", said("weights", "--swing", "labor=100")),
    ("init: a file that is there already", "refused", said("init", "{}/my.toml", first=broken, code=3)),
)
