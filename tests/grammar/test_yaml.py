"""YAML as it is written by hand: what PyYAML sees in it is what counts, with its line, whatever else the file holds."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcosreport.dialects.metafile import Metafile
from fcosreport.dialects.yaml_config_file import YamlConfigFile
from fcosreport.grammar.configs.yaml import LIMIT, flat, parse
from fcosreport.reading.dialect import Window
from fcosreport.records import Issue, Setting, TableRow
from tests.dialects.feeding import windows


def read(text: str | bytes) -> list[Setting | Issue]:
    data = text.encode() if isinstance(text, str) else text
    one = YamlConfigFile("run/config.yaml", "log")
    for window in windows(data, 60_000):
        assert not list(one.feed(window))
    return list(one.close())  # type: ignore[arg-type]


def said(text: str | bytes) -> dict[str, object]:
    return {each.name: each.value for each in read(text) if isinstance(each, Setting)}


def issues(text: str | bytes) -> list[int]:
    return [each.where.line for each in read(text) if isinstance(each, Issue)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lr: 0.02 # was 0.01\noutput_dir: 'runs/b #2'\n", {"lr": 0.02, "output_dir": "runs/b #2"}),
        ('output_dir: "a\\tb"\nlr: .1', {"output_dir": "a\tb", "lr": 0.1}),
        ("why: |\n  lr: 0.5 was too high\n  momentum: 0.5\nlr: 0.02\n", {"lr": 0.02}),
        ("why: >-\n  text\n\n  lr: 0.5\nlr: >\n  0.02\n", {"lr": 0.02}),
        ("why: it was\n  lr 0.5\nlr: 0.02\n", {"lr": 0.02}),
        (
            "optimizer: {\n  name: sgd,\n  lr: 0.02,\n  momentum: 0.9,\n}\n",
            {"optimizer": "sgd", "lr": 0.02, "momentum": 0.9},
        ),
        ("lr: 0.1\ngpus: [3]\n", {"lr": 0.1}),
        ("lr: 0.1\ndatasets: {train: [a], test: [b, c]}", {"lr": 0.1, "train_data": "a", "val_data": "b, c"}),
        ("{epochs: 12, batch_size: 16}", {"epochs": 12, "train_batch_size": 16}),
        ("? lr\n: 0.02\n? [a, b]\n: 0.5\n", {"lr": 0.02}),
        ("lr: 0.02\nschedule:\n- {type: warmup, lr: 0.001}\n- lr: 0.5\n", {"lr": 0.02}),
        ("base: &base\n  lr: 0.02\n  seed: 1\ntrain:\n  <<: *base\n  seed: 2\n", {"lr": 0.02, "seed": 2}),
        ("a: &lr 0.02\nlr: *lr\n", {"lr": 0.02}),
        ("lr: !!float 0.02\nmodel: !include a.yaml\nx: !!python/object/apply:os.system [ls]\n", {"lr": 0.02}),
        ("lr: 0.02\n---\nlr: 0.5\n", {"lr": 0.02}),
        ("%YAML 1.1\n---\nlr: 0.02\n...\n", {"lr": 0.02}),
        ("lr: 0.02\nlr: 0.01\n", {"lr": 0.01}),
        ("lr: 0.02\nseed:\nweights: null\n", {"lr": 0.02, "init": "scratch"}),
        ("task: detect\nmodel: a.pt\nepochs: 20\nbatch: -1\nimgsz: 640\n",
         {"weights": "a.pt", "init": "a.pt", "epochs": 20, "image_size": 640}),
    ],
)  # fmt: skip
def test_what_stands_in_it_is_what_pyyaml_sees(text: str, expected: dict[str, object]) -> None:
    assert said(text) == expected
    assert not issues(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0x10", 16), ("014", 12), ("0b101", 5), ("1_000", 1000), ("0", 0), ("7", 7), ("'7'", 7)]
    + [(text, None) for text in ("1:30", "0x", "'0x10'", "08x", "~", "[1]", "0x" + "f" * 5000)],
)
def test_numbers_are_those_of_yaml_and_keep_their_text(text: str, value: int | None) -> None:
    found = {each.name: each for each in read(f"lr: 1e-4\nseed: {text}\n") if isinstance(each, Setting)}
    assert (found["lr"].value, found["lr"].text) == (1e-4, "1e-4")
    assert ("seed" in found) == (value is not None)
    if value is not None:
        assert (found["seed"].value, found["seed"].text, found["seed"].where.line) == (value, text.strip("'"), 2)


def test_every_value_has_its_own_line() -> None:
    text = "# a\nlr:\n  0.02\noptimizer: {\n  momentum: 0.9,\n}\nsteps: [1]\nlr_steps:\n- 60\n- 80\n"
    lines = {each.name: each.where.line for each in read(text) if isinstance(each, Setting)}
    assert lines == {"lr": 3, "momentum": 5, "steps": 9}


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ("a:\n\tb: 1\n", 4),
        ("a: {{ root }}/x\n", 3),
        ("<<<<<<< HEAD\nseed: 1\n=======\n", 3),
        ("a: 'never closed\n", 3),
        ("a: [1, 2\nb: 3\n", 4),
        ("a: *unknown\n" + "- x\n", 4),
        ("a: " + "[" * 150 + "]" * 150 + "\n", 3),
    ],
)
def test_what_stands_before_an_error_is_read_and_the_error_is_told(broken: str, line: int) -> None:
    assert said(f"lr: 0.02\nepochs: 12\n{broken}seed: 5\n") == {"lr": 0.02, "epochs": 12}
    assert issues(f"lr: 0.02\nepochs: 12\n{broken}seed: 5\n") == [line]
    assert read(f"a: 1\nb: 12\n{broken}lr: 5\n") == []


def test_bytes_of_other_encodings_and_controls_do_not_matter() -> None:
    assert said("名: 训练\nlr: 0.02\n".encode("gbk")) == {"lr": 0.02}
    assert said(b"a: \x00\x1b[0m\x85\xff\nlr: 0.02\r\nb: \xe2\x80\xa8\rseed: 1\n") == {"lr": 0.02, "seed": 1}
    assert [each.where.line for each in read("a: \u2028\x85\x0b\x0c\nlr: 1\n")] == [2]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "".join(f"{' ' * i}a:\n" for i in range(1400)),
        "a0: &a0 [x, x]\n" + "".join(f"a{i + 1}: &a{i + 1} [*a{i}, *a{i}, *a{i}]\n" for i in range(30)),
        "a0: &a0 {x: 1}\n" + "".join(f"a{i + 1}: &a{i + 1} {{a: *a{i}, b: *a{i}, c: *a{i}}}\n" for i in range(30)),
        "a0: &a0 {lr: 1}\n" + "".join(f"a{i + 1}: &a{i + 1} {{<<: [*a{i}, *a{i}]}}\n" for i in range(20_000)),
        "a: &a {b: *a, <<: *a}\n",
        "a: &a " + "x" * 400_000 + "\nb: &b [" + "*a, " * 200 + "]\n" + "".join(f"c{i}: *b\n" for i in range(20_000)),
        "? " + "k" * 400_000 + "\n: {" + ", ".join(f"a{i}: 1" for i in range(20_000)) + "}\n",
        "a:\n" * 100_000,
        "lr: 0.1\n" + "#" * LIMIT,
    ],
    ids=range(13),
)  # fmt: skip
def test_no_nest_alias_or_size_does_harm(text: str) -> None:
    begin = time.process_time()
    assert read(text) == []
    assert time.process_time() - begin < 20


@given(st.text(alphabet="ab:-[]{}&*?|>'\"#!,\n\t <~1.\\%@\x85é", max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_an_error(text: str) -> None:
    document, _ = parse(text.encode())
    flat(document)
    read("lr: 1\n" + text)


def test_windows_are_put_together() -> None:
    one = YamlConfigFile("config.yaml", "log")
    for window in (Window(b"lr: 0.1 # x", 0, 1), Window(b"lr: 0.1 # x\nseed: 3\n", 11, 1)):
        assert not list(one.feed(window))
    assert [each.where.line for each in one.close()] == [1, 2]


def test_what_an_index_says_of_a_part_of_a_model_is_not_said_of_the_model() -> None:
    text = """\
Models:
- Config: own.py
  Name: b
  Metadata: {Epochs: 24, Teacher: {Config: other.py, Metrics: {box AP: 39.8}}}
  Results:
  - Dataset: COCO
    Metrics:
      box AP: 40.4  # of the student
"""
    for more, issues in (("", 0), ("- Name: 'c", 1)):
        reader = Metafile("metafile.yml", "log")
        assert not list(reader.feed(Window((text + more).encode(), 0, 1)))
        row, *others = reader.close()
        assert isinstance(row, TableRow)
        assert (row.label, row.where.line, [link.target for link in row.links]) == ("b", 3, ["own.py"])
        assert [(each.task, each.metrics[0].text) for each in row.results] == [("bbox", "40.4")]
        assert (row.settings[0].value, row.others, len(others)) == (24, (("Dataset", "COCO"),), issues)
