"""Reads answers of the web in bounded bytes: whoever fetches pages or asks services reads them the same way."""

import ssl
import zlib
from collections.abc import Iterator, Sequence
from functools import cache

import httpcore2

from agents.web.connecting import Until


def read_body(pieces: Iterator[bytes], until: Until, most: int, *, unpack: bool) -> tuple[bytes, bool]:
    """Return at most `most` bytes, and whether there are more. Never unpacks more than that at once."""
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16) if unpack else None
    body = bytearray()
    for piece in pieces:
        until.left()
        try:
            body += unpacking.decompress(piece, most + 1 - len(body)) if unpacking else piece
        except zlib.error:
            raise httpcore2.RemoteProtocolError("the body is not the gzip it says it is") from None
        if len(body) > most:
            return bytes(body[:most]), True
        if unpacking is not None and unpacking.eof:
            break
    return bytes(body), False


def header_of(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> str:
    """Return a header by its name in lower case; empty where there is none."""
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), "")


def charset_of(parameters: str) -> str:
    """Return the charset among the parameters of a Content-Type, in lower case; may be empty."""
    for one in parameters.split(";"):
        name, _, value = one.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower()[:40]
    return ""


@cache
def tls_context() -> ssl.SSLContext:
    """Return what checks certificates, made once: it reads every root the system trusts."""
    return ssl.create_default_context()
