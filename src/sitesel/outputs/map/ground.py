"""The ground under the plots as plain lists: relief, border, roads, places, utilities, for the page's data."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sitesel.findings import Findings
from sitesel.outputs.map.relief import Shade
from sitesel.report.sources import credits_of
from sitesel.report.words import Words, as_is, known, names, plain, short
from sitesel.text import LANGUAGES

GEOGRAPHIC: Final = "EPSG:4326"
DIGITS: Final = 5
"""Of a degree: about a metre, finer than any layer here."""

SIMPLIFIED_M: Final = 25.0
"""Roads are drawn this true: below a pixel at every zoom that the map offers by itself."""

HOME: Final = frozenset({"KG", "KGZ", "417"})
SPOT_STEP: Final = 0.11
MOST_SPOTS: Final = 150
"""Degrees between, and number of, places that are tried for a country's name."""

POINT_LAYERS: Final = ("gateways", "utilities", "rivals")


def records(layer: gpd.GeoDataFrame) -> Iterator[tuple[Mapping[Hashable, Any], BaseGeometry]]:
    """Rows of a layer with their geometry, those without geometry left out."""
    columns = [column for column in layer.columns if column != layer.geometry.name]
    rows = zip(*(layer[column].tolist() for column in columns), strict=True) if columns else ([()] * len(layer))
    for row, geometry in zip(rows, layer.geometry.tolist(), strict=True):
        if geometry is not None and not geometry.is_empty:
            yield dict(zip(columns, row, strict=True)), geometry


def layer_of(findings: Findings, name: str) -> gpd.GeoDataFrame:
    """Read a layer of the findings, empty where the run had none."""
    if name in findings.layers:
        return findings.layers[name]
    return gpd.GeoDataFrame(geometry=[], crs=findings.plots.crs)


def places_of(findings: Findings) -> gpd.GeoDataFrame:
    """Give the settlements that stand on the map: a city once, its parts not beside it."""
    settlements = layer_of(findings, "settlements")
    return settlements[settlements["part_of"].isna()] if "part_of" in settlements else settlements


def whole_places(findings: Findings, homes: pd.DataFrame) -> pd.DataFrame:
    """Sum up who goes where from the parts of a city.

    Parameters
    ----------
    findings : Findings
    homes : DataFrame
        ``settlement kind employer workers minutes``.

    Returns
    -------
    DataFrame
        The same columns; minutes are the mean of the workers.
    """
    settlements = layer_of(findings, "settlements")
    if "part_of" not in settlements:
        return homes
    city = settlements["part_of"].dropna().to_dict()
    whole = homes["settlement"].map(lambda home: city.get(home, home))
    told = homes.assign(settlement=whole, minutes=homes["minutes"] * homes["workers"])
    summed = told.groupby(["settlement", "kind", "employer"], sort=False, as_index=False)[["workers", "minutes"]].sum()
    return summed.assign(minutes=summed["minutes"] / summed["workers"].where(summed["workers"] > 0))


def flat(coordinates: Any) -> list[float]:  # noqa: ANN401 - any array-like
    """Coordinates of shape (n, 2) as ``[x, y, x, y, ...]``, rounded."""
    rounded: list[float] = np.round(np.asarray(coordinates)[:, :2], DIGITS).ravel().tolist()
    return rounded


def lines_of(geometry: BaseGeometry) -> list[shapely.LineString]:
    """Single lines of a geometry; of an area, its outline."""
    outline = geometry.boundary if geometry.geom_type.endswith("Polygon") else geometry
    return [part for part in shapely.get_parts(shapely.line_merge(outline)).tolist() if part.geom_type == "LineString"]


def polygons(geometry: BaseGeometry) -> list[list[shapely.LinearRing]]:
    """Rings of each polygon of a geometry, the outline first."""
    parts = (part for part in shapely.get_parts(geometry).tolist() if part.geom_type == "Polygon")
    return [[part.exterior, *part.interiors] for part in parts]


def flat_rings(geometry: BaseGeometry) -> list[list[list[float]]]:
    """Rings of each polygon of a geometry as flat coordinates."""
    return [[flat(shapely.get_coordinates(ring)) for ring in rings] for rings in polygons(geometry)]


