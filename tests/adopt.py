"""Adopt the committed files that a test wrote anew beside the old ones: `python -m tests.adopt`."""

import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden"


def compare(contents: Mapping[Path, str]) -> None:
    """Fail where a committed file does not hold its content, and leave the content beside it as `*.new`."""
    differing = []
    for file, content in contents.items():
        new = file.with_name(f"{file.name}.new")
        if file.exists() and file.read_bytes() == content.encode():
            new.unlink(missing_ok=True)
        else:
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(content.encode())
            differing.append(f"diff {file} {new}")
    assert not differing, "; ".join((*differing, "if the new is right: python -m tests.adopt"))


if __name__ == "__main__":
    for new in sorted(
        (*ROOT.glob("*.new"), *(ROOT / "docs").glob("*.new"), *(ROOT / "reports").rglob("*.new"), *GOLDEN.glob("*.new"))
    ):
        new.replace(new.with_suffix(""))
        sys.stdout.write(f"adopted {new.relative_to(ROOT).with_suffix('')}\n")
