"""What checks are lent: the settings, Slack, the journal; each asked for once, however many checks look at it."""

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from agents.clock import Clock
from agents.journal.database import Database
from agents.journal.transaction import Journal
from agents.surface import CallFailed
from app.settings import Settings
from app.slack.egress import Egress, Told
from app.slack.manifest import read_manifest

SECONDS = 10.0
"""Deadline of one call of Slack."""

PATIENCE = 5.0
"""Seconds that the journal may take to answer."""


class NoJournal(Exception):
    """There is no journal yet. The text says where it would be."""


class Unasked(Exception):
    """Something could not be asked because what it stands on failed; that has a finding of its own."""


@dataclass
class Bench:
    """Lends to checks.

    Attributes:
        deep: also post a message and ask the model for a token.
        channel: where that message goes; empty: nowhere.
        told_at: when Slack told who we are, in Unix seconds.
    """

    settings: Settings
    config: Path | None = None
    deep: bool = False
    channel: str = ""
    told_at: float = 0.0

    @cached_property
    def egress(self) -> Egress:
        """Slack, by the bot token."""
        return Egress(self.settings.slack.bot_token.get_secret_value(), self.settings.slack.api_url)

    @cached_property
    def _answer(self) -> Told | CallFailed:
        try:
            told = self.egress.told("auth.test", {}, seconds=SECONDS)
        except CallFailed as fault:
            return fault
        self.told_at = time.time()
        return told

    @property
    def told(self) -> Told:
        """Slack's word on who we are, with its headers; asked once. Raises CallFailed."""
        if isinstance(self._answer, CallFailed):
            raise self._answer
        return self._answer

    @property
    def told_or_unasked(self) -> Told:
        """The same, for checks that only build on it. Raises Unasked."""
        try:
            return self.told
        except CallFailed:
            raise Unasked from None

    @cached_property
    def app_id(self) -> str:
        """The app's id in Slack; empty where Slack does not tell."""
        try:
            bot = self.egress.call("bots.info", {"bot": str(self.told.data.get("bot_id") or "")}, seconds=SECONDS)
        except CallFailed:
            return ""
        found = bot.get("bot")
        return str(found.get("app_id") or "") if isinstance(found, dict) else ""

    @property
    def app_page(self) -> str:
        """Slack's page for this app."""
        return f"https://api.slack.com/apps/{self.app_id}" if self.app_id else "https://api.slack.com/apps"

    @cached_property
    def manifest_scopes(self) -> frozenset[str]:
        """The bot scopes that the manifest asks for."""
        return frozenset(read_manifest()["oauth_config"]["scopes"]["bot"])

    @property
    def optional_scopes(self) -> frozenset[str]:
        """The bot scopes of the manifest that whoever installs it may decline."""
        return frozenset(read_manifest()["oauth_config"]["scopes"]["bot_optional"])

    @cached_property
    def journal(self) -> Journal:
        """The journal as it stands: nothing is made and nothing is migrated. Raises NoJournal where there is none."""
        url = self.settings.journal_url
        path = url.removeprefix("sqlite:///")
        if path != url and not Path(path).is_file():
            raise NoJournal(path)
        return Journal(Database(url, Clock(self.settings.clock.offset_file), patience=PATIENCE))

    def close(self) -> None:
        """Close what was opened."""
        if "egress" in self.__dict__:
            self.egress.close()
        if "journal" in self.__dict__:
            self.journal.database.close()
