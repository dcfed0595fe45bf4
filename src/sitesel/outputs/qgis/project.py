"""A project of QGIS that opens the GeoPackage beside it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET  # builds elements, parses nothing

import numpy as np
import pyogrio
import pyproj

from sitesel.findings import Findings
from sitesel.outputs.qgis.looks import called
from sitesel.outputs.qgis.styles import SHAPES, VERSION, as_text, layers_in, style
from sitesel.report.palette import PALETTE
from sitesel.report.sources import credits_of
from sitesel.report.words import plain
from sitesel.text import Message, say

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "plots": ("usable", "plots"),
    "connections": ("connections", "utilities", "utility_lines"),
    "roads": ("gateways", "roads"),
    "labour": ("settlements", "city_parts", "rivals", "homes", "bands", "ways"),
    "rules": (),
    "border": ("border",),
}
"""From the topmost down; what stands in none is ground that rules read."""
HIDDEN: Final = frozenset({"homes", "bands", "ways", "city_parts"})
"""Off as the project opens: they lie over all else."""
MARGIN: Final = 0.05


def write_project(findings: Findings, path: Path, lang: str) -> None:
    """Write a project whose layers are those of ``plots.gpkg`` in the same folder.

    Parameters
    ----------
    findings : Findings
    path : Path
    lang : {"en", "ru", "ky"}
        Of names of groups and layers, and of labels.
    """
    file = path.with_name("plots.gpkg")
    there = layers_in(file)
    root = ET.Element("qgis", projectname=plain(findings.title[lang]), version=VERSION)
    ET.SubElement(root, "title").text = plain(findings.title[lang])
    ET.SubElement(root, "projectCrs").append(_crs(findings))
    tree = ET.SubElement(root, "layer-tree-group")
    for group, members in _grouped(there).items():
        parent = tree if group == "border" else _group(tree, say(Message(f"gis.group.{group}"), lang))
        for one in members:
            told = {"id": _id(one), "name": called(one, lang), "providerKey": "ogr", "source": _source(file, one)}
            told["checked"] = "Qt::Unchecked" if one in HIDDEN else "Qt::Checked"
            ET.SubElement(parent, "layer-tree-layer", told | {"expanded": str(int(one == "plots"))})
    root.append(_canvas(findings))
    order = [one for members in _grouped(there).values() for one in members]
    layers = ET.SubElement(root, "projectlayers")
    layers.extend(_layer(findings, file, one, there[one], lang) for one in order)
    root.append(_properties())
    path.write_text(as_text(root), encoding="utf-8")


def _grouped(there: Mapping[str, str]) -> dict[str, list[str]]:
    placed = {one for members in GROUPS.values() for one in members}
    groups = {name: [one for one in members if one in there] for name, members in GROUPS.items()}
    groups["rules"] = [one for one in there if one not in placed]
    return {name: members for name, members in groups.items() if members}


def _group(tree: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(tree, "layer-tree-group", {"name": name, "expanded": "1", "checked": "Qt::Checked"})


def _id(layer: str) -> str:
    """Name a layer within the project; QGIS takes no name of ten letters or fewer for an id."""
    return f"sitesel_{layer}"


def _source(file: Path, layer: str) -> str:
    return f"./{file.name}|layername={layer}"


def _crs(findings: Findings) -> ET.Element:
    crs = pyproj.CRS(findings.plots.crs)
    told = ET.Element("spatialrefsys")
    ET.SubElement(told, "wkt").text = crs.to_wkt()
    if authority := crs.to_authority():
        ET.SubElement(told, "authid").text = ":".join(authority)
    return told


def _canvas(findings: Findings) -> ET.Element:
    """Show all plots as the project opens."""
    canvas = ET.Element("mapcanvas", name="theMapCanvas")
    ET.SubElement(canvas, "units").text = "meters"
    canvas.append(_extent(findings.plots.total_bounds))
    ET.SubElement(canvas, "destinationsrs").append(_crs(findings))
    return canvas


def _extent(bounds: np.ndarray) -> ET.Element:
    west, south, east, north = map(float, bounds)
    more = MARGIN * max(east - west, north - south, 1000.0)
    extent = ET.Element("extent")
    ends = {"xmin": west - more, "ymin": south - more, "xmax": east + more, "ymax": north + more}
    for name, value in ends.items():
        ET.SubElement(extent, name).text = f"{value:.3f}"
    return extent


def _layer(findings: Findings, file: Path, layer: str, shape: str, lang: str) -> ET.Element:
    kinds = {drawn: kind.removesuffix("String") for kind, drawn in SHAPES.items()}
    told = ET.Element("maplayer", type="vector", geometry=kinds.get(shape, "No geometry"))
    texts = {"id": _id(layer), "datasource": _source(file, layer), "layername": called(layer, lang)}
    for name, text in texts.items():
        ET.SubElement(told, name).text = text
    if shape:
        ET.SubElement(told, "srs").append(_crs(findings))
    ET.SubElement(told, "provider", encoding="UTF-8").text = "ogr"
    about = ET.SubElement(told, "resourceMetadata")
    about.extend(_about(findings, file, layer, lang))
    styled = style(findings, layer, shape, lang)
    told.attrib.update({key: value for key, value in styled.attrib.items() if key != "version"})
    told.extend(styled)
    return told


def _about(findings: Findings, file: Path, layer: str, lang: str) -> Iterator[ET.Element]:
    meaning = pyogrio.read_info(file, layer=layer)["layer_metadata"] or {}
    texts = {"identifier": f"{findings.run['id']}/{layer}", "title": called(layer, lang), "type": "dataset"}
    texts |= {"abstract": meaning.get("DESCRIPTION", ""), "rights": "; ".join(credits_of(findings, lang))}
    for name, text in texts.items():
        element = ET.Element(name)
        element.text = plain(text)
        yield element


def _properties() -> ET.Element:
    told = ET.Element("properties")
    ET.SubElement(ET.SubElement(told, "Paths"), "Absolute", type="bool").text = "false"
    ET.SubElement(ET.SubElement(told, "SpatialRefSys"), "ProjectionsEnabled", type="int").text = "1"
    gui = ET.SubElement(told, "Gui")
    paper = bytes.fromhex(PALETTE["ink"]["paper"].removeprefix("#"))
    for name, part in zip(("Red", "Green", "Blue"), paper, strict=True):
        ET.SubElement(gui, f"CanvasColor{name}Part", type="int").text = str(part)
    return told
