"""Share a population raster out to the nearest road nodes."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import rasterio
from rasterio.features import geometry_mask
from rasterio.warp import transform_bounds
from rasterio.windows import Window
from scipy.spatial import cKDTree

from sitesel.arrays import Bools, Floats, Ints
from sitesel.errors import LayerError
from sitesel.layers.raster import inside, opened, refuse_colours, told_units, window_within

CELLS_AT_ONCE: Final = 2_000_000  # keeps a window and its coordinates near 100 MB
MOST_PER_KM2: Final = 500_000  # more live nowhere: such a cell says that nothing is known, without declaring it
KM_A_DEGREE: Final = 111.32
POLE: Final = 90.0
OTHERWISE: Final = re.compile(
    r"(?i)(/|per|на\s|\^?-)\s*(sq|square|km|ha|hect|acre|mile|кв|км|га|гект|1[\s,.]?000)|\b(km|ha|км|га)\W*-[12]"
    r"|densit|плотност|hundred|thousand|million|тыс|млн|миллион|household|домохоз|%|percent|процент|\bshare\b|\bдоля\b"
    r"|\blog"
)
"""What is said of people that are not counted one by one in each cell."""
TOLERANCE: Final = 1e-6  # people by which the parts may miss the total, for each person in it or one, whichever is more


@dataclass(frozen=True)
class SharedPopulation:
    """A raster's people by road node.

    Parameters
    ----------
    people : Series of float, index node
        0 where no cell is nearest to a node.
    stranded : DataFrame
        Cells farther from every road than the cap: ``row column`` in the raster, ``x y`` (m, the nodes' CRS),
        ``people``.
    total : float
        People in the raster, within the area and the country asked for; those of the nodes and of the stranded cells
        add up to it.
    abroad : float
        People within the area, but beyond the country; counted nowhere else.
    peopled_cells, unknown_cells : int
        Cells with people, and cells without data.
    nodata : float or None
        What the raster declares to be no data. Where it is 0, cells without people and cells not known are one.
    """

    people: pd.Series
    stranded: pd.DataFrame
    total: float
    abroad: float
    peopled_cells: int
    unknown_cells: int
    nodata: float | None


@dataclass(frozen=True)
class _Cells:
    """The peopled cells of a window."""

    rows: Ints
    columns: Ints
    people: Floats
    unknown: int
    abroad: float


def share_population(
    path: Path,
    nodes: pd.DataFrame,
    *,
    crs: str,
    cap_m: float,
    area: tuple[float, float, float, float] | None = None,
    country: gpd.GeoSeries | None = None,
) -> SharedPopulation:
    """Give the people of each cell to the road node nearest to its middle.

    Read by windows, so that a country at 100 m fits into memory.

    Parameters
    ----------
    path : Path
        A raster of one band with people counted in each cell (WorldPop's and GHS-POP's are), any CRS.
    nodes : DataFrame, index node
        ``x y`` in metres.
    crs : str
        The nodes' CRS, projected in metres.
    cap_m : float
        A cell farther than this from every node is stranded.
    area : (west, south, east, north), optional
        In degrees; only cells within are read. A raster of the world needs it.
    country : GeoSeries of Polygon, any CRS, optional
        Only cells whose middle it holds are shared out: who lives across a border does not come to work each day.

    Returns
    -------
    SharedPopulation

    Raises
    ------
    LayerError
        No such file, no raster, several bands, no CRS, rotated, negative or infinite people (a nodata value that is not
        declared), nobody at all, or nowhere near the roads.
    ArithmeticError
        The parts do not add up to the total: a fault of ours.

    Examples
    --------
    >>> grid = {"width": 3, "height": 1, "count": 1, "dtype": "float32", "crs": "EPSG:32643"}
    >>> with rasterio.open("people.tif", "w", **grid, transform=rasterio.Affine(100, 0, 0, 0, -100, 100)) as raster:
    ...     raster.write(np.array([[[30, 20, 5]]]))
    >>> nodes = pd.DataFrame({"x": [0.0, 150.0], "y": [50.0, 50.0]}, index=["west", "east"])
    >>> found = share_population(Path("people.tif"), nodes, crs="EPSG:32643", cap_m=80.0)
    >>> found.people.to_dict(), found.stranded["people"].tolist()
    ({'west': 30.0, 'east': 20.0}, [5.0])
    """
    with opened(path, "population") as raster:
        if raster.count != 1:
            raise LayerError(f"{path.name}: has {raster.count} bands; give one band with people in each cell")
        refuse_colours(raster, path, "people")
        for told in filter(OTHERWISE.search, _told_of_band(raster)):
            raise LayerError(f"{path.name}: counts people as {told!r}; give people counted in each cell")
        within = _within(raster, path, area)
        home = None if country is None else country.to_crs(raster.crs)
        return _shared(_Read(raster, path, home), within, _Roads(nodes, crs, cap_m))


def _told_of_band(raster: rasterio.DatasetReader) -> Iterator[str]:
    """Give what a raster says of its one band: its unit, and its name."""
    yield from told_units(raster)
    yield from filter(None, raster.descriptions)


def beyond_raster(path: Path, places: gpd.GeoSeries) -> "pd.Series[bool]":
    """Tell which places lie, in part or whole, beyond a raster.

    Parameters
    ----------
    path : Path
        A raster that can be used, as :func:`share_population` says.
    places : GeoSeries
        Any CRS.

    Returns
    -------
    Series of bool, the places' index
    """
    with rasterio.open(path) as raster:
        return ~inside(raster, places)


@dataclass(frozen=True)
class _Read:
    """A raster being read: its file, and the country in its CRS."""

    raster: rasterio.DatasetReader
    path: Path
    country: gpd.GeoSeries | None


class _Roads:
    """Road nodes, asked for the nearest."""

    def __init__(self, nodes: pd.DataFrame, crs: str, cap_m: float) -> None:
        self.names, self.crs, self.cap_m = nodes.index, crs, cap_m
        # A tree whose cuts are not balanced is built in a third of the time and asked as fast.
        self.tree = cKDTree(nodes[["x", "y"]].to_numpy(np.float64), balanced_tree=False)

    def nearest(self, points: Floats) -> Ints:
        """Find the position of the nearest node to each point, -1 where it is beyond the cap."""
        metres, node = self.tree.query(points, distance_upper_bound=np.nextafter(self.cap_m, np.inf), workers=-1)
        return np.where(np.isfinite(metres), node, -1)


def _within(raster: rasterio.DatasetReader, path: Path, area: tuple[float, float, float, float] | None) -> Window:
    if area is None:
        return Window(0, 0, raster.width, raster.height)
    window = window_within(raster, transform_bounds("EPSG:4326", raster.crs, *area))
    if window is None:
        raise LayerError(f"{path.name}: does not meet the study's area; give a raster that covers it")
    return window


def _shared(read: _Read, within: Window, roads: _Roads) -> SharedPopulation:
    raster, path = read.raster, read.path
    to_roads = pyproj.Transformer.from_crs(raster.crs.to_wkt(), roads.crs, always_xy=True)
    by_node = np.zeros(len(roads.names))
    stranded: list[pd.DataFrame] = []
    total, abroad, peopled, unknown = 0.0, 0.0, 0, 0
    for window in _windows(raster, within):
        cells = _peopled(read, window)
        points = _middles(raster, path, cells, to_roads)
        node = roads.nearest(points)
        near = node >= 0
        by_node += np.bincount(node[near], weights=cells.people[near], minlength=len(by_node))
        stranded.append(_listed(cells, points, ~near))
        total, abroad = total + cells.people.sum(), abroad + cells.abroad
        peopled, unknown = peopled + len(node), unknown + cells.unknown
    found = SharedPopulation(
        people=pd.Series(by_node, index=roads.names, name="people"),
        stranded=pd.concat(stranded, ignore_index=True),
        total=float(total),
        abroad=float(abroad),
        peopled_cells=peopled,
        unknown_cells=unknown,
        nodata=None if raster.nodata is None else float(raster.nodata),
    )
    _refuse_elsewhere(found, path, roads.cap_m)
    return found


def _windows(raster: rasterio.DatasetReader, within: Window) -> Iterator[Window]:
    """Cut into windows that follow the raster's blocks, so that none is read twice."""
    block_rows, block_columns = raster.block_shapes[0]
    columns = _edges(within.col_off, within.width, max(block_columns, 2048 // block_columns * block_columns))
    widest = max(right - left for left, right in itertools.pairwise(columns))
    height = max(1, CELLS_AT_ONCE // (widest * block_rows)) * block_rows
    for top, bottom in itertools.pairwise(_edges(within.row_off, within.height, height)):
        for left, right in itertools.pairwise(columns):
            yield Window(left, top, right - left, bottom - top)


def _edges(start: int, length: int, stride: int) -> list[int]:
    """Both ends and the multiples of the stride between them.

    Examples
    --------
    >>> _edges(3, 10, 5)
    [3, 5, 10, 13]
    """
    first = int(start) // stride * stride + stride
    return [int(start), *range(first, int(start + length), stride), int(start + length)]


def _peopled(read: _Read, window: Window) -> _Cells:
    given = read.raster.read(1, window=window, masked=True)
    missing = np.ma.getmaskarray(given) | np.isnan(given.data)
    counted = given.data * read.raster.scales[0] + read.raster.offsets[0]  # may be packed
    people = np.where(missing, 0, counted).astype(np.float64)
    _refuse_impossible(people, read, window)
    abroad = 0.0
    if read.country is not None and people.any():
        outside = geometry_mask(read.country, people.shape, read.raster.window_transform(window))
        abroad = float(people[outside].sum(dtype=np.float64))
        people[outside] = 0
    rows, columns = np.nonzero(people)
    return _Cells(
        rows=rows + int(window.row_off),
        columns=columns + int(window.col_off),
        people=people[rows, columns].astype(np.float64),
        unknown=int(missing.sum()),
        abroad=abroad,
    )


def _refuse_impossible(people: np.ndarray[Any, np.dtype[Any]], read: _Read, window: Window) -> None:
    raster, path = read.raster, read.path
    most = MOST_PER_KM2 * _largest_cell_km2(raster, window)
    wrong = (people < 0) | ~(people <= most)
    if not wrong.any():
        return
    row, column = (int(position[0]) for position in np.nonzero(wrong))
    value = f"{people[row, column]:g}"
    where = f"row {row + int(window.row_off)}, column {column + int(window.col_off)}"
    raise LayerError(
        f"{path.name}: {value} people in {where}; if {value} means no data, declare it "
        f"(gdal_edit.py -a_nodata {value}), else correct the cell"
    )


def _largest_cell_km2(raster: rasterio.DatasetReader, window: Window) -> float:
    """How much ground a cell has; any amount where the raster does not lie where its CRS says, as is told elsewhere."""
    width, height = (abs(side) for side in raster.res)
    if not raster.crs.is_geographic:
        metres = float(raster.crs.linear_units_factor[1])
        return float(width * height) * metres**2 / 1e6 if min(width, height) * metres > 1 else np.inf
    _, south, _, north = raster.window_bounds(window)
    nearest = 0.0 if south <= 0 <= north else min(abs(south), abs(north))  # to the equator, where cells are widest
    return float(width * height * KM_A_DEGREE**2 * np.cos(np.radians(nearest))) if nearest < POLE else np.inf


def _middles(raster: rasterio.DatasetReader, path: Path, cells: _Cells, to_roads: pyproj.Transformer) -> Floats:
    grid = raster.transform
    x, y = grid.c + grid.a * (cells.columns + 0.5), grid.f + grid.e * (cells.rows + 0.5)
    points = np.column_stack(to_roads.transform(x, y))
    if not np.isfinite(points).all():
        row = int(np.nonzero(~np.isfinite(points).all(axis=1))[0][0])
        raise LayerError(
            f"{path.name}: {x[row]:g}, {y[row]:g} is no place in its CRS {raster.crs.to_string()}; "
            "set the CRS that it was made in (QGIS: Raster > Projections > Assign)"
        )
    return np.asarray(points, dtype=np.float64)


def _listed(cells: _Cells, points: Floats, chosen: Bools) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": cells.rows[chosen].astype(np.int32),
            "column": cells.columns[chosen].astype(np.int32),
            "x": points[chosen, 0],
            "y": points[chosen, 1],
            "people": cells.people[chosen],
        }
    )


def _refuse_elsewhere(found: SharedPopulation, path: Path, cap_m: float) -> None:
    if found.total == 0:
        raise LayerError(f"{path.name}: not one cell with people in the area; give people counted in each cell")
    placed = float(found.people.sum())
    if placed == 0:
        raise LayerError(
            f"{path.name}: no cell with people within {cap_m / 1000:g} km of a road; give a raster of the study's "
            "area, in the CRS that it says"
        )
    missed = placed + float(found.stranded["people"].sum()) - found.total
    if abs(missed) > TOLERANCE * max(1.0, found.total):
        raise ArithmeticError(f"{path.name}: {missed} people lost or won of {found.total} in sharing out")
