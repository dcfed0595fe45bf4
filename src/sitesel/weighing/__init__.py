"""Whose weights: a study's weights by swings or pairs, second opinions, and a panel of people."""

from sitesel.weighing.asking import ask_swings
from sitesel.weighing.ranked import Ranked, read_ranked
from sitesel.weighing.reading import read_pairs, read_panel, read_swings
from sitesel.weighing.telling import opinion_parts, panel_parts, ratio_lines, toml_lines
from sitesel.weighing.weighed import Weighed, by_pairs, by_swings, swings_by_group, write_weighed

__all__ = [
    "Ranked",
    "Weighed",
    "ask_swings",
    "by_pairs",
    "by_swings",
    "opinion_parts",
    "panel_parts",
    "ratio_lines",
    "read_pairs",
    "read_panel",
    "read_ranked",
    "read_swings",
    "swings_by_group",
    "toml_lines",
    "write_weighed",
]
