"""Files of layers: their formats, their parts, their letters."""

import json
import os
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

from bad_input.cases import Put, table
from bad_input.layers_in import AREA, file, named, read, same
from sitesel.layers import ROLES, read_vector
from sitesel.text import Message
from small_study import CRS, small_layers

DEGREES, PULKOVO = "EPSG:4326", "EPSG:4284"
SHARE = "working_age_share"


def vrt(head: str, called: str, source: str = "other.gpkg") -> Put:
    text = (
        f"{head}<OGRVRTDataSource><OGRVRTLayer><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    return content(text.encode(), called)


def content(what: bytes, called: str = "plots.gpkg") -> Put:
    def write(folder: Path) -> Path:
        (folder / called).write_bytes(what)
        return folder / called

    return file(write)


def saved(called: str, *then: Callable[[Path], None], **options: object) -> Put:
    """Save the plots as a file, do something to it, and read it."""

    def write(folder: Path) -> Path:
        path = folder / called
        frame = named()
        if path.suffix == ".parquet":
            frame.to_parquet(path)
        elif path.suffix == ".csv":
            as_table(frame.to_crs(DEGREES)).to_csv(path, index=False, **options)
        else:
            (frame.to_crs(DEGREES) if path.suffix in {".geojson", ".kml"} else frame).to_file(path, **options)
        for step in then:
            step(path)
        return path

    return file(write)


def cut(share: float) -> Callable[[Path], None]:
    def act(path: Path) -> None:
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])

    return act


def without(*endings: str) -> Callable[[Path], None]:
    return lambda path: [path.with_suffix(ending).unlink() for ending in endings] and None


def rewritten(change: Callable[[str], str]) -> Callable[[Path], None]:
    return lambda path: path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8") and None


def two_sheets(path: Path) -> None:
    with pd.ExcelWriter(path) as book:
        for sheet in ("ours", "theirs"):
            as_table(named().to_crs(DEGREES)).to_excel(book, sheet_name=sheet, index=False)


def says(ending: str, text: str) -> Callable[[Path], None]:
    return lambda path: path.with_suffix(ending).write_text(text, encoding="utf-8") and None


def recoded(encoding: str) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(path.read_text(encoding="utf-8").encode(encoding)) and None


def told(change: Callable[[dict], object]) -> Callable[[Path], None]:
    """Change a GeoJSON file."""

    def act(path: Path) -> None:
        text = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(change(text) or text, ensure_ascii=False), encoding="utf-8")

    return act


def sql(*lines: str) -> Callable[[Path], None]:
    def act(path: Path) -> None:
        with sqlite3.connect(path) as base:
            for line in lines:
                base.execute(line)
        base.close()

    return act


def text(old: str, new: str) -> Callable[[Path], None]:
    return rewritten(lambda whole: whole.replace(old, new))


def packed(called: str) -> Put:
    """Put a shapefile into a zip archive."""

    def write(folder: Path) -> Path:
        named().to_file(folder / "plots.shp", encoding="UTF-8")
        with zipfile.ZipFile(folder / called, "w") as archive:
            for part in folder.glob("plots.*"):
                archive.write(part, part.name)
        return folder / called

    return file(write)


def junk(path: Path) -> None:
    whole = path.read_bytes()
    assert whole.count(b"GP\0") == 3
    path.write_bytes(whole.replace(b"GP\0", b"XX\0"))


def a_second_layer(path: Path) -> None:
    named().to_file(path, layer="other")


def fewer_records(path: Path) -> None:
    """Take the last row of a shapefile's table away."""
    whole = bytearray(path.with_suffix(".dbf").read_bytes())
    rows, head, length = struct.unpack("<IHH", whole[4:12])
    whole[4:8] = struct.pack("<I", rows - 1)
    path.with_suffix(".dbf").write_bytes(whole[: head + length * (rows - 1)])


def as_table(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame.drop(columns="geometry")).assign(wkt=frame.to_wkt()["geometry"])


