"""The ranking as a table, the plots as a layer, the run as a record."""

import json
from pathlib import Path

import pandas as pd

from sitesel.findings import Findings
from sitesel.programme import Answer
from sitesel.report.scenarios import scenario_names
from sitesel.schema import Names, table
from sitesel.text import NAMES, Message, say


def names_in(findings: Findings) -> Names:
    """Name what the columns of a study's tables are made of: its indicators, rules, towns and scenarios."""
    rulings = findings.rules.rulings
    return {
        "indicator": list(findings.decision.indicators.index),
        "rule": [] if rulings.empty else list(rulings.index.unique("rule")),
        "town": list(findings.towns.index),
        "scenario": list(scenario_names(findings)),
    }


def ranking_table(findings: Findings) -> pd.DataFrame:
    """One row a plot, with all that its score is made of.

    Returns
    -------
    DataFrame, index plot id, sorted by town and rank
        As :mod:`sitesel.schema` has ``ranking.csv``, the plot apart, with all decimals.
    """
    decision = findings.decision
    parts = [
        decision.ranking,
        findings.plots[list(NAMES)],
        (findings.plots.geometry.area / 1e4).rename("area_ha"),
        decision.measures,
        decision.worth.add_suffix("_value"),
        decision.reasons.map(_english, na_action="ignore").add_suffix("_missing"),
        findings.labour.catchments.add_prefix("labour_"),
        _ground_columns(findings),
        _rule_columns(findings),
    ]
    whole: pd.DataFrame = pd.concat([part.reindex(decision.ranking.index) for part in parts], axis=1)
    return whole.rename_axis("plot")


def _ground_columns(findings: Findings) -> pd.DataFrame:
    ground = findings.land.table.copy()
    for column in ground:
        if str(column).endswith("_reason"):
            ground[column] = ground[column].map(_english, na_action="ignore")
    return ground.add_prefix("ground_")


def _rule_columns(findings: Findings) -> pd.DataFrame:
    if findings.rules.rulings.empty:
        return pd.DataFrame()
    struck = findings.rules.rulings["struck"].unstack("rule")  # noqa: PD010 -- a column a rule
    out = findings.rules.rulings[
        findings.rules.rulings["struck"].fillna(value=False) & findings.rules.rulings["mode"].eq("exclude")
    ]
    by_plot = out.reset_index().groupby("plot")["rule"].agg(", ".join)
    return struck.add_prefix("rule_").assign(excluded_by=by_plot)


def _english(reason: Message) -> str:
    return say(reason, "en")


def write_ranking(findings: Findings, path: Path) -> None:
    """Write the ranking as CSV that spreadsheets open with its Cyrillic letters whole.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    write_csv(findings, "ranking.csv", ranking_table(findings).reset_index(), path)


def write_csv(findings: Findings, name: str, frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, with its columns in their order and with their decimals.

    Decimals are far finer than any input; they keep last bits of other machines out of the file.

    Parameters
    ----------
    findings : Findings
        Of which it tells.
    name : str
        Of the table in :mod:`sitesel.schema`.
    frame : DataFrame
    path : Path
    """
    laid_out = table(name).laid_out(frame, names_in(findings))
    laid_out.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


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
    answer = findings.programme.answers["mid"]
    settlements = findings.layers["settlements"].drop(columns="geometry")
    left = answer.left[answer.left > 0]
    unassigned = pd.DataFrame({"settlement": left.index, "kind": "unassigned", "workers": left.to_numpy()})
    people = pd.concat([answer.workers.drop(columns="raion"), unassigned], ignore_index=True)
    employer, kind = people.pop("employer"), people["kind"]
    town = employer.where(kind == "town")
    people = people.assign(town=town, plot=town.map(answer.towns["plot"]), rival=employer.where(kind == "rival"))
    order = ["kind", "town", "rival", "workers", "settlement"]
    rising = [True, True, True, False, True]
    about = settlements[[*NAMES, "raion"]]
    return people.join(about, on="settlement").sort_values(order, ascending=rising, ignore_index=True)


def write_workers(findings: Findings, path: Path) -> None:
    """Write who works where as CSV.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    write_csv(findings, "workers.csv", worker_table(findings), path)


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
    return found.assign(estimate=estimate, behind=behind, **lost, proven=proven, gap=answer.proof["gap"])


def write_programme(findings: Findings, path: Path) -> None:
    """Write the best combinations of plots as CSV.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    write_csv(findings, "programme.csv", programme_table(findings), path)


def write_stranded(findings: Findings, path: Path) -> None:
    """Write the cells of a raster of population that reach no road as CSV.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    write_csv(findings, "stranded.csv", findings.labour.stranded, path)


def write_run(findings: Findings, path: Path) -> None:
    """Write the record of the run: inputs with hashes, versions, parameters, seed, notices.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    told = {**findings.run, "notices": [say(notice, "en") for notice in findings.notices]}
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
