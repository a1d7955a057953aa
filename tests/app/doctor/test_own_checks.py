"""What the doctor says of journal, broker, workers, model and tools."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from agents.clock import Clock
from agents.errors import BadSetting
from agents.journal import processes
from agents.journal.database import Database
from agents.journal.transaction import Journal
from agents.toolcalls.catalogue import Catalogue
from app.doctor import examining
from app.doctor.checks import tools
from app.doctor.examining import Check, Verdict, find_checks, worst
from app.valkey import Valkey, start_valkey
from tests.app.doctor.examined import examined, only, settings_for
from tests.given.rehearsal import RehearsalProcess
from tests.given.time import move


@pytest.fixture
def broker() -> Iterator[Valkey]:
    """A Valkey of the test's own."""
    running = start_valkey()
    yield running
    running.process.kill()
    running.process.wait()


def test_before_the_first_start_nothing_fails(shared_rehearsal: RehearsalProcess, tmp_path: Path) -> None:
    # given good settings of a Tagwork that never ran, when all is examined
    environ = settings_for(shared_rehearsal, tmp_path / "home", TAGWORK_LISTEN="127.0.0.1:9")
    found = [one for findings in examined(environ).values() for one in findings]

    # then there is something to do, and nothing fails; and no journal was made
    assert worst(found) is Verdict.WARN, found
    assert all(one.fix for one in found if one.verdict is Verdict.WARN)
    assert list((tmp_path / "home").iterdir()) == []


def test_a_database_is_told_with_its_address_and_without_its_password(
    shared_rehearsal: RehearsalProcess, tmp_path: Path, postgres_url: str
) -> None:
    # given a PostgreSQL that answers, and runs without fsync as the suite's does
    finding, *weak = examined(settings_for(shared_rehearsal, tmp_path, TAGWORK_DATABASE_URL=postgres_url), "database")[
        "database"
    ]

    # when examined, then its version is told, and what makes a commit less than durable
    assert finding.says.startswith("PostgreSQL 1")
    assert [one.fix for one in weak] == ["Set fsync = on.", "Set full_page_writes = on."]

    # when nobody answers, then that is a fault
    gone = "postgresql://tagwork:thisIsTheSecretPart@127.0.0.1:9/tagwork"
    environ = settings_for(shared_rehearsal, tmp_path, TAGWORK_DATABASE_URL=gone)
    finding = only(examined(environ, "database")["database"], Verdict.FAIL)
    assert "127.0.0.1:9/tagwork does not answer" in finding.says
    assert "thisIsTheSecretPart" not in finding.says


def test_a_journal_of_another_version_is_told_with_the_command(
    shared_rehearsal: RehearsalProcess, tmp_path: Path, sqlite_url: str
) -> None:
    # given a journal that an older version left
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()

    # when examined, then the fix is the command, and the doctor itself changed nothing
    environ = settings_for(shared_rehearsal, tmp_path / "home", TAGWORK_DATABASE_URL=sqlite_url)
    _, old = examined(environ, "database")["database"]
    assert (old.verdict, old.fix) == (Verdict.FAIL, "Run `tagwork db upgrade`.")
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)
    connection.close()


def test_a_broker_that_is_there_that_evicts_and_that_is_gone(
    shared_rehearsal: RehearsalProcess, tmp_path: Path, broker: Valkey
) -> None:
    # given a broker, when examined, then it is told
    environ = settings_for(shared_rehearsal, tmp_path, TAGWORK_BROKER_URL=broker.url)
    assert "answers; pokes that wait: 0" in only(examined(environ, "broker")["broker"], Verdict.OK).says

    # when it may throw away what waits, then that is a warning
    client = redis.Redis(unix_socket_path=str(broker.folder / "valkey.sock"))
    client.config_set("maxmemory-policy", "allkeys-lru")
    client.close()
    _, evicts = examined(environ, "broker")["broker"]
    assert evicts.verdict is Verdict.WARN
    assert "noeviction" in evicts.fix

    # when it is gone, then that is a fault
    broker.process.kill()
    broker.process.wait()
    assert "TAGWORK_BROKER_URL" in only(examined(environ, "broker")["broker"], Verdict.FAIL).fix