def workbook(frame: pd.DataFrame, path: Path) -> None:
    pyogrio.write_dataframe(frame, path, driver="XLSX")


def swapped(path: Path) -> None:
    frame = named().to_crs(DEGREES)
    turned = shapely.transform(frame.geometry.array, lambda xy: xy[:, ::-1])
    as_table(frame.set_geometry(turned)).to_csv(path, index=False)


def noughts(folder: Path) -> list[Message]:
    as_table(named().to_crs(DEGREES)).assign(id=["007", "08", "9"]).to_csv(folder / "plots.csv", index=False)
    found, notices = read_vector(folder / "plots.csv", ROLES["plots"], crs=CRS, area=AREA)
    assert sorted(found.index) == ["007", "08", "9"]
    return notices


def shapefile(*then: Callable[[Path], None], encoding: str = "UTF-8") -> Put:
    return saved("plots.shp", *then, encoding=encoding)


def of_utilities(folder: Path) -> list:
    """A shapefile cuts names of columns at ten letters: precision_km and spare_m3_day."""
    given = small_layers()["utilities"].rename(columns={"precision_km": "precision_"}).assign(spare_m3_d=120.0)
    given.to_file(folder / "utilities.shp", encoding="UTF-8")
    frame, notices = read_vector(folder / "utilities.shp", ROLES["utilities"], crs=CRS, area=AREA)
    assert frame[["precision_km", "spare_m3_day"]].to_numpy().tolist() == [[2.0, 120.0]]
    return notices


def a_pipe(folder: Path) -> None:
    os.mkfifo(folder / "plots.gpkg")


def a_device(folder: Path) -> None:
    (folder / "plots.gpkg").symlink_to("/dev/zero")


def a_loop(folder: Path) -> None:
    (folder / "plots.gpkg").symlink_to(folder / "plots.gpkg")


def a_folder(folder: Path) -> None:
    (folder / "plots.gpkg").mkdir()


def nothing(folder: Path) -> None:
    pass


HTML = b"<!DOCTYPE html><html><body>404 Not Found</body></html>"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
OSM = b'<?xml version="1.0"?><osm version="0.6"><node id="1" lon="74" lat="42"/></osm>'
GPX = b'<?xml version="1.0"?><gpx version="1.1"><wpt lat="42.8" lon="74.5"/></gpx>'
GML = b'<?xml version="1.0"?><gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml"/>'
ESRI = b'{"geometryType": "esriGeometryPolygon", "features": [{"attributes": {"id": "a"}}]}'
TOPO = b'{"type": "Topology", "objects": {}, "arcs": []}'
KML = (
    b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>a</name>'
    b"<Point><coordinates>74,42</coordinates></Point></Placemark></Document></kml>"
)

NO_CRS = {"type": "name", "properties": {"name": "EPSG:99999"}}


def of_kind(kind: str, figure: str) -> bytes:
    """Write KML with a schema, of whose figures GDAL keeps what they begin with."""
    return (
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Schema name="s" id="s"><SimpleField name="area_ha" '
        f'type="{kind}"/></Schema><Placemark><name>a</name><ExtendedData><SchemaData schemaUrl="#s"><SimpleData '
        f'name="area_ha">{figure}</SimpleData></SchemaData></ExtendedData><Point><coordinates>74,42</coordinates>'
        "</Point></Placemark></Document></kml>"
    ).encode()


def in_crs(crs: str) -> Put:
    """Write outlines in a CRS, which the study names."""

    def put(folder: Path) -> list[Message]:
        as_table(named().to_crs(crs)).to_csv(folder / "plots.csv", index=False)
        given = {"crs": crs}
        found, notices = read_vector(folder / "plots.csv", ROLES["plots"], crs=CRS, area=AREA, columns=given)
        same(found, "plots")
        return notices

    return put


