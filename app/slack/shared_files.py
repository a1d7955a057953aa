"""Files that people shared: which thread they stand in, and their bytes from Slack's own hosts and no others."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from agents.surface import OutcomeUnknown, Place, Refused
from app.slack.connections import Answer
from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from app.slack.thread_reading import replies

HOSTS = ("slack.com", "slack-files.com", "slack-edge.com")
"""Slack's own domains for files (files.slack.com, <team>.slack.com). docs.slack.dev, messaging/working-with-files."""

SHARES_ASKED = 5
"""Shares without a thread that are looked up; files are mostly shared once."""

REDIRECTS = 3
"""Redirects followed within one host."""


class Stands(Enum):
    """Where a file is shared, seen from one thread."""

    HERE = "here"  #: in this thread
    IN_CHANNEL = "in_channel"  #: in its channel; Slack does not say in which thread
    ELSEWHERE = "elsewhere"  #: not in this channel, or in other threads of it


def where(egress: Egress, file: Mapping[str, Any], place: Place, deadline: Deadline) -> Stands:
    """Return where `file`, an object of files.info, stands seen from `place`. What Slack does not say is not HERE.

    A share that names no thread is looked up in this one. Raises what Egress.call raises.
    """
    shares = list(shares_in(file, place.channel))
    if any((share.get("thread_ts") or share.get("ts")) == place.root for share in shares):
        return Stands.HERE
    unsaid = [share["ts"] for share in shares if not share.get("thread_ts") and isinstance(share.get("ts"), str)]
    if any(_in_thread(egress, place, ts, deadline) for ts in unsaid[:SHARES_ASKED]):
        return Stands.HERE
    listed = (file.get(kind) for kind in ("channels", "groups", "ims"))
    if not shares and any(isinstance(ids, list) and place.channel in ids for ids in listed):
        return Stands.IN_CHANNEL
    return Stands.ELSEWHERE


def _in_thread(egress: Egress, place: Place, ts: str, deadline: Deadline) -> bool:
    return any(message["ts"] == ts for message in replies(egress, place, deadline, oldest=ts, latest=ts))


def shares_in(file: Mapping[str, Any], channel: str) -> Iterator[Mapping[str, Any]]:
    """Yield what an object of files.info says about where in `channel` the file is shown."""
    shares = file.get("shares")
    for kind in shares.values() if isinstance(shares, Mapping) else ():
        listed = kind.get(channel) if isinstance(kind, Mapping) else None
        yield from (share for share in (listed if isinstance(listed, list) else ()) if isinstance(share, Mapping))


def bytes_of(egress: Egress, file: Mapping[str, Any], *, max_bytes: int, deadline: Deadline) -> bytes:
    """Return the bytes of `file`, an object of files.info, read from `url_private` with our token.

    Raises:
        Refused: `too_large`; `login_page` (a page came instead: mostly the scope files:read is missing);
            `foreign_host`; `not_here` (Slack keeps no bytes of it); or the host's own refusal.
        TryLater, OutcomeUnknown: as every call.
    """
    url, size = file.get("url_private_download") or file.get("url_private"), file.get("size")
    if not isinstance(url, str) or not url or file.get("is_external"):
        raise Refused("not_here")
    if isinstance(size, int) and size > max_bytes:
        raise Refused("too_large")
    answer = _follow(egress, url, max_bytes, deadline)
    # a page that somebody shared is told from a login page by its length
    if _is_page(answer) and not (_named_page(file) and size == len(answer.body)):
        raise Refused("login_page")
    return answer.body


def _follow(egress: Egress, url: str, max_bytes: int, deadline: Deadline) -> Answer:
    for _ in range(REDIRECTS + 1):
        if not is_slacks(egress, urlsplit(url)):
            raise Refused("foreign_host")
        answer = egress.fetch(url, max_bytes=max_bytes, seconds=_left(deadline))
        if answer.status == 200:
            return answer
        if answer.status not in {301, 302, 303, 307, 308}:
            raise Refused(f"http_{answer.status}")
        target = urljoin(url, answer.headers.get("location", ""))
        # Slack sends a token that lacks files:read to its sign-in page, on another of its hosts
        if urlsplit(target).netloc != urlsplit(url).netloc or urlsplit(target).scheme != urlsplit(url).scheme:
            raise Refused("login_page")
        url = target
    raise Refused("too_many_redirects")


def is_slacks(egress: Egress, address: SplitResult) -> bool:
    """Return whether bytes may be read from, or given to, `address`: the Web API's own host, or one of Slack's."""
    if (address.scheme, address.netloc) == egress.host:
        return True
    host = address.hostname or ""
    whole = address.scheme == "https" and address.netloc == host
    return whole and any(host == domain or host.endswith(f".{domain}") for domain in HOSTS)


def _is_page(answer: Answer) -> bool:
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower() == "text/html"


def _named_page(file: Mapping[str, Any]) -> bool:
    return file.get("mimetype") == "text/html"


def _left(deadline: Deadline) -> float:
    try:
        return deadline.left()
    except TimeoutError:
        raise OutcomeUnknown("deadline") from None
