"""The dialogue of swings: from the worst to the best of each, which change is worth most."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sitesel.country import in_words_of
from sitesel.indicators import AnyIndicator
from sitesel.study import Study
from sitesel.text import Message, number, say
from sitesel.weighing.weighed import CRITERIA, groups


@dataclass(frozen=True)
class _Person:
    """Whom to ask, in which language."""

    ask: Callable[[str], str]
    tell: Callable[[str], None]
    lang: str

    def hears(self, key: str, **params: str | Message) -> None:
        self.tell(say(Message(key, params), self.lang))

    def chooses(self, names: Sequence[str]) -> str:
        """Ask for one of some names, by name or by number, until it is one."""
        numbered = {str(place): name for place, name in enumerate(names, 1)} | {name: name for name in names}
        while (given := self.ask(say(Message("weights.first"), self.lang)).strip().lower()) not in numbered:
            self.hears("weights.choose", names=", ".join(names))
        return numbered[given]

    def values(self, name: str) -> float:
        """Ask for 0 to 100 points until it is such."""
        while True:
            given = self.ask(say(Message("weights.worth", {"name": name}), self.lang)).strip().replace(",", ".")
            try:
                if 0 <= (points := float(given)) <= 100:  # noqa: PLR2004 -- points of 100
                    return points
            except ValueError:
                pass
            self.hears("weights.points")


def ask_swings(
    study: Study, lang: str, ask: Callable[[str], str], tell: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """Ask what the swings of criteria, then of the indicators within each, are worth.

    The ends of a swing are those of the value functions: they stay where they are whatever plots there are.

    Parameters
    ----------
    study : Study
    lang : {"en", "ru", "ky"}
    ask : callable
        Given a question, returns the answer.
    tell : callable
        Shows a line.

    Returns
    -------
    dict of group to dict of name to points
        As :func:`~sitesel.weighing.by_swings` takes them.

    Examples
    --------
    >>> from sitesel.layers import embedded_study
    >>> from sitesel.study import load_study
    >>> study = load_study(embedded_study())
    >>> asked = ask_swings(study, "en", ask=lambda question: "1", tell=lambda line: None)
    >>> asked["criteria"]
    {'labour': 100.0, 'road': 1.0, 'utilities': 1.0, 'ground': 1.0}
    """
    person = _Person(ask, tell, lang)
    asked = groups(study)
    swings = {part.id: _swing(part, in_words_of(study.words, part.label), lang) for part in study.indicators}
    criteria = asked.pop(CRITERIA)
    person.hears("weights.imagine")
    for place, name in enumerate(criteria, 1):
        tell(f"  {place}  {name}: {say(Message(f'criterion.{name}'), lang)}")
        for one in asked[name]:
            tell(f"       {swings[one]}")
    points = {CRITERIA: _worths(person, criteria)}
    for name, ids in asked.items():
        if len(ids) > 1:
            person.hears("weights.within", criterion=Message(f"criterion.{name}"))
            for place, one in enumerate(ids, 1):
                tell(f"  {place}  {one}: {swings[one]}")
            points[name] = _worths(person, ids)
    return points


def _worths(person: _Person, names: Sequence[str]) -> dict[str, float]:
    first = person.chooses(names) if len(names) > 1 else names[0]
    return {name: 100.0 if name == first else person.values(name) for name in names}


def _swing(part: AnyIndicator, label: Message, lang: str) -> str:
    """Say from where to where an indicator swings."""
    worst, best = min(part.value, key=lambda point: point[1])[0], max(part.value, key=lambda point: point[1])[0]
    ends = {"worst": number(worst, lang, part.decimals), "best": number(best, lang, part.decimals)}
    return say(Message("weights.swing", {"name": label, "unit": Message(part.unit), **ends}), lang)
