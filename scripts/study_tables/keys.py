"""Tables of the keys that a study file may hold, from the JSON schema of its settings."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]

HEAD = ("| key | what it holds | default | meaning |", "|---|---|---|---|")
TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
BOUNDS = {"exclusiveMinimum": "above", "minimum": "from", "maximum": "to"}


@dataclass(frozen=True)
class Keys:
    """A study's keys, told as Markdown.

    Parameters
    ----------
    schema : mapping
        JSON schema of the whole file.
    units : mapping of str to str
        Unit of each kind of indicator, by the name of its settings.
    """

    schema: Schema
    units: Mapping[str, str] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """Yield a table of the sections, one of each section's keys, and one of each kind's."""
        yield from self.table(self.schema)
        places: dict[str, list[str]] = {}
        for name, path in self.sections(self.schema):
            places.setdefault(name, []).append(f"`{path}`")
        for name, paths in places.items():
            section = self.schema["$defs"][name]
            yield from ("", f"### {', '.join(paths)}", "", _plain(section["description"]), "")
            yield from self.table(section, paths[0].strip("`[]") + ".")
        for path, given in self.schema["properties"].items():
            if "oneOf" in given.get("items", {}):
                yield from self.kinds(path, given["items"])

    def kinds(self, path: str, choice: Schema) -> Iterator[str]:
        """Yield a table of what all kinds share, and one of each kind's own keys."""
        word = choice["discriminator"]["propertyName"]
        called: dict[str, list[str]] = {}
        for measure, ref in choice["discriminator"]["mapping"].items():
            called.setdefault(_name(ref), []).append(measure)
        kinds = {_name(option["$ref"]): self.section(option["$ref"]) for option in choice["oneOf"]}
        shared = set.intersection(*(set(kind["properties"]) for kind in kinds.values()))
        yield from ("", f"### `[[{path}]]`", "")
        yield from self.table(next(iter(kinds.values())), keys=shared - {word})
        words = _either(choice["discriminator"]["mapping"])
        yield f"| `{word}` | {words} | required | What is measured, and with which further keys: see below. |"
        for name, kind in kinds.items():
            yield from ("", f"#### {_either(called[name])}", "")
            yield f"{_plain(kind['description'])} Unit: {self.units[name]}."
            if own := set(kind["properties"]) - shared:
                yield ""
                yield from self.table(kind, keys=own)

    def table(self, section: Schema, path: str = "", keys: Collection[str] | None = None) -> Iterator[str]:
        """Yield a row a key."""
        yield from HEAD
        for key, given in section["properties"].items():
            if keys is None or key in keys:
                default = "required" if key in section.get("required", ()) else _default(given.get("default"))
                yield f"| `{key}` | {self.holds(given, path + key)} | {default} | {_plain(given['description'])} |"

    def sections(self, section: Schema, path: str = "") -> Iterator[tuple[str, str]]:
        """Yield the settings of each section below, and where in the file it stands, from the top down."""
        for key, given in section["properties"].items():
            for ref, place in self.refs(given, path + key):
                yield _name(ref), place
                yield from self.sections(self.section(ref), place.strip("[]") + ".")

    def refs(self, given: Schema, path: str, brackets: int = 1) -> Iterator[tuple[str, str]]:
        """Yield the sections that a key's value is made of."""
        if "properties" in self.section(given.get("$ref")):
            yield given["$ref"], "[" * brackets + path + "]" * brackets
        for option in () if self.inline(given) else given.get("anyOf", ()):
            yield from self.refs(option, path)
        if "items" in given:
            yield from self.refs(given["items"], path, 2)
        if isinstance(inner := given.get("additionalProperties"), dict):
            yield from self.refs(inner, f"{path}.<{_keys(given)[0]}>")

    def section(self, ref: str | None) -> Schema:
        """Find what a reference leads to."""
        found: Schema = self.schema["$defs"][_name(ref)] if ref else {}
        return found

    def holds(self, given: Schema, path: str) -> str:
        """Say what a value may be."""
        if places := [place for _, place in self.refs(given, path)]:
            return "; ".join([f"section `{places[0]}`", *_choices(given)])
        if "$ref" in given:
            return self.holds(self.section(given["$ref"]), path)
        if "anyOf" in given:
            return self.inline(given) or self.holds(given["anyOf"][0], path)
        if "enum" in given:
            return _either(given["enum"])
        if "additionalProperties" in given:
            name, words = _keys(given)
            whole = "" if "." in path else f"section `[{path}]`: "
            return f"{whole}{_either(words) or f'`<{name}>`'} = {self.holds(given['additionalProperties'], f'{path}.')}"
        return self.listed(given, path) if given["type"] == "array" else _bounded(given)

    def inline(self, given: Schema) -> str:
        """Tell of one number that may be several: they stand in braces, and have no section of their own."""
        kinds = [option for option in given.get("anyOf", ()) if option.get("type") == "number"]
        keys = [
            key for option in given.get("anyOf", ()) for key in self.section(option.get("$ref")).get("properties", ())
        ]
        return f"{_bounded(kinds[0])}, or such numbers `{{ {', '.join(keys)} }}`" if kinds and keys else ""

    def listed(self, given: Schema, path: str) -> str:
        """Say what a list may hold."""
        if "prefixItems" in given:
            return f"[{', '.join(self.holds(item, path) for item in given['prefixItems'])}]"
        if "oneOf" in given["items"]:
            return f"section `[[{path}]]`"
        least = f", at least {given['minItems']}" if "minItems" in given else ""
        item = self.holds(given["items"], path)
        return f"list of {f'({item})' if 'list' in item else item}{least}"


def _name(ref: str) -> str:
    return ref.rpartition("/")[2]


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("``", "`").replace("|", "\\|")


def _default(given: object) -> str:
    if given in (None, "", [], {}):
        return "none"
    return "see below" if isinstance(given, dict) else f"`{json.dumps(given, ensure_ascii=False)}`"


def _either(words: Collection[object]) -> str:
    *others, last = [f"`{word}`" for word in words] or [""]
    return f"{', '.join(others)} or {last}" if others else last


def _keys(given: Schema) -> tuple[str, list[str]]:
    names = given.get("propertyNames", {})
    return names.get("description", "name"), names.get("enum", [])


def _choices(given: Schema) -> Iterator[str]:
    """Yield the names that a section's own name is made of, where they are few."""
    while isinstance(inner := given.get("additionalProperties"), dict):
        name, words = _keys(given)
        if words:
            yield f"{name}: {_either(words)}"
        given = inner


def _bounded(given: Schema) -> str:
    bounds = [f"{word} {given[bound]:g}" for bound, word in BOUNDS.items() if bound in given]
    form = [f"that matches `{given['pattern']}`"] if "pattern" in given else []
    filled = ["(not empty)"] if given.get("minLength") else []
    return " ".join([TYPES[given["type"]], *bounds, *form, *filled])
