"""What the headings of a note mean: a label, a step on the way of a run, settings for all, how to use something."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from fcosreport.vocabulary.digits import of_any_digits
from fcosreport.vocabulary.signs import may_have, signed

_NUMBERING = re.compile(r"(?:\d{1,2}(?!\d)(?:\.\d+)*[.、)]?|[一二三四五六七八九十]+、|\(\d+\))\s*")
_TITLE = 300  # characters of a heading whose adornments are looked for
_SIGNS = "[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+"
_ORNAMENT = re.compile(rf"^{_SIGNS}\s*|\s*{_SIGNS}$")
"""A sign that adorns a heading: `📊 Results`."""
_REMARK = re.compile(r"[(（][^()（）\d]{1,60}[)）]")
"""What a heading adds to its words, where no number in it tells a run: `Progress (selected epochs)`."""
_TASKS = {
    "bbox": r"bbox(?:es)?|(?:bounding )?box(?:es)?(?: detection)?|检测",
    "segm": r"segm|segmentation|masks?(?: segmentation)?|分割",
    "keypoints": "key-?points?|关键点",
}
_TASK = f"(?:{'|'.join(_TASKS.values())})"
_LABEL = re.compile(
    rf"(?:(?:current |final |test(?:ing)? |val(?:idation)? |coco )?(?:evaluation |eval |experiment(?:al)?"
    rf" )?(?:results?|metrics?|performance)"
    rf"(?: for)?(?: {_TASK})?|{_TASK}(?: (?:ap|results?|metrics?))?"
    rf"|(?:results? |performance )?(?:by|per)[- ](?:category|class|weather|scene|condition|size|difficulty|attribute).*"
    r"|class-?wise.*|m?ap|evaluation|experiments?|runs?|log|logs|summary"
    r"|(?:training )?progress(?:ion)?|(?:hyper-?)?param(?:eter)?s?|settings?|config(?:uration)?s?"
    r"|optimizer|solver|model|data|dataset|train(?:ing)?|test(?:ing)?|validation"
    r"|(?:best )?epoch \d+(?:\s*[-–—(（:：].*)?|(?:best|final|last) epochs?"
    r"|overall(?: (?:results?|metrics?|performance))?"
    r"|(?:实验|测试|检测|评估|训练|验证|复现|最优|最佳|最终)?(?:结果|参数|设置|配置|指标|日志|记录|过程)|超参数?"
    r"|优化器|模型|数据集?|训练|测试|实验|任务"
    r"|結果|評価結果|実験結果|設定|実験設定|パラメータ|ハイパーパラメータ|実験|学習|評価|ログ"
    r"|(?:실험|학습|평가|최종|검증|테스트)? ?(?:결과|성능|설정|지표)|하이퍼 ?파라미터|학습|평가|로그|데이터(?:셋)?"
    r"|모델(?: 설정)?"
    r"|hasil (?:training|testing|pelatihan|pengujian|validasi)|(?:performance )?snapshot"
    r"|resultados? (?:del?|en) (?:entrenamiento|validación|prueba|test))",
    re.I,
)
_OF_TASK = {task: re.compile(rf"(?:{names})(?: (?:ap|results?|metrics?))?") for task, names in _TASKS.items()}
_OF_CLASSES = re.compile(
    r"(?i)\b(?:(?:per|by|each|every|individual|single)[- ](?:class|categor)|(?:class|category)-?wise\b)"
    r"|(?:各个?|每个|分)类(?:别|的|上|性能|结果|精度|AP|$)|クラス(?:別|ごと)|클래스 ?별"
    r"|\b(?:por clase|par classe|je klasse)\b"
)
"""In a heading whose numbers are of one class each."""
_DETAILS = re.compile(r"(?:key|main) (?:features|details|specifications|characteristics)|resultados?|metrics|métricas")
_PHASE = re.compile(
    r"(?:(?:overall|best|final) )?(?:training|validation|detection|model|test) (?:results?|metrics?|performance)"
    r"|(?:key )?(?:findings|metrics|results?)|(?:(?:final|best) )?results? \(epoch \d{1,5}\)"
    r"|(?:final|best|our|headline|main|overall|detailed|full|competition|leaderboard|lb)"
    r" (?:scores?|results?|performance)"
    r"|(?:model|training) config(?:uration)?"
    r"|model (?:architecture|info(?:rmation)?|details|summary|overview|specifications?|description)"
    r"|(?:training|run|experiment|evaluation|validation|test|detection|metrics?) (?:summary|overview|report)"
    r"|(?:model |final |training |overall )?(?:performance|results?) (?:metrics|summary|overview|analysis)"
    r"|(?:experimental |evaluation )?results? (?:&|and) (?:analysis|discussion|evaluation|metrics|performance)"
    r"|contents|(?:epoch[- ]by|per)[- ]epoch .{1,30}|confusion matrix|(?:precision[- –]recall|pr|loss) curves?"
    r"|deployment|(?:(?:experimental?|training|run) )?set-?up|metrics overview"
    r"|resultados?|métricas|résultats|ergebnisse|risultati|wyniki|результаты|метрики|kết quả|sonuçlar|hasil"
    r"|(?:最终|整体|总体|核心|主要)?(?:性能|评估|训练|测试|验证|实验)?(?:指标|结果|表现)"
    r"|(?:모델|전체|주요) ?(?:성능|결과)(?: ?(?:지표|평가|비교|요약))?|m?ap (?:&|and) .{1,30}"
    r"|(?:主要|关键)?发现|模型(?:验证|评估|训练)|(?:验证|评估|训练)模型|部署(?:性能)?|(?:实验|训练)(?:的)?设置方式"
)
"""What a heading says of the way of a run, and not of the run: its name stands above."""
_COMMON = re.compile(
    r"(?:methodology|optimi[sz]ation|implementation details|training details|experimental set-?up"
    r"|(?:default|common|basic?|shared|general|global)[ -](?:config\w*|settings?|set-?up|(?:hyper-?)?parameters?)"
    r"|(?:基本|默认|公共|共同|通用|统一|基础|共用)(?:的)?(?:训练|实验)?(?:配置|设置|参数)|共通設定"
    r"|基本設定|デフォルト設定"
    r"|(?:공통|기본|전체|공용)(?:적인|의)? ?(?:실험|학습|하이퍼)? ?"
    r"(?:설정|세팅|셋팅|settings?|config|조건|환경|파라미터)"
    r"|common settings?|(?:実験の|共通の)?共通(?:実験|学習)?(?:設定|条件|パラメータ|環境))",
    re.I,
)
_RESULT = re.compile(
    r"(?:(?:experiment(?:al)?|test|val(?:idation)?|evaluation|main|our|detection|final|training|quantitative"
    r"|benchmark) )?(?:results?|performance|metrics)(?: (?:on|of) .{1,40})?"
    r"|(?:实验|测试|评估|检测|训练)?(?:结果|性能|精度)|(?:実験|評価)?結果|(?:실험|평가)? ?결과"
)
_MANUAL = re.compile(
    r"(?i)\b(?:install\w*|requirements?|usage|get(?:ting)? started|quick ?start|how to|tutorial|commands?)\b"
)
_DOCUMENTATION = signed(
    r"\b(?:install\w*|set-?up|requirements?|usage|getting started|quick start|how to|tutorial"
    r"|commands?|options|faq|licen[sc]e(?![- _]?plate)"
    r"|troubleshooting|citing|citation"
    r"|(?<!experiment )(?<!training )change ?log(?! of (?:experiments|runs|training))"
    r"|release notes|known issues|advanced|table of contents|overview"
    r"|takeaways?|discussion|what (?:it|this|that|we) (?:shows?|found|learn(?:ed|t))"
    r"|introduction|abstract|rationale|justifications?|examples?|highlights?|news|updates?|features?"
    r"|about|motivation|related work"
    r"|as follows|train(?:ing)? (?:on |with )?your"
    r"|changes|acknowledge?ments?|inference|training (?:process|procedure|parameters|schedules)|requirement"
    r"|conclusions?|contribut(?:ing|ors?)|marking|grading)\b"
    r"|^\W*(?:(?:detailed|full|more|further) )?(?:documentation|docs)\W*$"
    r"|^\W*(?:详细|更多|相关|参考|完整|项目)?文档\W*$"
    r"|^\W*(?:快速|项目)?概[览述]\W*$"
    r"|(?:输出|文件|参数|功能)说明$"
    r"|历史更新|更新(?:日志|记录|历史)?$|简介|介绍|背景|安装|环境|使用(?:方法|说明)|训练方法|训练脚本|注意事项|目录|结论|总结(?!报告)|常见问题|故障排除|文件结构"
    r"|安裝|環境|簡介|介紹|使用(?:說明|方式)|資料集(?:準備|說明)?|專案結構|目錄|結論|常見問題"
    r"|数据集|결론|회고|考察|インストール|環境構築|使い方|目次|まとめ|(?<!of )(?<!de )(?<!con )\bbackground\b"
    r"|설치|사용 ?(?:법|방법)|실행 ?방법|환경 ?(?:설정|구축)|요구 ?사항|폴더 ?구조"
    r"|kurulum|gereksinim|kullanım|çalıştırma"
    r"|\b(?:instala(?:ción|ção)|requisitos|instrucciones|instruções|como usar|cómo usar|prérequis|utilisation"
    r"|voraussetzungen|verwendung|anleitung|instalasi|persyaratan|penggunaan|cài đặt|hướng dẫn|yêu cầu)\b"
    r"|(?:주요|핵심) ?(?:컴포넌트|구성 ?요소)|(?:主要|核心)(?:组件|构成要素)|^\W*(?:key|main|core) components?\W*$"
    r"|\bjustifica(?:ción|ção)\b|установк|требовани|использовани|запуск",
    "install|set|requirement|usage|doc|getting|quick|how to|tutorial|command|option|faq|licen|trouble|citing|citation"
    "|change|release|known|advanced|table of|overview|takeaway|discussion|what |introduction|abstract|rationale|justif"
    "|example|highlight|news|update|feature|about|background|motivation|related|acknowledg|inference"
    "|training p|training s|component|conclusion|contribut|marking|grading|as follows|train"
    "|kurulum|gereksinim|kullan|requisitos|instrucciones|como usar|utilisation"
    "|voraussetzungen|verwendung|anleitung|instalasi|persyaratan|penggunaan",
)
_AND_RESULTS = re.compile(
    r"(?i)(?:\band|&|与|和|及) *(?:(?:results?|methods?|experiments?)\b|结果|实验|方法)|\bresults? *(?:and|&|/)"
)
"""In `Inference and Results`, below which results stand."""
_EXPERIMENT = re.compile(r"(?:experiment|exp|run|trial)[\s._#-]*\d|实验\s*[\d一二三四五六七八九十]|実験\s*\d|실험\s*\d")
"""How a heading begins that numbers an experiment."""
_NUMBERED = re.compile(
    r"(?i)[*_]{0,2}(?:(?:experiment|exp|run|trial|train)[\s._#-]{0,2}\d{1,3}(?:_\w{1,20})?"
    r"|(?:实验|実験|실험)\s?[\d一二三四五六七八九十]{1,3})[*_]{0,2}\s?(?:[:：]|[-–—]\s|$)"
)
_SERIES = re.compile(
    r"(?i)(?:v(?:er(?:sion)?)?\.?|attempt|try|iteration|trial|round|run|exp(?:eriment)?|#|实验|実験|실험|第)"
    r"[ _#-]{0,2}\d{1,3}"
    r"(?![\d.]*\.\d)(?!\w)"
)
"""How a heading begins that is one of a series: `v2 - more augmentation`, `Attempt 3`."""
_LINE = 100  # characters of a line that is a heading without its mark
_SUPPOSED = signed(
    r"\b(?:sample|example|target|typical) (?:\w+ )?(?:results?|outputs?|performance|metrics|training|progress)"
    r"|\bresults? examples?\b|\bexpected\b(?!.{0,20}\b(?:vs|versus|and)\b)|\bsymptoms?\b|\bdecision (?:tree|flow)"
    r"|理想(?:目标|结果|情况)|\boutput (?:specification|format|metrics|verification)|^\W*(?:if|unless) "
    r"|出力例|実行例|出力イメージ"
    r"|\boutputs? (?:of|from|của) \W?\w+\.py\b|^\W*(?:project )?road ?map\W*$|路线图$|로드맵|ロードマップ"
    r"|预期|預期|期望|示例|想定|예상|예시|mong đợi|kỳ vọng|dự kiến|ví dụ|ожидаем|пример|esperad[oa]s?\b"
    r"|ejemplo|ex[eé]mpl[eo]s?\b|esempi[oi]|beispiel|przykład|örnek|erwartet",
    "sample|example|target|typical|expected|symptom|decision|output|road|esperad|ejemplo|exempl"
    "|esempi|beispiel|erwartet|if |unless ",
)
_OF_PAPER = re.compile(
    r"(?i)一句话总结|研究背景(?:与问题)?|方法(?:总览|详解|概述|介绍)?|局限(?:性)?|创新点|启发|(?:主要)?贡献|摘要|动机|核心思想"
    r"|论文(?:信息|链接|解读|笔记)|abstract|motivation|methods?|limitations?|(?:main )?contributions?"
    r"|key ideas?|takeaways?"
)
_OF_PAPER_SIGN = re.compile("abstract|motivation|method|limitation|contribution|idea|takeaway")
_PAPER_NOTE = re.compile(
    r"(?i)\bpaper[-_ ](?:notes?|reviews?|reading|summar(?:y|ies))\b|\bliterature (?:notes?|reviews?|survey)\b"
    r"|(?:论文|文献)(?:阅读)?(?:笔记|阅读|解读|精读|总结)|論文(?:紹介|読み|メモ|まとめ|要約)"
    r"|논문 ?(?:리뷰|정리|요약|읽기)"
)
"""The title of what somebody wrote on papers; `论文复现` is on runs of his own."""
_SUMMARY = re.compile(
    r"(?:.{0,30}\b)?(?:summary|conclusions?|tl;?dr|takeaways?)|(?:实验|结果)?(?:总结|结论|汇总|小结)|まとめ|요약|결론|resumen|resumo|итоги?"
)
_MILESTONE = re.compile(
    r"(?i)\b(?:phase|milestone|sprint|week|task|module|deliverable)s? \d|\bcongratulations"
    r"|第.{1,3}阶段|阶段[一二三四五六\d]"
)
_PROBLEM = re.compile(
    r"(?:root causes?|causes?|problems?|issues?|bugs?|errors?|symptoms?|fix(?:es)?|solutions?|q)\b\s*\d*\s*[:：.]"
    r"|(?:\w+ )?(?:challenges|problems|issues),? (?:&|and) (?:their )?(?:solutions?|fixes)"
    r"|(?:根本?原?因|原因|问题|现象|解决(?:方案|办法|方法)?|故障|报错|原因分析|問題|エラー|문제|원인|오류)\s*\d*\s*(?:[:：]|$)"
)
_ANALYSIS = re.compile(
    r"(?:.{0,30}\b)?(?:analysis|discussion|observations?|insights?|(?:training |loss |learning |convergence )?curves?)"
    r"|(?:effects?|impact|influence) of .{1,40}|.{1,12}的?影响(?:分析)?"
    r"|.{0,12}(?:分析|讨论|反思|曲线)|.{0,12}(?:考察|曲線)|.{0,12}분석"
)
_TODO = re.compile(
    r"(?:to-?do'?s?(?: list)?|next(?: steps?| up)?|plans?|future work|待办(?:事项)?|待做"
    r"|下一步(?:计划)?|接下来|计划|(?:后续|下一步)(?:计划|工作|建议|安排)?"
    r"|やること|次のステップ|今後(?:の(?:予定|課題))?|予定)",
    re.I,
)


class Meaning(NamedTuple):
    """What a heading says of what stands below it, each as the function of that name tells it."""

    is_phase: bool
    is_common: bool
    is_documentation: bool
    is_supposed: bool
    is_problem: bool
    is_todo: bool
    is_analysis: bool


@of_any_digits
def meaning(title: str) -> Meaning:
    """All that the heading of a section says, of at most as many characters as a title has."""
    return Meaning(
        is_phase(title),
        is_common(title),
        is_documentation(title),
        is_supposed(title),
        is_problem(title),
        is_todo(title),
        is_analysis(title),
    )


def numbers_an_experiment(text: str) -> bool:
    """Whether a line begins as the heading of a numbered experiment does: `Experiment 2: wider net`."""
    return len(text) <= _LINE and _NUMBERED.match(text) is not None


def is_of_series(title: str) -> bool:
    """Whether a heading is one of a series of attempts, whatever it says behind its number: `v2 - wider net`."""
    return _SERIES.match(title.strip(" *_`")) is not None


def is_label(title: str, *, is_bold: bool = False) -> bool:
    """Whether a heading only names a part of the experiment above it, such as `### bbox` or `结果：`.

    In bold letters more is a label: `**Key features:**` below the name of a model.
    """
    return _is_label(title) or (is_bold and _DETAILS.fullmatch(_unremarked(title)) is not None)


@of_any_digits
def _is_label(title: str) -> bool:
    return _LABEL.fullmatch(_unremarked(title)) is not None


def _unremarked(title: str) -> str:
    """A bare heading without what it adds in brackets."""
    told = bare(title)
    if told.endswith((")", "）")) and len(told) <= _TITLE:
        at = max(told.rfind("("), told.rfind("（"))
        return told[:at].rstrip() if at >= 0 and _REMARK.fullmatch(told, at) else told
    return told


def is_phase(title: str) -> bool:
    """Whether a heading names a step on the way of a run, or a part of its results, and no run."""
    return is_label(title) or any(map(_PHASE.fullmatch, (bare(title), _unremarked(title))))


def is_task(title: str) -> bool:
    """Whether a heading is nothing but the name of a task."""
    return re.fullmatch(_TASK, bare(title)) is not None


def task_of(title: str) -> str:
    """The task that a label is of, such as `### segm`, `Mask results`, `Box detection (objects)`; "" for another."""
    told = _unremarked(title)
    return next((task for task, pattern in _OF_TASK.items() if pattern.fullmatch(told)), "")


@of_any_digits
def is_of_classes(title: str) -> bool:
    """Whether the numbers below a heading are of one class each: `Per-class results`, `各类别 AP`."""
    return _OF_CLASSES.search(title) is not None


def is_summary(title: str) -> bool:
    """Whether a heading stands above what the note told before."""
    return _SUMMARY.fullmatch(bare(title)) is not None


def is_common(title: str) -> bool:
    """Whether a heading announces settings for all experiments beside it."""
    return _COMMON.fullmatch(bare(title)) is not None


def is_documentation(title: str) -> bool:
    """Whether settings below a heading explain how to use something, and plan nothing; an experiment does not."""
    is_told = _DOCUMENTATION.search(title) is not None and not _AND_RESULTS.search(title)
    return is_told and not _EXPERIMENT.match(bare(title))


def is_only_documentation(title: str) -> bool:
    """Whether a heading explains, and does not sum up what the note told before."""
    return is_documentation(title) and not is_summary(title)


def below_result(titles: Sequence[str]) -> Sequence[str]:
    """Of the headings around something, the outermost first, those below the last one of results: an introduction does
    not make a manual of them, but what stands below `Usage` shows what a program would print.
    """
    at = max((at for at, title in enumerate(titles) if _RESULT.fullmatch(bare(title))), default=-1)
    return titles if any(map(_MANUAL.search, titles[:at])) else titles[at + 1 :]


def is_supposed(title: str) -> bool:
    """Whether the numbers below a heading are hoped for, or show what a program would print."""
    return _SUPPOSED.search(title) is not None


def are_of_paper(titles: Sequence[str]) -> bool:
    """Whether headings are those of what somebody wrote on the paper of others: the first, or three of them or more."""
    if any(map(_PAPER_NOTE.search, titles[:1])):
        return True
    may_be = may_have(_OF_PAPER_SIGN, " ".join(titles))
    return may_be and len({bare(title) for title in titles if _OF_PAPER.fullmatch(bare(title))}) > 2


def is_milestone(title: str) -> bool:
    """Whether a heading is on a part of a project, whose state is of no run: `Phase 3 complete`."""
    return _MILESTONE.search(title) is not None


def is_problem(title: str) -> bool:
    """Whether a heading is on what went wrong and why, and names no run: `Root cause 2: ... OOM`, `问题：...`."""
    return _PROBLEM.match(bare(title)) is not None


def is_todo(title: str) -> bool:
    """Whether a heading stands above a list of steps."""
    return _TODO.fullmatch(bare(title)) is not None


def is_analysis(title: str) -> bool:
    """Whether a heading stands above what an author makes of results: `Effect of the batch size`, `误差分析`."""
    return _ANALYSIS.fullmatch(bare(title)) is not None


def bare(title: str) -> str:
    """A heading or a line without its number, marks and adornments, in small letters."""
    return _short(title) if len(title) <= _TITLE else _stripped(title)


def _stripped(title: str) -> str:
    title = title.strip()
    title = _ORNAMENT.sub("", title) if len(title) <= _TITLE and not title.isascii() else title
    numbering = _NUMBERING.match(title)
    return (title[numbering.end() :] if numbering else title).strip(" :：*_`").lower()


_short = lru_cache(1024)(_stripped)  # a title is asked for many meanings; a long one would fill the memory
