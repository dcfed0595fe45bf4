"""Colours, read from one file by the still pictures, by the page's styles and by its script."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from sitesel.data import data

PALETTE: Final[Mapping[str, Mapping[str, Any]]] = data("palette.toml")
"""As ``data/palette.toml`` has it; the page's script is given the same."""

EVEN_LUMINANCE: Final = 0.19
"""Relative luminance on which both inks stand out about alike, 4.4 to 1."""

Colour: TypeAlias = tuple[int, int, int]


def along(ramp: Sequence[str], share: float) -> Colour:
    """Colour at a share of the way along a ramp, 0 to 1.

    Examples
    --------
    >>> along(PALETTE["suitability"]["ramp"], 0.0), along(PALETTE["suitability"]["ramp"], 1.0)
    ((255, 246, 208), (92, 36, 12))
    """
    at = min(max(share, 0.0), 1.0) * (len(ramp) - 1)
    low = min(int(at), len(ramp) - 2)
    ends = (bytes.fromhex(stop[1:]) for stop in ramp[low : low + 2])
    red, green, blue = (round(a + (b - a) * (at - low)) for a, b in zip(*ends, strict=True))
    return red, green, blue


def rank_colours(rank: int | None, ranked: int) -> tuple[str, str]:
    """Colour of a rank among so many, and of a number on it: the ink with more contrast.

    Examples
    --------
    >>> rank_colours(1, 10), rank_colours(10, 10), rank_colours(None, 10)
    (('#0b3c5d', '#ffffff'), ('#e4e0aa', '#0a0f14'), ('#ffffff', '#0a0f14'))
    """
    rows = PALETTE["rank"]
    fill = str(rows["none"])
    if rank is not None:
        fill = "#" + bytes(along(rows["ramp"], (rank - 1) / max(1, ranked - 1))).hex()
    return fill, str(rows["inks"][luminance(bytes.fromhex(fill[1:])) >= EVEN_LUMINANCE])


def town_colour(place: int) -> str:
    """Colour of a town, by its place among the study's."""
    colours: list[str] = PALETTE["towns"]["colours"]
    return colours[place % len(colours)]


def luminance(channels: bytes) -> float:
    """Relative luminance of red, green, blue, 0..1, as WCAG 2 defines it."""
    shares = (channel / 255 for channel in channels)
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]  # noqa: PLR2004 - the standard's
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def as_styles() -> str:
    """Write every single colour as a variable of the page's styles, ``--<table>-<name>``."""
    colours = {
        f"--{table}-{name}": part["colour"] if isinstance(part, dict) else part
        for table, parts in PALETTE.items()
        for name, part in parts.items()
        if not isinstance(part, list)
    }
    return ":root { " + " ".join(f"{name}: {colour};" for name, colour in colours.items()) + " }"
