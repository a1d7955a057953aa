"""Words for places that hold one line of plain text: titles, buttons, choices, the status line. Pure.

Such places have no code style to hide an address in, and some (a file's title, the passing line) have no flag against
previews. So what a client could act on loses the character that makes it live, and still reads as it was written.
"""

import re

from app.slack.inert import pieces, resolved, visible

FILE_ENDINGS = frozenset(
    {
        *("csv", "tsv", "xlsx", "xls", "docx", "doc", "pptx", "pdf", "txt", "json", "jsonl", "yaml", "yml", "xml"),
        *("html", "png", "jpg", "jpeg", "gif", "svg", "sql", "parquet", "log"),
    }
)
"""Endings of files that are no top-level domains (IANA, root zone database): `sales.csv` may stay as it is."""

ENTITY = re.compile(r"&(?=#?\w+;)")

DOT = re.compile(r"[.。](?=[^\W_])")


def one_line(text: str, most: int) -> str:
    """Return `text` as one inert line of at most `most` characters; "" where nothing of it can be seen."""
    words = " ".join(visible(resolved(text)).split()).replace("<", "‹")
    broken = "".join(_broken(piece) if live else piece for piece, live in pieces(ENTITY.sub("＆", words)))
    # where two addresses run into each other, the mark of the second stands between the pieces
    made = broken.replace("://", "：⁄⁄")
    return made if len(made) <= most else f"{made[: most - 1].rstrip()}…"


def _broken(live: str) -> str:
    plain = not any(mark in live for mark in ":/@?#")
    if plain and live.rpartition(".")[2].lower() in FILE_ENDINGS:
        return live
    return DOT.sub("·", live).replace(":", "：").replace("//", "⁄⁄").replace("@", "＠")
