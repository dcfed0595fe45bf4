"""The towns' plots chosen together, as a study asks for them: by low, middle and high estimate of the supply."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sitesel.errors import StudyError
from sitesel.programme.answer import Answer
from sitesel.programme.choosing import choose
from sitesel.programme.question import Question
from sitesel.programme.settings import Programme


@dataclass(frozen=True, eq=False)
class Together:
    """The choice of plots together.

    Parameters
    ----------
    answers : mapping of {"low", "mid", "high"} to Answer
        Empty where the study does not ask.
    plots : tuple of str
        The plots that are chosen together, or else each town's first.
    unbound : tuple of str
        The plots that would be chosen if every network sufficed; empty where that rules nothing out.
    questions : mapping of {"low", "mid", "high"} to Question
        What was asked, to be asked again by other scores.
    overdrawn : sequence of tuple of plot
        Sets that the networks cannot serve together.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    plots: tuple[str, ...] = ()
    unbound: tuple[str, ...] = ()
    questions: Mapping[str, Question] = field(default_factory=dict)
    overdrawn: Sequence[tuple[str, ...]] = ()


def refuse_impossible(wanted: Programme, questions: Mapping[str, Question]) -> None:
    """Refuse a programme that cannot be asked, before anything slow is done.

    Raises
    ------
    StudyError
        Numbers that cannot be, or names that nothing bears.
    """
    if questions and (faults := questions["mid"].faults(wanted)):
        raise StudyError(faults)


def choose_together(
    wanted: Programme,
    questions: Mapping[str, Question],
    ranking: pd.DataFrame,
    overdrawn: Sequence[tuple[str, ...]],
    started: Callable[[], None] = lambda: None,
) -> Together:
    """Choose one plot a town, each worker counted once.

    Parameters
    ----------
    wanted : Programme
    questions : mapping of estimate to Question
        Empty where the study does not ask.
    ranking : DataFrame
        ``town score rankable``: each town's first, where none are chosen together.
    overdrawn : sequence of tuple of plot
        Sets that the networks cannot serve together.
    started : callable, optional
        Told when the choice begins.
    """
    answers: dict[str, Answer] = {}
    unbound: tuple[str, ...] = ()
    if questions:
        started()
        answers = {case: choose(question, wanted, overdrawn) for case, question in questions.items()}
        if overdrawn:
            free = choose(questions["mid"], wanted, wanted=1)
            unbound = tuple(map(str, free.towns["plot"])) if len(free.combinations) else ()
    score = ranking["score"].where(ranking["rankable"])
    plots = tuple(_one_a_town(answers, score, ranking["town"]))
    return Together(answers, plots, unbound, questions, overdrawn)


def _one_a_town(answers: Mapping[str, Answer], score: "pd.Series[float]", town: "pd.Series[str]") -> list[str]:
    """Name the plots that are chosen together, or else each town's first."""
    if answers and len(answers["mid"].combinations):
        return [str(plot) for plot in answers["mid"].towns["plot"]]
    return [str(plot) for plot in score.dropna().groupby(town, sort=False).idxmax()]


def record(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Tell for the record of the run what was chosen and how far it is proven."""
    return {"programme": {case: _told(answer) for case, answer in answers.items()}} if answers else {}


def _told(answer: Answer) -> dict[str, Any]:
    chosen = answer.towns["plot"].to_dict() if len(answer.combinations) else {}
    bindings = [{"town": one.town, "kind": one.kind, "others": list(one.others)} for one in answer.bindings]
    return {"staffable": answer.staffable, "chosen": chosen, "bindings": bindings, **answer.proof}
