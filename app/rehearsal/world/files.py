"""Files that people shared, and the file object that Slack shows for each."""

from dataclasses import dataclass, field
from urllib.parse import quote

from app.rehearsal.json_shape import Json

# Slack's `filetype` by the ending of the name; the mimetype that goes with it
FILE_TYPES = {
    "csv": ("csv", "text/csv", "CSV"),
    "txt": ("text", "text/plain", "Plain Text"),
    "md": ("markdown", "text/markdown", "Markdown (raw)"),
    "pdf": ("pdf", "application/pdf", "PDF"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel Spreadsheet"),
    "png": ("png", "image/png", "PNG"),
    "json": ("json", "application/json", "JSON"),
    "zip": ("zip", "application/zip", "Zip"),
}
UNKNOWN_TYPE = ("binary", "application/octet-stream", "Binary")


@dataclass
class SharedFile:
    """One upload. `shares` maps a channel's id to the ts of the messages it stands in; no `title` means the name."""

    id: str
    name: str
    content: bytes
    user: str
    created: int
    mimetype: str = ""
    title: str = ""
    alt_text: str = ""
    shares: dict[str, list[str]] = field(default_factory=dict)
    deleted: bool = False

    @property
    def file_type(self) -> tuple[str, str, str]:
        """Slack's filetype, the mimetype and the pretty name, by the ending of the name."""
        known = FILE_TYPES.get(self.name.rpartition(".")[2].lower(), UNKNOWN_TYPE)
        return (known[0], self.mimetype or known[1], known[2])


def file_json(file: SharedFile, team_id: str, base_url: str, public: set[str]) -> Json:
    """The file object of events, histories and files.info. `public` names the channels whose shares are public."""
    filetype, mimetype, pretty = file.file_type
    private = f"{base_url}/files-pri/{team_id}-{file.id}"
    shares: dict[str, dict[str, list[Json]]] = {}
    for channel, stamps in file.shares.items():
        side = shares.setdefault("public" if channel in public else "private", {})
        side[channel] = [{"ts": ts, "team_id": team_id, "share_user_id": file.user} for ts in stamps]
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": mimetype,
        "filetype": filetype,
        "pretty_type": pretty,
        "user": file.user,
        "user_team": team_id,
        "editable": False,
        "size": len(file.content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(shares.get("public")),
        "public_url_shared": False,
        "url_private": f"{private}/{quote(file.name)}",
        "url_private_download": f"{private}/download/{quote(file.name)}",
        "permalink": f"{base_url}/files/{file.user}/{file.id}/{quote(file.name)}",
        "channels": sorted(set(file.shares) & public),
        "groups": sorted(set(file.shares) - public),
        "ims": [],
        "shares": shares,
        "has_rich_preview": False,
        "file_access": "visible",
    } | ({"alt_txt": file.alt_text} if file.alt_text else {})
