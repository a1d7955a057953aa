"""Ids in sentences as the names that people know them by, as far as the journal has them. Within a transaction."""

import re
from collections.abc import Mapping

from agents.journal import belonging, people
from agents.journal.transaction import Transaction

ID = re.compile(r"(?<![A-Za-z0-9#@_.-])[@#]?([UWCGS][A-Z0-9]{7,30})(?![A-Za-z0-9])")
"""An id of Slack within a sentence: at least eight characters, so that words in capitals are left alone."""

MOST = 40
"""Different ids of one text that are looked up."""


def named(tx: Transaction, workspace_id: str, text: str, also: Mapping[str, str] | None = None) -> str:
    """Return a text with `@ann` for U0ANN000001 and `#sales` for C0SALES0001; what is not known stays as it is.

    `also`: names that someone just told, with their signs; what the surface said counts more.
    """
    names = dict(also or {})
    for one in list(dict.fromkeys(ID.findall(text)))[:MOST]:
        name = name_of(tx, workspace_id, one)
        if name:
            names[one] = name
    return ID.sub(lambda found: names.get(found[1], found[0]), text)


def name_of(tx: Transaction, workspace_id: str, named_id: str) -> str:
    """Return the name of a person or a channel with its sign; "" where it is not known."""
    if named_id[0] in "UW":
        known = people.known(tx, workspace_id, named_id)
        return f"@{known.person.name}" if known else ""
    if named_id[0] in "CG":
        told = belonging.conversation(tx, workspace_id, named_id)
        return f"#{told.conversation.name}" if told and told.conversation.name else ""
    return ""
