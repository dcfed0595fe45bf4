"""The command ``sitesel``: parse, call one function, print."""

import errno
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

import sitesel
from sitesel.console import console_of, progress_in, settle
from sitesel.errors import OutputError, SiteselError, written_down
from sitesel.text import LANGUAGES, Message, SetAside, say

if TYPE_CHECKING:  # a command loads what it needs when it runs, so that --help is there at once
    from sitesel.findings import Findings
    from sitesel.study import Study

    Language = str
else:
    Language = Literal[LANGUAGES]
# Exit codes beside 0.
REJECTED = 1
"""Ranked, but rows of the layers were set aside, and ``--strict`` was asked for."""
DIFFERS = 1
"""A run that was done again has other files."""
FAULT = 2
"""The user can put something right in what went in."""
UNWRITTEN = 3
"""A result cannot be written."""
OURS = 70
"""A fault of ours."""
BROKEN_OFF = 130
UNREACHED = {errno.ENAMETOOLONG, errno.ELOOP, errno.EACCES}
"""What is wrong with a path, whoever asks for it."""

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Rank candidate land plots for sewing technology towns, and show why on a map that works offline.",
)
StudyFile = Annotated[
    Path | None, typer.Argument(metavar="STUDY.toml", help="Study file; without it, the three technology towns.")
]
Lang = Annotated[
    Language, typer.Option(help="Language of what is printed, of sentences in tables, and of a map as it opens.")
]
CsvOf = Annotated[
    Literal["plain", "excel"],
    typer.Option(
        help="How tables are written: excel has semicolons, decimal commas and heads in words, as people read them in "
        "a Russian Excel."
    ),
]

Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="tcp://HOST:PORT",
        help="Scheduler of a Dask cluster that does the work in pieces; needs the extra sitesel[cluster].",
    ),
]


@app.command(
    epilog="Examples:\n\n`sitesel run` – the three technology towns, into ./out\n\n"
    "`sitesel run my.toml --lang ru --out results` – a study of your own, in Russian\n\n"
    "`sitesel run --scenario winter --out winter` – all of it as it would be in one of the study's scenarios"
)
def run(  # noqa: PLR0913 -- each is an option of the command
    study: StudyFile = None,
    lang: Lang = "en",
    out: Annotated[Path, typer.Option(help="Folder for the map, the tables, the layer and run.json.")] = Path("out"),
    scenario: Annotated[
        str | None,
        typer.Option(metavar="ID", help="One of the study's scenarios; all is found out as it would be then."),
    ] = None,
    csv: CsvOf = "plain",
    *,
    cluster: Cluster = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 1 where a row of a layer is not used.")
    ] = False,
) -> None:
    """Rank the plots of a study and write map, tables, layer and record."""
    with _into(out, study, lang) as (asked, progress):
        splits = asked.sureness is not None or bool(asked.scenarios)
        with _crew(asked, cluster, splits=splits) as crew:
            findings = sitesel.run(asked, progress, scenario=scenario, crew=crew)
        progress(Message("progress.writing", {"folder": str(out)}))
        written = sitesel.outputs.write_all(findings, out, lang, csv)
    _tell(findings, written, lang)
    unused = {(one.layer, row) for one in findings.notices if isinstance(one, SetAside) for row in one.rows}
    if strict and unused:
        told = Message("table.rejected", {"count": len(unused), "file": str(out / "rejected.csv")})
        typer.echo(say(told, lang), err=True)
        raise typer.Exit(REJECTED)


