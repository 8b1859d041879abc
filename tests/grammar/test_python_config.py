"""Configurations in Python: read as text, never executed."""

import pytest

from fcosreport.grammar.configs.python import parse


def value(text: str, path: str) -> object:
    entry = parse(text).find(path)
    return entry.plain if entry else "nothing"


@pytest.mark.parametrize(
    ("text", "path", "wanted"),
    [
        ("optimizer = dict(type='SGD', lr=0.02)", "optimizer.lr", 0.02),
        ("optimizer = {'lr': 2e-2}", "optimizer.lr", 0.02),
        ("optimizer = dict(lr=0.02 / 8 * 2)", "optimizer.lr", 0.005),
        ("lr = 0.1\noptimizer = dict(lr=lr)", "optimizer.lr", 0.1),
        ("root = 'data/'\nfile = root + 'train.json'", "file", "data/train.json"),
        ("base = dict(lr=1, seed=2)\nmore = dict(lr=3, **base)", "more.seed", 2),
        ("ids = range(0, 4)", "ids", [0, 1, 2, 3]),
        ("steps = (8,\n         11)", "steps", [8, 11]),
        ("pretrained = None", "pretrained", None),
        ("x = -1", "x", -1),
        ("cfg.SOLVER.BASE_LR = 0.01", "cfg.SOLVER.BASE_LR", "nothing"),
        ("optimizer = Adam(lr=1)", "optimizer", "nothing"),
        ("lr = 1\nlr = unknown()", "lr", "nothing"),
        ("x = __import__('os').getcwd()", "x", "nothing"),
        ("x = '\\d'", "x", "\\d"),
        ("x = 1 / 0", "x", "nothing"),
        ("x = 9 ** 9 ** 9", "x", "nothing"),
        ("x = range(10 ** 10)", "x", "nothing"),
        ("x = range(99999999999999999999999)", "x", "nothing"),
        ("# model = dict(lr=1)", "model", "nothing"),
    ],
)
def test_values_are_read_without_executing_them(text: str, path: str, wanted: object) -> None:
    assert value(text, path) == wanted


def test_dotted_names_are_kept_whole() -> None:
    assert parse("cfg.SOLVER.BASE_LR = 0.01").names["cfg.SOLVER.BASE_LR"].value == 0.01


def test_each_value_has_its_line_and_its_text() -> None:
    entry = parse("\nmodel = dict(\n    weight_decay=1e-4)", 100).find("model.weight_decay")
    assert entry
    assert (entry.line, entry.text, entry.value) == (102, "1e-4", 0.0001)
    wide = parse("x = dict(name='文', lr=5e-5)").find("x.lr")
    assert wide
    assert wide.text == "5e-5"


def test_a_part_that_is_no_python_does_not_spoil_the_others() -> None:
    config = parse(
        "/configs/fcos.py\na = 1\nb = dict(\n    x=<object at 0x7f>,\n    y=2)\nc = dict(z=3)\nloading ...\n"
    )
    assert list(config.names) == ["a", "c"]
    assert config.unread == 3
