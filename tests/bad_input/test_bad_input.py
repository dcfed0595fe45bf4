"""Every class of bad input ends as its table says, and as the page tells."""

import pytest

from bad_input.cases import Case
from bad_input.page import CASES, row, rows_written
from bad_input.studies import OfStudy
from sitesel.errors import SiteselError
from sitesel.stages import check, run

# What GDAL warns of goes to nobody: what is wrong is refused, and what is lost is counted.
pytestmark = [
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning"),
    pytest.mark.filterwarnings("ignore:'crs' was not provided"),
    pytest.mark.filterwarnings("ignore:Column names longer than 10 characters"),  # as every shapefile has them
]
OF_STUDIES = [case for case in CASES if isinstance(case.put, OfStudy) and case.ends == "refused"]


def called(case: Case) -> str:
    return f"{case.door}: {case.what}"


@pytest.mark.parametrize("case", CASES, ids=called)
def test_it_ends_as_the_page_says(case, tmp_path):
    ends, lines = case.outcome(tmp_path)
    assert ends == case.ends, lines
    assert all(line and "\n" not in line for line in lines)
    written = row(case, lines)
    assert rows_written().get((case.door, written[2:].partition(" | ")[0])) == written, "run make tables"


def test_the_page_tells_of_these_and_no_others():
    assert len(rows_written()) == len(CASES) >= 200


@pytest.mark.parametrize("case", OF_STUDIES, ids=called)
def test_what_a_check_finds_a_run_would_refuse(case):
    with pytest.raises(SiteselError) as found:
        run(case.put.document(), layers=case.put.given())
    assert check(case.put.document(), layers=case.put.given()) == found.value.faults
