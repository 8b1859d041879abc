"""A best experiment that is no better than noise would make it."""

from tests.rules.asking import found, only


def test_noise_is_taken_from_repeats_where_there_are_any() -> None:
    group = {"group": "note#norms"}
    best = {"name": "gn, best", "norm": "gn", "note_bbox": "0.392", **group}
    repeats = [
        {"name": f"bn {n}", "norm": "bn", "seed": n, "note_bbox": ap, **group}
        for n, ap in enumerate(("0.370", "0.380", "0.390"))
    ]
    assert "two standard deviations (0.0100 each)" in only([best, *repeats], "FR407").message
    assert "(0.0020 each)" in only([best, repeats[-1]], "FR407").message
    assert not found([best, repeats[0]], "FR407")
