"""A study: its file, composed of the settings that the rooms own."""

from sitesel.study.models import Study, Town
from sitesel.study.reading import load_study, study_of
from sitesel.study.screening import ScreenedArea, Screening

__all__ = ["ScreenedArea", "Screening", "Study", "Town", "load_study", "study_of"]
