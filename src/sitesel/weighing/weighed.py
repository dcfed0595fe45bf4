"""Weights of a study, worked out anew."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pandas as pd

from sitesel.decision import fault_in_pairs, fault_in_swings, from_pairs, from_swings, rounded
from sitesel.errors import OutputError, StudyError
from sitesel.study import Study
from sitesel.study.reading import study_from
from sitesel.study.writing import text_with_weights

CRITERIA: Final = "criteria"
"""What the criteria are called among the groups of things that are weighed against one another."""


@dataclass(frozen=True)
class Weighed:
    """Weights of a study.

    Parameters
    ----------
    criteria : mapping of criterion to weight
        They add up to 1.
    within : mapping of indicator to weight
        Within its criterion; they add up to 1 in each.
    ratios : mapping of group to float
        Consistency ratio of what was compared in pairs: ``criteria`` or a criterion.
    """

    criteria: Mapping[str, float]
    within: Mapping[str, float]
    ratios: Mapping[str, float] = field(default_factory=dict)


def groups(study: Study) -> dict[str, list[str]]:
    """List what is weighed against one another: the criteria that can have weight, and the indicators of each.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of group to list of str
    """
    within = {name: [part.id for part in study.indicators if part.criterion == name] for name in study.weights}
    used = {str(name): ids for name, ids in within.items() if ids}
    return {CRITERIA: list(used), **used}


def swings_by_group(study: Study, points: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Sort points of swings by what is weighed against one another.

    Parameters
    ----------
    study : Study
    points : mapping of name to points
        Names of criteria and of indicators; a name that is both is the criterion's.

    Returns
    -------
    dict of group to dict of name to points

    Raises
    ------
    StudyError
        Names that the study does not have, one line each, or no points at all.

    Examples
    --------
    >>> from sitesel.layers import embedded_study
    >>> from sitesel.study import load_study
    >>> swings_by_group(load_study(embedded_study()), {"labour": 100, "road": 75, "staff": 100})
    {'criteria': {'labour': 100, 'road': 75}, 'labour': {'staff': 100}}
    """
    asked = groups(study)
    home = {name: group for group, names in reversed(asked.items()) for name in names}
    faults = [
        f"swing: {study.name} has no {name}; its criteria and indicators are {', '.join(home)}"
        for name in points
        if name not in home
    ]
    if not points:
        faults.append("swing: no points; write them as labour=100,road=80")
    if faults:
        raise StudyError(faults)
    found: dict[str, dict[str, float]] = {}
    for name, given in points.items():
        found.setdefault(home[name], {})[name] = given
    return found


def by_swings(study: Study, points: Mapping[str, Mapping[str, float]]) -> Weighed:
    """Work a study's weights out from the points that swings were given.

    Parameters
    ----------
    study : Study
    points : mapping of group to mapping of name to points
        As from :func:`swings_by_group`: of the criteria, of the indicators of some, or both; the largest of each is
        100. A group that is not named keeps its weights.

    Returns
    -------
    Weighed

    Raises
    ------
    StudyError
        Names left out, or points that cannot be; one line a fault.

    Examples
    --------
    >>> from sitesel.layers import embedded_study
    >>> from sitesel.study import load_study
    >>> points = {"labour": 100, "road": 60, "utilities": 20, "ground": 20}
    >>> by_swings(load_study(embedded_study()), {"criteria": points}).criteria["labour"]
    0.5
    """
    asked, faults, found = groups(study), [], {}
    for group, given in points.items():
        if missing := [name for name in asked[group] if name not in given]:
            faults.append(f"swing: nothing for {', '.join(missing)}; give points to all of {', '.join(asked[group])}")
        elif fault := fault_in_swings(given):
            faults.append(f"swing: {fault}")
        else:
            found[group] = from_swings(given)
    if faults:
        raise StudyError(faults)
    return _weighed(study, found)


def by_pairs(study: Study, tables: Mapping[str, pd.DataFrame]) -> Weighed:
    """Work a study's weights out from pairwise comparisons (AHP).

    Parameters
    ----------
    study : Study
    tables : mapping of what to call a table in a fault to DataFrame of float, things x things
        Of the criteria, or of the indicators of one criterion; what is not compared keeps its weights.

    Returns
    -------
    Weighed

    Raises
    ------
    StudyError
        One line a fault.

    Examples
    --------
    >>> from sitesel.layers import embedded_study
    >>> from sitesel.study import load_study
    >>> names = ["road", "labour", "utilities", "ground"]
    >>> pairs = pd.DataFrame(1.0, index=names, columns=names)
    >>> pairs.loc["road", names[1:]], pairs.loc[names[1:], "road"] = 3.0, 1 / 3  # roads count three times as much
    >>> weighed = by_pairs(load_study(embedded_study()), {"pairs": pairs})
    >>> weighed.criteria["road"], abs(round(weighed.ratios["criteria"], 6))
    (0.5, 0.0)
    """
    asked = groups(study)
    faults, found, ratios = [], {}, {}
    for called, table in tables.items():
        group = next((group for group, names in asked.items() if set(names) == set(table.index)), None)
        if group is None:
            choices = "; or ".join(", ".join(names) for names in asked.values() if len(names) > 1)
            faults.append(f"{called}: compares {', '.join(map(str, table.index))}; compare all of {choices}")
        elif group in found:
            faults.append(f"{called}: {group} compared twice; give one table of each")
        elif fault := fault_in_pairs(table):
            faults.append(f"{called}: {fault}")
        else:
            compared = from_pairs(table)
            found[group], ratios[group] = compared.weights.reindex(asked[group]), compared.ratio
    if faults:
        raise StudyError(faults)
    return _weighed(study, found, ratios)


def _weighed(study: Study, found: Mapping[str, pd.Series], ratios: Mapping[str, float] | None = None) -> Weighed:
    """Put weights found in the place of a study's own."""
    tidy = {group: {str(name): float(one) for name, one in rounded(of).items()} for group, of in found.items()}
    criteria = {str(name): weight for name, weight in study.weights.items()}
    within = {part.id: part.weight for part in study.indicators}
    for group, weights in tidy.items():
        (criteria if group == CRITERIA else within).update(weights)
    if CRITERIA in tidy:
        criteria |= {name: 0.0 for name in criteria if name not in tidy[CRITERIA]}
    return Weighed(criteria, within, ratios or {})


def write_weighed(study: Path, weighed: Weighed, out: Path) -> None:
    """Write a copy of a study file with other weights; comments stay.

    Parameters
    ----------
    study : Path
    weighed : Weighed
    out : Path
        New: nothing of a user's is ever written over.

    Raises
    ------
    OutputError
        There is such a file, or it cannot be written.

    Examples
    --------
    >>> from sitesel.layers import embedded_study
    >>> from sitesel.study import load_study
    >>> study = load_study(embedded_study())
    >>> weighed = by_swings(study, {"criteria": {"labour": 100, "road": 60, "utilities": 20, "ground": 20}})
    >>> write_weighed(embedded_study(), weighed, Path("mine.toml"))
    >>> load_study(Path("mine.toml")).weights["labour"]
    0.5
    """
    text = text_with_weights(study.read_text(encoding="utf-8"), weighed.criteria, weighed.within)
    study_from(tomllib.loads(text), out.name)
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as cause:
        raise OutputError(f"{out}: is there already; give the name of a new file") from cause
    except OSError as cause:
        raise OutputError(f"{out}: cannot be written ({cause.strerror}); give a file in a folder of yours") from cause
