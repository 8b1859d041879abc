"""A sentence that holds values is known again in another language, and nothing that people read lacks a translation."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fcosreport.errors import UsageError
from fcosreport.judging.cases import records_of
from fcosreport.judging.explaining import documentation, explain
from fcosreport.judging.handbook import markdown, title
from fcosreport.judging.rule import Compared, Fault, NotRun, Rule, rules
from fcosreport.records import Finding
from fcosreport.settings import Settings
from fcosreport.translation import codes, english, language
from tests.conftest import ROOT

PACKAGE = ROOT / "fcosreport"
zh = language("zh")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("AP 0.600 is above AP50 0.573", "AP 0.600 高于 AP50 0.573"),
        ("a: bbox AP 0.6 is above AP50 0.5 at epoch 9.", "a：bbox AP 0.6 高于 AP50 0.5（epoch 9）。"),
        ("a is above b is above c", "a 高于 b is above c"),  # of names only one reading is told
        (
            "a, b and 3 more are called repeats, and all have the seed 1.",
            "a, b 和 另外 3 个 名为重复实验，却都用 seed 1。",
        ),
        (
            "“GN, and BN” and b are called repeats, and all have the seed 1.",
            "“GN, and BN” 和 b 名为重复实验，却都用 seed 1。",
        ),
        (
            "“a” and “b, and c” are called repeats, and all have the seed 1.",
            "“a” 和 “b, and c” 名为重复实验，却都用 seed 1。",
        ),
        (
            "a in n.md:3 and a in n.md:9 log the same 2 losses (1, 2): lr had no effect, or one of the logs is a copy.",
            "a（n.md:3） 和 a（n.md:9） 的日志中有 2 个相同的 loss（1, 2）：lr 没有生效，或者其中一份日志是复制的。",
        ),
        ("CUDA error", "CUDA error"),
        ("", ""),
    ],
)
def test_a_sentence_is_told_with_its_values(said: str, told: str) -> None:
    assert zh.told(said) == told
    assert english.told(said) == said


@pytest.mark.parametrize(
    "name", ["best", "finished", "a (b", "“", "a is above b", "x: y", "a; b", "{name}", "%s", "名字", "file"]
)
def test_a_name_stays_as_it_is_whatever_it_says(name: str) -> None:
    assert zh.told(f"{name} cites {name}, which was not found, while other logs of the note were.") == (
        f"没有找到 {name} 引用的 {name}，而该笔记引用的其他日志都在。"
    )


@pytest.mark.parametrize("said", ["A plugin says that 3 runs are odd.", "a: bbox a plugin sees 3 boxes at epoch 9."])
def test_what_is_not_known_as_a_whole_stays_english_as_a_whole(said: str) -> None:
    assert zh.told(said) == said


def test_a_hostile_sentence_takes_no_time() -> None:
    assert zh.told("and a: b is above c (, " * 25)


def test_a_language_that_is_not_there_is_told() -> None:
    with pytest.raises(UsageError, match=r"there is no language 'zz'\. Did you mean zh"):
        language("zz")
    assert language("en") is english
    assert codes() == ("en", "zh")


def told_by(rule: Rule) -> Iterator[str]:
    """All that a rule says of its cases, and why it does not run."""
    yield rule.needs[0]
    for case in (*rule.fires, *rule.quiet):
        for each in rule.run(records_of(case), rule.cases_with):
            if isinstance(each, Finding):
                yield from (each.message, each.advice, *each.explanations)
            else:
                yield each.reason if isinstance(each, NotRun) else each.text


def is_english(text: str) -> bool:
    """Whether words of a sentence are left; two beside each other may be those of a log, and are `not them`."""
    return bool(re.search(r"\b[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", text)) and not re.search(r"[\u4e00-\u9fff]", text)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_all_that_a_rule_says_is_translated(rule: Rule) -> None:
    missing = [said for said in told_by(rule) if re.search("[A-Za-z]{2}", said) and zh.told(said) == said]
    assert not missing, "give these a translation in fcosreport/translations/zh/findings.json"
    assert not [said for said in told_by(rule) if is_english(zh.told(said))]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_every_rule_is_explained(rule: Rule) -> None:
    left = [part for part in explain(rule.code, zh).split("\n\n")[1:] if not re.search(r"[\u4e00-\u9fff]", part)]
    assert not left, "give these a translation in fcosreport/translations/zh/rules.json"
    assert title(rule, zh) != rule.title
    assert rule.title in explain(rule.code)
    assert title(rule, zh) in markdown([rule], zh)


def test_a_rule_without_a_translation_speaks_english() -> None:
    def find(records: object, settings: Settings) -> list[Fault | NotRun | Compared]:
        return [Fault("A thing is odd.")]

    rule = Rule("X1", "odd-thing", "info", find, (), (), "Odd things are there.\n\nDo: Look at them.")
    assert documentation(rule.text, zh) == "Odd things are there.\n\n怎么办：Look at them."
    assert title(rule, zh) == "Odd things are there"


WORDS = re.compile(r"[a-z]{2,} [a-z]{2,}")
READING = ("collecting", "dialects", "files", "grammar", "notes", "reading", "vocabulary")
"""The rooms that tell of issues."""


def said_in(node: ast.AST) -> Iterator[str]:
    """The texts below a node as they stand around values: two words or more. What is only compared is not said."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if WORDS.search(node.value) and not re.search(r"[\\|]", node.value):  # of a regular expression
            yield node.value.strip("; ")
    elif not isinstance(node, ast.Compare) and not (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ):
        children = node.body if isinstance(node, ast.FunctionDef) else ast.iter_child_nodes(node)
        yield from (part for child in children for part in said_in(child))


