"""Sends a request with the credential of a Grant: the only place where one is opened, and answers lose it again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog

from agents.errors import BadSetting
from agents.grants.cleaning import cleaner_of
from agents.grants.grant import SECRET, Grant, normalised
from agents.grants.sealing import KeyFile
from agents.web.fetching import Reach
from agents.web.requesting import ask
from tools.contract import Answered, MayHaveHappened, ToolFailed

log = structlog.get_logger()

MOST_BYTES = 200_000
"""Bytes of an answer that are read: more than a model is shown of one result."""

SAFE = frozenset({"GET", "HEAD"})
TEXTS = ("json", "xml", "javascript", "x-www-form-urlencoded", "yaml", "csv")


@dataclass(frozen=True, slots=True)
class Question:
    """One request, whose method and address the Grant was found good for. `key`: what the service may know it by."""

    method: str
    url: str
    body: str = ""
    media_type: str = ""
    key: str = ""


def about(workspace_id: str, grant_id: str) -> str:
    """Return what a credential is bound to where it is sealed."""
    return f"grant/{workspace_id}/{grant_id}"


def send(grant: Grant, question: Question, keys: KeyFile | None, reach: Reach) -> Answered:
    """Send it and return the answer, as text without the credential.

    Raises:
        ToolFailed: nothing was sent. Unavailable: the service asks to wait. MayHaveHappened: see agents.web.requesting;
        also an answer of 500 or more to what changes something.
    """
    try:
        if keys is None:
            raise BadSetting("No key file is known here.")
        secret = keys.open(grant.sealed, about(grant.workspace_id, grant.id))
    except BadSetting as fault:
        log.error("a Grant cannot be opened", grant=grant.name, cause=str(fault))
        raise ToolFailed(
            f"The credential of {grant.name} cannot be opened here. An operator finds why in the log."
        ) from None
    cleaner = cleaner_of(secret, grant.template)
    headers: dict[str, str] = {"Accept": "application/json, text/*;q=0.9, */*;q=0.5"}
    if question.body:
        headers["Content-Type"] = f"{question.media_type or 'application/json'}; charset=utf-8"
    if grant.key_header and question.key:
        headers[grant.key_header] = question.key
    credential: Mapping[str, str] = {grant.header: grant.template.replace(SECRET, secret.reveal())}
    bounded = replace(reach, most_bytes=MOST_BYTES)
    answer = ask(question.method, normalised(question.url), {**headers, **credential}, question.body.encode(), bounded)
    if answer.status >= 500 and question.method not in SAFE:
        raise MayHaveHappened(f"{grant.name} answered {answer.status}")
    text = cleaner.clean(_text(answer.body, answer.charset)) if _is_text(answer.media_type) else ""
    if answer.cut:
        # a credential that the end cuts in two is not recognised
        text = text[: -cleaner.longest]
    return Answered(
        answer.status,
        cleaner.clean(answer.media_type),
        text,
        len(answer.body),
        answer.cut,
        cleaner.clean(answer.leads_to),
    )


def _is_text(media_type: str) -> bool:
    return not media_type or media_type.startswith("text/") or media_type.endswith(TEXTS)


def _text(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset or "utf-8", errors="replace")
    except LookupError:
        return body.decode("utf-8", errors="replace")
