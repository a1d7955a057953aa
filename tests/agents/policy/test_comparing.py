"""What a change of a policy is called is so: what is not called widening widens nothing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from agents.policy.change import Direction, Kind
from agents.policy.comparing import changes, widened
from agents.policy.compiling import compiled_of
from agents.policy.directions_of_settings import SETTINGS
from agents.policy.document import Bundle, Document, Of, Part
from agents.policy.facts import Facts
from agents.policy.judging import judge
from agents.policy.presets import PRESETS
from agents.policy.settings import Asking, Budget, Guests, Settings
from agents.policy.verdicts import STRICTNESS, Verdict
from tests.given.policies import EXAMPLES, a_workspace, allow, an_organisation, ask, deny
from tests.given.policy_documents import documents as any_documents
from tests.given.small_policies import documents, facts, rules


def told(before: Document, after: Document) -> list[str]:
    """Return what is told of a change, a line each."""
    return [str(one) for one in changes(before, after)]


RULES = st.lists(rules(), max_size=2).map(tuple)


@st.composite
def two(draw: st.DrawFn) -> tuple[Document, Document]:
    """Return a policy and what became of it by one change in one place."""
    before = draw(documents())
    other = draw(documents())
    what = draw(st.sampled_from(["rule", "rules", "ceilings", "bundles", "channel", "authority", "bundle"]))
    default = before.default
    match what:
        case "rule" if default.rules:
            first, *rest = default.rules
            changed = draw(st.sampled_from(["verdict", "tools", "where", "until", "shadow", "effects"]))
            value = getattr(draw(rules()), changed)
            made = first.model_copy(update={changed: value})
            if made.verdict is Verdict.DENY:
                made = made.model_copy(update={"fallback": False})
            part = default.model_copy(update={"rules": (made, *rest)})
            return before, before.model_copy(update={"default": part})
        case "rules" | "ceilings" | "bundles":
            part = default.model_copy(update={what: getattr(other.default, what)})
            return before, before.model_copy(update={"default": part})
        case "channel":
            return before, before.model_copy(update={"channels": other.channels})
        case "authority":
            return before, before.model_copy(update={"authority": other.authority})
        case _:
            return before, before.model_copy(update={"bundles": other.bundles})


@settings(max_examples=EXAMPLES * 2)
@given(two(), documents(Of.ORGANISATION) | st.none(), st.lists(facts(), min_size=6, max_size=6))
@pytest.mark.requirement("AUTHZ-11")
def test_what_is_not_called_widening_makes_no_call_laxer(
    pair: tuple[Document, Document], organisation: Document | None, calls: list[Facts]
) -> None:
    # given a policy and what became of it, of which nothing is called widening
    before, after = pair
    directions = {one.direction for one in changes(before, after, organisation)}
    event(f"{sorted(directions)}")
    if Direction.WIDENS in directions:
        return

    # when calls are judged by both, then none is judged laxer, and equally where nothing is called narrowing
    for call in calls:
        was, now = (judge(compiled_of(organisation, one), call).verdict for one in (before, after))
        assert STRICTNESS[now] >= STRICTNESS[was]
        assert now is was or Direction.NARROWS in directions


# two whole documents are much to make, and what does not fit together is thrown away
@settings(max_examples=20, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(any_documents(), any_documents())
def test_whatever_differs_is_told_and_what_is_equal_is_not(one: Document, other: Document) -> None:
    # given any two policies, then a change is told exactly where they are not equal, but for the version
    same = one.model_copy(update={"version": other.version, "of": other.of}) == other
    if one.of is other.of:
        assert bool(changes(one, other)) is not same
    assert changes(one, one) == []


MAIL = allow("mail", "send")
CASES: dict[str, tuple[Document, Document, list[str]]] = {
    "a rule that allows is added": (
        a_workspace(),
        a_workspace(MAIL),
        ["widens: workspace: rule mail added: allows send"],
    ),
    "and removed": (a_workspace(MAIL), a_workspace(), ["narrows: workspace: rule mail removed: was allows send"]),
    "a rule that denies is added": (
        a_workspace(MAIL),
        a_workspace(MAIL, deny("no", "send", where={"amount": {"at_least": 5}})),
        ["narrows: workspace: rule no added: denies send where amount is at least 5"],
    ),
    "and removed, in a channel": (
        a_workspace(here=Part(rules=(deny("no", "*"),))),
        a_workspace(),
        ["widens: C1: rule no removed: was denies every tool"],
    ),
    "what was allowed asks": (
        a_workspace(MAIL),
        a_workspace(ask("mail", "send")),
        ["narrows: workspace: rule mail changed: was allows send, now asks before send"],
    ),
    "what was denied asks": (
        a_workspace(),
        a_workspace(ask("mail", "send")),
        ["widens: workspace: rule mail added: asks before send"],
    ),
    "it is allowed for fewer": (
        a_workspace(allow("mail", "send*")),
        a_workspace(allow("mail", "send", where={"member": {"be": True}})),
        ["narrows: workspace: rule mail changed: was allows send*, now allows send where member is yes"],
    ),
    "it names hosts now, which is a ground to read them": (
        a_workspace(allow("pages", "fetch_page")),
        a_workspace(allow("pages", "fetch_page", where={"host": {"any_of": ["docs.example"]}})),
        [
            "widens: workspace: rule pages changed: was allows fetch_page, now allows fetch_page where host is one of "
            "docs.example"
        ],
    ),
    "only the reason is another": (
        a_workspace(allow("mail", "send", reason="a")),
        a_workspace(allow("mail", "send", reason="b")),
        ["neither: workspace: rule mail changed: was allows send, saying 'a', now allows send, saying 'b'"],
    ),
    "it counts for longer": (
        a_workspace(allow("mail", "send", until="2026-11-30")),
        a_workspace(allow("mail", "send", until="2026-12-31")),
        ["widens: workspace: rule mail changed: was allows send, until 2026-11-30, now allows send, until 2026-12-31"],
    ),
    "it is only tried out": (
        a_workspace(),
        a_workspace(allow("mail", "send", shadow=True)),
        ["neither: workspace: rule mail added: allows send, only tried out"],
    ),
    "a channel is given what the workspace has": (
        a_workspace(MAIL),
        a_workspace(MAIL, here=Part(rules=(allow("here", "send"),))),
        ["neither: C1: rule here added: allows send"],
    ),
    "a channel whose guests have what it is given is given what the workspace has": (
        a_workspace(MAIL, here=Part(settings=Settings(asking=Asking(guests=Guests.CHANNEL_ONLY)))),
        a_workspace(
            MAIL,
            here=Part(rules=(allow("here", "send"),), settings=Settings(asking=Asking(guests=Guests.CHANNEL_ONLY))),
        ),
        ["widens: C1: rule here added: allows send"],
    ),
    "fewer people may approve": (
        a_workspace(ask("mail", "send", approvers={"requester": True, "people": ["U1"]})),
        a_workspace(ask("mail", "send", approvers={"people": ["U1"], "quorum": 2})),
        [
            "narrows: workspace: rule mail changed: was asks before send, approved by whoever asked, admins or U1, now "
            "asks before send, approved by 2 of admins or U1"
        ],
    ),
    "a ceiling is set": (
        a_workspace(),
        a_workspace(default=Part.model_validate({"ceilings": [{"tools": ["*"], "at_most": "ask"}]})),
        ["narrows: workspace: ceilings added: at most asks before every tool"],
    ),
    "a ceiling is raised": (
        a_workspace(default=Part.model_validate({"ceilings": []})),
        a_workspace(default=Part.model_validate({"ceilings": [{"tools": ["send"]}]})),
        ["widens: workspace: ceilings changed: was nothing may be granted below, now at most allows send"],
    ),
    "a bundle is attached": (
        a_workspace(bundles={"b": Bundle(rules=(MAIL,))}),
        a_workspace(bundles={"b": Bundle(rules=(MAIL,))}, here=Part(bundles=("b",))),
        ["widens: C1: bundle b added"],
    ),
    "a bundle that nobody has gets a rule": (
        a_workspace(bundles={"b": Bundle()}),
        a_workspace(bundles={"b": Bundle(rules=(MAIL,))}),
        ["neither: bundle b: rule mail added: allows send"],
    ),
    "a bundle that a channel has gets a rule and a Grant": (
        a_workspace(bundles={"b": Bundle()}, here=Part(bundles=("b",))),
        a_workspace(bundles={"b": Bundle(rules=(MAIL,), grants=("crm",))}, here=Part(bundles=("b",))),
        ["widens: bundle b: rule mail added: allows send", "widens: bundle b: setting grants added: crm"],
    ),
    "whose right it needs": (
        a_workspace(authority={"send": "channel"}),
        a_workspace(authority={"send": "both", "look": "requester"}),
        [
            "narrows: every place: authority send changed: was channel, now both",
            "widens: every place: authority look added: requester",
        ],
    ),
    "settings": (
        a_workspace(default=Part(settings=Settings(enabled=True, budget=Budget(day_usd=5)))),
        a_workspace(
            default=Part.model_validate(
                {
                    "settings": {
                        "enabled": False,
                        "asking": {"guests": "channel_only"},
                        "model": "claude-opus-5",
                        "budget": {"day_usd": 12.5, "runs_an_hour": 3},
                        "retention": {"content": "7d"},
                    }
                }
            )
        ),
        [
            "narrows: workspace: setting enabled changed: was yes, now no",
            "widens: workspace: setting asking.guests added: channel_only",
            "neither: workspace: setting model added: claude-opus-5",
            "widens: workspace: setting budget.day_usd changed: was 5.00 US dollars, now 12.50 US dollars",
            "narrows: workspace: setting budget.runs_an_hour added: 3",
            "narrows: workspace: setting retention.content added: 7d",
        ],
    ),
    "a setting that says what holds anyway": (
        a_workspace(),
        a_workspace(here=Part(settings=Settings(enabled=True))),
        ["neither: C1: setting enabled added: yes"],
    ),
}


@pytest.mark.requirement("AUTHZ-11")
@pytest.mark.parametrize(("before", "after", "said"), CASES.values(), ids=CASES.keys())
def test_each_change_is_told_in_words_with_what_it_does_to_rights(
    before: Document, after: Document, said: list[str]
) -> None:
    # given a policy and what became of it, when compared, then just that is told
    assert told(before, after) == said


MAY_SEND = allow("may", "send")
ASKS = ask("asks", "send")
RESTRICTED = Settings(asking=Asking(guests=Guests.RESTRICT))
OWN_ONLY = Settings(asking=Asking(guests=Guests.CHANNEL_ONLY))


@pytest.mark.requirement("AUTHZ-11")
@pytest.mark.parametrize(
    ("before", "after", "organisation", "direction"),
    [
        # what was allowed is asked for, wherever it was allowed; what was not may be had now
        (a_workspace(), a_workspace(ASKS), an_organisation(MAY_SEND), Direction.NARROWS),
        (a_workspace(), a_workspace(ASKS), an_organisation(allow("other", "look")), Direction.WIDENS),
        (a_workspace(), a_workspace(ASKS), None, Direction.WIDENS),
        (a_workspace(here=Part(rules=(MAY_SEND,))), a_workspace(here=Part(rules=(MAY_SEND, ASKS))), None, "narrows"),
        # for guests only what the channel was given may count: then nothing that the workspace has is had there
        (a_workspace(MAY_SEND), a_workspace(MAY_SEND, here=Part(rules=(ASKS,))), None, Direction.NARROWS),
        (
            a_workspace(default=Part(rules=(MAY_SEND,), settings=OWN_ONLY)),
            a_workspace(default=Part(rules=(MAY_SEND,), settings=OWN_ONLY), here=Part(rules=(ASKS,))),
            None,
            Direction.WIDENS,
        ),
        (
            a_workspace(MAY_SEND),
            a_workspace(MAY_SEND, here=Part(rules=(ASKS,))),
            Document(of=Of.ORGANISATION, default=Part(settings=OWN_ONLY)),
            Direction.WIDENS,
        ),
        (
            a_workspace(default=Part(rules=(MAY_SEND,), settings=OWN_ONLY), here=Part(settings=RESTRICTED)),
            a_workspace(
                default=Part(rules=(MAY_SEND,), settings=OWN_ONLY), here=Part(rules=(ASKS,), settings=RESTRICTED)
            ),
            None,
            Direction.NARROWS,
        ),
        # what yields to a rule may allow its tool once it is gone, and nothing else does
        (
            a_workspace(MAY_SEND, allow("rest", fallback=True)),
            a_workspace(allow("rest", fallback=True)),
            None,
            "widens",
        ),
        (a_workspace(MAY_SEND, allow("rest")), a_workspace(allow("rest")), None, Direction.NARROWS),
        (a_workspace(MAY_SEND, ask("rest", fallback=True)), a_workspace(ask("rest", fallback=True)), None, "narrows"),
        (a_workspace(MAY_SEND), a_workspace(), an_organisation(allow("rest", fallback=True)), Direction.WIDENS),
        # where nothing else grants what was asked for, it is gone; where something does, it goes unasked
        (a_workspace(ASKS), a_workspace(), None, Direction.NARROWS),
        (a_workspace(ASKS, MAY_SEND), a_workspace(MAY_SEND), None, Direction.WIDENS),
        (a_workspace(ASKS), a_workspace(), an_organisation(MAY_SEND), Direction.WIDENS),
    ],
)
def test_what_a_change_does_is_seen_beside_all_else_that_grants(
    before: Document, after: Document, organisation: Document | None, direction: Direction
) -> None:
    # given a rule that comes or goes, when compared, then what grants beside it says whether that widens
    assert [one.direction for one in changes(before, after, organisation)] == [direction]


def test_the_presets_from_careful_to_open() -> None:
    # given the presets, when one goes from the careful to the standard one, then what leaves the workspace widens
    found = changes(PRESETS["careful"], PRESETS["standard"])
    assert {(one.what, one.direction) for one in found} == {
        ("ceilings", Direction.WIDENS),
        ("rule change-inside", Direction.WIDENS),
        ("rule change-outside", Direction.WIDENS),
        ("rule destroy", Direction.WIDENS),
    }
    assert list(widened(found)) == ["workspace"]


def test_what_widens_is_gathered_by_place_and_what_does_not_is_no_news_there() -> None:
    # given changes in the workspace and in a channel, of which one widens
    found = changes(a_workspace(MAIL), a_workspace(here=Part(rules=(allow("look-here", "look"),))))

    # then only where it widens there is something to tell
    assert {place: [one.what for one in many] for place, many in widened(found).items()} == {"C1": ["rule look-here"]}


def test_a_change_is_plain_values_for_other_programs() -> None:
    # given a change, when told as JSON, then all that is known of it stands there
    (one,) = changes(a_workspace(), a_workspace(MAIL))
    assert one.as_json() == {
        "kind": Kind.ADDED.value,
        "place": "workspace",
        "what": "rule mail",
        "before": "",
        "after": "allows send",
        "direction": "widens",
    }


def test_every_setting_has_its_direction() -> None:
    # given all settings there are, then for each it is known what a change does
    def leaves(said: dict[str, Any], path: str = "") -> set[str]:
        found: set[str] = set()
        for name, value in said.items():
            at = f"{path}.{name}" if path else name
            found |= leaves(value, at) if isinstance(value, dict) else {at}
        return found

    assert leaves(Settings().model_dump()) == set(SETTINGS)
