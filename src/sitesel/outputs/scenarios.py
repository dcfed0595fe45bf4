"""The scenarios as a table, with their names and seasons."""

import pandas as pd

from sitesel.findings import Findings
from sitesel.report.scenarios import scenario_names, scenario_seasons
from sitesel.text import NAMES, name_column


def scenario_table(findings: Findings) -> pd.DataFrame:
    """Give a row a plot and scenario, first the study itself.

    Returns
    -------
    DataFrame
        As :mod:`sitesel.schema` has ``scenarios.csv``, with all decimals.
    """
    whole, seasons = findings.scenarios, scenario_seasons(findings)
    about = findings.plots[list(NAMES)].reindex(whole.index)
    parts = []
    for number, (one, name) in enumerate(scenario_names(findings).items()):
        score, rank = whole[f"{one}_score"], whole[f"{one}_rank"]
        told = {"scenario": one, **{f"scenario_{name_column(lang)}": text for lang, text in name.items()}}
        change = {"score_change": score - whole["study_score"], "rank_change": rank - whole["study_rank"]}
        part = about.assign(town=whole["town"], **told, season=seasons[one], score=score, rank=rank, **change)
        parts.append(part.assign(number=number, place=range(len(whole))))
    rows = pd.concat(parts).rename_axis("plot").reset_index().sort_values(["place", "number"], ignore_index=True)
    table: pd.DataFrame = rows.drop(columns=["place", "number"])
    return table
