"""The door for files: what they are by their first bytes, not by their names; and nothing that reaches elsewhere.

GDAL opens whatever it knows. A description of data that lie elsewhere (a VRT, a service) would make it read other files
or ask the network, under any name; a pipe would make it wait. So only known formats come in, and only plain files.
"""

import stat
import zipfile
from pathlib import Path
from typing import Final

from sitesel.errors import LayerError

VECTORS: Final = {
    "GeoPackage": (b"SQLite format 3\x00",),
    "shapefile": (b"\x00\x00\x27\x0a",),
    "GeoParquet": (b"PAR1",),
    "FlatGeobuf": (b"fgb\x03",),
    "XLSX": (b"PK\x03\x04",),
}
"""First bytes of each format that is no text."""

RASTERS: Final = {
    "GeoTIFF": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
    "netCDF": (b"CDF\x01", b"CDF\x02", b"CDF\x05", b"\x89HDF\r\n\x1a\n"),
}
OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"
ARCHIVE_FAULTS: Final = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError)
"""What reading an archive that is not whole raises: ValueError of names in no UTF-8, RuntimeError of a locked one."""

_FIRST: Final = 4096
_MARK: Final = b"\xef\xbb\xbf"


def vector_format(path: Path, name: str) -> str:
    """Tell which format a layer has.

    Parameters
    ----------
    path : Path
    name : str
        What to call it in a fault.

    Returns
    -------
    str
        One of :data:`VECTORS`, ``"GeoJSON"``, ``"KML"`` or ``"CSV"``.

    Raises
    ------
    LayerError
        There is no such file, it is none that can be read to its end, or its format is not one of these.
    """
    first = _first_bytes(path, name)
    for known, marks in VECTORS.items():
        if first.startswith(marks):
            return known if known != "XLSX" else _workbook(path, name)
    if first.startswith(OLD_WORKBOOK):
        raise LayerError(f"{name}: a workbook of the old kind (.xls); save it as XLSX or CSV")
    text = first.removeprefix(_MARK).lstrip()
    if text.startswith(b"{"):
        return "GeoJSON"
    if text.startswith(b"<") and b"<kml" in text:
        return "KML"
    if path.suffix.lower() == ".csv" and not text.startswith(b"<"):
        return "CSV"
    raise LayerError(
        f"{name}: is no {', '.join(VECTORS)}, GeoJSON, KML or CSV, whatever its name says; save it as a GeoPackage"
    )


def _workbook(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            if any(part.startswith("xl/") for part in archive.namelist()):
                return "XLSX"
    except ARCHIVE_FAULTS as cause:
        raise LayerError(f"{name}: a workbook or archive that is not whole; save it again") from cause
    raise LayerError(f"{name}: an archive and no workbook; unpack it and name the file in it")


def refuse_other_rasters(path: Path, name: str) -> None:
    """See that a raster is one that can be read.

    Raises
    ------
    LayerError
        As of :func:`vector_format`.
    """
    first = _first_bytes(path, name)
    if not first.startswith(tuple(mark for marks in RASTERS.values() for mark in marks)):
        raise LayerError(f"{name}: is neither GeoTIFF nor netCDF, whatever its name says; save it again as a GeoTIFF")


def why_no_file(path: Path) -> str | None:
    """Say why a path leads to no file that can be read to its end; None where it leads to one.

    Examples
    --------
    >>> why_no_file(Path("nowhere.gpkg")), why_no_file(Path())
    ('no such file', 'is a folder')
    """
    try:
        kind = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):  # a name with a zero in it is none
        return "no such file"
    except OSError as cause:  # a name too long, a link that leads to itself, a folder that nobody may enter
        return f"cannot be reached ({cause.strerror})"
    if stat.S_ISDIR(kind):
        return "is a folder"
    return None if stat.S_ISREG(kind) else "is a pipe or a device"


def _first_bytes(path: Path, name: str) -> bytes:
    if fault := why_no_file(path):
        remedy = "give a file" if fault.startswith("is ") else "put it there or correct its name in the study"
        raise LayerError(f"{name}: {fault}; {remedy}")
    try:
        with path.open("rb") as file:
            first = file.read(_FIRST)
    except OSError as cause:
        raise LayerError(f"{name}: cannot be read ({cause.strerror}); see who may read it") from cause
    if not first:
        raise LayerError(f"{name}: an empty file; save it again")
    return first
