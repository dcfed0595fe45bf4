"""Puts every layer together from its sources, with exactly the columns that the catalogue describes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
from shapely import LineString

from layer_building import access, atlas, border, cities, elevation, plots
from layer_building.tables import GEOGRAPHIC, LAYERS, NAMES, points, read_csv, read_toml, write_layer

COLUMNS: Final[Mapping[str, list[str]]] = {
    "settlements": [
        *["id", *NAMES, "oblast", "raion", "population", "population_confidence", "working_age_share"],
        *["position_confidence", "source"],
    ],
    "city_parts": ["id", "part_of", *NAMES, "raion", "population", "population_confidence", "source"],
    "roads": atlas.COLUMNS,
    "gateways": ["id", "kind", *NAMES, "precision_km", "region", "note", "source", "confidence"],
    "airports": ["id", "kind", *NAMES, "precision_km", "note", "source", "confidence"],
    "utilities": [
        *["id", "kind", *NAMES, "voltage_kv", "has_110kv", "capacity", "spare_mva", "state", "precision_km", "region"],
        *["source", "confidence"],
    ],
    "utility_lines": ["id", "kind", *NAMES, "precision_km", "note", "source", "confidence"],
    "rivals": ["id", "kind", *NAMES, "jobs", "area_ha", "state", "precision_km", "note", "source", "confidence"],
    "plots": [
        *["id", "town", *NAMES, "area_ha", "area_basis", "kind", "outline", "precision_km", "cadastral_code"],
        *["note", "note_ru", "note_ky", "source", "confidence"],
    ],
    "border": ["id", *NAMES],
}
WORKING_AGE_SHARE: Final = {"Bishkek city": 0.60, "Chui": 0.58, "Osh": 0.55, "Osh city": 0.55}
"""Census 2022 gives 57 % for the country; the split by region is background knowledge."""

WORKING_AGE_SHARE_ELSEWHERE: Final = 0.57


def settlements() -> gpd.GeoDataFrame:
    """Settlements with the working-age share of their oblast."""
    table = read_csv("settlements")
    share = table["oblast"].map(WORKING_AGE_SHARE).fillna(WORKING_AGE_SHARE_ELSEWHERE)
    source = "population: " + table["population_source"] + "; position: " + table["position_source"]
    return points(table.assign(population=table["population"].astype(float), working_age_share=share, source=source))


def city_parts() -> gpd.GeoDataFrame:
    """Parts of the two large cities, with their shares of the cities' people."""
    return cities.build_parts(read_toml("cities")["city"], read_csv("city_parts"), settlements())


def gazetteer() -> atlas.Gazetteer:
    """All places that a road may pass."""
    return atlas.Gazetteer(read_csv("settlements"), pd.concat([read_csv("places"), read_csv("gateways")]))


def roads(country: gpd.GeoSeries, homes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Build the atlas with the access links of homes: settlements, and parts of cities."""
    return access.join_settlements(atlas.build_atlas(read_toml("roads"), gazetteer()), homes, country)


def airports() -> gpd.GeoDataFrame:
    """All airfields known: the gateways among them, and those that carry no freight but limit heights alike."""
    gateways = read_csv("gateways")
    table = pd.concat([gateways[gateways["kind"] == "airport"], read_csv("airfields")])
    return points(table.sort_values("id", ignore_index=True))


def utility_lines() -> gpd.GeoDataFrame:
    """Lines through the places that the sources name."""
    known = gazetteer()
    entries = pd.DataFrame(read_toml("utility_lines")["line"])
    geometry = [
        LineString([tuple(known.places.loc[known.identify(place, line_id), ["lon", "lat"]]) for place in places])
        for line_id, places in zip(entries["id"], entries["places"], strict=True)
    ]
    lines = gpd.GeoDataFrame(entries.drop(columns="places"), geometry=geometry, crs=GEOGRAPHIC)
    return lines.assign(precision_km=lines["precision_km"].astype(float)).sort_values("id", ignore_index=True)


def vector_layers(borders: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Every vector layer by name, in EPSG:4326, with the columns of :data:`COLUMNS`.

    Parameters
    ----------
    borders : GeoDataFrame, EPSG:4326
        As :func:`layer_building.border.build_border` gives it.
    """
    country = borders.loc[borders["id"] == "KGZ", "geometry"]
    places, parts = settlements(), city_parts()
    utilities = read_csv("utilities")
    built = {
        "settlements": places,
        "city_parts": parts,
        "roads": roads(country, pd.concat([places, parts], ignore_index=True)),
        "gateways": points(read_csv("gateways")),
        "airports": airports(),
        "utilities": points(utilities.assign(has_110kv=utilities["has_110kv"].astype(bool))),
        "utility_lines": utility_lines(),
        "rivals": points(read_csv("rivals")),
        "plots": plots.build_plots(read_csv("plots"), roads(country, places)),
        "border": borders,
    }
    return {name: layer[[*COLUMNS[name], "geometry"]] for name, layer in built.items()}


def build_all(target: Path = LAYERS) -> list[Path]:
    """Write every layer.

    Parameters
    ----------
    target : Path
        Folder to write into.

    Returns
    -------
    list of Path
        What was written.
    """
    written = []
    for name, layer in vector_layers(border.build_border()).items():
        written.append(target / f"{name}.gpkg")
        write_layer(layer, written[-1])
    grid = elevation.packaged_grid()
    for name, bounds in elevation.STUDY_AREAS.items():
        written.append(target / f"{name}.tif")
        elevation.write_elevation(written[-1], *elevation.clip(grid, bounds))
    return written
