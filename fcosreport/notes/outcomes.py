"""How a run went, as its note tells it: why it failed, that it runs, is done, given up or planned."""

import re
from functools import lru_cache
from typing import NamedTuple, cast

from fcosreport.records import State
from fcosreport.vocabulary.digits import of_any_digits
from fcosreport.vocabulary.signs import may_have

_FAILURES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "out of GPU memory",
        re.compile(
            r"\b(?:cuda|gpu)?\s*out[- ]of[- ](?:gpu )?memory"
            r"|\b(?:not enough|too little|insufficient|no) (?:gpu|cuda|video) memory"
            r"|\boom\b|outofmemory|显存(?:不够|不足|溢出|爆|炸|不太够)|爆显存|爆了显存"
            r"|(?:gpu|ビデオ|グラフィック|ｇｐｕ)?\s*メモリ(?:ー)?(?:が)?(?:不足|足り)",
            re.I,
        ),
    ),
    ("out of memory", re.compile(r"内存(?:不够|不足|溢出)", re.I)),
    ("loss is NaN", re.compile(r"(?<![a-z])nan(?![a-z])", re.I)),
    (
        "diverged",
        re.compile(
            r"\bdiverg(?:ed|es|ing)\b|\bexplod(?:ed?|es|ing)\b|\bloss\b.{0,20}\bbl(?:ew|ow|own|ows) up\b"
            r"|\bunconverge|(?:did not|didn't|not) converged?\b|发散|(?:loss|梯度|损失)\s*(?:直接)?爆炸"
            r"|(?:不|没|未|没有)收敛|発散|収束し(?:な|ま)",
            re.I,
        ),
    ),
    (
        "failed",
        re.compile(
            r"\b(?:failed|crashed|killed|aborted|timed out|(?:did not|didn't|could not|cannot|can't) (?:run|fit))\b"
            r"|失败|崩了|崩溃|挂了|没办法(?:跑|训)|跑不(?:了"
            r"|起来|动|通)|无法(?:跑|训|运行)"
            r"|失敗|落ちた|クラッシュ|動かな|実行でき(?:な|ま)",
            re.I,
        ),
    ),
)
_FAILURE_SIGNS = (
    r"memory|oom|nan|diverg|explod|bl[eo]w|converge|failed|crashed|killed|aborted|timed out|n[o']t (?:run|fit)"
)
_FAILED = re.compile(_FAILURE_SIGNS)
"""One of them is in each text in ASCII that tells a failure, in lower case."""
_TELLS = re.compile(
    f"{_FAILURE_SIGNS}|stat|running|in progress|ongoing|training|wip|done|finish|complete|abandon|dropped"
    "|give|gave|cancel|interrupt|stopped|cut |not (?:yet )?(?:started|run)"
    "|to (?:be )?(?:run|train)|todo|tbd|pending|planned|queued"
)
"""The same of each that tells of how a run went."""
_HEDGED = re.compile(
    r"\b(?:if|avoid\w*|prevent\w*|unless|may|might|could|in case|no|without|solved?|fixed)\b|如果"
    r"|\bfailed (?:(?:runs|experiments|trainings|attempts)\b|run [a-z]{3})"
    r"|\btránh\b|\bévite\w*|\bevita\w*|避免|防止|可能|没有(?!办法|收敛)|不会|不是|并非"
    r"|解决了|不再|もし|場合|防ぐ|回避",
    re.I,
)
_RUNNING = re.compile(
    r"(?:still |currently |now )?(?:running|(?:training (?:is )?)?in progress|ongoing"
    r"|training(?= *(?:now|\.\.\.|…|$| on ))(?: now)?)(?: on [\w.:-]{1,20})?"
    r"|wip|(?:正在|还在|微调|预)?(?:训练中|进行中|运行中|跑着)"
    r"|(?:正|还)?在(?:跑|训练?)(?:中|着|呢|了)?|正在(?:跑|训练|运行)|(?:学習|実行|訓練)中|[🏃⏳🔄]️?",
    re.I,
)
_FINISHED = re.compile(r"done|finished|completed?|success\w*|ok|完成|已完成|跑完了?|结束|成功|完了|終了", re.I)
_PLANNED = re.compile(
    r"planned|pending|queued|to-?do|not started|waiting|计划中?|未开始|待(?:跑|训练|测试|执行)|排队中?|等待中?|没跑"
    r"|还没跑|予定|未実行|待ち",
    re.I,
)
_ABANDONED = re.compile(r"abandoned|dropped|given up|cancel+ed|放弃|已?取消|作废|弃用|中止|断念|やめた|取りやめ", re.I)
_STATUS = re.compile(r"[*_`]*(?:status|state|状态|狀態|進捗|進度|状況|ステータス)[*_`]*\s*[:：=][*_`]*\s*(\S.*)", re.I)

_ADORNED = re.compile(r"^[^\w\s\"'(（]+\s+[*_`]*")
"""A sign before the word, as in `🟢 **running**`."""

