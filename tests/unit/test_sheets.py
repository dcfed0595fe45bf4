"""Sheets, and the writers that they share: the terminal and the page's static tables."""

from itertools import pairwise

from sitesel.outputs.map.elements import Scribe, markup, root, write_sheet
from sitesel.outputs.map.islands import named
from sitesel.outputs.terminal import table_of
from sitesel.report.palette import EVEN_LUMINANCE, PALETTE, as_styles, luminance, rank_colours
from sitesel.report.sheet import NO_HEAD, Cell, Column, Mark, Row, Sheet
from sitesel.report.words import as_is

PLOT = Column("plot", ("plot", "участок", "жер"), "l", names=True)
SCORE = Column("score", ("score", "балл", "упай"), brief=("sc.", "б.", "у."))
SHEET = Sheet(
    as_is("Kant"),
    (PLOT, SCORE),
    (
        Row((Cell(("east", "восток", "чыгыш"), remarks=((as_is("its best"), ""),)), Cell(as_is("88.1"), "strong"))),
        Row((Cell(as_is("not enough workers"), "why", span=2),)),
        Row((Cell(as_is(""), mark=Mark("badge", "2", ("#000000", "#ffffff"))), Cell(as_is("80.0"))), beyond=True),
    ),
    ((as_is("a note"), "why"),),
)


def test_columns_are_chosen_by_name_and_rows_of_one_wide_cell_are_left_out() -> None:
    told = SHEET.only(["score", "plot"])
    assert [column.key for column in told.columns] == ["score", "plot"]
    assert [[cell.text[0] for cell in row.cells] for row in told.rows] == [["88.1", "east"], ["80.0", ""]]


def test_terminal_takes_short_headings_and_leaves_remarks_out() -> None:
    table = table_of(SHEET.only(["plot", "score"]), "ru")
    assert [column.header for column in table.columns] == ["участок", "б."]
    assert [list(column.cells) for column in table.columns] == [["восток", "2"], ["88.1", "80.0"]]


def test_static_table_carries_every_language_except_in_rows_beyond_the_page() -> None:
    parent = root("div")
    write_sheet(SHEET, Scribe("en"), parent, "chosen")
    text = markup(parent)
    assert '<th class="l" scope="row"><span data-en="east" data-ru="восток" data-ky="чыгыш">east</span>' in text
    assert '<td class="l why" colspan="2">not enough workers</td>' in text
    assert (
        '<tr class="beyond"><th class="l" scope="row"><span class="badge" style="background:#000000;color:#ffffff">2'
        in text
    )
    assert '<p class="note why">a note</p>' in text
    assert ">Plot</th>" in text  # a heading begins with a capital


def test_sheet_without_headings_is_a_list() -> None:
    columns = (Column("rule", NO_HEAD, "l", names=True), Column("reason", NO_HEAD, "l"))
    parent = root("div")
    write_sheet(
        Sheet(NO_HEAD, columns, (Row((Cell(as_is("Floods:")), Cell(as_is("no layer")))),)), Scribe("en"), parent
    )
    assert markup(parent) == "<div><ul><li><b>Floods:</b> <span>no layer</span> </li></ul></div>"


def test_records_travel_with_their_fields_once() -> None:
    assert named([]) == {"fields": [], "rows": []}
    assert named([None, {"a": 1, "b": None}]) == {"fields": ["a", "b"], "rows": [None, [1, None]]}


def test_ranks_darken_steadily_and_their_numbers_stand_out() -> None:
    told = [rank_colours(rank, 9) for rank in range(1, 10)]
    shades = [luminance(bytes.fromhex(fill[1:])) for fill, _ in told]
    assert all(darker < lighter for darker, lighter in pairwise(shades))
    assert [ink for _, ink in told] == [PALETTE["rank"]["inks"][shade >= EVEN_LUMINANCE] for shade in shades]


def test_styles_have_a_variable_for_every_single_colour() -> None:
    styles = as_styles()
    assert "--roads-motorway: #b5642f;" in styles
    assert "--rank-excluded-ink: #8a1d10;" in styles
    assert "ramp" not in styles
