"""Looks as QGIS writes them, and the styles and names of columns that a GeoPackage carries."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET  # builds elements, parses nothing

import pyogrio

from sitesel.findings import Findings
from sitesel.outputs.heads import labelled
from sitesel.outputs.qgis.looks import INK, Layer, Look, called, look_of, rgba
from sitesel.report.palette import PALETTE
from sitesel.report.words import plain
from sitesel.schema import Column, tables
from sitesel.text import quoted

VERSION: Final = "3.22.0"
"""Of QGIS, whose way of writing this is: later ones read it."""
SHAPES: Final = {"Point": "marker", "LineString": "line", "Polygon": "fill"}
STYLES: Final = "layer_styles"

_TABLES: Final = """
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT,
  styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME);
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT,
  description TEXT, mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
  min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""
_OWED_TOO: Final = """
INSERT INTO gpkg_metadata_reference
  SELECT reference_scope, ?, column_name, row_id_value, timestamp, md_file_id, md_parent_id
  FROM gpkg_metadata_reference WHERE table_name = 'plots'
"""
_SCHEMA: Final = ("gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema", "read-write")


def describe(findings: Findings, path: Path, lang: str, date: str) -> None:
    """Put styles, and labels and meanings of columns, into a GeoPackage of results.

    Parameters
    ----------
    findings : Findings
    path : Path
        With its layers in it.
    lang : {"en", "ru", "ky"}
    date : str
        That the file is dated.
    """
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(_TABLES)
        about = "styles of the layers, as QGIS reads them"
        into = "table_name, data_type, identifier, description, last_change"
        row = (STYLES, "attributes", STYLES, about, date)
        file.execute(f"INSERT INTO gpkg_contents ({into}) VALUES (?, ?, ?, ?, ?)", row)  # noqa: S608 -- names of ours
        file.execute(_OWED_TOO, (STYLES,))
        for of in ("gpkg_data_columns", "gpkg_data_column_constraints"):
            file.execute("INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, ?)", (of, *_SCHEMA))
        for layer, shape in layers_in(path).items():
            columns = list(_columns(findings, layer, lang))
            told = [(layer, one.name, one.name, label or None, quoted(one.meaning, lang)) for one, label in columns]
            file.executemany("INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)", told)
            name, qml = called(layer, lang), as_text(style(findings, layer, shape, lang))
            saved = ("", "", layer, "geom" if shape else "", name, qml, "", 1, "", "", "", date.replace("Z", ".000Z"))
            file.execute(f"INSERT INTO {STYLES} VALUES (NULL{', ?' * len(saved)})", saved)  # noqa: S608 -- a name of ours


def layers_in(path: Path) -> dict[str, str]:
    """List the layers of a GeoPackage with what each is drawn with; of a table nothing."""
    kinds = {str(name): str(kind or "") for name, kind in pyogrio.list_layers(path) if name != STYLES}
    return {name: SHAPES.get(kind.removeprefix("Multi"), "marker" if kind else "") for name, kind in kinds.items()}


def style(findings: Findings, layer: str, shape: str, lang: str) -> ET.Element:
    """Write a layer's style, with the labels of its columns."""
    look = look_of(findings, layer, shape, lang)
    root = ET.Element("qgis", version=VERSION, styleCategories="AllStyleCategories", labelsEnabled=_flag(look.text))
    if look.nearest:
        root.attrib.update(hasScaleBasedVisibilityFlag="1", minScale=str(look.nearest), maxScale="0")
    root.extend(drawn(look, shape))
    names = ET.SubElement(root, "aliases")
    for one, label in _columns(findings, layer, lang):
        if label:
            ET.SubElement(names, "alias", field=one.name, name=plain(label))
    return root


def as_text(root: ET.Element) -> str:
    """Write a tree as a document of QGIS."""
    ET.indent(root, " ")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{ET.tostring(root, encoding='unicode')}\n"


