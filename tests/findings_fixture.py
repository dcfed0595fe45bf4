"""Made-up findings with the shape of real ones: three towns, plots, relief, roads and settlements."""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from affine import Affine
from shapely.affinity import rotate, translate
from shapely.geometry import LineString, Point, Polygon, box

from sitesel import text
from sitesel.connections.connecting import Connected
from sitesel.findings import Decision, Findings, Relief
from sitesel.ground import Land
from sitesel.labour import Workers
from sitesel.layers import embedded_study
from sitesel.programme import Joint, Question, choose
from sitesel.programme.together import Together
from sitesel.rules import Verdicts
from sitesel.study import Study, load_study
from sitesel.text import Message
from varied import vary

CRS = "EPSG:32643"
HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "{% for x in y %}",
    "</script><img src=x onerror=alert(1)>",
    "`back${1+1}ticks`",
    "line\u2028and\u2029paragraph",
    "\"quoted\" & 'single' \\u0041",
)

FIXTURE_WORDS = {
    "criterion.road": ("Road access", "Транспортная доступность", "Жолдун жеткиликтүүлүгү"),
    "criterion.labour": ("Labour", "Трудовые ресурсы", "Эмгек ресурстары"),
    "criterion.utilities": ("Utilities", "Инженерные сети", "Инженердик тармактар"),
    "criterion.ground": ("Ground", "Рельеф и площадь", "Рельеф жана аянт"),
    "unit.minutes": ("min", "мин", "мүн"),
    "unit.km": ("km", "км", "км"),
    "unit.people_per_job": ("people per job", "чел. на рабочее место", "бир жумуш ордуна киши"),
    "unit.percent": ("%", "%", "%"),
    "unit.ratio": ("times the need", "к потребности", "муктаждыкка карата"),
    "fixture.border": (
        "Truck time to the nearest freight crossing",
        "Время грузовика до ближайшего грузового пункта пропуска",
        "Жакынкы жүк өткөрүү пунктуна чейинки убакыт",
    ),
    "fixture.rail": (
        "Truck time to the rail freight yard",
        "Время грузовика до грузовой станции",
        "Жүк темир жол бекетине чейинки убакыт",
    ),
    "fixture.market": ("Time to the wholesale market", "Время до оптового рынка", "Дүң базарга чейинки убакыт"),
    "fixture.trunk": ("Distance to a trunk road", "Расстояние до магистрали", "Башкы жолго чейинки аралык"),
    "fixture.pool": (
        "Working-age people in reach",
        "Трудоспособные жители в доступности",
        "Жеткиликтүү эмгекке жарамдуу калк",
    ),
    "fixture.power": (
        "Distance to a 110 kV substation",
        "Расстояние до подстанции 110 кВ",
        "110 кВ көмөкчордонго чейинки аралык",
    ),
    "fixture.sewer": (
        "Distance to sewage works",
        "Расстояние до очистных сооружений",
        "Тазалоочу курулмага чейинки аралык",
    ),
    "fixture.slope": ("Mean slope", "Средний уклон", "Орточо жантайыңкылык"),
    "fixture.room": ("Area against need", "Площадь к потребности", "Аянттын муктаждыкка катышы"),
    "fixture.to": ("to {name} (±{km} km)", "до {name} (±{km} км)", "{name} чейин (±{km} км)"),
    "fixture.nothing": (
        "No {what} is known within 30 km.",
        "В пределах 30 км не известно: {what}.",
        "30 км аралыкта белгисиз: {what}.",
    ),
    "fixture.sewage": ("sewage works", "очистные сооружения", "тазалоочу курулмалар"),
    "fixture.moved": (
        "plots.gpkg: 2 outlines repaired, area kept",
        "plots.gpkg: исправлено контуров: 2, площадь сохранена",
        "plots.gpkg: 2 чек оңдолду, аянты сакталды",
    ),
}

