"""Road lines to networkx graphs with seconds; places snapped to them."""
