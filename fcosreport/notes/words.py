"""What the words of a note mean: still to do, kept in that folder, a result."""

import difflib
import re
from functools import lru_cache

from fcosreport.notes.headings import bare

_PROMISED = re.compile(
    r"(?i)\byou (?:will|should|can|would) (?:get|see|obtain|have)\b|\bshould (?:get|see|be like|look like)\b"
    r"|\b(?:example|sample)s? (?:of )?(?:the )?(?:\w+ )?outputs?\b|\bví dụ\b"
    r"|(?:会|将|应该?|可以?)(?:得到|看到|输出|出现)|(?:输出|结果)(?:类似)?如下[:：]?$|(?:输出|保存|写入)到.{1,60}[:：]$"
    r"|\b(?:prints?\b.{0,30}|in ra\s?):$|(?:以下|次)の.{0,20}(?:表示|出力)|のように(?:表示|出力)"
    r"|(?:출력|표시)(?:됩니다|된다)|같(?:이|은).{0,10}(?:출력|표시|나옵니다)"
)
_STEP = re.compile(
    r"(?:to-?do\b|next(?: steps?| up)?\s*[:：]|(?:we |i )?(?:still )?(?:need|have|remains?) to\b"
    r"|still to\b|(?:finally|lastly|at last|at the end)\b\W*(?:make|do|run|add|draw|build|write|test|measure|train)\b"
    r"|most important(?:ly)?\b.{0,80}\b(?:test|evaluate|measure|run|train|make|add)\b|待办|待做"
    r"|(?:下一步|接下来)[^。.；;]{0,8}(?:要|得|打算|准备|计划|跑|测|试|做|训|补|画|加)"
    r"|(?:下一步|接下来)\s*[:：]|最后(?:再|还|要|还要|需要)?(?:搞|做|跑|测|弄|画|整|加)|(?:最重要|重要"
    r"|关键)?(?:的)?还(?:是)?(?:要|得|需要|差|没)|需要(?:再)?(?:测|跑|做|加|试)"
    r"|打算|之后(?:要|再)|准备(?:跑|做|测|试)|次は|今後は|あとは|最後に.{0,20}(?:する|作る|したい)|やること)",
    re.I,
)
_MEASURED = re.compile(
    r"\b(?:tests?|eval\w*|runs?|train|report|measure|check|compare|performance|results?|ap)\b|测|跑"
    r"|评|验证|表现|性能|结果|对比"
    r"|テスト|評価|測|結果|性能",
    re.I,
)
_TASKS = {
    "segm": re.compile(r"\bmasks?\b|(?<![a-z])mask(?![a-z])|\bsegm|分割|掩码|マスク|セグメン", re.I),
    "keypoints": re.compile(r"key-?points?|关键点|姿态|キーポイント|\bpose\b", re.I),
    "bbox": re.compile(r"\bb?box(?:es)?\b|检测框|バウンディング", re.I),
}
_DAY = r"(?:周|星期|mon|tue|wed|thu|fri|sat|sun)\w{0,6}"
_DATE = re.compile(rf"(?:\d{{4}}\s?[./年-]\s?)?\d{{1,2}}\s?[./月-]\s?\d{{1,2}}日?(?:\s?\(?{_DAY}\)?)?\s?[:：]?", re.I)
_REPORT = re.compile(
    r"[\w\s]{0,12}(?:结果|精度|成绩|得分|分数|指标|점수|スコア|result|score|performance|結果|성능|결과)\w*\s?[:：=]"
    r"|(?:best|final|test|val|最佳|最终|验证|测试)[ _]?(?:val(?:idation)?|test|epoch|集)?(?: \d+)?\s?[:：]"
    r"|['\"]?(?:(?:整体|总体|平均|全体|overall"
    r"|最终|最好|最后|best|final|val|validation(?: #\d+)?|test|coco|pascal|voc|box|bbox|mask|segm(?:entation)?|mean"
    r"|public|private|lb|线上|리더보드)"
    r"[ _]?){0,3}(?:的)?"
    r"(?:m?ap|miou|pq|froc|(?:lb|leader ?board) score)(?![a-z])"
    r"|[\[(【]?(?:public|private|lb)[\])】][*\s]{0,4}(?:m?ap|miou)(?![a-z])"
    r"|(?:public|private) (?:lb|leader ?board)\b|(?:lb|线上|leader ?board)(?=[\s:：=从为]{0,4}\.?\d)"
    r"|(?:(?:final|best|val|validation|test|mean)[ _]?){1,2}iou?(?![a-z])"
    r"|iou (?:metric|score)|(?:mean )?average precision(?![a-z])",
    re.I,
)

