"""What a printed command overrides of a configuration, which is said elsewhere.

+ python tools/train.py configs/fcos.py --cfg-options optimizer.lr=0.001 data.samples_per_gpu=4 (mmdetection)
$ torchrun --nproc_per_node 8 train.py optimizer.lr=0.001 +trainer.max_epochs=12 (hydra)
python train_net.py --config-file fcos.yaml SOLVER.BASE_LR 0.01 SOLVER.IMS_PER_BATCH 8 (detectron2)
"""

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise

from fcosreport.grammar.windowed import Windowed
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.vocabulary.settings.keys import declared

_LINE = re.compile(
    rb"(?m)^[^\n]{0,200}?(?<![\w/])(?:python[\d.]*|torchrun|accelerate|srun|bash|sh)\s"
    rb"[^\n]{0,500}?train\w*\.(?:py|sh)\s(?P<said>[^\n]{1,2000})"
)
_SET = re.compile(r"\+{0,2}([A-Za-z_][\w./@]{0,100})=(.+)")
_KEY = re.compile(r"[A-Z][A-Z\d_]*(?:\.[A-Z\d_]+)+")


@dialect("what a printed command overrides of a configuration", b"train.py ", b"train_net.py ", b"train.sh ")
class Commands(Windowed):
    """Reads single lines of logs; a note tells commands that were not run."""

    def found(self, window: Window) -> Iterator[Record]:
        for match, where in self.places(_LINE, window, back=3000) if self.origin == "log" else ():
            for key, value in _overrides(match["said"].decode(errors="replace")):
                yield from declared(key.lower().replace("/", "."), value, where)


def _overrides(said: str) -> Iterator[tuple[str, str]]:
    """The settings that the words of a command override, which are no options of the program itself."""
    try:
        words = shlex.split(said)
    except ValueError:  # a quote that is not closed
        words = said.split()
    for word, after in pairwise((*words, "")):
        if given := _SET.fullmatch(word):
            yield given[1], given[2]
        elif _KEY.fullmatch(word) and after:
            yield word, after
