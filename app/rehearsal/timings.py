"""How long the app took with each mention, by Rehearsal's own clock: the same measure for every app."""

from app.rehearsal.events.envelope import Event
from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage

Place = tuple[str, str]
"""A message: its channel and ts."""


def timings_of(stage: Stage, after: int) -> list[Json]:
    """The mentions but for the first `after`, oldest first; see the control `timings` for their fields."""
    mentions = [one for one in stage.deliveries.events if one.name == "app_mention"][after:]
    wanted = {_place(one): one for one in mentions}
    ends = _acknowledged(stage, wanted)
    signs, posts = _signs(stage, wanted), _posts(stage, wanted)
    return [
        {
            "channel": place[0],
            "ts": place[1],
            "sent_at": (sent_at := float(mention.attempts[0]["at"])),
            "acknowledged": _took(mention),
            "all_acknowledged": ends.get(place),
            "sign": signs[place] - sent_at if place in signs else None,
            "answer": posts[place][-1] - sent_at if place in posts else None,
            "messages": len(posts.get(place, ())),
        }
        for place, mention in wanted.items()
        if mention.attempts
    ]


def _place(event: Event) -> Place:
    told = event.payload["event"]
    return str(told.get("channel")), str(told.get("ts"))


def _took(event: Event) -> float | None:
    """Seconds from the first attempt to the end of the one that was acknowledged."""
    if event.state != "acknowledged":
        return None
    first, last = event.attempts[0], event.attempts[-1]
    return float(last["at"]) + float(last["seconds"]) - float(first["at"])


def _acknowledged(stage: Stage, wanted: dict[Place, Event]) -> dict[Place, float | None]:
    ends: dict[Place, float | None] = {}
    for event in stage.deliveries.events:
        place = _place(event)
        if place in wanted and "subtype" not in event.payload["event"]:
            took, before = _took(event), ends.get(place, 0.0)
            ends[place] = None if took is None or before is None else max(took, before)
    return ends


def _signs(stage: Stage, wanted: dict[Place, Event]) -> dict[Place, float]:
    found: dict[Place, float] = {}
    for place in wanted:
        session = stage.world.sessions.of(*place)
        shown = [one["at"] for one in session.history if one.get("status") == "processing"] if session else []
        if shown:
            found[place] = shown[0]
    for entry in stage.world.visible.entries:
        place = (entry["channel"], entry["ts"])
        if entry["what"] == "reaction_added" and entry.get("by") == stage.bot_user and place in wanted:
            found[place] = min(found.get(place, entry["at"]), entry["at"])
    return found


def _posts(stage: Stage, wanted: dict[Place, Event]) -> dict[Place, list[float]]:
    found: dict[Place, list[float]] = {}
    for entry in stage.world.visible.entries:
        place = (entry["channel"], entry["thread_ts"])
        if entry["what"] == "posted" and entry["user"] == stage.bot_user and place in wanted:
            found.setdefault(place, []).append(entry["at"])
    return found
