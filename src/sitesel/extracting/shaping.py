"""From an extract's features to layers that a study reads: one row a place, names, figures, cut to the area."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sitesel.extracting.figures import kilovolts, people
from sitesel.extracting.passing import Extract, Feature
from sitesel.extracting.tagging import Mapped, Tagging, Tags
from sitesel.fetching import Box
from sitesel.layers import ROLES
from sitesel.text import LANGUAGES, NAMES, NOTES, Message, catalogue, name_column, note_in_columns, quoted, say

CRS: Final = "EPSG:4326"
SOURCE: Final = "OpenStreetMap"
_NAME: Final = re.compile(r"name:([a-z]{2,3}(?:[-_][A-Za-z]+)?)")
_AREAL: Final = frozenset({"Polygon", "MultiPolygon"})
_HV_KV: Final = 110.0
PRECISION: Final = "precision_km"
MAPPED_KM: Final = 0.0
"""How far off a feature of OpenStreetMap may lie: metres, which count as nothing."""
NUMBERS: Final = frozenset({"population", "voltage_kv"})


def layers_of(
    extract: Extract, mapping: Tagging, box: Box | None, working_age_share: float = math.nan
) -> tuple[dict[str, gpd.GeoDataFrame], "Counter[tuple[str, str]]"]:
    """Make a table of each layer.

    Parameters
    ----------
    extract : Extract
    mapping : Tagging
    box : tuple of float, optional
        West, south, east, north in degrees: points beyond are left out, lines and areas cut.
    working_age_share : float
        Part of the settlements' people who are of working age: OpenStreetMap does not know it. NaN for not known.

    Returns
    -------
    frames : dict of layer to GeoDataFrame
        In degrees (WGS 84): ``id``, names, what the layer's role in a study asks for, notes in each
        language, ``confidence source``.
    left_out : Counter of (layer, reason)
        The extract's own, and what fell to this.
    """
    left_out = Counter(extract.left_out)
    frames = {}
    for layer, features in extract.features.items():
        mapped = mapping.layers[layer]
        kept = features if mapped.shape != "point" else list(_each_place_once(features, left_out, layer))
        frame = _cut(_framed(layer, mapped, kept), box, left_out, layer)
        if "working_age_share" in frame:
            frame["working_age_share"] = working_age_share
        frames[layer] = frame
    return frames, left_out


def _each_place_once(
    features: Sequence[Feature], left_out: "Counter[tuple[str, str]]", layer: str
) -> Iterator[Feature]:
    """Make one of a node and the areas that it stands in: the node's place, its tags before the area's."""
    nodes = [feature for feature in features if feature.shape.geom_type == "Point"]
    areas = [feature for feature in features if feature.shape.geom_type in _AREAL]
    gone: set[str] = set()
    more: dict[str, dict[str, str]] = {}
    if nodes and areas:
        tree = shapely.STRtree([node.shape for node in nodes])
        for area, at in zip(*tree.query([area.shape for area in areas], predicate="covers"), strict=True):
            if areas[area].id not in gone and _one_place(nodes[at], areas[area]):
                gone.add(areas[area].id)
                more[nodes[at].id] = areas[area].tags | more.get(nodes[at].id, {})
    if gone:
        left_out[layer, "node_and_area"] += len(gone)
    for each in features:
        if each.id not in gone:
            tags = more.get(each.id, {}) | each.tags
            inside = each.shape if each.shape.geom_type == "Point" else shapely.point_on_surface(each.shape)
            yield Feature(each.id, tags, each.rule, inside)


def _one_place(node: Feature, area: Feature) -> bool:
    """Alike in kind and name, or one of them without; a settlement's node and area may differ in rank."""
    mine, its = set(_names(node.tags).values()), set(_names(area.tags).values())
    if mine & its:
        return bool(node.rule.kind_of) or _kind(node) == _kind(area)
    return _kind(node) == _kind(area) and not (mine and its)


def _framed(layer: str, mapped: Mapped, features: Sequence[Feature]) -> gpd.GeoDataFrame:
    """Lay features out with the columns that the layer's role has; what is not known is empty."""
    rows = pd.DataFrame([_row(feature, mapped) for feature in features], index=range(len(features)))
    of_role = ROLES[layer].columns if layer in ROLES else {}
    columns = ["id", *NAMES, "names", "kind", *_figures(mapped), *of_role, *NOTES, "confidence", "source"]
    if PRECISION in of_role:
        rows[PRECISION] = MAPPED_KM
    numbers = NUMBERS | {name for name, column in of_role.items() if column.kind == "number"}
    table = rows.reindex(columns=list(dict.fromkeys(columns))).astype(object)
    table = table.where(table.notna(), None).astype({name: np.float64 for name in table if name in numbers})
    frame = gpd.GeoDataFrame(table, geometry=[feature.shape for feature in features], crs=CRS)
    return frame.sort_values("id", key=lambda ids: ids.map(_by_number)).reset_index(drop=True)


