"""How Slack's events reach us: by an app token over a socket, or signed by HTTP. A misplaced secret is told."""

from collections.abc import Iterator

from agents.surface import TryLater
from app.doctor.bench import Bench
from app.doctor.examining import Check, Finding
from app.slack.greeting import connections_of, socket_address
from app.slack.token_shapes import check_shapes


def _look(bench: Bench) -> Iterator[Finding]:
    slack = bench.settings.slack
    app_token, secret = slack.app_token.get_secret_value(), slack.signing_secret.get_secret_value()
    # the shape of the bot token has a check of its own
    check_shapes(bot_token="xoxb-1", app_token=app_token, signing_secret=secret)  # noqa: S106
    if secret:
        yield CHECK.ok(f"Signed HTTP at http://{bench.settings.listen}/slack/events; Slack must reach it by https.")
    if not app_token:
        return
    try:
        address = socket_address(app_token, slack.api_url)
    except TryLater as fault:
        yield CHECK.fail(f"Slack could not be asked for a socket ({fault.cause}).", "Try again in a minute.")
        return
    if not bench.deep:
        yield CHECK.ok("Socket Mode: Slack takes the app token.")
        return
    others = connections_of(address) - 1
    if others < 0:
        yield CHECK.fail(
            "Slack's socket did not greet us.",
            "See whether a proxy or firewall on the way lets WebSockets (wss, port 443) through.",
        )
    elif others > 1:
        yield CHECK.warn(
            f"{others} other connections take this app's events in turn.",
            "That is right only where all of them share one journal. Else end the others, or give them an app of "
            "their own.",
        )
    else:
        yield CHECK.ok(f"Socket Mode: the socket greets us; other connections of this app: {others}.")


CHECK = Check("way in", 20, _look)
