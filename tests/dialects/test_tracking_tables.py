"""Tables of tracking, as py-motmetrics and TrackEval print them. The samples are written by hand."""

from typing import Any

import pytest

from fcosreport.dialects.tracking_tables import TrackingTables
from tests.dialects.feeding import evaluations, feed

MOTMETRICS = """\
          IDF1   IDP   IDR  Rcll  Prcn GT MT PT ML  FP   FN IDs  FM  MOTA  MOTP
seq one  18.2% 37.0% 12.1% 30.0% 91.9%  4  0  4  0 122 3209  25  96 26.8% 0.147
two      28.2% 47.0% 22.1% 40.0% 81.9%  4  0  4  0 122 3209  25  96 -6.8% 0.247
OVERALL  23.2% 42.0% 17.1% 35.0% 86.9%  8  0  8  0 244 6418  50 192 10.0% 0.197
"""
TRACKEVAL = """\
HOTA: ours-pedestrian              HOTA      DetA      AssA      DetRe     DetPr
MOT17-02                           43.911    44.712    43.41     47.03     78.53
COMBINED                           57.105    59.01     55.47     64.66     76.6

CLEAR: ours-pedestrian             MOTA      MOTP      CLR_Re    CLR_Pr    CLR_FN
MOT17-02                           43.911    84.712    47.03     78.53     80
COMBINED                           68.2      82.3      71.2      97.8      1180

Identity: ours-pedestrian          IDF1      IDR       IDP       IDTP      IDFN
COMBINED                           70.1      62.2      81.3      1000      22

Count: ours-pedestrian             Dets      GT_Dets   IDs       GT_IDs
COMBINED                           1000      2222      22        12
"""
SUMMARY = "HOTA DetA AssA DetRe RHOTA HOTA(0) Dets IDs\n29.407 18.82 46.019 21.72 31.599 30.465 3702 739\n"
DETAILED = """\
seq,HOTA(0),HOTA___5,HOTA___AUC,DetA___5,DetA___AUC,MOTA,Dets
MOT17-02,0.31,0.41,0.29,0.21,0.19,-0.05,100
COMBINED,0.32,0.42,0.30,0.22,0.20,0.15,220
"""
DEVKIT = """\
Evaluating MOT17-02
IDF1  IDP  IDR| Rcll  Prcn   FAR| GT  MT   PT   ML|   FP    FN   IDs    FM| MOTA  MOTP MOTAL
 44.1 69.9  32.2| 41.5  90.1  1.41| 62   9   32   21|   846 10870    75   105| 36.5  78.2  36.9

Evaluating MOT17-04
IDF1  IDP  IDR| Rcll  Prcn   FAR| GT  MT   PT   ML|   FP    FN   IDs    FM| MOTA  MOTP MOTAL
 54.1 59.9  42.2| 51.5  80.1  1.41| 82   9   32   21|   846 10870    75   105| 46.5  77.2  46.9

 ********************* Your Results *********************
IDF1  IDP  IDR| Rcll  Prcn   FAR| GT  MT   PT   ML|   FP    FN   IDs    FM| MOTA  MOTP MOTAL
 50.1 63.9  38.2| 47.5  84.1  1.41|144  18   64   42|  1692 21740   150   210| 42.5  77.6  42.9
"""
SAMPLES = {"mot.log": MOTMETRICS.encode(), "trackeval.txt": TRACKEVAL.encode(), "devkit.txt": DEVKIT.encode()}


def told(text: str, *, sequences: bool = False) -> list[tuple[str | None, dict[str, Any]]]:
    found = evaluations(feed(TrackingTables, text), by_category=sequences)
    assert {each.task for each in found} <= {"tracking"}
    return [(each.category, {metric.name: metric.value for metric in each.metrics}) for each in found]


def test_the_overall_row_is_the_result_and_the_others_are_of_sequences() -> None:
    ((_, overall),) = told(MOTMETRICS)
    expected = {"IDF1": 0.232, "IDP": 0.42, "IDR": 0.171, "R": 0.35, "P": 0.869, "MOTA": 0.1, "MOTP": 0.197}
    assert overall == expected
    assert [(name, row["MOTA"]) for name, row in told(MOTMETRICS, sequences=True)] == [
        ("seq one", 0.268),
        ("two", -0.068),
    ]


def test_the_tables_of_one_tracker_are_one_result() -> None:
    ((_, overall),) = told(TRACKEVAL)
    assert overall == {
        **{"HOTA": 0.57105, "DetA": 0.5901, "AssA": 0.5547, "MOTA": 0.682, "MOTP": 0.823, "R": 0.712, "P": 0.978},
        **{"IDF1": 0.701, "IDR": 0.622, "IDP": 0.813},
    }
    other = TRACKEVAL.replace("ours-pedestrian", "ours-car       ").replace("57.105", "61.2  ")
    assert [row["HOTA"] for _, row in told(TRACKEVAL + other)] == [0.57105, 0.612]


def test_a_table_for_each_sequence_and_one_for_all() -> None:
    ((_, overall),) = told(DEVKIT)
    assert overall["MOTA"] == pytest.approx(0.425)
    assert [(name, round(row["IDF1"], 3)) for name, row in told(DEVKIT, sequences=True)] == [
        ("MOT17-02", 0.441),
        ("MOT17-04", 0.541),
    ]
    again = told(DEVKIT + DEVKIT.replace("42.5", "43.5"))
    assert [round(row["MOTA"], 3) for _, row in again] == [0.425, 0.435]


