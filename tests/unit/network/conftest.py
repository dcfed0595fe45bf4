"""An OSM file to draw."""

from pathlib import Path

import pytest

from osm_drawing import Drawing

collect_ignore = ["conftest.py"]


@pytest.fixture
def drawing(tmp_path: Path) -> Drawing:
    return Drawing(tmp_path)
