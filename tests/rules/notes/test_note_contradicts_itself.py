"""A note that tells two values of one model, and links that lead elsewhere than they say."""

from pathlib import Path

from tests.rules.asking import reported

TABLES = """# Results

| model | box AP | AP50 | AP75 | weights |
|---|---|---|---|---|
| FCOS-gn | 38.7 | 57.5 | 41.7 | [fcos_gn_head.pth](https://host/fcos_gn_head-3e1c.pth) |
| FCOS-dcn | 42.7 | 61.0 | 46.1 | [fcos_dcn_head.pth](https://host/{linked}.pth) |

## Summary

| model | box AP | AP50 | AP75 |
|---|---|---|---|
| FCOS-gn | {again} | 57.5 | 41.7 |
"""


def test_both_places_and_values_are_told(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(TABLES.format(again="37.8", linked="fcos_dcn_head-9a07"))
    (finding,) = (each for each in reported(tmp_path) if each.code == "FR522")
    assert finding.message == "“FCOS-gn” has two values in one note: AP 38.7 % in line 5 and 37.8 in line 12."
    assert [place.line for place in finding.where] == [5, 12]


def test_a_summary_that_repeats_the_numbers_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(TABLES.format(again="38.7", linked="fcos_dcn_head-9a07"))
    assert not reported(tmp_path)


def test_the_text_of_a_link_is_held_against_its_file(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(TABLES.format(again="38.7", linked="fcos_pan_head-9a07"))
    (finding,) = (each for each in reported(tmp_path) if each.code == "FR520")
    assert finding.message == "The row “FCOS-dcn” says fcos_dcn_head.pth, and links fcos_pan_head-9a07.pth."
