"""Ground: enough of it, flat enough, of a usable shape."""

from sitesel.ground.earthwork import earthwork
from sitesel.ground.factors import ground_factors, site_factors
from sitesel.ground.land import Land, land
from sitesel.ground.parts import compactness, frontage_m, largest_part, usable_parts
from sitesel.ground.rectangles import directions, fits, fits_area, largest_rectangle
from sitesel.ground.usable import usable

__all__ = [
    "Land",
    "compactness",
    "directions",
    "earthwork",
    "fits",
    "fits_area",
    "frontage_m",
    "ground_factors",
    "land",
    "largest_part",
    "largest_rectangle",
    "site_factors",
    "usable",
    "usable_parts",
]