def lighter(shapes: gpd.GeoSeries, tolerance: float, coarsest: float, most_corners: int) -> gpd.GeoSeries:
    """Simplify shapes, ever more until their corners are few enough.

    Parameters
    ----------
    shapes : GeoSeries
        In a CRS in metres.
    tolerance, coarsest : float
        Metres: the first that is tried, and the one that nothing is drawn more coarsely than.
    most_corners : int
    """
    drawn = shapes.simplify(tolerance)
    while tolerance < coarsest and shapely.get_num_coordinates(drawn.to_numpy()).sum() > most_corners:
        tolerance *= 2
        drawn = shapes.simplify(tolerance)
    return drawn


def _what(row: Mapping[Hashable, Any]) -> Words:
    """Say what a point or line is; a kind that is new to us speaks for itself."""
    kind = plain(row.get("kind"))
    return known(f"kind.{kind}", kind.replace("_", " "))


def _is_true(value: object) -> bool:
    return str(value).lower() in {"true", "1", "1.0", "yes"}


def road_groups(roads: gpd.GeoDataFrame) -> list[tuple[str, bool, list[shapely.LineString]]]:
    """Roads joined by class, and assumed links apart.

    Parameters
    ----------
    roads : GeoDataFrame
        LineString, with ``highway`` and ``assumed`` where known.

    Returns
    -------
    list of (class, assumed, lines)
        In the layer's CRS, simplified to 25 m where that is metres, in a stated order.
    """
    groups: dict[tuple[str, bool], list[BaseGeometry]] = {}
    for row, geometry in records(roads):
        group = (plain(row.get("highway")) or "unclassified", _is_true(row.get("assumed")))
        groups.setdefault(group, []).append(geometry)
    tolerance = SIMPLIFIED_M if roads.crs is None or roads.crs.is_projected else 0.0
    return [
        (highway, assumed, lines_of(shapely.simplify(shapely.line_merge(shapely.union_all(parts)), tolerance)))
        for (highway, assumed), parts in sorted(groups.items())
    ]


def _to_degrees(geometries: Sequence[BaseGeometry], crs: object) -> list[BaseGeometry]:
    in_degrees: list[BaseGeometry] = gpd.GeoSeries(geometries, crs=crs).to_crs(GEOGRAPHIC).tolist()
    return in_degrees


