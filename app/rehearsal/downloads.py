"""`/files-pri/…`: the private downloads of shared files, with Slack's ways of saying no."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.rehearsal.calls import Call
from app.rehearsal.connection import cut, wait_for_hang_up
from app.rehearsal.faults import Fault
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.files import reaches

# failure mode 31: without a right to the file Slack answers a login page, with HTTP 200
LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in to {team} | Slack</title></head>"
    '<body><form action="/signin"><h1>Sign in to {team}</h1></form></body></html>'
)


class Downloads:
    """Serves `/files-pri/<team>-<file>/<name>` and `…/download/<name>`; calls are listed as method `files`."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def answer(self, request: Request) -> Response:
        """Answer one download. A hold on `files` may name the file's id as its channel."""
        stage = self._stage
        file_id = request.path_params["key"].rpartition("-")[2]
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        kind = stage.world.credentials.kind_of(token)
        call = stage.calls.begin("files", {"file": file_id}, kind, stage.world.clock.now())
        stage.changes.note()
        fault = stage.faults.take("files", file_id)
        try:
            await stage.holds.pass_by("files", file_id, "before")
            if fault and (broken := await self._broken(request, call, fault)):
                return broken
            return self._content(call, file_id, token)
        finally:
            if call.outcome == "open":
                call.outcome = "client_gone"
            stage.changes.note()

    def _content(self, call: Call, file_id: str, token: str) -> Response:
        stage = self._stage
        file = stage.world.files.get(file_id)
        credentials = stage.world.credentials
        admitted = token == credentials.bot_token and token not in credentials.withdrawn
        if not admitted or "files:read" not in stage.manifest.scopes or (file and not reaches(stage, file)):
            return self._login_page(call)
        if file is None or file.deleted:
            call.outcome = "http_404"
            return Response("Not Found", 404, media_type="text/html")
        call.outcome = "ok"
        return Response(file.content, media_type=file.file_type[1])

    def _login_page(self, call: Call) -> Response:
        call.outcome = "login_page"
        return Response(LOGIN_PAGE.format(team=self._stage.world.team_name), media_type="text/html; charset=utf-8")

    async def _broken(self, request: Request, call: Call, fault: Fault) -> Response | None:
        call.fault = call.outcome = fault.kind
        match fault.kind:
            case "slow":
                call.outcome = "open"
                await wait_for_hang_up(request, fault.seconds)
                return None
            case "login_page":
                return self._login_page(call)
            case "redirect":
                return RedirectResponse(fault.location, 302)
            case "not_found":
                return Response("Not Found", 404, media_type="text/html")
            case "ratelimited":
                return Response("", 429, {"Retry-After": str(int(fault.seconds))})
            case "http_500" | "http_500_after" | "error":
                return Response("Internal Server Error", 500)
        if fault.kind.startswith("timeout"):
            await wait_for_hang_up(request, fault.seconds)
        await cut(request)
        return Response()
