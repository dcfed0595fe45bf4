"""Rank candidate land plots for technology towns by roads, labour, utilities and ground."""

__version__ = "0.1.0"
