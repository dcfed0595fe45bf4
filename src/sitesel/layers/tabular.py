"""Plots in a table: outlines as well-known text, or places in degrees or in metres of a stated CRS."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError

from sitesel.errors import LayerError
from sitesel.layers.naming import CRS, by_synonyms, mapped
from sitesel.layers.stored import DEEPEST, nested
from sitesel.layers.workbook import read_sheet

WKT: Final = "wkt"  # column of a table that holds outlines: well-known text, longitude and latitude in degrees
DEGREES: Final = "EPSG:4326"
PLACES: Final = (("lon", "lat"), ("x", "y"), ("easting", "northing"))
MOST: Final = (180, 90)  # degrees


def read_table(
    path: Path, name: str, *, is_csv: bool, layer: str | None, columns: Mapping[str, str]
) -> gpd.GeoDataFrame:
    """Read a table whose columns hold outlines or places.

    Parameters
    ----------
    path : Path
        CSV, or XLSX with its heads in the first row.
    name : str
        What to call it in a fault.
    is_csv : bool
    layer : str or None
        Sheet of a workbook; None: the only one with anything in it.
    columns : mapping of our name to theirs
        As the study says; ``crs`` is that of the coordinates; of ``lon lat``, where it counts in degrees.

    Returns
    -------
    GeoDataFrame
        Without the columns that told where things lie.

    Raises
    ------
    LayerError
        No such columns, or no place in a row.
    """
    table = cells_of(path, name, is_csv=is_csv, layer=layer)
    table = table.dropna(how="all")  # rows that a spreadsheet kept empty; the others keep their numbers
    table = by_synonyms(mapped(table, columns, name), [WKT, *(one for pair in PLACES for one in pair)], name)
    stated = _crs(columns[CRS], name) if columns.get(CRS) else None
    if WKT in table:
        return _outlines(table, stated, name)
    pair = next((pair for pair in PLACES if set(pair) <= set(table)), None)
    if pair is None:
        raise LayerError(
            f"{name}: no column {WKT} with outlines as POLYGON ((lon lat, ...)) in degrees, nor lon and lat, nor "
            "easting and northing; add one, or name it in the study under [columns.plots]"
        )
    return _points(table, pair, stated, name)


def cells_of(path: Path, name: str, *, is_csv: bool, layer: str | None = None) -> pd.DataFrame:
    """Read the cells of a table as text: "10.000" is read by our rule for numbers, not as 10.

    Parameters
    ----------
    path, name, is_csv, layer
        As of :func:`read_table`.
    """
    return _cells(path, name) if is_csv else read_sheet(path, name, layer)


def _outlines(table: pd.DataFrame, stated: pyproj.CRS | None, name: str) -> gpd.GeoDataFrame:
    for row in _rows(table, table[WKT].astype("str").str.upper().str.count("COLLECTION") > DEEPEST):
        raise LayerError(nested(name, row + 2))
    shapes = shapely.from_wkt(table[WKT].astype(object).where(table[WKT].notna(), None), on_invalid="ignore")
    for row in _rows(table, pd.isna(shapes)):
        raise LayerError(f"{name}: row {row + 2} has no outline in {WKT}; write POLYGON ((lon lat, ...)) in degrees")
    return gpd.GeoDataFrame(table.drop(columns=WKT), geometry=shapes, crs=stated or DEGREES)


def _points(table: pd.DataFrame, pair: tuple[str, str], stated: pyproj.CRS | None, name: str) -> gpd.GeoDataFrame:
    if pair == ("lon", "lat"):
        stated = stated if stated is not None and stated.is_geographic else None
    elif pair == ("easting", "northing") and stated is None:
        raise LayerError(
            f"{name}: easting and northing of which CRS? write it in the study: [columns.plots] {CRS} = "
            '"EPSG:32643", say'
        )
    told = [_coordinates(table[column], column, name) for column in pair]
    if stated is None or stated.is_geographic:
        for values, column, most in zip(told, pair, MOST, strict=True):
            if bool((off := values.abs() > most).any()):
                row = _rows(table, off)[0]
                raise LayerError(
                    f"{name}: {column} is {values[row]:g} in row {row + 2}, which is no degree; write degrees, or "
                    f'the CRS in the study: [columns.plots] {CRS} = "EPSG:32643", say'
                )
    points = gpd.points_from_xy(*told)
    return gpd.GeoDataFrame(table.drop(columns=list(pair)), geometry=points, crs=stated or DEGREES)


def _rows(of: pd.DataFrame | pd.Series, which: "np.ndarray | pd.Series[bool]") -> list[int]:
    """Positions in the file, from 0, of some rows."""
    return [int(row) for row in np.asarray(of.index)[np.asarray(which)]]


def _crs(given: str, name: str) -> pyproj.CRS:
    try:
        return pyproj.CRS(given)
    except CRSError as cause:
        raise LayerError(f"{name}: {CRS} {given!r} is not a coordinate system; write one such as EPSG:32643") from cause


def _coordinates(given: pd.Series, column: str, name: str) -> pd.Series:
    """Read figures with a decimal point or comma: of degrees and metres there are no thousands."""
    text = given.astype("str").str.strip().str.replace(",", ".", regex=False).str.replace(r"[\s°]", "", regex=True)
    numbers = pd.to_numeric(text, errors="coerce").astype(np.float64)
    for row in _rows(given, ~np.isfinite(numbers)):
        shown = "empty" if pd.isna(given[row]) else repr(given[row])
        raise LayerError(f"{name}: {column} is {shown} in row {row + 2}; write a number, such as 74.5981")
    return numbers


def _cells(path: Path, name: str) -> pd.DataFrame:
    """Read a CSV file with commas, semicolons or tabs between, as a reader's spreadsheet writes it."""
    with path.open(encoding="utf-8-sig") as file:
        heads, skipped = file.readline(), 0
        while heads and (not heads.strip() or heads.startswith("sep=")):  # the latter is a word to Excel
            heads, skipped = file.readline(), skipped + 1
    between = max(",;\t", key=heads.count)
    named = [head.strip() for head in next(csv.reader([heads], delimiter=between), [])]
    if "" in named[:-1]:
        raise LayerError(f"{name}: a column without a heading; the first row holds the headings, one for each column")
    if twice := [head for head in named if named.count(head) > 1]:  # pandas would call the second id.1
        raise LayerError(f"{name}: column {twice[0]} stands twice; leave one of them")
    table = pd.read_csv(
        path, encoding="utf-8-sig", dtype=str, sep=between, skiprows=skipped, skip_blank_lines=False
    )  # which keep the numbers of the rows behind them
    _refuse_swallowed(table, between, name)
    if not isinstance(table.index, pd.RangeIndex):
        raise LayerError(f"{name}: its rows have more cells than there are headings; give each column a heading")
    return table


def _refuse_swallowed(table: pd.DataFrame, between: str, name: str) -> None:
    """Refuse rows of which a quotation mark that stands alone made one cell: all that follow, up to the next one."""
    marks = len(table.columns) - 1
    for column in table if marks else ():
        text = table[column].fillna("")
        lines = text.str.count("\n")
        swallowed = (lines > 0) & (text.str.count(re.escape(between)) == lines * marks)
        if bool(swallowed.any()):
            row = int(np.argmax(swallowed))
            raise LayerError(
                f"{name}: rows {row + 2} to {row + 2 + int(lines[swallowed].iloc[0])} are one, for a quotation mark in "
                f"{column} of the first stands alone; close it, or leave it out"
            )
