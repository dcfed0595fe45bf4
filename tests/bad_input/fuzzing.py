"""Inputs mutated at random: by bytes, by cells of text and by keys of the study.

An input is refused in one line a fault, or what is read is the truth (of bytes: of the file as it now is), or a notice
stands beside it. All else is found: a traceback, a hang, a result that differs from the truth without a word.
"""

import random
import shutil
import signal
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import osmium

from bad_input import files, rasters, studies, tables
from bad_input.layers_in import AREA, named
from osm_drawing import Drawing
from sitesel.connections.pricing import study_prices
from sitesel.errors import SiteselError
from sitesel.layers import ROLES, read_relief, read_vector, share_population
from sitesel.network import from_osm
from sitesel.region.extracts import notices_of_extract
from sitesel.stages import run
from sitesel.study import load_study
from sitesel.study.reading import study_from
from sitesel.weighing import read_pairs, read_panel
from small_study import CRS, small_layers

HANG_S = 10
RUN_EACH = 50  # a run takes a hundred times as long as to read
Told = tuple[bool, Any]  # whether anything was told, and what was read


@dataclass(frozen=True)
class Format:
    """A kind of input: how one is written, and how it is read.

    A changed byte may be another figure or place, which is then what the file says; but what comes back always lies
    within the bounds of truth: places in the area, outlines with ground, known speeds, estimates that rise.
    """

    name: str
    write: Callable[[Path], Path]
    read: Callable[[Path], Told]


def _layer(called: str, **options: Any) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / called
        frame = named()
        if path.suffix == ".parquet":
            frame.to_parquet(path)
        elif path.suffix == ".csv":
            files.as_table(frame.to_crs(files.DEGREES)).to_csv(path, index=False)
        elif path.suffix == ".xlsx":
            files.workbook(files.as_table(frame.to_crs(files.DEGREES)), path)
        else:
            (frame.to_crs(files.DEGREES) if path.suffix == ".geojson" else frame).to_file(path, **options)
        return path

    return write


def _kml(folder: Path) -> Path:
    outline = "74.0,42.9 74.01,42.9 74.01,42.91 74.0,42.91 74.0,42.9"
    data = "".join(
        f'<Data name="{name}"><value>{value}</value></Data>' for name, value in (("town", "one"), ("name_en", "Alpha"))
    )
    shape = f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{outline}</coordinates></LinearRing></outerBoundaryIs>"
    mark = f'<Placemark id="a"><name>A</name><ExtendedData>{data}</ExtendedData>{shape}</Polygon></Placemark>'
    (folder / "plots.kml").write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2">{mark}</kml>', encoding="utf-8")
    return folder / "plots.kml"


def _plots(path: Path) -> Told:
    frame, notices = read_vector(path, ROLES["plots"], crs=CRS, area=AREA)
    assert frame.index.is_unique
    assert frame.is_valid.all()
    assert (frame.area > 0).all()
    lon, lat = (
        frame.to_crs(4326).geometry.representative_point().x,
        frame.to_crs(4326).geometry.representative_point().y,
    )
    assert lon.between(AREA[0], AREA[2]).all()
    assert lat.between(AREA[1], AREA[3]).all()
    assert (frame["area_ha"].dropna() >= 0).all()
    return bool(notices), len(frame)


def _heights(path: Path) -> Told:
    metres = read_relief(path).metres
    known = metres[np.isfinite(metres)]
    assert known.size
    assert -430 <= known.min() <= known.max() <= 8850
    return False, metres.shape


def _people(path: Path) -> Told:
    found = share_population(path, rasters.NODES, crs=CRS, cap_m=2500.0, area=AREA)
    assert np.isfinite(found.total)
    assert found.total > 0
    assert (found.people >= 0).all()
    return False, None


def _roads(path: Path) -> Told:
    graph = from_osm(path, "car")
    for *_, edge in graph.edges(data=True):
        assert 0 < edge["speed_kph"] <= 130
        assert 0 <= edge["length"] < 1e6
        assert np.isfinite(edge["travel_time"])
    return bool(list(notices_of_extract([graph.graph], path.name))), None


def _study(path: Path) -> Told:
    asked = load_study(path)
    assert abs(sum(asked.weights.values()) - 1) < 1e-6
    assert all(town.jobs > 0 for town in asked.towns)
    return False, None


def _prices(path: Path) -> Told:
    found = study_prices(tables.STUDY.connection, path).items[["low", "mid", "high"]].dropna()
    assert ((found["low"] >= 0) & (found["low"] <= found["mid"]) & (found["mid"] <= found["high"])).all()
    return False, None


def _table(read: Callable[[Path], Any]) -> Callable[[Path], Told]:
    def act(path: Path) -> Told:
        found = read(path)
        assert found.index.is_unique or read is read_panel  # told where it is used
        return False, found.shape

    return act