def _columns(findings: Findings, layer: str, lang: str) -> Iterator[tuple[Column, str]]:
    """Give the columns of a layer with their labels; those of a layer as read are the study's."""
    file = f"plots.gpkg/{layer}"
    if file in tables():
        for one, label, unit in labelled(findings, file, lang):
            if one.kind not in ("point", "line", "polygon"):
                known = one.unit == "of the indicator"
                yield one, f"{label[:1].upper()}{label[1:]}{f' ({unit})' if known and label else ''}"


def drawn(look: Look, shape: str) -> Iterator[ET.Element]:
    """Write symbols and labels."""
    if not look.symbols:
        return
    told = {"type": "RuleRenderer", "symbollevels": "0", "enableorderby": _flag(look.order)}
    renderer = ET.Element("renderer-v2", told)
    rules = ET.SubElement(renderer, "rules", key="all")
    symbols = ET.SubElement(renderer, "symbols")
    for number, one in enumerate(look.symbols):
        key = str(number)
        about = {"key": f"rule{key}", "symbol": key, "label": plain(one.label)}
        ET.SubElement(rules, "rule", about | ({"filter": one.where} if one.where else {}))
        symbols.append(_symbol(shape, key, one.layers))
    if look.order:
        by = ET.SubElement(ET.SubElement(renderer, "orderby"), "orderByClause", asc="0", nullsFirst="0")
        by.text = look.order
    yield renderer
    if look.text:
        yield _labels(look.text, shape)


def _flag(given: str) -> str:
    return str(int(bool(given)))


def _symbol(shape: str, name: str, layers: tuple[Layer, ...]) -> ET.Element:
    symbol = ET.Element("symbol", type=shape, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    for number, (kind, properties) in enumerate(layers):
        layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "pass": "0", "locked": "0"})
        plain_ones = {key: value for key, value in properties.items() if key not in ("marker", "expression")}
        _options(layer, plain_ones)
        expressions = properties.get("expression")
        if isinstance(expressions, Mapping):
            told = ET.SubElement(ET.SubElement(layer, "data_defined_properties"), "Option", type="Map")
            ET.SubElement(told, "Option", name="name", value="", type="QString")
            within = ET.SubElement(told, "Option", name="properties", type="Map")
            for key, text in expressions.items():
                _options(within, {"active": True, "expression": text, "type": 3}, name=key)
            ET.SubElement(told, "Option", name="type", value="collection", type="QString")
        inner = properties.get("marker")
        if isinstance(inner, tuple):
            layer.append(_symbol("marker", f"@{name}@{number}", inner))
    return symbol


def _options(parent: ET.Element, properties: Mapping[str, object], name: str = "") -> None:
    within = ET.SubElement(parent, "Option", {"type": "Map"} | ({"name": name} if name else {}))
    for key, value in properties.items():
        kind = "bool" if isinstance(value, bool) else "int" if name and isinstance(value, int) else "QString"
        text = str(value).lower() if isinstance(value, bool) else str(value)
        ET.SubElement(within, "Option", name=key, value=text, type=kind)


def _labels(text: str, shape: str) -> ET.Element:
    """Write labels with a rim of paper, below a badge or beside a point, where they find room."""
    labels = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labels, "settings", calloutType="simple")
    looks = {
        "fieldName": text,
        "isExpression": "1",
        "fontFamily": "Sans",
        "fontSize": "9",
        "fontSizeUnit": "Point",
        "textColor": rgba(INK),
        "textOpacity": "1",
    }
    words = ET.SubElement(settings, "text-style", looks)
    rim = {"bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM", "bufferOpacity": "1"}
    ET.SubElement(words, "text-buffer", rim | {"bufferColor": rgba(PALETTE["ink"]["casing"])})
    ET.SubElement(settings, "text-format", wrapChar="", autoWrapLength="24", useMaxLineLengthForAutoWrap="1")
    placed = {
        "placement": "6" if shape == "marker" else "0",
        "dist": "3" if shape == "fill" else "1",
        "distUnits": "MM",
    }
    around = {"predefinedPositionOrder": "BR,TR,BL,TL,R,L,B,T", "centroidInside": "1", "priority": "5"}
    ET.SubElement(settings, "placement", {**placed, **around})
    ET.SubElement(settings, "rendering", drawLabels="1", obstacle="1", displayAll="0", scaleVisibility="0")
    return labels
