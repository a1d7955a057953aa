"""Who we are in Slack: the ids that our bot token stands for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Our app, workspace and bot user, as auth.test told them (app/slack/start_check.py).

    `enterprise_id` is empty outside Enterprise organisations. `url` is where people open the workspace; it ends in a
    slash.
    """

    app_id: str
    team_id: str
    team_name: str
    bot_user_id: str
    bot_id: str
    enterprise_id: str = ""
    url: str = ""

    @property
    def mention(self) -> str:
        """Return how Slack writes a mention of us."""
        return f"<@{self.bot_user_id}>"

    def permalink(self, channel: str, ts: str, root: str) -> str:
        """Return where people see a message, as chat.getPermalink writes it: one call a message would be far too many.

        Empty where the workspace's address is unknown.
        """
        if not self.url:
            return ""
        thread = f"?thread_ts={root}&cid={channel}" if root not in ("", ts) else ""
        return f"{self.url}archives/{channel}/p{ts.replace('.', '')}{thread}"

    def own_teams(self, team_id: str) -> frozenset[str]:
        """Return the ids that mark someone as one of ours, for the Workspace `team_id`."""
        return frozenset(filter(None, (team_id, self.enterprise_id)))
