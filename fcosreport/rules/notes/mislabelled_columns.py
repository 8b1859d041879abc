"""FR512."""

from collections.abc import Iterator

from fcosreport.comparing.scores import printed
from fcosreport.evidence.published import Against, Held, differing, held, is_mislabelled, taken_from
from fcosreport.judging.rule import Compared, Fault, rule
from fcosreport.settings import Settings
from fcosreport.wording import listed

_BLOCK = "0.387 0.575 0.417 0.226 0.427 0.499 0.320 0.534 0.570 0.364 0.617 0.720"
_ENTRY = {"row": "mask_r50_1x", "path": "metafile.yml", "link_config": "mask_r50_1x.py"}


@rule(
    "FR512",
    "error",
    fires=[
        [{"note_bbox": _BLOCK}, {"row": "", "bbox": "% 38.719 57.490 53.539 46.949 41.692 35.188"}],
        [{"note_bbox": _BLOCK}, {"row": "", "bbox": "% 38.7 57.5 41.7 42.7 22.6 49.9"}],
        [
            {**_ENTRY, "bbox": ["% 44.7", "% 40.4"]},
            {"row": "R-50", "link_config": "mask_r50_1x.py", "bbox": "% 44.7", "segm": "% 40.4", "path": "README.md"},
        ],
    ],
    quiet=[
        [{"note_bbox": _BLOCK}, {"row": "", "bbox": "% 38.719 57.490 41.692 22.581 42.722 49.944"}],
        [{"note_bbox": _BLOCK}, {"row": "", "bbox": "% 38.7 57.5 41.9"}],
        [{"note_segm": _BLOCK}, {"row": "", "bbox": "% 38.7 57.5 42.7 22.6"}],
        [{"note_bbox": _BLOCK}, {"row": "test-dev", "bbox": "% 38.7 57.5 42.7 22.6"}],
        [
            {**_ENTRY, "bbox": ["% 44.7", "% 45.1"]},
            {"row": "R-50", "link_config": "mask_r50_1x.py", "bbox": "% 44.7", "segm": "% 40.4", "path": "README.md"},
        ],
    ],
    needs=("no table stands beside a block or log of the same model", held),
)
def mislabelled_columns(tables: Held, settings: Settings) -> Iterator[Fault | Compared]:
    """Numbers of a table stand under the headers of other metrics.

    The block beside the table, or the log of its row, is the same evaluation and prints them for another IoU or area;
    or the index has two results of one task, and the second is the row's of another.

    Why: the FCOS page of Megvii-BaseDetection/cvpods, whose table gives the AP of other IoUs as AP75, APs, APm and APl.

    Do: Compare the header with the block, and copy the numbers again.
    """
    yield Compared(tables.told)
    for pair in tables.pairs:
        yield from _of_other_task(pair)
        meant = next((e for e in pair.evidence if is_mislabelled(pair.claim, e)), None)
        agrees = any(not differing(pair.claim, e)[0] for e in pair.evidence)
        if meant is None or agrees:
            continue
        apart = differing(pair.claim, meant)[0]
        told = [f"{printed(a)} ({pair.what}: {b.text})" for a, b in apart]
        moved = [f"{a.text} is its {m.name}" for a, _ in apart if (m := taken_from(a, meant))]
        yield Fault(
            f"The table's columns are not what their headers say: {listed(told)}; {listed(moved)}.",
            (pair.experiment,) if pair.experiment else (),
            (pair.row.where, meant.where),
        )


def _of_other_task(pair: Against) -> Iterator[Fault]:
    """A result of the index that is called by the claim's task, and is the row's result of another one."""
    for each in pair.entry.results if pair.entry else ():
        if each.task == pair.claim.task and differing(pair.claim, each)[0]:
            for other in pair.row.results:
                apart, alike = differing(other, each)
                if other.task != each.task and alike and not apart:
                    told = f"the {other.task} {printed(other.metrics[0])} of “{pair.row.label}” {each.task}"
                    yield Fault(f"The {pair.what} calls {told}.", where=(pair.row.where, each.where))
