"""Rasters: of heights and of people."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
from affine import Affine
from rasterio.transform import from_origin

from bad_input.cases import Put, table
from bad_input.layers_in import AREA
from sitesel.layers import embedded_file, read_relief, share_population
from sitesel.layers.raster import refuse_unlike
from small_study import CRS, NORTH, WEST

HEIGHTS = np.linspace(700, 900, 400).reshape(20, 20).astype("float32")
SPIKED = np.where(np.eye(20) > 0, -9999, HEIGHTS).astype("float32")
NOUGHT = np.where(np.eye(20) > 0, 0, HEIGHTS).astype("float32")
BACK = np.eye(20)[::-1] > 0
HUGE = np.where(np.eye(20) > 0, 1e20, HEIGHTS).astype("float32")
MOST = np.where(np.eye(20) > 0, 65535, HEIGHTS).astype("uint16")
PICTURE = np.ones((20, 20), "uint8")
PEOPLE = np.array([[5.0, 6.0], [7.0, 8.0]])
NODES = pd.DataFrame({"x": [WEST + 500, WEST + 1500], "y": [NORTH - 500, NORTH - 1500]}, index=["a", "b"])
KM = from_origin(WEST, NORTH, 1000, 1000)
TURNED = Affine(100, 9, WEST, 9, -100, NORTH)
Then = Callable[[Path], object]


def write(path: Path, values: np.ndarray, *, cell: float = 100, **profile: object) -> Path:
    options = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype,
        "crs": CRS,
        "transform": from_origin(WEST, NORTH, cell, cell),
    }
    with rasterio.open(path, "w", **(options | profile)) as raster:
        for band in range(raster.count):
            raster.write(values, band + 1)
    return path


def heights(values: np.ndarray = HEIGHTS, *then: Then, truth: np.ndarray | None = None, **profile: object) -> Put:
    def put(folder: Path) -> None:
        path = write(folder / "heights.tif", values, **profile)
        for step in then:
            step(path)
        relief = read_relief(path)
        refuse_unlike(relief, read_relief(embedded_file("elevation_chui")), path.name)
        if truth is not None:
            assert np.allclose(relief.metres, truth, equal_nan=True)

    return put


def people(values: np.ndarray = PEOPLE, *then: Then, truth: float | None = None, **profile: object) -> Put:
    def put(folder: Path) -> None:
        path = write(folder / "people.tif", values, **({"cell": 1000} | profile))
        for step in then:
            step(path)
        found = share_population(path, NODES, crs=CRS, cap_m=2500.0, area=AREA)
        assert truth is None or found.total == truth, found.total

    return put


def set_to(**told: object) -> Then:
    """Say something of a raster in the file itself."""

    def act(path: Path) -> None:
        with rasterio.open(path, "r+") as raster:
            for name, value in told.items():
                setattr(raster, name, value)

    return act


def tagged(**tags: str) -> Then:
    def act(path: Path) -> None:
        with rasterio.open(path, "r+") as raster:
            raster.update_tags(**tags)

    return act


def cut(share: float) -> Then:
    return lambda path: path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def content(what: bytes | None, door: Put, called: str = "heights.tif") -> Put:
    def put(folder: Path) -> None:
        if what is not None:
            (folder / called).write_bytes(what)
        door(folder)

    return put


def only_read(folder: Path) -> None:
    read_relief(folder / "heights.tif")


def a_folder(folder: Path) -> None:
    (folder / "heights.tif").mkdir()
    only_read(folder)


VRT = b"<VRTDataset rasterXSize='1' rasterYSize='1'></VRTDataset>"
NEAR = HEIGHTS  # of the embedded heights here, some 680 to 760 m
RASTERS = table(
    "Rasters of heights",
    ("no such file", "refused", content(None, only_read)),
    ("a folder", "refused", a_folder),
    ("a name that no folder can hold", "refused", lambda to: read_relief(to / f"{'x' * 300}.tif") and None),
    ("an empty file", "refused", content(b"", only_read)),
    ("a plain text", "refused", content(b"hello", only_read)),
    ("a VRT, which reads other files", "refused", content(VRT, only_read)),
    (
        "a grid of text (ASC)",
        "refused",
        content(b"ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2\n3 4\n", only_read),
    ),
    ("a picture called .tif", "refused", content(b"\x89PNG\r\n\x1a\n" + bytes(60), only_read)),
    ("a head and nothing behind it", "refused", content(b"II*\x00\x08\x00\x00\x00", only_read)),
    ("cut short", "refused", heights(np.tile(HEIGHTS, (9, 9)), cut(0.5), compress="deflate")),
    ("no CRS", "refused", heights(crs=None)),
    ("rotated", "refused", heights(transform=TURNED)),
    ("upside down", "refused", heights(transform=Affine(100, 0, WEST, 0, 100, NORTH))),
    ("degrees called metres", "refused", heights(transform=from_origin(74.0, 43.0, 0.004, 0.004))),
    ("metres called degrees", "refused", heights(crs="EPSG:4326")),
    ("a CRS in feet", "refused", heights(crs="EPSG:2225")),
    ("colours by number (a palette) in 16 bits", "refused", heights(MOST // 100, photometric="palette")),
    ("numbers of 16 bits with decimals (float16)", "refused", heights(nbits=16)),
    ("feet, by the file's own word", "refused", heights(HEIGHTS, set_to(units=("US survey foot",)))),
    ("feet, by heights known here", "refused", heights(HEIGHTS * np.float32(3.2808))),
    ("heights 500 m off those known here", "refused", heights(HEIGHTS + 500)),
    (
        "a datum that is not known (Krassowsky's ellipsoid alone)",
        "refused",
        heights(crs="+proj=tmerc +lon_0=75 +k=1 +x_0=500000 +ellps=krass +units=m +no_defs"),
    ),
    ("heights that no ground has", "refused", heights(HEIGHTS * 20)),
    ("-9999 that is not declared", "refused", heights(SPIKED)),
    ("0 that is not declared", "refused", heights(NOUGHT)),
    ("0 beside -9999 that is declared", "refused", heights(np.where(BACK, -9999, NOUGHT), nodata=-9999)),
    ("1e20 that is not declared", "refused", heights(HUGE)),
    ("65535 that is not declared", "refused", heights(MOST)),
    ("1 that is not declared", "refused", heights(np.where(np.eye(20) > 0, 1, HEIGHTS).astype("float32"))),
    ("-400 that is not declared", "refused", heights(np.where(BACK, -400, HEIGHTS).astype("float32"))),
    ("one cell of 8,000 m", "refused", heights(np.where(HEIGHTS[7, 3] == HEIGHTS, 8000, HEIGHTS).astype("float32"))),
    ("a wall of 450 m", "read", heights(np.where(np.arange(20) > 17, HEIGHTS + 450, HEIGHTS).astype("float32"))),
    ("-9999 that is declared", "read", heights(SPIKED, nodata=-9999, truth=np.where(np.eye(20) > 0, np.nan, HEIGHTS))),
    (
        "-9999 beside 0 that is declared",
        "refused",
        heights(np.where(BACK, -9999, NOUGHT), nodata=0),
    ),
    (
        "decimetres with a scale",
        "read",
        heights((HEIGHTS * 10).round().astype("int16"), set_to(scales=(0.1,)), truth=(HEIGHTS * 10).round() / 10),
    ),
    ("an offset", "read", heights(HEIGHTS - 300, set_to(offsets=(300.0,)), truth=HEIGHTS)),
    ("nothing but nodata", "refused", heights(np.full((20, 20), -9999, "float32"), nodata=-9999)),
    ("a coloured picture", "refused", heights(PICTURE, count=3)),
    ("a grey picture", "refused", heights(PICTURE)),
    ("feet, in Russian", "refused", heights(HEIGHTS, set_to(units=("футы",)))),
    ("feet, by a tag", "refused", heights(HEIGHTS, tagged(units="feet"))),
    ("decimetres, by the file's own word", "refused", heights(HEIGHTS, set_to(units=("dm",)))),
    ("degrees of slope, by the file's own word", "refused", heights(HEIGHTS, set_to(units=("degrees",)))),
    ("metres, by the file's own word", "read", heights(HEIGHTS, set_to(units=("metres above sea level",)))),
    ("metres, in Russian", "read", heights(HEIGHTS, set_to(units=("метры",)))),
    ("heights of the CRS in feet", "refused", heights(crs="EPSG:32643+6360")),
    ("complex numbers", "refused", heights(HEIGHTS.astype("complex64"))),
)
POPULATION = table(
    "Rasters of people",
    ("no such file", "refused", lambda to: share_population(to / "people.tif", NODES, crs=CRS, cap_m=1.0)),
    (
        "a plain text",
        "refused",
        content(b"people", lambda to: share_population(to / "people.tif", NODES, crs=CRS, cap_m=1.0), "people.tif"),
    ),
    ("a scale", "read", people(PEOPLE.astype("int16"), set_to(scales=(0.5,)), truth=13.0)),
    ("an offset", "read", people(PEOPLE, set_to(offsets=(1.0,)), truth=30.0)),
    ("65535 that is not declared", "refused", people(np.array([[5, 6], [7, 65535]], "uint16"), cell=100)),
    ("255 that is not declared, in cells of 10 m", "refused", people(np.array([[5, 6], [7, 255]], "uint8"), cell=10)),
    ("-9999 that is not declared", "refused", people(np.where(PEOPLE == 8, -9999, PEOPLE))),
    ("1e20 that is not declared", "refused", people(np.where(PEOPLE == 8, 1e20, PEOPLE))),
    ("-9999 that is declared", "read", people(np.where(PEOPLE == 8, -9999, PEOPLE), nodata=-9999, truth=18.0)),
    ("a cell that is no number", "read", people(np.where(PEOPLE == 8, np.nan, PEOPLE), truth=18.0)),
    ("an infinite cell", "refused", people(np.where(PEOPLE == 8, np.inf, PEOPLE))),
    (
        "people to the square kilometre, by the file's own word",
        "refused",
        people(PEOPLE, set_to(units=("persons/km2",))),
    ),
    ("people to the square kilometre, in Russian", "refused", people(PEOPLE, set_to(units=("чел./км²",)))),
    ("a density, by the band's name", "refused", people(PEOPLE, set_to(descriptions=("Population density",)))),
    ("colours by number (a palette)", "refused", people(PEOPLE.astype("uint8"), photometric="palette")),
    ("numbers of 16 bits with decimals (float16)", "read", people(PEOPLE.astype("float32"), nbits=16, truth=26.0)),
    ("thousands of people, by the file's own word", "refused", people(PEOPLE, set_to(units=("thousand people",)))),
    ("people to the square kilometre, by a tag", "refused", people(PEOPLE, tagged(units="persons/km2"))),
    ("people, by the file's own word", "read", people(PEOPLE, set_to(units=("persons per cell",)), truth=26.0)),
    ("people to the hectare, spelt out", "refused", people(PEOPLE, set_to(units=("people per hectare",)))),
    ("people to the square mile", "refused", people(PEOPLE, set_to(units=("persons per mile2",)))),
    ("millions of people, in Russian", "refused", people(PEOPLE, set_to(units=("млн чел.",)))),
    ("households", "refused", people(PEOPLE, set_to(descriptions=("Households",)))),
    ("shares in percent", "refused", people(PEOPLE, set_to(units=("%",)))),
    ("logarithms", "refused", people(PEOPLE, set_to(descriptions=("log10(population)",)))),
    ("nobody", "refused", people(PEOPLE * 0)),
    ("no CRS", "refused", people(crs=None)),
    ("rotated", "refused", people(transform=KM @ Affine.rotation(30))),
    ("upside down", "refused", people(transform=Affine(1000, 0, WEST, 0, 1000, NORTH))),
    ("metres called degrees", "refused", people(crs="EPSG:4326")),
    ("degrees called metres", "refused", people(transform=from_origin(75, 43, 0.1, 0.1))),
    ("of another country", "refused", people(transform=from_origin(WEST, NORTH - 1_500_000, 1000, 1000))),
    ("two bands", "refused", people(count=2)),
    ("cut short", "refused", people(np.random.default_rng(1).random((300, 300)), cut(0.4), compress="deflate")),
)
