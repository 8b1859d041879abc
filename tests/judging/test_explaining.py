"""A rule is explained by what stands in its file, and no rule is loaded for that."""

import subprocess
import sys

import pytest

from fcosreport.errors import UsageError
from fcosreport.judging.explaining import explain
from fcosreport.judging.rule import Rule, rules


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_code_name_severity_and_the_whole_text_are_told(rule: Rule) -> None:
    told = f"{rule.code} {rule.name} ({rule.severity})\n\n{rule.text}"
    asked = (rule.code, rule.code.lower(), rule.name, rule.name.replace("-", "_"), f" {rule.name.upper()} ")
    assert [explain(each) for each in asked] == [told] * len(asked)


@pytest.mark.parametrize("word", ["FR40", "Experiments", "rule", "", "fires=", "../rules"])
def test_a_word_of_a_rule_is_no_name_of_it(word: str) -> None:
    with pytest.raises(UsageError, match=r"there is no rule .*`fcosreport rules` lists all"):
        explain(word)


@pytest.mark.parametrize("word", ["FR401", "duplicate-metrics", "ap_above_recall"])
def test_neither_rules_nor_the_command_line_are_loaded(word: str) -> None:
    code = "import sys; from fcosreport.__main__ import main; main()\n"
    code += "print({'typer', 'fcosreport.judging.rule', 'fcosreport.rules'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code, "explain", word], capture_output=True, text=True, check=True)
    assert "\n\nDo: " in done.stdout
    assert done.stdout.endswith("\nset()\n")