_KEY = re.compile(r"(?i)[*_`]*training[*_`]*(?:\s*[:：]\s*\S|$)")
"""What a list calls its settings: `Training: 50 epochs`."""
_LONGEST_TOLD, _LONGEST_FAILURE = 120, 300
_MARK = r"[✅☑✔❌✗✘⏳⌛🔄🚧🏃]\ufe0f?"
"""A sign before the words that say how it went: `E3: lighter neck ⏳ training`."""
_CLAUSES = re.compile(rf"[，,。;；!！、:：]|\s[-–—]+\s|\.(?=\s|$)|[()（）]|{_MARK}")
_MARKED = re.compile(rf"\s{_MARK}\s*[^\s✅☑✔❌✗✘⏳⌛🔄🚧🏃].{{0,30}}$")
_TOLD = re.compile(
    r"(?P<abandoned>(?:已|已经)?(?:放弃|取消|作废|弃用|中止)了?|不(?:做|跑|训)了"
    r"|abandon(?:ed)?|dropped|g[ia]ven? up|cancel+ed|断念|取りやめ|포기)"
    r"|(?P<stopped>interrupted|incomplete|unfinished|aborted|(?:已|被)?中断"
    r"|(?:(?:training|run) )?(?:was |got )?(?:stopped|interrupted|cut(?: short)?)(?: early)? (?:at|after)"
    r" (?:epoch |iteration |step )?\d{1,9} ?(?:/|(?:out )?of) ?\d{1,9}(?: epochs| iterations| steps)?)"
    r"|(?P<finished>(?:已经?|全部)?(?:训练?|跑|实验)?(?:已经?)?(?:完成|跑完|训完|完|结束)了?"
    r"|(?:training |run |all )?(?:is |was )?(?:done|finished|completed?)|(?:学習)?(?:完了|終了)|완료)"
    r"|(?P<planned>待(?:跑|训练?|测试?|执行|完成|补充?|验证|实验|做)"
    r"|未开始|未启动|可选|还?没(?:有)?跑|排队中?|not (?:yet )?(?:started|run)|todo|tbd|pending\b.{0,40}"
    r"|(?:still |yet )?to (?:be )?(?:run|train(?:ed)?)"
    r"|planned|queued\b.{0,40}|未実行|예정)",
    re.I,
)


class Outcome(NamedTuple):
    """What a text says of how a run went, each as the function of that name tells it."""

    status: State | None
    failure: str
    told: State | None
    is_running: bool


UNTOLD = Outcome(None, "", None, False)
"""What most texts say of it."""


def outcome(text: str) -> Outcome:
    """All that a text says of how a run went."""
    if not may_tell(text):
        return UNTOLD
    return (_outcome if len(text) <= _LONGEST_FAILURE else _outcome.__wrapped__)(text)


def reason(state: State) -> str:
    """The reason of a state that the words of a note tell and that a log may tell as well."""
    return "as the note says" if state == "stopped" else ""


def unmarked(title: str) -> str:
    """A title without the sign at its end and the words behind it, where they say how it went."""
    found = _MARKED.search(title)
    return title[: found.start()] if found and told(found[0].strip()) else title


@of_any_digits
def may_tell(text: str) -> bool:
    """Whether a text may say how a run went: most say nothing of that, which is found sooner."""
    return may_have(_TELLS, text)


@lru_cache(1024)  # many lines are alike, and a heading is asked for each of its runs
def _outcome(text: str) -> Outcome:
    return Outcome(status(text), failure(text), told(text), is_running(text))


def failure(text: str) -> str:
    """Why a run failed, the words of the text included; empty where it does not say that it failed."""
    return _failure(text) if len(text) <= _LONGEST_FAILURE and may_have(_FAILED, text) else ""


@lru_cache(1024)  # a line is asked for its section and for its run, a heading for each of its runs
def _failure(text: str) -> str:
    reason = next((reason for reason, pattern in _FAILURES if pattern.search(text)), "")
    if not reason or _HEDGED.search(text):
        return ""
    return text if reason.lower() in text.lower() else f"{reason}: {text}"


def is_running(text: str) -> bool:
    """Whether a short line says that the run is under way."""
    return _RUNNING.fullmatch(text.strip(" .。!！()（）…*_")) is not None


def status(text: str) -> State | None:
    """The state that a line such as `status: running` declares."""
    found = _STATUS.fullmatch(text.strip())
    if not found:
        return None
    value = _ADORNED.sub("", found[1].strip(" .。*_`"))
    if is_running(value):
        return "running"
    if _PLANNED.match(value):
        return "planned"
    if _ABANDONED.fullmatch(value):
        return "abandoned"
    if _FINISHED.fullmatch(value):
        return "finished"
    return "failed" if any(pattern.search(value) for _, pattern in _FAILURES) else None


def told(text: str) -> State | None:
    """The state that a clause of a short line tells: `训练中，目前 epoch 7`, `已完成，AP=0.352`, `done - AP 36.9`."""
    is_told = len(text) <= _LONGEST_TOLD and not text.rstrip().endswith((":", "："))  # `To train:` is no plan
    clauses = _CLAUSES.split(_ADORNED.sub("", text)) if is_told else ()
    for clause in map(str.strip, clauses):
        if is_running(clause) and not (_KEY.match(text) and _KEY.match(clause)):
            return "running"
        if found := _TOLD.fullmatch(clause):
            return cast(State, found.lastgroup)
    return None
