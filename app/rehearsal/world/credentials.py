"""The tokens and secrets of one app in one workspace, and what a presented token is worth."""

import hashlib
from dataclasses import dataclass, field

from app.rehearsal.slack_error import SlackError


@dataclass
class Credentials:
    """What Slack would show on the app's pages. `withdrawn` maps a token to the error it now earns."""

    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str
    anthropic_api_key: str
    withdrawn: dict[str, str] = field(default_factory=dict)

    @classmethod
    def for_team(cls, team_id: str, anthropic_api_key: str) -> "Credentials":
        """Credentials that look like Slack's and differ from team to team; the same team always gets the same."""

        def digits(what: str, count: int) -> str:
            return str(int(hashlib.sha256(f"{team_id}/{what}".encode()).hexdigest(), 16))[:count]

        def letters(what: str, count: int) -> str:
            return hashlib.sha256(f"{team_id}/{what}".encode()).hexdigest()[:count]

        return cls(
            bot_token="-".join(("xoxb", digits("a", 12), digits("b", 13), letters("bot", 24))),
            app_token="-".join(("xapp", "1", "A" + letters("app", 10).upper(), digits("c", 13), letters("level", 64))),
            signing_secret=letters("signing", 32),
            verification_token=letters("verification", 24),
            anthropic_api_key=anthropic_api_key,
        )

    def kind_of(self, token: str | None) -> str:
        """`bot`, `app`, `none` or `unknown`: how the list of calls names a presented token."""
        if not token:
            return "none"
        return {self.bot_token: "bot", self.app_token: "app"}.get(token, "unknown")

    def admit(self, token: str | None) -> str:
        """The kind of a valid token, `bot` or `app`. Raises SlackError otherwise, in Slack's words (slack.md 5.1)."""
        if not token:
            raise SlackError("not_authed")
        if token in self.withdrawn:
            raise SlackError(self.withdrawn[token])
        kind = self.kind_of(token)
        if kind == "unknown":
            raise SlackError("invalid_auth")
        return kind
