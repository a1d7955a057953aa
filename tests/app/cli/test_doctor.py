"""`tagwork doctor` as an operator runs it: lines with their fix, exit codes, JSON, and never a secret."""

import json
from pathlib import Path

from tests.given.rehearsal import RehearsalProcess
from tests.given.tagwork import TagworkProcesses, answered, tagwork
from tests.given.waiting import until


def test_a_tagwork_that_works_is_told_so_while_it_runs(shared_rehearsal: RehearsalProcess, tmp_path: Path) -> None:
    # given a Tagwork that is ready and has answered someone
    with tagwork(shared_rehearsal, tmp_path / "home") as processes:
        (tmp_path / "home").chmod(0o700)
        until(lambda: processes.get("/readyz")[0] == 200, "the app has looked again after its start")
        answered(shared_rehearsal, shared_rehearsal.post("ann", "sales", "@tagwork hello, what can you do?"))

        # when it is looked at deeply
        told = processes.command("doctor", "--deep", "--channel", "C0SALES0001", "--json")
        findings = [json.loads(line) for line in told.stdout.splitlines()]

        # then nothing fails, and each part has its proof
        assert told.returncode == 0, told.stdout + told.stderr
        assert told.stderr == ""
        assert {one["verdict"] for one in findings} <= {"ok", "warn"}
        well = {one["check"]: one["says"] for one in findings if one["verdict"] == "ok"}
        assert "the socket greets us; other connections of this app: 1" in well["way in"]
        assert "the last one 0.0 h ago" in well["events"]
        assert "proved" in well["workers"]
        assert "is ready" in well["app"]
        assert "taken away again" in well["posting"]


def test_what_fails_is_told_with_its_fix_and_no_secret_is_shown(
    shared_rehearsal: RehearsalProcess, tmp_path: Path
) -> None:
    # given a secret in every place that takes one, and a database and a broker that do not answer
    planted = {
        "SLACK_BOT_TOKEN": "xoxb-plantedBotSecret",
        "SLACK_APP_TOKEN": "xapp-1-A0-plantedAppSecret",
        "SLACK_SIGNING_SECRET": "plantedSigningSecret",
        "ANTHROPIC_API_KEY": "sk-ant-plantedModelSecret",
        "TAGWORK_DATABASE_URL": "postgresql://tagwork:plantedDatabaseSecret@127.0.0.1:9/tagwork",
        "TAGWORK_BROKER_URL": "redis://:plantedBrokerSecret@127.0.0.1:9/0",
        "TAGWORK_LISTEN": "127.0.0.1:9",
    }
    processes = TagworkProcesses(shared_rehearsal, tmp_path, environ=planted)

    for form in ((), ("--json",)):
        # when it is examined
        told = processes.command("doctor", *form)

        # then the exit code says that it does not hold, what fails has a fix, and no secret is in it
        assert told.returncode == 1, told.stderr
        for check in ("bot token", "way in", "database", "broker", "model"):
            assert check in told.stdout
        assert "planted" not in told.stdout + told.stderr
    fails = [line for line in told.stdout.splitlines() if json.loads(line)["verdict"] == "fail"]
    assert all(json.loads(line)["fix"] for line in fails)


def test_settings_that_cannot_be_read_are_a_wrong_call(shared_rehearsal: RehearsalProcess, tmp_path: Path) -> None:
    # given a variable that is no setting, when examined, then one line names it, with exit code 2
    processes = TagworkProcesses(shared_rehearsal, tmp_path, environ={"TAGWORK_MODLE": "claude"})
    told = processes.command("doctor")
    assert (told.returncode, told.stdout) == (2, "")
    assert "TAGWORK_MODLE" in told.stderr
