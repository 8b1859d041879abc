"""What a note claims in words is read as a claim, or is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcosreport.notes.dates import is_newest_first
from fcosreport.notes.markup import Line, parse
from fcosreport.notes.remarks import claims
from fcosreport.records import Claim


def claim(text: str) -> Claim | None:
    return next(claims([Line(1, "text", text)], "note.md"), None)


@pytest.mark.parametrize(
    ("text", "subject", "other", "gain"),
    [
        ("5e-3 is best.", "5e-3", "", None),
        ("Conclusion: with **lr 5e-3** is still the best!", "lr 5e-3", "", None),
        ("best lr is 1e-3", "1e-3", "", None),
        ("lr 5e-3 的效果最好", "lr 5e-3", "", None),
        ("最好的是5e-3", "5e-3", "", None),
        ("GN is clearly better than FrozenBN, as the paper's table has it", None, "", None),
        ("GN is clearly better than FrozenBN, and slower it is not", None, "", None),
        ("GN is clearly better than FrozenBN; that is all", "GN", "FrozenBN", None),
        ("GN beats BN", "GN", "BN", None),
        ("GN 比 BN 好", "GN", "BN", None),
        ("GN gives +0.5 AP over BN", "GN", "BN", 0.5),
        ("GN improves on BN by 1.2 points", "GN", "BN", 1.2),
        ("GN比BN高0.5个点", "GN", "BN", 0.5),
        ("结论：1e-4的结果最好", "1e-4", "", None),
        ("lr 1e-3 is the best so far", "lr 1e-3", "", None),
        ("5e-3相比1e-3涨了3.7个点", "5e-3", "1e-3", 3.7),
        ("lr从1e-3调到5e-3，AP掉了2个点", "1e-3", "5e-3", 2.0),
        ("GIoU 涨 0.6 个点", "GIoU", "", 0.6),
        ("GN > BN", "GN", "BN", None),
        ("Is 5e-3 best?", None, "", None),
        ("5e-3 may be best", None, "", None),
        ("5e-3 is not the best", None, "", None),
        ("the best checkpoint is epoch 12", None, "", None),
        ("FCOS is better in speed than ATSS", None, "", None),
        ("we save the best model", None, "", None),
    ],
)
def test_a_claim_is_read_and_what_is_hedged_or_of_something_else_is_none(
    text: str, subject: str | None, other: str, gain: float | None
) -> None:
    found = claim(text)
    assert (found and (found.subject, found.other, found.gain)) == (subject and (subject, other, gain))


def test_metric_and_task_are_those_of_the_sentence() -> None:
    found = claim("5e-3 is the best mask AP")
    assert found
    assert (found.task, found.metric) == ("segm", "AP")
    assert claim("GN gives +0.5 AP75 over BN").metric == "AP75"  # type: ignore[union-attr]


@given(st.text(max_size=400))
def test_any_line_can_be_read(text: str) -> None:
    for found in claims(parse(text).lines, "note.md"):
        assert found.subject


def test_an_order_is_a_claim_for_each_pair_and_a_change_tells_the_value() -> None:
    found = list(claims([Line(1, "item", "GN > BN > FrozenBN")], "note.md"))
    assert [(each.subject, each.other) for each in found] == [("GN", "BN"), ("BN", "FrozenBN")]
    changed = claim("AP improved from 0.292 to 0.339 with lr 5e-3")
    assert changed
    assert (changed.subject, changed.value) == ("lr 5e-3", "0.339")


@pytest.mark.parametrize(
    ("text", "subject", "metric", "value"),
    [
        ("FCOS R-50 reaches 38.7 AP.", "FCOS R-50", "AP", "38.7"),
        ("Our model achieves **41.2 mAP** on COCO val2017, at 20 epochs", "Our model", "AP", "41.2"),
        ("YOLOv8n-GN obtained an mAP50 of 0.843", "YOLOv8n-GN", "AP50", "0.843"),
        ("FCOS R-50 scored a mask AP of 34.6%", "FCOS R-50", "AP", "34.6"),
        ("改进模型的mAP50达到了0.843", "改进模型", "AP50", "0.843"),
        ("The paper's FCOS reaches 38.7 AP", None, "", ""),
        ("FCOS R-50 should reach 38.7 AP", None, "", ""),
        ("FCOS R-50 reaches 38.7 FPS", None, "", ""),
    ],
)
def test_a_sentence_that_gives_a_model_its_number_tells_the_value(
    text: str, subject: str | None, metric: str, value: str
) -> None:
    found = claim(text)
    assert (found.subject if found else None) == subject
    if found:
        assert (found.metric, found.value) == (metric, value)


def own(text: str) -> list[tuple[str, str, float | None]]:
    """What a line of the run A claims of it."""
    return [(c.subject, c.other, c.gain) for c in claims([Line(3, "item", text)], "note.md", {3: "A"}.get)]  # type: ignore[arg-type]  # always there


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("比 1e-3 涨了 1.2 个点", [("A", "1e-3", 1.2)]),
        ("lr 5e-3，AP 36.4，比 1e-3 提升 1.2", [("A", "1e-3", 1.2)]),
        ("AP 36.4（比 1e-3 低 0.7）", [("A", "1e-3", -0.7)]),
        ("相比 lr 5e-3，掉了 1.2 个点", [("A", "lr 5e-3", -1.2)]),
        ("这是最好的一次", [("A", "", None)]),
        ("目前最好", [("A", "", None)]),
        ("比 baseline 好一些", [("A", "baseline", None)]),
        ("比 baseline 略差", [("baseline", "A", None)]),
        ("improved by 1.2 over lr 1e-3", [("A", "lr 1e-3", 1.2)]),
        ("GIoU loss: improves the baseline by 0.6 AP", [("A", "baseline", 0.6)]),
        ("AP 36.0, drops 1.2 points compared to lr 5e-3", [("A", "lr 5e-3", -1.2)]),
        ("1.2 better than the 1e-3 run", [("A", "1e-3", 1.2)]),
        ("slightly worse than GN", [("GN", "A", None)]),
        ("best so far!", [("A", "", None)]),
        ("this is the best run", [("A", "", None)]),
        ("lr 0.02: AP 38.0 (+0.6)", [("A", "", 0.6)]),
        ("AP 38.0 （−0.6 个点）", [("A", "", -0.6)]),
        ("improved by 1.2", [("A", "", 1.2)]),
    ],
)
def test_what_a_line_claims_of_its_run_needs_no_name(text: str, expected: list[tuple[str, str, float | None]]) -> None:
    assert own(text) == expected
    assert not list(own_of_nothing(text))


def own_of_nothing(text: str) -> list[Claim]:
    """What the same line claims where it is of no run: only what names a subject."""
    return [c for c in claims([Line(3, "item", text)], "note.md") if c.subject == "A"]


@pytest.mark.parametrize(
    "text",
    [
        "improved by 3.4% over lr 1e-3",
        "best epoch",
        "the best model is saved",
        "20 fps better than lr 1e-3",
        "比 1e-3 快 1.2 倍",
        "recall is 1.2 better than lr 1e-3",
        "may be the best so far",
        "最好用 GN",
        "lr 0.02 (2 GPUs)",
        "up to 12 epochs",
        "lower lr by 10",
    ],
)
def test_what_is_no_claim_of_a_score_claims_nothing_of_the_run(text: str) -> None:
    assert own(text) == []


def test_an_order_may_be_one_sentence_of_several() -> None:
    found = list(claims([Line(1, "item", "Summary: GN > BN. The rest is noise.")], "note.md"))
    assert [(each.subject, each.other) for each in found] == [("GN", "BN")]


def test_the_entries_of_a_diary_may_stand_from_the_last_day_to_the_first() -> None:
    assert is_newest_first(["5月4日", "### 5月3日：GN", "lr 0.1"])
    assert is_newest_first(["2021-08-13: GN", "2021-08-11: BN"])
    assert not is_newest_first(["5月3日", "5月4日"])
    assert not is_newest_first(["5月3日", "GN"])
    assert not is_newest_first(["2021-08-13", "08-11"])
