"""The controls under /_rehearsal/claude: arrange replies, faults and holds, and see what was asked.

Every control takes and answers JSON; a wrong one is a 400 with {"error": "..."}. `wait` is in seconds of real time.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.rehearsal.claude.state import State

Asked = dict[str, Any]
Control = Callable[[State, Asked], Awaitable[dict[str, Any]]]


async def add_reply(state: State, asked: Asked) -> dict[str, Any]:
    """Queue one exact reply.

    `content` (a text, or blocks of type text, thinking, tool_use), `stop_reason` (any, also null; default end_turn or
    tool_use), `stop_sequence`, `stop_details`, `match` (words of the last user text), `results` (how many tool results
    the request has after that text), `times`.
    """
    return state.queued.add(asked).shown()


async def replies(state: State, asked: Asked) -> dict[str, Any]:
    """The queued replies that wait, in order."""
    return {"replies": [queued.shown() for queued in state.queued.waiting]}


async def clear_replies(state: State, asked: Asked) -> dict[str, Any]:
    """Forget the queued replies."""
    state.queued.waiting.clear()
    return {"replies": []}


async def requests(state: State, asked: Asked) -> dict[str, Any]:
    """The requests received, oldest first, each with its reply.

    `after` leaves out numbers up to that one, `count` and `wait` wait until so many are there, `outcome` keeps
    those with that outcome (pending, answered, refused, broken, gone).
    """
    after, count = int(asked.pop("after", 0)), int(asked.pop("count", 0))
    outcome, wait = asked.pop("outcome", None), float(asked.pop("wait", 0))
    _nothing_else(asked)

    def look() -> tuple[bool, list[dict[str, Any]]]:
        found = [one.shown() for one in state.exchanged if one.number > after and outcome in (None, one.outcome)]
        return len(found) >= count, found

    met, found = await state.changes.until(look, wait)
    return {"met": met, "requests": found}


async def add_fault(state: State, asked: Asked) -> dict[str, Any]:
    """Break the next `count` (1) requests.

    `kind`: rate_limit (`retry_after`), overloaded, server_error, unauthenticated, stream_error (`error_type`), drop,
    cut, stall (`seconds`), slow (`seconds`). `after`: how many events before it. Also `error_code`, `match`.
    """
    return state.faults.arrange(asked).shown()


async def faults(state: State, asked: Asked) -> dict[str, Any]:
    """The faults arranged, with how many requests each met."""
    return {"faults": [fault.shown() for fault in state.faults.arranged]}


async def clear_faults(state: State, asked: Asked) -> dict[str, Any]:
    """Forget the faults. A request that stalls goes on stalling for its time."""
    state.faults.arranged.clear()
    return {"faults": []}


async def add_hold(state: State, asked: Asked) -> dict[str, Any]:
    """Hold the next `count` (1) requests whose last user text has `match`.

    `name`, `stage` arrival (default) or stream, there `after` (3) events.
    """
    return state.holds.place(asked).shown()


async def holds(state: State, asked: Asked) -> dict[str, Any]:
    """The holds, released ones too."""
    return {"holds": [hold.shown() for hold in state.holds.named.values()]}


async def hold(state: State, asked: Asked) -> dict[str, Any]:
    """One hold by `name`; `arrived` with `wait` waits until so many requests ran into it."""
    held, arrived, wait = state.holds.named[asked["name"]], int(asked.get("arrived", 0)), float(asked.get("wait", 0))
    met, shown = await state.changes.until(lambda: (held.arrived >= arrived, held.shown()), wait)
    return shown | {"met": met}


async def release(state: State, asked: Asked) -> dict[str, Any]:
    """Release the hold of that `name`."""
    held = state.holds.named[asked["name"]]
    held.released.set()
    state.changes.note()
    return held.shown()


async def settings(state: State, asked: Asked) -> dict[str, Any]:
    """The settings: `api_key`, and `speed_ms` between two deltas of a stream."""
    return {"api_key": state.api_key, "speed_ms": state.speed_ms}


async def change_settings(state: State, asked: Asked) -> dict[str, Any]:
    """Change `api_key` or `speed_ms`."""
    state.api_key = str(asked.pop("api_key", state.api_key))
    state.speed_ms = float(asked.pop("speed_ms", state.speed_ms))
    _nothing_else(asked)
    return await settings(state, {})


async def reset(state: State, asked: Asked) -> dict[str, Any]:
    """Forget replies, faults, holds, requests, settings and the prompt cache."""
    state.reset()
    return {"reset": True}


CONTROLS: tuple[tuple[str, str, Control], ...] = (
    ("POST", "/replies", add_reply),
    ("GET", "/replies", replies),
    ("DELETE", "/replies", clear_replies),
    ("GET", "/requests", requests),
    ("POST", "/faults", add_fault),
    ("GET", "/faults", faults),
    ("DELETE", "/faults", clear_faults),
    ("POST", "/holds", add_hold),
    ("GET", "/holds", holds),
    ("GET", "/holds/{name}", hold),
    ("POST", "/holds/{name}/release", release),
    ("GET", "/settings", settings),
    ("PUT", "/settings", change_settings),
    ("POST", "/reset", reset),
)


def control_routes(state: State) -> list[Route]:
    """Return the routes of all controls, each with its control's docstring."""
    return [_route(state, f"/_rehearsal/claude{path}", method, control) for method, path, control in CONTROLS]


def _route(state: State, path: str, method: str, control: Control) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await control(state, await _asked(request)))
        except KeyError as missing:
            return JSONResponse({"error": f"{missing.args[0]!r} is missing or unknown"}, 400)
        except (ValueError, TypeError) as refused:
            return JSONResponse({"error": str(refused)}, 400)

    endpoint.__doc__ = control.__doc__
    return Route(path, endpoint, methods=[method])


async def _asked(request: Request) -> Asked:
    asked: Asked = {**request.query_params, **request.path_params}
    body = await request.body()
    told = json.loads(body) if body else {}
    if not isinstance(told, dict):
        raise TypeError("The body must be a JSON object.")
    return asked | told


def _nothing_else(asked: Asked) -> None:
    if asked:
        raise ValueError(f"Unknown field {next(iter(asked))!r}.")
