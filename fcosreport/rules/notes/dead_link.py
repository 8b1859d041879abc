"""FR523."""

from collections import defaultdict
from collections.abc import Iterator

from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Reference
from fcosreport.settings import Settings
from fcosreport.wording import listed

_THERE = {"link": "configs/fcos_r50.py"}
_DEAD = {"link": "configs/fcos_r101.py", "is_dead": True}


@rule(
    "FR523",
    "warning",
    fires=[[_DEAD], [_THERE, _DEAD, {**_DEAD, "link": "logs/fcos_r101.log"}]],
    quiet=[[_THERE], [_THERE, {"link": "../logs/fcos_r50.log.json"}]],
    needs=("no note in a git checkout links a file of it", lambda records: records.references),
)
def dead_link(references: tuple[Reference, ...], settings: Settings) -> Iterator[Fault]:
    """A note links a configuration, a log or weights of its own checkout, and no such file is there.

    Told once for each note. Only a git checkout tells that a file is not merely left out: what git knows of is there,
    though a sparse checkout lacks it, and what lies in a submodule may be. Links in code and in comments, addresses and
    files of other kinds are not looked for.

    Why: IDEA-Research/detrex#300 and open-mmlab/mmagic#241: a configuration is renamed, or never committed, and the
    model of the row that links it cannot be run again.

    Do: Mend the link, or commit the file that it leads to.
    """
    dead: dict[str, list[Reference]] = defaultdict(list)
    for each in references:
        if each.is_dead:
            dead[each.where.path].append(each)
    for path, lost in dead.items():
        targets = list(dict.fromkeys(each.target for each in lost))
        what = "a file that is" if len(targets) == 1 else f"{len(targets)} files that are"
        yield Fault(f"{path} links {what} not in the checkout: {listed(targets)}.", where=tuple(e.where for e in lost))
