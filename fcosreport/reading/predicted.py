"""Predictions in COCO's format, known by how their file begins, whatever it is called.

They print no result, but one can be made of them; and they may be large.
"""

import re

EDGE = re.compile(rb"\}\s*,\s*\{")
"""What stands between objects of a list; inside an object a name follows the comma."""
HEAD = 64 << 10
"""Bytes at the beginning of a file, by which predictions are known."""
OF_PREDICTIONS = "predictions, of which recompute makes a result"
_BEGIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{")
_KEYS = (b'"image_id"', b'"category_id"', b'"score"')
_TASKS = {"bbox": b'"bbox"', "segm": b'"segmentation"', "keypoints": b'"keypoints"'}


def tasks(head: bytes) -> tuple[str, ...]:
    """The tasks that the predictions serve of a file that begins like that; none where it holds other things."""
    if not _BEGIN.match(head):
        return ()
    first = EDGE.split(head, maxsplit=1)[0]
    return tuple(task for task, key in _TASKS.items() if key in first) if all(key in first for key in _KEYS) else ()
