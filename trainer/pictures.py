"""Images with the detections of a run drawn over them, to look at."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from PIL import ImageDraw

from trainer.data import Split
from trainer.scoring import results_path

_LEAST = 0.3  # score of a detection that is drawn
_COLOURS = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#46f0f0", "#f032e6", "#ffe119")


def draw(split: Split, folder: Path, count: int) -> None:
    """Draw the boxes on the first `count` images, into results/pictures; each file is called by its image's id."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in json.loads(results_path(folder, "bbox").read_bytes()) if count else ():
        if row["score"] >= _LEAST:
            found[row["image_id"]].append(row)
    for index, number in enumerate(split.ids[:count].tolist()):
        with split.opened(index) as file:
            picture = file.convert("RGB")
        pencil = ImageDraw.Draw(picture)
        for row in found[number]:
            left, top, width, height = row["bbox"]
            colour = _COLOURS[row["category_id"] % len(_COLOURS)]
            pencil.rectangle([left, top, left + width, top + height], outline=colour, width=2)
            pencil.text((left + 3, top + 1), f"{split.categories[row['category_id']]} {row['score']:.2f}", fill=colour)
        place = folder / "results" / "pictures" / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        picture.save(place)
