"""What measures are worth, how much each counts, and the ranking that follows. Knows no geography."""

from sitesel.decision.ahp import LARGEST_RATIO, Compared, fault_in_pairs, from_pairs
from sitesel.decision.drawing import bernoulli, dirichlet, displacement, quasi_random, triangular
from sitesel.decision.drivers import expected_regret, first_order, total_order, value_of_knowing
from sitesel.decision.effect import weight_effects
from sitesel.decision.foremost import could_be_first, foremost
from sitesel.decision.gates import Gate, failed_gates
from sitesel.decision.opinions import METHODS, opinions_missing, ranks_by_method, second_opinions
from sitesel.decision.panel import Panel, agreement, fault_in_panel, panel_of, ranks_by_person, spread
from sitesel.decision.ranges import fault_in_ranges, tightened, uniform_within
from sitesel.decision.scoring import known_weight, rank, score
from sitesel.decision.sureness import (
    SureWord,
    acceptability,
    brackets,
    central_weights,
    pairwise,
    programme_plots,
    programmes,
    verdicts,
    word,
)
from sitesel.decision.swing import fault_in_swings, from_swings, from_swings_within
from sitesel.decision.value import counted_worth, measure_for, worth, worth_range
from sitesel.decision.weights import of_the_whole, rounded
from sitesel.decision.why import contributions, difference, dominated, smallest_improvement, smallest_weights

__all__ = [
    "LARGEST_RATIO",
    "METHODS",
    "Compared",
    "Gate",
    "Panel",
    "SureWord",
    "acceptability",
    "agreement",
    "bernoulli",
    "brackets",
    "central_weights",
    "contributions",
    "could_be_first",
    "counted_worth",
    "difference",
    "dirichlet",
    "displacement",
    "dominated",
    "expected_regret",
    "failed_gates",
    "fault_in_pairs",
    "fault_in_panel",
    "fault_in_ranges",
    "fault_in_swings",
    "first_order",
    "foremost",
    "from_pairs",
    "from_swings",
    "from_swings_within",
    "known_weight",
    "measure_for",
    "of_the_whole",
    "opinions_missing",
    "pairwise",
    "panel_of",
    "programme_plots",
    "programmes",
    "quasi_random",
    "rank",
    "ranks_by_method",
    "ranks_by_person",
    "rounded",
    "score",
    "second_opinions",
    "smallest_improvement",
    "smallest_weights",
    "spread",
    "tightened",
    "total_order",
    "triangular",
    "uniform_within",
    "value_of_knowing",
    "verdicts",
    "weight_effects",
    "word",
    "worth",
    "worth_range",
]
