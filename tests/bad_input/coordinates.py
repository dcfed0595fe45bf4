"""Coordinate systems of layers, and where their features lie."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely import LineString, Point, Polygon, box

from bad_input.cases import Put, table
from bad_input.layers_in import drawn, file, named
from small_study import NORTH, WEST, place

GAUSS = (
    'PROJCS["x",GEOGCS["GCS_{name}",DATUM["D_{name}",SPHEROID["{name}",{ball}]],PRIMEM["Greenwich",0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["{way}"],PARAMETER["False_Easting",500000],'
    'PARAMETER["False_Northing",0],PARAMETER["Central_Meridian",75],PARAMETER["Scale_Factor",1],'
    'PARAMETER["Latitude_Of_Origin",0],UNIT["Meter",1]]'
)
KRASOVSKY = GAUSS.format(name="Krasovsky_1940", ball="6378245,298.3", way="Gauss_Kruger")
GRS_80 = GAUSS.format(name="Local", ball="6378137,298.257222101", way="Transverse_Mercator")
HAYFORD = GAUSS.format(name="International_1924", ball="6378388,297", way="Transverse_Mercator")
ENGINEERING = 'LOCAL_CS["site",UNIT["metre",1],AXIS["X",EAST],AXIS["Y",NORTH]]'
KRASS_LONLAT = "+proj=longlat +ellps=krass +no_defs"


def moved(crs: str) -> Put:
    """Bring the plots into a CRS in which they lie where they lay."""
    return drawn("plots", lambda one: one.to_crs(crs))


def called(crs: str, of: str = "EPSG:32643") -> Put:
    """Say of the plots that they are in another CRS than they are."""
    return drawn("plots", lambda one: one.to_crs(of).set_crs(crs, allow_override=True))


def on_pulkovo(crs: str) -> Put:
    """Name a CRS without a known datum over coordinates of Pulkovo 1942."""
    of = "EPSG:4284" if "longlat" in crs else "EPSG:2503"
    return drawn("plots", lambda one: one.to_crs(of).set_crs(crs, allow_override=True))


def prj(text: str, of: str = "EPSG:2503") -> Put:
    def write(folder: Path) -> None:
        named().to_crs(of).to_file(folder / "plots.shp", encoding="UTF-8")
        (folder / "plots.prj").write_text(text, encoding="utf-8")

    return file(write, "plots.shp")


def turned(layer: str, crs: str | None = None) -> Put:
    """Write north before east."""

    def change(one: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        given = one if crs is None else one.to_crs(crs)
        return given.set_geometry(shapely.transform(given.geometry.array, lambda xy: xy[:, ::-1]))

    return drawn(layer, change)


def first(shape: object, layer: str = "plots") -> Put:
    """Put another shape in the place of the first."""

    def change(one: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return one.set_geometry([shape, *one.geometry[1:]], crs=one.crs)

    return drawn(layer, change)


def at(change: Callable[[np.ndarray], np.ndarray], layer: str = "plots") -> Put:
    return drawn(layer, lambda one: one.set_geometry(shapely.transform(one.geometry.array, change)))


CRS_OF_LAYERS = table(
    "Coordinate systems of layers",
    ("none", "refused", drawn("plots", lambda one: one.set_crs(None, allow_override=True))),
    ("degrees (EPSG:4326)", "read", moved("EPSG:4326")),
    ("Kyrg-06 in degrees", "read", moved("EPSG:7686")),
    ("Kyrg-06, zone 3", "read", moved("EPSG:7694")),
    ("Kyrg-06, zone 2, a neighbour's", "read", moved("EPSG:7693")),
    ("Pulkovo 1942 in degrees", "read", moved("EPSG:4284")),
    ("Pulkovo 1942, zone 13", "read", moved("EPSG:28413")),
    ("Pulkovo 1942, central meridian 75", "read", moved("EPSG:2503")),
    ("Pulkovo 1995, zone 13", "read", moved("EPSG:20013")),
    ("GSK-2011 in degrees", "read", moved("EPSG:7683")),
    ("WGS 84 with heights (EPSG:4979)", "read", moved("EPSG:4979")),
    ("UTM 42, the neighbour's zone", "read", moved("EPSG:32642")),
    ("UTM 44, the neighbour's zone", "read", moved("EPSG:32644")),
    ("the web's Mercator, of a layer", "read", moved("EPSG:3857")),
    ("US survey feet", "read", moved("+proj=tmerc +lon_0=75 +x_0=500000 +datum=WGS84 +units=us-ft")),
    (
        "a projection with its own shift (towgs84)",
        "read",
        moved("+proj=tmerc +lon_0=75 +k=1 +x_0=500000 +ellps=krass +towgs84=23.57,-140.95,-79.8,0,-0.35,-0.79,-0.22"),
    ),
    (
        "Krassowsky's ellipsoid without a datum, in metres",
        "told",
        on_pulkovo("+proj=tmerc +lon_0=75 +k=1 +x_0=500000 +ellps=krass +units=m"),
    ),
    ("Krassowsky's ellipsoid without a datum, in degrees", "told", on_pulkovo(KRASS_LONLAT)),
    ("a .prj with the datum D_Krasovsky_1940, as ArcGIS in Chinese and in Russian writes it", "told", prj(KRASOVSKY)),
    (
        "a .prj with a datum of no name on GRS 80",
        "told",
        prj(GRS_80, "+proj=tmerc +lon_0=75 +k=1 +x_0=500000 +datum=WGS84"),
    ),
    ("a .prj with a datum that only an ellipsoid of 1924 names", "refused", prj(HAYFORD)),
    ("an engineering CRS", "refused", called(ENGINEERING)),
    ("a geocentric CRS", "refused", called("EPSG:4978")),
    ("heights alone", "refused", called("EPSG:5773")),
    ("metres called degrees", "refused", called("EPSG:4326")),
    ("degrees called metres", "refused", called("EPSG:32643", "EPSG:4326")),
    ("UTM 43 called UTM 41, two zones west", "refused", called("EPSG:32641")),
    ("UTM 43 called the southern half", "refused", called("EPSG:32743")),
    ("UTM 43 called Kyrg-06 zone 3", "refused", called("EPSG:7694")),
    ("UTM 43 called Pulkovo 1942 zone 13", "refused", called("EPSG:28413")),
    ("UTM 43 called the web's Mercator", "refused", called("EPSG:3857")),
    ("metres called feet", "refused", called("EPSG:2225")),
    ("Pulkovo 1942 without its zone's number called with it", "refused", called("EPSG:28413", "EPSG:2503")),
)
PLACES = table(
    "Where features lie",
    ("north before east, in metres", "refused", turned("plots")),
    ("north before east, in degrees", "refused", turned("settlements", "EPSG:4326")),
    ("kilometres where metres are due", "refused", at(lambda xy: xy / 1000)),
    ("millimetres where metres are due", "refused", at(lambda xy: xy * 1000)),
    ("without the false easting", "refused", at(lambda xy: xy - (500_000, 0))),
    ("one place at 0, 0", "refused", first(Point(0, 0), "settlements")),
    ("one place in another country", "refused", first(Point(4_000_000, 5_000_000), "gateways")),
    (
        "a latitude of 91",
        "refused",
        drawn("rivals", lambda one: one.to_crs(4326).set_geometry([Point(74.5, 91.0)], crs=4326)),
    ),
    (
        "a longitude of 435, once round the world",
        "refused",
        drawn("rivals", lambda one: one.to_crs(4326).set_geometry([Point(434.5, 42.0)], crs=4326)),
    ),
    ("a point whose coordinates are no numbers", "refused", first(Point(np.nan, np.nan), "settlements")),
    ("an infinite coordinate", "refused", at(lambda xy: np.where(xy > NORTH, np.inf, xy))),
    (
        "heights in the coordinates",
        "read",
        drawn("plots", lambda one: one.set_geometry(shapely.force_3d(one.geometry.array, 800.0))),
    ),
)
SHAPES = table(
    "Shapes",
    ("no shape", "refused", first(None)),
    ("an empty shape", "refused", first(Polygon())),
    ("points with hectares in place of outlines", "told", drawn("plots", lambda one: one.set_geometry(one.centroid))),
    (
        "points without hectares in place of outlines",
        "refused",
        drawn("plots", lambda one: one.set_geometry(one.centroid).assign(area_ha=None)),
    ),
    ("a line where outlines are due", "refused", first(LineString([place(10, 0.5), place(11, 0.5), place(11, 1)]))),
    ("outlines where points are due", "refused", first(box(WEST, NORTH, WEST + 9, NORTH + 9), "gateways")),
    ("outlines where lines are due", "refused", drawn("roads", lambda one: one.set_geometry(one.buffer(5)))),
    (
        "a bow tie, whose area mending would change",
        "refused",
        first(Polygon([place(10, 0.5), place(11, 1.5), place(11, 0.5), place(10, 1.5)])),
    ),
    (
        "a collection of shapes",
        "refused",
        first(shapely.GeometryCollection([place(10, 0.5), box(WEST, NORTH, WEST + 9, NORTH + 9)])),
    ),
    ("an outline of no area", "refused", first(Polygon([place(10, 0.5), place(11, 0.5), place(10, 0.5)]))),
    (
        "an outline of no area, all corners on a line",
        "refused",
        first(Polygon([place(10, 0.5), place(11, 0.5), place(12, 0.5)])),
    ),
)
