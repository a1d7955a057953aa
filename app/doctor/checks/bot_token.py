"""The bot token: is it one, does Slack know it, and whom does it stand for?"""

from collections.abc import Iterator

from agents.surface import CallFailed, Refused
from app.doctor.bench import Bench
from app.doctor.examining import Check, Finding
from app.slack.token_shapes import APPS, check_shapes


def _look(bench: Bench) -> Iterator[Finding]:
    check_shapes(bot_token=bench.settings.slack.bot_token.get_secret_value(), listens=False)
    try:
        told = bench.told.data
    except Refused as no:
        yield CHECK.fail(
            f"Slack refuses SLACK_BOT_TOKEN with {no.cause}.",
            f"Install the app again and copy the token it shows: {APPS}, OAuth & Permissions.",
        )
        return
    except CallFailed as fault:
        yield CHECK.fail(
            f"Slack could not be asked ({fault.cause}).",
            f"See whether this machine reaches {bench.settings.slack.api_url}, through a proxy if there is one.",
        )
        return
    if not told.get("bot_id"):
        yield CHECK.fail(
            "SLACK_BOT_TOKEN is a person's token.", f"Copy the one that begins with xoxb-: {APPS}, OAuth & Permissions."
        )
        return
    yield CHECK.ok(f"Slack knows us as {told.get('user')} in {told.get('team')} ({told.get('team_id')}).")


CHECK = Check("bot token", 10, _look)
