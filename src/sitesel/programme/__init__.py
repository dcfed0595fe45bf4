"""The towns' plots chosen together, each worker counted once."""

from sitesel.programme.answer import Answer
from sitesel.programme.choosing import choose
from sitesel.programme.question import PARTS, Aim, Question, Rules
from sitesel.programme.reasons import Binding

__all__ = ["PARTS", "Aim", "Answer", "Binding", "Question", "Rules", "choose"]
