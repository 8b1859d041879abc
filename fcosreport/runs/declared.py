"""What follows from what a run declares: its batch over all GPUs, its scaled learning rate, its accumulated batch."""

from collections.abc import Sequence

from fcosreport.records import Setting


def following(settings: Sequence[Setting]) -> tuple[Setting, ...]:
    """The settings that follow from others, to stand behind these, as of each name what is declared last holds.

    `effective_batch_size` are the images for each step of the optimizer, where gradients are accumulated over several
    iterations. Where these are declared themselves, the batch of an iteration follows from them.
    """
    said = {setting.name: setting for setting in settings}
    accumulated, total = said.get("accumulation"), said.get("effective_batch_size")
    images = _part(total, accumulated) if total else None
    if "train_batch_size" not in said:
        images = images or _product("train_batch_size", said, "images_per_gpu", "gpus")
    said |= {images.name: images} if images else {}
    effective = None if total else _product("effective_batch_size", said, "train_batch_size", "accumulation")
    return tuple(
        each
        for each in (
            images,
            effective if accumulated and accumulated.value != 1 else None,
            _product("lr", said, "lr", "lr_factor"),
        )
        if each
    )


def _part(total: Setting, accumulated: Setting | None) -> Setting | None:
    """The batch of an iteration; None where the iterations of a step are not declared, or do not divide the whole."""
    whole, count = total.value, accumulated.value if accumulated else 0
    if not (isinstance(whole, int) and isinstance(count, int) and count and whole % count == 0):
        return None
    return Setting("train_batch_size", whole // count, f"{total.shown} / {count}", total.where, inferred=True)


def _product(name: str, said: dict[str, Setting], one: str, other: str) -> Setting | None:
    """The setting `name` that two numbers make, at the place of the first; None where one is not declared."""
    if one not in said or other not in said:
        return None
    first, second = said[one], said[other]
    mine, theirs = first.value, second.value
    if isinstance(mine, str | bool) or isinstance(theirs, str | bool):
        return None
    return Setting(name, mine * theirs, f"{first.shown} x {second.shown}", first.where, inferred=True)
