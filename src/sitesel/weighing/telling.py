"""What the terminal says of weights, second opinions and a panel."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from sitesel.decision import LARGEST_RATIO, METHODS, Panel, agreement
from sitesel.study import Study
from sitesel.text import Message, name_of, number, say
from sitesel.weighing.ranked import Ranked
from sitesel.weighing.weighed import CRITERIA, Weighed

MOST_PEOPLE: Final = 8
"""Up to so many people each have a column."""


def toml_lines(study: Study, weighed: Weighed, lang: str) -> Iterator[str]:
    """Write weights as lines to paste into a study file.

    Parameters
    ----------
    study : Study
    weighed : Weighed
    lang : {"en", "ru", "ky"}
        Of the comments.

    Yields
    ------
    str

    Examples
    --------
    >>> from sitesel.layers import embedded_study
    >>> from sitesel.study import load_study
    >>> from sitesel.weighing import by_swings
    >>> study = load_study(embedded_study())
    >>> weighed = by_swings(study, {"criteria": {"labour": 100, "road": 60, "utilities": 20, "ground": 20}})
    >>> list(toml_lines(study, weighed, "en"))[:3]
    ['[weights]', 'labour = 0.5', 'road = 0.3']
    """
    yield "[weights]"
    yield from (f"{name} = {weight:g}" for name, weight in weighed.criteria.items())
    yield ""
    yield f"# {say(Message('weights.lines'), lang)}"
    for part in study.indicators:
        yield f"weight = {weighed.within[part.id]:g}  # {part.id} ({part.criterion})"


def ratio_lines(weighed: Weighed, lang: str) -> Iterator[str]:
    """Say how far comparisons in pairs agree with one another.

    Parameters
    ----------
    weighed : Weighed
    lang : {"en", "ru", "ky"}

    Yields
    ------
    str

    Examples
    --------
    >>> (line,) = ratio_lines(Weighed({}, {}, ratios={"criteria": 0.25}), "en")
    >>> print(line)
    Comparisons of the criteria contradict one another: the consistency ratio is 0.25, above 0.10. Look at them ...
    """
    for group, ratio in weighed.ratios.items():
        what = Message("weights.criteria" if group == CRITERIA else f"criterion.{group}")
        key = "weights.inconsistent" if ratio > LARGEST_RATIO else "weights.consistent"
        yield say(Message(key, {"what": what, "ratio": number(ratio, lang, 2)}), lang)


def opinion_parts(ranked: Ranked, lang: str) -> Iterator[Table | str]:
    """Tell each town's ranks by other methods beside the study's own.

    Parameters
    ----------
    ranked : Ranked
    lang : {"en", "ru", "ky"}

    Yields
    ------
    rich.table.Table or str

    Raises
    ------
    ImportError
        ``pymcdm`` is not installed.
    """
    table = ranked.decision.second_opinions()
    heads = [say(Message(f"opinions.{name}"), lang) for name in METHODS]
    for town, plots in table.groupby("town", sort=False):
        yield _ranks(ranked, plots, heads, (str(town), lang))
        if len(plots) == 1:
            yield say(Message("opinions.alone"), lang)
            continue
        yield from _other_firsts(ranked, plots, lang)
        yield from _agreed(plots[["rank", *METHODS]].astype("int64"), plots["town"], lang)
    yield from _without(ranked, lang)
    yield say(Message("opinions.check"), lang)


def panel_parts(ranked: Ranked, people: pd.DataFrame, lang: str) -> Iterator[Table | str]:
    """Tell how far people's weights lie apart, and what that does to each town's ranks.

    Parameters
    ----------
    ranked : Ranked
    people : DataFrame of float, people x criteria
    lang : {"en", "ru", "ky"}

    Yields
    ------
    rich.table.Table or str

    Examples
    --------
    >>> people = pd.DataFrame({"road": [50, 15], "labour": [20, 60], "utilities": [20, 15], "ground": [10, 10]})
    >>> spread, *towns = panel_parts(Ranked.of(findings), people, "en")  # findings as of a run
    >>> print(spread.title, [str(part.title) for part in towns if isinstance(part, Table)])
    Weights of the people asked, % ['One', 'Two']
    """
    panel = ranked.decision.panel(people)
    yield _spread(ranked, panel, lang)
    ranking = ranked.decision.ranking.loc[panel.ranks.index]
    summary = pd.DataFrame(
        {
            "best": panel.ranks.min(axis=1),
            "worst": panel.ranks.max(axis=1),
            "first": (panel.ranks == 1).sum(axis=1),
        }
    )
    told = panel.ranks if len(people) <= MOST_PEOPLE else panel.ranks.iloc[:, :0]
    heads = [*(say(Message(f"panel.{name}"), lang) for name in summary), *map(str, told.columns)]
    for town, plots in ranking.groupby("town", sort=False):
        here = pd.concat([ranking[["rank"]], summary, told], axis=1).loc[plots.index]
        yield _ranks(ranked, here, heads, (str(town), lang))
        yield from _agreed(panel.ranks.loc[plots.index], plots["town"], lang)
    yield from _without(ranked, lang)


def _without(ranked: Ranked, lang: str) -> Iterator[str]:
    """Name towns of which no plot passes every gate: nothing of theirs can be ordered."""
    ranking = ranked.decision.ranking
    for town in ranked.study.towns:
        if not ranking.loc[ranking["town"] == town.id, "rankable"].any():
            yield say(Message("answer.line_none", {"town": town.name.by_language()}), lang)


def _ranks(ranked: Ranked, table: pd.DataFrame, heads: Sequence[str], of: tuple[str, str]) -> Table:
    """Lay out one town's plots: rank, name, then the other columns of whole numbers."""
    town, lang = of
    called = next(one.name.by_language()[lang] for one in ranked.study.towns if one.id == town)
    laid = _table(called, [say(Message("table.rank"), lang), say(Message("table.plot"), lang), *heads], 1)
    for plot, (rank, *others) in zip(table.index, table.drop(columns="town", errors="ignore").to_numpy(), strict=True):
        laid.add_row(str(rank), Text(name_of(ranked.names.loc[plot], lang, plot)), *map(str, others))
    return laid


