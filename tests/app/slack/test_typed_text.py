"""Text comes out as the person typed it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.slack.typed_text import as_typed, begins_with_another, mentions, with_ids, without_mention


@pytest.mark.parametrize(
    ("raw", "typed"),
    [
        ("&lt;b&gt; &amp;amp; &amp;lt;", "<b> &amp; &lt;"),
        ("<https://x.example/a?b=1&amp;c=2|see>", "https://x.example/a?b=1&c=2"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<@U1|ann> <@U2>", "@ann @U2"),
        ("<#C1|ops> <#C2>", "#ops (C1) #C2"),
        ("<!here> <!channel|channel> <!subteam^S1|@eng>", "@here @channel @eng"),
        ("<!date^1795546116^{date}|24 Nov>", "24 Nov"),
        ("2 < 3", "2 < 3"),
    ],
)
def test_slacks_markup_becomes_what_people_saw_with_the_ids_of_channels(raw: str, typed: str) -> None:
    # given a text of the wire, when its markup is undone, then it reads as on the screen, and a channel can be called
    assert as_typed(raw) == typed


def test_names_are_asked_for_mentions_that_bring_none() -> None:
    # given a mention by id, when names are known, then it is shown by name
    assert as_typed("hi <@U2>", {"U2": "ben"}.__getitem__) == "hi @ben"


@pytest.mark.parametrize(
    ("raw", "rest"),
    [
        ("<@U0> do it", "do it"),
        ("do <@U0|tagwork> it", "do it"),
        ("<@U0>: do it <@U0>", "do it"),
        ("<@U0>", ""),
        ("<@U00> do it", "<@U00> do it"),
        ("<@U0>\ncode\n  indented", "code\n  indented"),
    ],
)
def test_only_our_own_mention_is_taken_out(raw: str, rest: str) -> None:
    # given a text, when our mention is taken out, then all else stays
    assert without_mention(raw, "U0") == rest
    assert mentions(raw, "U0") is (rest != raw)


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60))
def test_what_was_escaped_comes_back_as_it_was(typed: str) -> None:
    # given any text as Slack escapes it
    raw = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # when undone, then nothing is lost
    assert as_typed(raw) == typed


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("<@U0BEN000001> what do you think?", True),
        ("  <@U0BEN000001|ben>, yes", True),
        ("<!subteam^S0SALES0001> look", True),
        ("<@U0TAGWORK01> and the South?", False),
        ("thanks <@U0BEN000001>", False),
        ("<!here> look", False),
        ("", False),
    ],
)
def test_a_message_that_begins_with_a_mention_of_someone_else_is_theirs(text: str, another: bool) -> None:
    assert begins_with_another(text, "U0TAGWORK01") is another


def test_in_a_command_everyone_and_every_place_stands_by_its_id() -> None:
    # given a command as Slack escapes it, when it is read, then ids stand in it, and the names beside
    text, names = with_ids(
        "allow &lt;x&gt; for <@U1|ann> <!subteam^S1|@team> in <#C1|ops> and <#C2> by <https://a.b|c>"
    )
    assert text == "allow <x> for @U1 @S1 in #C1 and #C2 by https://a.b"
    assert names == {"U1": "@ann", "S1": "@team", "C1": "#ops"}
