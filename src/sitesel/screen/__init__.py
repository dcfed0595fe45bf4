"""Plots proposed where there is no list."""

from sitesel.screen.screening import Screened, screen

__all__ = ["Screened", "screen"]
