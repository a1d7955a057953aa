"""Everything that one message of ours says, as Slack's blocks and as the text beside them. Pure."""

from agents.messages import Message
from app.slack.markdown import Laid, lay_out


def lay_out_message(message: Message) -> Laid:
    """Return `message` laid out. Nothing in it is live but what code vouches for, and both forms hold all its words."""
    return lay_out(message.markdown)
