"""assistant.threads.setStatus and assistant.threads.setSuggestedPrompts (slack.md 1.2)."""

import json
from typing import Any

from app.rehearsal.blocks.shape import list_of, mapping, string
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments, wrong_argument
from app.rehearsal.web_api.methods import method
from app.rehearsal.web_api.own_messages import LOOKS, check_looks, check_root
from app.rehearsal.web_api.reach import writable_channel

LOADING_MESSAGES, PROMPTS = 10, 4  # slack.md 2

_loading_messages = list_of(string(1_000), LOADING_MESSAGES, least=0)
# "guess" for the lengths: no page states them
_prompts = list_of(mapping({"title": string(1_000), "message": string(4_000)}), PROMPTS)


@method(
    "assistant.threads.setStatus",
    None,
    f"channel_id thread_ts status loading_messages {LOOKS}",
    ("chat:write", "assistant:write"),
)
def set_status(stage: Stage, args: Arguments) -> Json:
    """Show a passing line under a thread. Two minutes or any message in the thread take it away, as "" does."""
    check_looks(stage, args)
    channel = writable_channel(stage, args.text("channel_id"))
    root = args.text("thread_ts")
    check_root(stage, channel.id, root)
    status = args.given.get("status")
    if not isinstance(status, str):
        raise wrong_argument("missing required field: status")
    messages = _listed(args, "loading_messages")
    _check(_loading_messages, messages, "loading_messages")
    stage.world.statuses.set(channel.id, root, status, messages, stage.world.clock.now())
    return {}


@method("assistant.threads.setSuggestedPrompts", 3, "channel_id thread_ts title prompts", ("assistant:write",))
def set_suggested_prompts(stage: Stage, args: Arguments) -> Json:
    """Suggest up to four prompts in a direct message, at its top or in a thread."""
    channel = writable_channel(stage, args.text("channel_id"))
    if channel.kind != "im":
        raise SlackError("channel_type_not_supported")  # "guess": prompts are for the agent's direct messages
    root = args.text("thread_ts", "") or None
    if root:
        check_root(stage, channel.id, root)
    elif not stage.manifest.agent:
        raise wrong_argument("missing required field: thread_ts")
    prompts = _listed(args, "prompts")
    _check(_prompts, prompts, "prompts")
    stage.world.statuses.prompts[channel.id, root] = {"title": args.text("title", ""), "prompts": prompts}
    return {}


def _listed(args: Arguments, name: str) -> list[Any]:
    given = args.given.get(name) or []
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            # slack.md 5.1: forms join lists with commas
            given = given.split(",")
    if not isinstance(given, list):
        raise wrong_argument(f"must be an array: {name}")
    return given


def _check(check: Any, value: list[Any], name: str) -> None:
    wrong = [*check(value, f"/{name}")]
    if wrong:
        raise wrong_argument(wrong[0])