def test_workers_are_told_with_the_age_of_their_last_proof(
    shared_rehearsal: RehearsalProcess, tmp_path: Path, sqlite_url: str, clock: Clock
) -> None:
    # given a journal in which a worker of another machine has said that it lives, and an app that sweeps
    database = Database(sqlite_url, clock)
    journal = Journal(database)
    journal.write(lambda tx: processes.say_alive(tx, "far|boot|1|4711|1", slots=32, lost_threads=1))
    journal.write(lambda tx: processes.lead(tx, "sweeper", "app", 3_000_000_000))
    environ = settings_for(
        shared_rehearsal,
        tmp_path / "home",
        TAGWORK_DATABASE_URL=sqlite_url,
        TAGWORK_CLOCK__OFFSET_FILE=str(tmp_path / "clock-offset"),
    )

    # when examined, then it is told with its threads
    living = only(examined(environ, "workers")["workers"], Verdict.OK)
    assert "far, process 4711: 32 threads, 1 of them lost" in living.says

    # when it has been silent for two minutes, then nobody works though people are heard
    move(clock, 120)
    none, silent = examined(environ, "workers")["workers"]
    assert (none.verdict, silent.verdict) == (Verdict.FAIL, Verdict.WARN)
    assert "silent for 12" in silent.says
    database.close()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ANTHROPIC_API_KEY": ""}, ["ANTHROPIC_API_KEY is not set", "sk-ant-"]),
        ({"ANTHROPIC_API_KEY": "sk-ant-thisIsTheSecretPart"}, ["ANTHROPIC_API_KEY is refused (401", "settings/keys"]),
        ({"TAGWORK_MODEL": "claude-nobody-1"}, ["no model claude-nobody-1", "TAGWORK_MODEL"]),
    ],
)
def test_a_key_or_a_model_that_is_not_taken_is_told_without_a_paid_call(
    shared_rehearsal: RehearsalProcess, tmp_path: Path, changes: dict[str, str], words: list[str]
) -> None:
    # given such a setting, when examined, then the fix names the setting
    finding = only(examined(settings_for(shared_rehearsal, tmp_path, **changes), "model")["model"], Verdict.FAIL)
    told = f"{finding.says} {finding.fix}"
    assert all(word in told for word in words), told
    assert "thisIsTheSecretPart" not in told


def test_the_deep_look_asks_the_model_for_one_token(shared_rehearsal: RehearsalProcess, tmp_path: Path) -> None:
    # given a good key, when looked at deeply, then it was asked, and says how many tokens that took
    known, asked = examined(settings_for(shared_rehearsal, tmp_path), "model", deep=True)["model"]
    assert (known.verdict, asked.verdict) == (Verdict.OK, Verdict.OK)
    assert "tokens" in asked.says


def test_the_walls_around_parsing_are_told(shared_rehearsal: RehearsalProcess, tmp_path: Path) -> None:
    # given this machine, when examined, then the walls that hold, or those that do not, are told in words
    [finding] = examined(settings_for(shared_rehearsal, tmp_path), "file parsing")["file parsing"]
    assert "limits of memory and time" in finding.says


def test_a_tool_whose_package_is_missing_is_told(
    shared_rehearsal: RehearsalProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a catalogue in which one tool lacks a package
    monkeypatch.setattr(
        tools, "find_tools", lambda: Catalogue({}, {"draw_chart": "needs matplotlib: install Tagwork's extras"})
    )

    # when examined, then it is named with what it lacks
    _, lacks = examined(settings_for(shared_rehearsal, tmp_path), "tools")["tools"]
    assert lacks.says == "draw_chart is not offered: it needs matplotlib."


def test_what_others_can_read_is_told(shared_rehearsal: RehearsalProcess, tmp_path: Path) -> None:
    # given a data folder that is open to others, when examined, then the fix is the command
    environ = settings_for(shared_rehearsal, tmp_path / "home")
    (tmp_path / "home").chmod(0o755)
    _, opened = examined(environ, "settings")["settings"]
    assert opened.fix == f"Close it: chmod go-rwx {tmp_path / 'home'}"


def test_a_check_that_raises_is_a_finding_and_not_the_end(shared_rehearsal: RehearsalProcess, tmp_path: Path) -> None:
    # given a check that raises with a secret in its words
    def raises(bench: object) -> list[examining.Finding]:
        raise OSError("thisIsTheSecretPart")

    # when all run, then it is told by its kind only
    findings = list(examining.examine(None, [Check("odd", 1, raises)]))  # type: ignore[arg-type]
    assert [one.verdict for one in findings] == [Verdict.FAIL]
    assert "OSError" in findings[0].says
    assert "thisIsTheSecretPart" not in findings[0].says


def test_every_check_has_a_name_and_a_place_of_its_own() -> None:
    # given the folder, when walked, then names and places are told apart
    found = find_checks()
    assert len(found) >= 13
    assert len({one.name for one in found}) == len({one.order for one in found}) == len(found)
    assert all(len(one.name) < 14 for one in found)


def test_a_file_that_is_no_check_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a file in the folder that names no check
    from app.doctor import checks

    (tmp_path / "strange.py").write_text("X = 1\n", encoding="utf-8")
    monkeypatch.setattr(checks, "__path__", [*checks.__path__, str(tmp_path)])

    # when walked, then the file is named
    with pytest.raises(BadSetting, match=r"strange\.py names no CHECK"):
        find_checks()
