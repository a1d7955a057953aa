"""users.info, users.list, users.lookupByEmail, team.info and bots.info."""

from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.methods import method
from app.rehearsal.web_api.paging import next_cursor, read_cursor
from app.rehearsal.world.people import user_json

MOST_OF_PAGE = 5
"""Accounts of one page, so that those who list people have to turn pages."""


@method("users.info", 4, "user include_locale", ("users:read",))
def users_info(stage: Stage, args: Arguments) -> Json:
    """One account and its kind (slack.md 1.10)."""
    person = stage.world.people.get(args.text("user"))
    if person is None:
        raise SlackError("user_not_found")
    return {"user": user_json(person, int(stage.world.clock.now()))}


@method("users.list", 2, "cursor include_locale limit team_id", ("users:read",))
def users_list(stage: Stage, args: Arguments) -> Json:
    """The workspace's accounts of every kind, by id. A page has MOST_OF_PAGE: Slack may give fewer than asked for."""
    after = read_cursor(args, "user")
    left = [one for one in sorted(stage.world.people.values(), key=lambda one: one.id) if one.id > after]
    limit = min(args.number("limit", MOST_OF_PAGE, 1000, "invalid_limit"), MOST_OF_PAGE)
    page, now = left[:limit], int(stage.world.clock.now())
    return {
        "members": [user_json(one, now) for one in page],
        "cache_ts": now,
        "response_metadata": next_cursor("user", page[-1].id if len(left) > limit else ""),
    }


@method("users.lookupByEmail", 3, "email", ("users:read.email",))
def users_lookup_by_email(stage: Stage, args: Arguments) -> Json:
    """The account with this address, in any case."""
    wanted = args.text("email").lower()
    found = (one for one in stage.world.people.values() if one.email(stage.world.team_domain) == wanted)
    person = next((one for one in found if one.kind not in ("bot", "deactivated", "stranger")), None)
    if person is None:
        raise SlackError("users_not_found")
    return {"user": user_json(person, int(stage.world.clock.now()))}


@method("team.info", 3, "team domain", ("team:read",))
def team_info(stage: Stage, args: Arguments) -> Json:
    """The workspace."""
    world = stage.world
    team: Json = {
        "id": world.team_id,
        "name": world.team_name,
        "domain": world.team_domain,
        "url": f"https://{world.team_domain}.slack.com/",
        "email_domain": "",
        "icon": {"image_default": True},
    }
    return {"team": team | ({"enterprise_id": world.enterprise_id} if world.enterprise_id else {})}


@method("bots.info", 3, "bot", ("users:read",))
def bots_info(stage: Stage, args: Arguments) -> Json:
    """The bot with this B… id; the app's own when none is named."""
    wanted = args.text("bot", stage.world.app.bot_id)
    person = next((one for one in stage.world.people.values() if one.bot_id == wanted), None)
    if person is None:
        raise SlackError("bot_not_found")
    shown = {"id": wanted, "deleted": False, "name": person.name, "updated": 0}
    return {"bot": shown | {"app_id": person.app_id, "user_id": person.id, "icons": {}}}
