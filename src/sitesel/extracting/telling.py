"""What a planner reads of layers made: what was found, what was left out and why, what is owed."""

from collections.abc import Iterator
from pathlib import Path

from sitesel.extracting.making import Made
from sitesel.extracting.official import PLAUSIBLE
from sitesel.fetching import attributions
from sitesel.text import LANGUAGES, Message, catalogue, number


def made_lines(made: Made) -> Iterator[Message]:
    """Tell of each layer how many features it has, what is known of them, and what was left out.

    Parameters
    ----------
    made : Made

    Yields
    ------
    Message

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> from sitesel.text import say
    >>> found = gpd.GeoDataFrame({"kind": ["airport"]}, geometry=[Point(74.5, 42.8)], crs="EPSG:4326")
    >>> for line in made_lines(Made(Path("kg.osm.pbf"), {"gateways": found})):
    ...     print(say(line, "en"))
    roads: the extract itself, kg.osm.pbf
    gateways: 1 feature
    people: no raster in the folder; the settlements' own figures have to do
    heights: none in the folder; slopes are not known
    """
    yield Message("layers.roads", {"file": made.extract.name})
    for layer, frame in made.frames.items():
        if len(frame):
            yield Message("layers.layer", {"layer": layer, "count": len(frame)})
        for column in ("population", "voltage_kv"):
            if column in frame and len(frame):
                yield Message(f"layers.known.{column}", {"count": int(frame[column].notna().sum()), "of": len(frame)})
        if len(frame) and (guessed := int(frame["confidence"].eq("low").sum() if "confidence" in frame else 0)):
            yield Message("layers.guessed", {"count": guessed})
        yield from _left_out(made, layer)
    if none := [layer for layer, frame in made.frames.items() if frame.empty]:
        yield Message("layers.none", {"layers": ", ".join(none)})
    yield from _rasters(made)


def _left_out(made: Made, layer: str) -> Iterator[Message]:
    for (of, reason), count in sorted(made.left_out.items()):
        if of == layer:
            key = f"layers.left_out.{reason}"
            why = Message(key) if key in catalogue(LANGUAGES[0]) else reason
            yield Message("layers.left_out", {"count": count, "why": why, "layer": layer})


def _rasters(made: Made) -> Iterator[Message]:
    people = made.people
    yield Message("layers.people", {"file": people.name}) if people else Message("layers.no_people")
    yield from _official(made)
    heights = len(made.heights)
    yield Message("layers.heights", {"count": heights}) if heights else Message("layers.no_heights")
    if made.cover:
        yield Message("layers.cover", {"count": len(made.cover)})
    yield from made.told
    for source in made.unused:
        own = Message(f"layers.unused.{source}")
        told = Message("layers.unused", {"source": Message(f"fetch.source.{source}")})
        yield own if own.key in catalogue(LANGUAGES[0]) else told
    settlements = made.frames.get("settlements")
    if settlements is not None and settlements["working_age_share"].isna().all():
        yield Message("layers.no_working_age")


def _official(made: Made) -> Iterator[Message]:
    """Tell of each area what its people were multiplied by, and where that cannot be right."""
    if made.official is None:
        return
    yield from made.official.notices
    least, most = PLAUSIBLE
    for area in made.official.areas.itertuples(index=False):
        people: dict[str, float] = {"raster": round(float(area.counted)), "people": round(float(area.people))}
        factor = {lang: number(float(area.factor), lang, 3) for lang in LANGUAGES}
        yield Message("layers.scaled", {"area": str(area.name_en), "factor": factor, **people})
        if not least <= area.factor <= most:
            yield Message("layers.scaled.absurd", {"area": str(area.name_en), "least": least, "most": most})
        if area.beyond:
            yield Message("layers.scaled.beyond", {"area": str(area.name_en), "share": float(area.beyond) * 100})
    yield Message("layers.scaled.elsewhere", {"people": round(made.official.elsewhere)})


def written_lines(into: Path, study: Path) -> Iterator[Message]:
    """Tell where the layers are, what every map made of them has to say, and what comes next.

    Parameters
    ----------
    into : Path
    study : Path
        That is on these layers, or is begun on them next.

    Yields
    ------
    Message

    Examples
    --------
    >>> from sitesel.text import say
    >>> *_, line = written_lines(Path("kg/layers"), Path("my.toml"))  # which is not there yet
    >>> say(line, "en")
    'Next: sitesel init my.toml --ground kg/layers'
    """
    yield Message("layers.done", {"folder": str(into)})
    for owed in attributions(into):
        yield Message("fetch.owed", {"text": owed.text, "licence": owed.licence, "address": owed.licence_address})
    if study.exists():
        yield Message("layers.next_run", {"study": str(study)})
    else:
        yield Message("layers.next", {"folder": str(into), "study": str(study)})
