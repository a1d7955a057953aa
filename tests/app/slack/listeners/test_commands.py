"""/tagwork is answered in its acknowledgement, to one person, inert; a newcomer a moment later."""

import json

import pytest

from app.slack.wording import WHO_ARE_YOU
from tests.app.slack.bolt_given import KeptIntake, a_bolt
from tests.app.slack.interactions_given import a_command
from tests.app.slack.wire_server import says


def test_the_answer_is_the_acknowledgement_for_its_author_alone() -> None:
    with a_bolt() as built:
        # given someone we know, when they order something, then the acknowledgement is the answer
        answer = built.dispatch(a_command("status"))
        assert answer.status == 200
        told = json.loads(answer.body)
        assert told["response_type"] == "ephemeral"
        assert "Done: status" in told["text"]
        assert [order.text for order in built.intake.orders] == ["status"]


@pytest.mark.failure_mode(30)
def test_what_is_answered_pings_nobody() -> None:
    with a_bolt() as built:
        # given words with a broadcast in them, when answered, then nothing in the answer is live
        told = json.loads(built.dispatch(a_command("&lt;!channel&gt; @here")).body)
        assert "<!channel>" not in told["text"]
        assert '"broadcast"' not in json.dumps(told["blocks"])


@pytest.mark.failure_mode(49)
def test_someone_we_do_not_know_is_asked_for_first_and_answered_then() -> None:
    with a_bolt(intake=KeptIntake(knows=False)) as built:
        # given a stranger to us whom Slack knows
        built.wire.answer("users.info", says(user={"id": "U0ANN000001", "team_id": "T0HOME00001", "name": "ann"}))
        url = f"{built.wire.url}/commands/T0HOME00001/1/abc"
        # when they order something, then they are told to wait, Slack is asked, and the answer follows
        first = built.dispatch(a_command("status", response_url=url))
        assert WHO_ARE_YOU[:20] in first.body
        assert [path.rsplit("/", 1)[-1] for path in built.calls()] == ["users.info", "abc"]
        assert b"Done: status" in built.wire.seen[-1].body
        assert [person.user_id for person in built.intake.met_people] == ["U0ANN000001"]


def test_a_response_url_that_is_not_slacks_is_never_called() -> None:
    with a_bolt(intake=KeptIntake(knows=False)) as built:
        # given an address elsewhere, when the answer is ready, then it is not sent there
        built.wire.answer("users.info", says(user={"id": "U0ANN000001", "team_id": "T0HOME00001", "name": "ann"}))
        built.dispatch(a_command("status", response_url="http://169.254.169.254/latest"))
        assert built.calls() == ["users.info"]
