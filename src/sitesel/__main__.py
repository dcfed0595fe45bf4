"""``python -m sitesel``."""

from sitesel.cli import main

main()
