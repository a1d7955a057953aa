"""Answer a clause that asks what was said in a channel."""

import re
from typing import Any

from app.rehearsal.claude.offline_model.attempts import Failed, Wanted, attempt
from app.rehearsal.claude.offline_model.conversation import Conversation
from app.rehearsal.claude.offline_model.entities import entities_of
from app.rehearsal.claude.offline_model.outcomes import Outcome, Said
from app.rehearsal.claude.offline_model.schemas import fits
from app.rehearsal.claude.offline_model.sentences import first_sentences
from app.rehearsal.claude.offline_model.tool_roles import channel_reader

SAYS = re.compile(
    r"\b(?:said|say|says|discuss\w*|talk\w*|happen\w*|history|messages?|posted|wrote|decided?|going on|new|"
    r"summari[sz]e|summary|recap|catch me up|read)\b",
    re.I,
)
DENIED = re.compile(r"^\W*denied: ", re.I)
HERE = re.compile(r"\b(?:in|of|from) (?:this|the) channel\b|\bhere in the channel\b", re.I)
SENDS = re.compile(r"^(?:please\s+)?(?:post|send|write|tell|announce|share|remind)\b", re.I)


def asks_about_channel(clause: str, talk: Conversation) -> bool:
    """Whether a clause asks what was said in a channel, and a tool could read it."""
    if channel_reader(talk.tools) is None or SENDS.match(clause) or not SAYS.search(clause):
        return False
    return bool(entities_of(clause).channels or HERE.search(clause))


def pursue_channel(clause: str, talk: Conversation) -> Outcome:
    """Return the call that reads the channel, or what was said there, or why it cannot be read."""
    role = channel_reader(talk.tools)
    if role is None:
        return Said("I have no tool that reads channels.")
    tool, named = role
    channel = next(iter(entities_of(clause).channels), "")
    arguments: dict[str, Any] = {named: channel} if channel else {}
    if not fits(arguments, tool.schema, tool.schema):
        return Said(f"{tool.spoken_name} takes no such channel.")
    called = f"the channel {channel}" if channel else "this channel"
    stands = attempt(talk, tool, arguments, f"Read {called}")
    if isinstance(stands, Wanted):
        return stands
    if isinstance(stands, Failed):
        return Said(f"I did not read {called}: {DENIED.sub('', stands.reason)}")
    return Said(f"In {called}: “{first_sentences(stands.result, 8)}”")
