"""files.getUploadURLExternal and files.completeUploadExternal: the two ends of an upload (slack.md 8.22)."""

import json
from typing import Any

from app.rehearsal.blocks.check import read_blocks
from app.rehearsal.blocks.shape import list_of, mapping, string
from app.rehearsal.events.occasions import message_posted
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments, wrong_argument
from app.rehearsal.web_api.methods import method
from app.rehearsal.web_api.own_messages import check_root, own
from app.rehearsal.web_api.reach import writable_channel
from app.rehearsal.world.files import SharedFile
from app.rehearsal.world.message_shapes import file_objects
from app.rehearsal.world.uploads import Upload

MOST_BYTES = 2**30  # slack.md 2: 1 GB
WRITE = ("files:write",)

# "guess": ten files in one message, as a person may send
_files = list_of(mapping({"id": string(20)}, {"title": string(255, least=0), "highlight_type": string(50)}), 10)


@method("files.getUploadURLExternal", 4, "filename length alt_txt snippet_type", WRITE)
def get_upload_url(stage: Stage, args: Arguments) -> Json:
    """The address for the bytes of one file, and the file's id. There is no such file before the upload is complete."""
    name = args.text("filename")
    if "length" not in args:
        raise wrong_argument("missing required field: length")
    size = args.number("length", 0, MOST_BYTES, "invalid_arguments")
    upload = Upload(stage.world.ids.new("F"), name, size, args.text("alt_txt", ""))
    secret = stage.world.uploads.expect(upload)
    return {"upload_url": f"{stage.base_url}/upload/v1/{secret}", "file_id": upload.file}


@method("files.completeUploadExternal", 4, "files channel_id thread_ts initial_comment blocks", WRITE)
def complete_upload(stage: Stage, args: Arguments) -> Json:
    """Make files of what was uploaded and share them in one message by the app; without a channel nobody sees them."""
    asked = _asked(args)
    uploads = [_uploaded(stage, one["id"]) for one in asked]
    channel = writable_channel(stage, args.text("channel_id")) if "channel_id" in args else None
    root = args.text("thread_ts", "") or None
    if root and channel:
        check_root(stage, channel.id, root)
    comment = args.text("initial_comment", "")
    # Slack's page: blocks are ignored when there is an initial_comment
    blocks = read_blocks(args.given["blocks"]) if args.given.get("blocks") and not comment else []
    made = [_file(stage, upload, one.get("title", "")) for upload, one in zip(uploads, asked, strict=True)]
    if channel:
        said = own(stage, channel.id, root, comment, blocks=blocks, files=[file.id for file in made])
        stage.world.say(said)
        stage.deliveries.send(message_posted(stage, said))
    return {"files": file_objects(stage.world, [file.id for file in made], stage.base_url)}


def _asked(args: Arguments) -> list[Json]:
    given: Any = args.given.get("files")
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            given = None
    wrong = [*_files(given, "/files")]
    if wrong:
        raise wrong_argument(wrong[0])
    return list(given)


def _uploaded(stage: Stage, file: str) -> Upload:
    upload = stage.world.uploads.of_file(file)
    if upload is None or upload.content is None:
        # nothing under this id, or its bytes never came; a second completion finds nothing either ("guess")
        raise SlackError("file_not_found")
    return upload


def _file(stage: Stage, upload: Upload, title: str) -> SharedFile:
    file = SharedFile(
        upload.file,
        upload.name,
        upload.content or b"",
        stage.bot_user,
        int(stage.world.clock.now()),
        title=title,
        alt_text=upload.alt_text,
    )
    stage.world.files[file.id] = file
    stage.world.uploads.finish(file.id)
    return file
