"""With `--deep` and `--channel`: post, show the sign that gives people Stop, take both away again."""

from collections.abc import Iterator

from agents.surface import CallFailed
from app.doctor.bench import SECONDS, Bench, Unasked
from app.doctor.examining import Check, Finding

TEXT = "This is Tagwork's doctor, seeing whether it can write here. It takes this away again at once."
NO_STOP = "missing_agent_session_stopped_event_subscription"
"""Slack's warning where the app does not hear Stop. docs.slack.dev, agents.sessions.setStatus."""


def _look(bench: Bench) -> Iterator[Finding]:
    if not bench.deep:
        return
    if not bench.channel:
        yield CHECK.warn("Nothing was posted.", "Name a channel that the bot was invited to: --channel C0123456789")
        return
    try:
        bench.told_or_unasked  # noqa: B018 - without it there is nobody to post
    except Unasked:
        return
    arguments = {"channel": bench.channel, "text": TEXT, "unfurl_links": False, "unfurl_media": False}
    try:
        ts = str(bench.egress.call("chat.postMessage", arguments, seconds=SECONDS)["ts"])
    except CallFailed as no:
        yield CHECK.fail(
            f"Slack does not let us post in {bench.channel} ({no.cause}).", "Invite the bot there: /invite @Tagwork"
        )
        return
    try:
        yield from _sign(bench, ts)
    finally:
        bench.egress.call("chat.delete", {"channel": bench.channel, "ts": ts}, seconds=SECONDS)
    yield CHECK.ok(f"A message was posted in {bench.channel}, and taken away again.")


def _sign(bench: Bench, ts: str) -> Iterator[Finding]:
    where = {"channel_id": bench.channel, "thread_ts": ts}
    try:
        told = bench.egress.call("agents.sessions.setStatus", {**where, "status": "processing"}, seconds=SECONDS)
        bench.egress.call("agents.sessions.setStatus", {**where, "status": "closed"}, seconds=SECONDS)
    except CallFailed as no:
        yield CHECK.fail(
            f"Slack does not let us show a status ({no.cause}).",
            f"Paste `tagwork manifest` at {bench.app_page}/app-manifest: it declares the app an agent.",
        )
        return
    if NO_STOP in str(told.get("warning") or ""):
        yield CHECK.fail(
            "People get no Stop: the app is not subscribed to agent_session_stopped.",
            f"Paste `tagwork manifest` at {bench.app_page}/app-manifest.",
        )


CHECK = Check("posting", 130, _look)