@app.command(
    epilog="Example:\n\n`sitesel screen my.toml --out proposed` – then, in a study beside that folder, "
    '`plots = "proposed/candidates.gpkg"`'
)
def screen(
    study: StudyFile = None,
    lang: Lang = "en",
    out: Annotated[Path, typer.Option(help="Folder for the plots proposed, their map and tables.")] = Path("out"),
    csv: CsvOf = "plain",
    cluster: Cluster = None,
) -> None:
    """Propose plots where there is no list, in the areas of the study's section [screening], and rank them."""
    with _into(out, study, lang, proposing=True) as (asked, progress):
        with _crew(asked, cluster) as crew:
            found = sitesel.screen(asked, progress, crew=crew)
        progress(Message("progress.writing", {"folder": str(out)}))
        if found.findings is None:
            written = sitesel.outputs.write_only_grids(found.suitability, out)
        else:
            written = sitesel.outputs.write_all(found.findings, out, lang, csv)
    if found.findings is not None:
        _tell(found.findings, written, lang)
        return
    for line in (*(say(one, lang) for one in found.told), *written):
        typer.echo(line)


@contextmanager
def _into(
    out: Path, study: Path | None, lang: Language, *, proposing: bool = False
) -> Iterator[tuple["Study", Callable[[Message], None]]]:
    """Read a study, see before the work that its results can be written, and keep other runs out of their folder."""
    file = study or sitesel.layers.embedded_study()
    asked = sitesel.load_study(file)
    proposed = [asked.folder / given.partition("|")[0] for given in asked.layers.plot_files]  # a screening may anew
    reads = [file, *(path for path in asked.files if not proposing or path not in proposed)]
    with sitesel.outputs.alone_in(out, writes=sitesel.outputs.WRITES, reads=reads), progress_in(lang) as progress:
        yield asked, progress


def _crew(asked: "Study", cluster: str | None, *, splits: bool = True) -> "AbstractContextManager[sitesel.crew.Crew]":
    """Find who does what can be done in pieces: processes of this machine, or a cluster."""
    if cluster is None:
        return sitesel.crew.beside(None if splits else 1)
    return sitesel.cluster.workers_at(cluster, [*asked.files, sitesel.layers.embedded_study()])


def _tell(findings: "Findings", written: Iterable[Path], lang: Language) -> None:
    console = console_of()
    for line in sitesel.outputs.answer_lines(findings, lang):
        console.print(line, soft_wrap=True)
    console.print("", sitesel.outputs.title_line(findings, lang), "", style="bold")
    out = sitesel.outputs
    for told in (out.ranking_tables, out.connection_tables, out.programme_lines):
        for part in told(findings, lang):
            console.print(part)
    for table in sitesel.outputs.scenario_tables(findings, lang):
        console.print(table, "")
    roads = Message("table.screening" if findings.on_the_atlas else "table.own_roads")
    console.print(say(roads, lang), "")
    for line in sitesel.outputs.rule_lines(findings, lang):
        console.print(line)
    for notice in findings.notices:
        console.print(f"{say(Message('table.notice'), lang)} {say(notice, lang)}")
    for path in written:
        console.print(path, soft_wrap=True)


@app.command(
    epilog="Examples:\n\n`sitesel compare out winter` – two folders that `sitesel run` has written\n\n"
    "`sitesel compare out my.toml --csv moved.csv` – a study against a run; it is run, and nothing else is written"
)
def compare(
    one: Annotated[Path, typer.Argument(metavar="A", help="Folder of a run, or a study file.")],
    other: Annotated[Path, typer.Argument(metavar="B", help="What it is held against: another of either.")],
    lang: Lang = "en",
    csv: Annotated[Path | None, typer.Option(help="File for all plots with what moved them.")] = None,
) -> None:
    """Say which plots moved between two runs, by how much, and which indicator or input moved them."""
    with progress_in(lang) as progress:
        found = sitesel.comparing.compare(one, other, progress)
        if csv is not None:
            sitesel.comparing.write_differences(found, csv)
    console = console_of()
    for part in sitesel.comparing.difference_lines(found, lang):
        console.print(part)
    if csv is not None:
        console.print(csv, soft_wrap=True)


