"""FR202."""

from collections.abc import Iterator

from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.sentences import called


@rule(
    "FR202",
    "error",
    fires=[
        [{"init": "scratch", "norm": "frozen", "bbox": "0.092 0.170 0.088"}],
        [{"init": "scratch", "norm": "frozen"}],
    ],
    quiet=[
        [{"init": "scratch", "norm": "bn"}, {"init": "scratch"}],
        [{"init": "imagenet", "norm": "frozen"}, {"norm": "frozen"}],
        [{"init": "scratch", "norm": "frozen", "backbone": "dino_v2_vit"}],
    ],
    shares=nothing,
)
def frozen_norm_from_scratch(records: Records, settings: Settings) -> Iterator[Fault]:
    """FrozenBatchNorm without pretrained weights.

    A frozen layer uses the statistics of the pretraining. From scratch there are none: mean 0, variance 1, weight 1 and
    bias 0 make every such layer the identity, and the network has no normalisation at all. A warning while it is only
    planned. A transformer's backbone has none of these layers, whatever the configuration says of a ResNet's.

    Why: pytorch/vision#5443 and facebookresearch/detectron2#914: training from scratch with FrozenBatchNorm does not
    converge.

    Do: Train from scratch with BN, SyncBN or GN, or start from pretrained weights.
    """
    notes = {source.path for source in records.sources if source.kind == "note"}
    for experiment in records.experiments:
        init, norm = experiment.setting("init"), experiment.setting("norm")
        if "swin" in detectors(str(experiment.value("backbone"))):
            continue
        if init and norm and init.value == "scratch" and norm.value == "frozen":
            planned = experiment.state == "planned"
            inferred = next((each for each in (norm, init) if each.inferred), None)
            source = "note" if inferred and inferred.where.path in notes else "log"
            guess = f", as far as the {source} tells" if inferred else ""
            yield Fault(
                f"{called(experiment)} {'is to be' if planned else 'was'} trained from scratch with FrozenBatchNorm"
                f"{guess}, which leaves the network without normalisation.",
                (experiment,),
                tuple(dict.fromkeys((init.where, norm.where))),
                severity="warning" if planned else "error",
            )
