"""What every output promises: it is whole, the same again, quick, and imports what is heavy only to render."""

import os
import re
import subprocess
import sys
import time

import pytest

from fcosreport.errors import UsageError
from fcosreport.report.report import Renderer, Report, renderers
from tests.baseline import baseline
from tests.hostile import hostile
from tests.renderers.rendering import EMPTY, OUTPUTS, many


@pytest.mark.parametrize("output", renderers(), ids=lambda each: each.name)
@pytest.mark.parametrize(
    "report", [EMPTY, baseline(), hostile(), many(1000)], ids=["empty", "baseline", "hostile", "many"]
)
def test_every_output_is_whole_and_the_same_again(output: Renderer, report: Report) -> None:
    content = output.render(report)
    assert content == output.render(report)
    if isinstance(content, str):
        assert content.endswith("\n")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", content)
        assert not re.search("[\u0080-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", content)


def test_rendering_1000_experiments_takes_no_time_to_speak_of() -> None:
    report = many(1000)
    for output in renderers():
        start = time.process_time()
        output.render(report)
        assert time.process_time() - start < 10, output.name


def test_outputs_are_known_without_importing_what_is_heavy() -> None:
    heavy = "{'pandas', 'rich', 'jinja2', 'markdown_it'}"
    program = (
        f"import sys; from fcosreport.report.report import renderers; renderers(); print({heavy} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=dict(os.environ))
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(("name", "package"), [("xlsx", "xlsxwriter"), ("parquet", "pyarrow")])
def test_a_missing_extra_is_told_with_the_line_that_installs_it(
    name: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError, match=f"pip install {package}"):
        OUTPUTS[name].render(baseline())
