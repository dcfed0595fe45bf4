"""Bad input is answered by one line that names file, feature and remedy; nothing is half-written."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.transform import from_origin
from rasterio.windows import Window
from shapely import Polygon

from sitesel.cli import main
from sitesel.errors import LayerError, SiteselError
from sitesel.layers import embedded_file, read_relief
from sitesel.stages import check, run
from small_study import NORTH, WEST, ask_every_kind, place, small_layers, write_heights


def refused(study: Path, *words: str, error: type[SiteselError] = LayerError) -> str:
    """The one line that a study is refused with; it holds all the words."""
    with pytest.raises(error) as found:
        run(study)
    assert len(found.value.faults) == 1, found.value.faults
    for word in words:
        assert word in found.value.faults[0]
    assert check(study) == found.value.faults
    return found.value.faults[0]


def test_every_fault_of_a_study_at_once(write_study, study_text):
    study_text["programme"]["jobs_per_ha"] = -1
    study_text["towns"][0]["jobs"] = "many"
    study_text["study"]["crs"] = "EPSG:4326"
    faults = check(write_study())
    assert len(faults) == 3
    assert all(fault.startswith("study.toml: ") for fault in faults)


def test_invalid_geometry_that_keeps_its_area_is_mended_with_notice(write_study):
    x, y = place(10, 0.5).coords[0]
    spiked = Polygon([(x, y), (x + 500, y), (x + 500, y + 500), (x + 900, y + 500), (x + 500, y + 500), (x, y + 500)])
    assert not spiked.is_valid
    plots = small_layers()["plots"]
    plots.loc[0, "geometry"] = spiked
    findings = run(write_study(plots=plots))
    assert findings.plots.geometry["alpha"].area == pytest.approx(250_000)
    assert [notice.key for notice in findings.notices] == ["notice.outline_mended"]


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ({"crs": None}, "heights.tif: no CRS; set the one it was made in"),
        (
            {"transform": Affine.translation(WEST, NORTH) * Affine.rotation(10) * Affine.scale(200, -200)},
            "rotated; warp",
        ),
        ({"transform": Affine(200, 0, WEST, 0, 200, NORTH)}, "upside down"),
        ({"transform": from_origin(73.0, 43.2, 0.002, 0.002)}, "which are degrees, but its CRS counts in metres"),
        ({"crs": "EPSG:4326"}, "which are metres, but its CRS counts in degrees"),
        ({"times": 20.0}, "cannot be metres above the sea"),
        ({"slope_pct": 5.0}, "off those known here; check its place, its unit and its nodata value"),
        ({"nodata": None, "hole": 0.0}, "height 0 beside heights from 700 m up, and no nodata value; set nodata to 0"),
        ({"nodata": None, "hole": -9999.0}, "heights from -9999 to 1298 cannot be metres"),
    ],
)
def test_wrong_heights_are_one_line_and_nothing_is_written(write_study, tmp_path, capsys, monkeypatch, profile, words):
    study = write_study()
    write_heights(tmp_path / "heights.tif", **{name: value for name, value in profile.items() if name != "hole"})
    if "hole" in profile:
        with rasterio.open(tmp_path / "heights.tif", "r+") as raster:
            raster.write(np.full((5, 5), profile["hole"], "float32"), 1, window=Window(3, 3, 5, 5))
    (fault,) = check(study)
    assert fault.startswith("heights.tif: ")
    assert words in fault
    monkeypatch.setattr("sys.argv", ["sitesel", "run", str(study), "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as done:
        main()
    assert done.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"sitesel: {fault}"
    assert not (tmp_path / "out").exists()


def test_heights_in_feet_are_told_by_those_known(write_study, tmp_path):
    """In a valley they are plausible metres: 700 m are 2,300 feet."""
    study = write_study()
    known = read_relief(embedded_file("elevation_chui"))
    north = known.metres[:125, :400] / np.float32(0.3048)
    feet = np.where(north < 8000, north, -9999).astype("float32")
    shape = {"height": feet.shape[0], "width": feet.shape[1]}
    write_heights(tmp_path / "heights.tif", crs=known.crs, transform=known.transform, metres=feet, **shape)
    (fault,) = check(study)
    assert "heights 3.28 times those known here: feet, not metres; multiply them by 0.3048" in fault


def test_plots_beyond_the_heights_have_unknown_slope_with_a_reason(write_study, study_text):
    ask_every_kind(study_text)
    layers = small_layers()
    far = {name: layers[name].set_geometry(layers[name].translate(xoff=80_000)) for name in layers}
    findings = run(write_study(**far))
    for name in ("slope_mean", "fit"):
        assert findings.decision.measures[name].isna().all()
        assert {reason.key for reason in findings.decision.reasons[name]} == {"reason.no_heights"}


def test_negative_spare_capacity_and_a_source_s_id_used_twice(write_study):
    layers = small_layers()
    refused(
        write_study(utilities=layers["utilities"].assign(spare_mva=-3.0)),
        "utilities.gpkg",
        "spare_mva",
        "station",
        "-3",
    )
    refused(
        write_study(utility_lines=layers["utility_lines"].assign(id="station")), "utility_lines.gpkg", "station", "id"
    )


def sitesel(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sitesel", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


def test_a_refused_run_exits_2_with_one_line_and_writes_nothing(write_study, tmp_path):
    out = tmp_path / "out"
    done = sitesel("run", write_study(roads=small_layers()["roads"].iloc[:0]), "--out", out)
    assert done.returncode == 2
    faults = [line for line in done.stderr.splitlines() if line.startswith("sitesel: ")]
    assert faults == [line for line in faults if "roads.gpkg: empty" in line]
    assert len(faults) == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert not out.exists()


def test_check_lists_every_fault_and_exits_2(write_study):
    layers = small_layers()
    study = write_study(roads=layers["roads"].iloc[:0], plots=layers["plots"].assign(id=["a", "a", "b"]))
    done = sitesel("check", study)
    assert done.returncode == 2
    assert {line.split(":")[0] for line in done.stderr.splitlines()} == {"roads.gpkg", "plots.gpkg"}
