"""The ranking as a table, the plots as a layer, the run as a record."""

import json
from collections.abc import Callable, Mapping, Sized
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sitesel.findings import Findings, told_once
from sitesel.outputs.heads import heads, ids_of_words, labelled, names_in, spoken
from sitesel.outputs.named import told_apart
from sitesel.outputs.scenarios import scenario_table
from sitesel.programme import Answer
from sitesel.report.central import central_weights
from sitesel.report.connections import bound, item_name
from sitesel.report.effects import effects
from sitesel.report.figures import whole_parts
from sitesel.report.gates import gate_reasons
from sitesel.report.programme import middle
from sitesel.report.ranking import contributions
from sitesel.report.rejected import rejected
from sitesel.report.rules import excluded
from sitesel.report.sources import credits_of
from sitesel.report.sure import to_find_out
from sitesel.report.why import reasons_why
from sitesel.report.words import plain, worded
from sitesel.schema import Frame, Names, table
from sitesel.text import LANGUAGES, NAMES, Message, plain_text, quoted, say, typed

PEOPLE: Final = ("workers", "people", "jobs")
"""Units of people, who are told whole."""

COLUMNS: Final = "columns.csv"


def ranking_table(findings: Findings, lang: str = "en") -> pd.DataFrame:
    """One row a plot, with all that its score is made of; sentences in the language.

    Returns
    -------
    DataFrame, index plot id, sorted by town and rank
        As :mod:`sitesel.schema` has ``ranking.csv``, the plot apart, with all decimals.
    """
    decision = findings.decision
    measured = (("_low", decision.low), ("_high", decision.high), ("_value", decision.worth))
    parts = [
        decision.ranking.drop(columns="detail"),
        pd.Series(gate_reasons(findings), name="gate_reason", dtype=object),
        _drawn(findings),
        findings.plots[list(NAMES)],
        (findings.plots.geometry.area / 1e4).rename("area_ha"),
        decision.measures,
        *(table_.add_suffix(called) for called, table_ in measured),
        contributions(findings).add_suffix("_points"),
        decision.reasons.add_suffix("_missing"),
        findings.labour.catchments.add_prefix("labour_"),
        findings.land.table.add_prefix("ground_"),
        _rule_columns(findings),
    ]
    whole: pd.DataFrame = pd.concat([part.reindex(decision.ranking.index) for part in parts], axis=1)
    whole = whole.assign(scenario=findings.run.get("scenario", "study"), season=findings.study.study.season)
    return in_words(whole.rename_axis("plot"), lang)


def _drawn(findings: Findings) -> pd.DataFrame:
    """Give what the draws say of each plot; empty columns where the study asks for none."""
    drawn = {"low": "drawn_low", "high": "drawn_high", "programme": "in_programme"}
    columns = ["first", "first_three", "bracket", "expected", *drawn.values()]
    told = findings.sureness.plots.rename(columns=drawn).reindex(columns=columns)
    return told.astype({"bracket": "Int64"}).reindex(findings.decision.ranking.index)


def _rule_columns(findings: Findings) -> pd.DataFrame:
    if findings.rules.rulings.empty:
        return pd.DataFrame()
    struck = findings.rules.rulings["struck"].unstack("rule")  # noqa: PD010 -- a column a rule
    by_plot = {plot: ", ".join(rules) for plot, rules in excluded(findings).items()}
    return struck.add_prefix("rule_").assign(excluded_by=pd.Series(by_plot, dtype=object))


