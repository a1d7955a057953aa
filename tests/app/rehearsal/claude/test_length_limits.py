"""max_tokens and stop_sequences, as the offline model keeps them."""

from typing import Any

import anthropic

from tests.app.rehearsal.claude.claude_server import ask

TOOL = {
    "name": "post_message",
    "description": "Post a message.",
    "input_schema": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
}


def test_a_text_is_cut_at_max_tokens(claude: anthropic.Anthropic) -> None:
    # given a reply that is longer than the limit
    whole = ask(claude, "what can you do?", tools=[TOOL])

    # when it is asked for with room for less
    cut = ask(claude, "what can you do?", tools=[TOOL], max_tokens=whole.usage.output_tokens - 5)

    # then it ends early, within the limit, and says so
    assert (whole.stop_reason, cut.stop_reason) == ("end_turn", "max_tokens")
    assert cut.usage.output_tokens <= whole.usage.output_tokens - 5
    assert str(whole.content[-1].to_dict()["text"]).startswith(str(cut.content[-1].to_dict()["text"]))


def test_a_call_cut_at_max_tokens_has_only_a_part_of_its_input(claude: anthropic.Anthropic) -> None:
    # given a call whose argument is long
    words: Any = f'post the message "{"word " * 200}"'

    # when there is room for its beginning alone
    reply = ask(claude, words, tools=[TOOL], max_tokens=400)
    cut = ask(claude, words, tools=[TOOL], max_tokens=300)

    # then the call arrives without what did not fit
    assert reply.stop_reason == "max_tokens"
    assert cut.stop_reason == "max_tokens"
    assert all(block.input == {} for block in cut.content if block.type == "tool_use")


def test_a_reply_ends_before_a_stop_sequence(claude: anthropic.Anthropic) -> None:
    # when a word of the reply is a stop sequence
    reply = ask(claude, "what can you do?", tools=[TOOL], stop_sequences=["post_message"])

    # then the reply ends before it
    assert (reply.stop_reason, reply.stop_sequence) == ("stop_sequence", "post_message")
    assert "post_message" not in str(reply.content[-1].to_dict()["text"])


def test_no_tokens_at_all_only_warm_the_cache(claude: anthropic.Anthropic) -> None:
    # given a long prompt
    system = [{"type": "text", "text": "word" * 600, "cache_control": {"type": "ephemeral"}}]

    # when it is sent with max_tokens 0
    reply = ask(claude, system=system, max_tokens=0)

    # then nothing is said and the prompt is cached
    assert reply.content == []
    assert reply.usage.cache_creation_input_tokens == 600
