"""An answer as its Deliveries: parts in order, files and charts before the last one, which carries what vouches for it.

Files that a call made are shown with an answer only: without the words that say what they are, a chart of a Run that
failed or was stopped would pass for its result.
"""

from agents.deliveries.life import Kind
from agents.deliveries.parts import Sheet, Words, parts_of, too_long, whole
from agents.deliveries.saying import say
from agents.engine import left_streams
from agents.engine.hand import Hand
from agents.engine.so_far import not_done
from agents.journal import content, planning, toolcalls
from agents.journal.transaction import Transaction
from agents.messages import Button, Link, Message, Press
from agents.runs.life import Run
from agents.toolcalls import results
from agents.toolcalls.life import State as CallState
from agents.toolcalls.results import KeptFile, Outcome
from tools.contract import Source

MOST_MESSAGES = 3
"""Messages that are cited one by one."""

MOST_CHARTS = 2
"""Charts that stand in the answer itself, which Slack allows in one message; further ones are files."""


def say_answer(hand: Hand, tx: Transaction, run: Run, text: str) -> None:
    """Plan every Delivery of a Run's answer; the last is terminal."""
    # what its first Turn proposes has no outcome yet
    calls = toolcalls.of_run(tx, run.id) if run.turns > 1 else ()
    outcomes = [
        results.from_bytes(content.body_of(tx, call.result_content_id))
        for call in calls
        if call.status is CallState.SUCCEEDED and call.result_content_id is not None
    ]
    blocked = not_done(calls, text)
    parts = parts_of(f"{text}\n\n{blocked}" if blocked else text)
    posts = [part.markdown for part in parts if isinstance(part, Words)]
    charts, files = _shared_out(outcomes)
    files += [
        _stored(tx, run, part.name, part.media_type, part.body, part.alt) for part in parts if isinstance(part, Sheet)
    ]
    if too_long(parts):
        name, body = whole(text)
        files.insert(0, _stored(tx, run, name, "text/markdown", body))
        posts = [
            f"{posts[0]}\n\n_This is the beginning. The whole answer is in `{name}`._",
            *([blocked] if blocked else []),
        ]
    streams = left_streams.adopt(hand, tx, run, len(posts))
    for post, stream in zip(posts[:-1], streams, strict=False):
        say(hand, tx, run, Kind.ANSWER, post, adopts=stream)
    for file in files:
        _say_file(hand, tx, run, file)
    read_on = any(call.tool == "read_thread" and call.status is CallState.SUCCEEDED for call in calls)
    last = _last(run, posts[-1], outcomes, charts, not_read=0 if read_on else run.left_out)
    say(hand, tx, run, Kind.ANSWER, last, terminal=True, adopts=streams[-1])


def _last(run: Run, words: str, outcomes: list[Outcome], charts: list[KeptFile], *, not_read: int) -> Message:
    read = dict.fromkeys(source for outcome in outcomes for source in outcome.sources)
    # the request itself is no source of its answer
    sources = [one for one in read if (one.kind, one.id) != ("message", run.request_ts)]
    return Message(
        markdown=words,
        sources=tuple(_links(sources)),
        charts=tuple(chart.chart for chart in charts if chart.chart is not None),
        footer=_footer(run, sources, not_read),
        footer_button=Button(Press.WHY, "why?", run.id),
        feedback=run.id,
    )


def _links(sources: list[Source]) -> list[Link]:
    """Return where people find what was read: pages, files, and messages, of which many are one conversation."""
    messages = sorted((one for one in sources if one.kind == "message" and one.url), key=lambda one: one.id)
    if len(messages) > MOST_MESSAGES:
        cited = [Link(messages[0].url, "messages from here on")]
    else:
        cited = [Link(one.url, f"message by {one.title}") for one in messages]
    read = [Link(one.url, one.title or one.id) for one in sources if one.kind != "message" and one.url]
    return list({link.url: link for link in [*read, *cited]}.values())


def _footer(run: Run, sources: list[Source], not_read: int) -> str:
    """The Run's number, its model, what it cost, what it was made from that no link leads to, and what was not read."""
    unlinked = [one for one in sources if not one.url]
    names = list(dict.fromkeys(one.title for one in unlinked if one.kind == "file" and one.title))
    if any(one.kind == "message" for one in unlinked):
        names.append("messages here")
    made_from = [f"from {', '.join(names)}"] if names else []
    missing = [f"{not_read:,} earlier messages of this thread were not read"] if not_read else []
    unasked = ["nobody asked: I read along here"] if run.unasked else []
    cost = f"${run.cost_micro_usd / 1_000_000:.4f}"
    return " · ".join([f"#{run.number}", run.model, cost, *unasked, *made_from, *missing])


def _shared_out(outcomes: list[Outcome]) -> tuple[list[KeptFile], list[KeptFile]]:
    """Return the charts that stand in the answer, and the files before it: all of them, for a chart's is its data."""
    files = [kept for outcome in outcomes for kept in outcome.kept]
    return [one for one in files if one.chart is not None][:MOST_CHARTS], files


def _stored(tx: Transaction, run: Run, name: str, media_type: str, body: bytes, alt: str = "") -> KeptFile:
    stored = content.store(
        tx, run.workspace_id, "made", body, name=name, media_type=media_type, labels=run.labels, run_id=run.id
    )
    return KeptFile(stored.id, name, media_type, alt, None)


def _say_file(hand: Hand, tx: Transaction, run: Run, file: KeptFile) -> None:
    planned = planning.plan_file(
        tx,
        made=file.content_id,
        name=file.name,
        media_type=file.media_type,
        alt=file.alt,
        workspace_id=run.workspace_id,
        thread_id=run.thread_id,
        run_id=run.id,
        user_id=run.requester,
        actor=hand.actor,
        labels=run.labels,
    )
    hand.poke_deliver(tx, planned)
