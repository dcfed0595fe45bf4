"""How dear it is to lay a metre of line, cell by cell."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely

from sitesel.arrays import Objects
from sitesel.connections.prices import Terrain
from sitesel.layers.grid import Grid, Grid2D


@dataclass(frozen=True)
class CostSurface:
    """Factors on the cost of a metre.

    Parameters
    ----------
    grid : Grid
    factor : ndarray of float64, shape of the grid
        Times the cost of a metre on flat open ground; ``inf`` is never crossed.
    layers : tuple of str
        What was taken into account besides slope.
    not_given : tuple of str
        Factors of the terrain whose layer was not given.
    barriers : ndarray of LineString
        Never crossed, wherever in a cell they run; the ground beside them is open.
    """

    grid: Grid
    factor: Grid2D
    layers: tuple[str, ...] = ()
    not_given: tuple[str, ...] = ()
    barriers: Objects = field(default_factory=lambda: np.empty(0, dtype=object))


def cost_surface(
    grid: Grid, layers: Mapping[str, gpd.GeoDataFrame], terrain: Terrain, slope_pct: np.ndarray | None = None
) -> CostSurface:
    """Combine slope and obstacles: factors of all that a cell holds are multiplied.

    Lines that may not be crossed (a factor of ``inf``) are barriers; areas that may not be are closed cells.

    Parameters
    ----------
    grid : Grid
    layers : mapping of str to GeoDataFrame
        By the terrain's factor names (``rivers built_up roads protected``); in the grid's CRS.
    terrain : Terrain
    slope_pct : ndarray, shape of the grid, optional
        NaN where not known: such cells count as flat.

    Returns
    -------
    CostSurface

    Raises
    ------
    ValueError
        A layer that the terrain has no factor for, in another CRS, or a slope of another shape.

    Examples
    --------
    >>> from affine import Affine
    >>> from sitesel.connections import default_terrain
    >>> grid = Grid(Affine(100, 0, 0, 0, -100, 100), (1, 2), "EPSG:32643")
    >>> cost_surface(grid, {}, default_terrain(), np.array([[0.0, np.nan]])).factor.tolist()
    [[1.0, 1.0]]
    """
    if strange := sorted(set(layers) - set(terrain.factors)):
        raise ValueError(f"no factor for {strange[0]!r}; there are {', '.join(sorted(terrain.factors))}")
    factor = np.ones(grid.shape)
    if slope_pct is not None:
        if slope_pct.shape != grid.shape:
            raise ValueError(f"slope has shape {slope_pct.shape}, the grid {grid.shape}")
        percent, times = np.array(terrain.slope_pct).T
        known = np.isfinite(slope_pct)
        factor[known] = np.interp(slope_pct[known], percent, times)
    barriers: list[object] = []
    for name, frame in layers.items():
        if frame.crs != grid.crs:
            raise ValueError(f"{name} is in {frame.crs}, the grid in {grid.crs}")
        shapes, times = np.asarray(frame.geometry, dtype=object), terrain.factors[name]
        lines = np.isinf(times) & (shapely.get_dimensions(shapes) == 1)
        barriers.extend(shapes[lines])
        factor[grid.touched(shapes[~lines])] *= times
    absent = tuple(sorted(set(terrain.factors) - set(layers)))
    return CostSurface(grid, factor, tuple(sorted(layers)), absent, np.array(barriers, dtype=object))
