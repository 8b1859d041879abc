"""What `note fix` says of slips, in Chinese: whole, but for names, paths and numbers."""

import ast
import random
import re
from pathlib import Path

import pytest

from fcosreport.translation import language
from fcosreport.writing import mending, slips
from tests.writing.slips_of_the_pen import SLIPS, sound, write_logs
from tests.writing.test_mending import fixed

_ENGLISH = re.compile(r"\b(?:the|is|are|not|and|of|those|numbers|was|which)\b")


@pytest.mark.parametrize("seed", range(40))
def test_no_slip_is_told_half_in_english(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    dice = random.Random(seed)
    note = sound(dice)
    write_logs(note, Path("runs"))
    _, wrong = dice.choice(SLIPS)(note, dice)
    _ = language("zh")
    found = fixed(wrong)
    said = [*(_.told(each.why) for each in found.left), *(_.told(str(each)) for each in found.done)]
    assert not [each for each in said if _ENGLISH.search(each)]


def test_every_reason_has_a_translation() -> None:
    known = " ".join(sentence for sentence in language("zh").texts)
    parts = (part for module in (slips, mending) for part in _of_reasons(Path(str(module.__file__))))
    assert not [part for part in parts if part not in known]


def _of_reasons(source: Path) -> list[str]:
    """The fixed parts of the sentences that a module tells: those of several words in its f-strings and strings."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (
        n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docs
    )
    return [part for node in texts if (part := str(node.value).strip(" ;,:")).count(" ") > 1 and "(" not in part]