def places_in_crs(folder: Path) -> None:
    """Write longitudes and latitudes in a CRS of another datum, which the study names."""
    there = named().set_geometry(named().centroid).to_crs(PULKOVO)
    table = as_table(there).drop(columns="wkt").assign(lon=there.geometry.x, lat=there.geometry.y)
    table.to_csv(folder / "plots.csv", index=False)
    given = {"crs": PULKOVO}
    found, _ = read_vector(folder / "plots.csv", ROLES["plots"], crs=CRS, area=AREA, columns=given)
    same(found, "plots")


def in_place(ending: str, what: object, column: str = "population", kind: str = "", truth: object = None) -> Put:
    """Put something else in place of a figure of one settlement, in a column of a kind; it is read as the truth."""

    def put(folder: Path) -> list[Message]:
        path = folder / f"settlements.{ending}"
        frame = named("settlements")
        if ending == "shp":
            frame.rename(columns={"working_age_share": "working_ag"}).to_file(path, encoding="UTF-8")
            cell(path.with_suffix(".dbf"), f"{frame[column][0]:.15f}", str(what))
        else:
            frame.to_crs(DEGREES if ending == "geojson" else CRS).to_file(path)
            (in_geojson if ending == "geojson" else in_geopackage)(path, what, column, kind)
        read_as, notices = read_vector(path, ROLES["settlements"], crs=CRS, area=AREA)
        assert read_as[column].to_dict() == {**frame.set_index("id")[column], "west": truth}
        return notices

    return put


def in_geojson(path: Path, what: object, column: str, _: str) -> None:
    told(lambda given: given["features"][0]["properties"].update({column: what}))(path)


def in_geopackage(path: Path, what: object, column: str, kind: str) -> None:
    with closing(sqlite3.connect(path)) as base, base:
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f"DROP TRIGGER {trigger}")
        if kind:
            base.execute(f"ALTER TABLE settlements RENAME COLUMN {column} TO other")
            base.execute(f"ALTER TABLE settlements ADD COLUMN {column} {kind}")
            base.execute(f"UPDATE settlements SET {column} = other")  # noqa: S608 -- ours
            base.execute("ALTER TABLE settlements DROP COLUMN other")
        base.execute(f"UPDATE settlements SET {column} = ? WHERE fid = 1", (what,))  # noqa: S608 -- ours


def cell(path: Path, old: str, new: str) -> None:
    """Write something else into a cell of a table of dBASE."""
    whole, wanted = path.read_bytes(), old.encode()
    assert whole.count(wanted) == 1
    path.write_bytes(whole.replace(wanted, new.encode().rjust(len(wanted))))


