"""Ground: enough of it, flat enough, of a usable shape."""

from sitesel.criteria.ground.area import area_ratio
from sitesel.criteria.ground.earthwork import earthwork, heights_at
from sitesel.criteria.ground.factors import ground_factors, site_factors
from sitesel.criteria.ground.rectangles import directions, fits, fits_area, largest_rectangle
from sitesel.criteria.ground.slope import horn, slope_grid, slope_pct, slope_pct_by_window, slopes_touched
from sitesel.criteria.ground.usable import compactness, frontage_m, largest_part, usable_parts

__all__ = [
    "area_ratio",
    "compactness",
    "directions",
    "earthwork",
    "fits",
    "fits_area",
    "frontage_m",
    "ground_factors",
    "heights_at",
    "horn",
    "largest_part",
    "largest_rectangle",
    "site_factors",
    "slope_grid",
    "slope_pct",
    "slope_pct_by_window",
    "slopes_touched",
    "usable_parts",
]
