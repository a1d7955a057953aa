"""Settings: environment over *_FILE over TOML; whatever is wrong is one clear line. design.md 6."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import BadSetting
from app.settings import OTHERS, PREFIX, Settings, load


def test_every_setting_has_a_default_and_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    # given a configuration file and a variable for the same setting
    (tmp_path / "tagwork.toml").write_text('model = "from-file"\neffort = "low"\n[limits]\nturns = 3\n')

    # when settings are loaded
    settings = load(
        {"TAGWORK_HOME": str(tmp_path), "TAGWORK_MODEL": "from-environment", "TAGWORK_LIMITS__TOKENS": "5000"}
    )

    # then the environment wins, the file fills in, and the rest are defaults
    assert settings.model == "from-environment"
    assert settings.effort == "low"
    assert (settings.limits.turns, settings.limits.tokens) == (3, 5000)
    assert settings.limits.minutes == Settings().limits.minutes
    assert settings.journal_url == f"sqlite:///{tmp_path}/journal.db"


def test_others_own_names_and_files_are_honoured(tmp_path: Path) -> None:
    # given a token in a file, with the newline that editors leave
    secret = tmp_path / "token"
    secret.write_text("xoxb-from-file\n")

    # when settings are loaded
    settings = load(
        {
            "TAGWORK_HOME": str(tmp_path),
            "SLACK_BOT_TOKEN_FILE": str(secret),
            "SLACK_API_URL": "http://127.0.0.1:1/api/",
            "TAGWORK_CHANNELS": "C1, C2",
        }
    )

    # then it is there, and is not shown by printing the settings
    assert settings.slack.bot_token.get_secret_value() == "xoxb-from-file"
    assert "from-file" not in repr(settings)
    assert settings.channels == ("C1", "C2")


@pytest.mark.parametrize(
    ("environ", "toml", "words"),
    [
        ({"TAGWORK_MODLE": "x"}, "", ["TAGWORK_MODLE", "no setting"]),
        ({"TAGWORK_LIMITS__TURN": "3"}, "", ["TAGWORK_LIMITS__TURN", "no setting"]),
        ({}, "modle = 1\n", ["modle", "no setting"]),
        ({}, "[limits]\nturn = 1\n", ["limits.turn", "no setting"]),
        ({}, "limits = 1\n", ["TAGWORK_LIMITS"]),
        ({"TAGWORK_LIMITS__TURNS": "many"}, "", ["TAGWORK_LIMITS__TURNS", "Model calls of one Run"]),
        ({"TAGWORK_LISTEN": "here"}, "", ["TAGWORK_LISTEN", "host:port"]),
        ({"SLACK_API_URL": "https://slack.com"}, "", ["SLACK_API_URL", "/api/"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_BOT_TOKEN_FILE": "/nowhere"}, "", ["SLACK_BOT_TOKEN_FILE"]),
        ({"SLACK_BOT_TOKEN_FILE": "/nowhere/at/all"}, "", ["SLACK_BOT_TOKEN_FILE", "cannot be read"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, '[slack]\nbot_token = "xoxb-2"\n', ["SLACK_BOT_TOKEN", "both"]),
        ({}, "model = \n", ["tagwork.toml", "TOML"]),
        ({"TAGWORK_WEB__HOSTS": "*"}, "", ["TAGWORK_WEB__HOSTS"]),
        ({"TAGWORK_WEB__HOSTS": "a.example, *.com"}, "", ["TAGWORK_WEB__HOSTS"]),
        ({"TAGWORK_WEB__REACHABLE": "10.0.0.1"}, "", ["TAGWORK_WEB__REACHABLE"]),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name(
    tmp_path: Path, environ: dict[str, str], toml: str, words: list[str]
) -> None:
    # given something wrong
    (tmp_path / "tagwork.toml").write_text(toml)

    # when settings are loaded, then the one who reads it knows which setting
    with pytest.raises(BadSetting) as wrong:
        load({"TAGWORK_HOME": str(tmp_path), **environ})
    for word in words:
        assert word in str(wrong.value)
    assert "xoxb-1" not in str(wrong.value)
    assert "xoxb-2" not in str(wrong.value)


def test_hosts_and_private_addresses_are_lists(tmp_path: Path) -> None:
    # given both from the environment, and both from a file
    environ = {"TAGWORK_WEB__HOSTS": "wiki, *.docs.example", "TAGWORK_WEB__REACHABLE": "10.1.2.3:443 [fd00::1]:8080"}
    toml = '[web]\nhosts = ["wiki", "*.docs.example"]\nreachable = ["10.1.2.3:443", "[fd00::1]:8080"]\n'
    (tmp_path / "tagwork.toml").write_text(toml)

    # when settings are loaded, then both give the same
    by_file, by_environ = load({"TAGWORK_HOME": str(tmp_path)}), load({"TAGWORK_HOME": "/nowhere", **environ})
    assert by_file.web == by_environ.web
    assert by_file.web.hosts == ("wiki", "*.docs.example")
    assert by_file.web.reachable == ("10.1.2.3:443", "[fd00::1]:8080")


@given(
    name=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", max_size=20),
    value=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30),
)
def test_no_variable_of_ours_raises_anything_but_a_bad_setting(name: str, value: str) -> None:
    # given any variable that begins as ours do
    environ = {"TAGWORK_HOME": "/nowhere", PREFIX + name: value}

    # when settings are loaded, then they load, or it is named
    try:
        load(environ)
    except BadSetting as wrong:
        assert str(wrong)  # noqa: PT017


def test_what_others_have_coined_is_listed_once() -> None:
    # given the names of others, then no two set the same
    assert len(set(OTHERS.values())) == len(OTHERS)
