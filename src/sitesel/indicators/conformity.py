"""What buyers' standards ask of a site: the share of it that is met, as far as layers are given."""

from collections.abc import Collection, Hashable, Mapping
from functools import reduce
from typing import Annotated, Any, ClassVar, Literal

import pandas as pd
from pydantic import Field, field_validator

from sitesel.indicators.kind import Indicator, Measured
from sitesel.region import Outlines, Region
from sitesel.rules import Rule, default_rules, layers_listed, refuse_unknown, rule_layers, strikes
from sitesel.text import Message


class Conformity(Indicator):
    """Percent of what buyers' standards ask of a site that is met.

    What is asked are rules that land must keep. One that strikes for certain is not met, one that strikes nowhere is;
    one that no layer was given for, or whose layer is too coarse to tell, is open and lies between the two.
    """

    unit: ClassVar = "unit.percent"
    decimals: ClassVar = 0

    measure: Literal["conformity"]
    asks: Annotated[tuple[str, ...], Field(min_length=1)]
    """What buyers ask, as ids of rules, whatever mode ``[rules]`` gives them."""

    @field_validator("asks")
    @classmethod
    def _rules(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for name in given:
            refuse_unknown(name, default_rules())
            if given.count(name) > 1:
                raise ValueError(f"rule {name} stands more than once; ask for it once")
        return given

    def measured(self, outlines: Outlines, region: Region) -> Measured:
        """Count what is met for certain, and what may be."""
        rules, layers = default_rules(region.asked.where.country), rule_layers(region.frames)
        struck = strikes(outlines.frame, layers, {name: rules[name] for name in self.asks})
        unmet, unknown = struck.fillna(value=False).astype(bool), struck.isna()
        low, high = 100 * (1 - (unmet | unknown).mean(axis=1)), 100 * (1 - unmet.mean(axis=1))

        def told() -> dict[Hashable, Message]:
            return {outline: _told(dict(answers), layers, rules) for outline, answers in struck.iterrows()}

        return Measured(low.where(~unknown.any(axis=1)), told, told, low=low, high=high)


def _told(answers: Mapping[str, Any], layers: Collection[str], rules: Mapping[str, Rule]) -> Message:
    """Say of one outline how much was checked and met, and name what was not."""
    open_ = [name for name, struck in answers.items() if pd.isna(struck)]
    unmet = [name for name in answers if name not in open_ and answers[name]]
    named = {
        "unmet": unmet,
        "not_checked": [name for name in open_ if rules[name].layer not in layers],
        "too_coarse": [name for name in open_ if rules[name].layer in layers],
    }
    checked = len(answers) - len(open_)
    counts = {"asked": len(answers), "checked": checked, "met": checked - len(unmet)}
    parts = [Message("conformity.checked" if checked else "conformity.none", counts)]
    parts += [Message(f"conformity.{key}", {"names": layers_listed(of, rules)}) for key, of in named.items() if of]
    return reduce(lambda one, other: Message("reason.both", {"one": one, "other": other}), parts)
