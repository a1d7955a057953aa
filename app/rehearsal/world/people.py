"""People of the workspace, of every kind that Slack tells apart, their groups, and how users.info shows them."""

from dataclasses import dataclass

from app.rehearsal.json_shape import Json

KINDS = ("owner", "admin", "member", "guest", "single_channel_guest", "stranger", "deactivated", "bot")


@dataclass
class Person:
    """One account. `kind` is one of KINDS; `team_id` differs from the workspace's for a stranger (Slack Connect).

    `bot_id` and `app_id` are set for the accounts of apps only.
    """

    id: str
    name: str
    real_name: str
    kind: str
    team_id: str
    bot_id: str | None = None
    app_id: str | None = None
    time_zone: str = "Europe/Berlin"

    def email(self, domain: str) -> str:
        """Their address: the handle at the workspace's domain."""
        return f"{self.name}@{domain}.example".lower()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of person; the kinds are {', '.join(KINDS)}.")


@dataclass
class Usergroup:
    """People who can be mentioned together; `users` are ids."""

    id: str
    handle: str
    name: str
    users: list[str]


def user_json(person: Person, updated: int) -> Json:
    """The `user` object of users.info and user_change (slack.md 1.10). `updated` is Unix seconds."""
    shown: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.kind == "deactivated",
        "profile": {
            "real_name": person.real_name,
            "display_name": person.name,
            "real_name_normalized": person.real_name,
            "display_name_normalized": person.name,
            "team": person.team_id,
        },
        "is_bot": person.kind == "bot",
        "is_app_user": False,
        "updated": updated,
    }
    if person.bot_id:
        shown["profile"] |= {"bot_id": person.bot_id, "api_app_id": person.app_id}
    if person.kind == "stranger":
        # slack.md 8.21: users.info on strangers gives little
        return shown | {"is_stranger": True}
    if person.kind == "deactivated":
        return shown
    return shown | {
        "real_name": person.real_name,
        "tz": person.time_zone,
        "is_admin": person.kind in ("owner", "admin"),
        "is_owner": person.kind == "owner",
        "is_primary_owner": person.kind == "owner",
        "is_restricted": person.kind in ("guest", "single_channel_guest"),
        "is_ultra_restricted": person.kind == "single_channel_guest",
        "is_stranger": False,
    }
