"""Rank candidate land plots for technology towns by roads, labour, utilities and ground.

The face of the library: what an analyst imports. Each name is loaded when it is first asked for.

Examples
--------
>>> import sitesel
>>> study = sitesel.load_study(sitesel.layers.embedded_study())  # the three technology towns
>>> [town.id for town in study.towns]
['bishkek', 'chui', 'osh']
>>> heavy_on_roads = study.replace(weights={"road": 0.5, "labour": 0.2, "utilities": 0.2, "ground": 0.1})
>>> sorted(heavy_on_roads.weights.items())
[('ground', 0.1), ('labour', 0.2), ('road', 0.5), ('utilities', 0.2)]
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sitesel import (
        cluster,
        comparing,
        connections,
        crew,
        decision,
        errors,
        extracting,
        fetching,
        labour,
        layers,
        network,
        outputs,
        replaying,
        routing,
        rules,
        weighing,
    )
    from sitesel.findings import Findings
    from sitesel.screening import Screened, screen
    from sitesel.stages import check, run
    from sitesel.study import Study, load_study

_HOMES = {
    "Findings": "findings",
    "Screened": "screening",
    "Study": "study",
    "check": "stages",
    "load_study": "study",
    "run": "stages",
    "screen": "screening",
}

__all__ = [
    "Findings",
    "Screened",
    "Study",
    "__version__",
    "check",
    "cluster",
    "comparing",
    "connections",
    "crew",
    "decision",
    "errors",
    "extracting",
    "fetching",
    "labour",
    "layers",
    "load_study",
    "network",
    "outputs",
    "replaying",
    "routing",
    "rules",
    "run",
    "screen",
    "weighing",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- whatever is asked for
    """Load what is asked for: heavy parts cost nothing until they are used."""
    if name not in __all__:
        raise AttributeError(f"module 'sitesel' has no attribute {name!r}")
    home = import_module(f"sitesel.{_HOMES.get(name, name)}")
    found = getattr(home, name) if name in _HOMES else home
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
