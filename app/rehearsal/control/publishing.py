"""The control that puts a web page in place beside Slack."""

import base64
from dataclasses import replace

from app.rehearsal.control.asked import Refused, only
from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage
from app.rehearsal.world.web_pages import WebPage


async def page(stage: Stage, asked: Json) -> Json:
    """Serve a page at `/pages/<name>`. Fields: `name`, `text` or `content` (base64), `type` (Content-Type), `status`,
    `headers`, `redirect` (a Location; status 302 unless given), `wait` (seconds before it answers), `drip` (seconds
    before each byte), `endless` (the body again and again), `cuts` (the connection breaks instead of the answer).
    Answers `url`. It answers to any HTTP method. Visits are listed as calls of `pages`; those that bring a body have
    `http_method` and `body`."""
    only(asked, "name", "text", "content", "type", "status", "headers", "redirect", "wait", "drip", "endless", "cuts")
    headers = {str(name): str(value) for name, value in asked.get("headers", {}).items()}
    headers.setdefault("content-type", asked.get("type", "text/html; charset=utf-8"))
    body = base64.b64decode(asked["content"]) if "content" in asked else str(asked.get("text", "")).encode()
    served = WebPage(
        body,
        int(asked.get("status", 200)),
        headers,
        float(asked.get("wait", 0)),
        float(asked.get("drip", 0)),
        bool(asked.get("endless", False)),
        bool(asked.get("cuts", False)),
    )
    if "redirect" in asked:
        headers["location"] = asked["redirect"]
        served = replace(served, status=int(asked.get("status", 302)))
    if served.endless and not body:
        raise Refused("An endless page needs `text` or `content` to repeat.")
    stage.pages[asked["name"]] = served
    return {"url": f"{stage.base_url}/pages/{asked['name']}"}
