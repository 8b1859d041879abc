"""FR520."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from fcosreport.evidence.links import stem
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Link, Records
from fcosreport.settings import Settings

_FILE = re.compile(r"[\w.+-]+\.(?:pth|pt|pkl|ckpt|h5|onnx|weights|pdparams|pdmodel|params|py|ya?ml|log)", re.IGNORECASE)
_ONE, _OTHER = "fcos_gn-head_1x_coco", "fcos_dcn-head_1x_coco"


@rule(
    "FR520",
    "error",
    fires=[[{"row": "FCOS", "bbox": "% 36.6", "link_model": f"{_ONE}.pth models/{_OTHER}.pth"}]],
    quiet=[
        [{"row": "FCOS", "bbox": "% 36.6", "link_model": f"{_ONE}.pth models/{_ONE}.pth"}],
        [{"row": "FCOS", "bbox": "% 36.6", "link_model": f"{_ONE}.pth models/{_ONE}-821213aa.pth"}],
        [{"row": "FCOS", "bbox": "% 36.6", "link_model": f"model.pth models/{_OTHER}.pth"}],
        [{"row": "FCOS", "bbox": "% 36.6", "link_model": f"{_ONE}.pth https://drive.google.com/file/d/1x_C4/view"}],
        [{"row": "FCOS", "bbox": "% 36.6", "link_config": f"{_ONE}.py models/{_OTHER}.pth"}],
    ],
    needs=(
        "no row of a table links a file by its name",
        lambda records: (
            records if any(_FILE.fullmatch(each.text) for row in records.tables for each in row.links) else None
        ),
    ),
)
def link_text_contradicts_file(records: Records, settings: Settings) -> Iterator[Fault]:
    """The text of a link is the name of one file, and the link leads to another.

    Both are files of one kind, and their names are alike but for a word or two, so that one was copied from another
    row. A hash, a date or a folder more or less is no other name.

    Why: d-li14/regnet.pytorch#2: the link to RegNetX-600M led to RegNetX-200M: a row is copied, its text is mended, and
    the address behind it stays.

    Do: Follow the link, see which model comes, and mend the text or the address.
    """
    for row in records.tables:
        for link in filter(_contradicts, row.links):
            file = PurePosixPath(link.target).name
            yield Fault(f"The row “{row.label}” says {link.text}, and links {file}.", where=(row.where,))


def _contradicts(link: Link) -> bool:
    target = re.sub(r"[?#].*", "", link.target).rpartition("/")[2]
    if not (_FILE.fullmatch(link.text) and _FILE.fullmatch(target)) or _suffix(link.text) != _suffix(target):
        return False
    one, other = (set(re.split(r"[-_.]", name)) - {""} for name in (stem(link.text), stem(target)))
    return bool(one - other and other - one) and len(one & other) >= max(1, len(one ^ other) - 1)


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].lower()
