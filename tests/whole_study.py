"""A study that asks for everything: three towns of ten plots along one straight road, run once for the whole suite.

Bishkek lies from km 3 to 16, Chui from km 17 to 30, Osh from km 31 to 44. Plots of a town start 1.3 km apart; the
first is a square of 500 m, each other one 50 m wider; they lie north and south of the road in turns.
What its layers call things in the east would run or break in a careless page.
"""

import fcntl
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import tomlkit
from rasterio.transform import from_origin
from shapely import LineString, Point, box

from sitesel.findings import Findings
from sitesel.stages import run
from small_study import CRS, NORTH, WEST, default_document, layer, place, plot, write_heights

HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "{% for x in y %}",
    "</script><img src=x onerror=alert(1)>",
    "`back${1+1}ticks`",
    "line\u2028and\u2029paragraph",
    "\"quoted\" & 'single' \\u0041",
)
TITLE = {
    "en": "Three technology towns: where to build",
    "ru": "Три технополиса: выбор площадок",
    "ky": "Үч технополис: жер тилкесин тандоо",
}
TOWNS = {
    "bishkek": ({"en": "Bishkek", "ru": "Бишкек", "ky": "Бишкек"}, 7500, 30),
    "chui": ({"en": "Chui oblast", "ru": "Чуйская область", "ky": "Чүй облусу"}, 10_000, 40),
    "osh": ({"en": "Osh", "ru": "Ош", "ky": "Ош"}, 7000, None),
}
NOTE = {
    "note": "Irrigated arable: a Cabinet decision is needed",
    "note_ru": "Орошаемая пашня: нужно решение Кабинета министров",
    "note_ky": "Сугат айдоо жери: Министрлер Кабинетинин чечими керек",
}
KOZHOMKUL = ("Kozhomkul, 50 ha", "Кожомкул, 50 га", "Кожомкул, 50 га")
RATE = {"per_usd": 87.45, "date": "2026-03", "source": "24.kg"}
LANGS = ("en", "ru", "ky")
PLOTS = 10


def _names(names: list[tuple[Any, Any, Any]]) -> dict[str, list[Any]]:
    return {f"name_{lang}": list(told) for lang, told in zip(LANGS, zip(*names, strict=True), strict=True)}


def _named(ids: list[str], points: list[Any], names: list[tuple[Any, Any, Any]], **columns: object) -> gpd.GeoDataFrame:
    return layer(ids, points, **columns).assign(**_names(names))


def _plots() -> gpd.GeoDataFrame:
    rows, shapes, names = [], [], []
    for west, (town, (words, _, _)) in zip((3, 17, 31), TOWNS.items(), strict=True):
        for number in range(PLOTS):
            side, off = 0.5 + 0.05 * number, 0.3 + 0.3 * (number % 3)
            shapes.append(plot(west + 1.3 * number, -off - side if number % 2 else off, side_m=1000 * side))
            area = round(shapes[-1].area / 1e4, 1)
            called = tuple(f"{words[lang]}, {area:g} {'ha' if lang == 'en' else 'га'}" for lang in LANGS)
            if town == "osh" and number < len(HOSTILE):
                called = (HOSTILE[number],) * 3
            names.append(KOZHOMKUL if (town, number) == ("bishkek", 1) else called)
            rows.append(
                {
                    "id": f"{town}-{number + 1}",
                    "town": town,
                    "area_ha": area,
                    "outline": "indicative",
                    "precision_km": [0.5, 1.0, 2.0][number % 3],
                    **(NOTE if number % 4 == 1 else dict.fromkeys(NOTE)),
                    "source": "24.kg 352599",
                    "confidence": ["high", "medium", "low"][number % 3],
                }
            )
            if town == "osh" and number < len(HOSTILE):
                rows[-1] |= dict.fromkeys([*NOTE, "source"], HOSTILE[number])
    names[-1] = (names[-1][0], None, None)
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS).assign(**_names(names))


