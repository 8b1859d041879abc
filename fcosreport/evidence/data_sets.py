"""Whether runs are of one data set."""

from pathlib import PurePosixPath

from fcosreport.records import Experiment


def data_set(experiment: Experiment) -> tuple[str, str]:
    """What runs on one data set share: what they call it, and the folder of runs that they lie in.

    The name alone does not tell: `data.yaml` is that of many projects. A run that names none is alone.
    """
    named = experiment.setting("train_data")
    if named is None:
        return experiment.id, ""
    return str(named.value), str(PurePosixPath(experiment.where.path).parent.parent)