@app.command(
    epilog="Example:\n\n`sitesel replay out/run.json` – of a run in the folder out: exit code 0 where all files are "
    "the same, 1 where any differs, 2 where it cannot be run again"
)
def replay(
    record: Annotated[Path, typer.Argument(metavar="RUN.json", help="Record of a run, or the folder that it is in.")],
    lang: Lang = "en",
) -> None:
    """Run a recorded study again in a temporary folder, and say which files come out otherwise, and why."""
    with progress_in(lang) as progress, sitesel.crew.beside(None) as crew:
        found = sitesel.replaying.replay(record, progress, crew)
    for line in sitesel.replaying.replay_lines(found):
        typer.echo(say(line, lang))
    if not found.same:
        raise typer.Exit(DIFFERS)


@app.command(epilog="Example:\n\n`sitesel check my.toml` – before a long run, or when one was refused")
def check(study: StudyFile = None, lang: Lang = "en") -> None:
    """List every fault of a study and its layers at once."""
    faults = sitesel.check(study or sitesel.layers.embedded_study())
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        raise typer.Exit(FAULT)
    typer.echo(say(Message("table.no_fault"), lang))


@app.command(
    epilog="Examples:\n\n`sitesel init chui` – then change chui/study.toml, and `sitesel run chui/study.toml`\n\n"
    "`sitesel init chui.toml --ground kg/layers` – a study on what `sitesel layers kg` made"
)
def init(
    target: Annotated[
        Path, typer.Argument(metavar="DIR|MY.toml", help="A new folder; with --ground, a new study file.")
    ],
    ground: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of layers that `sitesel layers` has made.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="With --ground: a system in metres; else the UTM zone of the middle.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Start a study of your own: on public ground data, or the default study, its layers and a template for plots."""
    if ground is None:
        for path in sitesel.outputs.write_start(target):
            typer.echo(path)
        return
    written, told = sitesel.extracting.write_study(target, ground, crs)
    for path in written:
        typer.echo(path)
    first, *missing = told
    for line in (first, Message("init.left"), *missing):
        typer.echo(say(line, lang))


@app.command(
    epilog="Examples:\n\n`sitesel layers kg` – of what `sitesel fetch KG --into kg` has brought, into kg/layers\n\n"
    "`sitesel layers kg --study chui.toml --working-age-share 0.58` – cut to a study's area, with a figure of yours\n\n"
    "`sitesel layers andorra.osm.pbf --into andorra` – of an extract alone"
)
def layers(  # noqa: PLR0913 -- each is an option of the command
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of fetched data, or an extract (.osm.pbf).")],
    study: Annotated[
        Path | None,
        typer.Option(
            metavar="MY.toml",
            help="A study, to whose area all is cut; one that is not there yet is begun next, by `sitesel init`.",
        ),
    ] = None,
    box: Annotated[
        tuple[float, float, float, float] | None,
        typer.Option(metavar="W S E N", help="The same by west, south, east, north in degrees."),
    ] = None,
    into: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder for the layers; else FOLDER/layers.")] = None,
    tags: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Which tags make which layer, instead of the package's.")
    ] = None,
    working_age_share: Annotated[
        float, typer.Option(help="Part of the people who are of working age, 0 to 1; no map knows it.")
    ] = float("nan"),
    *,
    people: Annotated[
        Path | None,
        typer.Option(metavar="TABLE", help="Official people by area, which the raster of people is scaled to."),
    ] = None,
    lang: Lang = "en",
) -> None:
    """Make every layer that a study can use of fetched data, and say what was found and what was left out."""
    extracting = sitesel.extracting
    if study is not None and box is not None:
        raise SiteselError("--study and --box are two ways to one thing; give one of them")
    begun = study is not None and study.exists()
    area = sitesel.load_study(study).study.area if study is not None and begun else box
    made = extracting.make_layers(folder, extracting.Wish(area, tags, working_age_share, people))
    target = into or (folder / "layers" if folder.is_dir() else Path(folder.name.partition(".")[0]))
    extracting.write_layers(made, target)
    lines = [*extracting.made_lines(made), *extracting.written_lines(target, study or Path("my.toml"))]
    if study is not None and not begun:
        lines.insert(0, Message("layers.study_to_come", {"study": str(study)}))
    for line in lines:
        typer.echo(say(line, lang))


