"""`tagwork policy …` on files: what is wrong has its line, what would change and what would happen is told."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agents.errors import BadSetting
from agents.policy.presets import PRESETS
from agents.policy.yaml_text import document_of, text_of
from app.cli import BAD, OK, WRONG_CALL, build, main
from app.reference import FOLDER
from tests.given.policies import HERE, a_workspace, allow, an_organisation, ask, deny


def tagwork(*words: str, given: str | None = None) -> Result:
    """Run `tagwork policy …`."""
    return CliRunner().invoke(build(), ["policy", *words], input=given)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with a policy and what is to become of it."""
    monkeypatch.chdir(tmp_path)
    before = a_workspace(allow("read", "read_thread"))
    after = a_workspace(allow("read", "read_thread"), allow("pages", "fetch_page"), deny("no", "read_file"))
    (tmp_path / "before.yaml").write_text(text_of(before), encoding="utf-8")
    (tmp_path / "after.yaml").write_text(text_of(after), encoding="utf-8")
    (tmp_path / "org.yaml").write_text(text_of(an_organisation(deny("never", "fetch_page"))), encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("defualt: {}\nauthority: {fetch_pag: channel}\n", encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_check_names_each_fault_with_its_place() -> None:
    # given a file with two faults, when checked, then both are told and nothing else is
    told = tagwork("check", "bad.yaml")
    assert (told.exit_code, told.stdout) == (BAD, "")
    first, second = told.stderr.splitlines()
    assert first.startswith("bad.yaml: line 1, column 1: found the key `defualt`; expected one of ")
    assert second.startswith("bad.yaml: line 2, column 13: found the tool `fetch_pag`, which there is not here; ")

    # and a program gets them as data
    faults = json.loads(tagwork("check", "bad.yaml", "--json").stdout)["faults"]
    assert [(one["line"], one["column"]) for one in faults] == [(1, 1), (2, 13)]


@pytest.mark.usefixtures("folder")
def test_check_says_what_a_good_file_is() -> None:
    # given a policy, in a file or on standard input, when checked, then it holds
    told = tagwork("check", "after.yaml")
    assert (told.exit_code, told.stdout) == (OK, "after.yaml: a policy of the workspace, 3 rules\n")
    told = tagwork("check", "-", "--json", given="of: organisation\nversion: 4\n")
    assert json.loads(told.stdout) == {"file": "-", "holds": True, "of": "organisation", "version": 4, "rules": 0}


@pytest.mark.usefixtures("folder")
def test_diff_says_what_widens_and_what_narrows() -> None:
    # given what is to become of a policy, when compared, then each change is told
    told = tagwork("diff", "before.yaml", "after.yaml")
    assert told.exit_code == BAD
    assert told.stdout.splitlines() == [
        "widens: workspace: rule pages added: allows fetch_page",
        "narrows: workspace: rule no added: denies read_file",
    ]
    as_data = json.loads(tagwork("diff", "before.yaml", "after.yaml", "--json").stdout)
    assert (as_data["widens"], len(as_data["changes"])) == (True, 2)

    # and where nothing is otherwise, that
    told = tagwork("diff", "before.yaml", "before.yaml")
    assert (told.exit_code, told.stdout) == (OK, "no change\n")


@pytest.mark.usefixtures("folder")
def test_lint_says_what_looks_right_and_does_nothing() -> None:
    # given a policy of which the organisation denies a part, when looked at alone and under it
    assert tagwork("lint", "before.yaml").exit_code == OK
    told = tagwork("lint", "after.yaml", "--organisation", "org.yaml", "--day", "2026-11-28")

    # then what comes to nothing is told
    assert (told.exit_code, told.stdout) == (
        BAD,
        "pages (workspace): `never` denies all that it grants [denied]\n",
    )
    told = tagwork("lint", "after.yaml", "--organisation", "org.yaml", "--json")
    assert [one["kind"] for one in json.loads(told.stdout)["lints"]] == ["denied"]


def test_schema_is_the_published_one() -> None:
    # given the schema, when printed, then it is the page of the reference
    assert tagwork("schema").stdout == (FOLDER / "policy.schema.json").read_text(encoding="utf-8")


def test_presets_are_listed_and_printed() -> None:
    # given the presets, when asked for, then each has its line, and its text is a policy
    assert [line.split()[0] for line in tagwork("preset").stdout.splitlines()] == list(PRESETS)
    assert document_of(tagwork("preset", "open").stdout) == PRESETS["open"]


@pytest.mark.usefixtures("folder")
def test_cedar_prints_the_rules_and_tells_what_it_leaves_out() -> None:
    # given a policy with a number that Cedar cannot say, when exported, then the rest is printed
    odd = a_workspace(allow("read", "read_thread"), allow("pay", "pay", where={"amount": {"at_most": 0.00001}}))
    Path("odd.yaml").write_text(text_of(odd), encoding="utf-8")
    told = tagwork("cedar", "odd.yaml", "--organisation", "org.yaml")

    # then what it leaves out is told apart
    assert told.exit_code == OK
    assert '@id("never")\n@scope("organisation")\nforbid' in told.stdout
    assert told.stderr == "left out: pay: Cedar's decimals cannot be 1e-05\n"


@pytest.mark.usefixtures("folder")
@pytest.mark.parity("Resolved access view", "beat")
def test_simulate_says_what_would_be_decided_and_why() -> None:
    # given a policy with a rule for one channel and one group
    policy = a_workspace(
        allow("read", "read_thread", where={"groups": {"any_of": ["S1"]}, "here": {"any_of": [HERE]}}),
        ask("cards", "charge_card"),
    )
    Path("policy.yaml").write_text(text_of(policy), encoding="utf-8")

    # when a call is supposed there, then it is allowed, with the rule
    told = tagwork("simulate", "policy.yaml", "--tool", "read_thread", "--here", HERE, "--group", "S1")
    assert told.exit_code == OK
    assert told.stdout.startswith("Allowed: The workspace's rule `read` allows read_thread.\nDecided by: rule `read`")

    # and elsewhere, or of someone else, it is not, and what was missing is told
    told = tagwork("simulate", "policy.yaml", "--tool", "read_thread", "--here", HERE, "--group", "S2")
    assert told.exit_code == BAD
    assert "Nearly: `read` of the workspace" in told.stdout

    # and a tool that is not installed is judged by its kind, as data
    words = ("--tool", "charge_card", "--effect", "act", "--reach", "outside", "--json")
    told = tagwork("simulate", "policy.yaml", *words)
    assert told.exit_code == BAD
    assert (json.loads(told.stdout)["verdict"], json.loads(told.stdout)["rule"]) == ("ask", "cards")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("check", "nothing.yaml"), "nothing.yaml cannot be read: No such file or directory"),
        (("check", "latin.yaml"), "latin.yaml is not UTF-8 at byte 2"),
        (("lint", "before.yaml", "--day", "soon"), "--day is no time: 'soon'"),
        (("lint", "before.yaml", "--organisation", "after.yaml"), "after.yaml is a workspace's policy"),
        (("preset", "wild"), "there is no preset 'wild'; there is: careful, standard, open"),
        (("simulate", "before.yaml", "--tool", "x"), "there is no tool 'x' here"),
        (("simulate", "before.yaml", "--tool", "read_thread", "--arguments", "{"), "--arguments is no JSON"),
        (("simulate", "before.yaml", "--tool", "read_thread", "--arguments", "[]"), "--arguments is not a JSON object"),
    ],
)
def test_a_call_that_is_wrong_says_what_it_wants(folder: Path, words: tuple[str, ...], says: str) -> None:
    # given such a call, when made, then its complaint is one sentence
    (folder / "latin.yaml").write_bytes(b": \xe9")
    told = tagwork(*words)
    assert isinstance(told.exception, BadSetting)
    assert says in str(told.exception)


@pytest.mark.usefixtures("folder")
def test_a_verb_that_needs_a_policy_ends_with_2_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given a file that is no policy, when compared, then its faults are told and the call was wrong
    assert tagwork("diff", "bad.yaml", "before.yaml").exit_code == WRONG_CALL

    # and so it is for whoever types a name that is not there
    monkeypatch.setattr("sys.argv", ["tagwork", "policy", "check", "nothing.yaml"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == WRONG_CALL
    assert capsys.readouterr().err == "tagwork: nothing.yaml cannot be read: No such file or directory\n"
