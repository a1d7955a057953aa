"""What all that is lent for one call shares: whose call it is, and how the surface's troubles read for a tool."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from agents.journal.transaction import Journal
from agents.surface import CallFailed, OutcomeUnknown, Place, Surface, TryLater
from agents.toolcalls.life import ToolCall
from tools.contract import MayHaveHappened, ToolFailed, Unavailable

T = TypeVar("T")

SENTENCES = {
    "too_large": "The file is larger than 20 MB, the most that I can read.",
    "login_page": "Slack sent a login page instead of the file. Tagwork may lack the scope files:read; ask an admin.",
    "file_deleted": "The file was deleted in Slack.",
    "file_not_found": "The file is gone from Slack.",
    "missing_scope": "Tagwork lacks a scope for this in Slack. An admin can reinstall it from its manifest.",
    "not_in_channel": "I am not in that channel. Someone there can invite me.",
    "channel_not_found": "There is no such channel that I can see. If it is private, someone there can invite me.",
    "is_archived": "That channel is archived.",
    "user_not_found": "There is no such person in this workspace.",
    "user_disabled": "That person's account is deactivated.",
    "cannot_dm_bot": "That is an app, which no direct messages can be written to.",
    "restricted_action": "An admin of this workspace has restricted this.",
    "user_is_restricted": "An admin of this workspace has restricted this.",
    "time_in_past": "That time has passed.",
    "time_too_far": "That is more than 120 days ahead, the most that Slack keeps a message for.",
    "restricted_too_many": "Thirty messages wait for those five minutes in that channel already, the most of Slack.",
    "too_long": "That is longer than the 250 characters of a topic.",
    "live_words": "A topic can hold no addresses or mentions. Say it in plain words.",
    "method_not_supported_for_channel_type": "That kind of conversation has no such thing.",
    "canvas_disabled_user_team": "Canvases are turned off in this workspace.",
    "team_tier_cannot_create_channel_canvases": "This workspace's plan has no channel canvases.",
    "canvas_editing_failed": "Slack could not change the canvas there.",
}
"""What a person reads for the other side's codes."""


@dataclass(frozen=True, slots=True)
class Lent:
    """One call, and where it comes from. `seconds`: the longest it may take."""

    journal: Journal
    surface: Surface
    place: Place
    call: ToolCall
    seconds: float

    def ask(self, question: Callable[[], T]) -> T:
        """Ask the surface something; what goes wrong is said in the tools' language."""
        try:
            return question()
        except TryLater as later:
            raise Unavailable(later.cause, later.retry_after) from None
        except OutcomeUnknown as fault:
            raise Unavailable(fault.cause) from None
        except CallFailed as fault:
            raise ToolFailed(sentence_of(fault)) from None

    def change(self, effect: Callable[[], T]) -> T:
        """Change something there: where the answer is lost it may have happened."""
        try:
            return effect()
        except TryLater as later:
            raise Unavailable(later.cause, later.retry_after) from None
        except OutcomeUnknown as fault:
            raise MayHaveHappened(fault.cause) from None
        except CallFailed as fault:
            raise ToolFailed(sentence_of(fault)) from None

    def look(self, at: Callable[[], T]) -> T:
        """Look whether something happened: whatever keeps us from seeing it leaves that open."""
        try:
            return at()
        except CallFailed as fault:
            raise MayHaveHappened(fault.cause) from None


def sentence_of(fault: CallFailed) -> str:
    """Return what a person reads for a no of the other side."""
    return SENTENCES.get(fault.cause, f"Slack refused it ({fault.cause}).")
