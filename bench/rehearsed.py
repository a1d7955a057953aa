"""A Rehearsal for one side of the bench: controls over one kept connection, and what a mention is answered with."""

import http.client
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

from tests.given.rehearsal import MANIFEST, REPOSITORY, RehearsalProcess
from tests.given.rehearsal_control import ControlRefused, Json

ENOUGH = 1_000_000
"""Uses of a queued reply or a fault, and the factor on Slack's rate limits: none of them is what is measured."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate for 127.0.0.1 and its key, as PEM files."""

    certificate: Path
    key: Path

    @classmethod
    def make(cls, folder: Path) -> Self:
        """Have openssl make one that signs itself."""
        made = cls(folder / "certificate.pem", folder / "key.pem")
        name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        subprocess.run(
            ["openssl", "req", "-x509", *curve, *name, "-keyout", made.key, "-out", made.certificate],
            check=True,
            capture_output=True,
        )
        return made


class Rehearsed(RehearsalProcess):
    """A Rehearsal process whose limits are out of the way."""

    _kept: http.client.HTTPConnection | None = None
    _proxy: "subprocess.Popen[str] | None" = None
    certificate: Certificate | None = None

    @classmethod
    def begin(cls, certificate: Certificate | None = None) -> Self:
        """Start one, with TLS before it where a certificate is given. Raises RuntimeError."""
        command = [sys.executable, "-m", "app.rehearsal", "--manifest", str(MANIFEST), "--with-parent"]
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise RuntimeError(f"Rehearsal did not start: it ended with {process.wait()}; stderr says why.")
        made = cls(process, json.loads(line))
        made.limits(ENOUGH)
        if certificate is not None:
            made._put_tls_before(certificate)
        return made

    def _put_tls_before(self, certificate: Certificate) -> None:
        """Have both Web APIs reached by TLS. Events stay plain: slack_sdk's socket speaks TLS on port 443 only."""
        self.certificate = certificate
        port = self.url.rpartition(":")[2]
        files = [str(certificate.certificate), str(certificate.key)]
        command = [sys.executable, "-m", "bench.tls_proxy", *files, port]
        self._proxy = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        listens = self._proxy.stdout.readline().strip() if self._proxy.stdout else ""
        self.anthropic_base_url = f"https://127.0.0.1:{listens}"
        self.slack_api_url = f"{self.anthropic_base_url}/api/"

    def environment(self) -> dict[str, str]:
        """The variables that make a process use this Rehearsal, and trust it."""
        trust = {"SSL_CERT_FILE": str(self.certificate.certificate)} if self.certificate else {}
        return super().environment() | trust

    def control(
        self, http_method: str, path: str, fields: Mapping[str, object] | None = None, *, timeout: float = 30.0
    ) -> Json:
        """One control request over the kept connection. Raises ControlRefused."""
        given = {name: value for name, value in (fields or {}).items() if value is not None}
        query = f"?{urlencode(given)}" if http_method == "GET" and given else ""
        body = None if http_method == "GET" or not given else json.dumps(given).encode()
        connection = self._connection()
        connection.request(
            http_method, f"/_rehearsal{path}{query}", body=body, headers={"Content-Type": "application/json"}
        )
        answer = connection.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise ControlRefused(f"{http_method} {path}: {told.decode()}")
        read: Json = json.loads(told)
        return read

    def timings(self, after: int = 0) -> list[Json]:
        """How long the app took with each mention but the first `after`; see the control."""
        found: list[Json] = self.control("GET", "/timings", {"after": after})["mentions"]
        return found

    def replies_to(self, words: str, contents: list[object]) -> None:
        """Have the model answer a request with these words: its first turn with the first content, and so on."""
        for number, content in enumerate(contents):
            self.control(
                "POST",
                "/claude/replies",
                {"content": content, "match": words, "results": number, "times": ENOUGH},
            )

    def slow(self, seconds: float, *methods: str) -> None:
        """Let every call of these methods take so much longer."""
        for method in methods:
            self.fault("slow", method, seconds=seconds, times=ENOUGH)

    def _connection(self) -> http.client.HTTPConnection:
        if self._kept is None:
            self._kept = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=330)
        return self._kept

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._kept is not None:
            self._kept.close()
        if self._proxy is not None and self._proxy.stdout is not None:
            self._proxy.terminate()
            self._proxy.wait()
            self._proxy.stdout.close()
        super().__exit__(kind, error, trace)
