"""Controls that change the workspace itself: membership, archives, kinds of people, files, the clock."""

from app.rehearsal.control.asked import Refused, only
from app.rehearsal.events.occasions import channel_changed, membership_changed, plain_event, user_changed
from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage
from app.rehearsal.world.people import KINDS


async def membership(stage: Stage, asked: Json) -> Json:
    """Let someone join or leave a channel. Fields: `channel`, `user` (`bot` is the app), `join` (true or false)."""
    only(asked, "channel", "user", "join")
    channel = stage.world.channel(asked["channel"])
    user = stage.bot_user if asked["user"] == "bot" else stage.world.person(asked["user"]).id
    if asked["join"]:
        if user not in channel.members:
            channel.members.append(user)
        events = membership_changed(stage, channel, user, "member_joined_channel", channel.creator)
    else:
        events = membership_changed(stage, channel, user, "member_left_channel", channel.creator)
        channel.members = [one for one in channel.members if one != user]
    stage.deliveries.send(events)
    return {"members": channel.members}


async def channel(stage: Stage, asked: Json) -> Json:
    """Archive a channel or share it with another workspace. Fields: `channel`, `archived`, `external` (true, false)."""
    only(asked, "channel", "archived", "external")
    changed = stage.world.channel(asked["channel"])
    if "archived" in asked:
        changed.archived = bool(asked["archived"])
        what = "channel_archive" if changed.archived else "channel_unarchive"
        stage.deliveries.send(channel_changed(stage, changed, what))
    if "external" in asked:
        changed.external = bool(asked["external"])
        what = "channel_shared" if changed.external else "channel_unshared"
        stage.deliveries.send(channel_changed(stage, changed, what))
    return {"archived": changed.archived, "external": changed.external}


async def person(stage: Stage, asked: Json) -> Json:
    """Change what kind of account someone has. Fields: `user`, `kind` (owner, admin, member, guest,
    single_channel_guest, stranger, deactivated, bot). The app hears user_change."""
    only(asked, "user", "kind")
    changed = stage.world.person(asked["user"])
    if asked["kind"] not in KINDS:
        raise Refused(f"`kind` must be one of {', '.join(KINDS)}.")
    changed.kind = asked["kind"]
    stage.deliveries.send(user_changed(stage, changed))
    return {"user": changed.id, "kind": changed.kind}


async def usergroup(stage: Stage, asked: Json) -> Json:
    """Change who is in a user group. Fields: `usergroup` (its handle), `users` (names or ids; of an id that is nobody's
    users.info says so, as of someone whom the app may not see)."""
    only(asked, "usergroup", "users")
    group = next((one for one in stage.world.usergroups.values() if one.handle == asked["usergroup"]), None)
    if group is None:
        raise Refused("There is no such user group.")
    ids = {one.name: one.id for one in stage.world.people.values()}
    group.users = [ids.get(one, one) for one in asked["users"]]
    return {"users": group.users}


async def delete_file(stage: Stage, asked: Json) -> Json:
    """Delete a file. Field: `file`. Its downloads answer 404, histories show a tombstone."""
    only(asked, "file")
    file = stage.world.files[asked["file"]]
    file.deleted = True
    stage.deliveries.send(plain_event(stage, "file_deleted", {"type": "file_deleted", "file_id": file.id}))
    return {}


async def reset(stage: Stage, asked: Json) -> Json:
    """Start over in the same process: a fresh workspace, no calls, events, faults or holds, Slack's own limits, the
    clock without an offset, the Claude side as new. Tokens, ids and addresses stay; open connections are cut."""
    only(asked)
    if stage.start_over is None:
        raise Refused("This stage cannot start over.")
    stage.world.clock.set_offset(0.0)
    await stage.start_over()
    return {}


async def clock(stage: Stage, asked: Json) -> Json:
    """Set the clock's offset. Field: `offset` (seconds, written to the clock file when there is one). Without it the
    clock is only read. Answers `offset` and `now`."""
    only(asked, "offset")
    if "offset" in asked:
        stage.world.clock.set_offset(float(asked["offset"]))
    return {"offset": stage.world.clock.offset, "now": stage.world.clock.now()}
