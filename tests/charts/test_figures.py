"""What a page makes of a chart: a picture, the points of a curve, and a small curve for a row."""

import json
import math

from msgspec.structs import replace

from fcosreport.charts import charts
from fcosreport.charts.figures import HEIGHT, WIDTH, figure, in_script, spark
from tests.charts.charting import curve, evaluation, experiment, report


def points(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in text.split())]


def test_a_small_curve_is_that_of_the_loss_from_left_to_right() -> None:
    drawn = points(spark(experiment("a", [0.1, 0.2, 0.3], curve("loss", [3.0, 2.0, 1.5, 1.0]))))
    assert [x for x, _ in drawn] == [0, 28, 56, WIDTH]
    assert [y for _, y in drawn] == sorted(y for _, y in drawn)  # down is larger in a picture
    assert all(0 <= y <= HEIGHT for _, y in drawn)


def test_without_a_loss_it_is_that_of_the_results_and_else_there_is_none() -> None:
    rising = points(spark(experiment("a", [0.1, 0.2, 0.3])))
    assert [y for _, y in rising] == sorted((y for _, y in rising), reverse=True)
    assert spark(experiment("a", [0.1])) == ""
    assert spark(experiment("a", [], curve("loss", [math.nan, math.inf, 1.0, 2.0]))) == ""
    assert len(points(spark(experiment("a", [], curve("loss", [1.0 / n for n in range(1, 500)]))))) < 90


def test_the_points_of_a_curve_name_the_row_of_their_run_and_share_their_steps() -> None:
    runs = [experiment(f"run{n}", [], curve("loss", [2.0 + n, 1.0])) for n in range(2)]
    (chart,) = charts(report(*runs))
    data = json.loads(figure(chart, "all", {"run0": "r7"}).data)
    assert data["steps"] == [[0, 1]]
    assert {each["name"]: each["row"] for each in data["series"]} == {"run0": "r7", "run1": ""}
    assert figure(replace(chart, section="lr"), "all", {}).data == ""  # no curve


def test_a_curve_over_iterations_may_be_shown_in_epochs_and_hours_where_all_its_runs_tell_them() -> None:
    loss, slow = curve("loss", [2.0, 1.5, 1.0]), curve("time", [1.8, 1.8, 9.0])
    told = experiment("a", (), loss, slow, more=(evaluation(0.3, 2, epoch=1),))
    for runs, scales in (
        ((told,), {"epoch": [0.5], "hours": [0.0005]}),
        ((told, experiment("b", (), loss, slow)), {"hours": [0.0005, 0.0005]}),
        ((told, experiment("b", (), loss)), {}),
        ((experiment("b", (), curve("loss", [2.0, 1.0], "epoch"), slow),), {}),
    ):
        (chart,) = (each for each in charts(report(*runs)) if each.name == "loss")
        assert json.loads(figure(chart, "all", {}).data)["scales"] == scales


def test_no_text_ends_a_script() -> None:
    text = in_script({"name": "</script><!--&\u2028"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"name": "</script><!--&\u2028"}
