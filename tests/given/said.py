"""What a message of ours says to people, without what every answer has: its footer."""

import re

from tests.given.rehearsal import Json

FOOTER = re.compile(r"\n\n#\d+ · [^\n]+$")


def words_of(message: Json) -> str:
    """Return the text of a message without the line that says its Run, model and cost."""
    return FOOTER.sub("", str(message["text"]))


def is_card(message: Json) -> bool:
    """Whether a message is the card of a plan."""
    return any(block.get("type") == "plan" for block in message.get("blocks") or ())
