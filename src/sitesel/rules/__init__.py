"""Rules that land must keep: the one engine that plots, cells of a grid and usable land ask."""

from sitesel.rules.judging import (
    MODES,
    Rule,
    cost_of_rules,
    default_rules,
    judge,
    layers_listed,
    not_checked,
    refuse_unknown,
    rule_layers,
    ruled_out,
    set_modes,
    strikes,
    zones_of,
)
from sitesel.rules.reach import Reach, Zone, ground_taken, reach_of
from sitesel.rules.verdicts import Verdicts, verdicts

__all__ = [
    "MODES",
    "Reach",
    "Rule",
    "Verdicts",
    "Zone",
    "cost_of_rules",
    "default_rules",
    "ground_taken",
    "judge",
    "layers_listed",
    "not_checked",
    "reach_of",
    "refuse_unknown",
    "rule_layers",
    "ruled_out",
    "set_modes",
    "strikes",
    "verdicts",
    "zones_of",
]
