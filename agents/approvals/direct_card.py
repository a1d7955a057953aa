"""How a card reads where people are asked in their direct messages: there, and in the thread that asked. Pure.

In direct messages it carries what is needed to decide and nothing else of the conversation: whoever reads it may not be
in the channel, so the model's own words are left out. In the thread it says who was asked, and how it stands.
"""

from collections.abc import Sequence
from dataclasses import replace

from agents.approvals.showing import visible
from agents.messages import Message, Press


def in_direct_messages(card: Message, *, requester: str, channel: str) -> Message:
    """Return a card for someone's direct messages. In: names of who asked for the call, and of the channel."""
    asked = f"{visible(requester)} asked for it in {channel}."
    return replace(card, quoted="", footer=f"{asked} {card.footer}".strip())


def in_thread(card: Message, asked: Sequence[str]) -> Message:
    """Return a card for the thread, where nobody is asked. In: names of those who are, in direct messages."""
    proposals = tuple(
        replace(one, values=(), digest="", buttons=tuple(one for one in one.buttons if one.press is Press.TAKE_BACK))
        for one in card.proposals
    )
    said = f"I asked {_listed([visible(one) for one in asked])} in a direct message. {card.footer}"
    return replace(card, quoted="", proposals=proposals, buttons=(), footer=said if card.footer else "")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
