"""What the words of a note mean: still to do, kept in that folder, a result; and which headings only label."""

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache

_NUMBERING = re.compile(r"^(?:\d{1,2}(?!\d)(?:\.\d+)*[.、)]?|[一二三四五六七八九十]+、|\(\d+\))\s*")
_TITLE = 300  # characters of a heading whose adornments are looked for
_SIGNS = "[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+"
_ORNAMENT = re.compile(rf"^{_SIGNS}\s*|\s*{_SIGNS}$")
"""A sign that adorns a heading: `📊 Results`."""
_REMARK = re.compile(r"\s*[(（][^()（）\d]{1,60}[)）]$")
"""What a heading adds to its words, where no number in it tells a run: `Progress (selected epochs)`."""
_TASK = r"(?:bbox|bboxes|box|boxes|segm|segmentation|mask|masks|key-?points?|检测|分割|关键点)"
_LABEL = re.compile(
    rf"(?:(?:current |final |test(?:ing)? |coco )?(?:evaluation |eval |experiment(?:al)?"
    rf" )?(?:results?|metrics?|performance)"
    rf"(?: for)?(?: {_TASK})?|{_TASK}(?: (?:ap|results?))?|per-(?:category|class).*|class-?wise.*|m?ap|evaluation"
    rf"|experiments?|runs?|log|logs|summary|(?:training )?progress(?:ion)?"
    r"|(?:hyper-?)?param(?:eter)?s?|settings?|config(?:uration)?s?|optimizer|solver|model|data"
    r"|dataset|train(?:ing)?|test(?:ing)?|validation|epoch \d+(?:\s*[-–—(（:：].*)?"
    r"|(?:实验|测试|检测|评估|训练|验证|复现|最优|最佳|最终)?(?:结果|参数|设置|配置|指标|日志|记录|过程)|超参数?"
    r"|优化器|模型|数据集?|训练|测试|实验|任务"
    r"|結果|評価結果|実験結果|設定|実験設定|パラメータ|ハイパーパラメータ|実験|学習|評価|ログ)",
    re.I,
)
_PHASE = re.compile(
    r"(?:overall )?(?:(?:training|validation|detection|model|test) )(?:results?|metrics?|performance)"
    r"|(?:key )?(?:findings|metrics)|(?:(?:final|best) )?results? \(epoch \d{1,5}\)"
    r"|contents|(?:epoch[- ]by|per)[- ]epoch .{1,30}|confusion matrix|(?:precision[- –]recall|pr|loss) curves?"
    r"|deployment"
    r"|resultados?|métricas|résultats|ergebnisse|risultati|wyniki|результаты|метрики|kết quả|sonuçlar|hasil"
    r"|(?:主要|关键)?发现|模型(?:验证|评估|训练)|(?:验证|评估|训练)模型|部署(?:性能)?|(?:实验|训练)(?:的)?设置方式"
)
"""What a heading says of the way of a run, and not of the run: its name stands above."""
_COMMON = re.compile(
    r"(?:methodology|implementation details|training details|experimental set-?up"
    r"|(?:default|common|basic?|shared|general|global)[ -](?:config\w*|settings?|set-?up|(?:hyper-?)?parameters?)"
    r"|(?:基本|默认|公共|共同|通用|统一|基础|共用)(?:的)?(?:训练|实验)?(?:配置|设置|参数)|共通設定"
    r"|基本設定|デフォルト設定)",
    re.I,
)
_DOCUMENTATION = re.compile(
    r"\b(?:install\w*|set-?up|requirements?|usage|getting started|quick start|how to|tutorial"
    r"|commands?|options|faq|license"
    r"|troubleshooting|citing|citation|change ?log|release notes|known issues|advanced|table of contents|overview"
    r"|takeaways?|discussion|what (?:it|this|that|we) (?:shows?|found|learn(?:ed|t))"
    r"|introduction|abstract|examples?|highlights?|news|updates?|features?|about|background|motivation|related work"
    r"|changes|acknowledge?ments?|inference|training (?:process|procedure|parameters)|requirement|conclusions?"
    r"|contribut(?:ing|ors?)|marking|grading)\b"
    r"|历史更新|更新(?:日志|记录|历史)?$|简介|介绍|背景|安装|环境|使用(?:方法|说明)|训练方法|训练脚本|注意事项|目录|结论|总结(?!报告)|常见问题|故障排除|文件结构"
    r"|安裝|環境|簡介|介紹|使用(?:說明|方式)|資料集(?:準備|說明)?|專案結構|目錄|結論|常見問題"
    r"|数据集|결론|회고|考察|インストール|環境構築|使い方|目次|まとめ",
    re.I,
)
_AND_RESULTS = re.compile(r"(?i)(?:\band|&|与|和|及) *(?:results?\b|结果)|\bresults? *(?:and|&|/)")
"""In `Inference and Results`, below which results stand."""
_EXPERIMENT = re.compile(r"(?:experiment|exp|run|trial)[\s._#-]*\d|实验\s*[\d一二三四五六七八九十]|実験\s*\d|실험\s*\d")
"""How a heading begins that numbers an experiment."""
_SUPPOSED = re.compile(
    r"(?i)\b(?:expected|sample|example) (?:\w+ )?(?:results?|outputs?|performance|metrics)|\bresults? examples?\b"
    r"|\boutputs? (?:of|from|của) \W?\w+\.py\b|^\W*(?:project )?road ?map\W*$|路线图$|로드맵|ロードマップ"
    r"|预期|預期|期望|示例|想定|예상|예시|mong đợi|kỳ vọng|dự kiến|ví dụ|ожидаем|пример|esperad[oa]s?\b"
    r"|ejemplo|erwartet"
)
_OF_PAPER = re.compile(
    r"(?i)一句话总结|研究背景(?:与问题)?|方法(?:总览|详解|概述|介绍)?|局限(?:性)?|创新点|启发|(?:主要)?贡献|摘要|动机|核心思想"
    r"|论文(?:信息|链接|解读|笔记)|abstract|motivation|methods?|limitations?|(?:main )?contributions?"
    r"|key ideas?|takeaways?"
)
_SUMMARY = re.compile(
    r"(?:.{0,30}\b)?(?:summary|conclusions?|tl;?dr|takeaways?)|(?:实验|结果)?(?:总结|结论|汇总|小结)|まとめ|요약|결론|resumen|resumo|итоги?"
)
_PROBLEM = re.compile(
    r"(?:root causes?|causes?|problems?|issues?|bugs?|errors?|symptoms?|fix(?:es)?|solutions?|q)\b\s*\d*\s*[:：.]"
    r"|(?:\w+ )?(?:challenges|problems|issues),? (?:&|and) (?:their )?(?:solutions?|fixes)"
    r"|(?:根本?原?因|原因|问题|现象|解决(?:方案|办法|方法)?|故障|报错|原因分析|問題|エラー|문제|원인|오류)\s*\d*\s*(?:[:：]|$)"
)
_PROMISED = re.compile(
    r"(?i)\byou (?:will|should|can|would) (?:get|see|obtain|have)\b|\bshould (?:get|see|be like|look like)\b"
    r"|\b(?:example|sample)s? (?:of )?(?:the )?(?:\w+ )?outputs?\b|\bví dụ\b"
    r"|(?:会|将|应该?|可以?)(?:得到|看到|输出|出现)|(?:输出|结果)(?:类似)?如下[:：]?$|(?:输出|保存|写入)到.{1,60}[:：]$"
    r"|\b(?:prints?\b.{0,30}|in ra\s?):$"
)
_TODO = re.compile(
    r"(?:to-?do'?s?(?: list)?|next(?: steps?| up)?|plans?|future work|待办(?:事项)?|待做"
    r"|下一步(?:计划)?|接下来|计划|后续(?:计划|工作)?"
    r"|やること|次のステップ|今後(?:の(?:予定|課題))?|予定)",
    re.I,
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
    r"|最终|最好|最后|best|final|val|validation(?: #\d+)?|test|coco|pascal|voc|box|bbox|mask|segm|mean"
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


def is_label(title: str) -> bool:
    """Whether a heading only names a part of the experiment above it, such as `### bbox` or `结果：`."""
    bare = _bare(title)
    return _LABEL.fullmatch(_REMARK.sub("", bare) if len(bare) <= _TITLE else bare) is not None


def is_phase(title: str) -> bool:
    """Whether a heading names a step on the way of a run, or a part of its results, and no run."""
    return is_label(title) or _PHASE.fullmatch(_bare(title)) is not None


def is_task(title: str) -> bool:
    """Whether a heading is nothing but the name of a task."""
    return re.fullmatch(_TASK, _bare(title)) is not None


def is_log(text: str) -> bool:
    """Whether a line was printed by a program and not written by a person."""
    return _PRINTED.search(text) is not None


def is_summary(title: str) -> bool:
    """Whether a heading stands above what the note told before."""
    return _SUMMARY.fullmatch(_bare(title)) is not None


def is_common(title: str) -> bool:
    """Whether a heading announces settings for all experiments beside it."""
    return _COMMON.fullmatch(_bare(title)) is not None


def is_documentation(title: str) -> bool:
    """Whether settings below a heading explain how to use something, and plan nothing; an experiment does not."""
    is_told = _DOCUMENTATION.search(title) is not None and not _AND_RESULTS.search(title)
    return is_told and not _EXPERIMENT.match(_bare(title))


def is_supposed(title: str) -> bool:
    """Whether the numbers below a heading are hoped for, or show what a program would print."""
    return _SUPPOSED.search(title) is not None


def are_of_paper(titles: Iterable[str]) -> bool:
    """Whether headings are those of what somebody wrote on the paper of others: three of them or more."""
    return len({_bare(title) for title in titles if _OF_PAPER.fullmatch(_bare(title))}) > 2


def is_problem(title: str) -> bool:
    """Whether a heading is on what went wrong and why, and names no run: `Root cause 2: ... OOM`, `问题：...`."""
    return _PROBLEM.match(_bare(title)) is not None


def is_promised(text: str) -> bool:
    """Whether a line says that what stands below it is what a program prints, whoever runs it."""
    return _PROMISED.search(text[:300]) is not None


def is_todo(title: str) -> bool:
    """Whether a heading stands above a list of steps."""
    return _TODO.fullmatch(_bare(title)) is not None


def is_step(text: str) -> bool:
    """Whether a sentence is a task that is still to be done."""
    return _STEP.match(_bare(text)) is not None


def _bare(title: str) -> str:
    return _short(title) if len(title) <= _TITLE else _stripped(title)


def _stripped(title: str) -> str:
    title = _ORNAMENT.sub("", title.strip()) if len(title) <= _TITLE else title.strip()
    return _NUMBERING.sub("", title).strip(" :：*_`").lower()


_short = lru_cache(1024)(_stripped)  # a title is asked for many meanings; a long one would fill the memory


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
    return _REPORT.match(_bare(text)) is not None


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
