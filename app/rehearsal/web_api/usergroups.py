"""usergroups.list and usergroups.users.list."""

from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.methods import method

READ = ("usergroups:read",)


@method("usergroups.list", 2, "include_count include_disabled include_users", READ)
def list_usergroups(stage: Stage, args: Arguments) -> Json:
    """The groups of people that can be mentioned together."""
    shown = []
    for group in stage.world.usergroups.values():
        one: Json = {
            "id": group.id,
            "team_id": stage.world.team_id,
            "is_usergroup": True,
            "name": group.name,
            "handle": group.handle,
            "date_delete": 0,
        }
        one |= {"users": group.users} if args.flag("include_users") else {}
        one |= {"user_count": len(group.users)} if args.flag("include_count") else {}
        shown.append(one)
    return {"usergroups": shown}


@method("usergroups.users.list", 2, "usergroup include_disabled", READ)
def list_users(stage: Stage, args: Arguments) -> Json:
    """Who is in a group."""
    group = stage.world.usergroups.get(args.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": group.users}
