"""What the tools that ask services share: which Grant and address, and how an answer reads."""

import hashlib
from urllib.parse import urlsplit

from pydantic import Field

from tools.contract import Answered, Arguments, Source, ToolResult

ROOM = 50_000
"""Characters of an answer that the model is shown."""


class ServiceWanted(Arguments):
    grant: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$",
        description="The name of the Grant. Where you know none, any name: you are told those that there are.",
    )
    url: str = Field(
        min_length=1, max_length=2_000, description="The whole address, with its query. No credential belongs in it."
    )


def told(url: str, answered: Answered) -> ToolResult:
    """Return an answer as the model reads it: status, kind, and the body as far as there is room."""
    kind = answered.media_type or "no kind told"
    lines = [f"HTTP {answered.status}, {kind}, {answered.size:,} bytes"]
    if answered.leads_to:
        lines.append(f"It sends the reader on to {answered.leads_to}, which was not followed.")
    cut = ""
    if answered.text:
        lines.append(answered.text[:ROOM])
        if answered.cut or len(answered.text) > ROOM:
            cut = f"the answer was longer than {ROOM:,} characters: ask for less of it, by a narrower address or query."
            lines.append(f"Cut: {cut}")
    elif answered.size:
        lines.append("The body is no text, and is not shown.")
    parts = urlsplit(url)
    place = f"{parts.hostname}{parts.path}"
    digest = hashlib.sha256(answered.text.encode()).hexdigest()
    source = Source(kind="response", id=place[:500], digest=digest, title=place[:200])
    return ToolResult(text="\n".join(lines), sources=(source,), cut=cut)
