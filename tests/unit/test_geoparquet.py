"""GeoParquet is a layer file like the others."""

import pandas as pd
import pytest

from sitesel.errors import LayerError
from sitesel.stages import run
from small_study import small_layers


def test_a_study_whose_plots_are_geoparquet_runs_as_with_a_geopackage(write_study, study_text, tmp_path):
    by_geopackage = run(write_study())
    small_layers()["plots"].to_parquet(tmp_path / "plots.parquet")
    study_text["layers"]["plots"] = "plots.parquet"
    by_geoparquet = run(write_study())
    pd.testing.assert_frame_equal(by_geoparquet.decision.ranking, by_geopackage.decision.ranking)
    pd.testing.assert_frame_equal(by_geoparquet.decision.measures, by_geopackage.decision.measures)


@pytest.mark.parametrize("content", ["a table without geometry", "no parquet at all"])
def test_a_parquet_file_that_is_no_layer_is_refused_by_name(write_study, study_text, tmp_path, content):
    file = tmp_path / "plots.parquet"
    if content == "a table without geometry":
        pd.DataFrame(small_layers()["plots"].drop(columns="geometry")).to_parquet(file)
    else:
        file.write_bytes(b"PAR?" * 10)
    study_text["layers"]["plots"] = "plots.parquet"
    with pytest.raises(LayerError, match=r"^plots\.parquet: .*; save it (again )?as a GeoPackage"):
        run(write_study())