def _written(called: str, text: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / called).write_text(text, encoding="utf-8")
        return folder / called

    return write


def _osm(called: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        drawing = Drawing(folder).way(1, [11, 12, 13], {"maxspeed": "60", "oneway": "yes"}).way(2, [2, 12, 22])
        drawing.node(12, highway="traffic_signals").turn("no_left_turn", 1, 12, 2)
        path = drawing.save("drawn.osm")
        if called.endswith(".pbf"):
            with osmium.SimpleWriter(str(folder / called)) as writer:
                for thing in osmium.FileProcessor(str(path)):
                    writer.add(thing)
            path.unlink()
            return folder / called
        return path.rename(folder / called)

    return write


def _default(folder: Path) -> Path:
    text = (Path(__file__).parents[2] / "scripts" / "technology_towns.toml").read_text(encoding="utf-8")
    return _written("study.toml", text)(folder)


PRICES = "item,unit,low,mid,high\nline_10kv,USD/km,1.5,2,3\nwater_main,,10,20,30\n"
PANEL = "name,road,labour,utilities,ground\nAida,1,2,3,4\nBek,4,3,2,1\n"
PAIRS = ",staff,near_home\nstaff,1,3\nnear_home,1/3,1\n"
FORMATS = (
    Format("GeoPackage", _layer("plots.gpkg"), _plots),
    Format("GeoJSON", _layer("plots.geojson"), _plots),
    Format("shapefile", _layer("plots.shp", encoding="UTF-8"), _plots),
    Format("shapefile in CP1251", _layer("plots.shp", encoding="CP1251"), _plots),
    Format("FlatGeobuf", _layer("plots.fgb"), _plots),
    Format("GeoParquet", _layer("plots.parquet"), _plots),
    Format("CSV", _layer("plots.csv"), _plots),
    Format("XLSX", _layer("plots.xlsx"), _plots),
    Format("KML", _kml, _plots),
    Format("GeoTIFF of heights", lambda to: rasters.write(to / "heights.tif", rasters.HEIGHTS), _heights),
    Format(
        "GeoTIFF of people",
        lambda to: rasters.write(to / "people.tif", rasters.PEOPLE, cell=1000, compress="deflate"),
        _people,
    ),
    Format("OSM XML", _osm("roads.osm"), _roads),
    Format("PBF", _osm("roads.osm.pbf"), _roads),
    Format("study", _default, _study),
    Format("price list", _written("costs.csv", PRICES), _prices),
    Format("panel", _written("panel.csv", PANEL), _table(read_panel)),
    Format("pairs", _written("pairs.csv", PAIRS), _table(read_pairs)),
)


# What bytes are changed to: text that files of these kinds hold, and figures at the edges.
WORDS = (
    b"", b"0", b"-1", b"1e308", b"nan", b"NaN", b"inf", b"null", b"true", b"''", b'"', b"\\", b"\x00", b"\xff" * 4,
    b",", b";", b"\n", b"\r", b"[", b"]", b"{", b"}", b"<", b">", b"&", b"EPSG:3857", b"EPSG:4326", b"%s", b"\x1b[2J",
    b"../../other.gpkg", b"http://127.0.0.1:9/", b"99999999999999999999", b"0.0000001", "Ош".encode(), b"\xce\xf8",
)  # fmt: skip


def mutated(whole: bytes, draw: random.Random) -> bytes:
    """Change bytes: flip, cut, swap, double, put words in."""
    data = bytearray(whole)
    for _ in range(draw.choice((1, 1, 1, 2, 4, 16))):
        at = draw.randrange(len(data) + 1) if data else 0
        width = draw.choice((1, 1, 2, 4, 8, 64, 512))
        how = draw.randrange(7)
        if how == 0 and data:
            data[min(at, len(data) - 1)] ^= 1 << draw.randrange(8)
        elif how == 1:
            data[at : at + width] = draw.randbytes(width)
        elif how == 2:
            del data[at : at + width]
        elif how == 3:
            del data[at:]
        elif how == 4:
            data[at:at] = data[at : at + width]
        elif how == 5:
            data[at : at + width] = bytes(width)
        else:
            data[at : at + draw.choice((0, 1, 2, 4))] = draw.choice(WORDS)
    return bytes(data)


VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 0.5, 2, 1e308, float("nan"), float("inf"), 10**30, "", "x", "0,5", "EPSG:3857", "Ош",
    [], [1], [[1, 2]], [[0, 0], [1, 100]], {}, {"low": 1, "mid": 2, "high": 3}, {"en": "A"}, ["a", "a"], "plots.gpkg",
)  # fmt: skip