TOWNS = {
    "bishkek": (("Bishkek", "Бишкек", "Бишкек"), (74.60, 42.87), (30.0, 7500.0, 37.5), []),
    "chui": (("Chui oblast", "Чуйская область", "Чүй облусу"), (74.95, 42.84), (40.0, 10000.0, 50.0), []),
    "osh": (("Osh", "Ош", "Ош"), (72.80, 40.53), (math.nan, 7000.0, 35.0), ["jobs", "area_need_ha"]),
}

PLACES = [
    ("Bishkek", "Бишкек", "Бишкек", 74.595, 42.870, 1228661),
    ("Osh", "Ош", "Ош", 72.798, 40.528, 366000),
    ("Tokmok", "Токмок", "Токмок", 75.301, 42.842, 76000),
    ("Kara-Balta", "Кара-Балта", "Кара-Балта", 73.848, 42.814, 52000),
    ("Kant", "Кант", "Кант", 74.851, 42.891, 30200),
    ("Sokuluk", "Сокулук", "Сокулук", 74.303, 42.854, 25000),
    ("Kozhomkul", "Кожомкул", "Кожомкул", 74.441, 42.874, 26000),
    ("Ivanovka", "Ивановка", "Ивановка", 75.085, 42.888, 17000),
    ("Lebedinovka", "Лебединовка", "Лебединовка", 74.678, 42.885, 24000),
    ("Belovodskoye", "Беловодское", "Беловодское", 74.108, 42.829, 22000),
    ("Kara-Suu", "Кара-Суу", "Кара-Суу", 72.867, 40.705, 28000),
    ("Uzgen", "Узген", "Өзгөн", 73.300, 40.770, 62000),
    ("Nookat", "Ноокат", "Ноокат", 72.618, 40.265, 17000),
    ("Aravan", "Араван", "Араван", 72.513, 40.516, 27000),
    ("Kyzyl-Kiya", "Кызыл-Кия", "Кызыл-Кыя", 72.128, 40.257, 35200),
    ("Kashgar-Kyshtak", "Кашгар-Кыштак", "Кашкар-Кыштак", 72.930, 40.600, 14000),
    ("Nariman", "Нариман", "Нариман", 72.770, 40.610, 9000),
]

HIGHWAYS = [
    ("EM-04", "trunk", ["Bishkek", "Kozhomkul", "Sokuluk", "Belovodskoye", "Kara-Balta"]),
    ("EM-03", "trunk", ["Bishkek", "Lebedinovka", "Kant", "Ivanovka", "Tokmok"]),
    ("EM-04", "trunk", ["Osh", "Kara-Suu", "Uzgen"]),
    ("EM-16", "primary", ["Osh", "Nookat", "Kyzyl-Kiya"]),
    ("M-1", "secondary", ["Osh", "Aravan", "Kyzyl-Kiya"]),
    ("M-2", "secondary", ["Osh", "Kashgar-Kyshtak", "Kara-Suu", "Nariman", "Osh"]),
]

INDICATORS = [
    # id, criterion, label, unit, weight, curve, low, high
    ("border", "road", "border", "minutes", 0.12, [[20, 100], [40, 80], [60, 60], [90, 30], [150, 0]], 25, 120),
    ("rail", "road", "rail", "minutes", 0.06, [[10, 100], [20, 80], [40, 45], [60, 15], [90, 0]], 8, 60),
    ("market", "road", "market", "minutes", 0.06, [[15, 100], [30, 80], [45, 55], [60, 30], [90, 0]], 10, 70),
    ("trunk", "road", "trunk", "km", 0.06, [[0, 100], [1, 90], [3, 70], [5, 50], [10, 20], [15, 0]], 0, 8),
    (
        "pool",
        "labour",
        "pool",
        "people_per_job",
        0.40,
        [[0, 0], [5, 15], [10, 35], [20, 70], [30, 85], [40, 100]],
        6,
        45,
    ),
    ("power", "utilities", "power", "km", 0.12, [[0, 100], [1, 95], [3, 80], [5, 60], [10, 25], [15, 0]], 0.5, 12),
    ("sewer", "utilities", "sewer", "km", 0.08, [[0, 100], [0.5, 95], [2, 65], [5, 25], [8, 0]], 0.4, 9),
    ("slope", "ground", "slope", "percent", 0.05, [[0, 90], [0.5, 100], [3, 100], [5, 75], [8, 40], [15, 0]], 0.1, 9),
    ("room", "ground", "room", "ratio", 0.05, [[0.8, 0], [1, 60], [1.25, 90], [1.5, 100], [3, 80]], 0.7, 2.2),
]

