"""Rehearsal processes for these tests, and the real Slack clients that drive them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.given.rehearsal import RehearsalProcess

MANIFEST = Path(__file__).with_name("manifest.yml")


@pytest.fixture(scope="session")
def rehearsal_process() -> Iterator[RehearsalProcess]:
    """The process behind `rehearsal`."""
    with RehearsalProcess.start(manifest=MANIFEST) as process:
        yield process


@pytest.fixture
def rehearsal(rehearsal_process: RehearsalProcess) -> RehearsalProcess:
    """A Rehearsal as new, with Slack's own limits."""
    rehearsal_process.reset()
    return rehearsal_process


@pytest.fixture(scope="session")
def shared_rehearsal() -> Iterator[RehearsalProcess]:
    """One Rehearsal for the tests that only post and read; its limits are stretched."""
    with RehearsalProcess.start(manifest=MANIFEST) as process:
        process.limits(1_000)
        yield process


@pytest.fixture
def client(rehearsal: RehearsalProcess) -> WebClient:
    """The unmodified client of slack_sdk, with no retries of its own."""
    return web_client(rehearsal)


@pytest.fixture
def shared_client(shared_rehearsal: RehearsalProcess) -> WebClient:
    """The unmodified client on the shared Rehearsal."""
    return web_client(shared_rehearsal)


def web_client(rehearsal: RehearsalProcess, token: str | None = None, timeout: int = 10) -> WebClient:
    """A client that neither retries nor uses a proxy."""
    return WebClient(
        token=rehearsal.bot_token if token is None else token,
        base_url=rehearsal.slack_api_url,
        timeout=timeout,
        retry_handlers=[],
    )


@pytest.fixture
def manifest_with(tmp_path: Path) -> Callable[..., Path]:
    """Makes a manifest that is this folder's without some scopes or events."""

    def make(without: tuple[str, ...]) -> Path:
        lines = MANIFEST.read_text(encoding="utf-8").splitlines()
        file = tmp_path / "manifest.yml"
        file.write_text("\n".join(line for line in lines if line.strip().removeprefix("- ") not in without))
        return file

    return make


def error_of(call: Callable[[], object]) -> dict[str, object]:
    """The body of the refusal that this call meets."""
    with pytest.raises(SlackApiError) as refused:
        call()
    body: dict[str, object] = refused.value.response.data
    return body
