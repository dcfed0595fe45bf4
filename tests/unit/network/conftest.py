"""An OSM file to draw."""

from pathlib import Path

import pytest

from osm_drawing import Drawing


@pytest.fixture
def drawing(tmp_path: Path) -> Drawing:
    return Drawing(tmp_path)
