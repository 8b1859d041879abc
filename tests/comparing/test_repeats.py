"""What a repeat is, how far repeats lie apart, and how many images a data set has: once, for every command and rule."""

import pytest

from fcosreport.comparing.images import images_of
from fcosreport.comparing.noise import noise_of, pooled, recipe, repeats
from fcosreport.judging.cases import FAIR, GOOD, records_of
from fcosreport.judging.check import check
from fcosreport.judging.rule import Case
from fcosreport.records import Experiment
from fcosreport.settings import Settings


def runs(*items: dict[str, object]) -> tuple[Experiment, ...]:
    return records_of(items).experiments


def seeded(seed: int, **settings: object) -> dict[str, object]:
    return {"name": f"fcos_seed{seed}", "bbox": GOOD, "seed": seed, "lr": 0.01, **settings}


def test_runs_that_differ_in_seed_and_in_paths_by_it_are_repeats() -> None:
    paths = [{"config": f"configs/fcos_{n}.py", "output_dir": f"work/{n}/x", "date": f"2020-01-0{n}"} for n in (1, 2)]
    one, other = runs(*(seeded(n, **each) for n, each in enumerate(paths, 1)))
    assert recipe(one) == recipe(other)
    assert repeats((one, other)) == [[one, other]]


@pytest.mark.parametrize(
    "other",
    [
        seeded(2, config="configs/retina_seed2.py"),
        seeded(2, config="configs/fcos_r101_seed2.py"),
        seeded(2, config="configs/fcos_seed1.py", weight_decay=0.001),
        seeded(2, config="configs/fcos_seed1.py", epochs=1),
        seeded(2, config="configs/fcos_seed1.py", state="failed"),
        seeded(2, config="configs/fcos_seed1.py", name="retina_seed2"),
        seeded(1, config="configs/fcos_seed1.py"),
    ],
)
def test_what_else_differs_makes_no_repeat(other: dict[str, object]) -> None:
    assert not repeats(runs(seeded(1, config="configs/fcos_seed1.py"), other))


def test_a_seed_is_a_word_of_its_own_in_a_path() -> None:
    one, other = runs(seeded(1, config="fcos_1x_lr0.1_seed1.py"), seeded(2, config="fcos_1x_lr0.1_seed2.py"))
    assert recipe(one) == recipe(other)


def test_the_deviation_is_pooled_over_groups_by_their_freedom() -> None:
    sigma, count = pooled([[0.38, 0.39, 0.40], [0.41, 0.43], [0.1]])
    assert sigma == pytest.approx(((1.0**2 * 2 + 2.0) / 3) ** 0.5)
    assert count == 5
    assert pooled([[0.38], []]) == (None, 0)


def test_a_comparison_and_a_rule_take_the_same_deviation() -> None:
    group = {"group": "note#norms"}
    case: Case = [
        {"name": "gn, best", "norm": "gn", "note_bbox": "0.391", **group},
        {"name": "bn 1", "norm": "bn", "seed": 1, "note_bbox": "0.390", **group},
        {"name": "bn 2", "norm": "bn", "seed": 2, "note_bbox": "0.380", **group},
    ]
    records = records_of(case)
    sigma = noise_of(records.experiments, records.experiments).sigma
    assert sigma == pytest.approx(0.7071, abs=1e-4)
    (finding,) = (f for f in check(records, Settings()).findings if f.code == "FR407")
    assert "(0.0071 each)" in finding.message


@pytest.mark.parametrize(
    ("data", "images"),
    [
        ("coco_2017_val", 5000),
        ("data/coco/annotations/instances_val2017.json", 5000),
        ("../coco/val2017/", 5000),
        ("coco_2017_val_panoptic", 5000),
        ("coco_2014_minival", 5000),
        ("coco_2017_val_100", 100),
        ("coco_2017_val_subset", None),
        ("my_coco_val2017_faces", None),
        ("nyu_val", None),
        ("None", None),
    ],
)
def test_a_public_set_has_the_images_that_its_exact_name_says(data: str, images: int | None) -> None:
    assert images_of(data) == images


def test_a_part_of_a_set_has_the_noise_of_its_own_images() -> None:
    for data, images in (("coco_2017_val_100", 100), ("coco_2017_val_50", None)):
        both = runs({"bbox": GOOD, "val_data": data}, {"bbox": FAIR, "val_data": data})
        assert noise_of(both, ()).images == images


def test_a_set_is_held_against_the_images_of_its_own_name() -> None:
    def codes(data: str, images: int) -> list[str]:
        case = [{"bbox": GOOD, "val_data": data, "val_images": images}]
        return [finding.code for finding in check(records_of(case), Settings()).findings]

    assert codes("coco_2017_val_100", 100) == codes("coco_2014_minival", 5000) == codes("my_val2017", 10) == []
    assert codes("coco_2017_val_100", 50) == codes("coco_2014_minival", 50) == ["FR302"]