def in_words(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Put sentences and lists into text of a language, as every file has them."""
    told = {str(name): [_worded(cell, lang) for cell in frame[name]] for name in frame if _has_parts(frame[name])}
    return frame.assign(**told)


def in_quotes(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Put what data files state into a language; nothing stated is an empty cell."""
    return frame.map(lambda cell: quoted(plain(cell), lang) or None)


def _has_parts(values: "pd.Series[Any]") -> bool:
    return values.dtype == object and any(isinstance(cell, (Message, list, tuple)) for cell in values)


def _worded(cell: Any, lang: str) -> Any:  # noqa: ANN401 -- cells of any type
    """Sentences of a list stand apart by semicolons, for they may have commas; ids by commas."""
    if isinstance(cell, Message):
        return typed(say(cell, lang))
    if isinstance(cell, (list, tuple)):
        return ("; " if any(isinstance(part, Message) for part in cell) else ", ").join(
            _worded(part, lang) for part in cell
        )
    return cell


def connection_table(findings: Findings, lang: str = "en") -> pd.DataFrame:
    """Tell of every plot, network and view: from which source, how far, at what cost, or why not.

    Parameters
    ----------
    findings : Findings
        With connections.

    Returns
    -------
    DataFrame
        As :mod:`sitesel.schema` has ``connections.csv``, with all decimals. Cost = km weighed by the terrain x lines x
        unit cost + plants x unit cost.
    """
    return in_words(pd.DataFrame(findings.connections.joined.drop(columns="geometry")), lang)


def total_table(findings: Findings, lang: str = "en") -> pd.DataFrame:
    """Tell what joining all networks costs each plot, what the sum lacks, and what it holds at its upper bound.

    Parameters
    ----------
    findings : Findings
        With connections.
    lang : {"en", "ru", "ky"}
        Of the networks' names.

    Returns
    -------
    DataFrame
        As :mod:`sitesel.schema` has ``connection_totals.csv``, with all decimals.
    """
    at, rows = LANGUAGES.index(lang), findings.connections.totals.reset_index().to_dict("records")
    for row in rows:
        lacks, holds = ([worded("network", one)[at] for one in row[key]] for key in ("missing", "bounded"))
        row |= {"bound": bound(row) or None, "missing": ", ".join(lacks) or None, "bounded": ", ".join(holds) or None}
    return pd.DataFrame(rows).join(findings.plots[list(NAMES)], on="plot")


def estimate_table(findings: Findings, lang: str = "en") -> pd.DataFrame:
    """Tell the lines of each plot's estimate, each item by its name in the language."""
    estimate = findings.connections.estimate
    told = zip(estimate["item"], estimate["name"], strict=True) if len(estimate) else ()
    return estimate.assign(name=[item_name(*one)[LANGUAGES.index(lang)] for one in told])


def worker_table(findings: Findings) -> pd.DataFrame:
    """Say who works where under the plots chosen together, by the middle estimate of workers.

    Parameters
    ----------
    findings : Findings
        With a programme.

    Returns
    -------
    DataFrame
        A row a settlement and employer, as :mod:`sitesel.schema` has ``workers.csv``, with all decimals.
    """
    answer = middle(findings)
    settlements = findings.layers["settlements"].drop(columns="geometry")
    left = answer.left[answer.left > 0]
    unassigned = pd.DataFrame({"settlement": left.index, "kind": "unassigned", "workers": left.to_numpy()})
    people = pd.concat([answer.workers.drop(columns="district"), unassigned], ignore_index=True)
    employer, kind = people.pop("employer"), people["kind"]
    town = employer.where(kind == "town")
    people = people.assign(town=town, plot=town.map(answer.towns["plot"]), rival=employer.where(kind == "rival"))
    order = ["kind", "town", "rival", "workers", "settlement"]
    rising = [True, True, True, False, True]
    about = settlements[[*NAMES, "district"]]
    return people.join(about, on="settlement").sort_values(order, ascending=rising, ignore_index=True)


def programme_table(findings: Findings) -> pd.DataFrame:
    """List the best combinations of plots and what they cost each town, for each estimate of workers.

    Parameters
    ----------
    findings : Findings
        With a programme.

    Returns
    -------
    DataFrame
        As :mod:`sitesel.schema` has ``programme.csv``, with all decimals.
    """
    parts = [_combinations(findings, estimate, answer) for estimate, answer in findings.programme.answers.items()]
    return pd.concat(parts, ignore_index=True)


def _combinations(findings: Findings, estimate: str, answer: Answer) -> pd.DataFrame:
    found = answer.combinations.rename_axis("rank").reset_index()
    if found.empty:
        return pd.DataFrame({"estimate": [estimate], "short": [float("nan")]})
    score = findings.decision.ranking["score"]
    best = answer.towns["best_plot"].map(score)
    lost = {f"{town}_lost": best[town] - found[town].map(score).astype(float) for town in answer.towns.index}
    behind, proven = found["points"].iloc[0] - found["points"], found["rank"] <= answer.proof["proven"]
    named = {
        f"{town}_{column}": found[town].map(findings.plots[column]) for town in answer.towns.index for column in NAMES
    }
    return found.assign(estimate=estimate, behind=behind, **named, **lost, proven=proven, gap=answer.proof["gap"])


def why_table(findings: Findings) -> pd.DataFrame:
    """Tell of each ranked plot what sets it apart from the first, and what would make it the first.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    DataFrame
        As :mod:`sitesel.schema` has ``why.csv``, with all decimals.
    """
    return _named(findings, reasons_why(findings))


def _named(findings: Findings, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.join(findings.plots[list(NAMES)], on="plot")


TABLES: Final[dict[str, Callable[[Findings, str], pd.DataFrame]]] = {
    "ranking.csv": lambda findings, lang: ranking_table(findings, lang).reset_index(),
    "weights.csv": lambda findings, _: effects(findings),
    "find_out.csv": lambda findings, lang: in_words(to_find_out(findings), lang),
    "central_weights.csv": lambda findings, _: _named(findings, central_weights(findings)),
    "why.csv": lambda findings, _: why_table(findings),
    "programme.csv": lambda findings, _: programme_table(findings),
    "workers.csv": lambda findings, _: worker_table(findings),
    "stranded.csv": lambda findings, _: findings.labour.stranded,
    "connections.csv": connection_table,
    "connection_totals.csv": total_table,
    "estimate.csv": estimate_table,
    "scenarios.csv": lambda findings, _: scenario_table(findings),
    "rejected.csv": lambda findings, lang: in_words(rejected(findings), lang),
    "shared_sources.csv": lambda findings, lang: in_words(findings.connections.shared, lang),
    "sources.csv": lambda findings, lang: in_quotes(findings.sources, lang).reset_index(),
    "columns.csv": lambda findings, lang: column_table(findings, lang),  # noqa: PLW0108 -- it stands below
}
"""What each CSV tells, sentences in the language of the run."""

SAID_OF: Final[dict[str, Callable[[Findings], Sized]]] = {
    "ranking.csv": lambda findings: findings.decision.ranking,
    "weights.csv": effects,
    "find_out.csv": to_find_out,
    "central_weights.csv": central_weights,
    "why.csv": reasons_why,
    "scenarios.csv": lambda findings: findings.scenarios,
    "programme.csv": lambda findings: findings.programme.answers,
    "workers.csv": lambda findings: findings.programme.answers,
    "stranded.csv": lambda findings: findings.labour.stranded,
    "connections.csv": lambda findings: findings.connections.joined,
    "connection_totals.csv": lambda findings: findings.connections.totals,
    "estimate.csv": lambda findings: findings.connections.estimate,
    "shared_sources.csv": lambda findings: findings.connections.shared,
    "rejected.csv": rejected,
    "sources.csv": lambda findings: findings.sources,
    "columns.csv": lambda findings: findings.decision.ranking,
}
"""Of what each CSV tells: none is written empty."""


@told_once  # the table of columns asks for it, too
def laid_out(findings: Findings, name: str, lang: str) -> pd.DataFrame:
    """Give a table with its columns in their order and with their decimals; figures of people are whole.

    Parameters
    ----------
    findings : Findings
    name : str
        One of :data:`TABLES`.
    lang : {"en", "ru", "ky"}
    """
    names = names_in(findings)
    frame = as_declared(TABLES[name](findings, lang), name, names, lang)
    people = [one.name for one in table(name).columns(names) if one.unit in PEOPLE and one.name in frame]
    whole = {one: pd.to_numeric(frame[one]).round().astype("Int64") for one in people}
    if name == "workers.csv":  # they add up to the pool
        whole["workers"] = pd.Series(whole_parts(frame["workers"]), index=frame.index, dtype="Int64")
    return frame.assign(**whole)


def as_declared(frame: Frame, name: str, names: Names, lang: str) -> Frame:
    """Put a table's columns in their order, with their decimals, and what it quotes into a language."""
    told = table(name).laid_out(frame, names)
    cited = [one.name for one in table(name).columns(names) if one.quoted and one.name in told]
    return told.assign(**{one: told[one].map(partial(quoted, lang=lang), na_action="ignore") for one in cited})


def column_table(findings: Findings, lang: str) -> pd.DataFrame:
    """Say what each column of each table is that this run could write, and whether it has anything in it.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}

    Returns
    -------
    DataFrame
        As :mod:`sitesel.schema` has ``columns.csv``.
    """
    rows = []
    for file, about in SAID_OF.items():
        if file == COLUMNS or not len(about(findings)):
            continue
        frame = laid_out(findings, file, lang)
        written = [str(one) for one in frame.columns[frame.notna().any()]]
        called = heads(findings, file, lang, written)
        for one, label, unit in labelled(findings, file, lang):
            told = {"kind": one.kind, "unit": unit, "meaning": one.meaning, "empty": one.empty or ""}
            said = {key: quoted(text, lang) for key, text in told.items()}
            about_it = {"table": file, "column": one.name, "head": called[one.name], "written": one.name in written}
            rows.append({**about_it, "label": label, **said})
    return pd.DataFrame(rows)


def write_csv(findings: Findings, path: Path, lang: str = "en", *, excel: bool = False) -> None:
    """Write a table as CSV that spreadsheets open with its Cyrillic letters whole.

    Its columns stand in their order and with their decimals, which are far finer than any input: they keep last bits of
    other machines out of the file. Columns without anything in them are left out; ``columns.csv`` names them.

    Parameters
    ----------
    findings : Findings
    path : Path
        Its name says which: one of :data:`TABLES`.
    lang : {"en", "ru", "ky"}
        Of the sentences.
    excel : bool
        As of :func:`save_csv`, and with heads, names, words and flags for people, in the language; else they are alike
        in all.
    """
    frame = laid_out(findings, path.name, lang)
    told = frame if path.name == COLUMNS else frame.loc[:, frame.notna().any()]
    if excel:
        called = heads(findings, path.name, lang, set(map(str, told)))
        told = spoken(findings, told, path.name, lang).rename(columns=called)
    save_csv(told, path, excel=excel)


def save_csv(frame: pd.DataFrame, path: Path, *, excel: bool = False) -> None:
    """Write a table such that a spreadsheet shows it and runs none of it.

    Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection); what would
    break a row or clean a screen becomes a blank.

    Parameters
    ----------
    frame : DataFrame
        Its index is not written.
    path : Path
    excel : bool
        With semicolons between and decimal commas, as an Excel of a Russian system reads it.
    """
    told = {str(name): frame[name].map(_harmless) for name in frame if not pd.api.types.is_numeric_dtype(frame[name])}
    between, point = (";", ",") if excel else (",", ".")
    told_all = frame.assign(**told)
    told_all.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n", sep=between, decimal=point)


def _names_of_heads(written: list[str], path: Path) -> list[str]:
    """Call the columns of a table with heads for people as programs do, by the table of columns beside it."""
    about = pd.read_csv(path.with_name(COLUMNS), encoding="utf-8-sig", sep=";", dtype=str).iloc[:, :3]
    about.columns = pd.Index(["table", "column", "head"])
    names = about[about["table"] == path.name].set_index("head")["column"]
    if strange := [head for head in written if head not in names]:
        raise ValueError(f"{COLUMNS} knows no column {strange[0]!r} of {path.name}")
    found: list[str] = names[written].tolist()
    return found


def read_ranking(path: Path, towns: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Read a ``ranking.csv`` in either form, with the columns that were left out because they had nothing in them.

    Parameters
    ----------
    path : Path
    towns : mapping of town to name by language
        Those of the run: a table for people calls towns by their names.

    Returns
    -------
    DataFrame, index plot
        Of one for people, ``excluded_by`` names the rules as people do.
    """
    with path.open(encoding="utf-8-sig") as file:
        excel = ";" in file.readline()
    between, point = (";", ",") if excel else (",", ".")
    written = [str(head) for head in pd.read_csv(path, encoding="utf-8-sig", sep=between, nrows=0)]
    names = written if "plot" in written else _names_of_heads(written, path)
    text = {"plot": str, "town": str}  # an id of digits keeps its noughts
    frame = pd.read_csv(path, encoding="utf-8-sig", dtype=text, sep=between, decimal=point, names=names, header=0)
    told = table("ranking.csv").columns({"rule": [name[5:] for name in names if name.startswith("rule_")]})
    if excel:
        words = (one for one in told if one.name in frame and (one.words or one.kind == "flag"))
        frame = frame.assign(**{one.name: ids_of_words(frame[one.name], one) for one in words})
        frame = frame.assign(town=frame["town"].map(_towns_by_name(towns)).fillna(frame["town"]))
    may_lack = [one.name for one in told if one.empty is not None]
    return frame.assign(**{name: None for name in may_lack if name not in frame}).set_index("plot")


def _towns_by_name(towns: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    told = (told_apart({one: name.get(lang, one) for one, name in towns.items()}) for lang in LANGUAGES)
    return {str(_harmless(name)): one for names in told for one, name in names.items()}


def _harmless(cell: Any) -> Any:  # noqa: ANN401 -- cells of any type
    if not isinstance(cell, str):
        return cell
    text = plain_text(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def write_run(findings: Findings, path: Path) -> None:
    """Write the record of the run: inputs with hashes, versions, parameters, seed, notices.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    told = {
        **findings.run,
        "credits": credits_of(findings),
        "notices": [say(notice, "en") for notice in findings.notices],
    }
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
