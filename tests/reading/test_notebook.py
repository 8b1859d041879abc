"""Notebooks: what cells printed is read as a log with the lines of the file; code and pictures are silent."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from fcosreport.reading import notebook
from fcosreport.reading.file import Reading, read
from fcosreport.records import Evaluation, Issue

TABLE = "   AP    AP50    AP75\n-----  ------  ------\n{ap}   0.573   0.418\n"
HTML = (
    "<table border='1'>\n<thead><tr>\n<th></th>\n<th>mAP</th><th>mAP50</th></tr></thead>\n"
    "<tr>\n<th>0</th>\n<td>0.387</td>\n<td><b>0.573</b></td>\n</tr>\n</table>"
)


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "outputs": list(outputs), "source": source.splitlines(keepends=True)}


def stream(text: str) -> dict[str, Any]:
    return {"name": "stdout", "output_type": "stream", "text": text.splitlines(keepends=True)}


def data(**kinds: str) -> dict[str, Any]:
    named = {kind.replace("_", "/"): text for kind, text in kinds.items()}
    return {"data": named, "output_type": "display_data"}


def markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": text.splitlines(keepends=True)}


def of(folder: Path, *cells: dict[str, Any], indent: int | None = 1) -> tuple[Reading, list[str]]:
    """What is read of a notebook, and its lines."""
    text = json.dumps({"cells": list(cells), "nbformat": 4}, indent=indent, ensure_ascii=False)
    (folder / "a.ipynb").write_text(text, encoding="utf-8")
    return read(folder / "a.ipynb", "a.ipynb", "log"), text.splitlines()


def results(reading: Reading) -> list[tuple[int, float | None]]:
    return [(each.where.line, each["AP"]) for each in reading.records if isinstance(each, Evaluation)]


def test_what_a_cell_printed_is_a_result_in_its_line_of_the_file(tmp_path: Path) -> None:
    reading, lines = of(tmp_path, code("evaluate()", stream(TABLE.format(ap="0.387"))))
    ((line, ap),) = results(reading)
    assert (ap, lines[line - 1].strip()) == (0.387, r'"0.387   0.573   0.418\n"')


def test_a_notebook_in_one_line_is_read_in_that(tmp_path: Path) -> None:
    reading, _ = of(tmp_path, code("evaluate()", stream(TABLE.format(ap="0.387"))), indent=None)
    assert results(reading) == [(1, 0.387)]


@pytest.mark.parametrize(
    "output", [data(text_html=HTML, text_plain="<HTML object>"), data(text_plain="{'map': 0.387, 'map_50': 0.573}")]
)
def test_a_table_in_html_and_what_a_cell_returns_are_read(tmp_path: Path, output: dict[str, Any]) -> None:
    reading, _ = of(tmp_path, code("df", output))
    assert [ap for _, ap in results(reading)] == [0.387]


def test_a_table_in_html_without_a_row_hides_nothing(tmp_path: Path) -> None:
    empty = data(text_html="<table><caption>no rows</caption></table>", text_plain="{'map': 0.387, 'map_50': 0.573}")
    reading, _ = of(tmp_path, code("df", empty))
    assert [ap for _, ap in results(reading)] == [0.387]


def test_code_and_other_outputs_are_silent(tmp_path: Path) -> None:
    source = "expected = {'map': 0.387, 'map_50': 0.6}\n" + TABLE.format(ap="0.387")
    reading, _ = of(tmp_path, code(source, data(application_json=TABLE.format(ap="0.387"))), code(source))
    assert results(reading) == []


def test_each_training_and_each_other_model_begins_a_run(tmp_path: Path) -> None:
    def shown(ap: str) -> dict[str, Any]:
        return stream(TABLE.format(ap=ap))

    reading, _ = of(
        tmp_path,
        code("import torch", stream("2.1\n")),
        code("trainer.train()", shown("0.381")),
        code("trainer.evaluate()", shown("0.382")),
        code("!python tools/train.py config.py", shown("0.383")),
        code("model = fcos_resnet50_fpn(weights='DEFAULT')"),
        code("evaluate(model)", shown("0.384")),
        code("model = model.to('cpu')", stream("moved\n")),
        code("evaluate(model)", shown("0.385")),
    )
    assert [[each["AP"] for each in one.evaluations] for one in reading.segments] == [
        [0.381, 0.382],
        [0.383],
        [0.384, 0.385],
    ]


def test_a_result_that_was_pasted_into_markdown_is_of_a_note(tmp_path: Path) -> None:
    lines = "\n".join(
        f" Average Precision  (AP) @[ IoU={iou} | area=   all | maxDets=100 ] = {ap}"
        for iou, ap in (("0.50:0.95", "0.387"), ("0.50     ", "0.573"), ("0.75     ", "0.418"))
    )
    reading, _ = of(tmp_path, markdown(f"## Theirs\n```\n{lines}\n```\n"), code("print()", stream("\n")))
    (found,) = reading.segments[0].evaluations
    assert (found.origin, found["AP"]) == ("note", 0.387)


def test_many_megabytes_of_pictures_are_passed_over(tmp_path: Path) -> None:
    picture = data(image_png="iVBORw0KGgo" * 500_000)
    start = time.process_time()
    reading, _ = of(tmp_path, *[code("plt.show()", picture)] * 9, code("e()", stream(TABLE.format(ap="0.387"))))
    assert [ap for _, ap in results(reading)] == [0.387]
    assert time.process_time() - start < 10


def test_of_a_notebook_that_is_too_large_the_beginning_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "LIMIT", 1000)
    reading, _ = of(tmp_path, code("e()", stream(TABLE.format(ap="0.387"))), code("f()", stream("x\n" * 900)))
    assert [ap for _, ap in results(reading)] == [0.387]
    assert any(isinstance(each, Issue) for each in reading.records)


@pytest.mark.parametrize("text", ["", "{", '{"cells": [', '{"cells": [{"outputs": [{"text": "\\ud800"}]}]}', "]]}}"])
def test_what_is_no_notebook_is_read_without_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.ipynb").write_text(text)
    assert results(read(tmp_path / "a.ipynb", "a.ipynb", "log")) == []


def test_a_cell_that_names_another_configuration_or_folder_of_weights_begins_a_run(tmp_path: Path) -> None:
    def shown(ap: str) -> dict[str, Any]:
        return stream(TABLE.format(ap=ap))

    reading, _ = of(
        tmp_path,
        code("%run tools/eval.py -c configs/fcos.yml", shown("0.381")),
        code("!python tools/test.py work_dirs/fcos/fcos.py fcos.pth", shown("0.382")),
        code("%run tools/eval.py -c configs/yolo.yml", shown("0.383")),
        code("m = load_model('output/yolov3/epoch_1')", shown("0.384")),
        code("m = load_model('output/yolov3/epoch_2')", shown("0.385")),
    )
    assert [[each["AP"] for each in one.evaluations] for one in reading.segments] == [
        [0.381, 0.382],
        [0.383],
        [0.384, 0.385],
    ]


def test_tables_in_html_that_follow_each_other_are_two(tmp_path: Path) -> None:
    other = HTML.replace("mAP<", "model<").replace("mAP50<", "mAP<").replace("0.387", "fcos").replace("0.573", "0.41")
    reading, _ = of(tmp_path, code("a", data(text_html=HTML)), code("b", data(text_html=other)))
    assert [ap for _, ap in results(reading)] == [0.387, 0.41]


def test_what_a_notebook_printed_and_no_reader_took_is_told(tmp_path: Path) -> None:
    said = "best mAP: 60.8% so far, 3 of 4 done\n"
    reading, lines = of(tmp_path, code(f"# {said}", stream("hello\n")), code("show()", stream(said)))
    assert reading.doubt
    assert said.strip() in lines[reading.doubt.where.line - 1]
    assert "source" not in lines[reading.doubt.where.line - 1]
    reading, _ = of(tmp_path, code(f"# {said}", stream("hello\n")))
    assert reading.doubt is None
