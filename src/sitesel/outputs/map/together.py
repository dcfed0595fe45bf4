"""The plots chosen together, who comes from where, and what each town gives up, as plain data for the page."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import shapely

from sitesel.findings import Findings
from sitesel.outputs.map.ground import GEOGRAPHIC, flat, layer_of, places_of, records, whole_places
from sitesel.outputs.map.islands import cells, named
from sitesel.programme import Answer
from sitesel.report import programme
from sitesel.report.figures import rounded, whole_people
from sitesel.report.sheet import declared
from sitesel.report.words import as_is, capital, names, short, words
from sitesel.schema import column
from sitesel.text import Message


def together(findings: Findings) -> dict[str, Any] | None:
    """All that the page says of the plots chosen together.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    dict or None
        Ready for JSON; towns and plots are places in the study's lists, in the order of its towns. ``None`` where the
        study has no programme.
    """
    if not findings.programme.answers:
        return None
    answer = programme.middle(findings)
    return {
        "title": short(words(Message("programme.title"))),
        "sentences": [short(words(sentence)) for sentence in programme.sureness_of_choice(findings)],
        "staffable": bool(answer.staffable),
        "figures": [
            {
                "key": name,
                "head": short(capital(declared(programme.TOWNS, name).head)),
                "decimals": column(programme.TOWNS, name).shown,
            }
            for name in programme.FIGURES
        ],
        "towns": _towns(findings),
        "combinations": _combinations(findings),
        **_homes(findings, answer),
        "rivals": _rivals(findings, answer),
        "districts": [
            [
                {"name": as_is(name), "workers": whole_people(workers), "share": rounded(part, 0)}
                for name, workers, part in rows
            ]
            for rows in programme.districts(findings).values()
        ],
        "pool": programme.pool(findings),
    }


def _places(table: pd.DataFrame) -> dict[Hashable, int]:
    return {name: place for place, name in enumerate(table.index)}


def _towns(findings: Findings) -> list[dict[str, Any]]:
    town_at, plot_at, why = _places(findings.towns), _places(findings.plots), programme.bindings(findings)
    told = []
    for town, plot in programme.chosen(findings).items():
        row: dict[Hashable, Any] = programme.middle(findings).towns.loc[town].to_dict()
        places = {"town": town_at[town], "plot": plot_at[plot], "best": plot_at[row["best_plot"]]}
        binding = short(why[town]) if town in why else None
        told.append({**places, **cells(programme.TOWNS, row, (*programme.FIGURES, "best_score")), "binding": binding})
    return told


def _combinations(findings: Findings) -> list[dict[str, Any]]:
    plot_at, towns = _places(findings.plots), list(programme.chosen(findings))
    return [
        cells("programme.csv", row, ["rank", "behind", "short"]) | {"plots": [plot_at[row[town]] for town in towns]}
        for row in programme.combinations(findings)
    ]


def _points(findings: Findings, name: str) -> dict[Hashable, tuple[Mapping[Hashable, Any], list[float]]]:
    """Rows of a layer with their places in degrees, by id."""
    layer = (places_of(findings) if name == "settlements" else layer_of(findings, name)).to_crs(GEOGRAPHIC)
    shapes = records(layer.assign(key=layer.index))
    return {row["key"]: (row, flat(shapely.get_coordinates(shape.representative_point()))) for row, shape in shapes}


def _homes(findings: Findings, answer: Answer) -> dict[str, Any]:
    """Say where workers live, and who goes to which employer.

    Employers are counted on: first the towns, then the rivals. The largest homes come first, so that small ones are
    drawn on top of them.
    """
    towns = _places(findings.towns)
    employers = {"town": towns, "rival": {name: len(towns) + i for name, i in _places(answer.rivals).items()}}
    settlements = _points(findings, "settlements")
    workers = whole_places(findings, answer.workers)
    going = workers[(workers["workers"].round() > 0) & workers["settlement"].isin(list(settlements))]
    people = going["workers"].round().groupby(going["settlement"]).sum().sort_values(ascending=False, kind="stable")
    homes = {home: place for place, home in enumerate(people.index)}
    ways: list[dict[str, Any]] = [
        {
            "home": homes[home],
            "to": employers[kind][employer],
            "people": rounded(workers, 0),
            "minutes": rounded(minutes, 0),
        }
        for home, kind, employer, workers, minutes in going[
            ["settlement", "kind", "employer", "workers", "minutes"]
        ].itertuples(index=False)
    ]
    ways.sort(key=lambda way: (way["home"], way["to"]))
    places = ((home, settlements[home]) for home in homes)
    return {
        "homes": named({"lon": at[0], "lat": at[1], "name": short(names(row, home))} for home, (row, at) in places),
        "going": named(ways),
    }


def _rivals(findings: Findings, answer: Answer) -> list[dict[str, Any]]:
    known = _points(findings, "rivals")
    told = []
    for rival, figures in answer.rivals.to_dict("index").items():
        row, at = known.get(rival, ({}, None))
        told.append(
            {
                "name": short(names(row, rival)),
                "at": at,
                **cells("programme.answers.rivals", figures, ["jobs", "staffed"]),
            }
        )
    return told
