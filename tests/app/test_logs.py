"""No secret reaches a log line, however it gets into it."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from app.logs import configure


@contextmanager
def as_a_process_logs(*secrets: str) -> Iterator[None]:
    """Logging as `serve` configures it, for the length of the block."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure("json", secrets)
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.failure_mode(63)
@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-1234567890-abcdefghij",
        "xapp-1-A0123-456-abcdefabcdef",
        "xoxe.xoxp-1-abcdefghijklmnop",
        "sk-ant-api03-abcdefghijklmnop",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "github_pat_11ABCDEFG0abcdefghijklmnopqrstuv",
        "a-secret-of-the-settings",
    ],
)
def test_a_secret_never_reaches_a_line(capsys: pytest.CaptureFixture[str], secret: str) -> None:
    # given a secret in an event, in a value, deep in a structure, in a third party's words and in a traceback
    with as_a_process_logs("a-secret-of-the-settings"):
        log = structlog.get_logger()
        log.info(f"connecting with {secret}")
        log.info("connecting", token=secret, deep={"list": [secret]})
        logging.getLogger("third.party").warning("refused %s", secret)
        try:
            raise ValueError(f"https://host/?token={secret}")
        except ValueError:
            log.exception("it broke")

    # then none of the lines has it, and each is still a line of JSON
    written = capsys.readouterr().err
    lines = written.splitlines()
    assert len(lines) == 4
    assert secret not in written
    assert all(json.loads(line)["event"] for line in lines)
    assert "ValueError" in lines[3]
