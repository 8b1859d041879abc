"""FR209."""

from collections import defaultdict
from collections.abc import Iterator

from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Experiment, Setting
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_ONE = {"norm": "bn", "images_per_gpu": 1}


@rule(
    "FR209",
    "warning",
    fires=[
        [{"norm": "bn", "images_per_gpu": 2, "bbox": "0.250 0.410 0.260"}],
        [{"norm": "bn", "train_batch_size": 16, "gpus": 8, "bbox": "0.250 0.410 0.260"}],
        [{**_ONE, "name": "a", "bbox": "0.250 0.410 0.260"}, {**_ONE, "name": "b", "bbox": "0.210 0.390 0.240"}],
    ],
    quiet=[
        [{"norm": "bn", "images_per_gpu": 8, "bbox": "0.250 0.410 0.260"}],
        [{"norm": "syncbn", "images_per_gpu": 2, "bbox": "0.250 0.410 0.260"}],
        [{"norm": "frozen", "images_per_gpu": 2}, {"norm": "gn", "images_per_gpu": 2}],
        [{"norm": "bn", "train_batch_size": 4}, {"norm": "bn", "images_per_gpu": 2, "state": "planned"}],
    ],
    needs=(
        "no run tells both its normalisation and its images a GPU",
        lambda records: [
            (e, norm, images) for e in records.experiments if (norm := e.setting("norm")) and (images := _images(e))
        ],
    ),
    shares=nothing,
)
def small_batch_norm(known: list[tuple[Experiment, Setting, float]], settings: Settings) -> Iterator[Fault]:
    """BatchNorm was trained with few images a GPU.

    At most `smallest_norm_batch`; runs of one number are told together. SyncBN counts the images of all GPUs, frozen
    layers and GN none.

    Why: facebookresearch/detectron2#3545: the statistics of so few images are noise, and those of the evaluation are
    not those of the training.

    Do: Train with SyncBN, GN or frozen layers, or with more images a GPU.
    """
    alike: dict[float, list[tuple[Experiment, Setting]]] = defaultdict(list)
    for experiment, norm, images in known:
        if norm.value == "bn" and images <= settings.smallest_norm_batch and experiment.state != "planned":
            alike[images].append((experiment, norm))
    for images, found in alike.items():
        runs = tuple(experiment for experiment, _ in found)
        verb = "were" if len(runs) > 1 else "was"
        count = f"{images:g} image{'s' if images > 1 else ''}"
        yield Fault(
            f"{listed([called(run) for run in runs])} {verb} trained with BatchNorm at {count} a GPU.",
            runs,
            tuple(dict.fromkeys(s.where for run, norm in found for s in (norm, *_told(run)))),
        )


def _told(experiment: Experiment) -> list[Setting]:
    batch = experiment.setting("images_per_gpu") or experiment.setting("train_batch_size")
    return [batch] if batch else []


def _images(experiment: Experiment) -> float | None:
    each, batch, gpus = (experiment.value(name) for name in ("images_per_gpu", "train_batch_size", "gpus"))
    if isinstance(each, int) and 0 < each < 10**6:
        return each
    if isinstance(batch, int) and isinstance(gpus, int) and 0 < batch < 10**9 and 0 < gpus < 10**6:
        return batch / gpus
    return None
