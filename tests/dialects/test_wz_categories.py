"""WZMIAOMIAO's list of categories. The sample is written by hand."""

from fcosreport.dialects.wz_categories import WzCategories
from tests.dialects.feeding import feed, results

WZ_CATEGORIES = """\
COCO results:
mAP(IoU=0.5) for each category:
 aeroplane      : 0.8759546352558178
 traffic light  : 1.0
 do_not_turn_left: nan
"""
SAMPLES = {"log.txt": WZ_CATEGORIES.encode()}
PREFIXES = ("2025-01-28T10:35:00.000000001Z stdout F ",)


def test_wz_categories_end_with_their_list() -> None:
    text = f"{WZ_CATEGORIES}\n other          : 0.5\n"
    assert results(feed(WzCategories, text)) == [
        (3, None, "aeroplane", {"AP50": 0.8759546352558178}),
        (4, None, "traffic light", {"AP50": 1.0}),
        (5, None, "do_not_turn_left", {"AP50": None}),
    ]
