"""Read a vector layer: checked against its role, repaired with notice, projected.

Nothing is guessed. What cannot be told for certain (a CRS, an encoding, a number) is refused with the remedy.
"""

import difflib
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely

from sitesel.errors import LayerError, SiteselError
from sitesel.layers.datum import moved_m, on_known_datum
from sitesel.layers.door import vector_format
from sitesel.layers.figures import BLANKS, thousands_or_decimals
from sitesel.layers.ids import id_faults, listed, tidy
from sitesel.layers.indicative import M2_PER_HA, with_squares
from sitesel.layers.naming import NEARLY, by_synonyms, mapped, read_by_own_name
from sitesel.layers.precision import with_worst_precision
from sitesel.layers.roles import FILE_ROW, Column, Role
from sitesel.layers.shapefile import encoding_of, with_cells_as_written
from sitesel.layers.stored import as_stored, refuse_abyss, with_values_as_written
from sitesel.layers.tabular import read_table
from sitesel.text import NAMES, Message

MOST_HA = 2_000  # of a square drawn round a point: more is most likely m²
AREA_TOLD = 0.1  # hectares that a table states may differ from the drawn ones by this share untold
AREA_KEPT = 1e-3  # a repaired outline may differ by this share of its area
CUT = 10  # letters that a shapefile leaves of a column's name
LINES = "GeoJSONSeq"  # GDAL's name of JSON of a feature a line
CUT_SHORT = "parsed incompletely"  # GDAL's words of a figure such as "90 000", of which it keeps 90
GROUPED = rf"(?<=\d){BLANKS}(?=\d{{3}}(?:\D|$))"  # between thousands
GEOMETRIES = {
    "point": ("Point",),
    "line": ("LineString", "MultiLineString"),
    "polygon": ("Polygon", "MultiPolygon"),
    "point or polygon": ("Point", "Polygon", "MultiPolygon"),
    "any": (),
}


