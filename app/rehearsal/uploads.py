"""`/upload/v1/…`: where the bytes of an announced file go, raw or as a form."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.rehearsal.calls import Call
from app.rehearsal.connection import cut, wait_for_hang_up
from app.rehearsal.faults import Fault
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import first_file


class UploadPoint:
    """Takes the bytes of one upload after the other; calls are listed as method `upload`. No token: the address is
    the secret."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def answer(self, request: Request) -> Response:
        """Take one file's bytes. A hold or fault on `upload` may name the file's id as its channel."""
        stage = self._stage
        upload = stage.world.uploads.under_way.get(request.path_params["secret"])
        file = upload.file if upload else None
        call = stage.calls.begin("upload", {"file": file}, "none", stage.world.clock.now())
        stage.changes.note()
        fault = stage.faults.take("upload", file)
        try:
            await stage.holds.pass_by("upload", file, "before")
            if fault and (broken := await self._break(request, call, fault, after=False)):
                return broken
            content = first_file(request.headers.get("content-type", ""), await request.body())
            # the status of these two is a "guess"; Slack's own words for the good case are "OK - <size>"
            if upload is None:
                call.outcome = "unknown_upload"
                return PlainTextResponse("no such upload", 404)
            if len(content) != upload.size:
                call.outcome = "wrong_length"
                return PlainTextResponse(f"expected {upload.size} bytes, got {len(content)}", 400)
            upload.content, call.took_effect = content, True
            await stage.holds.pass_by("upload", file, "after")
            if fault and (broken := await self._break(request, call, fault, after=True)):
                return broken
            call.outcome = "ok"
            return PlainTextResponse(f"OK - {len(content)}")
        finally:
            if call.outcome == "open":
                call.outcome = "client_gone"
            stage.changes.note()

    async def _break(self, request: Request, call: Call, fault: Fault, after: bool) -> Response | None:
        if fault.kind.endswith("_after") != after:
            return None
        call.fault = fault.kind
        if fault.kind == "slow":
            await wait_for_hang_up(request, fault.seconds)
            return None
        call.outcome = fault.kind
        if fault.kind == "ratelimited":
            return Response("", 429, {"Retry-After": str(int(fault.seconds))})
        if fault.kind.startswith("timeout"):
            await wait_for_hang_up(request, fault.seconds)
        if fault.kind.startswith(("timeout", "reset")):
            await cut(request)
            return Response()
        return Response("Internal Server Error", 500)
