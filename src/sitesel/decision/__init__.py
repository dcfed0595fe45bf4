"""What measures are worth, how much each counts, and the ranking that follows. Knows no geography."""

from sitesel.decision.scoring import rank, rankable, score
from sitesel.decision.value import worth
from sitesel.decision.weights import of_the_whole

__all__ = ["of_the_whole", "rank", "rankable", "score", "worth"]
