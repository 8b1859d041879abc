"""Results that are only shown as pictures."""

import pytest

from tests.notes.test_experiments import note


@pytest.mark.parametrize(
    "shown",
    ["![curve](PR.png)", '<p align="center">\n<img src="a.png" width="300">\n</p>', "![a](a.png)\n\n![b](b.png)"],
)
def test_results_that_are_only_a_picture_are_told(shown: str) -> None:
    (issue,) = note(f"# Helmets\nWe train.\n\n## 📊 Results\n{shown}\n").issues
    assert issue.message.startswith("The results here are a picture")
    assert issue.where.line in (5, 6)


@pytest.mark.parametrize(
    "text",
    [
        "# Helmets\n![logo](logo.png)\n",
        "## Results\n![curve](PR.png)\nThe curve is smooth.\n",
        "## Results\nSee below.\n![curve](PR.png)\n",
        "## Results\n![curve](PR.png)\n## Run\n- mAP: 0.31\n",
    ],
)
def test_pictures_elsewhere_or_beside_words_are_no_matter(text: str) -> None:
    assert not note(text).issues
