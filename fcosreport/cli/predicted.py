"""What `diff` and `group` say of predictions: how sure a difference is, where AP is lost, how it varies over images."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fcosreport.cli.printout import Table
    from fcosreport.comparing.groups import Group
    from fcosreport.pipeline import Session
    from fcosreport.recomputing.resampling import Sureness
    from fcosreport.recomputing.side_by_side import SideBySide
    from fcosreport.records import Experiment, Setting
    from fcosreport.translation import Language


def sides(session: "Session", one: "Experiment", other: "Experiment") -> "tuple[SideBySide, ...]":
    """What the predictions of two experiments tell of each task that both have a result in."""
    from fcosreport.recomputing.side_by_side import side_by_side

    return side_by_side(session.remade([one, other]), one.id, other.id, session.store)


def errors(session: "Session", experiments: "Sequence[Experiment]") -> dict[str, float]:
    """The standard error over images of the AP of each experiment, in points, by id."""
    from fcosreport.recomputing.side_by_side import over_images

    return over_images(session.remade(experiments), session.store)


def tables(told: "Sequence[SideBySide]", _: "Language") -> "Iterator[Table]":
    """Where AP is lost, side by side."""
    from fcosreport.cli.printout import Table

    for each in told:
        if each.losses and each.sureness:
            mine, theirs = (own.numbers for own in each.losses)
            rows = tuple(
                (_(name), f"{a:.2f}", f"{b:.2f}", f"{b - a:+.2f}")
                for (name, a), (_same, b) in zip(mine, theirs, strict=True)
            )
            heading = _("{task} at IoU 0.5", task=each.sureness.task)
            yield Table((heading, "A", "B", _("points")), rows)


def notes(told: "Sequence[SideBySide]", _: "Language") -> Iterator[str]:
    """The verdict with its interval, or why there is none."""
    for each in told:
        if each.sureness:
            yield _said(each.sureness, _)
            yield from (
                _("{name} prints other numbers: the verdict is of its predictions.", name=n) for n in each.foreign
            )
        else:
            yield _("No verdict from the predictions: {reason}.", reason=_.told(each.reason))


def _said(sure: "Sureness", _: "Language") -> str:
    values = {
        "task": sure.task,
        "points": f"{sure.points:+.2f}",
        "low": f"{sure.low:+.2f}",
        "high": f"{sure.high:+.2f}",
        "share": f"{100 * sure.turned:.1f} %",
        "images": _.plural(sure.images, "image"),
    }
    told = {
        "better": _("B is better in {task} AP by {points} points, 95 % interval {low} to {high}", **values),
        "worse": _("B is worse in {task} AP by {points} points, 95 % interval {low} to {high}", **values),
        "not resolved": _("{task} AP is not resolved: {points} points, 95 % interval {low} to {high}", **values),
    }
    drawn = _("{images} drawn again, as they are for both; the order turns in {share} of the draws.", **values)
    return f"{told[sure.verdict]}. {drawn}"


def data(side: "SideBySide") -> dict[str, object]:
    """The same for programs: points of AP, and shares."""
    sure = side.sureness
    told = (
        {
            "task": sure.task,
            "points": sure.points,
            "interval": [sure.low, sure.high],
            "turned": sure.turned,
            "images": sure.images,
            "verdict": sure.verdict,
        }
        if sure
        else None
    )
    losses = [dict(each.numbers) for each in side.losses or ()]
    return {"difference": told, "losses": losses, "reason": side.reason}


def apart(groups: "Sequence[Group]", by: Sequence[str], errors: Mapping[str, float], _: "Language") -> "Iterator[str]":
    """For each group how its AP varies over images and, apart from that, over seeds; `errors` are those of its runs."""
    from fcosreport.comparing.columns import Column

    for each in groups:
        summary, error = each.summaries.get(Column("AP", "bbox")), _error(each, errors)
        if summary is None or error is None:
            continue
        key, images = key_told(each.key, by), f"{error:.2f}"
        yield _("{key}: the AP of one run varies by ±{images} points over images.", key=key, images=images)
        if summary.deviation is not None:
            yield _("{key}: over seeds it varies by ±{seeds}.", key=key, seeds=f"{100 * summary.deviation:.2f}")


def image_data(group: "Group", errors: Mapping[str, float]) -> dict[str, object]:
    """The same for programs, in points."""
    return {"image_error_points": _error(group, errors)} if errors else {}


def _error(group: "Group", errors: Mapping[str, float]) -> float | None:
    """The standard error of the AP of one of its runs over images."""
    told = [errors[each.id] for each in group.experiments if each.id in errors]
    return (sum(error**2 for error in told) / len(told)) ** 0.5 if told else None


def key_told(key: "Sequence[Setting | None]", by: Sequence[str]) -> str:
    """The settings of a group: `lr 0.01, norm bn`."""
    from fcosreport.report.showing import show

    return ", ".join(f"{name} {show(setting)}" for name, setting in zip(by, key, strict=True))
