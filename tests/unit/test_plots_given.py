"""Plots from where planners have them: tables with places, Google Earth, names of columns of their own."""

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import Point

from sitesel.errors import LayerError, SiteselError
from sitesel.layers import ROLES, read_vector
from sitesel.stages import run
from sitesel.study import load_study
from small_study import CRS, place

AREA = (69.0, 39.0, 80.5, 43.5)
PLACES = gpd.GeoSeries([place(3, 1), place(6, -1)], crs=CRS)
DEGREES = PLACES.to_crs("EPSG:4326")


def table(**columns) -> pd.DataFrame:
    told = {"id": ["a", "b"], "name": ["A", "B"], "town": ["one", "two"], "area_ha": [25.0, 40.5]}
    return pd.DataFrame(told | columns)


def read(path, **told):
    return read_vector(path, ROLES["plots"], crs=CRS, area=AREA, **told)


def saved(frame, folder, kind="csv"):
    path = folder / f"plots.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False, encoding="utf-8-sig")
    elif kind == "xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, sep=";", decimal=",")
        path = path.rename(folder / "plots.csv")
    return path


def assert_squares(plots, notices):
    assert list(plots["outline"]) == ["indicative"] * 2
    assert list(plots.area / 1e4) == pytest.approx([25, 40.5], rel=1e-6)
    assert (plots.centroid.distance(PLACES.set_axis(plots.index)) < 1).all()  # metres
    assert [(notice.key, notice.params["count"]) for notice in notices] == [("notice.points_squared", 2)]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "semicolons"])
@pytest.mark.parametrize("heads", [("lon", "lat"), ("Longitude", "LATITUDE"), ("x", "y"), ("Долгота", "Широта")])
def test_points_with_hectares_become_indicative_squares(tmp_path, kind, heads):
    frame = table(**dict(zip(heads, (DEGREES.x, DEGREES.y), strict=True)))
    assert_squares(*read(saved(frame, tmp_path, kind)))


@pytest.mark.parametrize("heads", [("easting", "northing"), ("x", "y")])
def test_metres_want_a_stated_crs(tmp_path, heads):
    path = saved(table(**dict(zip(heads, (PLACES.x, PLACES.y), strict=True))), tmp_path)
    assert_squares(*read(path, columns={"crs": CRS}))
    with pytest.raises(LayerError, match=r"plots.csv: .*\[columns.plots\] crs = "):
        read(path)


def test_columns_have_a_planners_own_names(tmp_path):
    frame = pd.DataFrame({"№": [1, 2], "Шаар": ["one", "two"], "Площадь, га": ["25,0", "40,5"], "Название": ["А", "Б"]})
    plots, notices = read(saved(frame.assign(lon=DEGREES.x, lat=DEGREES.y), tmp_path, "xlsx"))
    assert_squares(plots, notices)
    assert list(plots.index) == ["1", "2"]
    assert list(plots["name_ru"]) == ["А", "Б"]


def test_a_study_says_what_columns_are_called(tmp_path):
    frame = table(lon=DEGREES.x, lat=DEGREES.y).rename(columns={"id": "учётный", "area_ha": "размер"})
    frame = frame.drop(columns=["town", "name"])
    path = saved(frame, tmp_path)
    columns = {"id": "учётный", "name": "учётный", "area_ha": "размер", "town": "=osh"}
    plots, notices = read(path, columns=columns)
    assert_squares(plots, notices)
    assert list(plots["name_en"]) == list(plots.index) == ["a", "b"]
    assert set(plots["town"]) == {"osh"}
    with pytest.raises(LayerError, match="no column номер, which the study takes for id"):
        read(path, columns=columns | {"id": "номер"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lon": ["74,5", "east"]}, "lon is 'east' in row 3"),
        ({"lon": [74.5, None]}, "lon is empty in row 3"),
        ({"lat": [4274000.0, 42.9]}, "lat is 4.274e\\+06 in row 2, which is no degree"),
        ({"area_ha": [25.0, None]}, "a point where an outline is due, in b; give area_ha or draw it"),
        ({"номер": [1, 2], "код": [3, 4], "id": None}, "номер and код may both be id"),
        ({"lon": None}, "no column wkt with outlines"),
    ],
)
def test_a_fault_is_one_clear_line(tmp_path, change, said):
    frame = table(lon=DEGREES.x, lat=DEGREES.y).assign(**change)
    frame = frame.drop(columns=[name for name, given in change.items() if given is None])
    with pytest.raises(SiteselError, match=said) as found:
        read(saved(frame, tmp_path))
    assert len(found.value.faults) == 1


def test_a_sheet_of_a_workbook_is_named_like_a_layer(tmp_path):
    path = tmp_path / "plots.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"note": ["read me"]}).to_excel(book, sheet_name="О файле", index=False)
        table(lon=DEGREES.x, lat=DEGREES.y).to_excel(book, sheet_name="Участки", index=False)
    assert_squares(*read(path, layer="Участки"))
    with pytest.raises(LayerError, match=r"no sheet 'Лист3' in it .there are: О файле, Участки"):
        read(path, layer="Лист3")


def test_placemarks_of_google_earth_are_known_by_their_names(tmp_path):
    corners = " ".join(f"{x},{y},0" for x, y in [(74.5, 42.85), (74.51, 42.85), (74.51, 42.86), (74.5, 42.85)])
    ring = f"<outerBoundaryIs><LinearRing><coordinates>{corners}</coordinates></LinearRing></outerBoundaryIs>"
    path = tmp_path / "earth.kml"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2" '
        'xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>earth.kml</name><Style id="s"/>'
        "<Placemark><name>Кызыл-Суу</name><description><![CDATA[<b>Посёлок</b>]]></description>"
        f"<styleUrl>#s</styleUrl><Polygon><tessellate>1</tessellate>{ring}</Polygon></Placemark></Document></kml>",
        encoding="utf-8",
    )
    plots, _ = read(path, columns={"town": "=osh"})
    assert list(plots.index) == list(plots["name_en"]) == ["Кызыл-Суу"]
    assert not [column for column in plots if column.lower() == "description"]
    with pytest.raises(LayerError, match="no column town"):
        read(path)


def test_plots_of_several_files_are_joined(write_study, study_text, tmp_path):
    study_text["layers"]["plots"] = ["plots.gpkg", "mine.csv"]
    study_text["columns"] = {"plots": {"id": "номер", "area_ha": "га"}}
    own = gpd.GeoDataFrame(
        {"номер": ["z1"], "название": ["Свой"], "town": ["one"], "га": [30]}, geometry=[Point(place(8, 1))], crs=CRS
    )
    own = own.to_crs("EPSG:4326")
    path = write_study()
    pd.DataFrame(own.drop(columns="geometry")).assign(lon=own.geometry.x, lat=own.geometry.y).to_csv(
        tmp_path / "mine.csv", index=False
    )
    found = run(path, sure=False)
    first = set(pyogrio.read_dataframe(tmp_path / "plots.gpkg")["id"])
    assert set(found.decision.ranking.index) == first | {"z1"}
    assert {"plots", "plots 2"} <= set(found.run["inputs"])
    assert {entry.name for entry in load_study(path).files} >= {"plots.gpkg", "mine.csv"}
    text = (tmp_path / "mine.csv").read_text(encoding="utf-8").replace("z1", min(first))
    (tmp_path / "mine.csv").write_text(text, encoding="utf-8")
    with pytest.raises(LayerError, match=rf"mine.csv: id {min(first)} stands in plots.gpkg, too"):
        run(path, sure=False)