def test_a_long_title_touches_the_first_column() -> None:
    long = TRACKEVAL.replace("CLEAR: ours-pedestrian             ", "CLEAR: ./results/test-dev\\-valid")
    assert told(long) == told(TRACKEVAL)


def test_rows_with_more_cells_than_columns_are_no_rows() -> None:
    assert told("     IDF1 MOTA MOTP\nacc 0.70 0.65 0.21 600\n") == []


def test_the_only_sequence_is_all_there_is() -> None:
    head, row, *_ = MOTMETRICS.splitlines(keepends=True)
    assert [name for name, _ in told(head + row)] == [None]


def test_the_files_of_trackeval() -> None:
    assert told(SUMMARY) == [(None, {"HOTA": 0.29407, "DetA": 0.1882, "AssA": 0.46019})]
    assert told(DETAILED) == [(None, {"HOTA": 0.30, "DetA": 0.20, "MOTA": 0.15})]
    assert told(DETAILED, sequences=True) == [("MOT17-02", {"HOTA": 0.29, "DetA": 0.19, "MOTA": -0.05})]


def test_a_nameless_row_is_one_right_below_its_names() -> None:
    assert told("HOTA DetA AssA\n") == []
    assert told("HOTA DetA AssA\n29.4 18.8\n") == []
    assert told("HOTA DetA AssA\nseq 29.4 18.8 46.0\n30.4 18.8 46.0\n") == [
        (None, {"HOTA": 0.294, "DetA": 0.188, "AssA": 0.46})
    ]


def test_fractions_stay_fractions() -> None:
    assert told("  idf1 mota\n") == []
    assert told("     IDF1 MOTA MOTP num_frames\nacc 0.70 0.65 0.21        600\n") == [
        (None, {"IDF1": 0.7, "MOTA": 0.65, "MOTP": 0.21})
    ]


@pytest.mark.parametrize(
    "text",
    [
        "MOTA IDF1 and HOTA are metrics\n",
        "We report MOTA IDF1\n",
        "a MOTA b\n1 x 2\n",
        "| MOTA | IDF1 | HOTA |\n|--|--|--|\n",
    ],
)
def test_prose_is_quiet(text: str) -> None:
    assert feed(TrackingTables, text) == []


PANDAS = """\
       num_frames       mota      motp      idf1       idp  ...  num_objects  num_matches
uav-1       407.0   0.327300  0.252620  0.742341  0.594923  ...       5414.0       5376.0
uav-2       885.0 -15.194915  0.143529  0.101180  0.053560  ...       1062.0        977.0
AVG         646.0  -0.335130  0.198074  0.421760  0.324241  ...       3238.0       3176.0

[3 rows x 17 columns]
"""
BARS = """\
                    |HOTA      |AssA      |DetA      |F1        |Recall    |Precision |
street-1            |   0.39411|   0.38431|    0.4061|   0.71491|   0.60029|   0.88362|
COMBINED            |   0.38358|   0.37772|   0.39764|   0.68901|   0.60723|   0.86534|
"""


@pytest.mark.parametrize("name", ["AVG", "OVERALL", "Average", "mean"])
def test_a_table_that_pandas_cuts_tells_what_it_shows(name: str) -> None:
    text = PANDAS.replace("AVG", name)
    assert told(text) == [(None, {"MOTA": -0.33513, "MOTP": 0.198074, "IDF1": 0.42176, "IDP": 0.324241})]
    assert [(name, row["MOTA"]) for name, row in told(text, sequences=True)] == [
        ("uav-1", 0.3273),
        ("uav-2", -15.194915),
    ]


def test_a_table_that_pandas_wraps_is_one() -> None:
    wrapped = "         idf1   idp   recall  \\\nuav-1    0.74  0.59  0.7\nOVERALL  0.42  0.32  0.6\n\n"
    wrapped += "         mota  motp  idr\nuav-1    0.32  0.25  0.1\nOVERALL -0.33  0.19  0.2\n"
    assert told(wrapped) == [(None, {"IDF1": 0.42, "IDP": 0.32, "R": 0.6, "MOTA": -0.33, "MOTP": 0.19, "IDR": 0.2})]


def test_bars_that_touch_the_cells_part_them() -> None:
    ((_, overall),) = told(BARS)
    assert overall == {"HOTA": 0.38358, "AssA": 0.37772, "DetA": 0.39764, "F1": 0.68901, "R": 0.60723, "P": 0.86534}
    assert [name for name, _ in told(BARS, sequences=True)] == ["street-1"]


def test_a_note_tells_what_was_pasted_and_not_what_its_author_framed() -> None:
    (found,) = evaluations(feed(TrackingTables, PANDAS, origin="note"))
    assert found.origin == "note"
    assert feed(TrackingTables, BARS, origin="note") == []


def test_a_cut_cell_below_a_name_is_no_number() -> None:
    assert told("     IDF1 MOTA MOTP\nacc  0.70  ...  0.21\n") == []