_PRINTED = re.compile(
    r"Average (?:Precision|Recall)|IoU|DONE|^Accumulating|^Running per|^Evaluat|^Loading|^creating index|^index created"
    r"|AP(?:_R\d+)?@\d|^\[?(?:bbox|bev|3d|aos) +AP\b|INFO|\d\d:\d\d|step=|^[=\-*#>|\s]+$|^Test:|^Epoch"
    r"|^(?:OrderedDict\()?[\[{]",
)
_PLACES = (
    "location path log logs dir folder directory output outputs workdir logdir outputdir savedir"
    " runfolder logfile logpath"
    " 位置 路径 地址 目录 日志 文件夹 日志路径 输出 输出目录 保存路径 場所 パス ログ 保存先 フォルダ 出力先"
).split()
_KEYED = re.compile(r"([^\W\d][\w \-*`]{1,24}?)[`*\s]*[:：=]\s*(\S.*)")
_LINK = re.compile(r"(?<!!)\[([^\]\n]{0,200})\]\(\s*<?([^()\s<>]{1,500})>?[^()\n]{0,200}\)")
_LOG_FILE = re.compile(r"\.(?:log|txt|json|jsonl|out)(?:\.gz)?$", re.I)
_LOG_WORD = re.compile(r"\blogs?\b|\brun\b|folder|日志|目录|路径|位置|ログ|フォルダ", re.I)
_MENTION = re.compile(
    r"\[\[([^\[\]|#\n]{4,200})(?:[|#][^\[\]\n]{0,200})?\]\]|`([^`\s]{4,200})`"
    r"|([\w.+-]+(?:/[\w.+ -]*[\w.+-])+|[\w.+-]{6,200})",
    re.A,
)
_ADDRESS = re.compile(r"\w+://\S*")
_RUN = re.compile(
    r"[\s:：`]*(?:(?:re-?)?(?:run|train)(?:ning|ing)?|重?跑一?[下遍]?|训练|(?:の?(?:実験|学習))?を?(?:回す|実行|する)"
    r"|(?:를|을)? ?(?:돌리기|학습|실험))[\s:：。.`]*",
    re.I,
)
"""What may stand around the name of a folder that is to be run."""
_NAMED = re.compile(r"(?=.*\d)(?=.*[_/-]).{6}|/")
"""What tells the name of a folder from a word: digits and a joint, or a slash."""
_RUN_FOLDER = re.compile(
    r"(?:^|[/\\])(?:runs?|work_?dirs?|outputs?|logs?|exps?|experiments?|results?|training_dir)[/\\]|\.(?:log|out)$",
    re.I,
)


SAVED = re.compile(r"^[ \t>]*Results saved to (?:\x1b\[[\d;]*m)?([^\s\x1b]{1,300})", re.M)
"""What Ultralytics prints below its last evaluation."""


def is_log(text: str) -> bool:
    """Whether a line was printed by a program and not written by a person."""
    return _PRINTED.search(text) is not None


def is_promised(text: str) -> bool:
    """Whether a line says that what stands below it is what a program prints, whoever runs it."""
    return _PROMISED.search(text[:300]) is not None


def is_step(text: str) -> bool:
    """Whether a sentence is a task that is still to be done."""
    return _STEP.match(bare(text)) is not None


def task_of(text: str) -> str | None:
    """The task whose result a step asks for: "test the masks" is segm."""
    if not _MEASURED.search(text):
        return None
    return next((task for task, pattern in _TASKS.items() if pattern.search(text)), None)


def is_date(text: str) -> bool:
    """Whether a line is a date, as those are that head the entries of a diary."""
    return _DATE.fullmatch(text.strip(" *_`")) is not None


def is_result(text: str) -> bool:
    """Whether a line begins as one that reports a result does, and is no prose that mentions one."""
    return _REPORT.match(bare(text)) is not None


def cited(text: str) -> str:
    """The log or folder that a line names as its source; empty for none. Slips such as `lcation:` are understood."""
    if saved := SAVED.match(text[:1000]):
        return saved[1]
    keyed = _KEYED.fullmatch(text[:1000])
    if keyed and _is_place(keyed[1]):
        link = _LINK.search(keyed[2])
        path = link[2] if link else keyed[2].strip(" \t`*\"'“”‘’。，,;")
        return path if re.search(r"[/\\]|\.\w{2,5}$", path) or keyed[2][:1] in "\"'“`" else ""
    for label, target in _LINK.findall(text[:1000]) if "](" in text else ():
        if not target.startswith(("#", "mailto:")) and (
            _LOG_FILE.search(target) or (_LOG_WORD.search(label) and "://" not in target)
        ):
            return str(target)
    return ""


@lru_cache(1024)  # sentences begin with the same words
def mentions(text: str) -> tuple[str, ...]:
    """The words of a line that may name the folder of a run: a path, a link to it, a name with digits in it."""
    found = (next(filter(None, each.groups())) for each in _MENTION.finditer(_ADDRESS.sub(" ", text[:1000])))
    return tuple(name for each in found if _NAMED.search(name := each.strip("/.")))


def asks_to_run(text: str) -> bool:
    """Whether a line is the name of one folder and the word that it is to be run: `train wide_b8_im512`."""
    names = mentions(text)
    rest = text.replace(names[0], " ") if len(names) == 1 else ""
    return bool(rest and _RUN.fullmatch(rest) and names[0].count("_") > 1)


@lru_cache(1024)  # the entries of a note have the same few keys
def _is_place(key: str) -> bool:
    word = re.sub(r"[\s_*`-]", "", key.lower())
    return word in _PLACES or (len(word) > 5 and bool(difflib.get_close_matches(word, ["location"], cutoff=0.85)))


def is_run_folder(path: str) -> bool:
    """Whether a path looks like the folder or log of a run, and not like any other file."""
    return _RUN_FOLDER.search(path) is not None


def is_of_run(path: str) -> bool:
    """Whether what a line cites may be a run: no page and no data that stands in the folder of none."""
    return bool(path) and (is_run_folder(path) or not path.lower().endswith((".json", ".md", ".html", ".pdf")))
