"""Every tool keeps the contract: those in tools/, and those that another distribution brings."""

import importlib
import pkgutil
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest
from pydantic import ValidationError

import tools
from tests.given import files as make
from tests.given.distributions import DISTRIBUTIONS
from tests.given.tool_context import AttachedFiles, PostedMessages, a_context
from tools.contract import Arguments, Effect, FindProof, KeyProof, Posted, Tool, Trust

QUICK_SECONDS = 5.0
"""Design.md 8: the longest call that the holder of a Run's lease makes itself."""


COUNTING_TOOLS = ("count_read", "count_write", "count_found_write", "count_act", "count_asked_act")


def _house_tools() -> list[str]:
    found = pkgutil.iter_modules(tools.__path__)
    return sorted(f"tools.{each.name}" for each in found if not each.ispkg and each.name != "contract")


@pytest.fixture(params=[*_house_tools(), *(f"counting_tools.{name}" for name in COUNTING_TOOLS)])
def tool(request: pytest.FixtureRequest) -> Iterator[Tool]:
    sys.path.append(str(DISTRIBUTIONS / "counting_tools"))
    try:
        found = importlib.import_module(request.param).TOOL
        assert isinstance(found, Tool)
        yield found
    finally:
        sys.path.remove(str(DISTRIBUTIONS / "counting_tools"))


def test_a_tool_is_named_as_its_file_and_as_a_verb_with_a_noun(tool: Tool) -> None:
    # given the file that a newcomer would open
    file = tool.call.__module__.rpartition(".")[2]

    # when its tool is looked up
    # then it is called the same, in lower case words
    assert tool.name == file
    assert len(tool.name.split("_")) >= 2
    assert tool.name.replace("_", "").isalpha()
    assert tool.name.islower()


def test_its_schema_is_closed_and_every_argument_is_described(tool: Tool) -> None:
    # given the schema that the model is sent
    schema = tool.arguments.model_json_schema()

    # when its parts are looked at
    # then nothing undeclared gets in, and each argument says what it is
    assert issubclass(tool.arguments, Arguments)
    assert schema["additionalProperties"] is False
    assert all(argument.get("description") for argument in schema["properties"].values())
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        tool.arguments.model_validate({"channel_nobody_declared": "C1"})


def test_every_argument_has_an_end(tool: Tool) -> None:
    # given the schema that the model is sent
    schema = tool.arguments.model_json_schema()

    # when each argument is looked at, and the items of a list
    arguments = [
        *schema["properties"].values(),
        *(each["items"] for each in schema["properties"].values() if "items" in each),
    ]

    # then none of them can be endless
    ends = {"maxLength", "maximum", "maxItems", "pattern", "enum", "const", "$ref"}
    assert all(ends & set(argument) or argument.get("type") == "boolean" for argument in arguments)


def test_its_description_tells_a_model_when_to_use_it_and_when_not(tool: Tool) -> None:
    # given the description
    # when it is read
    # then it is long enough to choose by, short enough for every Turn, and says when not
    assert 80 <= len(tool.description) <= 600
    assert "not" in tool.description.lower()


def test_only_a_read_is_quick_and_it_ends_in_time(tool: Tool) -> None:
    # given what the tool declares
    # when it calls itself quick
    # then it is a read of at most five seconds
    assert not tool.quick or (tool.effect is Effect.READ and tool.seconds <= QUICK_SECONDS)
    assert 0 < tool.seconds <= 300


def test_a_write_has_its_proof_and_nothing_else_has_one(tool: Tool) -> None:
    # given what the tool declares
    # when its effect is a write
    # then it says how its effect is known to have happened once
    assert isinstance(tool.proof, KeyProof | FindProof) == (tool.effect is Effect.WRITE)


def test_what_it_says_about_itself_is_documented_where_it_is_called(tool: Tool) -> None:
    # given the function behind the tool
    # when its docstring is read
    # then it names what it raises
    assert "Raises:" in (tool.call.__doc__ or "")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("read_file", {"file_id": "F1"}),
        ("query_tables", {"sql": "SELECT * FROM long", "file_ids": ["F1"]}),
        ("read_thread", {"limit": 5}),
    ],
)
def test_a_cut_result_ends_by_saying_how_to_go_on(name: str, arguments: dict[str, object]) -> None:
    # given a file and a thread that are longer than one result
    rows = make.csv_bytes([["id"], *[[f"row {at}"] for at in range(1_000)]])
    posted = [Posted(f"{at}.000100", "Ann", "words") for at in range(1, 50)]
    context = a_context(AttachedFiles({"F1": ("long.csv", rows)}), PostedMessages(posted))

    # when the tool is called
    tool = importlib.import_module(f"tools.{name}").TOOL
    result = tool.call(tool.arguments.model_validate(arguments), context)

    # then the last line says what is missing and what to call
    assert result.cut
    assert result.text.splitlines()[-1] == f"Cut: {result.cut}"
    assert name in result.cut or "OFFSET" in result.cut
    assert result.trust is Trust.UNTRUSTED
    assert result.sources


def test_the_counting_tools_are_declared_under_the_group_that_tagwork_looks_in() -> None:
    # given the declarations of the test distribution
    text = (DISTRIBUTIONS / "counting_tools" / "pyproject.toml").read_text()

    # when they are read as entry points
    declared = tomllib.loads(text)["project"]["entry-points"]["tagwork.tools"]
    points = [EntryPoint(name, value, "tagwork.tools") for name, value in declared.items()]

    # then there are four, each pointing at a TOOL
    assert {point.name for point in points} == set(COUNTING_TOOLS)
    assert all(point.attr == "TOOL" for point in points)
