"""Plots proposed where there is no list."""

from sitesel.screening.areas import Screened, screen

__all__ = ["Screened", "screen"]