def _settlements() -> tuple[gpd.GeoDataFrame, list[LineString]]:
    """Five towns on the road and twenty villages off it, each on a lane of its own from the road."""
    ids = [f"s{number}" for number in range(5)]
    names = [(f"Town {number}", f"Город {number}", f"Шаар {number}") for number in range(5)]
    points, people = [place(12 * number, 0) for number in range(5)], [60_000.0, 48_000.0, 52_000.0, 40_000.0, 44_000.0]
    lanes = []
    for number in range(20):
        end = place(2 * number + 4, (2.5 + number % 4) * (-1) ** number)
        lanes.append(LineString([place(2 * number + 4, 0), end]))
        ids.append(f"v{number}")
        points.append(end)
        people.append(400.0 + 350 * number)
        names.append((f"Village {number}", f"Село {number}", f"Айыл {number}"))
    names[-len(HOSTILE) :] = [(name,) * 3 for name in HOSTILE]
    district = ["Alamudun" if point.x < WEST + 20_000 else "Ysyk-Ata <i>" for point in points]
    district[5::3] = ["Sokuluk"] * len(district[5::3])
    return _named(ids, points, names, population=people, working_age_share=0.5, district=district), lanes


def _roads(lanes: list[LineString]) -> gpd.GeoDataFrame:
    legs = [LineString([place(km, 0), place(km + 2, 0)]) for km in range(0, 48, 2)]
    trunk = {"road": "r0", "ref": "EM-04", "highway": "trunk", "assumed": False}
    ways = [{**trunk, "name_en": "Bishkek - Osh", "name_ru": "Бишкек - Ош", "name_ky": "Бишкек - Ош"}] * len(legs)
    lane = {"ref": None, "highway": "unclassified", "assumed": True, **dict.fromkeys(("name_en", "name_ru", "name_ky"))}
    ways += [{"road": f"lane{number}", **lane} for number in range(len(lanes))]
    return gpd.GeoDataFrame(ways, geometry=[*legs, *lanes], crs=CRS).assign(setting="rural", surface="asphalt")


def _lines_at_corners(outlines: gpd.GeoSeries) -> list[LineString]:
    return [LineString([(east, north), (east + 90, north + 90)]) for _, _, east, north in outlines.bounds.to_numpy()]


def whole_layers() -> dict[str, gpd.GeoDataFrame]:
    """All layers but the heights; what no layer tells of (water, telecom, rivers, floods and others) is not known."""
    plots = _plots()
    outlines = plots.set_index("id").geometry
    settlements, lanes = _settlements()
    middle = outlines["bishkek-1"].centroid
    zone = {"crs": CRS}
    return {
        "plots": plots,
        "settlements": settlements,
        "roads": _roads(lanes),
        "gateways": _named(
            ["ak-tilek", "manas", "alamedin", "dordoi"],
            [place(48, 0), place(-4, 0), place(12, 0), place(0, 0)],
            [
                ("Ak-Tilek", "Ак-Тилек", "Ак-Тилек"),
                ("Manas airport", "Аэропорт Манас", "Манас аэропорту"),
                ("Alamedin station", "Станция Аламедин", "Аламедин бекети"),
                (HOSTILE[3],) * 3,
            ],
            kind=["border_freight", "airport", "rail_freight", "market"],
            precision_km=[2.0, 0.5, 1.0, 0.5],
        ),
        "utilities": _named(
            ["near", "far", "works"],
            [place(10, 3), place(40, 4), place(20, -3)],
            [
                ("Near works", "Ближняя ПС", "Жакын чордон"),
                ("Far works", "Дальняя ПС", "Алыс чордон"),
                (HOSTILE[0],) * 3,
            ],
            kind=["substation", "substation", "sewage_works"],
            voltage_kv=[110.0, 110.0, np.nan],
            has_110kv=[True, True, None],
            spare_mva=[np.nan, 12.0, np.nan],
            precision_km=[3.0, 0.5, 3.0],
        ),
        "utility_lines": gpd.GeoDataFrame(
            {"id": ["main"], "kind": ["gas_main"], "precision_km": [3.0]},
            geometry=[LineString([place(4.5, 1.15), place(30, 1.15)])],
            **zone,
        ),
        "rivals": _named(["tt"], [place(26, 1)], [("Kyrgyz Textile",) * 3], kind=["textile_cluster"], jobs=[7000.0]),
        "border": layer(["kg"], [box(WEST - 1e5, NORTH - 1e5, WEST + 2e5, NORTH + 1e5)]),
        # From here on: what rules and ground ask. The airport's place is known to 5 km, and its rule reaches 5 km:
        # nothing can be told of the three plots within 10 km. A power line touches each plot's north-eastern corner.
        "airports": gpd.GeoDataFrame({"precision_km": [5.0]}, geometry=[place(-4, 0)], **zone),
        "faults": gpd.GeoDataFrame(geometry=[LineString([middle, Point(middle.x, middle.y + 90)])], **zone),
        "power_lines": gpd.GeoDataFrame(geometry=_lines_at_corners(outlines), **zone),
        "irrigated_arable": gpd.GeoDataFrame(geometry=[outlines["bishkek-1"], outlines["bishkek-2"]], **zone),
        "seismic": gpd.GeoDataFrame({"intensity": [8.0]}, geometry=[outlines.union_all().envelope], **zone),
    }


