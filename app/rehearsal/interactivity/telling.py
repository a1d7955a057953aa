"""What a person sees after acting: what the app answered for them alone or for all, or that the app did not answer."""

from app.rehearsal.events.occasions import message_posted
from app.rehearsal.interactivity.interactions import Interaction
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.content import may_unfurl, read_content
from app.rehearsal.web_api.own_messages import own
from app.rehearsal.world.messages import Message

# the words of Slack's clients for a command; those for buttons and modals are a "guess"
COMMAND_FAILED = '{command} failed with the error "{error}"'
PRESS_FAILED = "The app did not respond in time. Try again."
VIEW_FAILED = "We had some trouble connecting. Try again?"
NOBODY_THERE = frozenset({"no_connection", "connection_failed", "connection_lost"})


def tell_failure(stage: Stage, made: Interaction, channel: str, root: str | None = None) -> None:
    """Show the person that what they did failed; nothing else of it stays."""
    if made.kind == "command":
        error = "dispatch_failed" if made.outcome in NOBODY_THERE else "operation_timeout"
        text = COMMAND_FAILED.format(command=made.payload["command"], error=error)
    else:
        text = VIEW_FAILED if made.kind.startswith("view") else PRESS_FAILED
    shown = Message(channel, stage.world.new_ts(), "USLACKBOT", text, root)
    stage.world.visible.add(
        "interaction_failed", stage.world.clock.now(), shown, shown_to=made.user, interaction=made.id
    )
    stage.changes.note()


def tell_answer(stage: Stage, reader: str, channel: str, answer: Json, root: str | None = None) -> Message:
    """Show what an app answers to an interaction: to everyone with response_type in_channel, else to `reader` alone.

    Raises SlackError when the answer has no text or blocks, or blocks that Slack refuses.
    """
    args = Arguments(answer)
    text, blocks = read_content(args)
    said = own(stage, channel, root, text, blocks=blocks, unfurls=may_unfurl(args))
    kind = args.text("response_type", "ephemeral")
    if kind == "in_channel":
        stage.world.say(said)
        stage.deliveries.send(message_posted(stage, said))
    elif kind == "ephemeral":
        stage.world.show_only_to(reader, said)
    else:
        raise SlackError("invalid_response_type")
    stage.changes.note()
    return said
