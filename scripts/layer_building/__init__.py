"""Rebuilds the embedded layers from their text sources: run by ``scripts/build_layers.py``, not part of sitesel."""
