"""The blocks of a note are those of markdown-it, whatever the text."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from fcosreport.notes.blocks import Block, blocks_of

PIECES = (
    "a|b c| |  |    |\t|\n|\n\n|- |-|* |+ |1. |2) |# |#|##|---|===|=|> |>|```|~~~|`|<div>|<b>|</div>|<!-- |-->|***"
    "|_ _ _|[a]: b|\\|123456789. |\u2003|\f|\0|一"
).split("|")
_SILENT = {f"{name}_{end}" for name in ("paragraph", "bullet_list", "ordered_list") for end in ("open", "close")}
"""Tokens of which nothing is asked."""
TABLES = ("|", "\\|", "| a | b |", "|---|---|", "|:-:|--|", "-|-", "- | -", ":-")


def peer(text: str) -> list[Token]:
    """The blocks by markdown-it's own rules."""
    markdown = MarkdownIt("commonmark").enable("table")
    markdown.core.ruler.disable(["inline", "text_join"])
    markdown.block.ruler.disable("reference")
    return markdown.parse(text)


def told(blocks: Sequence[Token | Block]) -> Iterator[object]:
    """What counts of blocks: of a table its lines with their cells, of a paragraph its content."""
    rows: list[tuple[int, list[str]]] = []
    table: list[int] | None = None
    for token in blocks:
        if isinstance(token, Block) and token.type == "table":
            yield "table", token.map, token.rows
        elif token.type == "table_open":
            rows, table = [], token.map
        elif token.type == "table_close":
            yield "table", table, rows
            table = None
        elif token.type == "tr_open" and token.map:
            rows.append((token.map[0], []))
        elif table and token.type == "inline":
            rows[-1][1].append(token.content)
        elif not table and token.type not in _SILENT:
            place = None if token.type in ("heading_open", "list_item_open") else token.map
            yield token.type, token.tag, place, token.content, token.info if token.type == "fence" else ""


@given(st.lists(st.sampled_from([*PIECES, *TABLES]), max_size=30).map("".join))
@example("a\n---\n> b\nc\n===\n- | d |\n  |---|\n  | e\\|f\n> | g |\n> |---|\nh")
def test_blocks_are_those_of_markdown_it(text: str) -> None:
    assert list(told(blocks_of(text))) == list(told(peer(text)))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("| a | b\n|--|--\n| 1 | 2 | 3 |\n| 4 |", [(0, ["a", "b"]), (2, ["1", "2"]), (3, ["4", ""])]),
        (r"a \| b | c" "\n-|-\n", [(0, ["a | b", "c"])]),
    ],
)
def test_rows_have_as_many_cells_as_the_headers(text: str, rows: list[tuple[int, list[str]]]) -> None:
    (table,) = blocks_of(text)
    assert table.rows == rows


@pytest.mark.parametrize("text", ["| a | b |\n|---|\n", "| a |\n- -\n", "a\n---\n", "| a |\n|--|:|\n"])
def test_what_only_looks_like_a_table_is_none(text: str) -> None:
    assert "table" not in [token.type for token in blocks_of(text)]
