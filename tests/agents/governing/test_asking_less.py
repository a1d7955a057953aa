"""An admin is told what people always say yes to, with the command by which it would run unasked; nobody else is."""

from agents.approvals.always_yes import AlwaysYes
from agents.approvals.life import State
from agents.governing.asking_less import ENOUGH, Easing, easings
from agents.journal import workspaces
from agents.journal.transaction import Transaction
from agents.policy.from_settings import FromSettings
from agents.policy.presets import PRESETS, STANDARD
from agents.policy.yaml_text import text_of
from tests.agents.governing.test_home import at_home
from tests.given.approved_often import answered, approved, grown_old
from tests.given.asked import ADAM
from tests.given.engines import Engine
from tests.given.orders import IDS, decides, gives
from tests.given.policies_in_force import put_in_force

COMMAND = f"allow set_topic in #{IDS['sales']}"
CAREFUL_BEYOND = """
tagwork: policy/1
default:
  rules:
    - {id: always, verdict: ask, tools: [set_topic], approvers: {requester: true}}
"""

STANDARD_AGAIN = text_of(PRESETS[STANDARD])


def suggested(engine: Engine, days: int = 30) -> list[Easing]:
    """Return what would ask less."""

    def read(tx: Transaction) -> list[Easing]:
        [workspace] = workspaces.every(tx)
        return list(easings(tx, FromSettings(), workspace.id, days=days))

    return engine.journal.read(read)


def test_what_is_always_answered_with_yes_is_told_to_admins_with_what_would_end_the_asking(engine: Engine) -> None:
    # given ten requests to set the topic in #sales, to each of which someone said yes
    approved(engine, ENOUGH)

    # when an admin opens their Home, then the command stands there; whoever is none has no desk
    desk = at_home(engine, "adam").admin
    assert desk is not None
    assert desk.easings == (
        (
            COMMAND,
            f"`set_topic` in #sales: asked {ENOUGH} times, always yes, by 2 people. With `/tagwork allow set_topic in "
            f"#sales`, {ENOUGH} of the last {ENOUGH} would have run unasked.",
        ),
    )
    assert at_home(engine, "ann").admin is None

    # when they give that command and save it, then it is not suggested any more
    shown = gives(engine, "adam", desk.easings[0][0], direct=True)
    assert "Rights widen." in shown.markdown
    assert "1 would now be allowed" in shown.markdown
    decides(engine, "adam", shown)
    desk = at_home(engine, "adam").admin
    assert desk is not None
    assert desk.easings == ()


def test_nothing_is_suggested_where_it_was_not_always_yes_or_would_not_help(engine: Engine) -> None:
    # given nine times yes, when it is looked at, then that is too few
    run_id = approved(engine, ENOUGH - 1)
    assert suggested(engine) == []

    # when ten more come, then it is enough, of the last days alone
    approved(engine, ENOUGH, user=ADAM)
    [found] = suggested(engine)
    many = 2 * ENOUGH - 1
    assert found == Easing(AlwaysYes(tool="set_topic", channel=IDS["sales"], times=many, people=2), COMMAND, many, many)
    grown_old(engine, days=2)
    assert suggested(engine, days=1) == []

    # when a rule asks that no other rule takes the place of, then a command would change nothing
    put_in_force(engine, CAREFUL_BEYOND)
    assert suggested(engine) == []
    put_in_force(engine, STANDARD_AGAIN)
    assert len(suggested(engine)) == 1

    # when an admin said that it is to ask there, then they are not told otherwise
    decides(engine, "adam", gives(engine, "adam", "ask set_topic here"))
    assert suggested(engine) == []
    put_in_force(engine, STANDARD_AGAIN)

    # when someone said no once, or nobody answered in time, then it is not always yes; what was withdrawn says nothing
    answered(engine, run_id, State.SUPERSEDED)
    for status in (State.REFUSED, State.EXPIRED):
        answered(engine, run_id, status)
        assert suggested(engine) == []
