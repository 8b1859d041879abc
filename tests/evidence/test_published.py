"""Which rows of tables are results that somebody published."""

import json
from pathlib import Path

from fcosreport.evidence.published import held
from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.rule import Case
from fcosreport.settings import Settings
from tests.conftest import Run
from tests.rules.asking import not_run

WEB = "https://example.org/zoo"


def test_published_rows_stand_in_the_json_and_are_no_experiments(run: Run, tmp_path: Path) -> None:
    (tmp_path / "zoo.md").write_text(
        "# Models\n\n| Backbone | lr | box AP | Download |\n|---|---|---|---|\n"
        f"| R-50 | 0.01 | 38.7 | [model]({WEB}/a.pth) |\n| R-101 | 0.01 | 41.0 | soon |\n"
    )
    done = json.loads(run("render", "--json", "-o", "-", "zoo.md").out)
    assert not done["experiments"]
    first, second = done["published"]
    assert (first["where"]["line"], first["settings"]["lr"]) == (5, 0.01)
    assert [each["metrics"] for each in first["evaluations"]] == [{"AP": 0.387}]
    assert second["where"]["line"] == 6


def test_what_of_the_tables_is_compared_is_counted_with_why_the_rest_is_not() -> None:
    blocks = "0.387 0.575 0.417 0.226 0.427 0.499 0.320 0.534 0.570 0.364 0.617 0.720"
    case: Case = [
        {"name": "fcos_r50", "bbox": [blocks]},
        {"row": "fcos_r50", "bbox": "% 38.7", "table": "a"},
        {"row": "fcos_r101", "bbox": "% 41.0", "table": "a"},
        {"row": "fcos_r50_tta", "bbox": "% 42.0", "others": "test-dev", "table": "a"},
    ]
    found = held(records_of(case))
    assert found is not None
    assert found.told == (
        "1 of 3 entries compared; 2 not, because 1 are said to be of another protocol"
        " and 1 have no block, log or index entry of their own"
    )
    assert ("table-against-block", found.told) in check(records_of(case), Settings()).compared
    assert held(records_of(case[1:])) is None
    assert "table-against-block" in not_run(case[1:])