KNOWN_SITES = [
    ("Bishkek Machine-Building Plant", "Бишкекский машиностроительный завод", "Бишкек машина куруу заводу"),
    ("Kozhomkul, 50 ha", "Кожомкул, 50 га", "Кожомкул, 50 га"),
    ("FEZ Bishkek, new territory", "СЭЗ «Бишкек», новая территория", "«Бишкек» ЭЭЗ, жаңы аймак"),
    ("Silk Way logistics park", "Логистический парк «Силк Вэй»", "«Силк Вэй» логистика паркы"),
]

NOTE = {
    "note": "Irrigated arable: a Cabinet decision is needed",
    "note_ru": "Орошаемая пашня: нужно решение Кабинета министров",
    "note_ky": "Сугат айдоо жери: Министрлер Кабинетинин чечими керек",
}


@contextmanager
def fixture_words() -> Iterator[None]:
    """Lend the message files the words that only these findings use."""
    read = text.catalogue

    def lent(lang: str) -> Mapping[str, str]:
        place = text.LANGUAGES.index(lang)
        return {**read(lang), **{key: text[place] for key, text in FIXTURE_WORDS.items()}}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "catalogue", lent)
        yield


def _metres(lon: float, lat: float) -> Point:
    return gpd.GeoSeries([Point(lon, lat)], crs="EPSG:4326").to_crs(CRS).iloc[0]


def _frame(rows: list[dict[str, Any]], geometry: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry=geometry, crs="EPSG:4326").to_crs(CRS)


def _named(english: str, russian: str | None = None, kyrgyz: str | None = None) -> dict[str, str | None]:
    return {"name_en": english, "name_ru": russian or english, "name_ky": kyrgyz or english}


def make_plots(per_town: int, rng: np.random.Generator, names: tuple[str, ...]) -> gpd.GeoDataFrame:
    rows, shapes = [], []
    for town, (words, (lon, lat), (_, _, need), _) in TOWNS.items():
        for number in range(per_town):
            x, y = lon + rng.uniform(-0.42, 0.42), lat + rng.uniform(-0.07, 0.10)
            area = round(need * rng.uniform(0.8, 2.0), 1)
            wide = math.sqrt(area * 1e4 * rng.uniform(0.8, 1.8))
            centre = _metres(x, y)
            block = box(-wide / 2, -area * 1e4 / wide / 2, wide / 2, area * 1e4 / wide / 2)
            shapes.append(translate(rotate(block, rng.uniform(0, 90)), centre.x, centre.y))
            given = KNOWN_SITES[number] if town == "bishkek" and number < len(KNOWN_SITES) else None
            name = given or tuple(
                f"{word}, {area:g} {ha}" + (f" ({number + 1})" if number > 3 else "")
                for word, ha in zip(words, ("ha", "га", "га"), strict=True)
            )
            rows.append(
                {
                    "id": f"{town}-{number + 1}",
                    "town": town,
                    **_named(*name),
                    "area_ha": area,
                    "outline": "indicative",
                    "precision_km": [0.5, 1.0, 2.0][number % 3],
                    **(NOTE if number % 4 == 1 else dict.fromkeys(NOTE)),
                    "source": "24.kg 352599",
                    "confidence": ["high", "medium", "low"][number % 3],
                }
            )
    for row, name in zip(rows, names, strict=False):
        row.update({"name_en": name, "name_ru": name, "name_ky": name, **dict.fromkeys(NOTE, name), "source": name})
    rows[-1].update({"name_ru": None, "name_ky": float("nan")})
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS).set_index("id")


