"""`/api/<method>`: one call from its bytes to its answer, with Slack's order of checks and the faults chosen for it."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.rehearsal.calls import Call
from app.rehearsal.connection import cut, wait_for_hang_up
from app.rehearsal.faults import Fault
from app.rehearsal.json_shape import Json
from app.rehearsal.passing_time import pass_time
from app.rehearsal.slack_error import SlackError, refuse_unmodelled
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments, read_arguments
from app.rehearsal.web_api.methods import Method, all_methods
from app.rehearsal.web_api.reach import need_scope
from app.rehearsal.world.streaming import kill_stream


class RateLimited(Exception):
    """The call is over a limit; `seconds` go into Retry-After."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class WebApi:
    """Answers every Web API call of one stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._methods = all_methods()

    async def answer(self, request: Request) -> Response:
        """Answer one call and keep it in the list of calls."""
        stage, name = self._stage, request.path_params["method"]
        try:
            given = read_arguments(request.headers.get("content-type", ""), request.url.query, await request.body())
        except SlackError as refused:
            stage.calls.begin(name, {}, "none", stage.world.clock.now()).outcome = refused.code
            return JSONResponse(refused.answer())
        token = _bearer(request) or given.pop("token", None)
        call = stage.calls.begin(name, given, stage.world.credentials.kind_of(token), stage.world.clock.now())
        stage.changes.note()
        try:
            return await self._answer(request, call, token)
        finally:
            if call.outcome == "open":
                call.outcome = "client_gone"
            stage.changes.note()

    async def _answer(self, request: Request, call: Call, token: str | None) -> Response:
        stage, channel = self._stage, call.channel
        fault = stage.faults.take(call.method, channel)
        await stage.holds.pass_by(call.method, channel, "before")
        if fault and (broken := await self._break_before(request, call, fault)):
            return broken
        pass_time(stage)
        try:
            answer = self._effect(call, token)
        except RateLimited as limited:
            call.outcome = "ratelimited"
            return self._ratelimited(limited.seconds)
        call.took_effect, call.ts = answer["ok"], answer.get("ts") or answer.get("message_ts")
        stage.changes.note()
        await stage.holds.pass_by(call.method, channel, "after")
        if fault and (broken := await self._break_after(request, call, fault)):
            return broken
        call.outcome = "ok" if answer["ok"] else answer["error"]
        return self._respond(call, answer)

    def _effect(self, call: Call, token: str | None) -> Json:
        try:
            known = self._methods.get(call.method)
            if known is None:
                raise SlackError("unknown_method", req_method=call.method)
            self._admit(known, call, token)
            return {"ok": True, **known.handler(self._stage, Arguments(call.args))}
        except SlackError as refused:
            return refused.answer()

    def _admit(self, known: Method, call: Call, token: str | None) -> None:
        # the order of these checks is a "guess"; each of them and its code is slack.md 1.8, 2 or 5.1
        stage = self._stage
        kind = stage.world.credentials.admit(token)
        if kind != ("app" if known.of_app else "bot"):
            raise SlackError("not_allowed_token_type")
        if not known.of_app:
            need_scope(stage, *known.scopes)
        channel = str(call.args.get("channel", ""))
        wait = stage.limits.wait_for(known.name, known.tier, channel, stage.world.clock.now())
        if wait:
            raise RateLimited(wait)
        strangers = sorted(set(call.args) - known.arguments)
        if strangers:
            raise refuse_unmodelled(f"the argument {strangers[0]} of {known.name}")

    async def _break_before(self, request: Request, call: Call, fault: Fault) -> Response | None:
        call.fault = fault.kind
        match fault.kind:
            case "slow":
                await wait_for_hang_up(request, fault.seconds)
                return None
            case "stream_dies":
                kill_stream(self._stage.world, call.channel, call.args.get("ts"))
                return None
            case "http_500":
                call.outcome = "http_500"
                return Response("Internal Server Error", 500)
            case "ratelimited":
                call.outcome = "ratelimited"
                return self._ratelimited(int(fault.seconds))
            case "error":
                call.outcome = fault.error
                return self._respond(call, {"ok": False, "error": fault.error})
            case "timeout_before" | "reset_before":
                return await self._never_answer(request, call, fault)
        return None

    async def _break_after(self, request: Request, call: Call, fault: Fault) -> Response | None:
        if fault.kind == "http_500_after":
            call.outcome = "http_500"
            return Response("Internal Server Error", 500)
        if fault.kind == "stream_dies":
            kill_stream(self._stage.world, call.channel, call.ts)
        if fault.kind in ("timeout_after", "reset_after"):
            return await self._never_answer(request, call, fault)
        return None

    async def _never_answer(self, request: Request, call: Call, fault: Fault) -> Response:
        call.outcome = fault.kind
        self._stage.changes.note()
        if fault.kind.startswith("timeout"):
            await wait_for_hang_up(request, fault.seconds)
        await cut(request)
        return Response()

    def _ratelimited(self, seconds: int) -> Response:
        # slack.md 2: 429 with Retry-After; the body is Slack's usual refusal
        return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})

    def _respond(self, call: Call, answer: Json) -> Response:
        body = json.dumps(answer, ensure_ascii=False).encode()
        scopes = "connections:write" if call.token == "app" else ",".join(sorted(self._stage.manifest.scopes))
        headers = {"x-oauth-scopes": scopes, "x-slack-req-id": self._stage.world.ids.uuid().replace("-", "")}
        return Response(body, headers=headers, media_type="application/json; charset=utf-8")


def _bearer(request: Request) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None
