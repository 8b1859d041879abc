"""Every setting has one list of names: a configuration, a note and the head of a column call it the same."""

import pytest

from fcosreport.notes.markup import parse
from fcosreport.notes.results import read as rows
from fcosreport.records import Setting, Where
from fcosreport.vocabulary import stated
from fcosreport.vocabulary.headers import header
from fcosreport.vocabulary.settings.keys import canonical, declared
from fcosreport.vocabulary.settings.names import SETTINGS

HERE = Where("note.md", 3)
KEYS = {
    "base_lr: 0.01": ("lr", 0.01),
    "max_epoch: 24": ("epochs", 24),
    "weight_decay: 1e-4": ("weight_decay", 1e-4),
    "warmup_iters: 500": ("warmup_iterations", 500),
    "momentum: 0.9": ("momentum", 0.9),
    "batch_size_per_gpu: 2": ("images_per_gpu", 2),
    "optimizer: AdamW": ("optimizer", "adamw"),
    "manual_seed: 3407": ("seed", 3407),
}


def values(found: tuple[Setting, ...]) -> list[tuple[str, object]]:
    return [(each.name, each.value) for each in found]


@pytest.mark.parametrize("text", KEYS)
def test_a_note_says_what_a_configuration_says_in_the_same_words(text: str) -> None:
    key, value = text.split(": ")
    assert values(declared(key, value, HERE)) == [KEYS[text]]
    for line in (text, text.replace(": ", " = "), text.replace(":", ""), text.replace("_", " "), text.upper()):
        assert values(stated(line, HERE)) == [KEYS[text]]
    assert values(stated(f"lr0: 0.5, {text}; tta: off", HERE))[1:2] == [KEYS[text]]


def test_every_common_name_is_understood_in_all_places() -> None:
    for name, each in SETTINGS.items():
        for word in each.names.split():
            assert canonical(word) == name
            assert "." in word or header(word.replace("_", " ")).name == name
            assert values(stated(f"{word}: {EXAMPLES.get(name, '1')}", HERE))[0][0] == name


EXAMPLES = {
    "schedule": "1x", "warmup": "linear", "optimizer": "SGD", "backbone": "resnet50", "norm": "GN",
}  # fmt: skip


def test_no_name_belongs_to_two_settings() -> None:
    for place in ("keys", "heads", "said"):
        words = [word for each in SETTINGS.values() for word in f"{each.names} {getattr(each, place)}".split()]
        assert len(words) == len(set(words))


@pytest.mark.parametrize(
    "line",
    [
        "data: 5000 images",
        "config: fcos_r50.py",
        "output: 3 boxes",
        "conf 0.3 looks best",
        "IoU: 0.5",
        "cfg = a.yaml",
        "opt: 3",
        "augment: yes",
        "dataset: COCO",
        "resume: yes",
        "model: 1",
        "epoch: 7",
        "steps: 2",
        "the momentum of this idea is 0.9",
        "momentum is lost",
        "weight decay: none of 3 helped",
        "momentum 0.9 -> 0.95",
        "weight decay 1e-4 to 1e-3",
        "fp16: 41.2 ms",
    ],
)
def test_an_ordinary_word_is_no_setting_of_a_note(line: str) -> None:
    assert stated(line, HERE) == ()


def test_a_table_may_have_a_column_for_every_setting() -> None:
    head = "| run | lr | 动量 | Weight decay | warm-up iters | AP |\n|-|-|-|-|-|-|\n"
    text = head + "| a | 0.01 | 0.9 | 1e-4 | 500 | 38.7 |\n"
    (row,) = rows(parse(text), "note.md")[0]
    assert not dict(row.others).keys() & {"lr", "动量"}
    found = {each.name: each.value for each in row.settings}
    assert found == {"lr": 0.01, "momentum": 0.9, "weight_decay": 1e-4, "warmup_iterations": 500}


def test_what_a_column_says_of_the_test_or_beyond_its_value_still_tells_rows_apart() -> None:
    text = "| run | Input size | TTA | lr | AP |\n|-|-|-|-|-|\n| a | 800x1333 | yes | 0.01 / 8 | 38.7 |\n"
    (row,) = rows(parse(text), "note.md")[0]
    assert [(each.name, each.value) for each in row.settings] == [("tta", True)]
    assert row.others == (("run", "a"), ("Input size", "800x1333"), ("TTA", "yes"), ("lr", "0.01 / 8"))
