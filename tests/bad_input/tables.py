"""Tables of prices, of people's weights and of pairs, and points of swings."""

from collections.abc import Callable
from pathlib import Path

from bad_input.cases import Put, table
from bad_input.studies import key
from sitesel.connections.pricing import study_prices
from sitesel.decision import fault_in_panel
from sitesel.errors import StudyError
from sitesel.study.reading import study_from
from sitesel.weighing import by_pairs, by_swings, read_pairs, read_panel, read_swings, swings_by_group

CRITERIA = ["road", "labour", "utilities", "ground"]
STUDY = study_from(key("study", "seed", to=0).document())


def written(called: str, door: Callable[[Path], object]) -> Callable[[str | bytes | None], Put]:
    """Give a way to put a table before a door."""

    def of(content: str | bytes | None) -> Put:
        def put(folder: Path) -> None:
            if content is not None:
                (folder / called).write_bytes(content if isinstance(content, bytes) else content.encode())
            door(folder / called)

        return put

    return of


def in_prices(path: Path) -> None:
    found = study_prices(STUDY.connection, path).items.loc["line_10kv", ["low", "mid", "high"]].to_list()
    assert found == [1.5, 2.0, 3.0], found


def in_panel(path: Path) -> None:
    if fault := fault_in_panel(read_panel(path), CRITERIA):
        raise StudyError(f"{path.name}: {fault}")


def swings(text: str) -> Put:
    return lambda _: by_swings(STUDY, swings_by_group(STUDY, read_swings(text))) and None


