"""`/pages/<name>`: web pages and services beside Slack, also ones that never end, drip or send the reader on."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.rehearsal.connection import cut, wait_for_hang_up
from app.rehearsal.stage import Stage
from app.rehearsal.world.web_pages import WebPage


class Pages:
    """Serves the pages that `POST /_rehearsal/page` put in place; visits are listed as calls of method `pages`."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def answer(self, request: Request) -> Response:
        """Answer one visit."""
        stage = self._stage
        name = request.path_params["name"]
        visit = {"page": name, "query": request.url.query, "headers": dict(request.headers)}
        if request.method not in ("GET", "HEAD"):
            visit |= {"http_method": request.method, "body": (await request.body()).decode(errors="replace")}
        call = stage.calls.begin("pages", visit, "none", stage.world.clock.now())
        stage.changes.note()
        page = stage.pages.get(name)
        try:
            await stage.holds.pass_by("pages", name, "before")
            if page is None:
                call.outcome = "http_404"
                return Response("Not Found", 404, media_type="text/html")
            if page.wait and await wait_for_hang_up(request, page.wait):
                call.outcome = "client_gone"
                return Response()
            call.outcome, call.took_effect = "ok", True
            if page.cuts:
                await cut(request)
                return Response()
            await stage.holds.pass_by("pages", name, "after")
            if page.endless or page.drip:
                return StreamingResponse(_pieces(page), page.status, page.headers)
            return Response(page.body, page.status, page.headers)
        finally:
            stage.changes.note()


async def _pieces(page: WebPage) -> AsyncIterator[bytes]:
    while True:
        if page.drip:
            for byte in page.body:
                await asyncio.sleep(page.drip)
                yield bytes([byte])
        else:
            yield page.body
            await asyncio.sleep(0)
        if not page.endless:
            return
