"""What docs name is there: files, commands, options and settings."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from agents.errors import BadSetting
from app.cli import build
from app.settings import load

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OURS = [page for page in PAGES if page.name != "parity.md"]
"""Pages on what is there; the parity list names what may come."""
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
CALLED = re.compile(r"(?:\.venv/bin/|`|^)tagwork ((?:[a-z]+)(?: [a-z]+)?)([^`\n]*)", re.MULTILINE)
VARIABLE = re.compile(r"\bTAGWORK_[A-Z_]*[A-Z]\b")
ELSEWHERE = {"TAGWORK_TOOLS__NAME__OPTION"}


def verbs() -> dict[str, set[str]]:
    """Return the options of every command by its words."""
    found: dict[str, set[str]] = {}

    def walk(command: object, words: str) -> None:
        children = getattr(command, "commands", None)
        if children:
            for name, child in children.items():
                walk(child, f"{words} {name}".strip())
        else:
            found[words] = {form for one in command.params for form in one.opts}  # type: ignore[attr-defined]

    walk(get_command(build()), "")
    return found


def calls(text: str) -> Iterator[tuple[str, list[str]]]:
    """Every command that a text calls, with its options."""
    known = verbs()
    for words, rest in CALLED.findall(text):
        verb = words if words in known else words.split(" ")[0]
        yield verb, re.findall(r"(?<![\w-])--[a-z-]+", rest)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    # given the links of a page that stay in the repository, when followed, then something is there
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", OURS, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_and_option_is_there(page: Path) -> None:
    # given the commands that a page calls, when looked up, then each is there, with its options
    known = verbs()
    nouns = {verb.split(" ")[0] for verb in known}
    for verb, options in calls(page.read_text(encoding="utf-8")):
        assert verb in known or verb in nouns, f"tagwork {verb}"
        assert not [one for one in options if one not in known.get(verb, set()) | {"--json", "--help"}], verb


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_variable_is_a_setting(page: Path) -> None:
    # given the TAGWORK_ variables that a page names, when looked up, then none is refused as unknown
    named = set(VARIABLE.findall(page.read_text(encoding="utf-8"))) - ELSEWHERE
    assert not [name for name in named if "is no setting" in complaint({name: "1", "TAGWORK_HOME": "/nonexistent"})]


def complaint(environ: dict[str, str]) -> str:
    """Return what is wrong with an environment, or an empty text."""
    try:
        load(environ)
    except BadSetting as wrong:
        return str(wrong)
    return ""


def test_a_name_that_is_not_there_would_be_seen() -> None:
    # given words and variables that there are not, when looked up as above, then each is missed
    assert "is no setting" in complaint({"TAGWORK_MODLE": "1"})
    assert list(calls("`tagwork frobnicate --hard`")) == [("frobnicate", ["--hard"])]
    assert len(list(calls((ROOT / "README.md").read_text(encoding="utf-8")))) > 6


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_of_the_code_that_is_named_is_there(page: Path) -> None:
    # given the files of the code that a page names, whole or by their last part, when looked for, then each is there
    there = [
        str(file.relative_to(ROOT))
        for room in ("app", "agents", "tools", "tests", "bench")
        for file in ROOT.glob(f"{room}/**/*.py")
    ]
    named = re.findall(r"`([a-z_][\w/]*\.py)`", page.read_text(encoding="utf-8"))
    assert not [name for name in named if not any(file == name or file.endswith(f"/{name}") for file in there)]


def test_every_page_is_in_the_index() -> None:
    # given the index, when its links are followed, then every page but the decisions is reached
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    named = {(ROOT / "docs" / link).resolve() for link in LINK.findall(index)}
    pages = {page for page in PAGES if "decisions" not in page.parts and page.name != "README.md"}
    assert not pages - named
