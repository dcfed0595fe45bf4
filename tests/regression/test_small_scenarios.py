"""Where the plots of the small study stand in each scenario, to a hundredth of a point."""

from shapely import LineString

from scenario_fixture import lines
from sitesel.stages import run
from small_study import place

EXPECTED = {
    "study_score": {"alpha": 77.91, "beta": 89.79, "gamma": 75.67},
    "winter_score": {"alpha": 69.08, "beta": 88.83, "gamma": 73.76},
    "shut_score": {"alpha": 33.77, "beta": 48.15, "gamma": 39.01},
    "slow_score": {"alpha": 54.41, "beta": 81.14, "gamma": 40.97},
    "built_score": {"alpha": 77.91, "beta": 89.79, "gamma": 81.15},  # it joins the new road as well as its own
    "jobs_score": {"alpha": 73.83, "beta": 85.90, "gamma": 75.67},
}


def test_the_small_study_in_each_scenario(study_with, tmp_path):
    lines(LineString([place(5, -4), place(35, 3)])).to_file(tmp_path / "bypass.gpkg")
    found = run(
        study_with(
            {"id": "winter", "season": "winter"},
            {"id": "shut", "closed": [{"ref": "A1"}]},
            {"id": "slow", "slowed": [{"name": "Great road", "factor": 2}]},
            {"id": "built", "bypass": "bypass.gpkg"},
            {"id": "jobs", "jobs": {"one": 6000}},
        )
    ).scenarios
    scores = found.filter(like="_score").round(2)
    assert scores.to_dict() == EXPECTED
