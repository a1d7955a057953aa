"""Which events reach us. Slack tells no bot what its app is subscribed to: what came before is the proof."""

from collections.abc import Iterator

from agents.journal import inputs
from app.doctor.bench import Bench, NoJournal, Unasked
from app.doctor.examining import Check, Finding


def _look(bench: Bench) -> Iterator[Finding]:
    try:
        bench.told_or_unasked  # noqa: B018 - without it there is nobody to be told by
    except Unasked:
        return
    try:
        ago = bench.journal.read(inputs.newest_ago)
    except NoJournal:
        ago = None
    if ago is None:
        yield CHECK.warn(
            "No message has come yet, and Slack does not tell what an app is subscribed to.",
            f"Mention the bot where it was invited. If nothing comes, compare {bench.app_page}/event-subscriptions "
            "with `tagwork manifest`.",
        )
    else:
        yield CHECK.ok(f"Messages come: the last one {ago / 3_600_000_000:.1f} h ago.")


CHECK = Check("events", 40, _look)
