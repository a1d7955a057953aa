"""README's ten minutes, run from its own lines: all but the clicks in Slack."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.given.rehearsal import REPOSITORY, RehearsalProcess
from tests.given.tagwork import answered, is_alive
from tests.given.waiting import until

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
SECTION = README[README.index("## Put it into your Slack") :].split("\n## ", maxsplit=1)[0]
COMMAND = ".venv/bin/tagwork "


def lines(kind: str) -> list[str]:
    """Return the lines of the section's blocks of that kind, in order."""
    blocks = re.findall(rf"```{kind}\n(.*?)```", SECTION, re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


class Terminal:
    """A shell of somebody who follows README: what they exported, and what they started."""

    def __init__(self, rehearsal: RehearsalProcess, home: Path) -> None:
        self.rehearsal = rehearsal
        given = rehearsal.environment()
        # what the environment of the test stands in for: the addresses of Slack and Claude, and free ports
        self.environ = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(home),
            "SLACK_API_URL": given["SLACK_API_URL"],
            "ANTHROPIC_BASE_URL": given["ANTHROPIC_BASE_URL"],
            "TAGWORK_LISTEN": "127.0.0.1:0",
            "TAGWORK_ENGINE__LISTEN": "127.0.0.1:0",
        }
        self.secrets = given
        self.log = home / "serve.log"
        self.serving: subprocess.Popen[bytes] | None = None

    def follow(self, line: str) -> str:
        """Do what a line says; return what it printed."""
        if line.startswith("export "):
            name, _, shape = line.removeprefix("export ").partition("=")
            assert self.secrets[name].startswith(shape.rstrip("…")), f"{name} does not look like {shape}"
            self.environ[name] = self.secrets[name]
            return ""
        if line.startswith("make "):
            assert re.search(rf"^{line.removeprefix('make ')}:", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
            return ""
        assert line.startswith(COMMAND), line
        words = [sys.executable, "-m", "app.cli", *line.removeprefix(COMMAND).split()]
        if words[3:] == ["serve"]:
            with self.log.open("wb") as log:
                self.serving = subprocess.Popen(words, cwd=REPOSITORY, env=self.environ, stdout=log, stderr=log)
            return ""
        told = subprocess.run(
            words, cwd=REPOSITORY, env=self.environ, capture_output=True, text=True, timeout=120, check=False
        )
        assert told.returncode == 0, f"{line}\n{told.stdout}{told.stderr}"
        return told.stdout

    def close(self) -> None:
        """End what was started."""
        if self.serving is not None:
            self.serving.terminate()
            self.serving.wait(timeout=60)


@pytest.fixture
def terminal(shared_rehearsal: RehearsalProcess, tmp_path: Path) -> Iterator[Terminal]:
    """Somebody's terminal."""
    made = Terminal(shared_rehearsal, tmp_path)
    yield made
    made.close()


def test_whoever_follows_the_readme_has_an_answer_in_slack(terminal: Terminal) -> None:
    # given README's commands, in their order, and its first mention
    commands, [mention] = lines("sh"), lines("text")
    before, after = commands[: commands.index(f"{COMMAND}serve") + 1], commands[commands.index(f"{COMMAND}serve") + 1 :]

    # when they are followed up to `serve`
    printed = {line: terminal.follow(line) for line in before}

    # then the link carries the app, and the doctor found nothing that fails
    link = urlsplit(printed[f"{COMMAND}manifest --link"].strip())
    assert parse_qs(link.query)["manifest_json"]
    assert "fail" not in printed[f"{COMMAND}doctor"]

    # when it serves, and somebody writes the first mention
    rehearsal = terminal.rehearsal
    rehearsal.wait_for("connections", at_least=1, timeout_seconds=60)
    posted = rehearsal.post("ann", "sales", mention.replace("@Tagwork", "@tagwork"))

    # then it is answered, and the last commands show and prove what it did
    answered(rehearsal, posted, seconds=60)
    printed = {line: terminal.follow(line) for line in after}
    assert "#1" in printed[f"{COMMAND}runs list"]
    assert "run:done" in printed[f"{COMMAND}audit show"]
    assert "chain verified" in printed[f"{COMMAND}audit verify"]

    # and it ends when it is told to
    assert terminal.serving is not None
    terminal.serving.terminate()
    until(lambda: not is_alive(terminal.serving.pid), "it has ended", 60)  # type: ignore[union-attr]
    assert terminal.serving.wait() == 0
