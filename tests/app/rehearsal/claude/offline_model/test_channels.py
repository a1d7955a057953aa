"""Other channels: the call is made, and when it is denied the answer says what, why, and what helps."""

import anthropic
import pytest

from tests.app.rehearsal.claude.offline_model.whole_tools import WHOLE, WholeThread


@pytest.mark.parametrize(
    "request_", ["what was said in #finance yesterday?", "summarise #finance", "read the history of #finance please"]
)
def test_another_channels_history_is_asked_for_and_the_denial_is_told(
    claude: anthropic.Anthropic, request_: str
) -> None:
    # when another channel is asked about
    course = WholeThread({}).work(claude, request_, tools=WHOLE)

    # then the tool decides, and the answer tells what it said
    assert course.names() == [["read_channel"]]
    assert course.turns[0][0]["input"] == {"channel": "finance"}
    assert course.answer == (
        "I did not read the channel finance: I may only read the channel that I am asked in; finance is another one. "
        "Ask me there, or quote here what matters."
    )


def test_the_threads_own_channel_needs_no_name(claude: anthropic.Anthropic) -> None:
    # given a channel that may be read
    thread = WholeThread({}, answers={"read_channel": lambda given: "Ann: The shop opens on Monday."})

    # when this channel is asked about
    course = thread.work(claude, "what was decided in this channel?", tools=WHOLE)

    # then it is read without a name, and told
    assert course.turns[0][0]["input"] == {}
    assert "The shop opens on Monday." in course.answer


def test_a_channel_to_write_to_is_not_read(claude: anthropic.Anthropic) -> None:
    # when something is to be posted
    course = WholeThread({}).work(claude, 'post the message "We are live" in #launch', tools=WHOLE)

    # then no history is read for it
    assert course.names() == []
    assert "I can't do" in course.answer