def _other_firsts(ranked: Ranked, plots: pd.DataFrame, lang: str) -> Iterator[str]:
    """Say which methods put another plot of one town first, or that none does."""
    own = set(plots.index[plots["rank"] == 1])
    firsts = {method: plots.index[plots[method] == 1] for method in METHODS}
    others = {method: first for method, first in firsts.items() if set(first) != own}
    if not others:
        yield say(Message("opinions.same"), lang)
    for method, first in others.items():
        names = ", ".join(name_of(ranked.names.loc[plot], lang, plot) for plot in first)
        yield say(Message("opinions.other", {"method": Message(f"opinions.{method}"), "plots": names}), lang)


def _spread(ranked: Ranked, panel: Panel, lang: str) -> Table:
    columns = ["least", "median", "mean", "most"]
    heads = [say(Message(f"panel.{name}"), lang) for name in ("criterion", "study", *columns)]
    laid = _table(say(Message("panel.weights"), lang), heads, 0)
    for name, row in panel.spread.iterrows():
        figures = [ranked.study.weights[str(name)], *row[columns]]  # type: ignore[index]
        laid.add_row(say(Message(f"criterion.{name}"), lang), *(number(100 * one, lang) for one in figures))
    return laid


def _table(title: str, heads: Sequence[str], words: int) -> Table:
    """Begin a table of figures with one column of words."""
    laid = Table(title=Text(title, "bold"), title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for place, head in enumerate(heads):
        laid.add_column(Text(head), justify="left" if place == words else "right", overflow="fold")
    return laid


def _agreed(ranks: pd.DataFrame, town: pd.Series, lang: str) -> Iterator[str]:
    """Say how far the orders of one town agree; nothing where there is but one order, or one plot."""
    for share in agreement(ranks, town):
        if not math.isnan(share):
            yield say(Message("opinions.agreement", {"share": number(share, lang, 2)}), lang)