def make_layers(
    settlements: int, links: int, rng: np.random.Generator, *, hostile: bool
) -> dict[str, gpd.GeoDataFrame]:
    at = {name: (lon, lat) for name, _, _, lon, lat, _ in PLACES}
    rows = [
        {"id": f"s{i}", **_named(en, ru, ky), "population": float(people)}
        for i, (en, ru, ky, _, _, people) in enumerate(PLACES)
    ]
    points = [Point(*at[place[0]]) for place in PLACES]
    villages = []
    for number in range(settlements - len(rows)):
        lon, lat = [(74.6, 42.80), (72.75, 40.52)][number % 2]
        point = Point(lon + rng.normal(0, 0.5), lat + rng.normal(0, 0.13))
        name = HOSTILE[number % len(HOSTILE)] if hostile and number < 20 else f"Village {number}"
        villages.append(point)
        rows.append(
            {
                "id": f"v{number}",
                **_named(
                    name,
                    f"Село {number}" if name.startswith("V") else name,
                    f"Айыл {number}" if name.startswith("V") else name,
                ),
                "population": float(rng.integers(200, 9000)),
            }
        )
    roads, lines = [], []
    for road, (ref, highway, stops) in enumerate(HIGHWAYS):
        for leg, (a, b) in enumerate(pairwise(stops)):
            (x1, y1), (x2, y2) = at[a], at[b]
            bend = rng.normal(0, 0.008, 2)
            lines.append(LineString([(x1, y1), ((x1 + x2) / 2 + bend[0], (y1 + y2) / 2 + bend[1]), (x2, y2)]))
            roads.append(
                {
                    "road": f"r{road}",
                    "leg": leg,
                    "ref": ref,
                    **_named(f"{stops[0]} - {stops[-1]}"),
                    "highway": highway,
                    "setting": "rural",
                    "assumed": False,
                }
            )
    towns = np.array([[lon, lat] for lon, lat in at.values()])
    for number in range(links):
        point = villages[number % max(1, len(villages))] if villages else Point(74.6, 42.8)
        nearest = towns[np.argmin(((towns - [point.x, point.y]) ** 2).sum(axis=1))]
        end = nearest if number < len(villages) else np.array([point.x, point.y]) + rng.normal(0, 0.05, 2)
        lines.append(LineString([(point.x, point.y), tuple(end)]))
        roads.append(
            {
                "road": f"link{number}",
                "leg": 0,
                "ref": None,
                **_named(""),
                "highway": "unclassified",
                "setting": "rural",
                "assumed": True,
            }
        )
    gateways = [
        ("ak-tilek", "border_road", "Ak-Tilek", "Ак-Тилек", "Ак-Тилек", 74.98, 43.03, 3.0),
        ("ak-jol", "border_road", "Ak-Jol (Korday)", "Ак-Жол (Кордай)", "Ак-Жол (Кордай)", 74.712, 43.03, 1.0),
        ("manas", "airport", "Manas airport", "Аэропорт Манас", "Манас аэропорту", 74.478, 43.061, 0.5),
        ("alamedin", "rail_freight", "Alamedin station", "Станция Аламедин", "Аламедин бекети", 74.68, 42.90, 1.0),
        ("dordoi", "market", "Dordoi", "Дордой", "Дордой", 74.62, 42.94, 0.5),
        ("dostuk", "border_road", "Dostuk", "Достук", "Достук", 72.75, 40.57, 1.0),
        ("osh-apt", "airport", "Osh airport", "Аэропорт Ош", "Ош аэропорту", 72.793, 40.609, 0.5),
    ]
    utilities = [
        ("chp", "power_plant", "Bishkek CHP", "ТЭЦ Бишкек", "Бишкек ЖЭБ", 74.652, 42.876, 1.5, "110/35"),
        ("glavnaya", "substation", "Glavnaya", "Главная", "Главная", 74.50, 42.83, 2.0, 220.0),
        ("wwtp-osh", "wwtp", "Osh sewage works", "Очистные Оша", "Ош тазалоочу", 72.79, 40.58, 2.0, None),
        ("grs", "gas_grs", "Gas station", "ГРС", "ГБС", 74.40, 42.90, 3.0, None),
    ]
    edge = [(73.2, 42.9), (73.6, 43.02), (74.1, 43.2), (74.6, 43.06), (75.0, 43.04), (75.4, 42.86), (75.9, 42.95)]
    south = [(71.9, 40.2), (72.2, 40.45), (72.45, 40.62), (72.75, 40.60), (72.9, 40.82), (73.2, 40.86)]
    return {
        "settlements": _frame(rows, points + villages),
        "roads": _frame(roads, lines).assign(length_m=lambda roads: roads.geometry.length),
        "gateways": _frame(
            [{"id": i, "kind": k, **_named(en, ru, ky), "precision_km": p} for i, k, en, ru, ky, _, _, p in gateways],
            [Point(g[5], g[6]) for g in gateways],
        ),
        "utilities": _frame(
            [
                {"id": i, "kind": k, **_named(en, ru, ky), "precision_km": p, "voltage_kv": v}
                for i, k, en, ru, ky, _, _, p, v in utilities
            ],
            [Point(u[5], u[6]) for u in utilities],
        ),
        "utility_lines": _frame(
            [{"kind": "gas_trunk", **_named("Gas trunk line", "Газопровод", "Газ түтүгү")}],
            [LineString([(73.5, 42.95), (74.4, 42.92), (75.3, 42.87)])],
        ),
        "rivals": _frame(
            [{"id": "tt", "kind": "textile_cluster", **_named("Kyrgyz Textile"), "jobs": 7000.0}], [Point(72.83, 40.49)]
        ),
        "border": _frame(
            [
                {"id": "KAZ", **_named("Kazakhstan", "Казахстан", "Казакстан")},
                {"id": "UZB", **_named("Uzbekistan", "Узбекистан", "Өзбекстан")},
            ],
            [LineString(edge), Polygon([*south, (72.0, 41.0), (71.6, 40.6)])],
        ).set_index("id"),
    }


