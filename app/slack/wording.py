"""Every sentence that people read from app/slack, each with when it is shown. Short, kind, and with what to do next."""

HELP = (
    "Hi, I'm Tagwork. Mention me with what you need, for example “@Tagwork read the attached list and tell me what "
    "stands out”. I answer in the thread; write there to add or correct something. To stop me, press Stop or write "
    "“stop”. `/tagwork status` says what runs in a channel, `/tagwork audit #1` why I did what I did. I am automated "
    "and can be wrong."
)
"""A mention with nothing else in it, and the answer to `help`."""

GUEST = "I can't take requests from guest accounts here. Please ask a member of this workspace to write to me instead."
"""A guest asks, and no rule admits guests. Once a day and channel."""

STRANGER = (
    "I only work for people of the workspace that runs me, so I can't take this one. "
    "Please ask someone there to write to me."
)
"""Someone of another organisation asks, through Slack Connect. Once a day and channel."""

BOT = "I don't take requests from apps or workflows here. A member of this workspace can ask me instead."
"""Another app or a workflow asks, and no rule admits it. Once a day and channel."""

GONE = "This account is deactivated, so I can't take requests from it. Please use an active account."
"""The account that asked was deactivated before its request was begun."""

NOT_ALLOWED = "I'm not set up to take requests here. An admin of Tagwork can allow this channel."
"""Policy denies this channel or person altogether. Once a day and channel."""

NOT_YOU = "Only certain people may ask me here. Owners and admins of this workspace can let you."
"""A member who is in none of the user groups that may ask in a channel. Once a day and channel."""

SECRETS_REPLACED = (
    "Your message held something that looks like a secret, so I replaced it before storing it. "
    "If it is real, please revoke it: everyone in this channel could read it."
)
"""A token or key was found in what someone wrote. Shown to them alone."""

WHO_ARE_YOU = "One moment, I'm asking Slack who you are."
"""A command of someone whom we do not know yet; the answer follows."""

UNKNOWN_PERSON = "I could not find out from Slack who you are, so I did nothing. Please try again in a few minutes."
"""A command of someone whom Slack did not tell us about."""

PROMPTS = [
    {"title": "What can you do here?", "message": "help"},
    {"title": "How does my work stand?", "message": "status"},
    {
        "title": "Catch me up",
        "message": "Summarise what was decided in a channel this week. Ask me which channel.",
    },
]
"""Suggested in someone's direct messages with us: a title, and the message that it sends."""

EMPTY = "…"
"""Instead of an answer that has nothing to show: Slack takes no message without text."""


SOURCES = "Sources:"
"""Before the links below an answer."""

HELPFUL = "Helpful"
"""The thumb up below an answer."""

NOT_HELPFUL = "Not helpful"
"""The thumb down below an answer; a press asks why."""


def and_more(number: int) -> str:
    """Sources that there is no room for."""
    return f" and {number:,} more"


def choices(labels: list[str]) -> str:
    """A Question's buttons, in words: in notifications, and for those whose client shows no buttons."""
    return f"Reply with one of: {', '.join(f'“{label}”' for label in labels)}."


def too_long(characters: int, most: int) -> str:
    """Someone wrote more than one request may hold; both in characters."""
    return (
        f"That is {characters:,} characters, and I can take {most:,} in one message. "
        "Please attach the text as a file, or send me the part that matters."
    )


def not_a_command(said: str, nearest: str) -> str:
    """Someone typed words after /tagwork that are no command; `nearest` is one that they may have meant, or empty."""
    meant = f"Did you mean `/tagwork {nearest}`? " if nearest else ""
    return (
        f"I don't know “{said[:60]}” as a command. {meant}`/tagwork help` lists them all: `/tagwork status`, "
        "`/tagwork stop #1` and `/tagwork why #1` among them. To ask me for something, mention me in a message."
    )
