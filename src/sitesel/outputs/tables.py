"""The ranking as a table, the plots as a layer, the run as a record."""

import json
from pathlib import Path
from typing import Final

import pandas as pd

from sitesel.findings import Findings
from sitesel.programme import Answer
from sitesel.text import Message, say

GEOPACKAGE_DATE: Final = "2026-01-01T00:00:00Z"  # a GeoPackage dates itself; a second run shall change nothing


def ranking_table(findings: Findings) -> pd.DataFrame:
    """One row a plot, with all that its score is made of.

    Returns
    -------
    DataFrame, index plot id, sorted by town and rank
        ``town rank name_en name_ru name_ky score known_weight rankable area_ha`` and for each indicator
        ``<indicator>`` (in its unit), ``<indicator>_value`` (0..1) and ``<indicator>_missing`` (why, in English); then
        ``labour_<...>`` and ``ground_<...>`` as in :class:`~sitesel.findings.Findings`, where the study asks for them,
        ``rule_<id>`` (true: struck; empty: not checked, or it cannot be told) and ``excluded_by``.
    """
    ranking = findings.decision.ranking
    names = findings.plots.loc[ranking.index, ["name_en", "name_ru", "name_ky"]]
    table = ranking[["town", "rank"]].join(names).join(ranking[["score", "known_weight", "rankable"]])
    columns = {"area_ha": findings.plots.geometry.area / 1e4}
    for name in findings.decision.indicators.index:
        columns[name] = findings.decision.measures[name]
        columns[f"{name}_value"] = findings.decision.worth[name]
        columns[f"{name}_missing"] = findings.decision.reasons[name].map(_english, na_action="ignore")
    parts = [table, pd.DataFrame(columns), findings.labour.catchments.add_prefix("labour_")]
    parts += [_ground_columns(findings), _rule_columns(findings)]
    return pd.concat([part.reindex(table.index) for part in parts], axis=1).rename_axis("plot")


def _ground_columns(findings: Findings) -> pd.DataFrame:
    table = findings.land.table.copy()
    for column in table:
        if str(column).endswith("_reason"):
            table[column] = table[column].map(_english, na_action="ignore")
    return table.add_prefix("ground_")


def _rule_columns(findings: Findings) -> pd.DataFrame:
    if findings.rules.rulings.empty:
        return pd.DataFrame()
    struck = findings.rules.rulings["struck"].unstack("rule")  # noqa: PD010 -- a column a rule, in their order
    order = findings.rules.rulings.index.get_level_values("rule").unique()
    out = findings.rules.rulings[
        findings.rules.rulings["struck"].fillna(value=False) & findings.rules.rulings["mode"].eq("exclude")
    ]
    by_plot = out.reset_index().groupby("plot")["rule"].agg(", ".join)
    return struck[order].add_prefix("rule_").assign(excluded_by=by_plot)


def _english(reason: Message) -> str:
    return say(reason, "en")


def write_ranking(findings: Findings, path: Path) -> None:
    """Write the ranking as CSV that spreadsheets open with its Cyrillic letters whole.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    # Six decimals are far finer than any input; they keep last bits of other machines out of the file.
    ranking_table(findings).round(6).to_csv(path, encoding="utf-8-sig", lineterminator="\n")


def worker_table(findings: Findings) -> pd.DataFrame:
    """Say who works where under the plots chosen together, by the middle estimate of workers.

    Parameters
    ----------
    findings : Findings
        With a programme.

    Returns
    -------
    DataFrame
        A row a settlement and employer: ``settlement name_en name_ru name_ky raion kind`` (``town``, ``rival`` or
        ``unassigned``), ``town plot`` or ``rival``, ``workers minutes``. All workers add up to the pool.
    """
    answer = findings.programme.answers["mid"]
    settlements = findings.layers["settlements"].drop(columns="geometry")
    left = answer.left[answer.left > 0]
    unassigned = pd.DataFrame({"settlement": left.index, "kind": "unassigned", "workers": left.to_numpy()})
    table = pd.concat([answer.workers.drop(columns="raion"), unassigned], ignore_index=True)
    town = table["employer"].where(table["kind"] == "town")
    table = table.assign(
        town=town, plot=town.map(answer.towns["plot"]), rival=table["employer"].where(table["kind"] == "rival")
    )
    about = settlements[["name_en", "name_ru", "name_ky", "raion"]]
    columns = ["settlement", *about.columns, "kind", "town", "plot", "rival", "workers", "minutes"]
    order = ["kind", "town", "rival", "workers", "settlement"]
    rising = [True, True, True, False, True]
    return table.join(about, on="settlement")[columns].sort_values(order, ascending=rising, ignore_index=True)


def write_workers(findings: Findings, path: Path) -> None:
    """Write who works where as CSV.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    worker_table(findings).round(6).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def programme_table(findings: Findings) -> pd.DataFrame:
    """List the best combinations of plots and what they cost each town, for each estimate of workers.

    Parameters
    ----------
    findings : Findings
        With a programme.

    Returns
    -------
    DataFrame
        ``estimate rank``, a plot for each town, ``points behind`` (points less than the best), ``score minutes
        rival_minutes home_share short``, ``<town>_lost`` (score less than the town's own best plot), ``proven`` (no
        other combination belongs higher) and ``gap`` (of the best).
    """
    parts = [_combinations(findings, estimate, answer) for estimate, answer in findings.programme.answers.items()]
    return pd.concat(parts, ignore_index=True)


def _combinations(findings: Findings, estimate: str, answer: Answer) -> pd.DataFrame:
    found = answer.combinations.rename_axis("rank").reset_index()
    if found.empty:
        return pd.DataFrame({"estimate": [estimate], "short": [float("nan")]})
    score = findings.decision.ranking["score"]
    lost = {
        f"{town}_lost": answer.towns.loc[town, "best_score"] - found[town].map(score).astype(float)
        for town in answer.towns.index
    }
    found.insert(0, "estimate", estimate)
    found.insert(list(found.columns).index("points") + 1, "behind", found["points"].iloc[0] - found["points"])
    proven = found["rank"] <= answer.proof["proven"]
    return found.assign(**lost, proven=proven, gap=answer.proof["gap"])


def write_programme(findings: Findings, path: Path) -> None:
    """Write the best combinations of plots as CSV.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    programme_table(findings).round(6).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def write_stranded(findings: Findings, path: Path) -> None:
    """Write the cells of a raster of population that reach no road as CSV.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    findings.labour.stranded.round(6).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def write_run(findings: Findings, path: Path) -> None:
    """Write the record of the run: inputs with hashes, versions, parameters, seed, notices.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    told = {**findings.run, "notices": [say(notice, "en") for notice in findings.notices]}
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
