"""What a reading tool said about a web page: its title, its tables, and figures that stand beside words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

HEAD = re.compile(r"^Page (?P<url>https?://\S+):(?: [\"“](?P<title>[^\"”\n]*)[\"”])?[^\n]*$", re.M)
RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
BESIDE = re.compile(
    r"^\W*(?P<label>[^\W\d][^:=\n|]{0,60}?)\s*[:=–]\s*(?P<figure>[^\s\d-]{0,3}\s?-?\d[\d.,  ']*)\D{0,12}$"
)
FIGURE = re.compile(r"^[^\w-]{0,3}\s?(?P<number>-?\d[\d.,  ']*)\s*[^\d]{0,12}$")
THOUSANDS = re.compile(r"(?<=\d)[.,  '](?=\d{3}(?:\D|$))")


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of a page. Lines of the form `North: 120` are one with the columns "" and ""."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PageRead:
    """What is known of one page."""

    title: str
    text: str
    tables: tuple[PageTable, ...]


def read_page_result(result: str) -> PageRead:
    """Return what a result says. The title is empty where the page names none."""
    head = HEAD.search(result)
    body = result[head.end() :] if head else result
    lines = [line for line in body.strip("\n").splitlines() if not line.startswith("Cut: ")]
    beside = tuple(
        (match["label"].strip("*_ "), match["figure"].strip()) for match in map(BESIDE.match, lines) if match
    )
    tables = [*_tables(lines), *([PageTable(("", ""), beside)] if beside else [])]
    return PageRead((head["title"] or "") if head else "", "\n".join(lines).strip(), tuple(tables))


def number_of(cell: str) -> str:
    """Return a cell's figure as SQL writes it: `1,240,000 €` is 1240000. Empty where it holds none."""
    match = FIGURE.match(cell.strip("*_ "))
    if not match:
        return ""
    plain = THOUSANDS.sub("", match["number"].strip().rstrip(".,"))
    plain = plain.replace(",", ".")
    return plain if re.fullmatch(r"-?\d+(?:\.\d+)?", plain) else ""


def _tables(lines: Sequence[str]) -> Iterator[PageTable]:
    for at, line in enumerate(lines):
        if at and RULE.match(line) and "|" in lines[at - 1]:
            header = _cells(lines[at - 1])
            rows = []
            for below in lines[at + 1 :]:
                if "|" not in below:
                    break
                cells = _cells(below)
                if len(cells) == len(header):
                    rows.append(cells)
            yield PageTable(header, tuple(rows))


def _cells(line: str) -> tuple[str, ...]:
    bare = line.strip().removeprefix("|").removesuffix("|")
    return tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", bare))
