"""FR511."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from fcosreport.comparing.quotes import is_of_other_images, is_validated_again
from fcosreport.comparing.scores import printed
from fcosreport.evidence.links import named_scores, own_links
from fcosreport.evidence.published import Against, Held, differing, held, in_last_digit, is_mislabelled, is_same
from fcosreport.judging.rule import Compared, Fault, rule
from fcosreport.records import Evaluation, Metric, Severity
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import when
from fcosreport.wording import listed

_BLOCK = "0.387 0.575 0.417 0.226 0.427 0.499 0.320 0.534 0.570 0.364 0.617 0.720"
_EARLY = "0.372 0.560 0.401 0.210 0.411 0.480 0.311 0.520 0.555 0.350 0.600 0.701"
_CONFIG = "fcos_r50_1x_coco.py"
_ENTRY = {"row": "fcos_r50_1x_coco", "path": "metafile.yml", "link_config": _CONFIG}

_PUBLISHED = {"link_config": _CONFIG, "link_log": "https://zoo.org/fcos_r50_1x_coco_20200130.log.json"}


@rule(
    "FR511",
    "error",
    fires=[
        [{"note_bbox": _BLOCK}, {"row": "FCOS", "bbox": "% 37.8 57.5 41.7"}],
        [{"name": "fcos_r50", "bbox": [_EARLY, _BLOCK]}, {"row": "fcos_r50", "bbox": "% 39.7"}],
        [{"name": "fcos_r50_1x_coco", "bbox": _BLOCK}, {"row": "R-50", "link_config": _CONFIG, "bbox": "% 36.6"}],
        [{**_ENTRY, "bbox": "% 36.6"}, {"row": "R-50", "link_config": _CONFIG, "bbox": "% 38.6", "path": "README.md"}],
        [{**_ENTRY, "bbox": "% 36.6"}, {"row": "R-50", "link_config": _CONFIG, "bbox": "% 36.7", "path": "README.md"}],
        [
            {**_ENTRY, "bbox": "% 36.6"},
            {"row": "R", "link_backbone": _CONFIG, "bbox": "% 38.6", "path": "README.md"},
        ],
        [{**_ENTRY, "others": "39.8"}, {"row": "R-50", "link_config": _CONFIG, "others": "34.5", "path": "README.md"}],
    ],
    quiet=[
        [{"note_bbox": _BLOCK}, {"row": "FCOS", "bbox": "% 38.7 57.5 41.7"}],
        [{"note_bbox": _BLOCK}, {"row": "FCOS", "bbox": "0.39 0.57"}],
        [{"name": "fcos_r50", "bbox": [_BLOCK, _EARLY]}, {"row": "fcos_r50", "bbox": "% 38.7"}],
        [{**_ENTRY, "bbox": "% 36.6"}, {"row": "R-50", "link_config": _CONFIG, "bbox": "0.366", "path": "README.md"}],
        [{**_ENTRY, "bbox": "% 36.6"}, {"row": "R-50", "link_config": _CONFIG, "bbox": "% 38.6", "path": "x/a.md"}],
        [{**_ENTRY, "others": "0.398"}, {"row": "R", "link_config": _CONFIG, "others": "39.8", "path": "README.md"}],
        [
            {**_ENTRY, "bbox": "% 36.6"},
            {"row": "a", "link_config": _CONFIG, "bbox": "% 38.6", "path": "README.md"},
            {"row": "b", "link_config": _CONFIG, "bbox": "% 36.6", "path": "README.md"},
        ],
        [{"name": "fcos_r50", "bbox": _BLOCK}, {"row": "fcos_r50", "others": "test-dev", "bbox": "% 39.7"}],
        [{"name": "fcos_r50_1x_coco", "bbox": _BLOCK}, {"row": "R-50", **_PUBLISHED, "bbox": "% 36.6"}],
        [{"name": "n", "bbox": "P=0.68011 R=0.58932 AP50=0.63308"}, {"row": "n", "bbox": "P=0.677 R=0.594 AP50=0.633"}],
        [{"name": "fcos_r50", "bbox": _BLOCK}, {"row": "fcos_r50", "bbox": "0.397131842219"}],
    ],
    needs=(
        "no table stands beside a block, a log or a metafile.yml of the same model",
        held,
    ),
)
def table_against_block(tables: Held, settings: Settings) -> Iterator[Fault | Compared]:
    """A number in a table differs from the block, the log or the metafile.yml entry of the same configuration.

    One row and one entry a configuration; a log that a row links, where it is at hand, and no other where it lies on a
    server. Numbers of metrics that are not
    known here are compared by their headers. Fraction and percent, rounding, and any epoch of the log count as
    agreement; numbers of one precision that are one unit of their last digit apart are a note. A table of which three
    rows or more have a log, and hardly one fits it, is of other images; P and R differ a little where the same weights
    are validated again.

    Why: open-mmlab/mmdetection keeps each number in a README and in a metafile.yml, and the two drift apart; of 109
    faults read by eye in 23 public repositories, most stood in tables.

    Do: See which of the two is right, and copy it to the other.
    """
    yield Compared(tables.told)
    apart = _of_other_images(tables.pairs)
    for pairs in apart.values():
        path = pairs[0].row.where.path
        text = f"Not checked against logs: the {len(pairs)} rows of {path} fit no evaluation of theirs."
        yield Fault(text, where=tuple(pair.row.where for pair in pairs), severity="info")
    for pair in tables.pairs:
        if pair.row.table in apart or any(is_validated_again(pair.claim, each) for each in pair.evidence):
            continue
        results = [differing(pair.claim, each) for each in pair.evidence]
        if any(is_mislabelled(pair.claim, e) for e in pair.evidence):
            continue
        if all(apart for apart, _ in results):
            yield _fault(pair, differing(pair.claim, _nearest(pair))[0])
        elif all(in_last_digit(pair.claim, each) for each in pair.evidence):
            yield _fault(pair, in_last_digit(pair.claim, _nearest(pair)), "info")


def _of_other_images(pairs: Sequence[Against]) -> dict[str, list[Against]]:
    """The tables that are of no evaluation in the logs of their rows, with these rows."""
    rows: dict[str, list[Against]] = defaultdict(list)
    for pair in pairs:
        if pair.what == "log":
            rows[pair.row.table].append(pair)
    return {table: found for table, found in rows.items() if is_of_other_images([(p.claim, p.evidence) for p in found])}


def _nearest(pair: Against) -> Evaluation:
    """The evaluation that the claim differs from least; the last of several."""
    return min(reversed(pair.evidence), key=lambda each: len(differing(pair.claim, each)[0]))


def _fault(pair: Against, apart: Sequence[tuple[Metric, Metric]], severity: Severity | None = None) -> Fault:
    nearest = _nearest(pair)
    told = [f"{printed(a)} ({pair.what}: {b.text})" for a, b in apart]
    name = f"“{pair.row.label}”" if pair.row.label else "the only row"
    numbers = f"{pair.claim.task} numbers".strip()
    return Fault(
        f"The table's {numbers} of {name} differ from the {pair.what}{when(nearest)}: {listed(told)}.",
        (pair.experiment,) if pair.experiment else (),
        (pair.row.where, nearest.where),
        tuple(_supported(pair, apart)),
        severity=severity,
    )


def _supported(pair: Against, apart: Sequence[tuple[Metric, Metric]]) -> Iterator[str]:
    """Which of two numbers the name of the linked weights says, too."""
    links = (link.target for row in (pair.row, pair.entry) if row for link in own_links(row))
    named = {
        metric.text: metric for target in links for task, metric in named_scores(target) if task == pair.claim.task
    }
    for ours, theirs in apart if len(named) == 1 else ():
        metric = next(iter(named.values()))
        fits = [what for what, each in (("table", ours), (pair.what, theirs)) if is_same(each, metric)]
        if ours.name == metric.name and len(fits) == 1:
            yield f"The name of the linked weights says AP {metric.text}, as the {fits[0]} does."
