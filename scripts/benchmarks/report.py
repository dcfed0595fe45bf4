"""The bar, what was measured against it, and the machine it was measured on."""

import os
import platform
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.table import Table

Measured = dict[str, dict[str, Any]]


class Line(NamedTuple):
    """One line of the bar: what, how much, at most or at least how much, in what unit."""

    what: str
    value: float
    bar: float
    unit: str
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the bar is met."""
        return self.value >= self.bar if self.at_least else self.value <= self.bar


def lines(measured: Measured, n_nodes: int) -> list[Line]:
    """Hold what was measured against the bar; a peer that was not run has no line."""
    ours = measured["sitesel"]
    found = [
        Line("60-minute sum, every node", ours["all_60_s"], 30, "s"),
        Line("compile: order and fill", ours["compile_s"], 8, "s"),
        Line("customise", ours["customise_s"], 0.3, "s"),
        Line("memory, all of it", ours["peak_gb"], 2, "GB"),
        Line("1,000 x 1,000 travel times", ours["matrix_s"], 1, "s"),
    ]
    place_60_ms = ours["all_60_s"] / n_nodes * 1_000
    for name, what, bar in (("ready", "three modes read and compiled", 20), ("again", "the same from the cache", 2)):
        found.append(Line(what, measured[name]["ready_s"], bar, "s"))
        found.append(Line(f"{what}: memory", measured[name]["peak_gb"], 1.5, "GB"))
    for peer, bar in (("scipy", 150), ("networkx", 3_000)):
        if peer in measured:
            ratio = measured[peer]["place_60_ms"] / place_60_ms
            found.append(Line(f"60-minute sum: times faster a place than {peer}", ratio, bar, "x", at_least=True))
    if "pandana" in measured:
        ratio = measured["pandana"]["all_15_s"] / ours["all_15_s"]
        found.append(Line("15-minute sum, every node: times faster than pandana", ratio, 60, "x", at_least=True))
    if "pyrosm" in measured:
        ratio = measured["pyrosm"]["read_s"] / measured["reading"]["read_s"]
        found.append(
            Line(
                f"read {Path(measured['pyrosm']['file']).name}: times faster than pyrosm", ratio, 1, "x", at_least=True
            )
        )
    return found


def prepared(measured: Measured) -> str:
    """Say how long peers take to make the same extract ready."""
    peers = {"osrm": "OSRM, cars alone", "valhalla": "Valhalla, all modes"}
    took = [f"{called}: {measured[peer]['ready_s']:.0f} s, {measured[peer]['peak_gb']:.2f} GB"
            for peer, called in peers.items() if peer in measured]  # fmt: skip
    return "The same extract made ready by " + ("; ".join(took) or "nobody else") + "."


def greatest_difference(ours: Path, peer: Path) -> float:
    """Greatest difference between our sums and a peer's, in people."""
    mine, theirs = np.load(ours), np.load(peer)
    names = [name for name in theirs.files if name != "places"]
    return float(max(np.abs(mine[name][theirs["places"]] - theirs[name]).max() for name in names))


def machine() -> dict[str, Any]:
    """Say what this was measured on."""
    names = [line.split(":", 1)[1].strip() for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")]
    return {"processor": names[0] if names else platform.processor(), "cores": os.cpu_count(),
            "system": platform.platform(), "python": platform.python_version()}  # fmt: skip


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def table(found: list[Line], title: str) -> Table:
    """Lay the lines out for the screen."""
    result = Table("", "measured", "bar", "", title=title)
    for line in found:
        bar = f"{'>=' if line.at_least else '<='} {line.bar:,g} {line.unit}"
        result.add_row(
            line.what, f"{line.value:,.3g} {line.unit}", bar, "holds" if line.holds else "[bold]MISSED[/bold]"
        )
    return result