def _roads(roads: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    return [
        {
            "highway": highway,
            "assumed": assumed,
            "lines": [flat(shapely.get_coordinates(line)) for line in _to_degrees(lines, roads.crs)],
        }
        for highway, assumed, lines in road_groups(roads)
    ]


def road_shields(roads: gpd.GeoDataFrame) -> list[tuple[str, shapely.Point]]:
    """Where to write each road's number: the middle of its longest stretch, in the layer's CRS."""
    by_ref: dict[str, list[BaseGeometry]] = {}
    for row, geometry in records(roads):
        ref = plain(row.get("ref"))
        if ref and not _is_true(row.get("assumed")):
            by_ref.setdefault(ref, []).append(geometry)
    middles = []
    for ref, parts in sorted(by_ref.items()):
        longest = max(lines_of(shapely.line_merge(shapely.union_all(parts))), key=lambda line: float(line.length))
        middles.append((ref, longest.interpolate(0.5, normalized=True)))
    return middles


def _shields(roads: gpd.GeoDataFrame) -> list[list[Any]]:
    shields = road_shields(roads)
    points = _to_degrees([point for _, point in shields], roads.crs)
    places = (flat(shapely.get_coordinates(point)) for point in points)
    return [[*place, as_is(ref)] for (ref, _), place in zip(shields, places, strict=True)]


def population(row: Mapping[Hashable, Any]) -> float:
    """People in a settlement, 0 where not known: it then has the smallest label."""
    try:
        people = float(row.get("population", 0) or 0)
    except (TypeError, ValueError):
        return 0.0
    return people if np.isfinite(people) else 0.0


def _settlements(layer: gpd.GeoDataFrame) -> list[list[Any]]:
    places = [
        [*flat(shapely.get_coordinates(point)), short(names(row, "")), int(population(row))]
        for row, point in records(
            layer.to_crs(GEOGRAPHIC).assign(geometry=lambda df: df.geometry.representative_point())
        )
    ]
    return sorted(places, key=lambda place: (-place[3], place[0], place[1]))


def _points(layer: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    found = []
    for row, geometry in records(layer.to_crs(GEOGRAPHIC)):
        point = geometry.representative_point()
        entry = {
            "at": [round(point.x, DIGITS), round(point.y, DIGITS)],
            "kind": plain(row.get("kind")),
            "what": short(_what(row)),
            "name": short(names(row, row.get("id"))),
        }
        extras = {key: row[key] for key in ("precision_km", "voltage_kv", "jobs") if plain(row.get(key))}
        for key in ("state", "confidence"):  # where there are words for it: a layer's own remark stays in its table
            if any(told := known(f"{key}.{plain(row.get(key))}", "")):
                entry[key] = short(told)
        found.append(entry | {key: _figure(value) for key, value in extras.items()})
    return sorted(found, key=lambda entry: (entry["kind"], entry["at"]))


def _figure(value: object) -> float | str:
    try:
        return round(float(str(value)), 2)
    except ValueError:
        return plain(value)


def _utility_lines(layer: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    return [
        {
            "kind": plain(row.get("kind")),
            "what": short(_what(row)),
            "name": short(names(row, "")),
            "lines": [flat(shapely.get_coordinates(line)) for line in lines_of(geometry)],
        }
        for row, geometry in records(layer.to_crs(GEOGRAPHIC))
    ]


def border_lines(border: gpd.GeoDataFrame) -> list[shapely.LineString]:
    """Borders in the layer's CRS, each once: two neighbours' dashes would fill each other's gaps."""
    countries = border.rename_axis("country").reset_index()
    drawn = [(row["country"] in HOME, line) for row, geometry in records(countries) for line in lines_of(geometry)]
    if not drawn:
        return []
    whole = shapely.union_all([line for _, line in drawn])
    # Where the layer was cut off: the neighbours are, and the home country may be larger than the cut.
    neighbours = [line for at_home, line in drawn if not at_home]
    west, south, east, north = shapely.total_bounds(neighbours or whole)
    cut = shapely.box(west, south, east, north).boundary.buffer(1e-6 * (east - west))
    return lines_of(shapely.line_merge(shapely.difference(whole, cut)))


def country_spots(border: gpd.GeoDataFrame, around: tuple[float, ...]) -> list[tuple[Words, list[shapely.Point]]]:
    """Places where a neighbouring country's name may stand, those furthest from any border first.

    Parameters
    ----------
    border : GeoDataFrame
        Countries in a geographic CRS; those drawn as lines, and the home country, get no name.
    around : tuple of float
        West, south, east, north in degrees: names are wanted within a degree of it.
    """
    west, south, east, north = around
    across, up = np.meshgrid(np.arange(west - 1, east + 1, SPOT_STEP), np.arange(south - 1, north + 1, SPOT_STEP))
    grid = shapely.points(across.ravel(), up.ravel())
    named = []
    for row, geometry in records(border.rename_axis("country").reset_index()):
        country = str(row["country"])
        if geometry.geom_type.endswith("Polygon") and country not in HOME:
            inside = grid[shapely.contains(geometry, grid)]
            depth = np.round(shapely.distance(inside, geometry.boundary), 3)
            named.append((names(row, country), inside[np.argsort(-depth, kind="stable")][:MOST_SPOTS].tolist()))
    return named


def _border(border: gpd.GeoDataFrame, around: tuple[float, ...]) -> dict[str, Any]:
    degrees = border.to_crs(GEOGRAPHIC)
    return {
        "lines": [flat(shapely.get_coordinates(line)) for line in border_lines(degrees)],
        "countries": [
            [short(name), [[round(spot.x, 3), round(spot.y, 3)] for spot in spots]]
            for name, spots in country_spots(degrees, around)
        ],
    }


def ground(findings: Findings, shades: Mapping[str, Shade]) -> dict[str, Any]:
    """All that lies under and around the plots.

    Parameters
    ----------
    findings : Findings
    shades : mapping of str to Shade
        Hillshades by layer.

    Returns
    -------
    dict
        Ready for JSON: coordinates in EPSG:4326, longitude first, five decimals, as flat lists.
    """
    roads = layer_of(findings, "roads")
    points = {name: _points(layer_of(findings, name)) for name in POINT_LAYERS}
    return {
        "relief": [
            {"id": f"relief-{index}", "corners": shades[name].corners} for index, name in enumerate(sorted(shades))
        ],
        "border": _border(layer_of(findings, "border"), tuple(findings.plots.to_crs(GEOGRAPHIC).total_bounds)),
        "roads": _roads(roads),
        "shields": _shields(roads),
        "settlements": _settlements(places_of(findings)),
        "utility_lines": _utility_lines(layer_of(findings, "utility_lines")),
        "credit": ["; ".join(credits_of(findings, lang)) for lang in LANGUAGES],
        "owed": ["; ".join(credits_of(findings, lang, manifest=True)) for lang in LANGUAGES],
        **points,
    }
