"""The map's page read as text."""

import json
import re
from typing import Any


def visible_text(html: str) -> str:
    """Page without its scripts and data islands."""
    return re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)


def sheets_of(page: str) -> str:
    """What the page shows without its script."""
    return visible_text(page).split("</style>")[-1]


def island_of(page: str, name: str) -> dict[str, Any]:
    """Data that the page's script reads."""
    found = re.search(rf'<script type="application/json" id="{name}-data">(.*?)</script>', page, re.DOTALL)
    assert found
    told = json.loads(found[1])
    return told | {"plots": unnamed(told["plots"])} if name == "study" else told


def unnamed(told: dict[str, list[Any]]) -> list[dict[str, Any] | None]:
    """Put the page's rows back to their fields' names, as its script does."""
    fields = told["fields"]
    return [None if row is None else dict(zip(fields, row, strict=True)) for row in told["rows"]]
