"""The rival: a plain Bolt app that does what Tagwork does for a mention, and keeps nothing.

    python -m bench.plain_bolt REQUEST.json

Bolt acknowledges at once and runs the listener in its thread pool. The listener shows the session's status, asks
Claude, runs the tools that Claude wants, asks again, and posts the answer. No journal, no policy, no audit, no second
worker: a crash loses everything. It has one client and kept connections for Slack and for Claude, as many threads as a
worker of Tagwork, and sends Claude the same prompt, tools and options: REQUEST.json holds them, as Tagwork sent them.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from anthropic import Anthropic
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from app.slack.connections import Connections
from app.slack.egress import KeptWebClient
from bench.tools import look_up

THREADS = 32
"""Mentions worked on at a time: the default of `engine.threads`."""


def build(request: dict[str, Any]) -> App:
    """Return the app. `request` is what each model call sends beside the messages."""
    token = os.environ["SLACK_BOT_TOKEN"]
    slack = KeptWebClient(token, os.environ["SLACK_API_URL"], Connections())
    claude = Anthropic()
    app = App(token=token, client=slack, listener_executor=ThreadPoolExecutor(THREADS))

    def ask(messages: list[Any]) -> Any:
        with claude.messages.stream(**request, messages=messages) as stream:
            return stream.get_final_message()

    def show(event: dict[str, Any], status: str) -> None:
        place = {"channel_id": event["channel"], "thread_ts": event["ts"]}
        slack.api_call("agents.sessions.setStatus", json=place | {"status": status})

    @app.event("app_mention")
    def mentioned(event: dict[str, Any]) -> None:
        show(event, "processing")
        messages: list[Any] = [{"role": "user", "content": event["text"]}]
        reply = ask(messages)
        while reply.stop_reason == "tool_use":
            calls = [block for block in reply.content if block.type == "tool_use"]
            results = [
                {"type": "tool_result", "tool_use_id": call.id, "content": look_up(**call.input)} for call in calls
            ]
            messages += [{"role": "assistant", "content": reply.content}, {"role": "user", "content": results}]
            reply = ask(messages)
        text = "".join(block.text for block in reply.content if block.type == "text")
        slack.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text=text)
        show(event, "active")

    @app.event("message")
    def said(event: dict[str, Any]) -> None:
        """Slack sends each mention as a message too: nothing to do."""

    return app


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    SocketModeHandler(build(asked), os.environ["SLACK_APP_TOKEN"]).start()  # type: ignore[no-untyped-call]
