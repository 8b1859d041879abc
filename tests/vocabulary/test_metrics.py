"""A number of a result is the same whoever prints it; what is none is told, and never raises."""

from decimal import Decimal
from math import isfinite

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fcosreport.records import Evaluation, Issue, Metric, Where
from fcosreport.vocabulary.metrics import is_score, metric, metrics, number, unread, with_issues

HERE = Where("log.txt", 7)
PRINTED = st.decimals(min_value=0, max_value=100, places=3).map(str)


def messages(records: object) -> list[str]:
    return [record.message for record in records if isinstance(record, Issue)]  # type: ignore[attr-defined]


class TestText:
    @given(st.text())
    @example("0.365 0.486")
    @example("0.3.7")
    @example("1e999")
    @example("9" * 5000)
    @example("9" * 200_000 + "x")
    @example("1e" + "9" * 5000)
    @example("٠.٣")
    @example("")
    def test_no_text_raises(self, text: str) -> None:
        made = metric("AP", text, percent=None)
        assert (made is None) == (number(text) is None)
        assert made is None or (made.value is None or isfinite(made.value))
        assert made is None or made.half_unit >= 0
        assert len(metrics([("AP", text), ("AP50", "38.7")], percent=None)) == 2 - (made is None)
        assert is_score(text) in (True, False)
        assert all(len(message) < 200 for message in messages(unread([("AP", text)], HERE)))

    @pytest.mark.parametrize("text", ["0.365 0.486", "0.3.7", "", "<", "1_000", "0x1", "٠.٣", "0.3 %", "--1", "e5"])
    def test_what_is_no_number_is_no_metric(self, text: str) -> None:
        assert number(text) is None
        assert metric("AP", text) is None

    @pytest.mark.parametrize("text", ["nan", "-nan", "NaN", "None", "inf", "-Infinity", "1e999", "9" * 5000])
    def test_what_is_no_finite_number_is_missing(self, text: str) -> None:
        assert metric("AP", text, percent=True) == Metric("AP", None, text, True)

    @pytest.mark.parametrize("text", ["-1", "-1.0", "-1.000", "-100", "-100.000", "-1e0"])
    @pytest.mark.parametrize("percent", [False, True])
    def test_no_ground_truth_is_minus_one_in_any_unit(self, text: str, percent: bool) -> None:
        assert metric("APs", text, percent=percent) == Metric("APs", -1.0, text, percent)

    def test_another_negative_number_is_kept_for_a_rule_to_find(self) -> None:
        assert metric("AP", "-0.226") == Metric("AP", -0.226, "-0.226")


class TestUnit:
    @given(PRINTED)
    def test_percent_is_the_fraction_with_the_point_moved(self, text: str) -> None:
        made, same = metric("AP", text, percent=True), metric("AP", str(Decimal(text).scaleb(-2)))
        assert made is not None
        assert same is not None
        assert made.value == same.value
        assert made.half_unit == pytest.approx(same.half_unit)
        assert made.text == text

    def test_percent_is_rounded_once(self) -> None:
        assert 36.7 / 100 != 0.367
        assert [each.value for each in metrics([("AP", "36.7")], percent=True)] == [0.367]
        assert [each.value for each in metrics([("AP", "3.67e1")], percent=True)] == [pytest.approx(0.367)]

    @given(st.lists(PRINTED, max_size=12))
    def test_one_number_above_1_makes_all_percent(self, texts: list[str]) -> None:
        found = metrics([(f"AP{at}", text) for at, text in enumerate(texts)], percent=None)
        assert [each.text for each in found] == texts
        assert {each.percent for each in found} <= {any(float(text) > 1 for text in texts)}

    def test_what_no_float_holds_makes_no_percent(self) -> None:
        assert [each.percent for each in metrics([("AP", "0.3"), ("AP50", "1e999")], percent=None)] == [False, False]

    @pytest.mark.parametrize(
        ("text", "fraction", "percent"),
        [
            *[("1", True, True), ("1.001", False, True), ("100", False, True), ("100.1", False, False)],
            *[("-1", True, True), ("-100", True, True), ("-0.2", False, False), ("nan", True, True)],
            *[("inf", False, False), ("0.3.7", False, False)],
        ],
    )
    def test_a_score_is_within_its_unit(self, text: str, fraction: bool, percent: bool) -> None:
        assert is_score(text, percent=False) == fraction
        assert is_score(text, percent=True) == is_score(text) == percent


class TestName:
    def test_the_recall_of_many_detections_has_its_usual_name(self) -> None:
        names = ("AR@100", "ARs@100", "ARs@1000", "AR@1000", "AP")
        found = metrics([(name, "0.5") for name in names])
        assert [each.name for each in found] == ["AR100", "ARs", "ARs@1000", "AR1000", "AP"]
        assert [each.max_dets for each in found] == [100, 100, 1000, 1000, None]

    def test_a_name_that_comes_with_its_detections_stays(self) -> None:
        made = metric("AR@50", "0.5", max_dets=50)  # AR50 is the recall at IoU 0.50
        assert made == Metric("AR@50", 0.5, "0.5", max_dets=50)


class TestIssue:
    def test_says_which_numbers_are_missing_and_what_stands_there(self) -> None:
        found = messages(unread([("AP", "0.387"), ("APs", "nan"), ("APm", "0.3.7")], HERE))
        assert found == ["APs, APm: nan, 0.3.7 is no number and counts as missing. Look at the evaluation."]

    def test_of_many_names_the_first(self) -> None:
        found = messages(unread([(f"AP{at}", "nan") for at in range(80)], HERE))
        assert found[0].startswith("AP0, AP1, AP2, AP3, AP4, AP5 and 74 more: nan is no number")

    def test_none_where_all_are_numbers(self) -> None:
        assert not messages(unread([("AP", "0.387"), ("APs", "-1")], HERE))

    def test_stands_before_the_evaluation_and_names_the_class(self) -> None:
        evaluation = Evaluation("bbox", metrics([("AP", "nan")]), HERE, category="cat")
        issue, same = with_issues(evaluation)
        assert messages([issue]) == ["AP of cat: nan is no number and counts as missing. Look at the evaluation."]
        assert same is evaluation

    def test_of_numbers_that_could_not_be_read_stands_alone(self) -> None:
        pairs = {"AP": "0.365 0.486"}
        assert messages(with_issues(Evaluation("bbox", metrics(pairs.items()), HERE), pairs.items())) == [
            "AP: 0.365 0.486 is no number and counts as missing. Look at the evaluation."
        ]
        assert len(list(with_issues(Evaluation("bbox", (), HERE), pairs.items()))) == 1
