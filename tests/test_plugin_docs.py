"""The dialect, rule and output of docs/plugins.md work in another package, and need nothing but that page."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "plugins.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.S)
GROUPS = re.findall(r'\[project\.entry-points\."(.*?)"\]\n(\w+) = "mypackage\.(\w+)"', PAGE)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Another package, installed."""
    package, info = tmp_path / "site" / "mypackage", tmp_path / "site" / "mypackage-1.dist-info"
    package.mkdir(parents=True)
    info.mkdir()
    (package / "__init__.py").write_text("")
    for (_, _, module), code in zip(GROUPS, EXAMPLES, strict=True):
        (package / f"{module}.py").write_text(code)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mypackage\nVersion: 1\n")
    points = (f"[{group}]\n{name} = mypackage.{module}\n" for group, name, module in GROUPS)
    (info / "entry_points.txt").write_text("".join(points))
    paths = [str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def test_the_examples_are_found_and_work(tmp_path: Path, environment: dict[str, str]) -> None:
    def fcosreport(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "fcosreport", *words]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "log.txt").write_text("mydet: epoch 1 AP 0.2\nmydet: epoch 2 AP 0.387\n")
    (tmp_path / "run" / "args.yaml").write_text("lr: 0.00001\nepochs: 2\n")
    checked = fcosreport("check", "run")
    assert "MY001" in checked.stdout, checked.stderr
    assert "0.387" in fcosreport("show", "run", "run").stdout
    assert fcosreport("render", "run", "--count", "-o", "-").stdout == "1\n"


def test_they_import_nothing_of_fcosreport_but_the_page_of_plugins() -> None:
    assert set(re.findall(r"from (fcosreport[\w.]*) import", "".join(EXAMPLES))) == {"fcosreport.plugins"}