def make_relief(west: float, south: float, east: float, north: float, rng: np.random.Generator) -> Relief:
    """A plain that rises southward into ridges."""
    rows, columns = round((north - south) * 240), round((east - west) * 240)
    down, across = np.mgrid[0 : 1 : rows * 1j, 0 : 1 : columns * 1j]
    height = 600 + 3200 * np.clip(down - 0.45, 0, 1) ** 1.3
    for octave in range(2, 7):
        phase = rng.uniform(0, 6.28, 3)
        ridge = 1 - np.abs(
            np.sin(2**octave * (across + 0.35 * down) * 2.4 + phase[0] + 1.7 * np.sin(2**octave * down + phase[1]))
        )
        height += 2200 / 1.7**octave * ridge * np.clip(down * 2.2 - 0.8, 0.01, 1)
    return Relief(
        height.astype(np.float32),
        Affine((east - west) / columns, 0.0, west, 0.0, (south - north) / rows, north),
        "EPSG:4326",
    )


def titled(title: Mapping[str, str]) -> Study:
    """Give the default study another title."""
    study = load_study(embedded_study())
    return study.replace(study=study.study.model_dump() | {"title": dict(title)})


def make_findings(
    per_town: int = 10, settlements: int = 120, links: int = 100, *, hostile: bool = False, seed: int = 7
) -> Findings:
    """Build findings.

    ``hostile`` names plots, settlements, the title and the sources so that a careless page would run or break.
    """
    rng = np.random.default_rng(seed)
    plots = make_plots(per_town, rng, HOSTILE if hostile else ())
    ids = [row[0] for row in INDICATORS]
    indicators = pd.DataFrame(
        {
            "criterion": [row[1] for row in INDICATORS],
            "measure": "time",
            "label": [Message(f"fixture.{row[2]}") for row in INDICATORS],
            "unit": [Message(f"unit.{row[3]}") for row in INDICATORS],
            "decimals": [0 if row[3] == "minutes" else 1 for row in INDICATORS],
            "weight": [row[4] for row in INDICATORS],
            "weight_within": [
                row[4] / sum(other[4] for other in INDICATORS if other[1] == row[1]) for row in INDICATORS
            ],
            "value": [row[5] for row in INDICATORS],
            "source": "own judgement on the distances between real nodes",
            "confidence": ["medium", "low", "medium", "high", "medium-low", "medium", "low", "high", "high"],
        },
        index=pd.Index(ids, name="id"),
    )
    measures = pd.DataFrame({row[0]: rng.uniform(row[6], row[7], len(plots)) for row in INDICATORS}, index=plots.index)
    measures.loc[plots.index[::3], "sewer"] = np.nan
    measures.loc[plots.index[4::10], ["pool"]] = np.nan
    values = pd.DataFrame(
        {row[0]: np.interp(measures[row[0]], *zip(*row[5], strict=True)) / 100 for row in INDICATORS}, index=plots.index
    ).where(measures.notna())
    nothing = Message("fixture.nothing", {"what": Message("fixture.sewage")})
    towards = Message("fixture.to", {"name": HOSTILE[0] if hostile else "Ak-Tilek", "km": 2})
    reasons = measures.isna().astype(object).where(measures.isna(), None).map(lambda cell: nothing if cell else None)
    details = pd.DataFrame(
        {i: [towards if i in ("border", "rail", "market") else None] * len(plots) for i in ids},
        index=plots.index,
        dtype=object,
    )
    known = values.notna().mul(indicators["weight"]).sum(axis=1)
    ranking = pd.DataFrame(
        {
            "town": plots["town"],
            "score": values.mul(indicators["weight"]).sum(axis=1) / known * 100,
            "known_weight": known,
        }
    )
    ranking["rankable"] = ranking["known_weight"] >= 0.7
    ranking["rank"] = (
        ranking["score"]
        .where(ranking["rankable"])
        .groupby(ranking["town"])
        .rank(ascending=False, method="first")
        .astype("Int64")
    )
    layers = make_layers(settlements, links, rng, hostile=hostile)
    title = (
        dict.fromkeys(text.LANGUAGES, HOSTILE[0])
        if hostile
        else {
            "en": "Three technology towns: where to build",
            "ru": "Три технополиса: выбор площадок",
            "ky": "Үч технополис: жер тилкесин тандоо",
        }
    )
    sources = pd.DataFrame(
        {
            "what": [
                "Candidate plots",
                "Settlements with population 2026",
                "Main-road atlas",
                "Border crossings, yards, markets",
                "GEBCO 2023 relief",
            ],
            "source": [
                HOSTILE[3] if hostile else "own reading of the press",
                "GeoNames, Who's On First",
                "own atlas of published roads",
                "timetables, airportsdata",
                "GEBCO 2023",
            ],
            "licence": ["MIT", "CC BY 4.0", "MIT", "MIT", "public domain"],
            "date": "2026-11",
            "quality": ["red", "amber", "amber", "amber", "green"],
            "why": [
                "outlines are indicative",
                "village centroids, ±1 km",
                "screening network, links assumed",
                "positions ±0.5 to 3 km",
                "450 m cells",
            ],
        },
        index=pd.Index(["plots", "settlements", "roads", "gateways", "elevation"], name="layer"),
    )
    return Findings(
        study=titled(title),
        towns=pd.DataFrame(
            [
                {
                    "id": town,
                    **_named(*words),
                    "enterprises": size[0],
                    "jobs": size[1],
                    "area_need_ha": size[2],
                    "assumed": assumed,
                }
                for town, (words, _, size, assumed) in TOWNS.items()
            ]
        ).set_index("id"),
        plots=plots,
        decision=Decision(indicators, measures, reasons, details, values, ranking.sort_values(["town", "rank"])),
        rules=Verdicts(pd.DataFrame(), pd.DataFrame(), pd.Series(data=False, index=plots.index)),
        land=Land(),
        labour=Workers(),
        connections=Connected(),
        programme=Together(),
        layers=layers,
        sources=sources,
        relief={
            "elevation_north": make_relief(73.3, 42.3, 75.9, 43.25, rng),
            "elevation_south": make_relief(71.9, 40.0, 73.6, 41.0, rng),
        },
        notices=(Message("fixture.moved"),),
        run={
            "id": "3f9c2a71",
            "date": "2026-11-23",
            "version": "0.1.0",
            "seed": 1,
            "inputs": {},
            "parameters": {},
            "versions": {},
        },
    )


