"""response_urls: the right to answer an interaction where it happened, five times within half an hour."""

from dataclasses import dataclass

from app.rehearsal.ids import Ids

USES, LIFE_SECONDS = 5, 30 * 60.0  # slack.md 1.5


@dataclass
class ResponseUrl:
    """Where it answers: `ts` is the message acted on, None for a command; `ephemeral`: only `user` sees it."""

    user: str
    channel: str
    at: float
    ts: str | None = None
    thread_ts: str | None = None
    ephemeral: bool = False
    uses: int = 0


class ResponseUrls:
    """Every response_url that was handed out, by the secret part of its path."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self.made: dict[str, ResponseUrl] = {}

    def new(self, base_url: str, kind: str, team_id: str, right: ResponseUrl) -> str:
        """A fresh address: `kind` is actions, commands or app, as in the paths of hooks.slack.com."""
        secret = self._ids.uuid().replace("-", "")
        self.made[secret] = right
        return f"{base_url}/{kind}/{team_id}/{len(self.made)}/{secret}"

    def refusal(self, secret: str, now: float) -> str | None:
        """Why the address answers no more, None when it does. That these words come with HTTP 404 is a "guess"."""
        right = self.made.get(secret)
        if right is None:
            return "no_service"
        if now - right.at > LIFE_SECONDS:
            return "expired_url"
        return "used_url" if right.uses >= USES else None
