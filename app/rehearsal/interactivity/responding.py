"""The response_url endpoint: an app's late answers, at the place where the person acted."""

import json

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.rehearsal.events.occasions import message_changed, message_deleted
from app.rehearsal.interactivity.response_urls import ResponseUrl
from app.rehearsal.interactivity.telling import tell_answer
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError, refuse_unmodelled
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.content import CONTENT, may_unfurl, read_content
from app.rehearsal.web_api.own_messages import own
from app.rehearsal.world.message_shapes import message_json
from app.rehearsal.world.messages import Message

TAKEN = frozenset(CONTENT.split()) | {"response_type", "replace_original", "delete_original", "thread_ts"}


def response_url_routes(stage: Stage) -> list[Route]:
    """One route for each of the paths that Slack's response_urls have."""
    endpoint = Responding(stage).answer
    return [
        Route(f"/{kind}/{{team}}/{{number}}/{{secret}}", endpoint, methods=["POST"])
        for kind in ("actions", "commands", "app")
    ]


class Responding:
    """Answers POSTs to response_urls; each is kept in the list of calls as method `response_url`."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def answer(self, request: Request) -> Response:
        """`ok`, or the reason as plain text with HTTP 404 (the address) or 400 (what was sent; "guess")."""
        stage, secret = self._stage, request.path_params["secret"]
        now = stage.world.clock.now()
        try:
            told = json.loads(await request.body())
        except ValueError:
            told = None
        call = stage.calls.begin("response_url", told if isinstance(told, dict) else {}, "none", now)
        call.outcome = stage.interactions.response_urls.refusal(secret, now) or "ok"
        if call.outcome != "ok":
            stage.changes.note()
            return PlainTextResponse(call.outcome, 404)
        if not isinstance(told, dict):
            call.outcome = "invalid_payload"
            return PlainTextResponse(call.outcome, 400)
        right = stage.interactions.response_urls.made[secret]
        try:
            call.ts = respond(stage, right, told)
        except SlackError as refused:
            call.outcome = refused.code
            return PlainTextResponse(call.outcome, 400)
        right.uses += 1
        call.took_effect = True
        stage.changes.note()
        return PlainTextResponse("ok")


def respond(stage: Stage, right: ResponseUrl, told: Json) -> str | None:
    """Carry out one answer: delete or replace what was acted on, or say something new. Out: the ts that it made.

    Without `thread_ts` something new stands in the channel, also when the person acted in a thread (slack.md 1.5).
    """
    strangers = sorted(set(told) - TAKEN)
    if strangers:
        raise refuse_unmodelled(f"the field {strangers[0]} of a response_url")
    args = Arguments(told)
    if args.flag("delete_original"):
        _delete(stage, right)
        return None
    if args.flag("replace_original") and right.ts:
        _replace(stage, right, args)
        return right.ts
    return tell_answer(stage, right.user, right.channel, told, args.text("thread_ts", "") or None).ts


def _delete(stage: Stage, right: ResponseUrl) -> None:
    if right.ts is None:
        raise SlackError("message_not_found")
    if right.ephemeral:
        stage.world.show("ephemeral_deleted", _of_ephemeral(stage, right), shown_to=right.user)
        return
    said = _own_original(stage, right)
    before = message_json(stage.world, said, stage.base_url)
    stage.world.delete(said)
    stage.deliveries.send(message_deleted(stage, said, before))


def _replace(stage: Stage, right: ResponseUrl, args: Arguments) -> None:
    text, blocks = read_content(args)
    if right.ephemeral:
        shown = _of_ephemeral(stage, right)
        shown.text, shown.blocks, shown.unfurls = text, blocks, may_unfurl(args)
        stage.world.show("ephemeral_updated", shown, shown_to=right.user)
        return
    said = _own_original(stage, right)
    before = message_json(stage.world, said, stage.base_url)
    said.unfurls = may_unfurl(args)
    stage.world.edit(said, stage.bot_user, text, blocks)
    stage.deliveries.send(message_changed(stage, said, before))


def _own_original(stage: Stage, right: ResponseUrl) -> Message:
    said = stage.world.message(right.channel, str(right.ts))
    if said.bot_id != stage.world.app.bot_id:
        # a message shortcut's message belongs to its author ("guess" for the code)
        raise SlackError("cant_update_message")
    return said


def _of_ephemeral(stage: Stage, right: ResponseUrl) -> Message:
    shown = own(stage, right.channel, right.thread_ts)
    shown.ts = str(right.ts)
    return shown
