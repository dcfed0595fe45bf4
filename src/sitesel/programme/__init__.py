"""The towns' plots chosen together, each worker counted once."""

from sitesel.programme.answer import Answer
from sitesel.programme.case import with_scores
from sitesel.programme.choosing import choose
from sitesel.programme.question import Joint, Question
from sitesel.programme.reasons import Binding
from sitesel.programme.settings import Programme, Rules

__all__ = ["Answer", "Binding", "Joint", "Programme", "Question", "Rules", "choose", "with_scores"]
