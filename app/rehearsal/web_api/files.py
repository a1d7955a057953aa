"""files.info and files.delete."""

from app.rehearsal.events.occasions import plain_event
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.methods import method
from app.rehearsal.world.files import SharedFile
from app.rehearsal.world.message_shapes import file_objects


def reaches(stage: Stage, file: SharedFile) -> bool:
    """Is it the app's own, or shared where the app is or in public? Else it is its owner's alone ("guess")."""
    if file.user == stage.bot_user:
        return True
    channels = [stage.world.channels[channel] for channel in file.shares]
    return any(channel.kind == "public" or stage.bot_user in channel.members for channel in channels)


@method("files.info", 4, "file count cursor limit page", ("files:read",))
def files_info(stage: Stage, args: Arguments) -> Json:
    """The file object of one file."""
    file = stage.world.files.get(args.text("file"))
    if file is None or not reaches(stage, file):
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    shown = file_objects(stage.world, [file.id], stage.base_url)[0]
    return {"file": shown, "comments": [], "response_metadata": {"next_cursor": ""}}


@method("files.delete", 3, "file", ("files:write",))
def files_delete(stage: Stage, args: Arguments) -> Json:
    """Delete an own file everywhere. The messages that showed it stay, with a tombstone in its place ("guess")."""
    file = stage.world.files.get(args.text("file"))
    if file is None or not reaches(stage, file):
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    if file.user != stage.bot_user:
        raise SlackError("cant_delete_file")
    file.deleted = True
    stage.deliveries.send(plain_event(stage, "file_deleted", {"type": "file_deleted", "file_id": file.id}))
    return {}
