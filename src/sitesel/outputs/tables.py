"""The ranking as a table, the plots as a layer, the run as a record."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sitesel.findings import Findings
from sitesel.outputs.scenarios import scenario_table
from sitesel.programme import Answer
from sitesel.report.effects import effects
from sitesel.report.gates import gate_reasons
from sitesel.report.programme import middle
from sitesel.report.ranking import contributions
from sitesel.report.rejected import rejected
from sitesel.report.rules import excluded
from sitesel.report.scenarios import scenario_names
from sitesel.report.sources import credits_of
from sitesel.report.sure import to_find_out
from sitesel.report.why import reasons_why
from sitesel.schema import Names, table
from sitesel.text import NAMES, Message, plain_text, say


def names_in(findings: Findings) -> Names:
    """Name what the columns of a study's tables are made of: indicators, rules, towns, ranked plots and scenarios."""
    rulings = findings.rules.rulings
    return {
        "indicator": list(findings.decision.indicators.index),
        "rule": [] if rulings.empty else list(rulings.index.unique("rule")),
        "town": list(findings.towns.index),
        "scenario": list(scenario_names(findings)),
        "plot": list(findings.sureness.ahead),
    }


def ranking_table(findings: Findings) -> pd.DataFrame:
    """One row a plot, with all that its score is made of.

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
    return in_english(whole.rename_axis("plot"))


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


def in_english(frame: pd.DataFrame) -> pd.DataFrame:
    """Put sentences and lists into text, as every file has them."""
    told = {str(name): [_english(cell) for cell in frame[name]] for name in frame if _has_parts(frame[name])}
    return frame.assign(**told)


def _has_parts(values: "pd.Series[Any]") -> bool:
    return values.dtype == object and any(isinstance(cell, (Message, list, tuple)) for cell in values)


def _english(cell: Any) -> Any:  # noqa: ANN401 -- cells of any type
    """Sentences of a list stand apart by semicolons, for they may have commas; ids by commas."""
    if isinstance(cell, Message):
        return say(cell, "en")
    if isinstance(cell, (list, tuple)):
        return ("; " if any(isinstance(part, Message) for part in cell) else ", ").join(map(_english, cell))
    return cell


def connection_table(findings: Findings) -> pd.DataFrame:
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
    return in_english(pd.DataFrame(findings.connections.joined.drop(columns="geometry")))


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
    return reasons_why(findings).join(findings.plots[list(NAMES)], on="plot")


TABLES: Final[dict[str, Callable[[Findings], pd.DataFrame]]] = {
    "ranking.csv": lambda findings: ranking_table(findings).reset_index(),
    "weights.csv": effects,
    "find_out.csv": lambda findings: in_english(to_find_out(findings)),
    "why.csv": why_table,
    "programme.csv": programme_table,
    "workers.csv": worker_table,
    "stranded.csv": lambda findings: findings.labour.stranded,
    "connections.csv": connection_table,
    "estimate.csv": lambda findings: findings.connections.estimate,
    "scenarios.csv": scenario_table,
    "rejected.csv": lambda findings: in_english(rejected(findings)),
    "shared_sources.csv": lambda findings: in_english(findings.connections.shared),
}
"""What each CSV tells."""


def write_csv(findings: Findings, path: Path) -> None:
    """Write a table as CSV that spreadsheets open with its Cyrillic letters whole.

    Its columns stand in their order and with their decimals, which are far finer than any input: they keep last bits of
    other machines out of the file.

    Parameters
    ----------
    findings : Findings
    path : Path
        Its name says which: one of :data:`TABLES`.
    """
    save_csv(table(path.name).laid_out(TABLES[path.name](findings), names_in(findings)), path)


def save_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table such that a spreadsheet shows it and runs none of it.

    Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection); what would
    break a row or clean a screen becomes a blank.

    Parameters
    ----------
    frame : DataFrame
        Its index is not written.
    path : Path
    """
    told = {str(name): frame[name].map(_harmless) for name in frame if not pd.api.types.is_numeric_dtype(frame[name])}
    frame.assign(**told).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


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
