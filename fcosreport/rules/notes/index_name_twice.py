"""FR519."""

from collections import defaultdict
from collections.abc import Iterator

from fcosreport.evidence.links import configs, weights
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import TableRow
from fcosreport.settings import Settings
from fcosreport.wording import listed

_ENTRY = {"row": "fcos_r50_1x", "path": "metafile.yml", "bbox": "% 36.6"}


@rule(
    "FR519",
    "warning",
    fires=[
        [{**_ENTRY, "link_weights": "fcos_r50_1x-a.pth"}, {**_ENTRY, "link_weights": "fcos_r50_1x_tuned.pth"}],
        [{**_ENTRY, "link_config": "fcos_r50_1x.py"}, {**_ENTRY, "link_config": "fcos_r50_1x_tuned.py"}],
    ],
    quiet=[
        [{**_ENTRY, "link_weights": "a.pth"}, {**_ENTRY, "link_weights": "a.pth", "bbox": "% 37.1"}],
        [{**_ENTRY, "link_weights": "a.pth"}, {**_ENTRY, "row": "fcos_r101_1x", "link_weights": "b.pth"}],
        [
            {**_ENTRY, "link_config": "gan_64.py", "link_weights": "gan_64_best-fid.pth"},
            {**_ENTRY, "link_config": "gan_64.py", "link_weights": "gan_64_best-is.pth"},
        ],
        [{**_ENTRY, "link_weights": "a.pth"}, {**_ENTRY, "path": "b/metafile.yml", "link_weights": "b.pth"}],
    ],
    needs=("there is no index of models", lambda records: [row for row in records.tables if row.is_index]),
)
def index_name_twice(entries: list[TableRow], settings: Settings) -> Iterator[Fault]:
    """Two entries of an index of models have one name, and other weights or another configuration.

    Entries of one model that was tested in several ways have one name, too, and link the same files; those of several
    checkpoints of one training link one configuration.

    Why: in open-mmlab/mmdetection3d an entry was copied from the one above, and its name stayed; whoever asks for the
    name gets the wrong model.

    Do: Give each entry the name of its own configuration.
    """
    named: dict[tuple[str, str], list[TableRow]] = defaultdict(list)
    for row in entries:
        named[row.where.path, row.label].append(row)
    for (_, name), rows in named.items():
        files = {(weights(row), *sorted(configs(row))) for row in rows}
        trained = {tuple(sorted(configs(row))) for row in rows}
        if len(files) > 1 and (len(trained) > 1 or trained == {()}):
            lines = listed([str(row.where.line) for row in rows])
            yield Fault(
                f"{len(rows)} entries are called {name} (lines {lines}) and link other files.",
                where=tuple(row.where for row in rows),
            )
