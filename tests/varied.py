"""Findings with some of their tables changed."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from sitesel.connections.connecting import Connected
from sitesel.findings import Findings, Suitability
from sitesel.ground import Land
from sitesel.labour import Workers
from sitesel.layers.grid import grid_over
from sitesel.programme.together import Together, choose_together
from sitesel.rules import Verdicts
from sitesel.text import LANGUAGES, Message
from whole_study import HOSTILE

# By a table's own word: the room of the findings that holds it, and what it is called there.
TABLES: Final = {
    **{
        name: ("decision", name)
        for name in ("indicators", "measures", "low", "high", "reasons", "details", "worth", "ranking")
    },
    "labour": ("labour", "catchments"),
    **{name: ("labour", name) for name in ("homes", "ways", "bands", "stranded")},
    "programme": ("programme", "answers"),
    "connections": ("connections", "joined"),
    "connection_totals": ("connections", "totals"),
    "shared_sources": ("connections", "shared"),
    **{name: ("connections", name) for name in ("demand", "estimate", "exchange")},
    "rulings": ("rules", "rulings"),
    "rule_costs": ("rules", "costs"),
    **{f"sure_{name}": ("sureness", name) for name in ("towns", "plots", "ahead", "knowing", "programmes")},
    "ground": ("land", "table"),
    "usable": ("land", "usable"),
}


def vary(findings: Findings, **tables: Any) -> Findings:
    """Change tables of findings, wherever they are kept."""
    for name, table in tables.items():
        if name in TABLES:
            room, called = TABLES[name]
            findings = replace(findings, **{room: replace(getattr(findings, room), **{called: table})})
        else:
            findings = replace(findings, **{name: table})
    return findings


def bare(findings: Findings) -> Findings:
    """Leave a ranking alone: of a study that asks for no rules, ground, labour, connections, programme or scenarios."""
    nothing = Verdicts(pd.DataFrame(), pd.DataFrame(), pd.Series(data=False, index=findings.plots.index))
    rooms = {"land": Land(), "labour": Workers(), "connections": Connected(), "programme": Together()}
    return replace(findings, rules=nothing, scenarios=pd.DataFrame(), **rooms)


def turned_round(findings: Findings) -> Findings:
    """Rank the plots of each town the other way round in winter."""
    told = findings.scenarios.copy()
    ranks = told.groupby("town")["study_rank"]
    told["winter_rank"] = ranks.transform("max") + 1 - told["study_rank"]
    told["winter_score"] = 100 - told["study_score"]
    return replace(findings, scenarios=told)


def titled(findings: Findings, title: str) -> Findings:
    """Give the study another title, in every language alike."""
    told = findings.study.study.model_dump() | {"title": dict.fromkeys(LANGUAGES, title)}
    return replace(findings, study=findings.study.replace(study=told))


def hostile(findings: Findings) -> Findings:
    """Write what would run or break in a careless page also where only the study's own words stand."""
    script = HOSTILE[0]
    return vary(
        titled(findings, script),
        sources=findings.sources.assign(source=HOSTILE[3], what=script),
        exchange={**findings.connections.exchange, "source": script},
        rulings=findings.rules.rulings.assign(clause=script, reason=findings.rules.rulings["reason"].map(_of_clause)),
    )


def _of_clause(reason: Message | None) -> Message | None:
    told = isinstance(reason, Message) and "clause" in reason.params
    return Message(reason.key, {**reason.params, "clause": HOSTILE[0]}) if told else reason


def unranked(findings: Findings, plot: str) -> Findings:
    """Take a plot's rank, as if too little were known of it."""
    ranking = findings.decision.ranking.copy()
    ranking.loc[plot, "rankable"] = False
    rank = ranking["score"].where(ranking["rankable"]).groupby(ranking["town"]).rank(ascending=False)
    return vary(findings, ranking=ranking.assign(rank=rank.astype("Int64")))


def with_jobs(findings: Findings, times: float) -> Findings:
    """Choose the plots together for towns with so many times their jobs."""
    asked = {
        case: replace(question, jobs=question.jobs * times) for case, question in findings.programme.questions.items()
    }
    ranking, programme = findings.decision.ranking, findings.study.programme
    jobs = findings.towns["jobs"] * times
    return replace(
        findings,
        towns=findings.towns.assign(jobs=jobs),
        programme=choose_together(programme, asked, ranking, findings.programme.overdrawn),
    )


def screened(findings: Findings, cell_m: float = 500.0) -> Findings:
    """Lay a grid over the plots of Bishkek, worse from west to east, with a hole where a rule excludes."""
    grid = grid_over(findings.plots[findings.plots["town"] == "bishkek"].total_bounds, findings.plots.crs, cell_m)
    rows, columns = grid.shape
    score = np.tile(np.linspace(100, 0, columns), (rows, 1))
    score[rows // 3 : rows // 2, columns // 3 : columns // 2] = np.nan
    return replace(findings, suitability=(Suitability(grid, score, "bishkek"),))


def many(findings: Findings, times: int, ground: int = 1) -> Findings:
    """Lay copies of every plot beside it, and of settlements and roads as many as ``ground``."""
    per_plot = (
        "measures",
        "low",
        "high",
        "reasons",
        "details",
        "worth",
        "labour",
        "bands",
        "connections",
        "connection_totals",
    )
    per_plot += ("estimate", "rulings", "ground", "usable")
    held = {name: getattr(getattr(findings, TABLES[name][0]), TABLES[name][1]) for name in per_plot}
    tables = {name: _copies(table, times) for name, table in held.items() if len(table)}
    ranking = _copies(findings.decision.ranking, times)
    rank = ranking["score"].where(ranking["rankable"]).groupby(ranking["town"]).rank(ascending=False, method="first")
    ranking = ranking.assign(rank=rank.astype("Int64")).sort_values(["town", "rank"])
    layers = {name: _copies(findings.layers[name], ground) for name in ("settlements", "roads")}
    plots = _copies(findings.plots, times)
    sites = _copies(findings.sites, times)
    return vary(findings, plots=plots, ranking=ranking, sites=sites, layers={**findings.layers, **layers}, **tables)


def _copies(table: pd.DataFrame, times: int) -> pd.DataFrame:
    """Repeat a table, each time for other plots, some metres farther on."""
    copies = []
    for copy in range(times):
        called = "{}".format if copy == 0 else ("{}" + f"~{copy}").format
        if "plot" in table:
            one = table.assign(plot=table["plot"].map(called))
        else:
            one = table.rename(index=called, level="plot" if table.index.nlevels > 1 else None)
        copies.append(one.set_geometry(one.translate(37 * copy, 53 * copy)) if "geometry" in one else one)
    return pd.concat(copies, ignore_index="plot" in table)
