"""Choose one plot a town, each worker counted once."""

from collections.abc import Collection
from typing import Final

import numpy as np
import pandas as pd

from sitesel.programme import answer
from sitesel.programme.case import TOO_MANY, compiled
from sitesel.programme.question import NO_RULES, Question
from sitesel.programme.reasons import bindings
from sitesel.programme.search import search
from sitesel.programme.settings import Rules

WANTED: Final = 11  # the best and the next ten


def choose(
    question: Question,
    rules: Rules = NO_RULES,
    overdrawn: Collection[tuple[str, ...]] = (),
    wanted: int = WANTED,
) -> answer.Answer:
    """Choose one plot a town so that the sum of the towns' scores is most, and say who works where.

    Existing employers take their nearest workers first. Of those left each town draws at most the cap of any
    settlement's whole pool, at least total minutes for all towns, or one after the other in the order of ``phases``.
    The best combination and the next are proven (:func:`~sitesel.programme.search.search`).

    Parameters
    ----------
    question : Question
    rules : Rules, optional
    overdrawn : collection of tuple of plot, optional
        Sets that cannot all be chosen, because something that they share would not suffice.
    wanted : int, optional
        How many combinations to rank.

    Returns
    -------
    Answer
        Also where no combination can be staffed: then with the reasons.

    Raises
    ------
    StudyError
        Numbers that cannot be, or names that nothing bears.
    ArithmeticError
        Assigned and left workers do not add up to the pool: a fault of ours.
    """
    case = compiled(question, rules, overdrawn)
    found = search(case, wanted)
    plots = [one.plots for one in found.best]
    drawn = [case.drawn(chosen) for chosen in plots] or [np.zeros((len(case.supply), 0))]
    scores = [case.together(chosen, workers) for chosen, workers in zip(plots, drawn, strict=False)]
    first = plots[0] if plots else ()
    workers = answer.worker_table(case, first, drawn[0])
    left, balance = answer.left_over(case, drawn[0])
    short = [town for town, jobs in zip(case.towns, scores[0].short, strict=True) if jobs > TOO_MANY] if plots else []
    rows = [answer.row(case, chosen, one) for chosen, one in zip(plots, scores, strict=True)]
    existing = {"jobs": question.rivals, "staffed": case.rival_workers.sum(axis=0)}
    return answer.Answer(
        staffable=found.staffable,
        combinations=pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="rank")),
        towns=answer.town_table(case, first, scores[0]) if plots else answer.no_towns(case.towns),
        workers=workers,
        districts=answer.district_table(workers),
        left=left,
        rivals=pd.DataFrame(existing, index=question.rivals.index),
        bindings=() if found.staffable else bindings(case, short),
        proof=answer.proof(case, found, balance),
    )
