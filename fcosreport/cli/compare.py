"""The commands `diff` and `group`: what differs between experiments, and what the difference is worth."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fcosreport import pipeline
from fcosreport.cli import predicted
from fcosreport.cli.completion import experiments
from fcosreport.cli.options import Again, Follow, Lang, Paths, StoreFile, Truth, spoken_in
from fcosreport.cli.terminal import SCREEN

if TYPE_CHECKING:
    from fcosreport.cli.printout import Printout
    from fcosreport.comparing.groups import Group, Summary
    from fcosreport.comparing.noise import Noise
    from fcosreport.comparing.pairs import Comparison, Difference
    from fcosreport.translation import Language

Form = StrEnum("Form", ["text", "json", "markdown"])
FormOption = Annotated[Form, typer.Option("--format", help="How to print it.")]


def diff(
    one: Annotated[
        str, typer.Argument(metavar="A", help="The name or id of an experiment.", autocompletion=experiments)
    ],
    other: Annotated[str, typer.Argument(metavar="B", help="That of another.", autocompletion=experiments)],
    paths: Paths = None,
    everything: Annotated[bool, typer.Option("--all", help="Show what is the same, too.")] = False,
    again: Again = False,
    truth: Truth = None,
    store: StoreFile = None,
    follow: Follow = None,
    form: FormOption = Form.text,
    lang: Lang = None,
) -> None:
    """Show what differs between experiments A and B, and whether their results do."""
    from msgspec.structs import replace

    from fcosreport.comparing.pairs import compared

    _ = spoken_in(lang)
    with pipeline.opened(store, SCREEN, make=bool(paths), follow=follow) as session:
        session = session.collected(paths) if paths else session
        a, b = session.named(one), session.named(other)
        found = compared(a, b, session.store.repeats([a, b]), everything=everything)
        sides = predicted.sides(session.making_again(truth, losses=True), a, b) if again or truth else ()
    told = _diff_printout(found, _, everything=everything)
    told = replace(
        told, tables=(*told.tables, *predicted.tables(sides, _)), notes=(*predicted.notes(sides, _), *told.notes)
    )
    print_out(told, {**_diff_data(found), "predictions": [predicted.data(each) for each in sides]}, form)


def group(
    paths: Paths = None,
    by: Annotated[str, typer.Option("--by", metavar="SETTINGS", help="Settings, parted by commas.")] = "lr",
    metrics: Annotated[bool, typer.Option("--metrics", help="Show the 12 metrics, not AP alone.")] = False,
    again: Again = False,
    truth: Truth = None,
    store: StoreFile = None,
    follow: Follow = None,
    form: FormOption = Form.text,
    lang: Lang = None,
) -> None:
    """Show mean and standard deviation of AP over the experiments of each setting, such as over seeds."""
    from msgspec.structs import replace

    from fcosreport.comparing.groups import grouped

    _ = spoken_in(lang)
    names = [name.strip() for name in by.split(",") if name.strip()]
    with pipeline.opened(store, SCREEN, make=bool(paths), follow=follow) as session:
        session = session.collected(paths) if paths else session
        experiments = session.report().experiments
        errors = predicted.errors(session.making_again(truth), experiments) if again or truth else {}
    groups = grouped(experiments, names, metrics=metrics)
    told = _group_printout(groups, names, _)
    told = replace(told, notes=(*told.notes, *predicted.apart(groups, names, errors, _)))
    print_out(told, [_group_data(each, names) | predicted.image_data(each, errors) for each in groups], form)


def print_out(printout: "Printout", data: object, form: Form) -> None:
    """Print what a command found: as text, as Markdown, or its data as JSON."""
    from fcosreport.cli.printout import as_markdown, as_text
    from fcosreport.files.whole import write_text

    if form == Form.json:
        import json

        write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", Path("-"))
    else:
        write_text(as_text(printout) if form == Form.text else as_markdown(printout), Path("-"))


def _diff_printout(found: "Comparison", _: "Language", *, everything: bool) -> "Printout":
    from fcosreport.cli.printout import Printout, Table
    from fcosreport.report.showing import show

    settings = tuple((_(column.label), show(a), show(b)) for column, a, b in found.settings)
    metrics = tuple(
        (
            d.column.name,
            _(d.verdict or ""),
            show(d.one),
            show(d.other),
            "" if d.points is None else f"{d.points:+.2f}",
        )
        for d in found.metrics
    )
    seed = _("One seed never shows that a method is better.")
    same = "" if everything else _(" Only what differs is shown; --all shows everything.")
    return Printout(
        f"A: {found.one.name} ({found.one.id})\nB: {found.other.name} ({found.other.id})",
        (
            Table((_("setting"), "A", "B"), settings, words=3),
            Table((_("metric"), _("difference"), "A", "B", _("points")), metrics, words=2),
        ),
        (
            *(() if settings else (_("No setting that is known of both differs."),)),
            *(() if metrics else (_("No metric differs as printed."),)),
            *map(_.told, found.doubts),
            *_noise_notes(found.noise, _),
            f"{seed}{same}",
        ),
    )


def _noise_notes(noise: "Noise", _: "Language") -> Iterator[str]:
    from fcosreport.comparing.noise import EXCEEDS, UNRESOLVED

    if noise.images:
        low, high = UNRESOLVED / noise.images**0.5, EXCEEDS / noise.images**0.5
        yield _(
            "Image noise at {images} images (80 classes): below {low} points AP is unresolved, above {high} the "
            "difference exceeds it, between them the predictions are needed.",
            images=f"{noise.images:,}",
            low=f"{low:.2f}",
            high=f"{high:.2f}",
        )
    else:
        yield _("Image noise is unknown: {reason}.", reason=_.told(noise.reason))
    if noise.sigma is not None:
        yield _(
            "Seeds: sigma is {sigma} points, from {n} repeats; below {twice} a difference of two runs is unresolved.",
            sigma=f"{noise.sigma:.2f}",
            n=noise.repeats,
            twice=f"{2 * noise.sigma:.2f}",
        )


def _diff_data(found: "Comparison") -> dict[str, object]:
    return {
        "experiments": [{"name": e.name, "id": e.id} for e in (found.one, found.other)],
        "settings": [
            {"name": column.key, "values": [cell.value if cell else None for cell in cells]}
            for column, *cells in found.settings
        ],
        "metrics": [_difference_data(difference) for difference in found.metrics],
        "noise": _noise_data(found.noise),
        "doubts": list(found.doubts),
    }


def _difference_data(found: "Difference") -> dict[str, object]:
    values = [metric.value if metric else None for metric in (found.one, found.other)]
    points = None if found.points is None else round(found.points, 6)
    task, name = found.column.task, found.column.key
    return {"task": task, "name": name, "values": values, "points": points, "verdict": found.verdict}


def _noise_data(noise: "Noise") -> dict[str, object]:
    return {"images": noise.images, "sigma_points": noise.sigma, "repeats": noise.repeats}


def _group_printout(groups: "Sequence[Group]", by: Sequence[str], _: "Language") -> "Printout":
    from fcosreport.cli.printout import Printout, Table
    from fcosreport.comparing.groups import spread
    from fcosreport.report.showing import show

    columns = list(dict.fromkeys(column for each in groups for column in each.summaries))
    tables = [
        Table(
            (*by, "n", *(column.name for column in columns[start : start + 3])),
            tuple(
                (
                    *map(show, each.key),
                    str(len(each.experiments)),
                    *(_mean(each.summaries.get(c), near=c.key == "AP" and c.task in each.unresolved) for c in part),
                )
                for each in groups
            ),
            words=len(by),
        )
        for start in range(0, len(columns), 3)
        for part in [columns[start : start + 3]]
    ]
    suspect = [e.name for each in groups for e in each.experiments if e.state == "suspect"]
    left_out = [e.name for each in groups for e in each.left_out]
    spreads = _noise_notes(spread(groups, columns[0].task or "bbox"), _) if columns else ()
    notes = [
        _("Mean ± sample standard deviation in points. ~: the AP cannot be told from that of the best group."),
        *(spreads or (_("No experiment has a result."),)),
        *(
            _("{key}: its experiments also differ in {names}.", key=key, names=", ".join(each.mixed))
            for each in groups
            for key in [predicted.key_told(each.key, by)]
            if each.mixed
        ),
    ]
    for names, said in (
        (left_out, _("{experiments} evaluated on another data set, or in another way, not counted: {names}.")),
        (suspect, _("{experiments} with an error counted, too: {names}.")),
    ):
        if names:
            count = _.plural(len(names), "experiment")
            notes.append(said.format(experiments=count, names=", ".join(names[:5])))
    title = _("{groups} by {names}", groups=_.plural(len(groups), "group"), names=", ".join(by))
    return Printout(title, tuple(tables), tuple(notes))


def _mean(summary: "Summary | None", *, near: bool) -> str:
    if summary is None:
        return ""
    deviation = f" ± {100 * summary.deviation:.2f}" if summary.deviation is not None else ""
    return f"{'~ ' if near else ''}{100 * summary.mean:.2f}{deviation}"


def _group_data(found: "Group", by: Sequence[str]) -> dict[str, object]:
    return {
        "settings": {name: s.value if s else None for name, s in zip(by, found.key, strict=True)},
        "experiments": [{"name": e.name, "id": e.id} for e in found.experiments],
        "metrics": [
            {
                "task": column.task,
                "name": column.key,
                "mean": summary.mean,
                "standard_deviation": summary.deviation,
                "count": summary.count,
            }
            for column, summary in found.summaries.items()
        ],
        "mixed": list(found.mixed),
        "unresolved": sorted(found.unresolved),
    }
