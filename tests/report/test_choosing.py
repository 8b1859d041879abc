"""What a reader of a report chooses to see: columns, order, some of the experiments, the ranking, the title."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings, strategies
from msgspec.structs import replace

from fcosreport.comparing.columns import Column
from fcosreport.errors import UsageError
from fcosreport.records import Evaluation, Finding, Metric, Setting, Where
from fcosreport.renderers import csv as csv_output
from fcosreport.report.choosing import choose, frame
from fcosreport.report.report import Report
from tests.baseline import NUMBERS, baseline, evaluation, experiment
from tests.hostile import hostile

HERE = Where("runs/a.log", 1)
AP = Column("AP", "bbox")


def runs() -> Report:
    """Four runs: a and b are good, c has masks and a text for its lr, d has nothing but a setting with a space."""
    segm = Evaluation("segm", (Metric("AP", 0.3, "0.300"), Metric("AP50", -1.0, "-1.000")), HERE)
    c = experiment("c", "suspect", 3, "0.1", numbers=NUMBERS["1e-3"], norm="gn")
    report = Report(
        title="Experiments",
        version="1",
        experiments=(
            experiment("a", "finished", 1, "0.01", numbers=NUMBERS["0.01"], norm="bn"),
            experiment("b", "finished", 2, "0.001", numbers=NUMBERS["1e-4"], norm="bn"),
            replace(
                c, settings=(Setting("lr", "auto", "auto", HERE), *c.settings[3:]), evaluations=(*c.evaluations, segm)
            ),
            replace(experiment("d", "failed", 4, "1"), settings=(Setting("my note", 1, "1", HERE),)),
        ),
        findings=(),
        issues=(),
        sources=(),
    )
    a, b, *others = (each.id for each in report.experiments)
    return replace(
        report,
        findings=(
            Finding("FR401", "duplicate-metrics", "error", "a and b are equal", (a, b)),
            Finding("FR201", "lr-against-batch-size", "warning", "b is high", (b,)),
            Finding("FR503", "planned-step-without-result", "info", "mask is open"),
            Finding("FR101", "ap-above-ap50", "error", "the rest is odd", tuple(others)),
        ),
    )


def names(report: Report) -> str:
    return "".join(each.name for each in report.experiments)


def test_nothing_chosen_leaves_the_report_as_it_is() -> None:
    assert choose(runs()) == runs()
    assert {"reason", "segm AP50", "my note", "ARl"} < set(frame(runs()).columns)


@pytest.mark.parametrize(
    ("condition", "left"),
    [
        ("lr<1e-2", "b"),
        ("lr <= 1e-2 and norm=='bn'", "ab"),
        ("lr<1e-2 or state == 'failed'", "bd"),
        ("not lr<1e-2", "acd"),
        ("0.2 < AP < 0.3", "c"),
        ("AP>0.2 and (norm=='gn' or lr==0.01)", "ac"),
        ("norm in ['gn', 'frozen']", "c"),
        ("norm not in ('gn',)", "ab"),
        ("segm.AP > 0", "c"),
        ("`segm AP` > 0", "c"),
        ("`my note` == 1", "d"),
        ("'bn' == norm", "ab"),
        ("batch == 4", "ab"),
        ("bbox.AP == 0.387", "a"),
        ("experiment != 'a'", "bcd"),
        ("reason == '`'", ""),
        ("lr > -1", "ab"),
        ("lr == 'auto'", "c"),
        ("lr != 0.01", "bc"),
        ("lr < 'b'", "c"),
        ("norm == 1", ""),
        ("segm.AP50 < 0", ""),
    ],
)
def test_a_condition_keeps_what_fulfils_it(condition: str, left: str) -> None:
    report = choose(runs(), where=condition)
    assert names(report) == left
    assert report.view.hidden == 4 - len(left)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ('lr<1 and nrom=="bn"', "character 10: There is no column 'nrom'. Did you mean norm?"),
        ('`segm APP`>0.1 and 实 == "x"', "character 1: There is no column 'segm APP'. Did you mean segm AP?"),
        ('"实验"==norm and nrom==1', "character 16: There is no column 'nrom'"),
        ("lr = 0.1", "character 4: This is no condition"),
        ("lr", "character 1: Only comparisons"),
        ("AP>0.1 and lr", "character 12: Only comparisons"),
        ("lr+1 > 2", "character 1: Compare the names"),
        ("lr<1 & AP>2", "character 4: Compare the names"),
        ("lr == None", "character 7: Compare the names"),
        ("lr is 1", "Compare by"),
        ("norm in 'bn'", "character 9: Behind in stands a list"),
        ("norm in [lr+1]", "character 10: Compare the names"),
        ("__import__('os').system('true')", "Only comparisons"),
        ("().__class__ == 1", "Compare the names|There is no column"),
        ("f'{lr}' == '1'", "Compare the names"),
        ("[x for x in 1] == 1", "Compare the names"),
        ("", "This is no condition"),
        ("(" * 300, "This is no condition"),
        ("lr<1 or " * 80, "639 characters are too many"),
        ("a == '\udc80'", "This is no condition"),
    ],
)
def test_what_is_no_condition_is_told_with_its_place(condition: str, told: str) -> None:
    with pytest.raises(UsageError, match="--where") as raised:
        choose(runs(), where=condition)
    assert any(each in str(raised.value) for each in told.split("|"))


SIGNS = "()[]<>=!`'\"\\-+.,:{}#&|~@%\n "
WORDS = ("and ", "or ", "not ", "in ", "if ", "lr", "norm", "`segm AP`", "1e-2", "'bn'")
PIECES = strategies.sampled_from([*SIGNS, *WORDS])


@settings(max_examples=400, deadline=None)
@given(strategies.lists(PIECES | strategies.characters(), max_size=14).map("".join))
def test_any_text_is_a_condition_or_a_clear_error(condition: str) -> None:
    try:
        left = choose(runs(), where=condition)
        assert len(left.experiments) + left.view.hidden == 4
    except UsageError as error:
        told = str(error)
        assert told.isprintable()


@given(strategies.floats(0, 1))
def test_a_threshold_parts_the_experiments_that_have_a_value(least: float) -> None:
    above, below = (names(choose(runs(), where=f"AP {sign} {least!r}")) for sign in (">=", "<"))
    assert sorted(above + below) == ["a", "b", "c"]


def test_findings_of_hidden_experiments_alone_are_hidden() -> None:
    assert [each.code for each in choose(runs(), where="experiment == 'a'").findings] == ["FR401", "FR503"]
    assert choose(runs(), where="lr<9 or not lr<9").findings == runs().findings
    assert choose(choose(runs(), where="experiment != 'a'"), where="experiment != 'b'").view.hidden == 2


@pytest.mark.parametrize(
    ("name", "order"),
    [("AP", "bcad"), ("-AP", "acbd"), ("lr", "bacd"), ("-lr", "cabd"), ("-experiment", "dcba"), ("segm.AP", "cabd")],
)
def test_sorting_puts_what_has_no_value_last(name: str, order: str) -> None:
    assert names(choose(runs(), sort=name)) == order


def test_equal_values_keep_their_order_both_ways() -> None:
    assert names(choose(runs(), sort="train_batch_size")) == names(choose(runs(), sort="-train_batch_size")) == "abcd"


def test_columns_are_named_as_in_the_csv_or_in_the_table() -> None:
    report = choose(runs(), columns="batch, train_batch_size,segm AP,segm.AP50,experiment,AP")
    assert report.view.columns == (Column("train_batch_size"), Column("AP", "segm"), Column("AP50", "segm"), AP)
    header, first, *_ = csv.reader(io.StringIO(str(csv_output.render(report))))
    assert header == ["experiment", "state", "train_batch_size", "segm AP", "segm AP50", "AP"]
    assert first == ["a", "finished", "4", "", "", "0.387"]


def test_a_chosen_column_stays_where_no_experiment_left_has_it() -> None:
    report = choose(runs(), columns="segm AP,lr", where="experiment == 'a'")
    assert csv_output.render(report) == "experiment,state,segm AP,lr\na,finished,,0.01\n"


def test_every_column_of_the_csv_can_be_chosen_and_sorted_by() -> None:
    for report in (baseline(), runs(), hostile()):
        for name in frame(report).columns:
            if name == name.strip():
                choose(report, sort=name)
            if (
                name.strip() == name != ""
                and "," not in name
                and name not in ("experiment", "state", "reason", "where", "id", "no_ground_truth")
            ):
                assert choose(report, columns=name).view.columns, name


def test_the_ranking_is_by_the_metric_that_was_chosen() -> None:
    report = choose(runs(), best_by="APs")
    assert report.ranking == Column("APs", "bbox")
    assert choose(runs(), best_by="segm.AP").ranking == Column("AP", "segm")
    assert {name for column, name in report.leaders if column.key == "APs"} == {report.experiments[0].id}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"columns": "lr,bacth"}, "--columns: there is no column 'bacth'. Did you mean batch?"),
        ({"columns": "ap"}, "Did you mean AP?"),
        ({"columns": "state"}, "are always shown"),
        ({"columns": " , "}, "are always shown"),
        ({"columns": "AP", "ablation": True}, "Leave out --columns"),
        ({"sort": "-APP"}, "--sort: there is no column 'APP'. Did you mean AP?"),
        ({"sort": ""}, "--sort: there is no column ''"),
        ({"best_by": "lr"}, "--best-by: lr is a setting"),
        ({"best_by": "segm"}, "--best-by: there is no column 'segm'. Did you mean segm.AP?"),
        ({"best_by": "实验"}, "There are: AP, "),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(options: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as raised:
        choose(runs(), **options)
    assert told in str(raised.value)


def test_the_title_may_be_any() -> None:
    assert choose(runs(), title="Ours").title == "Ours"
    assert choose(runs(), title="").title == ""


def test_a_report_without_experiments_can_be_chosen_from() -> None:
    empty = replace(runs(), experiments=(), findings=())
    assert choose(empty, columns="AP", sort="AP", where="AP>0.1", best_by="AP").view.columns == (AP,)
    with pytest.raises(UsageError, match="'lr'"):
        choose(empty, sort="lr")


def test_the_last_result_is_what_is_compared() -> None:
    first = evaluation(NUMBERS["0.01"], 1)
    report = runs()
    two = replace(report.experiments[1], evaluations=(first, *report.experiments[1].evaluations))
    assert names(choose(replace(report, experiments=(two,)), where="AP>0.3")) == ""
