"""Where the plots of the small study stand in each scenario, to a hundredth of a point."""

from shapely import LineString

from scenario_fixture import lines
from sitesel.stages import run
from small_study import place

EXPECTED = {
    "study_score": {"alpha": 41.46, "beta": 46.60, "gamma": 41.99},
    "winter_score": {"alpha": 39.14, "beta": 45.44, "gamma": 41.83},
    "shut_score": {"alpha": 33.77, "beta": 40.02, "gamma": 37.31},
    "slow_score": {"alpha": 37.32, "beta": 44.62, "gamma": 37.96},
    "built_score": {"alpha": 41.46, "beta": 46.60, "gamma": 41.94},  # its nearest road is another one
    "jobs_score": {"alpha": 38.44, "beta": 43.57, "gamma": 41.99},
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
