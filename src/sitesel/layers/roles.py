"""What each layer of a study must look like: its geometry, its columns and their kinds."""

from dataclasses import dataclass, field
from typing import Final, Literal

from sitesel.country import countries
from sitesel.data import data
from sitesel.schema import GATEWAYS, ONEWAY, SETTINGS
from sitesel.text import NAMES, NOTES

ColumnKind = Literal["text", "number", "flag"]
Shape = Literal["point", "line", "polygon", "point or polygon", "any"]


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Parameters
    ----------
    kind : {"text", "number", "flag"}
        ``flag`` is true or false.
    required : bool
        The layer is refused without it; else it is added, empty.
    least, most : float or None
        No number may be smaller or larger (unknown is allowed).
    words : tuple of str
        A text must be one of these; empty: any will do.
    known : tuple of str
        Usual words: others will do, but not one that is nearly one of these.
    called : tuple of str
        What layers of some countries call it.
    written : (pattern, example) or None
        How a text is written; None: anyhow.
    """

    kind: ColumnKind
    required: bool = False
    least: float | None = None
    most: float | None = None
    words: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    written: tuple[str, str] | None = None


@dataclass(frozen=True)
class Role:
    """What a layer is for, and what it must look like.

    Parameters
    ----------
    geometry : {"point", "line", "polygon", "point or polygon", "any"}
    columns : mapping of str to Column
    identified : bool
        It has a column ``id`` that names each feature, once.
    optional : bool
        A study need not give it, and it may be empty: then someone looked and found nothing there.
    """

    geometry: Shape
    columns: dict[str, Column] = field(default_factory=dict)
    identified: bool = True
    optional: bool = False


RIVAL_STATES: Final = ("working", "planned", "being relocated", "being built", "closed")

_TEXT = Column("text")
_DISTRICT = Column("text", called=tuple(each.district for each in countries() if each.district))
_MUST = Column("text", required=True)
_NAMES = {**dict.fromkeys(NAMES, _TEXT), NAMES[0]: _MUST}
_NOTES = dict.fromkeys(NOTES, _TEXT)
_TRUST = {"source": _TEXT, "confidence": _TEXT, **_NOTES}
_AMOUNT = Column("number", least=0)
_PRECISION = Column("number", least=0, most=200)  # km: of a place known to a region; more are metres
_JOBS = Column("number", least=0, most=1_000_000)
_SETBACK = Column("number", least=0, most=1_000)  # m; no law keeps a kilometre free, and more are centimetres
_INTENSITY = Column("number", required=True, least=0, most=12)  # that is where the scale ends
_PEOPLE = Column("number", required=True, least=0, most=40_000_000)  # no city has more
_PLACE = {**_NAMES, **_TRUST, "precision_km": _PRECISION}
SPARE: Final = tuple(dict.fromkeys(told["spare"] for told in data("networks.toml").values() if "spare" in told))
"""Columns of what a source has to spare, each in the unit of its networks."""

_SERVED_FROM = tuple(dict.fromkeys(kind for way in data("unit_costs.toml")["ways"].values() for kind in way["kinds"]))
_SOURCE = Column("text", required=True, known=_SERVED_FROM)
_KV = r"\d+(\.\d+)?"
_LEVELS = Column("text", written=(f"{_KV}(;{_KV})*", "110;35"))
_ONEWAY = tuple(sorted({*ONEWAY, *(word.upper() for word in ONEWAY), *(word.title() for word in ONEWAY)}))
_SPARE = {**dict.fromkeys(SPARE, _AMOUNT), "spare_mva": Column("number", least=0, most=10_000)}  # more are kVA

FILE_ROW: Final = "file_row"
"""Column that tells of a feature without an id in which row of its file it stands, from 0."""

ROLES: Final[dict[str, Role]] = {
    "plots": Role(
        "polygon",
        {
            **_PLACE,
            "town": _MUST,
            "area_ha": _AMOUNT,
            "outline": _TEXT,
            "cadastral_code": _TEXT,
        },
    ),
    "settlements": Role(
        "point or polygon",
        {
            **_NAMES,
            "population": _PEOPLE,
            "district": _DISTRICT,
            "population_confidence": _TEXT,
            "working_age_share": Column("number", required=True, least=0, most=1),
            "source": _TEXT,
        },
    ),
    "city_parts": Role(
        "point",
        {
            **_NAMES,
            "part_of": _MUST,
            "population": _PEOPLE,
            "district": _DISTRICT,
            "population_confidence": _TEXT,
            "source": _TEXT,
        },
        optional=True,
    ),
    "roads": Role(
        "line",
        {
            "highway": _MUST,
            "setting": Column("text", words=SETTINGS),
            "surface": _TEXT,
            "oneway": Column("text", words=_ONEWAY),
            "access": _TEXT,
            "closed": Column("flag"),
            "length_m": _AMOUNT,
            "ref": _TEXT,
            "assumed": Column("flag"),
            "source": _TEXT,
            "confidence": _TEXT,
        },
        identified=False,
    ),
    "gateways": Role("point", {**_PLACE, "kind": Column("text", required=True, known=GATEWAYS)}, optional=True),
    "utilities": Role(
        "point",
        {
            **_PLACE,
            "kind": _SOURCE,
            "voltage_kv": Column("number", least=0, most=1200),
            "levels_kv": _LEVELS,
            "has_110kv": Column("flag"),
            **_SPARE,
        },
        optional=True,
    ),
    "utility_lines": Role("line", {**_TRUST, "kind": _SOURCE, "precision_km": _PRECISION, **_SPARE}, optional=True),
    "rivals": Role(
        "point",
        {**_PLACE, "kind": _MUST, "jobs": _JOBS, "state": Column("text", known=RIVAL_STATES)},
        optional=True,
    ),
    "border": Role("polygon", dict(_NAMES), optional=True),
}


def _zone(geometry: Shape = "polygon", **columns: Column) -> Role:
    """Describe a layer that rules or ground read, where a study gives it."""
    zone = {"name_en": _TEXT, "precision_km": _PRECISION, "source": _TEXT, **_NOTES}
    return Role(geometry, {**zone, **columns}, identified=False, optional=True)


_GRADE = Column("text", required=True, words=("severe", "high", "moderate", "low"))
_LEVEL = Column("number", required=True, least=0)
_DOUBTFUL = Column("flag")

ROLES.update(
    {
        "irrigated_arable": _zone(doubtful=_DOUBTFUL),
        "faults": _zone("line"),
        "faults_coarse": _zone("line"),
        "mudflows": _zone(grade=_GRADE),
        "floods": _zone(grade=_GRADE),
        "floods_modelled": _zone(depth_m=_AMOUNT, doubtful=_DOUBTFUL),
        "protected": _zone(),
        "housing": _zone("any"),
        "airports": _zone("any"),
        "border_strip": _zone(),
        "rivers": _zone("any"),
        "power_lines": _zone("line", setback_m=_SETBACK),
        "built_up": _zone(),
        "seismic": _zone(intensity=_INTENSITY),
        "groundwater": _zone(depth_m=_LEVEL),
    }
)
