"""What was said in an open channel is nobody's secret, also where the mention itself did not say that it is open."""

from dataclasses import replace

from agents.posts import Channel
from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.policies_in_force import put_in_force
from tests.given.replies import proposes, says

LETS = "tagwork: policy/1\ndefault:\n  rules:\n    - {id: topic, verdict: allow, tools: [set_topic]}\n"


def test_a_mention_that_does_not_say_that_its_channel_is_open_asks_for_no_yes_once_slack_has_said_so(
    engine: Engine,
) -> None:
    # given a rule that lets anyone set the topic, and a mention that does not say what its channel is
    put_in_force(engine, LETS)
    posted = engine.rehearsal.post("ann", "general", "make Q3 the topic")
    post = replace(engine.post_of(posted, "make Q3 the topic"), channel_kind=Channel.PRIVATE)

    # when that is asked for
    proposes(engine.rehearsal, ("set_topic", {"topic": "Q3"}))
    says(engine.rehearsal, "Done.")
    run_id = engine.judged(engine.intake.receive(post)).run_id
    engine.work()

    # then Slack has said what the channel is, and nothing keeps the call back
    assert [(one.tool, one.decision, one.rule) for one in engine.calls(run_id)] == [("set_topic", "allow", "topic")]
    assert engine.run(run_id).status is State.DONE