def with_workers(findings: Findings, *, jobs: float = 1.0, programme: bool = True) -> Findings:
    """Add who can come to work, bands, and the plots chosen together.

    ``jobs`` multiplies the towns' jobs: with many more than there are workers, no combination can be staffed.
    """
    settlements = findings.layers["settlements"].set_index("id")
    rivals = findings.layers["rivals"].set_index("id")
    minutes, rival_minutes = (
        pd.DataFrame({name: 8 + settlements.distance(shape) / 700 for name, shape in places.items()}).where(
            lambda table: table < 90
        )
        for places in (findings.plots.geometry.centroid, rivals.geometry)
    )
    estimates = {"low": 0.05, "mid": 0.08, "high": 0.12}
    raion = pd.Series(np.where(settlements.geometry.y > 4.6e6, "Alamudun", "Kara-Suu"), index=settlements.index)
    raion[settlements.index[20::3]] = "Ysyk-Ata <i>"
    wanted = findings.towns["jobs"] * jobs
    everywhere = pd.Series(data=True, index=settlements.index)
    joint = Joint(0.3, ((10, 100), (60, 0)), 0.2, ((0, 0), (1, 100)), 45, everywhere)
    answers = {
        estimate: choose(
            Question(
                jobs=wanted,
                plots=pd.DataFrame(
                    {
                        "town": findings.plots["town"],
                        "base": findings.decision.ranking["score"].reindex(findings.plots.index) / 2,
                    }
                ),
                supply=pd.DataFrame({"workers": settlements["population"] * part, "raion": raion}),
                minutes=minutes,
                rivals=rivals["jobs"],
                rival_minutes=rival_minutes,
                limit_minutes=60,
                joint=joint,
            )
        )
        for estimate, part in estimates.items()
        if programme
    }
    near = (minutes < 45).mul(settlements["population"], axis="index").sum()
    labour = pd.DataFrame(
        {
            **{f"reach_{estimate}": near * part for estimate, part in estimates.items()},
            **{f"after_{estimate}": 0.9 * near * part for estimate, part in estimates.items()},
            **{
                f"per_job_{estimate}": 0.9 * near * part / findings.plots["town"].map(wanted)
                for estimate, part in estimates.items()
            },
        }
    )
    bands = pd.concat(
        [
            gpd.GeoDataFrame(
                {"plot": findings.plots.index, "minutes": until},
                geometry=findings.plots.centroid.buffer(until * 350.0).to_numpy(),
            )
            for until in (30, 45, 60)
        ],
        ignore_index=True,
    )
    return vary(
        findings,
        layers={**findings.layers, "settlements": settlements, "rivals": rivals},
        labour=labour,
        bands=gpd.GeoDataFrame(bands, geometry="geometry", crs=CRS),
        programme=answers,
    )


def visible_text(html: str) -> str:
    """Page without its scripts and data islands."""
    return re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
