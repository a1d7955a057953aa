"""Every sentence that people read from app/slack, each with when it is shown. Short, kind, and with what to do next."""

HELP = (
    "Hi, I'm Tagwork. Mention me with what you need, for example “@Tagwork read the attached list and tell me what "
    "stands out”. I answer in the thread; write there to add or correct something."
)
"""A mention with nothing else in it."""

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

SECRETS_REPLACED = (
    "Your message held something that looks like a secret, so I replaced it before storing it. "
    "If it is real, please revoke it: everyone in this channel could read it."
)
"""A token or key was found in what someone wrote. Shown to them alone."""

EMPTY = "…"
"""Instead of an answer that has nothing to show: Slack takes no message without text."""


def too_long(characters: int, most: int) -> str:
    """Someone wrote more than one request may hold; both in characters."""
    return (
        f"That is {characters:,} characters, and I can take {most:,} in one message. "
        "Please attach the text as a file, or send me the part that matters."
    )
