"""What `/tagwork` is told: every form of its help, every mistake with the nearest right one, and never a raise."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.commands import Command, Unclear, Verb, typed
from agents.commands.forms import FORMS, help_lines, said
from agents.commands.typed import unclear_words

EXAMPLES = [example for form in FORMS.values() for example in form.examples]


def test_every_verb_has_its_line_of_help() -> None:
    # given all verbs, when help is printed, then each stands there with its form
    assert set(FORMS) == set(Verb)
    assert len(help_lines()) == len(Verb)


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_help_shows_is_understood_and_can_be_said_again(example: str) -> None:
    # given an example of help, when it is read, then it is its verb's command
    found = typed(example)
    assert isinstance(found, Command)
    assert found.verb.value == example.split()[0]

    # when it is said again, then that is the same command
    assert typed(said(found)) == found


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (
            "Allow post_message for @S0SALESTEAM in #C0SALES0001 until 2027-01-31",
            Command(
                Verb.ALLOW,
                what="post_message",
                whom=("S0SALESTEAM",),
                where="C0SALES0001",
                until=date(2027, 1, 31),
            ),
        ),
        ("deny send_* here", Command(Verb.DENY, what="send_*", where="here")),
        ("ask set_topic for @U1AB and @U2AB", Command(Verb.ASK, what="set_topic", whom=("U1AB", "U2AB"))),
        ("allow *", Command(Verb.ALLOW, what="*")),
        ("who guests channel-only", Command(Verb.WHO, whom=("guests",), what="channel_only")),
        ("who @S1AB @S2AB in workspace", Command(Verb.WHO, whom=("S1AB", "S2AB"), where="workspace")),
        ("budget $5 per day", Command(Verb.BUDGET, usd=Decimal(5), per="day")),
        ("budget USD 0,50 a run here", Command(Verb.BUDGET, usd=Decimal("0.50"), per="run", where="here")),
        ("budget 2 a day per person", Command(Verb.BUDGET, usd=Decimal(2), per="day", per_person=True)),
        ("budget none a month", Command(Verb.BUDGET, per="month")),
        ("freeze", Command(Verb.FREEZE)),
        ("freeze because of the fire", Command(Verb.FREEZE, because="of the fire")),
        ("freeze @U0BEN", Command(Verb.FREEZE, whom=("U0BEN",))),
        ("thaw workspace", Command(Verb.THAW, what="workspace")),
        ("approvers @U1AB @S1AB", Command(Verb.APPROVERS, whom=("U1AB", "S1AB"))),
        ("why #12", Command(Verb.WHY, 12)),
        ("policy preset Careful", Command(Verb.POLICY, what="careful")),
    ],
)
def test_a_command_says_what_it_says(text: str, command: Command) -> None:
    assert typed(text) == command


@pytest.mark.parametrize(
    ("text", "verb", "why"),
    [
        ("allow", "allow", "Which tool?"),
        ("allow post_message for", "allow", "For whom?"),
        ("allow post_message for @ben", "allow", "I do not know @ben"),
        ("allow post_message for @U1AB @S1AB", "allow", "cannot stand in one rule"),
        ("allow post_message in sales", "allow", "is no place"),
        ("allow post_message until Friday", "allow", "is no day"),
        ("allow post_message please", "allow", "“please”"),
        ("deny a!b", "deny", "is no tool"),
        ("who", "who", "For whom?"),
        ("who @U1AB", "who", "user groups"),
        ("who guests perhaps", "who", "allow, restrict or channel_only"),
        ("reply sometimes", "reply", "mention, follow or read_along"),
        ("model", "model", "Which model?"),
        ("budget lots a day", "budget", "is no amount"),
        ("budget 5", "budget", "Say run, day or month"),
        ("budget 5 a month per person", "budget", "a day"),
        ("freeze @ben", "freeze", "I do not know @ben"),
        ("policy preset lax", "policy", "careful, standard or open"),
        ("stop everything", "stop", "“everything”"),
    ],
)
def test_a_mistake_is_answered_with_what_is_wrong_and_the_right_form(text: str, verb: str, why: str) -> None:
    # given a command that is wrong behind its first word, when it is read, then it says what is
    found = typed(text)
    assert isinstance(found, Unclear)
    assert found.nearest == verb
    assert why in found.why

    # and the answer has the form, and an example with names and not ids
    words = unclear_words(found)
    assert f"`/tagwork {FORMS[Verb(verb)].form}`" in words
    assert "C0SALES" not in words


WORDS = st.sampled_from(
    [
        *(verb.value for verb in Verb),
        *("for", "in", "until", "because", "here", "workspace", "members", "guests", "none", "per", "a", "day", "and"),
        *("@U0BEN000001", "@S0SALESTEAM", "#C0SALES0001", "@ben", "#12", "5", "USD", "post_message", "*", "2027-01-31"),
        *("preset", "careful", "run", "person", "mention", "allow", "", "@", "#", "٥", "\u202e", "“x”"),
    ]
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=12).map(" ".join))
def test_whatever_is_typed_is_a_command_or_is_explained(text: str) -> None:
    # given any words at all, when they are read, then nothing raises
    found = typed(text)
    if isinstance(found, Command):
        # and what is understood can be said again
        assert typed(said(found)) == found
    elif found.why:
        assert unclear_words(found)
