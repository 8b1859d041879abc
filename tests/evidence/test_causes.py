"""Why a duplicate is one: the causes in the order of what speaks for them."""

from collections.abc import Sequence

from msgspec.structs import replace

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.rule import Case
from fcosreport.records import Records, Source
from fcosreport.settings import Settings
from tests.conftest import FAIR, GOOD
from tests.rules.asking import about, moved, only

LOSSES = " ".join(f"{2 - number / 50:.4f}" for number in range(30))
OTHER_LOSSES = " ".join(f"{2.1 - number / 50:.4f}" for number in range(30))
SIX = "0.245 0.445 0.242 -1 0.083 0.250"


def causes(case: Case) -> tuple[str, ...]:
    (finding,) = (f for f in check(records_of(case), Settings()).findings if f.code == "FR401")
    return finding.explanations


def pair(**both: Sequence[object]) -> Case:
    return [{"bbox": GOOD, "lr": lr, **{k: v[n] for k, v in both.items()}} for n, lr in enumerate((0.01, 0.03))]


def test_one_predictions_file_of_two_checkpoints_is_the_first_cause() -> None:
    told = causes(pair(predictions_sha256=["aa", "aa"], checkpoint_sha256=["cc", "dd"]))
    assert told[0].startswith("The same predictions file was evaluated again: the files are the same")
    assert "of other checkpoints" in told[0]
    assert "against it: their checkpoints differ" in about("checkpoint", told)
    assert told[-1].startswith("Chance:")


def test_one_checkpoint_is_the_first_cause_where_the_predictions_were_made_anew() -> None:
    told = causes(pair(predictions_sha256=["aa", "bb"], checkpoint_sha256=["cc", "cc"]))
    assert told[0].startswith("The same checkpoint was evaluated: the files are the same")
    assert "against it: their predictions differ" in about("predictions", told)


def test_weights_printed_in_the_logs_of_tests_tell_of_one_checkpoint() -> None:
    assert causes(pair(weights=["run/a/last.pth"] * 2))[0] == (
        "The same checkpoint was evaluated: both load run/a/last.pth."
    )
    apart = about("checkpoint", causes(pair(weights=["run/a/last.pth", "run/b/last.pth"])))
    assert "against it: they load run/a/last.pth and run/b/last.pth" in apart


def test_weights_that_a_training_starts_from_say_less_than_equal_losses() -> None:
    told = causes(pair(weights=["run/a/last.pth"] * 2, curve_loss=[LOSSES, LOSSES]))
    assert told[0].startswith("lr never took effect: nothing else is declared differently; the first 30 training")
    assert "both start from run/a/last.pth" in told[1]


def test_different_losses_speak_against_a_setting_without_effect() -> None:
    told = causes(pair(curve_loss=[LOSSES, OTHER_LOSSES]))
    assert "against it: their training losses differ" in about("lr never took effect", told)
    assert "against it: their training losses differ" in about("One run", told)
    few = causes(pair(curve_loss=["2 1.9 1.8", "2 1.9 1.8"]))
    assert "first 3" not in "".join(few)


def test_losses_that_never_change_are_no_evidence() -> None:
    assert "training losses are equal" not in "".join(causes(pair(curve_loss=["nan " * 30, "nan " * 30])))


def test_logs_that_print_the_numbers_speak_against_a_copy_by_hand() -> None:
    found = [{"note_bbox": GOOD, "bbox": GOOD, "lr": lr, "cited": f"run/{lr}", "found": f"run/{lr}"} for lr in (1, 2)]
    assert "against it: the logs themselves print" in about("Copied by hand", causes(found))


def test_six_equal_numbers_become_an_error_where_a_file_is_the_same() -> None:
    runs = [{"bbox": SIX, "lr": 0.01, "predictions_sha256": "aa"}, {"bbox": SIX, "lr": 0.03}]
    (weak,) = check(records_of(runs), Settings()).findings
    (proven,) = check(records_of([runs[0], runs[1] | {"predictions_sha256": "aa"}]), Settings()).findings
    assert (weak.severity, proven.severity) == ("warning", "error")


def test_the_log_that_says_otherwise_is_the_first_explanation() -> None:
    runs: Case = [
        {"note_bbox": GOOD, "bbox": GOOD, "lr": 0.01, "cited": "run/a", "found": "run/a"},
        {"note_bbox": GOOD, "bbox": FAIR, "lr": 0.02, "cited": "run/b", "found": "run/b"},
    ]
    assert only(runs, "FR401").explanations[0] == "Copied by hand into the note: the log of run2 says otherwise."
    assert "12 of them are those of run1" in only(runs, "FR501").message


def test_identical_files_explain_a_duplicate() -> None:
    records = records_of([{"bbox": GOOD, "lr": 0.01}, {"bbox": GOOD, "lr": 0.02}])
    apart = tuple(moved(e, f"{e.name}/log.txt") for e in records.experiments)
    sources = tuple(Source(f"run{number}/log.txt", "log", fingerprint="same") for number in (1, 2))
    (finding,) = check(Records(apart, sources=sources), Settings()).findings
    assert "byte for byte" in finding.explanations[0]


def test_sections_that_cite_one_log_for_two_learning_rates_are_one_run_under_two_names() -> None:
    cited: dict[str, object] = {"note_bbox": GOOD, "bbox": GOOD, "cited": "run/a", "found": "run/a"}
    one, other = records_of([{**cited, "lr": 0.01}, {**cited, "lr": 0.02}]).experiments
    log = one.evaluations[1]
    other = replace(other, evaluations=(other.evaluations[0], log))
    (finding,) = check(Records((one, other)), Settings()).findings
    assert finding.explanations[0] == "One run under two names: both are held against one log, run/a."
