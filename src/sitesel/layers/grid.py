"""A north-up grid in a projected CRS: where its cells lie, and which of them a shape touches."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyproj
import shapely
from affine import Affine
from rasterio.enums import Resampling
from rasterio.features import rasterize
from rasterio.transform import array_bounds
from rasterio.warp import reproject
from shapely.geometry.base import BaseGeometry

Mask = np.ndarray[tuple[int, int], np.dtype[np.bool_]]
Grid2D = np.ndarray[tuple[int, int], np.dtype[np.float64]]

M_PER_DEGREE: Final = 111_320.0
"""Of latitude; of longitude at the equator."""


@dataclass(frozen=True)
class Grid:
    """Cells of one size, row 0 in the north.

    Parameters
    ----------
    transform : affine.Affine
        From (column, row) to (x, y) in metres; neither rotated nor mirrored.
    shape : (rows, columns)
    crs : str
        Projected, in metres.

    Raises
    ------
    ValueError
        Rotated, mirrored, or degrees.
    """

    transform: Affine
    shape: tuple[int, int]
    crs: str

    def __post_init__(self) -> None:
        """Refuse what lengths cannot be measured on."""
        if self.transform.b or self.transform.d or self.transform.a <= 0 or self.transform.e >= 0:
            raise ValueError("the grid is rotated or mirrored; warp it to a north-up one")
        if not pyproj.CRS(self.crs).is_projected:
            raise ValueError(f"the grid counts in degrees ({self.crs}); lengths need a projected CRS")

    @property
    def cell_m(self) -> tuple[float, float]:
        """Height and width of a cell in metres: the order of (row, column)."""
        return -self.transform.e, self.transform.a

    @property
    def cell_ha(self) -> float:
        """Area of a cell in hectares."""
        height, width = self.cell_m
        return height * width / 1e4

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in metres."""
        west, south, east, north = array_bounds(*self.shape, self.transform)
        return west, south, east, north

    def centres(self) -> tuple[Grid2D, Grid2D]:
        """Eastings and northings of the cells' centres, each of the grid's shape.

        Examples
        --------
        >>> x, y = grid_over((0.0, 0.0, 100.0, 50.0), "EPSG:32643", 50.0).centres()
        >>> x.tolist(), y.tolist()
        ([[25.0, 75.0]], [[25.0, 25.0]])
        """
        rows, columns = self.shape
        x = self.transform.c + (np.arange(columns) + 0.5) * self.transform.a
        y = self.transform.f + (np.arange(rows) + 0.5) * self.transform.e
        return np.tile(x, (rows, 1)), np.tile(y[:, None], (1, columns))

    def touched(self, shapes: Iterable[BaseGeometry], *, wholly: bool = True) -> Mask:
        """Cells that any of the shapes touches.

        Parameters
        ----------
        shapes : iterable of geometry
            In the grid's CRS.
        wholly : bool
            True: every cell that a shape enters (of the four about a corner that a line passes through, two);
            False: only cells whose centre a polygon holds.
        """
        west, south, east, north = self.bounds
        every = np.fromiter(shapes, dtype=object)
        left, low, right, high = shapely.bounds(every).T  # NaN of empty ones
        near = every[(left <= east) & (right >= west) & (low <= north) & (high >= south)]
        if not len(near):
            return np.zeros(self.shape, dtype=bool)
        burnt = rasterize(near, self.shape, transform=self.transform, all_touched=wholly, dtype="uint8")
        return np.asarray(burnt, dtype=bool)

    def boxes(self, mask: Mask) -> np.ndarray:
        """Squares of the cells that a mask holds, row by row."""
        rows, columns = np.nonzero(mask)
        west = self.transform.c + columns * self.transform.a
        north = self.transform.f + rows * self.transform.e
        squares: np.ndarray = shapely.box(west, north + self.transform.e, west + self.transform.a, north)
        return squares

    def part(self, rows: slice, columns: slice) -> "Grid":
        """Take a window of the grid, which may reach beyond it.

        Parameters
        ----------
        rows, columns : slice
            With a start and a stop; below 0: north or west of the grid.
        """
        corner = self.transform * Affine.translation(columns.start, rows.start)
        return Grid(corner, (rows.stop - rows.start, columns.stop - columns.start), self.crs)

    def window(self, bounds: tuple[float, float, float, float]) -> tuple[slice, slice]:
        """Rows and columns that some bounds (west, south, east, north) touch, cut to the grid."""
        rows, columns = self.shape
        west, south, east, north = bounds
        left = int(np.floor((west - self.transform.c) / self.transform.a))
        right = int(np.ceil((east - self.transform.c) / self.transform.a))
        top = int(np.floor((north - self.transform.f) / self.transform.e))
        bottom = int(np.ceil((south - self.transform.f) / self.transform.e))
        return slice(max(top, 0), max(min(bottom, rows), 0)), slice(max(left, 0), max(min(right, columns), 0))


def grid_over(bounds: tuple[float, float, float, float], crs: str, cell_m: float) -> Grid:
    """Lay a grid of square cells over bounds, on multiples of the cell's size.

    Parameters
    ----------
    bounds : (west, south, east, north)
        In metres, in ``crs``.
    crs : str
    cell_m : float

    Examples
    --------
    >>> grid = grid_over((100.0, 0.0, 990.0, 500.0), "EPSG:32643", 250.0)
    >>> grid.shape, grid.bounds
    ((2, 4), (0.0, 0.0, 1000.0, 500.0))
    """
    west, south, east, north = bounds
    left, bottom = np.floor(west / cell_m) * cell_m, np.floor(south / cell_m) * cell_m
    columns = int(np.ceil((east - left) / cell_m - 1e-9))
    rows = int(np.ceil((north - bottom) / cell_m - 1e-9))
    if rows <= 0 or columns <= 0:
        raise ValueError(f"no cell of {cell_m:g} m within {bounds}")
    transform = Affine(cell_m, 0.0, float(left), 0.0, -cell_m, float(bottom + rows * cell_m))
    return Grid(transform, (rows, columns), crs)


def warped(
    values: np.ndarray, transform: Affine, crs: str, onto: Grid, resampling: Resampling = Resampling.bilinear
) -> np.ndarray:
    """Lay a raster's values onto a grid.

    Parameters
    ----------
    values : ndarray of float32 or float64, shape (rows, columns)
        NaN where not known.
    transform : affine.Affine
    crs : str
        Of the values.
    onto : Grid
    resampling : rasterio.enums.Resampling

    Returns
    -------
    ndarray of the values' type, the grid's shape
        NaN where not known.

    Examples
    --------
    >>> fine = np.array([[1.0, 3.0], [5.0, 7.0]])
    >>> coarse = Grid(Affine(20, 0, 0, 0, -20, 20), (1, 1), "EPSG:32643")
    >>> warped(fine, Affine(10, 0, 0, 0, -10, 20), "EPSG:32643", coarse, Resampling.average)
    array([[4.]])
    """
    found = np.full(onto.shape, np.nan, dtype=values.dtype)
    reproject(
        values,
        found,
        src_transform=transform,
        src_crs=crs,
        src_nodata=np.nan,
        dst_transform=onto.transform,
        dst_crs=onto.crs,
        dst_nodata=np.nan,
        resampling=resampling,
    )
    return found
