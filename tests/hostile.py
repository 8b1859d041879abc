"""Names and texts that want to be more than text."""

from fcosreport.records import Evaluation, Experiment, Finding, Issue, Metric, Setting, Source, Step, Where
from fcosreport.report.report import Report

TEXTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "[click](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "https://evil.example www.evil.example evil.example me@evil.example",
    "@founder see #12, !7, GH-12 and owner/repo#3",
    "a | b || c \\| d \\\\| e",
    "`one` ``two`` ```three",
    "``",
    "ends with a backslash \\",
    "--> <!-- x --> ]]>",
    "{{ 7 * 7 }} {% raw %} {{ cycler.__init__ }}",
    "two\nlines\r\nand\ttab\x0b\x0c\x1c\x85\u2028\u2029end",
    "bell\x07 escape\x1b[31mred\x9b31m nul\x00 del\x7f",
    "right\u202eto left\u202c \u2066iso\u2069 \u200bzero\ufeff",
    "half \udc80 character",
    "[bold]rich[/bold] [/] [link=http://evil.example]x[/link] :smile:",
    "# heading",
    "1. list",
    "***bold*** __under__ ~~gone~~ $x^2$ &lt; &#64;",
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "",
    "   ",
    "x" * 10_000,
    "<b> " * 2_500,
    "实验" * 3_000,
    "e\u0301" * 1_000,
    "👩‍👩‍👧" * 400,
    "</script><script>alert(1)</script>",
    "</style><style>*{display:none}</style>",
    "</title></head><body onload=alert(1)>",
    "</textarea></td></tr></table>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext></mtext><script>alert(1)</script></math>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<base href='http://evil.example/'>",
    "<meta http-equiv='refresh' content='0;url=http://evil.example/'>",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp;",
    "<![CDATA[ x ]]> <?xml version='1.0'?> <!DOCTYPE x>",
    "[text]: http://evil.example 'title'",
    "<http://evil.example> <me@evil.example>",
    "{{ config }} ${7*7} #{7*7} <%= 7*7 %>",
    "\\input{/etc/passwd} \\write18{ls} $\\alpha$ %x ^^41",
    "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "::error file=x::forged %0A::warning::forged",
    "- [x] done\n- [ ] open\n\n    code",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "\ufffe\uffff\U0010ffff\ue000",
    "ﷺ﷽ 𝔸𝕡 ①② ½ ⁵ Ａｐ",
    "con nul aux ../../etc/passwd C:\\x",
)
assert len(set(TEXTS)) >= 60


def hostile(texts: tuple[str, ...] = TEXTS) -> Report:
    """A report with every text in every place that may hold one."""
    wheres = [Where(text, number) for number, text in enumerate(texts, 1)]
    return Report(
        title=texts[0],
        version="0.1.0",
        experiments=tuple(_experiment(text, where) for text, where in zip(texts, wheres, strict=True)),
        findings=tuple(
            Finding("FR999", text, "warning", text, (text,), tuple(wheres), (text, text), text) for text in texts
        ),
        issues=tuple(map(Issue, texts, wheres)),
        sources=tuple(Source(text, "binary", fingerprint=text) for text in texts),
        steps=tuple(map(Step, texts, wheres)),
        passed=texts,
    )


def _experiment(text: str, where: Where) -> Experiment:
    metrics = tuple(
        Metric(name, value, printed)
        for name, value, printed in (
            ("AP", 0.5, text),
            ("AP50", None, "nan"),
            ("AP75", float("inf"), "inf"),
            ("AR1", 0.0, "0e-999999999"),
            (text, 1e300, "1e300"),
        )
    )
    return Experiment(
        id=text,
        name=text,
        state="finished",
        where=where,
        title=text,
        group=text,
        reason=text,
        settings=(
            Setting("norm", text, text, where),
            Setting(text, float("nan"), "nan", where),
            Setting("seed", 10**30, "1e30", where),
            Setting("AP", "a setting", "", where),
        ),
        evaluations=(Evaluation("bbox", metrics, where), Evaluation(text or "segm", metrics, where, category=None)),
        files=(text,),
    )