def locked(folder: Path) -> list[Message]:
    saved("plots.gpkg")(folder)
    with closing(sqlite3.connect(folder / "plots.gpkg", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        return read(folder / "plots.gpkg")


def ids(kind: str, truth: list[str]) -> Put:
    """Number the settlements in a GeoPackage."""

    def put(folder: Path) -> list[Message]:
        path = folder / "settlements.gpkg"
        frame = named("settlements").drop(columns="id")
        if kind == "INTEGER":
            frame.to_file(path, layer_options={"FID": "id"})
        else:
            frame.assign(id=[1.0, 2.0]).to_file(path)
        return known_by(path, truth)

    return put


def dates(folder: Path) -> list[Message]:
    named("settlements").assign(id=["2024/01/05", "2024/01/06"]).to_crs(DEGREES).to_file(folder / "settlements.geojson")
    return known_by(folder / "settlements.geojson", ["2024/01/05", "2024/01/06"])


def known_by(path: Path, truth: list[str]) -> list[Message]:
    read_as, notices = read_vector(path, ROLES["settlements"], crs=CRS, area=AREA)
    assert sorted(read_as.index) == truth
    return notices


def abyss(path: Path) -> None:
    """Put each shape into collections, one in the other."""
    table = pq.read_table(path)
    at = table.schema.get_field_index("geometry")
    deep = [struct.pack("<BII", 1, 7, 1) * 500 + shape for shape in table["geometry"].to_pylist()]
    pq.write_table(table.set_column(at, table.schema.field(at), pa.array(deep, pa.binary())), path)


def in_columns(given: dict[str, str]) -> Put:
    """Read plots of a table of which the study says what columns are called."""

    def put(folder: Path) -> list[Message]:
        as_table(named().to_crs(DEGREES)).to_csv(folder / "plots.csv", index=False)
        found, notices = read_vector(folder / "plots.csv", ROLES["plots"], crs=CRS, area=AREA, columns=given)
        same(found, "plots")
        return notices

    return put


def in_two_lines(text: str) -> str:
    """Give the first row a remark of two lines, and the others none."""
    heads, first, *rows = text.splitlines()
    return "\n".join([f"{heads},remark", f'{first},"seen, in May,\nand sold, or so"', *(f"{row}," for row in rows), ""])


SWALLOWED = b"""id,name,town,lon,lat,ha
a,"A,one,74.5,42.9,20
b,B,one,74.6,42.9,20
c,C",one,74.7,42.9,20
"""
DEEP = b'id,name,town,wkt\na,A,one,"' + b"GEOMETRYCOLLECTION(" * 500 + b"POINT (74 42)" + b")" * 500 + b'"\n'
FORMATS = table(
    "Files of layers",
    ("no such file", "refused", file(nothing)),
    ("an empty file", "refused", content(b"")),
    ("a folder", "refused", file(a_folder)),
    ("a pipe, which would be waited for without end", "refused", file(a_pipe)),
    ("a link to a device", "refused", file(a_device)),
    ("a link to itself", "refused", file(a_loop)),
    ("a VRT, which reads other files, called .geojson", "refused", vrt("", "plots.geojson")),
    ("a VRT called .gpkg, after a byte-order mark", "refused", vrt("\ufeff", "plots.gpkg")),
    ("a VRT called .csv, after blank lines", "refused", vrt("  \n\n", "plots.csv")),
    ("a VRT called .kml, after an XML head", "refused", vrt('<?xml version="1.0"?>', "plots.kml")),
    ("a VRT that asks the network", "refused", vrt("", "plots.shp", "/vsicurl/http://127.0.0.1:9/a.gpkg")),
    ("a page of HTML, as a failed download leaves it", "refused", content(HTML)),
    ("a picture", "refused", content(PNG)),
    ("a PDF", "refused", content(b"%PDF-1.7\n" + bytes(64))),
    ("a drawing of AutoCAD (DWG)", "refused", content(b"AC1032" + bytes(64), "plots.dwg")),
    ("a drawing of AutoCAD (DXF)", "refused", content(b"0\nSECTION\n2\nENTITIES\n", "plots.dxf")),
    ("a MapInfo file (MIF)", "refused", content(b'Version 300\nCharset "WindowsCyrillic"\n', "plots.mif")),
    ("a project of QGIS", "refused", content(b"<!DOCTYPE qgis PUBLIC><qgis/>", "plots.qgs")),
    ("a track of a GPS receiver (GPX)", "refused", content(GPX, "plots.gpx")),
    ("GML", "refused", content(GML, "plots.gml")),
    ("an OpenStreetMap file where a layer is due", "refused", content(OSM, "plots.osm")),
    ("a plain text", "refused", content(b"not a layer")),
    ("bytes of nothing known", "refused", content(bytes(range(256)) * 9)),
    (
        "a database of SQLite that is no GeoPackage",
        "refused",
        file(lambda to: sql("CREATE TABLE a (b)")(to / "plots.gpkg")),
    ),
    ("a GeoPackage cut short", "refused", saved("plots.gpkg", cut(0.5))),
    ("a GeoPackage cut after its first page", "refused", saved("plots.gpkg", cut(0.05))),
    ("a GeoPackage of two layers, none named", "refused", saved("plots.gpkg", a_second_layer)),
    (
        "a layer that is not in the GeoPackage",
        "refused",
        lambda to: saved("plots.gpkg")(to) or read(to / "plots.gpkg", layer="plot"),
    ),
    (
        "a GeoPackage that says it has fewer rows",
        "refused",
        saved("plots.gpkg", sql("UPDATE gpkg_ogr_contents SET feature_count = 1")),
    ),
    (
        "a GeoPackage that says it has more rows",
        "read",
        saved("plots.gpkg", sql("UPDATE gpkg_ogr_contents SET feature_count = 9")),
    ),
    (
        "a GeoPackage of a table without shapes",
        "refused",
        saved(
            "plots.gpkg", sql("DELETE FROM gpkg_geometry_columns", "UPDATE gpkg_contents SET data_type = 'attributes'")
        ),
    ),
    ("text among a GeoPackage's numbers", "refused", in_place("gpkg", "many")),
    ("a GeoPackage's people as 12 000, with a blank", "read", in_place("gpkg", "12 000", truth=12_000)),
    ("a share in a GeoPackage's column of whole numbers", "read", in_place("gpkg", 0.58, SHARE, "INTEGER", 0.58)),
    ("people in a GeoPackage's column of truth", "read", in_place("gpkg", 12_000, kind="BOOLEAN", truth=12_000)),
    ("people in a GeoPackage's column of dates", "read", in_place("gpkg", 12_000, kind="DATE", truth=12_000)),
    (
        "a GeoPackage's column of a kind of other databases",
        "read",
        in_place("gpkg", 0.58, SHARE, "NUMERIC(10,2)", 0.58),
    ),
    ("text in a GeoPackage's column of dates", "refused", in_place("gpkg", "many", kind="DATE")),
    ("a GeoPackage that another program holds", "refused", locked),
    ("text among GeoJSON's numbers", "refused", in_place("geojson", "many")),
    ("GeoJSON's people as text of digits", "read", in_place("geojson", "10000", truth=10_000)),
    ("GeoJSON's people as 10.000 among numbers", "refused", in_place("geojson", "10.000")),
    ("true among GeoJSON's people", "refused", in_place("geojson", what=True)),
    ("a date among GeoJSON's people", "refused", in_place("geojson", "2024-05-01")),
    ("a GeoPackage in which what numbers its rows is called id", "read", ids("INTEGER", ["1", "2"])),
    ("a GeoPackage's ids as numbers with decimals", "read", ids("REAL", ["1", "2"])),
    ("GeoJSON's ids that look like dates", "read", dates),
    ("a GeoPackage whose layer is not there", "refused", saved("plots.gpkg", sql("DROP TABLE plots"))),
    ("a GeoPackage whose shapes are junk", "refused", saved("plots.gpkg", junk)),
    (
        "a GeoPackage called .shp",
        "read",
        lambda to: saved("plots.gpkg")(to) or file(lambda here: (here / "plots.gpkg").rename(here / "plots.shp"))(to),
    ),
    ("GeoJSON cut short", "refused", saved("plots.geojson", cut(0.5))),
    ("JSON that is no GeoJSON", "refused", content(b'{"plots": [1, 2, 3]}', "plots.geojson")),
    ("JSON of Esri", "refused", content(ESRI, "plots.json")),
    ("TopoJSON", "refused", content(TOPO, "plots.json")),
    ("GeoJSON without a feature", "refused", saved("plots.geojson", told(lambda given: given.update(features=[])))),
    (
        "GeoJSON, a feature a line",
        "refused",
        content(b'{"type":"Feature","properties":{"id":"a"},"geometry":null}\n' * 2, "plots.geojson"),
    ),
    ("GeoJSON with a byte-order mark", "read", saved("plots.geojson", recoded("utf-8-sig"))),
    ("GeoJSON in UTF-16", "refused", saved("plots.geojson", recoded("utf-16"))),
    ("GeoJSON in a Windows code page", "refused", saved("plots.geojson", recoded("cp1251"))),
    ("GeoJSON with coordinates of text", "refused", saved("plots.geojson", text("[ [ [", '[ [ [ "a", '))),
    (
        "GeoJSON whose coordinates are metres, without a CRS",
        "refused",
        lambda to: (
            named().set_crs(DEGREES, allow_override=True).to_file(to / "plots.geojson") or read(to / "plots.geojson")
        ),
    ),
    (
        "GeoJSON in metres with the CRS of old (a member crs)",
        "read",
        lambda to: named().to_file(to / "plots.geojson") or read(to / "plots.geojson"),
    ),
    (
        "GeoJSON with a CRS that there is not",
        "refused",
        saved("plots.geojson", told(lambda one: one | {"crs": NO_CRS})),
    ),
    (
        "GeoJSON with a feature that is nothing",
        "read",
        saved("plots.geojson", told(lambda one: one | {"features": [None, *one["features"]]})),
    ),
    (
        "GeoJSON with a collection of features among its features",
        "refused",
        saved("plots.geojson", told(lambda one: one | {"features": [one, *one["features"][1:]]})),
    ),
    (
        "GeoJSON with a bare shape among its features",
        "refused",
        saved(
            "plots.geojson", told(lambda one: one | {"features": [*one["features"], one["features"][0]["geometry"]]})
        ),
    ),
    (
        "GeoJSON with a number among its features",
        "refused",
        saved("plots.geojson", told(lambda one: one | {"features": [1, *one["features"]]})),
    ),
    (
        "GeoJSON of which the service gave a part (numberMatched)",
        "refused",
        saved("plots.geojson", told(lambda one: one | {"numberMatched": 5000, "numberReturned": 3})),
    ),
    (
        "GeoJSON of which the service gave all (numberMatched)",
        "read",
        saved("plots.geojson", told(lambda one: one | {"numberMatched": 3, "totalFeatures": "unknown"})),
    ),
    (
        "GeoJSON of which the service gave a part (exceededTransferLimit)",
        "refused",
        saved("plots.geojson", told(lambda one: one | {"properties": {"exceededTransferLimit": True}})),
    ),
    (
        "JSON of Esri of which the service gave a part",
        "refused",
        content(ESRI.replace(b'"features"', b'"exceededTransferLimit": true, "features"'), "plots.json"),
    ),
    ("FlatGeobuf cut short", "refused", saved("plots.fgb", cut(0.6))),
    ("FlatGeobuf cut within its head", "refused", saved("plots.fgb", cut(0.05))),
    ("GeoParquet cut short", "refused", saved("plots.parquet", cut(0.5))),
    ("a name that no folder can hold", "refused", file(lambda to: to / f"{'x' * 300}.gpkg")),
    ("GeoParquet of collections in collections without end", "refused", saved("plots.parquet", abyss)),
    (
        "GeoParquet with another column called geometry",
        "read",
        file(
            lambda to: (
                named().rename_geometry("shape").assign(geometry=named().centroid).to_parquet(to / "plots.parquet")
            ),
            "plots.parquet",
        ),
    ),
    ("Parquet without geometry", "refused", file(lambda to: pd.DataFrame({"id": ["a"]}).to_parquet(to / "plots.gpkg"))),
    ("KML cut short", "refused", content(KML[:60], "plots.kml")),
    ("KML of a name and a description alone", "refused", content(KML, "plots.kml")),
    ("a shapefile in a zip archive", "refused", packed("plots.zip")),
    ("a shapefile in a zip archive called .gpkg", "refused", packed("plots.gpkg")),
    ("KML whose figures are of a kind, 1,5", "refused", content(of_kind("float", "1,5"), "plots.kml")),
    ("KML whose figures are of a kind, 90 000", "refused", content(of_kind("int", "90 000"), "plots.kml")),
    ("KML in a zip archive (KMZ)", "refused", packed("plots.kmz")),
    ("a workbook that is broken", "refused", content(b"PK\x03\x04" + bytes(99), "plots.xlsx")),
    (
        "a workbook without a column wkt",
        "refused",
        file(lambda to: workbook(pd.DataFrame({"id": ["a"]}), to / "plots.xlsx"), "plots.xlsx"),
    ),
)


TABLES = table(
    "Layers as tables (CSV with a column wkt)",
    ("commas between cells", "read", saved("plots.csv")),
    ("semicolons between cells, as a Russian spreadsheet writes", "read", saved("plots.csv", sep=";", decimal=",")),
    ("tabs between cells", "read", saved("plots.csv", sep="\t")),
    (
        "a byte-order mark and Windows' ends of lines",
        "read",
        saved("plots.csv", encoding="utf-8-sig", lineterminator="\r\n"),
    ),
    ("a Windows code page", "refused", saved("plots.csv", encoding="cp1251")),
    ("no column wkt", "refused", saved("plots.csv", text("wkt", "shape"))),
    ("collections in collections without end", "refused", content(DEEP, "plots.csv")),
    ("an outline that is no WKT", "refused", saved("plots.csv", text("POLYGON", "POLIGON"))),
    ("north before east", "refused", saved("plots.csv", swapped)),
    (
        "metres where degrees are due",
        "refused",
        file(lambda to: as_table(named()).to_csv(to / "plots.csv", index=False), "plots.csv"),
    ),
    ("metres of a CRS that the study names", "read", in_crs(CRS)),
    ("degrees of another datum that the study names", "read", in_crs(PULKOVO)),
    ("longitudes and latitudes of another datum that the study names", "read", places_in_crs),
    ("an outline that is missing", "refused", content(b"id,town,wkt\na,one,\n", "plots.csv")),
    ("a column that stands twice", "refused", content(b"id,id,town,wkt\na,b,one,POINT (74 42)\n", "plots.csv")),
    ("headings alone", "refused", content(b"id,town,wkt\n", "plots.csv")),
    (
        "a row with more cells than there are headings",
        "refused",
        content(b"id,town,wkt\na,one,POINT (74 42),x,y\n", "plots.csv"),
    ),
    (
        "a point in degrees without hectares",
        "refused",
        content(b"id,name,town,lon,lat\na,A,one,74.5,42.9\n", "plots.csv"),
    ),
    ("a longitude that is a word", "refused", content(b"id,name,town,lon,lat\na,A,one,east,42.9\n", "plots.csv")),
    (
        "metres without their CRS",
        "refused",
        content(b"id,name,town,easting,northing\na,A,one,460000,4750000\n", "plots.csv"),
    ),
    ("metres called x and y", "refused", content(b"id,name,town,x,y\na,A,one,460000,4750000\n", "plots.csv")),
    (
        "two columns that could be one of ours",
        "refused",
        content("номер,код,town,lon,lat\na,b,one,74.5,42.9\n".encode(), "plots.csv"),
    ),
    ("rows that a spreadsheet kept empty", "read", saved("plots.csv", rewritten(lambda text: f"{text},,,\n,,,\n"))),
    ("a word to Excel before the heads", "read", saved("plots.csv", rewritten(lambda text: f"sep=,\n{text}"))),
    (
        "a title above the heads",
        "refused",
        content(b"Plots,,,,,\nid,name,town,ha,lon,lat\na,A,one,20,74.5,42.9\n", "plots.csv"),
    ),
    (
        "square metres for hectares",
        "refused",
        content(b"id,name,town,ha,lon,lat\na,A,one,200000,74.5,42.9\n", "plots.csv"),
    ),
    (
        "an outline of other hectares than stated",
        "told",
        file(
            lambda to: as_table(named().to_crs(DEGREES)).assign(area_ha=200_000).to_csv(to / "plots.csv", index=False),
            "plots.csv",
        ),
    ),
    ("two sheets with rows", "refused", file(lambda to: two_sheets(to / "plots.xlsx"), "plots.xlsx")),
    ("a quote that is not closed", "refused", content(b'id,town,wkt\n"a,one,POINT (74 42)\n', "plots.csv")),
    ("two quotation marks that make one cell of rows", "refused", content(SWALLOWED, "plots.csv")),
    ("a remark of two lines in a cell", "read", saved("plots.csv", rewritten(in_two_lines))),
    ("blank lines before the heads", "read", saved("plots.csv", rewritten(lambda text: f"\n\n{text}"), sep=";")),
    (
        "a fault behind blank lines, which keep its row's number",
        "refused",
        content(b"id,town,wkt\na,one,POINT (74 42)\n\n\nb,one,here\n", "plots.csv"),
    ),
    ("a misspelt column in the study", "refused", in_columns({"precission_km": "area_ha"})),
    ("a column that the study calls as none is called, beside our own", "told", in_columns({"name_en": "named"})),
    ("a column in the study that is none of ours", "read", in_columns({"bridge": "area_ha"})),
    ("an id of digits with noughts before them (007)", "read", noughts),
)


SHAPEFILES = table(
    "Shapefiles",
    ("a .cpg that says UTF-8", "read", shapefile()),
    ("a .cpg that says 65001, Windows' number of UTF-8", "read", shapefile(says(".cpg", "65001"))),
    ("a .cpg that says utf8", "read", shapefile(says(".cpg", "utf8\r\n"))),
    ("a .cpg that says CP1251", "read", shapefile(encoding="CP1251")),
    ("a .cpg that says 1251", "read", shapefile(says(".cpg", "1251"), encoding="CP1251")),
    ("a .cpg that says ANSI 1251", "read", shapefile(says(".cpg", "ANSI 1251"), encoding="CP1251")),
    ("a .cpg that says windows-1251", "read", shapefile(says(".cpg", "windows-1251"), encoding="CP1251")),
    ("a .cpg that says 866", "read", shapefile(says(".cpg", "866"), encoding="CP866")),
    ("a .cpg that says UTF-8 over CP1251", "refused", shapefile(says(".cpg", "UTF-8"), encoding="CP1251")),
    ("a .cpg that says CP1251 over UTF-8", "read", shapefile(says(".cpg", "CP1251"))),
    ("a .cpg that says ISO-8859-1 over CP1251", "refused", shapefile(says(".cpg", "ISO-8859-1"), encoding="CP1251")),
    ("a .cpg that says ISO-8859-1 over UTF-8", "read", shapefile(says(".cpg", "ISO-8859-1"))),
    ("a .cpg that says CP1252 over CP1251", "refused", shapefile(says(".cpg", "CP1252"), encoding="CP1251")),
    ("a .cpg that says CP866 over CP1251", "refused", shapefile(says(".cpg", "CP866"), encoding="CP1251")),
    ("a .cpg of junk over UTF-8", "read", shapefile(says(".cpg", "\x00\x01junk"))),
    ("a .cpg of junk over CP1251", "refused", shapefile(says(".cpg", "junk"), encoding="CP1251")),
    ("an empty .cpg over UTF-8", "read", shapefile(says(".cpg", ""))),
    ("an empty .cpg over CP1251", "refused", shapefile(says(".cpg", ""), encoding="CP1251")),
    ("no .cpg over UTF-8", "read", shapefile(without(".cpg"))),
    ("no .cpg over CP1251", "refused", shapefile(without(".cpg"), encoding="CP1251")),
    ("no .prj", "refused", shapefile(without(".prj"))),
    ("a .prj of junk", "refused", shapefile(says(".prj", "hello"))),
    ("no .dbf", "refused", shapefile(without(".dbf"))),
    ("no .shx", "refused", shapefile(without(".shx"))),
    ("a .shp cut short", "refused", shapefile(cut(0.5))),
    ("a .dbf cut short", "refused", shapefile(lambda path: cut(0.5)(path.with_suffix(".dbf")))),
    ("a .dbf with a row less than the .shp", "refused", shapefile(fewer_records)),
    ("names of columns cut at ten letters", "read", of_utilities),
    ("text among its numbers", "refused", in_place("shp", "many")),
    ("people as 12 000, with a blank", "read", in_place("shp", "12 000", truth=12_000)),
    ("people as 12,5, with a comma", "read", in_place("shp", "12,5", truth=12.5)),
)
