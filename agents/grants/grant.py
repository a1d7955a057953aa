"""What an admin lends to a workspace: one service, how much of it may be reached, how its credential is put in.

Pure. The credential itself is not here: see sealing.py. What is pinned is compared in the one form that policy judges.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from agents.errors import BadSetting
from agents.policy.addresses import exact
from agents.policy.normalising import host_of, method_of, path_of

HTTP = "http"
"""The only kind yet: a service that is asked over HTTP."""

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
"""As the policy document writes a Grant's name (agents.policy.written_values.Name)."""

TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}", re.ASCII)
"""The name of a header. RFC 9110, section 5.1."""

OURS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "accept", "accept-encoding", "te",
     "trailer", "upgrade", "expect", "user-agent"}
)  # fmt: skip
"""Headers that the request itself needs: a Grant cannot be put into one of them."""

SECRET = "{secret}"  # noqa: S105
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One credential, and all that it is good for.

    Attributes:
        origin: scheme, host and port of the service; no default port.
        paths: how paths begin, whole segments, normalised. methods: in capitals.
        header: the name of the header that carries the credential; template: its value, with `{secret}` once.
        key_header: the header by which the service knows a request that it has had before; empty: it does not.
        sealed: the credential, which only the key file opens; empty once the Grant is revoked.
        created_by, created_at, last_used_at, rotated_at, revoked_at: who, and when by journal time.
    """

    id: str
    workspace_id: str
    name: str
    kind: str
    origin: str
    paths: tuple[str, ...]
    methods: tuple[str, ...]
    header: str
    template: str
    key_header: str
    sealed: bytes = field(repr=False)
    created_by: str
    created_at: int
    last_used_at: int | None = None
    rotated_at: int | None = None
    revoked_at: int | None = None

    @property
    def reaches(self) -> str:
        """Return what it may be used for, in words for the model and for operators."""
        return f"{', '.join(self.methods)} on {', '.join(f'{self.origin}{path}' for path in self.paths)}"


def origin_of(written: str) -> str:
    """Return the origin that an operator wrote: a host is asked over https.

    Plain http is taken only for an address in numbers: it never leaves a network whose operator chose to do so.

    Raises:
        BadSetting: no such origin.
    """
    address = exact(written if "://" in written else f"https://{written}")
    parts = urlsplit(address)
    host = host_of(parts.hostname or "") if address else None
    if host is None or parts.path != "/" or parts.query:
        raise BadSetting(f"{written!r} is no host. Write it as api.example.com, or https://api.example.com:8443.")
    numbers = bool(re.fullmatch(r"[0-9.]+|[0-9a-f:]+", host)) and not host.isalpha()
    if parts.scheme == "http" and not numbers:
        raise BadSetting("A credential goes over https only; http is taken for an address in numbers, as of a sidecar.")
    return address.removesuffix("/")


def paths_of(written: Sequence[str]) -> tuple[str, ...]:
    """Return the beginnings of paths in the form in which they are compared. Raises BadSetting."""
    found: list[str] = []
    for one in written or ("/",):
        path = path_of(one) if one.startswith("/") else None
        if path is None or "?" in one or "#" in one:
            raise BadSetting(f"{one!r} is no path. Write it as /v1/orders; it stands for whole segments.")
        found.append(path)
    return tuple(dict.fromkeys(found))


def methods_of(written: Sequence[str]) -> tuple[str, ...]:
    """Return methods in capitals, sorted. Raises BadSetting."""
    found = {method_of(one) for one in written}
    if not found or not found <= METHODS:
        raise BadSetting(f"The methods are {', '.join(sorted(METHODS))}: name one or more with --method.")
    return tuple(sorted(one for one in found if one))


def check_headers(header: str, template: str, key_header: str) -> None:
    """Raise BadSetting for headers that no request can have, or that the request itself needs."""
    for one in filter(None, (header, key_header)):
        if not TOKEN.fullmatch(one) or one.lower() in OURS:
            raise BadSetting(f"A Grant cannot use the header {one!r}.")
    if not header or header.lower() == key_header.lower():
        raise BadSetting("A Grant needs a header for its credential, and another one for the key.")
    if (
        template.count(SECRET) != 1
        or not template.isascii()
        or not template.isprintable()
        or template != template.strip()
    ):
        raise BadSetting(f"The template has {SECRET} once, and printable ASCII around it, such as 'Bearer {SECRET}'.")


def refusal(grant: Grant, method: str, url: str) -> str:
    """Return why a Grant is no good for a request, in words for the model; empty: it is good for it."""
    if method not in grant.methods:
        return f"{grant.name} is not for {method}."
    address = exact(url)
    if not address:
        return "That is no address that can be asked."
    parts = urlsplit(address)
    if f"{parts.scheme}://{parts.netloc}" != grant.origin:
        return f"{grant.name} is for {grant.origin} and nothing else."
    path = path_of(parts.path)
    if path is None:
        return "The path of that address can be read in two ways."
    if not any(begins(path, one) for one in grant.paths):
        return f"{grant.name} is for {' and '.join(grant.paths)}, and not for that path."
    return ""


def begins(path: str, prefix: str) -> bool:
    """Whether a path begins with whole segments of another: `/api` begins /api and /api/x, and not /apix."""
    return prefix == "/" or path == prefix or path.startswith(f"{prefix.removesuffix('/')}/")


def normalised(url: str) -> str:
    """Return the address as it is asked for: with the path that was judged, and nothing of its fragment."""
    parts = urlsplit(exact(url))
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{path_of(parts.path)}{query}"
