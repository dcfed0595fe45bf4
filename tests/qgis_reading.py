"""What QGIS makes of a project: run by the system's Python, which has QGIS, and told as JSON."""

import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsExpressionContextUtils,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize


def read(path: str, picture: str) -> dict:
    """Open a project, draw what it shows of its plots, and open the plots alone."""
    project = QgsProject.instance()
    read = project.read(path)
    root = project.layerTreeRoot()
    told = {
        "read": read,
        "title": project.title(),
        "crs": project.crs().authid(),
        "layers": {one.id().partition("_")[2]: about(one) for one in project.mapLayers().values()},
        "groups": [group.name() for group in root.findGroups()],
        "shown": [one.layerId().partition("_")[2] for one in root.findLayers() if one.isVisible()],
    }
    shown = [one.layer() for one in root.findLayers() if one.isVisible() and one.layer().isSpatial()]
    settings = QgsMapSettings()
    settings.setLayers(shown)
    settings.setDestinationCrs(project.crs())
    settings.setOutputSize(QSize(1200, 800))
    settings.setExtent(QgsRectangle(project.mapLayer("sitesel_plots").extent()).buffered(2000))
    settings.setBackgroundColor(project.backgroundColor())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(picture)
    told["errors"] = [error.message for error in job.errors()]
    alone = QgsVectorLayer(path.replace("study.qgs", "plots.gpkg|layername=plots"), "alone", "ogr")
    return {**told, "alone": about(alone)}


def about(layer: QgsVectorLayer) -> dict:
    """Tell of a layer."""
    aliases = {field.name(): layer.attributeDisplayName(at) for at, field in enumerate(layer.fields())}
    symbols = layer.renderer().rootRule().children() if layer.isSpatial() else []
    return {
        "valid": layer.isValid(),
        "name": layer.name(),
        "features": layer.featureCount(),
        "legend": [rule.label() for rule in symbols],
        "undrawn": undrawn(layer, symbols),
        "labelled": layer.labelsEnabled(),
        "aliases": aliases,
        "title": layer.metadata().title(),
        "source": layer.source(),
    }


def undrawn(layer: QgsVectorLayer, rules: list) -> int:
    """Count features that no rule draws."""
    if not rules:
        return 0
    context = QgsRenderContext()
    context.expressionContext().appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    layer.renderer().startRender(context, layer.fields())
    count = 0
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        count += not layer.renderer().willRenderFeature(feature, context)
    layer.renderer().stopRender(context)
    return count


application = QgsApplication([], False)  # noqa: FBT003 -- as Qt calls it
application.initQgis()
print(json.dumps(read(sys.argv[1], sys.argv[2])))  # noqa: T201 -- to the test
QgsProject.instance().clear()
application.exitQgis()
