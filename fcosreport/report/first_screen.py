"""The columns that a reader sees first: scores, then at most three settings that tell the experiments apart."""

from collections.abc import Sequence

from msgspec import Struct

from fcosreport.comparing.columns import Column
from fcosreport.comparing.noise import OF_ONE_RUN
from fcosreport.records import Experiment
from fcosreport.report.report import Report
from fcosreport.report.showing import show

_PRECISIONS = ("AP", "AP50", "AP75", "APs", "APm", "APl")
_OTHERS = 3  # tasks whose AP stands beside that of the first
_SETTINGS = 3
_WIDEST = 16  # characters of a setting for which there is room
_LEAST = 4  # of so many experiments at least one declares the setting


class FirstScreen(Struct, frozen=True):
    """The columns of metrics and of settings. `others` are all that there is no room for: a reader may ask for them."""

    metrics: tuple[Column, ...]
    settings: tuple[Column, ...]
    others: tuple[Column, ...]


def first_screen(report: Report) -> FirstScreen:
    """Those that were chosen; else the precisions of the first task, AP of others that were trained or are planned."""
    task, *further = report.tasks
    everything = dict.fromkeys(
        (
            *(column for each in report.tasks for column in report.metrics(each)),
            *report.differing,
            *(Column(setting.name) for setting in report.shared),
        )
    )
    if report.view.columns:
        metrics = tuple(column for column in report.view.columns if column.task)
        settings = tuple(column for column in report.view.columns if not column.task)
    else:
        told = {column.key for column in report.metrics(task)}
        own = (Column(name, task) for name in _PRECISIONS if name in told)
        tasks = dict.fromkeys((*further, *(each for each in report.awaited if each != task)))
        leading = map(report.leading, [*tasks][:_OTHERS])
        metrics = tuple(dict.fromkeys((report.ranking, report.leading(task), *own, *leading)))
        differing = (each for each in report.differing if each.key == "seed" or each.key not in OF_ONE_RUN)
        settings = tuple(each for each in differing if _is_telling(each, report.experiments))[:_SETTINGS]
    return FirstScreen(metrics, settings, tuple(each for each in everything if each not in (*metrics, *settings)))


def _is_telling(column: Column, experiments: Sequence[Experiment]) -> bool:
    """Whether a setting differs, is declared by many, and is short."""
    told = [setting for each in experiments if (setting := each.setting(column.key))]
    texts = set(map(show, {(each.value, each.text): each for each in told}.values()))
    return len(texts) > 1 and len(told) * _LEAST >= len(experiments) and max(map(len, texts)) <= _WIDEST