def of_rules() -> Iterator[str]:
    """What stands in the code of rules, but for what only their cases name."""
    for file in (*PACKAGE.glob("rules/*/*.py"), PACKAGE / "evidence/causes.py", PACKAGE / "evidence/equality.py"):
        tree = ast.parse(file.read_text())
        cases = [each for node in tree.body if isinstance(node, ast.FunctionDef) for each in node.decorator_list]
        named = {each.id for case in cases for each in ast.walk(case) if isinstance(each, ast.Name)}
        for node in tree.body:
            if not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in named):
                yield from said_in(node)


def of_issues() -> Iterator[str]:
    """What stands in the code where an issue is made, or why a file is refused."""
    for node in (node for room in READING for file in PACKAGE.glob(f"{room}/**/*.py") for node in walked(file)):
        if isinstance(node, ast.Call) and re.search(
            r"Issue|Refused|_unreadable|_issue|_objected", ast.unparse(node.func)
        ):
            yield from (part for each in node.args for part in said_in(each))
        elif isinstance(node, ast.Assign) and re.search(
            r"message|told|why|trouble|_TOO_MUCH", ast.unparse(node.targets[0])
        ):
            yield from said_in(node.value)


def walked(file: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(file.read_text()))


def translated(*files: str) -> str:
    """The English texts of these files, in which places for values part what stands around them."""
    texts = (key for file in files for key in json.loads((PACKAGE / f"translations/zh/{file}.json").read_text()))
    return "\n".join(re.sub(r"\{[^}]*\}", "\0", text) for text in texts)


def test_every_part_of_a_finding_is_in_a_translation() -> None:
    known = translated("findings")
    assert not sorted({part for part in of_rules() if part not in known})


def test_every_part_of_an_issue_is_in_a_translation() -> None:
    known = translated("issues", "findings")
    assert not sorted({part for part in of_issues() if part not in known})


VALUES = {"": "a_b", "number": "1,234", "list": "a, b and 2 more", "said": "their checkpoints differ"}


@pytest.mark.parametrize("text", [key for key in zh.texts if ":number}" in key or ":said}" in key or ":list}" in key])
def test_every_sentence_is_known_with_its_values(text: str) -> None:
    said = re.sub(r"\{\w+:?(\w*)\}", lambda place: VALUES[place[1]], text)
    assert zh.told(said) != said
    assert not re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", zh.told(said))


@pytest.mark.parametrize("file", sorted(Path(PACKAGE / "translations/zh").glob("*.json")), ids=lambda file: file.stem)
def test_translations_are_sorted_and_stand_in_one_file(file: Path) -> None:
    texts = json.loads(file.read_text())
    assert list(texts) == sorted(texts)
    others = (each for each in file.parent.glob("*.json") if each != file)
    assert not [key for each in others for key in json.loads(each.read_text()) if key in texts]
