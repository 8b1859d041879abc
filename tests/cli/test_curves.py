"""`curves`: every logged value of an experiment."""

import json
from pathlib import Path

from fcosreport.records import Event
from tests.conftest import Run
from tests.logs import log


def test_every_logged_value_is_written_on_demand(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "runs" / "one" / "log.txt"
    path.parent.mkdir(parents=True)
    path.write_text(log([0.01] * 1400))
    run("collect")
    rows = run("curves", "one").out.splitlines()
    assert rows[0] == "curve,unit,step,value"
    assert len([row for row in rows if row.startswith("loss,")]) == 1400
    assert run("curves", "two").code == 2
    (experiment,) = json.loads(run("render", "--json", "-o", "-").out)["experiments"]
    assert {curve["name"]: curve["count"] for curve in experiment["curves"]}["loss"] == 1400
    assert not any(isinstance(event, Event) for event in experiment["events"])
