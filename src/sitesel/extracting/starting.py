"""A study begun on a folder of layers: it runs, and says what its planner has to fill in."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import geopandas as gpd
import pandas as pd
import pyproj
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from sitesel.errors import LayerError, OutputError
from sitesel.extracting.ground import CANDIDATES, LayersFolder, layers_folder
from sitesel.extracting.study_text import Begun, study_text
from sitesel.fetching import Box
from sitesel.layers.indicative import M2_PER_HA
from sitesel.outputs.layer_file import write_geopackage
from sitesel.text import LANGUAGES, NAMES, Message, name_column, names_of, note_in_columns, say

MOST_PLOTS: Final = 30
LEAST_HA: Final = 1.0  # of land that is proposed as a plot
EXAMPLES: Final = 3
EXAMPLE_M: Final = 250.0
_RANK: Final = ("city", "town", "village", "hamlet", "isolated_dwelling")


def write_study(study: Path, ground: Path, crs: str | None = None) -> tuple[list[Path], list[Message]]:
    """Write a study that runs on the layers of a folder, and plots beside it.

    Plots are the largest pieces of industrial land, as candidates to look at; where there are none, examples by the
    largest settlements.

    Parameters
    ----------
    study : Path
        A new TOML file.
    ground : Path
        What `sitesel layers` wrote, or the fetched folder that it lies in.
    crs : str, optional
        Projected, in metres; None: the UTM zone of the area's middle.

    Returns
    -------
    written : list of Path
        The study and its plots.
    told : list of Message
        What the plots are, then what the ground does not tell and the study therefore does not ask.

    Raises
    ------
    OutputError
        The study, or the plots beside it, are there already.
    LayerError
        The folder holds no layers, or the CRS does not count in metres.
    """
    if study.suffix != ".toml":
        raise OutputError(f"{study}: a study is a .toml file; give a name such as {study.name or 'chui'}.toml")
    plots_file = study.with_name(f"{study.stem}_plots.gpkg")
    for path in (study, plots_file):
        if path.exists():
            raise OutputError(f"{path}: is there already; give the name of a new file, nothing is written over")
    found = layers_folder(ground)
    crs = crs or utm_of(found.box)
    _refuse_other_than_metres(crs)
    candidates = _candidates(found, crs)
    plots = _examples(found, crs) if candidates.empty else candidates
    text, missing = study_text(Begun(study, plots_file, found, crs, plots, examples=candidates.empty))
    _put(
        study, text, plots_file, plots.to_crs("EPSG:4326"), found.owed(CANDIDATES if len(candidates) else "settlements")
    )
    told = Message("init.examples" if candidates.empty else "init.candidates", {"count": len(plots), "ha": LEAST_HA})
    return [study, plots_file], [told, *missing]


def _put(study: Path, text: str, plots_file: Path, plots: gpd.GeoDataFrame, owed: str) -> None:
    """Write both files or none, into a folder of the user's: nothing else in it is touched."""
    try:
        study.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{study.stem}-", dir=study.parent) as staging:
            about = {"ATTRIBUTION": owed} if owed else None
            write_geopackage(plots, Path(staging) / plots_file.name, layer="plots", about=about)
            (Path(staging) / study.name).write_text(text, encoding="utf-8")
            (Path(staging) / plots_file.name).rename(plots_file)
            (Path(staging) / study.name).rename(study)
    except OSError as cause:
        if not study.exists():
            plots_file.unlink(missing_ok=True)
        raise OutputError(f"{study}: cannot be written ({cause.strerror}); give a file in another folder") from None


def utm_of(box: Box) -> str:
    """Choose the UTM zone that holds the middle of a box.

    Parameters
    ----------
    box : tuple of float
        West, south, east, north in degrees.

    Raises
    ------
    LayerError
        There is none: near the poles.

    Examples
    --------
    >>> utm_of((73.0, 42.0, 76.0, 43.5)), utm_of((1.4, 42.4, 1.8, 42.7)), utm_of((18.3, -34.4, 19.0, -33.5))
    ('EPSG:32643', 'EPSG:32631', 'EPSG:32734')
    """
    west, south, east, north = box
    lon, lat = (west + east) / 2, (south + north) / 2
    zones = query_utm_crs_info("WGS 84", AreaOfInterest(lon, lat, lon, lat))
    if not zones:
        raise LayerError(f"no UTM zone holds {lon:.2f}, {lat:.2f}; name a system in metres with --crs")
    return f"EPSG:{zones[0].code}"


def _refuse_other_than_metres(crs: str) -> None:
    try:
        given = pyproj.CRS(crs)
    except pyproj.exceptions.CRSError:
        raise LayerError(f"--crs {crs}: is no coordinate system; write one such as EPSG:32643") from None
    if not given.is_projected or given.axis_info[0].unit_conversion_factor != 1:
        raise LayerError(f"--crs {crs}: does not count in metres; write one that does, such as EPSG:32643")


def _candidates(ground: LayersFolder, crs: str) -> gpd.GeoDataFrame:
    """Take the largest pieces of industrial land; none where none is of a hectare."""
    if CANDIDATES not in ground.frames:
        return gpd.GeoDataFrame(geometry=[], crs=crs)
    land = ground.frames[CANDIDATES].to_crs(crs)
    land = land.assign(area_ha=land.area / M2_PER_HA)
    largest = land[land["area_ha"] >= LEAST_HA].sort_values("area_ha", ascending=False, kind="stable").head(MOST_PLOTS)
    return _as_plots(
        largest[["id", *(name for name in NAMES if name in largest), "area_ha", "source", "geometry"]],
        Message("layers.note.candidate"),
    )


def _examples(ground: LayersFolder, crs: str) -> gpd.GeoDataFrame:
    """Draw squares by the largest settlements."""
    homes = ground.frames["settlements"].to_crs(crs)
    rank = homes["kind"].map({kind: place for place, kind in enumerate(_RANK)})
    largest = homes.assign(rank=rank).sort_values(["population", "rank"], ascending=[False, True], kind="stable")
    corner = shapely.get_coordinates(largest.geometry.head(EXAMPLES))
    squares = shapely.box(*corner.T, *(corner + EXAMPLE_M).T)
    called = [Message("layers.example", {"place": names_of(largest.iloc[place])}) for place in range(len(corner))]
    table = pd.DataFrame(
        {
            "id": [f"example-{number}" for number in range(1, len(corner) + 1)],
            **{name_column(lang): [say(name, lang) for name in called] for lang in LANGUAGES},
            "area_ha": EXAMPLE_M**2 / M2_PER_HA,
            "source": "drawn by sitesel init",
        }
    )
    return _as_plots(gpd.GeoDataFrame(table, geometry=squares, crs=crs), Message("layers.note.example"))


def _as_plots(frame: gpd.GeoDataFrame, note: Message) -> gpd.GeoDataFrame:
    told = {"town": "town", "outline": "indicative", "precision_km": 0.0, "confidence": "low"}
    return frame.assign(**told, **note_in_columns(note)).reset_index(drop=True)
