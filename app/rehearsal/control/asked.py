"""Reads a control request's JSON body, and turns refusals into HTTP 400 with a sentence."""

import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.rehearsal.json_shape import Json
from app.rehearsal.passing_time import pass_time
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage

Control = Callable[[Stage, Json], Awaitable[Json]]


class Refused(ValueError):
    """A control request that cannot be carried out; the message says why and what to do."""


def route(stage: Stage, path: str, http_method: str, control: Control) -> Route:
    """The route of one control. Its JSON body, query and path parameters arrive as one dict; it answers JSON."""

    async def endpoint(request: Request) -> Response:
        try:
            asked = await _asked(request)
            pass_time(stage)
            return JSONResponse(await control(stage, asked))
        except SlackError as refused:
            return JSONResponse({"error": refused.code}, 400)
        except (Refused, ValueError, TypeError) as refused:
            return JSONResponse({"error": str(refused)}, 400)
        except KeyError as missing:
            return JSONResponse({"error": f"{missing.args[0]} is missing or unknown"}, 400)

    made = Route(f"/_rehearsal{path}", endpoint, methods=[http_method])
    # the reference page is printed from the control's docstring
    made.endpoint.__doc__ = control.__doc__
    return made


async def _asked(request: Request) -> Json:
    asked: Json = {**request.query_params, **request.path_params}
    body = await request.body()
    if body:
        told = json.loads(body)
        if not isinstance(told, dict):
            raise Refused("The body must be a JSON object.")
        asked |= told
    return asked


def only(asked: Json, *known: str) -> None:
    """Raise Refused when the request has a field that the control does not know: a typo must not pass."""
    strange = sorted(set(asked) - {*known})
    if strange:
        raise Refused(f"Unknown field {strange[0]!r}; this control takes {', '.join(known)}.")
