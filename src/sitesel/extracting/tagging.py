"""Which tags of OpenStreetMap make which layer: the mapping, as ``data/osm_layers.toml`` has it."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sitesel.data import data
from sitesel.errors import LayerError

Tags = Mapping[str, str]
Shape = Literal["point", "line", "polygon", "any"]
Wanted = dict[str, str | tuple[str, ...] | Literal[True]]


OUT_OF_USE: Final = "out_of_use"
"""Why a feature is left out that is not at work: key among the messages ``layers.left_out``."""
_NOT_AT_WORK: Final = (
    "disused",
    "abandoned",
    "demolished",
    "razed",
    "removed",
    "ruins",
    "construction",
    "proposed",
    "planned",
)


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Entry):
    """What features a layer takes; the keys are those of the data file, which says what each means."""

    tags: Annotated[Wanted, Field(min_length=1)]
    unless: Wanted = Field(default_factory=dict)
    named: str = ""
    kind: str = ""
    kind_of: str = ""
    shape: Shape | None = None
    guessed: str = ""
    left_out: str = ""

    @field_validator("named")
    @classmethod
    def _pattern(cls, given: str) -> str:
        try:
            re.compile(given)
        except re.error as cause:
            raise ValueError(f"{given!r} is no pattern ({cause})") from None
        return given

    def fits(self, tags: Tags) -> bool:
        """Whether a feature's tags, names aside, are what it asks for.

        Examples
        --------
        >>> rule = Rule(tags={"power": ("plant", "substation")}, unless={"location": True})
        >>> rule.fits({"power": "plant"}), rule.fits({"power": "plant", "location": "indoor"})
        (True, False)
        """
        return all(_holds(tags, *each) for each in self.tags.items()) and not any(
            _holds(tags, *each) for each in self.unless.items()
        )

    def names(self, tags: Tags) -> bool:
        """Whether one of a feature's names has its pattern."""
        if not self.named:
            return True
        return any(re.search(self.named, tags[key], re.IGNORECASE) for key in tags if "name" in key)


class Mapped(_Entry):
    """What makes a layer."""

    shape: Shape
    at_work: bool = False
    figures: tuple[Literal["population", "voltage"], ...] = ()
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]


def _holds(tags: Tags, key: str, wanted: str | tuple[str, ...] | Literal[True]) -> bool:
    value = tags.get(key)
    if value is None or wanted is True:
        return value is not None
    return value == wanted if isinstance(wanted, str) else value in wanted


@dataclass(frozen=True)
class Tagging:
    """The mapping of tags to layers.

    Parameters
    ----------
    layers : mapping of str to Mapped
        By name of the layer.
    """

    layers: Mapping[str, Mapped]
    _judged: dict[frozenset[tuple[str, str]], tuple[tuple[str, tuple[Rule, ...]], ...]] = field(default_factory=dict)

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keys that bear on anything but names."""
        asked = (key for rule in self.rules() for key in (*rule.tags, *rule.unless))
        return frozenset([*asked, *_NOT_AT_WORK])

    @cached_property
    def looked_for(self) -> tuple[tuple[str, str], ...] | tuple[str, ...]:
        """Pairs of key and value one of which every feature has that is taken; keys alone where a value is open."""
        first = [next(iter(rule.tags.items())) for rule in self.rules()]
        pairs: dict[tuple[str, str], None] = {}
        for key, wanted in first:
            if wanted is True:
                return tuple(dict.fromkeys(key for key, _ in first))
            pairs |= {(key, value): None for value in ([wanted] if isinstance(wanted, str) else wanted)}
        return tuple(pairs)

    def rules(self) -> Iterator[Rule]:
        """All rules of all layers."""
        for mapped in self.layers.values():
            yield from mapped.rules

    def found(self, tags: Tags) -> Iterator[tuple[str, Rule]]:
        """Give the layers that a feature belongs to, each with the first rule that fits.

        Parameters
        ----------
        tags : mapping of str to str

        Yields
        ------
        layer : str
        rule : Rule
        """
        telling = frozenset(item for item in tags.items() if item[0] in self.keys)
        fitting = self._judged.get(telling)
        if fitting is None:
            fitting = self._judged[telling] = tuple(self._fitting(dict(telling)))
        for layer, rules in fitting:
            rule = next((rule for rule in rules if rule.names(tags)), None)
            if rule is not None:
                yield layer, rule

    def _fitting(self, tags: Tags) -> Iterator[tuple[str, tuple[Rule, ...]]]:
        for layer, mapped in self.layers.items():
            if rules := tuple(rule for rule in mapped.rules if rule.fits(tags)):
                idle = mapped.at_work and any(tags.get(key) == "yes" for key in _NOT_AT_WORK)
                yield layer, tuple(map(_idle, rules)) if idle else rules


def _idle(rule: Rule) -> Rule:
    return rule if rule.left_out else rule.model_copy(update={"left_out": OUT_OF_USE})


def tagging(file: Path | None = None) -> Tagging:
    """Read a mapping of tags to layers.

    Parameters
    ----------
    file : Path, optional
        TOML like ``data/osm_layers.toml``; else that one.

    Raises
    ------
    LayerError
        It is not there, or not such a file: one line a fault.

    Examples
    --------
    >>> [layer for layer, _ in tagging().found({"power": "line", "voltage": "110000"})]
    ['utility_lines', 'power_lines']
    """
    given = data("osm_layers.toml") if file is None else _read(file)
    called = "osm_layers.toml" if file is None else file.name
    layers, faults = {}, []
    for name, entry in given.items():
        try:
            layers[name] = Mapped.model_validate(entry)
        except ValidationError as cause:
            faults += [f"{called}: {name}{_where(error['loc'])}: {error['msg']}" for error in cause.errors()]
    if faults or not layers:
        raise LayerError(faults or f"{called}: no layer in it; see how data/osm_layers.toml is written")
    return Tagging(layers)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as cause:
        raise LayerError(f"{file}: cannot be read ({cause.strerror}); give a file of tags with --tags") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as cause:
        raise LayerError(f"{file.name}: not TOML in UTF-8 ({cause}); see how osm_layers.toml is written") from None


def _where(steps: tuple[int | str, ...]) -> str:
    return "".join(f" {step + 1}" if isinstance(step, int) else f".{step}" for step in steps)
