"""A small study of our own: two towns on one straight road, every figure of which can be worked out by hand."""

import json
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import tomlkit
from rasterio.transform import from_origin
from shapely import LineString, Point, Polygon, box

CRS = "EPSG:32643"
WEST, NORTH = 400_000.0, 4_750_000.0  # near Kara-Balta, in UTM 43N


def place(x_km: float, y_km: float) -> Point:
    return Point(WEST + 1000 * x_km, NORTH + 1000 * y_km)


def plot(x_km: float, y_km: float, *, side_m: float = 500) -> Polygon:
    corner = place(x_km, y_km)
    return box(corner.x, corner.y, corner.x + side_m, corner.y + side_m)


def named(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.assign(name_en=frame["id"].str.title(), name_ru=frame["id"], name_ky=frame["id"])


def layer(ids: list[str], geometry: list, **columns: object) -> gpd.GeoDataFrame:
    return named(gpd.GeoDataFrame({"id": ids, **columns}, geometry=geometry, crs=CRS))


def small_layers() -> dict[str, gpd.GeoDataFrame]:
    """A trunk road 40 km long from west to east, a village at each end, a border crossing beyond the eastern one."""
    roads = gpd.GeoDataFrame(
        {
            "road": ["A", "A"],
            "ref": "A1",
            "highway": "trunk",
            "setting": "rural",
            "surface": "asphalt",
            "assumed": False,
        },
        geometry=[LineString([place(0, 0), place(20, 0)]), LineString([place(20, 0), place(40, 0)])],
        crs=CRS,
    )
    return {
        "roads": roads,
        "settlements": layer(
            ["west", "east"], [place(0, 0), place(40, 0)], population=[10_000.0, 20_000.0], working_age_share=0.5
        ),
        "gateways": layer(
            ["crossing", "yard", "field", "bazaar"],
            [place(40, 0), place(0, 0), place(20, 0), place(40, 0)],
            kind=["border_freight", "rail_freight", "airport", "market"],
            precision_km=[2.0, 1.0, 0.5, 0.0],
        ),
        "utilities": layer(
            ["station"], [place(10, 3)], kind=["substation"], voltage_kv=[110.0], has_110kv=[True], precision_km=[2.0]
        ),
        "utility_lines": gpd.GeoDataFrame(
            {"id": ["main"], "kind": ["gas_main"], "precision_km": [3.0]},
            geometry=[LineString([place(0, 1), place(20, 1)])],
            crs=CRS,
        ),
        "rivals": layer(["park"], [place(30, 1)], kind=["park"], jobs=[500.0], precision_km=0.0),
        "border": layer(["kg"], [box(WEST - 1e5, NORTH - 1e5, WEST + 2e5, NORTH + 1e5)]),
        "plots": layer(
            ["alpha", "beta", "gamma"],
            [plot(10, 0.5), plot(30, 0.5), plot(20, -1.5, side_m=600)],
            town=["one", "one", "two"],
            area_ha=[25.0, 25.0, 36.0],
            outline="indicative",
            precision_km=0.0,
        ),
    }


def default_document(layers: Iterable[str]) -> tomlkit.TOMLDocument:
    """The default study as a document to edit, on layers in files beside it, and as yet without a town."""
    text = (Path(__file__).parents[1] / "scripts" / "technology_towns.toml").read_text(encoding="utf-8")
    document = tomlkit.parse(text)
    document["towns"] = tomlkit.aot()
    document.remove("screening")  # its areas are those of the default's towns
    document.remove("scenarios")  # their roads and towns are the default's
    document["layers"].remove("city_parts")  # nor are its cities there
    for name in layers:
        document["layers"][name] = f"{name}.gpkg"
    return document


def small_document() -> tomlkit.TOMLDocument:
    """The default study with two small towns; how sure it is, tests ask that want to know."""
    document = default_document(small_layers())
    document.remove("sureness")
    for name, jobs in (("one", 5000), ("two", 6000)):
        document["towns"].append(tomlkit.item({"id": name, "name": {"en": name.title()}, "jobs": jobs}))
    document["labour"]["draw_cap"] = dict.fromkeys(("low", "mid", "high"), 1.0)  # two villages are all that there are
    document["layers"]["elevation"] = ["heights.tif"]
    return document


def write_small(folder: Path, document: tomlkit.TOMLDocument, **changed: gpd.GeoDataFrame) -> Path:
    """Write the small study, with layers of it changed, and give its path."""
    for name, frame in (small_layers() | changed).items():
        frame.to_file(folder / f"{name}.gpkg", layer=name, driver="GPKG")
    write_heights(folder / "heights.tif")
    study = folder / "study.toml"
    study.write_text(tomlkit.dumps(document), encoding="utf-8")
    return study


def ask_every_kind(document: tomlkit.TOMLDocument, *, but: str = "") -> None:
    """Ask also for the kinds of indicator that the default study does not use, but for those of a criterion."""
    text = (Path(__file__).parent / "other_kinds.toml").read_text(encoding="utf-8")
    for section in tomlkit.parse(text)["indicators"]:
        if section["criterion"] != but:
            document["indicators"].append(section)


def leave_connections_out(document: tomlkit.TOMLDocument) -> None:
    """Do without connections, which take half of a run: for tests that look at nothing of them."""
    document.pop("connection", None)
    kept = tomlkit.aot()
    for part in document["indicators"]:
        if part["id"] != "connection":
            kept.append(part)
    document["indicators"] = kept
    document["weights"] = {"labour": 0.5, "road": 0.4, "ground": 0.1, "utilities": 0.0}


def write_heights(
    path: Path,
    *,
    slope_pct: float = 1.0,
    cell: float = 200.0,
    crs: str | None = CRS,
    times: float = 1.0,
    metres: np.ndarray | None = None,
    **profile: object,
) -> None:
    """A plane that rises to the east, in metres, or times as much; or heights given."""
    columns, rows = round(60_000 / cell), round(40_000 / cell)
    if metres is None:
        metres = np.tile(700 + slope_pct / 100 * cell * np.arange(columns), (rows, 1)).astype("float32")
        metres *= np.float32(times)
    options = {
        "driver": "GTiff",
        "height": rows,
        "width": columns,
        "count": 1,
        "dtype": "float32",
        "crs": crs,
        "transform": from_origin(WEST - 10_000, NORTH + 20_000, cell, cell),
        "nodata": -9999.0,
    }
    with rasterio.open(path, "w", **(options | profile)) as raster:
        raster.write(metres, 1)


def read_json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))
