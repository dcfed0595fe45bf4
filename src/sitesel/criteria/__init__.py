"""Measures of plots: (plots, layers or times) in, one named Series each on the same index out."""
