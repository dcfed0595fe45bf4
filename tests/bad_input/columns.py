"""Columns of layers: their names, their kinds, their words, their figures."""

import numpy as np
import pandas as pd

from bad_input.cases import Put, table
from bad_input.layers_in import drawn, held


def people(*given: object, truth: tuple[float, ...] | None = None) -> Put:
    return held("settlements", {"population": truth} if truth else {}, population=np.array(given, dtype=object))


def lacking(layer: str, column: str) -> Put:
    return drawn(layer, lambda one: one.drop(columns=column))


IDS = table(
    "Names of features (id)",
    ("no column id", "refused", lacking("plots", "id")),
    ("a column called ID", "read", drawn("plots", lambda one: one.rename(columns={"id": "ID"}))),
    ("one stands twice", "refused", held("plots", id=["a", "a", "b"])),
    ("two that differ by a blank at the end", "refused", held("plots", id=["a ", "a", "b"])),
    (
        "two that differ by how a letter with an accent is written",
        "refused",
        held("plots", id=["cafe\u0301", "caf\u00e9", "b"]),
    ),
    ("two that differ by a letter of another alphabet", "refused", held("plots", id=["\u04101", "A1", "b"])),
    ("two that differ by a dash", "refused", held("plots", id=["a\u20131", "a-1", "b"])),
    ("two that differ by a sign that is not seen", "refused", held("plots", id=["a\u200b", "a", "b"])),
    ("two that differ by a second blank", "refused", held("plots", id=["a  1", "a 1", "b"])),
    ("two that differ by a capital", "read", held("plots", id=["a1", "A1", "b"])),
    ("one is empty", "refused", held("plots", id=["", "a", "b"])),
    ("one is a blank", "refused", held("plots", id=["  ", "a", "b"])),
    ("one is missing", "refused", held("plots", id=[None, "a", "b"])),
    ("numbers", "read", held("plots", id=[1, 2, 3])),
    ("the same number as text and as a number", "refused", held("plots", id=np.array([1, "1", 2], dtype=object))),
    ("a number with decimals", "read", held("plots", id=[1.5, 2.5, 3.5])),
    ("markup and control characters", "read", held("plots", id=["[/b]", "\x1b[2J", "=1+1"])),
)
WORDS = table(
    "Words in columns",
    ("plots without the column town", "refused", lacking("plots", "town")),
    (
        "plots without a name",
        "refused",
        drawn("plots", lambda one: one.drop(columns=["name_en", "name_ru", "name_ky"])),
    ),
    ("plots with a name in Russian alone", "read", lacking("plots", "name_en")),
    ("a column name, without name_en", "read", drawn("plots", lambda one: one.rename(columns={"name_en": "name"}))),
    ("a name that is empty", "refused", held("plots", name_en=["", "b", "c"])),
    ("a town that is empty", "refused", held("plots", town=[None, "one", "two"])),
    ("roads without the column highway", "refused", lacking("roads", "highway")),
    ("gateways without the column kind", "refused", lacking("gateways", "kind")),
    ("settlements without the column population", "refused", lacking("settlements", "population")),
    ("settlements without the column working_age_share", "refused", lacking("settlements", "working_age_share")),
    ("a misspelt setting of a road", "refused", held("roads", setting="mountian")),
    ("a setting in capitals", "refused", held("roads", setting="Rural")),
    ("a setting in Russian", "refused", held("roads", setting="горы")),
    ("a one-way sign of a word of its own", "refused", held("roads", oneway="forward")),
    ("a one-way sign as a decimal", "read", held("roads", oneway="-1.0")),
    ("a one-way sign as a number that stands for none", "refused", held("roads", oneway=2)),
    ("a misspelt kind of a utility", "refused", held("utilities", kind="substatoin")),
    ("a kind of a utility with a hyphen", "refused", held("utilities", kind="sewage-works")),
    ("a kind of a utility in capitals", "refused", held("utilities", kind="Substation")),
    ("a misspelt kind of a gateway", "refused", held("gateways", kind="borderfreight")),
    ("a kind of a gateway in the plural", "refused", held("gateways", kind="airports")),
    ("a misspelt state of a rival", "refused", held("rivals", state="workin")),
    ("a state of a rival in capitals", "refused", held("rivals", state="Working")),
    ("a flag that is no flag (closed = maybe)", "refused", held("roads", closed="maybe")),
    ("a flag as a decimal (closed = 0.0)", "read", held("roads", closed=0.0)),
)
FIGURES = table(
    "Figures in columns",
    ("people of text", "refused", people("many", 8000)),
    ("people with their unit", "refused", people("12 500 people", "8000")),
    ("people below 0", "refused", people(-5, 8000)),
    ("people that are infinite", "refused", people(np.inf, 8000.0)),
    ("people as true", "refused", people(bool(1), 8000)),
    ("people not known", "told", people(None, 8000.0)),
    ("people all not known", "told", people(None, None)),
    ("people as blank text", "told", people(" ", "8000")),
    ("people as n/a", "refused", people("n/a", "8000")),
    ("people with blanks between thousands", "read", people("10 000", "8\u00a0000", truth=(10_000, 8000))),
    (
        "people with narrow blanks between thousands",
        "read",
        people("1\u202f234\u202f567", "8000", truth=(1_234_567, 8000)),
    ),
    ("people with apostrophes between thousands", "read", people("1'234'567", "8000", truth=(1_234_567, 8000))),
    ("people with a point: thousands or decimals?", "refused", people("10.000", "8000")),
    ("people with a comma: thousands or decimals?", "refused", people("10,000", "8000")),
    ("people with a point beside a comma before decimals", "refused", people("1.200", "0,85")),
    ("people with a comma beside a point before decimals", "refused", people("1,200", "0.85")),
    ("people with a plus and a point", "refused", people("+1.200", "8000")),
    ("people with three decimals beside others by the same mark", "read", people("1.200", "0.85", truth=(1.2, 0.85))),
    ("people with a comma and four digits behind it (1,2000): a slip?", "refused", people("1,2000", "8000")),
    ("people with a point and four digits behind it (1.2000): a slip?", "refused", people("1.2000", "8000")),
    (
        "people with a comma and noughts behind it, all alike (25,0000)",
        "refused",
        people("25,0000", "40,5000"),
    ),
    ("people with four decimals beside others by the same mark", "read", people("1,2000", "0,8500", truth=(1.2, 0.85))),
    ("people with six decimals, as machines write them", "read", people("25.000000", "40.500000", truth=(25, 40.5))),
    ("people with a blank behind the point (1.200 000)", "refused", people("1.200 000", "0.85")),
    ("people with a blank before the comma (1 200,5)", "read", people("1 200,5", "8000", truth=(1200.5, 8000))),
    ("people grouped by threes and twos (12,34,567)", "refused", people("12,34,567", "8000")),
    ("people with a blank in the wrong place (12 00)", "refused", people("12 00", "8000")),
    ("people with two points", "refused", people("1.234.567", "8000")),
    ("people with decimals by comma", "read", people("10,5", "8,25", truth=(10.5, 8.25))),
    ("people in digits of another script", "refused", people("١٢", "8000")),
    ("people with an exponent", "read", people("1e4", "8000", truth=(10_000, 8000))),
    ("people with an underscore", "refused", people("10_000", "8000")),
    ("people in hexadecimal", "refused", people("0x10", "8000")),
    ("people with a minus of print", "refused", people("\u22125", "8000")),
    ("more people than the Earth has", "refused", people(1e12, 8000.0)),
    ("a share of working age in percent", "refused", held("settlements", working_age_share=58.0)),
    ("a share of working age above 1", "refused", held("settlements", working_age_share=1.2)),
    ("a share of working age not known", "told", held("settlements", working_age_share=None)),
    ("jobs below 0", "refused", held("rivals", jobs=-5.0)),
    ("spare capacity below 0", "refused", held("utilities", spare_mva=-3.0)),
    ("a voltage of text (110/10)", "refused", held("utilities", voltage_kv="110/10")),
    ("levels of voltage by strokes (110/35)", "refused", held("utilities", levels_kv="110/35")),
    ("levels of voltage by semicolons", "read", held("utilities", levels_kv="110;35")),
    ("a voltage in volts", "refused", held("utilities", voltage_kv=110_000.0)),
    ("a precision that some places have and others lack", "told", held("gateways", precision_km=[2.0, None, 0.5, 0.0])),
    ("a precision below 0", "refused", held("gateways", precision_km=-1.0)),
    ("a precision in metres", "refused", held("gateways", precision_km=2000.0)),
    ("a precision of lines in metres", "refused", held("utility_lines", precision_km=500.0)),
    ("jobs that no employer has", "refused", held("rivals", jobs=5e6)),
    ("spare capacity in kVA", "refused", held("utilities", spare_mva=25_000.0)),
    ("people as complex numbers", "refused", held("settlements", population=[1 + 2j, 3 + 0j])),
    (
        "people held as a sparse column",
        "read",
        held("settlements", {"population": (10.0, 0.0)}, population=pd.arrays.SparseArray([10.0, 0.0])),
    ),
    (
        "people held as categories",
        "read",
        held("settlements", {"population": (10.0, 20.0)}, population=pd.Categorical([10, 20])),
    ),
    ("an area of text", "refused", held("plots", area_ha="25 ha")),
)
EMPTY = table(
    "Layers without a row",
    *(
        (f"{layer}, which a study needs", "refused", drawn(layer, lambda one: one.iloc[:0]))
        for layer in ("plots", "settlements", "roads")
    ),
    ("gateways: someone looked, and found none", "read", lambda _: held("gateways")(_) and None),
)
