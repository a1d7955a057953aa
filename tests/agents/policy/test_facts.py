"""What is known of a call, what is not, and what could not be found out; and all that a policy asks about calls."""

from typing import Any

import pytest

from agents.labels import Labels
from agents.policy.document import Document
from agents.policy.facts import Facts, Failed, NotLoaded, Speaker, known, wheres_of, windows_of
from agents.policy.pages import Known
from agents.surface import PersonKind


def test_of_a_call_of_which_nothing_is_said_nothing_is_known_and_nothing_is_wrong() -> None:
    # given a call of which only the tool is known, when it is read, then nothing else is, and nothing keeps it back
    facts = Facts(tool="send", effect=None, reach=None)
    unknown = ("destination", "host", "port", "path", "method", "channel", "person", "amount", "trigger")
    assert [getattr(facts, one) for one in unknown] == [None] * len(unknown)
    assert (facts.external_channel, facts.has_read_untrusted, facts.audience) == (None, None, None)
    assert (facts.fits, facts.here, facts.frozen, facts.over_budget) == ("", "", "", "")
    assert (facts.speakers, facts.hosts, facts.counts) == ((), frozenset(), {})
    assert (facts.labels, facts.known, facts.at) == (Labels(), Known(), 0)
    assert (facts.web, facts.may_have_happened, facts.refused_before) == (True, False, False)


def test_of_someone_only_what_was_asked_for_is_known() -> None:
    # given someone of whom only id and kind are said, then nothing is known of groups, or of the channel
    speaker = Speaker("U1", PersonKind.MEMBER)
    assert (speaker.groups, speaker.member) == (None, None)


def test_what_could_not_be_found_out_is_no_value() -> None:
    # given a value, none, and one whose looking failed, when it is used, then the last is refused with its cause
    assert (known("x"), known(False), known(None)) == ("x", False, None)
    with pytest.raises(NotLoaded, match=r"^timeout$"):
        known(Failed("timeout"))


def rules(*ids: str, window: str) -> list[dict[str, Any]]:
    """Return rules that count uses within a time."""
    where = {"calls": {"within": window, "at_most": 1}}
    return [{"id": one, "verdict": "allow", "tools": ["*"], "where": where} for one in ids]


def ceiling(window: str) -> dict[str, Any]:
    """Return a ceiling that counts uses within a time."""
    return {"tools": ["*"], "where": {"calls": {"within": window, "at_most": 1}}}


def test_all_that_any_part_of_a_policy_asks_about_calls_is_found() -> None:
    # given a policy whose parts count uses within different times, when asked which, then all are known, in seconds
    document = Document.model_validate(
        {
            "default": {"rules": rules("a", "b", window="1m"), "ceilings": [ceiling("2m"), ceiling("3m")]},
            "channels": {"C1": {"rules": rules("c", window="1h")}, "C2": {"ceilings": [ceiling("2h")]}},
            "bundles": {"x": {"rules": rules("d", window="1d")}, "y": {"rules": rules("e", window="2d")}},
        }
    )
    other = Document.model_validate({"default": {"rules": rules("a", window="3d")}})
    assert [one.calls.within for one in wheres_of(document) if one.calls] == [
        *("2m", "3m", "1m", "1m", "1h", "2h", "1d", "2d")
    ]
    assert windows_of([document, other]) == {60, 120, 180, 3_600, 7_200, 86_400, 172_800, 259_200}


def test_what_counts_nothing_has_no_windows() -> None:
    # given a rule that asks for something else, then uses are counted within no time
    rule = {"id": "a", "verdict": "allow", "tools": ["*"], "where": {"amount": {"at_most": 1}}}
    assert windows_of([Document.model_validate({"default": {"rules": [rule]}}), Document()]) == frozenset()