prices = written("costs.csv", in_prices)
panel = written("panel.csv", in_panel)
pairs = written("pairs.csv", lambda path: by_pairs(STUDY, {path.name: read_pairs(path)}))
PRICES = table(
    "Price lists",
    ("commas between, points in figures", "read", prices("item,low,mid,high\nline_10kv,1.5,2,3\n")),
    (
        "semicolons between, commas in figures, as a Russian spreadsheet writes",
        "read",
        prices("item;low;mid;high\nline_10kv;1,5;2;3\n"),
    ),
    ("tabs between", "read", prices("item\tlow\tmid\thigh\nline_10kv\t1.5\t2\t3\n")),
    (
        "a byte-order mark and Windows' ends of lines",
        "read",
        prices(b"\xef\xbb\xbfitem,low,mid,high\r\nline_10kv,1.5,2,3\r\n"),
    ),
    ("a comma in a figure between commas", "refused", prices("item,low,mid,high\nline_10kv,1,5,2,3\n")),
    ("a Windows code page", "refused", prices("item,low,mid,high\nлиния,1,2,3\n".encode("cp1251"))),
    ("nothing", "refused", prices("")),
    ("no column high", "refused", prices("item,low,mid\nline_10kv,1,2\n")),
    ("a misspelt item", "refused", prices("item,low,mid,high\nline_10_kv,1,2,3\n")),
    ("a cost below 0", "refused", prices("item,low,mid,high\nline_10kv,1,-2,3\n")),
    (
        "a cost with a comma: thousands or decimals?",
        "refused",
        prices("item;low;mid;high\nline_10kv;1,500;2,000;3,000\n"),
    ),
    (
        "a cost with a point: thousands or decimals?",
        "refused",
        prices("item,low,mid,high\nline_10kv,1.500,2.000,3.000\n"),
    ),
    ("a cost with a comma and four digits behind it", "refused", prices("item;low;mid;high\nline_10kv;1,2000;2;3\n")),
    ("a cost of three decimals beside others", "read", prices("item;low;mid;high\nline_10kv;1,500;2,0;3,0\n")),
    ("a cost with a blank between thousands", "refused", prices("item,low,mid,high\nline_10kv,1,2 000,3\n")),
    ("a cost of text", "refused", prices("item,low,mid,high\nline_10kv,cheap,2,3\n")),
    ("an infinite cost", "refused", prices("item,low,mid,high\nline_10kv,1,2,inf\n")),
    ("a cost that is no number (nan)", "refused", prices("item,low,mid,high\nline_10kv,1,nan,3\n")),
    ("a cost that falls from low to high", "refused", prices("item,low,mid,high\nline_10kv,5,2,3\n")),
    ("a cost without low", "refused", prices("item,low,mid,high\nline_10kv,,2,3\n")),
    ("a row without an item", "refused", prices("item,low,mid,high\n,1,2,3\n")),
    ("another unit", "refused", prices("item,unit,low,mid,high\nline_10kv,USD/m,1,2,3\n")),
    ("an item that stands twice", "refused", prices("item,low,mid,high\nline_10kv,1.5,2,3\nline_10kv,1,2,3\n")),
    ("a workbook", "refused", prices(b"PK\x03\x04" + bytes(60))),
)
WEIGHTS = table(
    "Weights of people, by pairs and by swings",
    ("a panel that is not there", "refused", panel(None)),
    ("a panel of nobody", "refused", panel("name,road,labour,utilities,ground\n")),
    ("a panel as a workbook", "refused", panel(b"PK\x03\x04" + bytes(60))),
    ("a panel in a Windows code page", "refused", panel("name,road\nАйда,1\n".encode("cp1251"))),
    ("a panel without a criterion", "refused", panel("name,road,labour\nAida,1,2\n")),
    ("a panel with a misspelt criterion", "refused", panel("name,road,labor,utilities,ground\nAida,1,2,3,4\n")),
    ("a panel with a criterion twice", "refused", panel("name,road,road,labour,utilities,ground\nAida,9,1,2,3,4\n")),
    ("a person who stands twice", "refused", panel("name,road,labour,utilities,ground\nAida,1,2,3,4\nAida,1,2,3,4\n")),
    ("a person without a name", "refused", panel("name,road,labour,utilities,ground\n,1,2,3,4\n")),
    ("a weight of text", "refused", panel("name,road,labour,utilities,ground\nAida,much,2,3,4\n")),
    ("a weight below 0", "refused", panel("name,road,labour,utilities,ground\nAida,-1,2,3,4\n")),
    ("a weight that is missing", "refused", panel("name,road,labour,utilities,ground\nAida,,2,3,4\n")),
    ("weights that are all 0", "refused", panel("name,road,labour,utilities,ground\nAida,0,0,0,0\n")),
    ("an infinite weight", "refused", panel("name,road,labour,utilities,ground\nAida,inf,2,3,4\n")),
    ("a row with a cell too many", "refused", panel("name,road,labour,utilities,ground\nAida,1,2,3,4,5\n")),
    (
        "a panel with semicolons and decimal commas",
        "read",
        panel("name;road;labour;utilities;ground\nAida;0,5;2;3;4\n"),
    ),
    ("pairs whose rows and columns differ", "refused", pairs(",staff,near_home\nstaff,1,3\nother,1/3,1\n")),
    ("pairs with a column twice", "refused", pairs(",staff,staff,near_home\nstaff,1,1,3\nnear_home,,,1\n")),
    ("pairs of things that the study has not", "refused", pairs(",a,b\na,1,3\nb,1/3,1\n")),
    ("pairs that contradict each other", "refused", pairs(",staff,near_home\nstaff,1,3\nnear_home,3,1\n")),
    ("a pair below 0", "refused", pairs(",staff,near_home\nstaff,1,-3\nnear_home,,1\n")),
    ("a pair of 0", "refused", pairs(",staff,near_home\nstaff,1,0\nnear_home,,1\n")),
    ("a pair divided by 0", "refused", pairs(",staff,near_home\nstaff,1,1/0\nnear_home,,1\n")),
    ("a pair that is not compared", "refused", pairs(",staff,near_home\nstaff,1,\nnear_home,,1\n")),
    ("a pair of text", "refused", pairs(",staff,near_home\nstaff,1,more\nnear_home,,1\n")),
    ("a thing that differs from itself", "refused", pairs(",staff,near_home\nstaff,2,3\nnear_home,1/3,1\n")),
    ("swings without points", "refused", swings("labour")),
    ("swings of no number", "refused", swings("labour=much,road=80,utilities=1,ground=1")),
    ("swings of a name that the study has not", "refused", swings("labor=100,road=80")),
    ("swings that leave a criterion out", "refused", swings("labour=100,road=80")),
    ("swings that name a criterion twice", "refused", swings("labour=100,labour=80")),
    ("swings without a 100", "refused", swings("labour=50,road=40,utilities=30,ground=20")),
    ("swings above 100", "refused", swings("labour=200,road=100,utilities=30,ground=20")),
    ("swings below 0", "refused", swings("labour=100,road=-80,utilities=30,ground=20")),
    ("swings that are no number (nan)", "refused", swings("labour=100,road=nan,utilities=30,ground=20")),
    ("no swings", "refused", swings("")),
)
