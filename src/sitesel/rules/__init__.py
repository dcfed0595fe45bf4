"""Rules that land must keep: the one engine that plots, cells of a grid and usable land ask."""

from sitesel.rules.judging import (
    MODES,
    Rule,
    cells_judged,
    cost_of_rules,
    default_rules,
    judge,
    layers_listed,
    not_checked,
    rule_layers,
    ruled_out,
    set_modes,
)
from sitesel.rules.verdicts import Verdicts, rule_record, verdicts

__all__ = [
    "MODES",
    "Rule",
    "Verdicts",
    "cells_judged",
    "cost_of_rules",
    "default_rules",
    "judge",
    "layers_listed",
    "not_checked",
    "rule_layers",
    "rule_record",
    "ruled_out",
    "set_modes",
    "verdicts",
]
