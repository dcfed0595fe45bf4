"""Travel times over a road graph."""