def read_vector(
    path: Path,
    role: Role,
    *,
    crs: str,
    area: tuple[float, float, float, float],
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Read a layer and hold it against its role.

    Parameters
    ----------
    path : Path
        GeoPackage, GeoParquet, GeoJSON, FlatGeobuf, KML or shapefile; CSV or XLSX as of
        :func:`sitesel.layers.tabular.read_table`. It is known by its first bytes.
    role : Role
        What the layer must look like.
    crs : str
        The study's projected CRS, as ``"EPSG:32643"``: what comes back is in it.
    area : (west, south, east, north)
        Degrees, WGS 84: where the study lies. A layer outside it is refused (swapped axes, a wrong CRS).
    layer : str, optional
        Which layer of a file of several, or sheet of a workbook.
    columns : mapping of str to str, optional
        What the layer calls a column of ours, as of :func:`sitesel.layers.naming.mapped`.

    Returns
    -------
    frame : GeoDataFrame
        All columns of the role (those missing and not required: empty), by ``id`` where the role has ids, else by
        shape, with ``file_row`` (from 0).
    notices : list of Message
        What was repaired.

    Raises
    ------
    LayerError
        All faults found in the layer, one line each.

    Examples
    --------
    >>> from shapely import Point
    >>> from sitesel.layers import ROLES
    >>> told = {"id": ["a"], "name_en": "A", "kind": "substation"}
    >>> gpd.GeoDataFrame(told, geometry=[Point(74, 42)], crs="EPSG:4326").to_file("station.gpkg")
    >>> about = {"crs": "EPSG:32643", "area": (73.0, 41.0, 75.0, 43.0)}
    >>> frame, notices = read_vector(Path("station.gpkg"), ROLES["utilities"], **about)
    >>> frame["kind"].to_dict(), frame.crs.to_string(), notices
    ({'a': 'substation'}, 'EPSG:32643', [])
    """
    name = path.name if layer is None else f"{path.name}|{layer}"
    frame = _opened(path, name, layer, columns or {})
    return checked(frame, name, role, crs=crs, area=area, columns=columns)


def checked(
    frame: gpd.GeoDataFrame,
    name: str,
    role: Role,
    *,
    crs: str,
    area: tuple[float, float, float, float],
    columns: Mapping[str, str] | None = None,
) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Hold a layer against its role, repair and project it; arguments and returns as of :func:`read_vector`.

    Parameters
    ----------
    frame : GeoDataFrame
        As read, or as an analyst made it; not changed. A named feature's ``id`` may be its index.
    name : str
        What to call the layer in a fault.
    role, crs, area, columns
        As of :func:`read_vector`.
    """
    _refuse_without_content(frame, role, name)
    if role.identified and "id" not in frame and frame.index.name == "id":
        frame = frame.reset_index()
    own = read_by_own_name(frame, columns or {}, name)
    frame = _with_role_columns(mapped(frame, columns or {}, name, role.columns), role, name)
    labels = _labels(frame)
    frame, drawn = _squared(frame, role, name, crs)
    _refuse_faults(name, _geometry_faults(frame, role, labels))
    frame, taken = _on_known_datum(frame, name)
    _refuse_faults(name, _placement_faults(frame, area, labels))
    frame = frame.set_geometry(shapely.force_2d(frame.geometry.array)).to_crs(crs)
    frame, mended = _repaired(frame, name, labels)
    frame, coarse = with_worst_precision(frame, role, name, labels)
    frame, other = _as_drawn(frame, role, name, labels)
    told = [*own, *drawn, *taken, *mended, *coarse, *other, *_not_known(frame, role, name, labels)]
    return _in_order(frame, role), told


def _in_order(frame: gpd.GeoDataFrame, role: Role) -> gpd.GeoDataFrame:
    """Order features by their ids, or shapes: results are the same however a file's rows stand."""
    if role.identified:
        return frame.set_index("id").sort_index(kind="stable")
    shapes = pd.Series(shapely.to_wkb(frame.geometry.to_numpy(), byte_order=1), dtype=object)
    order = shapes.sort_values(kind="stable").index
    return frame.iloc[order].assign(**{FILE_ROW: order}).reset_index(drop=True)


def _squared(frame: gpd.GeoDataFrame, role: Role, name: str, crs: str) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Draw an outline round points that have hectares, and tell."""
    if role.geometry != "polygon" or not {"area_ha", "outline"} <= set(role.columns):
        return frame, []
    frame, drawn = with_squares(frame, crs)
    bare, labels = frame.geometry.geom_type == "Point", _labels(frame)
    if bool(bare.any()):
        raise LayerError(f"{name}: a point where an outline is due, in {listed(labels[bare])}; give area_ha or draw it")
    huge = drawn & (frame["area_ha"] > MOST_HA)
    more = f"area_ha is above {MOST_HA:,} at the points of {listed(labels[huge])}; write hectares, no m², or draw them"
    _refuse_faults(name, [more] * bool(huge.any()))
    told: dict[str, str | float] = {"file": name, "count": float(drawn.sum()), "features": listed(labels[drawn])}
    return frame, [Message("notice.points_squared", told)] * bool(drawn.any())


def _as_drawn(
    frame: gpd.GeoDataFrame, role: Role, name: str, labels: pd.Series
) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Give outlines their drawn hectares, and tell where a table states others."""
    if role.geometry != "polygon" or "area_ha" not in role.columns:
        return frame, []
    stated, frame = frame["area_ha"], frame.assign(area_ha=frame.area / M2_PER_HA)
    other = (stated - frame["area_ha"]).abs() > AREA_TOLD * frame["area_ha"]
    told: dict[str, str | float] = {"file": name, "count": float(other.sum()), "features": listed(labels[other])}
    for row in frame.index[other][:1]:
        told |= {"stated": float(stated[row]), "drawn": float(frame["area_ha"][row])}
    return frame, [Message("notice.area_unlike", told)] * bool(other.any())


def _opened(path: Path, name: str, layer: str | None, columns: Mapping[str, str]) -> gpd.GeoDataFrame:
    found = vector_format(path, name)
    try:
        if found == "GeoParquet":
            refuse_abyss(path, name)
            return gpd.read_parquet(path)
        if found in {"CSV", "XLSX"}:
            return read_table(path, name, is_csv=found == "CSV", layer=layer, columns=columns)
        return _by_gdal(path, name, found, layer)
    except UnicodeDecodeError as cause:
        raise LayerError(f"{name}: text that is not UTF-8 (byte {cause.start}); save it again in UTF-8") from cause
    except SiteselError:
        raise
    except Exception as cause:  # what reads a broken file raises whatever it likes
        first = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
        raise LayerError(f"{name}: cannot be read as a layer; save it again as a GeoPackage ({first})") from cause


def _by_gdal(path: Path, name: str, found: str, layer: str | None) -> gpd.GeoDataFrame:
    """Read a layer of a format that GDAL knows, and hold it against what the file has."""
    text = path.read_text(encoding="utf-8-sig") if found == "GeoJSON" else ""
    letters = encoding_of(path, name) if found == "shapefile" else None
    which = _layer_of(path, name, layer)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        frame = gpd.read_file(path, layer=which, engine="pyogrio", encoding=letters)
    if found == "GeoPackage":
        return as_stored(path, name, which, frame)
    if letters:
        return with_cells_as_written(path, name, letters, frame)
    if found == "GeoJSON" and (info := pyogrio.read_info(path))["driver"] != LINES:
        return with_values_as_written(text, name, info, frame)
    lost = [text for one in told if CUT_SHORT in (text := str(one.message))]
    _refuse_faults(name, [f"{text.rstrip('.')}; write digits only" for text in lost[:1]])
    return _of_placemarks(frame) if found == "KML" else frame


def _of_placemarks(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leave out what balloons say; placemarks without an id are known by their names."""
    frame = frame.drop(columns=["Description", "description"], errors="ignore")
    named = next((column for column in ("Name", "name") if column in frame), None)
    nameless = "id" not in frame or bool(frame["id"].isna().all())
    return frame.assign(id=frame[named]) if named and nameless else frame


def _layer_of(path: Path, name: str, layer: str | None) -> str:
    there = [str(row[0]) for row in pyogrio.list_layers(path)]
    if layer is None and len(there) == 1:
        return there[0]
    if layer in there:
        return layer
    if not there:
        raise LayerError(f"{name}: no layer in it; it may be cut short: save it again as a GeoPackage")
    listed = ", ".join(there)
    wanted = f"no layer {layer!r}" if layer else "several layers"
    raise LayerError(f"{name}: {wanted} in it (there are: {listed}); name one in the study as {path.name}|LAYER")


def _refuse_without_content(frame: gpd.GeoDataFrame, role: Role, name: str) -> None:
    if not isinstance(frame, gpd.GeoDataFrame):
        raise LayerError(f"{name}: a table without geometry; give a layer with geometry")
    if frame.empty and not role.optional:
        raise LayerError(f"{name}: empty; give a layer with at least one feature")
    if frame.crs is None or not (frame.crs.is_geographic or frame.crs.is_projected):
        raise LayerError(
            f"{name}: no CRS; set the one it was made in (QGIS: Layer > Set CRS of Layer) and save it again"
        )


def _on_known_datum(frame: gpd.GeoDataFrame, name: str) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Put a layer whose CRS names no known datum on the one that its ellipsoid was used with, and tell."""
    given = pyproj.CRS(frame.crs)
    crs, taken = on_known_datum(given)
    if crs is None:
        raise LayerError(
            f"{name}: the datum of its CRS {_crs_name(given)} is not known, and its places may be hundreds of metres "
            "off; set the CRS it was made in (QGIS: Layer > Set CRS of Layer) and save it again"
        )
    if not taken or frame.empty:
        return frame, []
    west, south, east, north = frame.total_bounds
    metres = moved_m(given, crs, (west + east) / 2, (south + north) / 2)
    told: dict[str, str | float] = {"file": name, "datum": taken, "metres": max(10.0, round(metres, -1))}
    return frame.set_crs(crs, allow_override=True), [Message("notice.datum_taken", told)]


def _with_role_columns(frame: gpd.GeoDataFrame, role: Role, name: str) -> gpd.GeoDataFrame:
    if frame.geometry.name != "geometry":
        frame = frame.drop(columns="geometry", errors="ignore").rename_geometry("geometry")  # the other is not active
    frame = frame.reset_index(drop=True)
    twice = frame.columns[frame.columns.duplicated()]
    _refuse_faults(name, [f"column {column} stands twice; leave one of them" for column in twice])
    frame = frame.rename(columns=_called_here(frame, role))
    frame = by_synonyms(frame, ["name_en", *(["id"] if role.identified else []), *role.columns], name)
    frame = frame.rename(columns=dict(_cut_names(frame, role)))
    wanted = "name_en" in role.columns and "name_en" not in frame
    if wanted and (others := [column for column in NAMES if column in frame]):
        frame = frame.assign(name_en=frame[others[0]])
    required = [column for column, kind in role.columns.items() if kind.required]
    missing = [column for column in (["id"] if role.identified else []) + required if column not in frame]
    if missing:
        there = ", ".join(str(column) for column in frame.columns.drop("geometry")) or "none"
        always = {"town": ', or say in the study what it is in every row: [columns.plots] town = "=osh", say'}
        _refuse_faults(
            name, [f"no column {column}; add it{always.get(column, '')} (there are: {there})" for column in missing]
        )
    if role.identified:
        frame["id"] = tidy(frame["id"])
    faults = list(id_faults(frame["id"])) if role.identified else []
    labels = _labels(frame)
    for column, kind in role.columns.items():
        values, found = _column(frame, column, kind, labels)
        frame[column] = values
        faults += found
    _refuse_faults(name, faults)
    if role.identified:
        frame["id"] = frame["id"].astype("str")
    return frame


def _called_here(frame: gpd.GeoDataFrame, role: Role) -> dict[str, str]:
    """Name columns that a country's layers call otherwise, where the layer has none of ours."""
    return {
        other: column
        for column, kind in role.columns.items()
        for other in kind.called
        if other in frame and column not in frame
    }


def _cut_names(frame: gpd.GeoDataFrame, role: Role) -> Iterator[tuple[str, str]]:
    """Find columns whose names were cut to ten letters, as a shapefile's are: ``precision_``, ``populati_1``."""
    lost = [name for name in role.columns if len(name) > CUT and name not in frame]
    for column in map(str, frame.columns.difference(["id", *role.columns])):
        stem = re.sub(r"_\d$", "", column) if len(column) == CUT else ""
        meant = [name for name in lost if name[:CUT] == column] or [name for name in lost if stem and name[:8] == stem]
        if len(meant) == 1:
            yield column, meant[0]


def _labels(frame: gpd.GeoDataFrame) -> pd.Series:
    """How messages name each feature: by its id, else by its row."""
    rows = pd.Series([f"row {row + 1}" for row in range(len(frame))], index=frame.index)
    return frame["id"].astype("str").where(frame["id"].notna(), rows) if "id" in frame else rows


def _column(frame: gpd.GeoDataFrame, column: str, kind: Column, labels: pd.Series) -> tuple[pd.Series, list[str]]:
    empty = pd.Series(np.nan if kind.kind == "number" else None, index=frame.index)
    if column not in frame:
        return (empty if kind.kind == "number" else empty.astype("object")), []
    given = frame[column].sparse.to_dense() if isinstance(frame[column].dtype, pd.SparseDtype) else frame[column]
    if kind.kind == "number":
        return _numbers(given, column, kind, labels)
    if kind.kind == "flag":
        return _flags(given, column, labels)
    text = given.astype("object").where(given.notna(), None)
    blank = text.isna() | (text.astype("str").str.strip() == "")
    faults = (
        [f"{column} is empty in {listed(labels[blank])}; fill it in"] if kind.required and bool(blank.any()) else []
    )
    return text, [
        *faults,
        *_strange(text[~blank], column, kind, labels),
        *_misspelt(text[~blank], column, kind, labels),
    ]


def _strange(text: pd.Series, column: str, kind: Column, labels: pd.Series) -> Iterable[str]:
    given, due = text.astype("str"), []
    if kind.words:
        due.append((given.isin(list(kind.words)), f"write one of {', '.join(kind.words)}"))
    if kind.written is not None:
        pattern, example = kind.written
        due.append((given.str.fullmatch(pattern), f"write it as in {example}"))
    for fits, remedy in due:
        if not fits.all():
            where = listed(labels[text.index[~fits]])
            yield f"{column} is {text[~fits].iloc[0]!r} in {where}; {remedy}"


def _misspelt(text: pd.Series, column: str, kind: Column, labels: pd.Series) -> Iterable[str]:
    for word in text[~text.isin(kind.known)].unique() if kind.known else ():
        if close := difflib.get_close_matches(str(word), kind.known, n=1, cutoff=NEARLY):
            yield f"{column} is {word!r} in {listed(labels[text.index[text == word]])}; did you mean {close[0]}?"


def _numbers(given: pd.Series, column: str, kind: Column, labels: pd.Series) -> tuple[pd.Series, list[str]]:
    text = given.astype("str").str.strip()
    blank = given.isna() | (text == "")
    faults: list[str] = []
    unsure = pd.Series(False, index=given.index)  # noqa: FBT003 -- pandas' signature
    written = given.map(lambda one: isinstance(one, str))  # among numbers
    if not pd.api.types.is_numeric_dtype(given) or given.dtype.kind in "bc":  # neither true nor 1+2j is a number
        given = text.str.replace(GROUPED, "", regex=True).str.replace(",", ".", regex=False).where(~blank, None)
        unsure = text.isin(thousands_or_decimals(text[~blank & written]))
    numbers = pd.to_numeric(given, errors="coerce").astype(np.float64)
    strange = ((numbers.isna() & ~blank) | np.isinf(numbers)) & ~unsure
    if bool(strange.any()):
        first = text[strange].iloc[0]
        faults.append(f"{column} is not a number in {listed(labels[strange])} ({first!r}); write digits only")
    elif bool(unsure.any()):
        faults.append(
            f"{column} is {text[unsure].iloc[0]!r} in {listed(labels[unsure])}: thousands, or decimals? "
            "write digits only, or numbers instead of text"
        )
    for word, edge, wrong in (("below", kind.least, numbers.lt), ("above", kind.most, numbers.gt)):
        if edge is not None and bool((off := wrong(edge) & ~np.isinf(numbers)).any()):
            faults.append(
                f"{column} is {word} {edge:,.10g} in {listed(labels[off])} ({numbers[off].iloc[0]:g}); "
                "correct it, or leave it empty where it is not known"
            )
    return numbers, faults


FLAGS = {"true": True, "1": True, "yes": True, "1.0": True, "false": False, "0": False, "no": False, "0.0": False}


def _flags(given: pd.Series, column: str, labels: pd.Series) -> tuple[pd.Series, list[str]]:
    flags = given.astype("str").str.strip().str.lower().map(FLAGS)
    strange = flags.isna() & given.notna()
    faults = [f"{column} is neither true nor false in {listed(labels[strange])}; write true or false"]
    return flags.astype("object").where(flags.notna(), None), (faults if bool(strange.any()) else [])


def _geometry_faults(frame: gpd.GeoDataFrame, role: Role, labels: pd.Series) -> Iterable[str]:
    geometry = frame.geometry
    nothing = geometry.isna() | geometry.is_empty
    if bool(nothing.any()):
        yield f"no geometry in {listed(labels[nothing])}; draw it or delete the row"
    allowed = GEOMETRIES[role.geometry]
    other = ~nothing & ~geometry.geom_type.isin(allowed) if allowed else nothing & False
    if bool(other.any()):
        found = str(geometry.geom_type[other].iloc[0])
        due = role.geometry.replace(" or ", "s or ") + "s"
        yield f"{found} where {due} are due, in {listed(labels[other])}; give {due}"
    points, owner = shapely.get_coordinates(geometry.array, return_index=True)
    infinite = pd.Series(data=False, index=frame.index)
    infinite.iloc[owner[~np.isfinite(points).all(axis=1)]] = True
    if bool(infinite.any()):
        yield f"coordinates that are not numbers in {listed(labels[infinite])}; draw them again"


def _placement_faults(
    frame: gpd.GeoDataFrame, area: tuple[float, float, float, float], labels: pd.Series
) -> Iterable[str]:
    """Find swapped axes, metres taken for degrees, another country: nothing of it may pass silently."""
    crs = pyproj.CRS(frame.crs)
    bounds = frame.geometry.bounds
    if crs.is_geographic and bool((bounds.abs() > 1000).any(axis=None)):  # noqa: PLR2004 -- twice round the world and more
        yield f"its CRS {_crs_name(crs)} counts in degrees but its coordinates are metres; set the CRS it was made in"
        return
    x, y = (bounds["minx"] + bounds["maxx"]) / 2, (bounds["miny"] + bounds["maxy"]) / 2
    outside = ~_within(crs, x, y, area)
    if not bool(outside.any()):
        return
    example = f"{x[outside].iloc[0]:.6g}, {y[outside].iloc[0]:.6g}"
    if bool(_within(crs, y[outside], x[outside], area).all()):
        order = "the order is x (east), then y (north)"
        yield f"coordinates look swapped in {listed(labels[outside])} ({example}); {order}"
    else:
        yield (
            f"{listed(labels[outside])} ({example} in {_crs_name(crs)}) lies outside the study's area "
            f"(lon {area[0]:g} to {area[2]:g}, lat {area[1]:g} to {area[3]:g}); check its CRS and coordinates"
        )


def _within(crs: pyproj.CRS, x: pd.Series, y: pd.Series, area: tuple[float, float, float, float]) -> pd.Series:
    lon, lat = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x.to_numpy(), y.to_numpy())
    west, south, east, north = area
    with np.errstate(invalid="ignore"):
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return pd.Series(inside, index=x.index)


def _crs_name(crs: pyproj.CRS) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.name)


