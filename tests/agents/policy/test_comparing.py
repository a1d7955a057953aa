"""What a change of a policy is called is so: what is not called widening widens nothing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from agents.policy.change import Direction, Kind
from agents.policy.comparing import changes, widened
from agents.policy.compiling import compiled_of
from agents.policy.directions_of_settings import SETTINGS
from agents.policy.document import Approvers, Bundle, Ceiling, Document, Of, Part, Rule
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
THREE = {"same": Bundle(), "grants": Bundle(grants=("crm",)), "denies": Bundle(rules=(deny("no", "send"),))}
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
    "a rule that is only tried out": (
        a_workspace(allow("mail", "send", shadow=True), deny("no", shadow=True), allow("all", shadow=True)),
        a_workspace(ask("mail", "send", shadow=True), allow("rest", shadow=True)),
        [
            "neither: workspace: rule mail changed: was allows send, only tried out, now asks before send, only tried "
            "out",
            "neither: workspace: rule no removed: was denies every tool, only tried out",
            "neither: workspace: rule all removed: was allows every tool, only tried out",
            "neither: workspace: rule rest added: allows every tool, only tried out",
        ],
    ),
    "ceilings are taken away, in a channel": (
        a_workspace(here=Part(ceilings=(Ceiling(tools=("send",)), Ceiling(tools=("look",))))),
        a_workspace(here=Part()),
        ["widens: C1: ceilings removed: was at most allows send; at most allows look"],
    ),
    "ceilings say the same in another order": (
        a_workspace(default=Part(ceilings=(Ceiling(tools=("send",)), Ceiling(tools=("look",))))),
        a_workspace(default=Part(ceilings=(Ceiling(tools=("look",)), Ceiling(tools=("send",))))),
        [
            "neither: workspace: ceilings changed: was at most allows send; at most allows look, now at most allows "
            "look; at most allows send"
        ],
    ),
    "a bundle is made and another one is gone, beside one that stays": (
        a_workspace(bundles={"same": Bundle(), "old": Bundle(rules=(MAIL,), instructions="Be brief.")}),
        a_workspace(bundles={"same": Bundle(), "new": Bundle(rules=(deny("no", "send"),), grants=("crm",))}),
        [
            "neither: bundle old: all of it removed",
            "neither: bundle old: rule mail removed: was allows send",
            "neither: bundle old: setting instructions removed: was Be brief.",
            "neither: bundle new: all of it added",
            "neither: bundle new: rule no added: denies send",
            "neither: bundle new: setting grants added: crm",
        ],
    ),
    "a bundle that the workspace has loses a Grant and gets another one": (
        a_workspace(default=Part(bundles=("b",)), bundles={"b": Bundle(grants=("crm", "mail"), instructions="a")}),
        a_workspace(default=Part(bundles=("b",)), bundles={"b": Bundle(grants=("crm",), instructions="b")}),
        [
            "neither: bundle b: setting instructions changed: was a, now b",
            "narrows: bundle b: setting grants changed: was crm and mail, now crm",
        ],
    ),
    "a bundle gets a rule where it is attached": (
        a_workspace(bundles={"b": Bundle()}),
        a_workspace(bundles={"b": Bundle(rules=(MAIL,))}, here=Part(bundles=("b",))),
        ["neither: bundle b: rule mail added: allows send", "widens: C1: bundle b added"],
    ),
    "and where it is detached": (
        a_workspace(bundles={"b": Bundle(rules=(MAIL,))}, here=Part(bundles=("b",))),
        a_workspace(bundles={"b": Bundle()}),
        ["neither: bundle b: rule mail removed: was allows send", "narrows: C1: bundle b removed"],
    ),
    "bundles change places, beside one that stays": (
        a_workspace(bundles=THREE, here=Part(bundles=("same", "grants"))),
        a_workspace(bundles=THREE, here=Part(bundles=("same", "denies"))),
        ["narrows: C1: bundle grants removed", "narrows: C1: bundle denies added"],
    ),
    "a bundle with a Grant is attached": (
        a_workspace(bundles=THREE),
        a_workspace(bundles=THREE, here=Part(bundles=("grants", "same"))),
        ["widens: C1: bundle grants added", "neither: C1: bundle same added"],
    ),
    "whose right it needs is not said any more, beside what stays": (
        a_workspace(authority={"look": "channel", "send": "both", "burn": "requester"}),
        a_workspace(authority={"look": "channel", "burn": "both", "mail": "both"}),
        [
            "widens: every place: authority send removed: was both",
            "widens: every place: authority burn changed: was requester, now both",
            "narrows: every place: authority mail added: both",
        ],
    ),
    "settings are taken away": (
        a_workspace(
            default=Part.model_validate(
                {
                    "settings": {
                        "enabled": False,
                        "instructions": "Be brief.",
                        "grants": ["crm"],
                        "budget": {"day_usd": 5},
                        "editors": {"people": ["U1"]},
                    }
                }
            )
        ),
        a_workspace(),
        [
            "widens: workspace: setting enabled removed: was no",
            "neither: workspace: setting instructions removed: was Be brief.",
            "narrows: workspace: setting grants removed: was crm",
            "narrows: workspace: setting editors.people removed: was U1",
            "widens: workspace: setting budget.day_usd removed: was 5.00 US dollars",
        ],
    ),
    "a setting of a channel beside another one of the workspace": (
        a_workspace(default=Part(settings=Settings(enabled=False))),
        a_workspace(default=Part(settings=Settings(enabled=False)), here=Part(settings=Settings(enabled=True))),
        ["widens: C1: setting enabled added: yes"],
    ),
    "a channel's own setting is another one": (
        a_workspace(here=Part(settings=Settings(enabled=False))),
        a_workspace(here=Part(settings=Settings(enabled=True))),
        ["widens: C1: setting enabled changed: was no, now yes"],
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
TRIED = allow("tried", "send", shadow=True)
REST = allow("rest", fallback=True)
REST_ASKS = ask("rest-asks", "send", fallback=True)
HAS_B = Part(bundles=("b",))
WITH_SEND = {"b": Bundle(rules=(MAY_SEND,))}
IN_ONE, IN_TWO = {"here": {"any_of": ["C1"]}}, {"here": {"any_of": ["C2"]}}
A_HOST = {"host": {"any_of": ["docs.example"]}}
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
        (a_workspace(ASKS, allow("other", "look")), a_workspace(allow("other", "look")), None, Direction.NARROWS),
        (
            a_workspace(ASKS, MAY_SEND, allow("other", "look")),
            a_workspace(MAY_SEND, allow("other", "look")),
            None,
            Direction.WIDENS,
        ),
        (a_workspace(ASKS, here=Part(rules=(MAY_SEND,))), a_workspace(here=Part(rules=(MAY_SEND,))), None, "widens"),
        # what is only tried out grants nothing
        (a_workspace(TRIED), a_workspace(TRIED, ASKS), None, Direction.WIDENS),
        (a_workspace(TRIED, ASKS), a_workspace(TRIED), None, Direction.NARROWS),
        # what is attached grants as if it stood there
        (
            a_workspace(default=Part(bundles=("b",)), bundles=WITH_SEND),
            a_workspace(ASKS, default=Part(rules=(ASKS,), bundles=("b",)), bundles=WITH_SEND),
            None,
            Direction.NARROWS,
        ),
        # a fallback that asked stands beside other fallbacks only
        (a_workspace(REST_ASKS, MAY_SEND), a_workspace(MAY_SEND), None, Direction.NARROWS),
        (a_workspace(REST_ASKS, REST), a_workspace(REST), None, Direction.WIDENS),
        # a fallback that is gone leaves its place to nothing; one that comes gives nothing that is had anyway
        (a_workspace(REST, allow("more", fallback=True)), a_workspace(REST), None, Direction.NARROWS),
        (a_workspace(MAY_SEND), a_workspace(MAY_SEND, allow("more", "send", fallback=True)), None, "neither"),
        (a_workspace(MAY_SEND), a_workspace(MAY_SEND, ask("more", "send", fallback=True)), None, "neither"),
        (a_workspace(REST), a_workspace(REST, ASKS), None, Direction.WIDENS),
        # only by their tools are two rules told apart, not by where they hold
        (
            a_workspace(allow("in-one", "send", where=IN_ONE), allow("in-two", fallback=True, where=IN_TWO)),
            a_workspace(allow("in-two", fallback=True, where=IN_TWO)),
            None,
            Direction.WIDENS,
        ),
        (
            a_workspace(MAY_SEND, allow("other", "look", fallback=True)),
            a_workspace(allow("other", "look", fallback=True)),
            None,
            Direction.NARROWS,
        ),
        (
            a_workspace(MAY_SEND, allow("other", "look", fallback=True), REST),
            a_workspace(allow("other", "look", fallback=True), REST),
            None,
            Direction.WIDENS,
        ),
        # it is no news that is allowed for as long, of as much, and names no more that it may read or act for
        (
            a_workspace(allow("may", "send", until="2026-11-30")),
            a_workspace(allow("may", "send", until="2026-11-30"), allow("same", "send", until="2026-11-30")),
            None,
            Direction.NEITHER,
        ),
        (
            a_workspace(allow("may", "send", until="2026-11-30")),
            a_workspace(allow("may", "send", until="2026-11-30"), MAIL),
            None,
            Direction.WIDENS,
        ),
        (a_workspace(MAY_SEND), a_workspace(MAY_SEND, allow("host", "send", where=A_HOST)), None, Direction.WIDENS),
        # where less may be granted, what yielded to it may allow it now
        (a_workspace(REST), Document(default=Part(rules=(REST,), ceilings=())), None, Direction.WIDENS),
        (a_workspace(), Document(default=Part(ceilings=())), an_organisation(REST), Direction.WIDENS),
        (a_workspace(REST), a_workspace(REST, authority={"send": "both"}), None, Direction.WIDENS),
        (a_workspace(REST), a_workspace(REST, here=Part(settings=Settings(enabled=True))), None, Direction.NEITHER),
        (
            Document(default=Part(rules=(REST,), ceilings=(Ceiling(tools=("send",)), Ceiling(tools=("look",))))),
            Document(default=Part(rules=(REST,), ceilings=(Ceiling(tools=("look",)), Ceiling(tools=("send",))))),
            None,
            Direction.NEITHER,
        ),
        # a setting that nobody says is the organisation's
        (
            a_workspace(),
            a_workspace(default=Part(settings=Settings(enabled=True))),
            an_organisation(settings=Settings(enabled=False)),
            Direction.WIDENS,
        ),
        (
            a_workspace(),
            a_workspace(default=Part(settings=Settings(enabled=False))),
            an_organisation(settings=Settings(enabled=False)),
            Direction.NEITHER,
        ),
    ],
)
def test_what_a_change_does_is_seen_beside_all_else_that_grants(
    before: Document, after: Document, organisation: Document | None, direction: Direction
) -> None:
    # given a rule that comes or goes, when compared, then what grants beside it says whether that widens
    assert [one.direction for one in changes(before, after, organisation)] == [direction]


MORE_TOOLS = ("send", "look")
TO_NOVEMBER, TO_DECEMBER = {"until": "2026-11-30"}, {"until": "2026-12-31"}


@pytest.mark.requirement("AUTHZ-11")
@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        # what is allowed: less narrows, anything else widens
        (allow("it", *MORE_TOOLS), allow("it", "send"), Direction.NARROWS),
        (allow("it", "send"), allow("it", *MORE_TOOLS), Direction.WIDENS),
        (allow("it", "send"), allow("it", "look"), Direction.WIDENS),
        (allow("it", "send"), allow("it", "send", "send"), Direction.NEITHER),
        (allow("it", "send"), allow("it", "send", **TO_NOVEMBER), Direction.NARROWS),
        (allow("it", "send", **TO_NOVEMBER), allow("it", "send"), Direction.WIDENS),
        (allow("it", *MORE_TOOLS, **TO_NOVEMBER), allow("it", "send", **TO_NOVEMBER), Direction.NARROWS),
        (allow("it", *MORE_TOOLS, **TO_NOVEMBER), allow("it", "send", **TO_DECEMBER), Direction.WIDENS),
        # a fallback counts less often than a rule that always does
        (allow("it", "send"), allow("it", "send", fallback=True), Direction.NARROWS),
        (allow("it", "send", fallback=True), allow("it", "send"), Direction.WIDENS),
        (allow("it", *MORE_TOOLS, fallback=True), allow("it", "send", fallback=True), Direction.NARROWS),
        (allow("it", *MORE_TOOLS, fallback=True), allow("it", "send"), Direction.WIDENS),
        # what is denied: more narrows
        (deny("it", "send"), deny("it", *MORE_TOOLS), Direction.NARROWS),
        (deny("it", *MORE_TOOLS), deny("it", "send"), Direction.WIDENS),
        (deny("it", "send"), deny("it", "look"), Direction.WIDENS),
        (deny("it", "send"), deny("it", "send", "send"), Direction.NEITHER),
        (deny("it", "send"), deny("it", *MORE_TOOLS, **TO_NOVEMBER), Direction.WIDENS),
        (deny("it", "send", **TO_NOVEMBER), deny("it", *MORE_TOOLS), Direction.NARROWS),
        # what asks: more may be had, and less may go unasked
        (ask("it", *MORE_TOOLS), ask("it", "send"), Direction.WIDENS),
        (ask("it", "send"), ask("it", *MORE_TOOLS), Direction.WIDENS),
        (ask("it", "send"), ask("it", "send", "send"), Direction.NEITHER),
        (ask("it", "send"), ask("it", "send", reason="Mind whom."), Direction.NEITHER),
        (ask("it", "send", fallback=True), ask("it", "send"), Direction.NARROWS),
        (ask("it", "send"), ask("it", "send", fallback=True), Direction.WIDENS),
        # another verdict is another rule
        (ask("it", "send"), allow("it", "send"), Direction.WIDENS),
        (allow("it", "send"), deny("it", "send"), Direction.NARROWS),
        (ask("it", "send"), deny("it", "send"), Direction.NARROWS),
        (deny("it", "send"), ask("it", "send"), Direction.WIDENS),
        (allow("it", "send"), ask("it", *MORE_TOOLS), Direction.WIDENS),
        # and so is one that is only tried out
        (allow("it", "send"), allow("it", "send", shadow=True), Direction.NARROWS),
        (allow("it", "send", shadow=True), allow("it", "send"), Direction.WIDENS),
        (deny("it", "send"), deny("it", "send", shadow=True), Direction.WIDENS),
        (deny("it", "send", shadow=True), deny("it", "send"), Direction.NARROWS),
        (allow("it", "send", shadow=True), allow("it", "look", shadow=True), Direction.NEITHER),
    ],
)
def test_a_rule_that_changes_widens_or_narrows(old: Rule, new: Rule, direction: Direction) -> None:
    # given a rule that stands alone, when it changes, then it does that to rights
    assert [one.direction for one in changes(a_workspace(old), a_workspace(new))] == [direction]


def test_a_rule_that_is_allowed_less_widens_where_something_yields_to_it() -> None:
    # given a rule that allows, beside a fallback that allows all, when it allows less, or only as a fallback, then the
    # other one may allow what it did
    for new in (allow("it", "send"), allow("it", *MORE_TOOLS, fallback=True)):
        before, after = a_workspace(allow("it", *MORE_TOOLS), REST), a_workspace(new, REST)
        assert [one.direction for one in changes(before, after)] == [Direction.WIDENS]


EVERYONE = Approvers(requester=True, people=("U1", "U2"), groups=("S1", "S2"), quorum=2, expires="2h")


@pytest.mark.requirement("AUTHZ-11")
@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        (None, EVERYONE, Direction.WIDENS),
        (EVERYONE, None, Direction.WIDENS),
        (EVERYONE, {"requester": False}, Direction.NARROWS),
        (EVERYONE, {"admins": False}, Direction.NARROWS),
        (EVERYONE, {"people": ("U1",)}, Direction.NARROWS),
        (EVERYONE, {"people": None}, Direction.NARROWS),
        (EVERYONE, {"groups": ("S1",)}, Direction.NARROWS),
        (EVERYONE, {"groups": None}, Direction.NARROWS),
        (EVERYONE, {"quorum": 3}, Direction.NARROWS),
        (EVERYONE, {"expires": "1h"}, Direction.NARROWS),
        (EVERYONE, {"expires": "120m"}, Direction.NARROWS),
        (EVERYONE, {"people": ("U1", "U3")}, Direction.WIDENS),
        (EVERYONE, {"groups": ("S3",)}, Direction.WIDENS),
        (EVERYONE, {"quorum": 1}, Direction.WIDENS),
        (EVERYONE, {"expires": "3h"}, Direction.WIDENS),
        # without a span of its own it has the setting's, which may be longer, or shorter
        (EVERYONE, {"expires": None}, Direction.WIDENS),
        (Approvers(), {"expires": "2h"}, Direction.WIDENS),
        (Approvers(), {"requester": True}, Direction.WIDENS),
        (Approvers(), {"people": ("U1",)}, Direction.WIDENS),
        (Approvers(), {"groups": ("S1",)}, Direction.WIDENS),
        (Approvers(), {"quorum": 2}, Direction.NARROWS),
        (Approvers(admins=False, people=("U1",)), {"admins": True}, Direction.WIDENS),
        (Approvers(admins=False, people=("U1", "U2")), {"people": ("U1",)}, Direction.NARROWS),
    ],
)
def test_fewer_or_more_may_approve(
    old: Approvers | None, new: Approvers | dict[str, Any] | None, direction: Direction
) -> None:
    # given a rule that asks, when others may say yes, or it takes more of them, or less time, then that does it to
    # rights
    if isinstance(new, dict):
        assert old is not None
        new = Approvers.model_validate(old.model_dump() | new)
    before, after = (a_workspace(ask("it", "send", approvers=one)) for one in (old, new))
    assert [one.direction for one in changes(before, after)] == [direction]


SEND, LOOK = Ceiling(tools=("send",)), Ceiling(tools=("look",))
SEND_ASKS = Ceiling(tools=("send",), at_most=Verdict.ASK)


@pytest.mark.requirement("AUTHZ-11")
@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        (None, (SEND,), Direction.NARROWS),
        ((SEND,), None, Direction.WIDENS),
        ((SEND,), (), Direction.NARROWS),
        ((), (SEND,), Direction.WIDENS),
        ((SEND, LOOK), (LOOK,), Direction.NARROWS),
        ((LOOK,), (SEND, LOOK), Direction.WIDENS),
        ((SEND,), (LOOK,), Direction.WIDENS),
        ((SEND,), (SEND_ASKS,), Direction.NARROWS),
        ((SEND_ASKS,), (SEND,), Direction.WIDENS),
        ((SEND_ASKS,), (SEND_ASKS, SEND_ASKS), Direction.NEITHER),
        ((SEND,), (SEND, SEND_ASKS), Direction.NEITHER),
    ],
)
def test_ceilings_that_change_let_more_or_less_through(
    old: tuple[Ceiling, ...] | None, new: tuple[Ceiling, ...] | None, direction: Direction
) -> None:
    # given what a workspace lets through, when that changes, then what was not let through and is now widens
    before, after = (Document(default=Part(ceilings=one)) for one in (old, new))
    assert [one.direction for one in changes(before, after)] == [direction]


@pytest.mark.requirement("AUTHZ-11")
@pytest.mark.parametrize(
    ("places", "direction"),
    [
        ({"default": Part(rules=(MAY_SEND,)), "channels": {"C1": HAS_B, "C2": HAS_B}}, Direction.NEITHER),
        ({"channels": {"C1": Part(rules=(MAY_SEND,), bundles=("b",))}}, Direction.NEITHER),
        ({"channels": {"C1": Part(rules=(MAY_SEND,), bundles=("b",)), "C2": HAS_B}}, Direction.WIDENS),
        ({"channels": {"C1": HAS_B, "C2": Part(rules=(MAY_SEND,), bundles=("b",))}}, Direction.WIDENS),
        ({"channels": {"C1": HAS_B, "C2": Part(rules=(MAY_SEND,))}}, Direction.WIDENS),
        ({"default": HAS_B, "channels": {"C1": Part(rules=(MAY_SEND,))}}, Direction.WIDENS),
    ],
)
def test_what_a_bundle_gets_is_no_news_where_all_who_have_it_had_that(
    places: dict[str, Any], direction: Direction
) -> None:
    # given a bundle of some places, when it gets a rule that allows, then that widens unless each of them has it anyway
    before, after = (Document(bundles={"b": Bundle(rules=rules)}, **places) for rules in ((), (allow("new", "send"),)))
    assert [str(one.direction) for one in changes(before, after)] == [str(direction)]


@pytest.mark.requirement("AUTHZ-11")
@pytest.mark.parametrize(
    ("rules", "others", "attached", "detached"),
    [
        ((MAY_SEND,), (), "widens", "narrows"),
        ((MAY_SEND,), (allow("own", "send"),), "neither", "narrows"),
        ((MAY_SEND,), (REST,), "widens", "widens"),
        ((ASKS,), (), "widens", "narrows"),
        ((ASKS,), (MAY_SEND,), "narrows", "widens"),
        ((deny("no", "send"),), (), "narrows", "widens"),
        # what goes with a rule does not stand beside it
        ((ASKS, allow("with", "look"), MAY_SEND), (), "widens", "narrows"),
        ((TRIED,), (), "neither", "neither"),
        ((), (), "neither", "neither"),
    ],
)
def test_a_bundle_does_what_its_rules_do(
    rules: tuple[Rule, ...], others: tuple[Rule, ...], attached: str, detached: str
) -> None:
    # given a bundle, when it is attached to a workspace, or detached from it, then it is told as one change
    without = a_workspace(*others, bundles={"b": Bundle(rules=rules)})
    with_it = a_workspace(default=Part(rules=others, bundles=("b",)), bundles={"b": Bundle(rules=rules)})
    assert told(without, with_it) == [f"{attached}: workspace: bundle b added"]
    assert told(with_it, without) == [f"{detached}: workspace: bundle b removed"]


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


def test_of_a_bundle_that_comes_or_is_attached_no_words_are_said_for_other_programs() -> None:
    # given a bundle that is made and attached, when told as JSON, then what it was and is are empty texts
    found = changes(a_workspace(), a_workspace(bundles={"b": Bundle()}, here=Part(bundles=("b",))))
    assert [(one.what, one.as_json()["before"], one.as_json()["after"]) for one in found] == [
        ("all of it", "", ""),
        ("bundle b", "", ""),
    ]


def test_every_setting_has_its_direction() -> None:
    # given all settings there are, then for each it is known what a change does
    def leaves(said: dict[str, Any], path: str = "") -> set[str]:
        found: set[str] = set()
        for name, value in said.items():
            at = f"{path}.{name}" if path else name
            found |= leaves(value, at) if isinstance(value, dict) else {at}
        return found

    assert leaves(Settings().model_dump()) == set(SETTINGS)