@app.command(
    epilog="Examples:\n\n`sitesel weights my.toml` – asks, then prints lines to paste into the study\n\n"
    "`sitesel weights my.toml --swing labour=100,road=75,utilities=75,ground=30 --out mine.toml` – without questions, "
    "into a copy\n\n`sitesel weights my.toml --pairs criteria.csv --pairs labour.csv` – from comparisons in pairs (AHP)"
)
def weights(
    study: StudyFile = None,
    swing: Annotated[
        str | None, typer.Option(metavar="NAME=POINTS,...", help="Points of swings, 0 to 100, in place of questions.")
    ] = None,
    pairs: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE.csv", help="By how much each row counts more than each column; may be repeated."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="MY.toml", help="A new file: the study with these weights.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Work the weights of a study out by asking which change, from the worst to the best, is worth most."""
    path, weighing = study or sitesel.layers.embedded_study(), sitesel.weighing
    asked = sitesel.load_study(path)
    if swing is not None and pairs:
        raise sitesel.errors.StudyError("--swing and --pairs are two ways to one thing; give one of them")
    if pairs:
        if twice := [file for place, file in enumerate(pairs) if file in pairs[:place]]:
            raise sitesel.errors.StudyError(f"--pairs {twice[0]}: given twice; give each table once")
        weighed = weighing.by_pairs(asked, {str(file): weighing.read_pairs(file) for file in pairs})
    elif swing is not None:
        weighed = weighing.by_swings(asked, weighing.swings_by_group(asked, weighing.read_swings(swing)))
    else:
        told = partial(typer.echo, err=True)  # so that what is printed can go into a file
        weighed = weighing.by_swings(asked, weighing.ask_swings(asked, lang, _answer, told))
    for line in weighing.ratio_lines(weighed, lang):
        typer.echo(line, err=True)
    if out is None:
        typer.echo("\n".join(weighing.toml_lines(asked, weighed, lang)))
        return
    weighing.write_weighed(path, weighed, out)
    typer.echo(say(Message("weights.written", {"file": str(out)}), lang))
    if study is not None and out.resolve().parent != asked.folder:
        typer.echo(say(Message("weights.beside", {"file": str(out), "folder": str(asked.folder)}), lang), err=True)


def _answer(question: str) -> str:
    """Ask on the side of standard error: typer's own prompt leaves blanks among what is printed."""
    typer.echo(f"{question}: ", err=True, nl=False)
    try:
        return input()
    except EOFError:
        typer.echo(err=True)
        raise SiteselError("weights: no answer; answer each question, or give --swing labour=100,road=75") from None


@app.command(
    epilog="Examples:\n\n`sitesel opinions my.toml` – runs the study first\n\n"
    "`sitesel opinions results --panel experts.csv` – of the run in the folder results; experts.csv has a row a person "
    "and a column a criterion"
)
def opinions(
    of: Annotated[
        Path | None,
        typer.Argument(
            metavar="RUN|STUDY.toml", help="Folder of a run, or a study file; without it, the default study."
        ),
    ] = None,
    panel: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Weights of criteria by person.")] = None,
    lang: Lang = "en",
) -> None:
    """Tell what other methods, and a panel of people with weights of their own, would rank first."""
    weighing, missing = sitesel.weighing, sitesel.decision.opinions_missing()
    people = None if panel is None else weighing.read_panel(panel)
    if missing and people is None:
        raise SiteselError(missing)
    with progress_in(lang) as progress:
        ranked = weighing.read_ranked(of or sitesel.layers.embedded_study(), progress, people)
    if missing:
        typer.echo(f"sitesel: {missing}", err=True)
    others = () if missing else weighing.opinion_parts(ranked, lang)
    panelled = () if people is None else weighing.panel_parts(ranked, people, lang)
    console = console_of()
    for part in (*others, *panelled):
        console.print(part)


@app.command(
    epilog="Examples:\n\n`sitesel fetch KG --into kg` – lists what would come, its size and licence, then asks\n\n"
    "`sitesel fetch --box 74.3 42.7 74.8 43.0 --into kant --dry-run` – a box: only the list\n\n"
    "`sitesel fetch KG --into kg --only osm,population --year 2024 --yes` – without being asked\n\n"
    "`sitesel fetch KG --into kg --only villages,flood,seismic,faults` – what is not fetched unless it is named"
)
def fetch(  # noqa: PLR0913 -- each is an option of the command
    country: Annotated[
        str | None, typer.Argument(metavar="COUNTRY", help="ISO code of two or three letters: KG, KGZ.")
    ] = None,
    box: Annotated[
        tuple[float, float, float, float] | None,
        typer.Option(metavar="W S E N", help="West, south, east, north in degrees; with a country, its tiles there."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder for files and manifest; else the country's code, or ground for a box."
        ),
    ] = None,
    only: Annotated[str, typer.Option(metavar="NAMES", help="Sources by name, with commas between.")] = "",
    year: Annotated[int | None, typer.Option(help="Year of the people; else the source's own.")] = None,
    lang: Lang = "en",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List, and write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Fetch without asking.")] = False,
) -> None:
    """Fetch public data of a country or a box: streets, people, heights, land cover."""
    fetching = sitesel.fetching
    names = [name.strip() for name in only.split(",") if name.strip()]
    asked = fetching.Asked(country, box, names, year)
    folder = into or asked.folder
    with progress_in(lang) as progress:
        listed = fetching.listing(asked, folder, fetching.Web(told=progress))
    for line in fetching.before(listed, folder):
        typer.echo(say(line, lang))
    if dry_run or not listed.new:
        return
    if not yes and not _agreed(lang):
        typer.echo(say(Message("fetch.refused"), lang))
        raise typer.Exit(1)
    with progress_in(lang) as progress:
        fetching.bring_all(listed, folder, fetching.Web(told=progress))
    for line in fetching.after(folder, fetching.attributions(folder)):
        typer.echo(say(line, lang))


def _agreed(lang: Language) -> bool:
    try:
        return typer.confirm(say(Message("fetch.ask"), lang))
    except typer.Abort:  # nobody is there to answer
        typer.echo()
        return False


def _version(asked: bool) -> None:  # noqa: FBT001 -- as typer calls it
    if asked:
        typer.echo(sitesel.__version__)
        raise typer.Exit


@app.callback()
def _main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command; what a user can put right is one line, never a traceback. Exit codes: see docs/planners.md."""
    settle()
    try:
        app()
    except SystemExit as done:
        if done.code == BROKEN_OFF:
            typer.echo("sitesel: broken off; what was there is whole", err=True)
        raise
    except SiteselError as found:
        for fault in found.faults:
            typer.echo(f"sitesel: {fault}", err=True)
        code = UNWRITTEN if isinstance(found, OutputError) else FAULT
    except Exception as fault:  # noqa: BLE001 -- the last door: a planner can do nothing with a traceback
        code = _told(fault)
    raise SystemExit(code) from None


def _told(fault: Exception) -> int:
    """Say what no room has a sentence for: a path that no file can have or nobody may follow, or a fault of ours."""
    if isinstance(fault, OSError) and fault.filename is not None and fault.errno in UNREACHED:
        typer.echo(f"sitesel: {fault.filename}: cannot be reached ({fault.strerror}); give another path", err=True)
        return FAULT
    record = written_down(fault, sitesel.__version__)
    typer.echo(f"sitesel: unexpected fault, ours: {type(fault).__name__}; please send {record}", err=True)
    return OURS
