"""Controls that break, hold or slow what the app does: faults, holds, limits, tokens, delivery, connections."""

from app.rehearsal.control.asked import Refused, only
from app.rehearsal.events.socket_mode import SocketMode
from app.rehearsal.holds import Hold
from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.methods import all_methods

WITHDRAWALS = ("token_revoked", "account_inactive", "invalid_auth")


async def choose_fault(stage: Stage, asked: Json) -> Json:
    """Break the next calls. Fields: `kind` (see the table of faults), `method` (a Web API method, `files`, `upload`, or
    `ack` for acknowledgements), `times` (default 1), `channel` (for files: the file's id), `seconds`, `error`,
    `location`. A kind that ends in `_after` means that the effect took place. Answers the fault."""
    only(asked, "kind", "method", "times", "channel", "seconds", "error", "location")
    more: Json = {name: asked[name] for name in ("seconds", "error", "location") if name in asked}
    if asked.get("channel"):
        world = stage.world
        file = asked["channel"] in world.files or world.uploads.of_file(asked["channel"])
        known = asked["channel"] in world.channels or file
        more["channel"] = asked["channel"] if known else world.channel(asked["channel"]).id
    _check_method(asked["method"], "files", "upload", "ack")
    return stage.faults.choose(asked["kind"], asked["method"], int(asked.get("times", 1)), **more).shown()


async def faults(stage: Stage, asked: Json) -> Json:
    """The faults chosen so far, with how many uses are left and how many calls each took."""
    only(asked)
    return {"faults": [fault.shown() for fault in stage.faults.waiting]}


async def clear_faults(stage: Stage, asked: Json) -> Json:
    """Forget all faults."""
    only(asked)
    stage.faults.clear()
    return {}


async def place_hold(stage: Stage, asked: Json) -> Json:
    """Hold calls at a point. Fields: `name`, `method` (a Web API method, `files`, `upload` or `pages`), `when` (before
    or after the effect, default before), `channel` (for files: the file's id; for pages: the name), `until_arrived`
    (let go by itself as soon as that many are held at once), `first` (hold so many, let later ones pass)."""
    only(asked, "name", "method", "when", "channel", "until_arrived", "first")
    if asked.get("when", "before") not in ("before", "after"):
        raise Refused("`when` must be before or after.")
    _check_method(asked["method"], "files", "upload", "pages")
    hold = Hold(
        asked["name"],
        asked["method"],
        asked.get("when", "before"),
        asked.get("channel"),
        asked.get("until_arrived"),
        asked.get("first"),
    )
    stage.holds.place(hold)
    return hold.shown()


async def holds(stage: Stage, asked: Json) -> Json:
    """The holds: name, method, how many `arrived` in all, how many are `inside` now, whether released."""
    only(asked)
    return {"holds": [hold.shown() for hold in stage.holds.named.values()]}


async def release(stage: Stage, asked: Json) -> Json:
    """Let everyone in the hold `name` go on."""
    only(asked, "name")
    return stage.holds.release(asked["name"]).shown()


async def limits(stage: Stage, asked: Json) -> Json:
    """Set how much of Slack's rate limits the app gets. Field: `factor` (1 is Slack's own; must be above 0)."""
    only(asked, "factor")
    stage.limits.set_factor(float(asked["factor"]))
    return {"factor": stage.limits.factor}


async def token(stage: Stage, asked: Json) -> Json:
    """Withdraw a token or give it back. Fields: `token` (bot or app), `error`: token_revoked, account_inactive,
    invalid_auth, or `valid` to give it back."""
    only(asked, "token", "error")
    credentials = stage.world.credentials
    which = {"bot": credentials.bot_token, "app": credentials.app_token}[asked["token"]]
    error = asked.get("error", "token_revoked")
    if error == "valid":
        credentials.withdrawn.pop(which, None)
    elif error in WITHDRAWALS:
        credentials.withdrawn[which] = error
    else:
        raise Refused(f"`error` must be valid or one of {', '.join(WITHDRAWALS)}.")
    return {}


async def delivery(stage: Stage, asked: Json) -> Json:
    """Set the patience with acknowledgements, in seconds of real time. Fields: `ack_seconds` (default 3) and
    `retry_after` (a list, one wait per retry; default 0, 60, 300)."""
    only(asked, "ack_seconds", "retry_after")
    pace = stage.deliveries.pace
    pace.ack_seconds = float(asked.get("ack_seconds", pace.ack_seconds))
    pace.retry_after = [float(one) for one in asked.get("retry_after", pace.retry_after)]
    return {"ack_seconds": pace.ack_seconds, "retry_after": pace.retry_after}


async def redeliver(stage: Stage, asked: Json) -> Json:
    """Send an event once more now, as a retry with the same event id. Field: `event_id`."""
    only(asked, "event_id")
    event = next((one for one in stage.deliveries.events if one.id == asked["event_id"]), None)
    if event is None:
        raise Refused(f"There is no event {asked['event_id']}.")
    stage.deliveries.send_again(event)
    return {}


async def disconnect(stage: Stage, asked: Json) -> Json:
    """End the Socket Mode connections. Field: `how`: warning (only says so), refresh_requested, link_disabled (say so
    and close) or drop (reset without a word). Answers how many there were."""
    only(asked, "how")
    line, how = stage.deliveries.line, asked.get("how", "refresh_requested")
    if not isinstance(line, SocketMode):
        raise Refused("Events go by HTTP here: there is no connection to end.")
    if how not in ("warning", "refresh_requested", "link_disabled", "drop"):
        raise Refused("`how` must be warning, refresh_requested, link_disabled or drop.")
    return {"connections": await (line.drop() if how == "drop" else line.disconnect(how))}


def _check_method(name: str, *also: str) -> None:
    if name not in all_methods() and name not in also:
        raise Refused(
            f"{name!r} is no method that is rehearsed; besides {', '.join(also)} there are those of the Web API."
        )
