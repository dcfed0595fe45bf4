"""The towns' plots chosen together, each worker counted once."""

from sitesel.programme.answer import Answer
from sitesel.programme.choosing import choose
from sitesel.programme.question import Aim, Question, Rules
from sitesel.programme.reasons import Binding

__all__ = ["Aim", "Answer", "Binding", "Question", "Rules", "choose"]