def _write_heights(folder: Path) -> None:
    """Write cells of 450 m for all, and of 30 m for Bishkek from its second plot on; both rise eastward."""
    cells = 450 * np.arange(134)
    rise = np.interp(cells, [0, 27_000, 41_000, 60_000], [400, 670, 1230, 2180])  # 1 %, from Chui on 4 %, from Osh 5 %
    far = np.tile(rise, (89, 1)).astype("float32")
    write_heights(folder / "coarse.tif", cell=450.0, metres=far, width=134, height=89)
    near = np.tile(540 + 0.6 * np.arange(420), (200, 1)).astype("float32")  # 2 %
    near[:, 8:12] += 4.0  # a bank across the second plot: steeper than 8 %
    where = from_origin(WEST + 4200, NORTH + 3000, 30, 30)
    write_heights(folder / "fine.tif", metres=near, transform=where, width=420, height=200)


def carried_out(folder: Path) -> Findings:
    """Write the study to files and run it."""
    layers = whole_layers()
    document = default_document(layers)
    document["study"]["title"] = TITLE
    document["connection"]["rate"] = RATE
    document["labour"]["draw_cap"] = {"low": 0.05, "mid": 0.3, "high": 0.6}  # the low estimate leaves jobs open
    document["layers"]["elevation"] = ["fine.tif", "coarse.tif"]
    for town, (words, jobs, enterprises) in TOWNS.items():
        told = {"id": town, "name": words, "jobs": jobs, "production": "sewing"}
        told |= {"assumed": ["jobs"]} if enterprises is None else {"enterprises": enterprises}
        document["towns"].append(tomlkit.item(told))
    document["scenarios"] = [{"id": "winter", "name": {"en": "Winter", "ru": "Зима", "ky": "Кыш"}, "season": "winter"}]
    for name, frame in layers.items():
        frame.to_file(folder / f"{name}.gpkg", layer=name, driver="GPKG")
    _write_heights(folder)
    (folder / "study.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
    return run(folder / "study.toml")


def made_once(folder: Path) -> Findings:
    """Run the study, or take what another process of the same suite found."""
    return kept_once(folder, "whole", lambda: carried_out(folder / "whole"))


def kept_once(folder: Path, called: str, make: Callable[[], Findings]) -> Findings:
    """Make findings in a folder of their own, or take what another process of the same suite made."""
    kept = folder / f"{called}.pickle"
    with (folder / f"{called}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            (folder / called).mkdir()
            kept.write_bytes(pickle.dumps(make()))
    return pickle.loads(kept.read_bytes())  # noqa: S301 -- of our own making
