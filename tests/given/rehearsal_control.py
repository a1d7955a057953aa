"""A thin client of Rehearsal's control API. See docs/contributors/rehearsal.md for what each control does."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
# what the client waits beyond the time that a wait control was given
MARGIN_SECONDS = 10.0
# never through a proxy of the environment
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class ControlRefused(Exception):
    """The control API said no; the message is its sentence."""


class NotSeen(AssertionError):
    """What a test waited for did not come about in its time. The message holds what was there instead."""


@dataclass(frozen=True)
class Posted:
    """What a post made: its place, the ids of its files, and its events as (name, event id) in order of delivery."""

    channel: str
    ts: str
    thread_ts: str
    files: list[str]
    events: list[tuple[str, str]]


@dataclass(frozen=True)
class FileToPost:
    """A file that someone attaches: its name and bytes; the mimetype follows from the name when left empty."""

    name: str
    content: bytes
    mimetype: str = ""

    def as_json(self) -> Json:
        """The file as the control API takes it."""
        told = {"name": self.name, "base64": base64.b64encode(self.content).decode()}
        return told | ({"mimetype": self.mimetype} if self.mimetype else {})


class RehearsalControl:
    """The controls of the Rehearsal that serves at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def control(
        self, http_method: str, path: str, fields: Mapping[str, object] | None = None, *, timeout: float = 30.0
    ) -> Json:
        """One control request; `path` starts after `/_rehearsal`, a field that is None is left out.

        `timeout` is in seconds. Raises ControlRefused with the sentence of a no.
        """
        given = {name: value for name, value in (fields or {}).items() if value is not None}
        address, body = f"{self.url}/_rehearsal{path}", None
        if http_method == "GET" and given:
            address += "?" + urllib.parse.urlencode(given)
        elif given:
            body = json.dumps(given).encode()
        request = urllib.request.Request(address, data=body, method=http_method)
        request.add_header("Content-Type", "application/json")
        try:
            with _open(request, timeout=timeout) as response:
                answer: Json = json.load(response)
                return answer
        except urllib.error.HTTPError as refused:
            with refused:
                raise ControlRefused(f"{http_method} {path}: {refused.read().decode()}") from None

    def post(
        self,
        user: str,
        channel: str,
        text: str = "",
        *,
        thread_ts: str | None = None,
        files: Sequence[FileToPost] = (),
        file_ids: Sequence[str] = (),
        file_form: str = "event",
        deliveries: Sequence[str] | None = None,
        webhook: str | None = None,
        broadcast: bool | None = None,
    ) -> Posted:
        """Post as a person (handle or id) in a channel (name, id, or `dm`). `@tagwork` in the text is a mention."""
        made = self.control(
            "POST",
            "/post",
            {
                "user": user,
                "channel": channel,
                "text": text,
                "thread_ts": thread_ts,
                "files": [file.as_json() for file in files],
                "file_ids": list(file_ids),
                "file_form": file_form,
                "deliveries": None if deliveries is None else list(deliveries),
                "webhook": webhook,
                "broadcast": broadcast,
            },
        )
        events = [(event["name"], event["event_id"]) for event in made["events"]]
        return Posted(made["channel"], made["ts"], made["thread_ts"], made["files"], events)

    def upload(self, user: str, file: FileToPost) -> str:
        """Upload a file that no message shows yet; out: its id."""
        return str(self.control("POST", "/upload", {"user": user, **file.as_json()})["file"])

    def edit(self, channel: str, ts: str, text: str) -> None:
        """Edit a message as its author."""
        self.control("POST", "/edit", {"channel": channel, "ts": ts, "text": text})

    def delete(self, channel: str, ts: str) -> None:
        """Delete a message."""
        self.control("POST", "/delete", {"channel": channel, "ts": ts})

    def react(self, user: str, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        """React as a person, or take the reaction back."""
        self.control("POST", "/react", {"user": user, "channel": channel, "ts": ts, "name": name, "remove": remove})

    def press(
        self,
        user: str,
        channel: str | None,
        ts: str | None,
        action_id: str,
        *,
        value: object = None,
        block_id: str | None = None,
        forged: bool | None = None,
        view_id: str | None = None,
        home: bool | None = None,
    ) -> Json:
        """Press or choose in a message, a view or the App Home; returns once the app acknowledged, or did not."""
        return self.control(
            "POST",
            "/press",
            {
                "user": user,
                "channel": channel,
                "ts": ts,
                "action_id": action_id,
                "value": value,
                "block_id": block_id,
                "forged": forged,
                "view_id": view_id,
                "home": home,
            },
        )

    def command(self, user: str, channel: str, command: str, text: str = "") -> Json:
        """Run a slash command; returns once the app acknowledged it, or did not."""
        return self.control("POST", "/command", {"user": user, "channel": channel, "command": command, "text": text})

    def shortcut(self, user: str, callback_id: str, *, channel: str | None = None, ts: str | None = None) -> Json:
        """Use a shortcut, on a message where it is one of messages."""
        return self.control(
            "POST", "/shortcut", {"user": user, "callback_id": callback_id, "channel": channel, "ts": ts}
        )

    def modals(self, user: str) -> list[Json]:
        """The modals that someone has open, the topmost last."""
        return self._list("views", "/modals", {"user": user})

    def submit(self, user: str, view_id: str, values: Mapping[str, object]) -> Json:
        """Fill in (by action_id) and submit the modal that someone has before them."""
        return self.control("POST", "/submit", {"user": user, "view_id": view_id, "values": dict(values)})

    def stop_session(self, user: str, channel: str, thread_ts: str) -> Json:
        """Press the native Stop of a thread."""
        return self.control("POST", "/stop", {"user": user, "channel": channel, "thread_ts": thread_ts})

    def sessions(self) -> list[Json]:
        """The agent sessions with their history, oldest first."""
        return self._list("sessions", "/sessions", {})

    def statuses(self) -> Json:
        """The passing lines under threads: shown, history, prompts."""
        return self.control("GET", "/statuses")

    def interactions(self, kind: str | None = None) -> list[Json]:
        """What people pressed, typed and filled in, in order."""
        return self._list("interactions", "/interactions", {"kind": kind})

    def thread(self, channel: str, thread_ts: str) -> list[Json]:
        """All messages of a thread, oldest first; each with `deleted` and `by_app`."""
        return self._list("messages", "/thread", {"channel": channel, "thread_ts": thread_ts})

    def history(self, channel: str) -> list[Json]:
        """All messages of a channel, oldest first, replies and deleted ones too."""
        return self._list("messages", "/history", {"channel": channel})

    def visible(self, channel: str | None = None, thread_ts: str | None = None) -> list[Json]:
        """Everything that people were ever able to see, in order."""
        return self._list("entries", "/visible", {"channel": channel, "thread_ts": thread_ts})

    def calls(self, method: str | None = None, *, channel: str | None = None, outcome: str | None = None) -> list[Json]:
        """The calls received; downloads are method `files`."""
        return self._list("calls", "/calls", {"method": method, "channel": channel, "outcome": outcome})

    def events(self, name: str | None = None) -> list[Json]:
        """The events for the app with their attempts."""
        return self._list("events", "/events", {"name": name})

    def wait_for(self, condition: str, *, timeout_seconds: float = 10.0, **fields: object) -> Any:
        """Wait until a condition of the wait control holds; out: what was seen. Raises NotSeen when time is up."""
        answer = self.control(
            "POST",
            "/wait",
            {"for": condition, "timeout_seconds": timeout_seconds, **fields},
            timeout=timeout_seconds + MARGIN_SECONDS,
        )
        if not answer["met"]:
            raise NotSeen(f"{condition} {fields} not seen within {timeout_seconds} s; there was {answer['seen']}")
        return answer["seen"]

    def fault(self, kind: str, method: str, **fields: object) -> None:
        """Break the next call of this method (`times` for more); see the control table for kinds and fields."""
        self.control("POST", "/faults", {"kind": kind, "method": method, **fields})

    def clear_faults(self) -> None:
        """Forget all faults."""
        self.control("DELETE", "/faults")

    def hold(self, name: str, method: str, **fields: object) -> None:
        """Hold calls of this method (or `files`) at a point, until `release`."""
        self.control("POST", "/holds", {"name": name, "method": method, **fields})

    def release(self, name: str) -> None:
        """Let everyone in a hold go on."""
        self.control("POST", "/release", {"name": name})

    def limits(self, factor: float) -> None:
        """Give the app this many times Slack's rate limits."""
        self.control("POST", "/limits", {"factor": factor})

    def delivery(self, *, ack_seconds: float | None = None, retry_after: Sequence[float] | None = None) -> None:
        """Set the patience with acknowledgements, in seconds of real time."""
        waits = None if retry_after is None else list(retry_after)
        self.control("POST", "/delivery", {"ack_seconds": ack_seconds, "retry_after": waits})

    def redeliver(self, event_id: str) -> None:
        """Send an event once more, as a retry."""
        self.control("POST", "/redeliver", {"event_id": event_id})

    def disconnect(self, how: str = "refresh_requested") -> None:
        """End the Socket Mode connections: warning, refresh_requested, link_disabled or drop."""
        self.control("POST", "/disconnect", {"how": how})

    def revoke(self, token: str = "bot", error: str = "token_revoked") -> None:
        """Withdraw the bot or the app token."""
        self.control("POST", "/token", {"token": token, "error": error})

    def membership(self, channel: str, user: str, *, join: bool) -> None:
        """Let someone (`bot` is the app) join or leave a channel."""
        self.control("POST", "/membership", {"channel": channel, "user": user, "join": join})

    def reset(self) -> None:
        """Start over in the same process, as if it had just been started."""
        self.control("POST", "/reset")

    def clock(self, offset: float) -> None:
        """Set the clock's offset in seconds, for every process that reads the clock file."""
        self.control("POST", "/clock", {"offset": offset})

    def _list(self, key: str, path: str, fields: Mapping[str, object]) -> list[Json]:
        found: list[Json] = self.control("GET", path, fields)[key]
        return found
