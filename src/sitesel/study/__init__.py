"""A study: its file, its layers, its run."""

from sitesel.study.models import Study
from sitesel.study.reading import load_study
from sitesel.study.run import check, run
from sitesel.study.screen import Screened, screen

__all__ = ["Screened", "Study", "check", "load_study", "run", "screen"]
