"""What is said of a run, once: sheets of columns and rows, and the colours, for every output to write."""