def _repaired(frame: gpd.GeoDataFrame, name: str, labels: pd.Series) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Mend crossed or doubled outlines where that keeps their area; refuse the others."""
    invalid = ~frame.geometry.is_valid & frame.geom_type.isin(GEOMETRIES["polygon"])
    if not bool(invalid.any()):
        return frame, []
    broken = frame.geometry[invalid]
    # "structure" mends rings as rings; what collapses to a line has no area and goes.
    parts = shapely.make_valid(broken.array, method="structure", keep_collapsed=False)
    mended = gpd.GeoSeries(parts, index=broken.index, crs=broken.crs)
    kept = mended.geom_type.isin(GEOMETRIES["polygon"]) & np.isclose(mended.area, broken.area, rtol=AREA_KEPT)
    kept &= mended.area > 0
    _refuse_faults(
        name,
        [
            f"outline of {labels[row]} is not valid ({_reason(broken[row])}) and mending it changes its area from "
            f"{broken[row].area / M2_PER_HA:.3g} to {mended[row].area / M2_PER_HA:.3g} ha; draw it again"
            for row in broken.index[~kept]
        ],
    )
    geometry = frame.geometry.copy()
    geometry[invalid] = mended
    notice = Message("notice.outline_mended", {"file": name, "features": listed(labels[invalid])})
    return frame.set_geometry(geometry), [notice]


def _not_known(frame: gpd.GeoDataFrame, role: Role, name: str, labels: pd.Series) -> Iterable[Message]:
    """Tell of figures that a layer has to give and that are not known of some features."""
    for column, kind in role.columns.items():
        if kind.kind == "number" and kind.required and bool((lost := frame[column].isna()).any()):
            params: dict[str, str | float] = {"file": name, "column": column, "features": listed(labels[lost])}
            yield Message("notice.not_known", {**params, "count": float(lost.sum())})


def _reason(geometry: shapely.Geometry) -> str:
    # Coordinates are dropped: after projection they are not the ones that the user typed.
    return re.sub(r"\[.*\]", "", str(shapely.is_valid_reason(geometry))).strip().lower()


def _refuse_faults(name: str, faults: Iterable[str]) -> None:
    if lines := [f"{name}: {fault}" for fault in faults]:
        raise LayerError(lines)
