"""What tells a zoo of published models from runs, and its guides from what was run with it."""

from collections.abc import Sequence

from fcosreport.evidence.zoos import is_zoo, of_guides
from fcosreport.records import Evaluation, Experiment, Metric, Origin, TableRow, Where

INDEX = tuple(
    TableRow(label=f"model {n}", where=Where(f"lab/configs/m{n}/metafile.yml", 2), table=f"t{n}", is_index=True)
    for n in range(40)
)


def told(path: str, origin: Origin = "note") -> Experiment:
    where = Where(path, 3)
    results = (Evaluation("bbox", (AP,), where, origin),)
    return Experiment(id=path, name=path, state="finished", where=where, evaluations=results)


AP = Metric("AP", 0.3, "0.3")


def guides(experiments: Sequence[Experiment], rows: Sequence[TableRow] = INDEX) -> set[str]:
    return set(of_guides(rows, experiments))


def test_what_a_package_tells_on_its_pages_and_in_its_guides_is_none_of_the_runs_beside_it() -> None:
    package = [told(f"lab/{path}") for path in ("configs/x/README.md", "docs/usage.md")]
    tutorial = told("lab/demo/Tutorial.ipynb", "log")
    own = [told("README.md"), told("lab/README.md"), told("lab/work_dirs/a/x.log", "log"), told("docs/notes.md")]
    assert guides([*package, tutorial, *own]) == {each.id for each in (*package, tutorial)}
    assert guides([*package, tutorial], INDEX[:20]) == set()


def test_a_tutorial_that_was_run_leaves_a_zoo_one_and_a_log_does_not() -> None:
    assert is_zoo(INDEX, [told("lab/demo/Tutorial.ipynb", "log")])
    assert not is_zoo(INDEX, [told("lab/work_dirs/a/x.log", "log")])