def keys_mutated(document: Any, draw: random.Random) -> Any:
    """Change values and keys of a study."""
    for _ in range(draw.choice((1, 1, 2, 3))):
        places = list(_places(document))
        part, step = draw.choice(places)
        how = draw.randrange(4)
        if how == 0:
            del part[step]
        elif how == 1 and isinstance(part, dict):
            part[str(step)[::-1] + draw.choice(("", "_", "s"))] = part.pop(step)
        elif how == 2 and isinstance(part[step], (int, float)) and not isinstance(part[step], bool):
            part[step] *= draw.choice((-1, 0, 10, 0.1, 100, 1e6))
        else:
            part[step] = draw.choice(VALUES)
        if not document:
            break
    return document


def _places(part: Any) -> Iterator[tuple[Any, Any]]:
    steps = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for step, value in list(steps):
        yield part, step
        yield from _places(value)


@cache
def _originals() -> dict[str, dict[str, bytes]]:
    """Write each format once: the bytes of its files, the first of which is the one to read."""
    found = {}
    for one in FORMATS:
        with tempfile.TemporaryDirectory() as folder:
            path = one.write(Path(folder))
            names = [path.name, *sorted(other.name for other in Path(folder).iterdir() if other != path)]
            found[one.name] = {name: (Path(folder) / name).read_bytes() for name in names}
    return found


@contextmanager
def _within(seconds: int) -> Iterator[None]:
    def over(*_: object) -> None:
        raise TimeoutError(f"not done in {seconds} s")

    # Of its own work: on a machine that is busy with more, all takes longer. What waits, and works not, is given more.
    before = [(kind, signal.signal(kind, over)) for kind in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(6 * seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        for kind, act in before:
            signal.signal(kind, act)


def fault_of(act: Callable[[], Told]) -> tuple[str, str]:
    """Do something: how it ended, and of what must not be the traceback."""
    try:
        with _within(HANG_S), redirect_stderr(StringIO()):
            told, _ = act()
    except SiteselError as refused:
        sound = refused.faults and all(line.strip() and "\n" not in line for line in refused.faults)
        return ("refused", "") if sound else ("no line", repr(refused.faults))
    except AssertionError:
        return "wrong", traceback.format_exc()
    except TimeoutError:
        return "hang", traceback.format_exc()
    except Exception:  # noqa: BLE001 -- what is looked for
        return "traceback", traceback.format_exc()
    return ("told" if told else "read"), ""


def try_bytes(one: Format, draw: random.Random, folder: Path) -> tuple[str, str]:
    """Mutate one file of a format, and read it."""
    parts = _originals()[one.name]
    name = draw.choice(list(parts))
    for other, whole in parts.items():
        (folder / other).write_bytes(mutated(whole, draw) if other == name else whole)
    return fault_of(lambda: one.read(folder / next(iter(parts))))


def try_keys(draw: random.Random) -> tuple[str, str]:
    """Mutate a study held in memory."""
    document = keys_mutated(studies.key("study", "seed", to=0).document(), draw)
    return fault_of(lambda: (False, study_from(document)))


def try_run(draw: random.Random) -> tuple[str, str]:
    """Mutate a study, and run it where it may be run."""
    document = keys_mutated(studies.key("study", "seed", to=0).document(), draw)
    return fault_of(lambda: _ran(document))


def _ran(document: Any) -> Told:
    found = run(document, layers=small_layers())
    ranked = found.decision.ranking
    assert ranked["score"].dropna().between(0, 100).all()
    assert (ranked["rank"].dropna() >= 1).all()
    assert set(ranked.index) <= set(small_layers()["plots"]["id"])
    return bool(found.notices), None


def fuzz(times: int, seed: int, keep: Path | None = None, tell: Callable[[str], object] = print) -> list[str]:
    """Try so many mutated inputs.

    Returns
    -------
    list of str
        What was found that must not be.
    """
    run(studies.key("study", "seed", to=0).document(), layers=small_layers())  # kernels are compiled once
    ends: Counter[str] = Counter()
    found: list[str] = []
    for number in range(times):
        draw = random.Random(f"{seed}/{number}")  # noqa: S311 -- nothing secret
        kind = number % (len(FORMATS) + 1)
        called = FORMATS[kind].name if kind < len(FORMATS) else "keys of the study"
        with tempfile.TemporaryDirectory() as folder:
            if number % RUN_EACH == RUN_EACH - 1:
                called, (how, why) = "run of a study", try_run(draw)
            elif kind < len(FORMATS):
                how, why = try_bytes(FORMATS[kind], draw, Path(folder))
            else:
                how, why = try_keys(draw)
            ends[how] += 1
            if why:
                found.append(f"{called}, {seed}/{number}: {how}: {why.strip().splitlines()[-1]}")
                tell(found[-1])
                if keep is not None:
                    _kept(keep / f"{seed}-{number}", Path(folder), why)
    tell(", ".join(f"{how} {count}" for how, count in sorted(ends.items())))
    return found


def _kept(there: Path, folder: Path, why: str) -> None:
    shutil.rmtree(there, ignore_errors=True)
    shutil.copytree(folder, there)
    (there / "why.txt").write_text(why, encoding="utf-8")