def _by_number(name: str) -> tuple[str, int]:
    kind, _, number = name.partition("/")
    return kind, int(number)


def _row(feature: Feature, mapped: Mapped) -> dict[str, Any]:
    names, kind = _names(feature.tags), _kind(feature)
    row: dict[str, Any] = {"id": feature.id, **_called(feature, names, kind), "kind": kind or None}
    row["names"] = json.dumps(names, ensure_ascii=False) if names else None
    row["source"] = SOURCE
    if feature.rule.guessed:
        why = {lang: quoted(feature.rule.guessed, lang) for lang in LANGUAGES}
        row |= {**note_in_columns(Message("layers.note.guess", {"why": why})), "confidence": "low"}
    if "population" in mapped.figures:
        row |= _people(feature.tags)
    if "voltage" in mapped.figures:
        row |= _voltage(feature.tags)
    return row


def _figures(mapped: Mapped) -> Iterator[str]:
    if "population" in mapped.figures:
        yield from ("population", "population_text")
    if "voltage" in mapped.figures:
        yield from ("voltage_kv", "levels_kv", "voltage_text")


def _people(tags: Tags) -> dict[str, Any]:
    text = tags.get("population")
    found = people(text)
    unmapped, unread = Message("layers.note.no_people"), Message("layers.note.people_unread", {"text": text or ""})
    noted = note_in_columns(unmapped if text is None else unread) if math.isnan(found) else {}
    return {"population": found, "population_text": text, **noted}


def _voltage(tags: Tags) -> dict[str, Any]:
    """Give the highest level, all of them, and whether 110 kV is one, where they are known at all."""
    levels = kilovolts(tags.get("voltage"))
    return {
        "voltage_kv": levels[0] if levels else math.nan,
        "levels_kv": ";".join(f"{level:g}" for level in levels) or None,
        "has_110kv": _HV_KV in levels if levels else None,
        "voltage_text": tags.get("voltage"),
    }


def _kind(feature: Feature) -> str:
    rule = feature.rule
    return rule.kind or (feature.tags.get(rule.kind_of, "") if rule.kind_of else "")


def _names(tags: Tags) -> dict[str, str]:
    """Names by language; the one on the spot by the empty text."""
    found = {match[1]: value for key, value in tags.items() if (match := _NAME.fullmatch(key))}
    local = {"": tags["name"]} if tags.get("name", "").strip() else {}
    return {lang: name for lang, name in (local | dict(sorted(found.items()))).items() if name.strip()}


def _called(feature: Feature, names: Mapping[str, str], kind: str) -> dict[str, str | None]:
    """Name in each language: English, else international, else local; what has no name goes by its kind and id.

    Where there are no words for the kind the id stands in English alone, for layers must have that; it is no name.
    """
    english = names.get("en") or feature.tags.get("int_name") or next(iter(names.values()), "")
    if english:
        return {name_column(lang): names.get(lang) for lang in LANGUAGES} | {name_column(LANGUAGES[0]): english}
    key = next((key for key in (f"kind.{kind}", f"map.kind.{kind}") if key in catalogue(LANGUAGES[0])), None)
    if key is None:
        return {name_column(LANGUAGES[0]): feature.id}
    return {name_column(lang): f"{say(Message(key), lang)} {feature.id}" for lang in LANGUAGES}


def _cut(
    frame: gpd.GeoDataFrame, box: Box | None, left_out: "Counter[tuple[str, str]]", layer: str
) -> gpd.GeoDataFrame:
    """Mend crossed outlines, and cut to a box; what is left of an area is an area, of a line a line."""
    shapes = np.asarray(frame.geometry.array)
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    if box is not None:
        sides = shapely.box(*box)
        over = ~shapely.covered_by(shapes, sides)
        cuts = shapely.intersection(shapes[over], sides)
        shapes[over] = [_alike(cut, whole) for cut, whole in zip(cuts, shapes[over], strict=True)]
    nothing = shapely.is_empty(shapes)
    if nothing.any():
        left_out[layer, "beyond_the_area"] += int(nothing.sum())
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=CRS))[~nothing].reset_index(drop=True)


def _alike(cut: BaseGeometry, whole: BaseGeometry) -> BaseGeometry:
    """Keep of what is left of a shape the parts of its own dimension."""
    parts = shapely.get_parts(cut)
    if cut.geom_type == "GeometryCollection" or shapely.get_dimensions(cut) != shapely.get_dimensions(whole):
        parts = parts[shapely.get_dimensions(parts) == shapely.get_dimensions(whole)]
    left: BaseGeometry = parts[0] if len(parts) == 1 else shapely.union_all(parts)
    return left
