"""The folder or log of a run, as a line of a note names it: cited as its source, or only mentioned."""

import difflib
import re
from functools import lru_cache

_PLACES = (
    "location path log logs dir folder directory output outputs workdir logdir outputdir savedir"
    " runfolder rundir rundirectory resultsdir savedirectory logfile logpath"
    " 位置 路径 地址 目录 日志 文件夹 日志路径 输出 输出目录 保存路径 場所 パス ログ 保存先 フォルダ 出力先"
).split()
_KEYED = re.compile(r"([^\W\d][\w \-*`]{1,24}?)[`*\s]*[:：=]\s*(\S.*)")
_KEY_SIGN = re.compile("[:：=]")
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
_JOINT = re.compile("[_/-]")
_NAMED = re.compile(r"(?=.*\d)(?=.*[_/-]).{6}|/")
"""What tells the name of a folder from a word: digits and a joint, or a slash."""
_OPEN = re.compile(r"^[^\s{<$]*(?:\{\w*\}|<\w+>|\$\w)")
"""What stands in a path for the name of each of several runs."""
_RUN_FOLDER = re.compile(
    r"(?:^|[/\\])(?:runs?|work_?dirs?|outputs?|logs?|exps?|experiments?|results?|training_dir)[/\\]|\.(?:log|out)$",
    re.I,
)
SAVED = re.compile(r"^[ \t>]*Results saved to (?:\x1b\[[\d;]*m)?([^\s\x1b]{1,300})", re.M)
"""What Ultralytics prints below its last evaluation."""


def may_cite(text: str) -> bool:
    """Whether a line may name its source: most name none, which is found sooner."""
    return "](" in text or "Results saved" in text or _KEY_SIGN.search(text) is not None


def cited(text: str) -> str:
    """The log or folder that a line names as its source; empty for none. Slips such as `lcation:` are understood."""
    if "Results saved" in text and (saved := SAVED.match(text[:1000])):
        return saved[1]
    keyed = _KEYED.fullmatch(text[:1000]) if _KEY_SIGN.search(text) else None
    if keyed and _is_place(keyed[1]):
        link = _LINK.search(keyed[2])
        path = link[2] if link else keyed[2].strip(" \t`*\"'“”‘’。，,;")
        is_path = re.search(r"[/\\]|\.\w{2,5}$", path) or keyed[2][:1] in "\"'“`"
        return path if is_path and not _OPEN.search(path) else ""
    for label, target in _LINK.findall(text[:1000]) if "](" in text else ():
        if not target.startswith(("#", "mailto:")) and (
            _LOG_FILE.search(target) or (_LOG_WORD.search(label) and "://" not in target)
        ):
            return str(target)
    return ""


def mentions(text: str) -> tuple[str, ...]:
    """The words of a line that may name the folder of a run: a path, a link to it, a name with digits in it."""
    return _mentions(text) if _JOINT.search(text) else ()


@lru_cache(1024)  # sentences begin with the same words
def _mentions(text: str) -> tuple[str, ...]:
    text = _ADDRESS.sub(" ", text[:1000])
    found = (each for each in _MENTION.finditer(text) if not _OPEN.search(each[0] + text[each.end() : each.end() + 40]))
    names = (next(filter(None, each.groups())).strip("/.") for each in found)
    return tuple(filter(_NAMED.search, names))


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
