"""The embedded layers, their sources and what builds them."""
