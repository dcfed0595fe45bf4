"""Keys of a study are told as their settings have them."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from study_tables.keys import Keys


class Told(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class Road(Told):
    """A road."""

    id: str
    """Its name."""
    kind: Literal["road"]
    lanes: Annotated[int, Field(gt=0, le=8)]
    """How many lanes."""


class Rail(Told):
    """A railway."""

    id: str
    """Its name."""
    kind: Literal["rail", "tram"]


class Spring(Told):
    """A spring."""

    litres: Annotated[float, Field(ge=0)] = 2.5
    """Litres ``a second``."""


class Village(Told):
    """A village."""

    at: tuple[float, float]
    """East, north."""
    name: Annotated[str, Field(min_length=1, pattern="^a")]
    """This | that."""
    pairs: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...] = ()
    """What goes together."""
    shares: dict[Literal["men", "women"], float] | None = None
    """Of people."""
    notes: dict[str, str] = Field(default_factory=dict)
    """Whatever else."""
    open: bool = True
    """Whether anyone may come."""
    spring: Spring = Spring()
    """Where water comes from."""
    others: dict[Annotated[Literal["hot", "cold"], Field(description="sort")], Spring] = Field(default_factory=dict)
    """More of them."""
    wells: tuple[Spring, ...] = ()
    """Those dug."""
    ways: tuple[Annotated[Road | Rail, Field(discriminator="kind")], ...]
    """How to get there."""


@pytest.fixture(scope="module")
def lines():
    return list(Keys(Village.model_json_schema(), {"Road": "km", "Rail": "min"}).lines())


@pytest.mark.parametrize(
    "line",
    [
        "| `at` | [number, number] | required | East, north. |",
        "| `name` | text that matches `^a` (not empty) | required | This \\| that. |",
        "| `pairs` | list of (list of text, at least 2) | none | What goes together. |",
        "| `shares` | section `[shares]`: `men` or `women` = number | none | Of people. |",
        "| `notes` | section `[notes]`: `<name>` = text | none | Whatever else. |",
        "| `open` | `true` or `false` | `true` | Whether anyone may come. |",
        "| `spring` | section `[spring]` | see below | Where water comes from. |",
        "| `others` | section `[others.<sort>]`; sort: `hot` or `cold` | none | More of them. |",
        "| `wells` | section `[[wells]]` | none | Those dug. |",
        "| `ways` | section `[[ways]]` | required | How to get there. |",
        "| `litres` | number from 0 | `2.5` | Litres `a second`. |",
        "| `lanes` | whole number above 0 to 8 | required | How many lanes. |",
    ],
)
def test_a_key_is_a_row(lines, line):
    assert lines.count(line) == 1


def test_sections_made_alike_share_a_table_and_each_kind_has_its_own(lines):
    heads = [line for line in lines if line.startswith("#")]
    assert heads == [
        "### `[spring]`, `[others.<sort>]`, `[[wells]]`",
        "### `[[ways]]`",
        "#### `road`",
        "#### `rail` or `tram`",
    ]
    assert lines[lines.index("#### `rail` or `tram`") :] == ["#### `rail` or `tram`", "", "A railway. Unit: min."]
    assert lines.count("| `id` | text | required | Its name. |") == 1


def test_a_key_without_a_docstring_is_refused():
    class Bare(Told):
        length: float

    with pytest.raises(KeyError, match="description"):
        list(Keys(Bare.model_json_schema()).lines())
