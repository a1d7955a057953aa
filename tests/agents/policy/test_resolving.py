"""What holds in a channel, and whose word each value is."""

from decimal import Decimal

import pytest

from agents.policy.document import Bundle, Document, Of, Part
from agents.policy.resolving import holds_in
from agents.policy.settings import (
    ApproverNames,
    Asking,
    Budget,
    Editors,
    Effort,
    Guests,
    ReplyMode,
    Retention,
    Settings,
)

ORGANISATION = Document(
    of=Of.ORGANISATION,
    bundles={"house-rules": Bundle(instructions="Write plain English.", grants=("wiki",))},
    default=Part(
        bundles=("house-rules",),
        settings=Settings(
            asking=Asking(guests=Guests.CHANNEL_ONLY),
            instructions="We make paper.",
            model="claude-large",
            budget=Budget(month_usd=Decimal("500.00")),
            retention=Retention(content="90d"),
        ),
    ),
)
WORKSPACE = Document(
    bundles={"support": Bundle(instructions="Quote the ticket.", grants=("tickets", "wiki"))},
    default=Part(
        settings=Settings(
            reply_mode=ReplyMode.MENTION,
            model="claude-small",
            approvers=ApproverNames(people=("U4OPS",), expires="2h"),
            editors=Editors(groups=("S9LEADS",)),
            grants=("calendar",),
            budget=Budget(day_usd=Decimal("20.00"), runs_an_hour=30),
        )
    ),
    channels={
        "C1": Part(
            bundles=("support",),
            settings=Settings(
                asking=Asking(groups=("S1",), guests=Guests.RESTRICT),
                effort=Effort.HIGH,
                instructions="Answer in German.",
                grants=("tickets",),
                approvers=ApproverNames(groups=("S2",)),
                budget=Budget(run_usd=Decimal("0.50")),
            ),
        )
    },
)


@pytest.mark.requirement("AUTHZ-09")
@pytest.mark.parity("Bundles", "match")
def test_each_value_in_a_channel_is_shown_with_whose_word_it_is() -> None:
    # given an organisation, a workspace and a channel that each say something, when what holds in the channel is told,
    # then the nearest word counts and is named, and instructions, Grants, bundles and Budgets add up
    assert list(holds_in(ORGANISATION, WORKSPACE, "C1").told()) == [
        ("enabled", "yes", "built in"),
        ("members", "yes", "built in"),
        ("ask_groups", "S1", "channel"),
        ("guests", "restrict", "channel"),
        ("reply_mode", "mention", "workspace"),
        ("model", "claude-small", "workspace"),
        ("effort", "high", "channel"),
        ("approver_people", "U4OPS", "workspace"),
        ("approver_groups", "S2", "channel"),
        ("approvals_expire", "2h", "workspace"),
        ("approvers_asked_in", "thread", "built in"),
        ("approvals_an_hour", "30", "built in"),
        ("editor_people", "not set", "built in"),
        ("editor_groups", "S9LEADS", "workspace"),
        ("content_kept", "90d", "organisation"),
        ("audit_kept", "400d", "built in"),
        ("instructions", "Write plain English.", "organisation"),
        ("instructions", "We make paper.", "organisation"),
        ("instructions", "Quote the ticket.", "channel"),
        ("instructions", "Answer in German.", "channel"),
        ("grants", "wiki", "organisation"),
        ("grants", "calendar", "workspace"),
        ("grants", "tickets", "channel"),
        ("bundles", "house-rules", "organisation"),
        ("bundles", "support", "channel"),
        ("budgets", "month_usd 500.00", "organisation"),
        ("budgets", "day_usd 20.00, runs_an_hour 30", "workspace"),
        ("budgets", "run_usd 0.50", "channel"),
    ]


@pytest.mark.requirement("AUTHZ-09")
def test_a_channel_that_says_nothing_has_what_its_workspace_has() -> None:
    # given a channel without a part, when what holds in it is told, then nothing is the channel's word
    told = list(holds_in(ORGANISATION, WORKSPACE, "C2").told())
    assert ("guests", "channel_only", "organisation") in told
    assert ("model", "claude-small", "workspace") in told
    assert "channel" not in {scope for _, _, scope in told}


@pytest.mark.requirement("AUTHZ-09")
def test_without_a_document_all_is_built_in() -> None:
    # given no document, when what holds is told, then everything is built in, and guests may not ask
    told = list(holds_in(None, None, "C1").told())
    assert {scope for _, _, scope in told} == {"built in"}
    assert ("guests", "restrict", "built in") in told
    assert ("approvals_expire", "24h", "built in") in told
    assert ("content_kept", "30d", "built in") in told


@pytest.mark.requirement("AUTHZ-09")
def test_what_is_turned_off_says_no_and_who_limits_nothing_has_no_budget() -> None:
    # given a channel that is turned off, and budgets of nobody, when what holds in it is told, then it is "no"
    off = Document(channels={"C1": Part(settings=Settings(enabled=False))})
    holding = holds_in(None, off, "C1")
    assert ("enabled", "no", "channel") in list(holding.told())
    assert holding.budgets == ()
