"""What each rule makes of one experiment alone, and what experiments share, kept while these do not change.

A rule that says what experiments share for it is shown only those of which it speaks, or which share something: of a
hundred thousand runs a few. So a check costs what has changed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import reduce
from operator import or_
from typing import Any

import msgspec
import xxhash
from msgspec import Struct
from msgspec.structs import replace

from fcosreport.errors import StoreError
from fcosreport.judging.kept import code
from fcosreport.judging.rule import Fault, Rule, rules
from fcosreport.records import Experiment, Records
from fcosreport.registry import FAULTS
from fcosreport.settings import Settings
from fcosreport.store.store import Store

_KEY = 8  # bytes


class Verdict(Struct, frozen=True, array_like=True, gc=False):
    """What the rules make of an experiment. `speaking` and `running` have a bit for each rule, in the order of codes.

    `mark` tells what was judged and by what. `keys` holds 8 bytes for each thing that it shares with others, by the
    number of the rule.
    """

    mark: int
    speaking: bytes
    running: bytes
    keys: dict[int, bytes]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Verdict).decode


class Verdicts:
    """The verdicts on experiments, each by its id."""

    def __init__(self, verdicts: Mapping[str, Verdict]) -> None:
        self._numbers = {rule.code: number for number, rule in enumerate(rules())}
        self._shown: dict[int, set[str]] = defaultdict(set)
        self._running = {id_: int.from_bytes(verdict.running) for id_, verdict in verdicts.items()}
        self._ever = reduce(or_, self._running.values(), 0)
        keys: dict[int, list[tuple[str, bytes]]] = defaultdict(list)
        for id_, verdict in verdicts.items():
            for number in _numbers(int.from_bytes(verdict.speaking)):
                self._shown[number].add(id_)
            for number, shared in verdict.keys.items():
                keys[number].append((id_, shared))
        for number, told in keys.items():
            self._shown[number] |= _alike(told)

    @classmethod
    def of(cls, experiments: Sequence[Experiment], settings: Settings, store: Store) -> "Verdicts":
        """Those that the store keeps; on experiments that are new or have changed they are made, and kept."""
        telling = replace(settings, store="", lang="", select=(), ignore=(), severity=())  # what rules look at
        known, seals = repr((telling, *code())), store.seals()
        marks = {each.id: _mark(seals.get(each.id), each.name, known) for each in experiments}
        kept = {id_: _decode(body) for id_, body in store.verdicts().items() if id_ in marks}
        kept = {id_: verdict for id_, verdict in kept.items() if verdict.mark == marks[id_]}
        made = judged([each for each in experiments if each.id not in kept], settings, marks)
        with suppress(StoreError):  # as where the store can only be read
            lasting = {each.id for each in experiments if not _is_resumed(each)}
            store.save_verdicts({id_: _encode(verdict) for id_, verdict in made.items() if id_ in lasting})
        return cls(kept | made)

    def shown(self, rule: Rule, experiments: Sequence[Experiment]) -> tuple[Experiment, ...]:
        """Those of the experiments of which the rule speaks, or which share something with another."""
        wanted = self._shown[self._numbers[rule.code]]
        return tuple(each for each in experiments if each.id in wanted) if wanted else ()

    def has_run(self, rule: Rule, experiments: Iterable[Experiment]) -> bool:
        """Whether the rule can judge one of the experiments."""
        number = self._numbers[rule.code]
        return bool(self._ever >> number & 1) and any(self._running[e.id] >> number & 1 for e in experiments)


def _numbers(bits: int) -> Iterator[int]:
    """Which bits are set."""
    while bits:
        yield (number := bits.bit_length() - 1)
        bits ^= 1 << number


def _alike(told: Sequence[tuple[str, bytes]]) -> set[str]:
    """Those that share a key with another."""
    import numpy as np

    table = np.frombuffer(b"".join(keys for _, keys in told), dtype=np.uint64)
    owners = np.repeat(np.arange(len(told)), [len(keys) // _KEY for _, keys in told])
    order = table.argsort(kind="stable")
    same = np.flatnonzero(table[order][1:] == table[order][:-1])
    return {told[place][0] for place in np.unique(owners[order][np.concatenate([same, same + 1])])}


def _is_resumed(experiment: Experiment) -> bool:
    """Whether rules look at the points of its curves, of which its row in the store does not tell."""
    return any(event.kind == "resumed" for event in experiment.events)


def judged(experiments: Sequence[Experiment], settings: Settings, marks: Mapping[str, int]) -> dict[str, Verdict]:
    """The verdicts of all rules that say what experiments share.

    Rules are shown all of these together, which takes less time than one by one: so one may seem to speak of an
    experiment that only shares something. Of one that raises it is not known: it is to raise again.
    """
    records, alone = Records(experiments=tuple(experiments)), [Records(experiments=(each,)) for each in experiments]
    speaking, running = dict.fromkeys(marks, 0), dict.fromkeys(marks, 0)
    keys: dict[str, dict[int, bytes]] = {each.id: {} for each in experiments}
    selecting: dict[Callable[[Records], Any], list[str]] = {}
    for number, rule in enumerate(rules()):
        if rule.shares is None:
            continue
        select, spoken, ran = rule.needs[1], set[str](), list[str]()
        try:
            if selected := select(records):
                faults = (each for each in rule.find(selected, settings) if isinstance(each, Fault))
                spoken = {each.id for fault in faults for each in fault.experiments}
                if select not in selecting:
                    selecting[select] = [each.id for each, of in zip(experiments, alone, strict=True) if select(of)]
                ran = selecting[select]
            for each in experiments:
                if shared := set(rule.shares(each)):
                    keys[each.id][number] = b"".join(map(_key, shared))
        except FAULTS:  # a rule's fault, whatever it is
            spoken = {each.id for each in experiments}
        for bits, ids in ((speaking, spoken), (running, ran)):
            for id_ in ids:
                bits[id_] |= 1 << number
    size = len(rules()) // 8 + 1
    return {
        id_: Verdict(marks[id_], speaking[id_].to_bytes(size), running[id_].to_bytes(size), keys[id_]) for id_ in keys
    }


def _mark(*told: object) -> int:
    return xxhash.xxh3_64_intdigest(repr(told).encode("utf-8", "surrogatepass"))


def _key(shared: str) -> bytes:
    return xxhash.xxh3_64_digest(shared.encode("utf-8", "surrogatepass"))
