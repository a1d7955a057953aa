"""How the answers in tests/data/answers look in Slack. `python -m tests.app.slack.golden` writes what is expected.

Read the difference before you keep it: it is what people will see.
"""

from collections.abc import Iterator
from pathlib import Path

from agents.deliveries.parts import Sheet, parts_of, too_long
from agents.messages import Message
from app.slack.message_layout import lay_out_message

ANSWERS = Path(__file__).resolve().parents[2] / "data/answers"

NAMES = sorted(file.stem for file in ANSWERS.glob("*.md"))


def answer(name: str) -> str:
    """Return one of the answers, as the model wrote it."""
    return (ANSWERS / f"{name}.md").read_text(encoding="utf-8")


def expected(name: str) -> str:
    """Return what people are to see of it."""
    return (ANSWERS / f"{name}.golden").read_text(encoding="utf-8")


def seen(name: str) -> str:
    """Return what people see of it: each part with the kinds of its blocks, and its words as Slack keeps them."""
    parts = parts_of(answer(name))
    head = "too long for posts: people get the first one, and the whole as a file\n" if too_long(parts) else ""
    return head + "".join(_part(part) for part in parts)


def _part(part: object) -> str:
    return "".join(f"{line}\n" for line in _lines(part))


def _lines(part: object) -> Iterator[str]:
    if isinstance(part, Sheet):
        yield f"=== file {part.name}: {part.alt}"
        yield part.body.decode("utf-8-sig").rstrip("\n")
        return
    laid = lay_out_message(Message(markdown=getattr(part, "markdown", "")))
    yield f"=== post of {', '.join(block['type'] for block in laid.blocks or []) or 'plain text'}"
    yield laid.text


def main() -> None:
    """Write what is to be expected of every answer."""
    for name in NAMES:
        (ANSWERS / f"{name}.golden").write_text(seen(name), encoding="utf-8")


if __name__ == "__main__":
    main()
