"""Data files that travel with the package: speeds by road class, message files."""
