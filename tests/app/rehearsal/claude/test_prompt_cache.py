"""What a request reads from the prompt cache, writes into it, and pays whole."""

from typing import Any

import anthropic
from anthropic.types import Usage
from hypothesis import given
from hypothesis import strategies as st

from app.rehearsal.claude.models import OFFERED
from app.rehearsal.claude.prompt_cache import PromptCache, input_tokens
from tests.app.rehearsal.claude.claude_server import MODEL, ClaudeServer, ask

SHORT, LONG = {"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}
HUNDRED = "word" * 100
"""A text of a hundred tokens."""


def system(hundreds: int, marker: dict[str, str] | None = None) -> list[dict[str, Any]]:
    return [{"type": "text", "text": HUNDRED * hundreds} | ({"cache_control": marker} if marker else {})]


def figures(usage: Usage) -> tuple[int | None, int | None, int]:
    """Read, written, paid whole."""
    return usage.cache_read_input_tokens, usage.cache_creation_input_tokens, usage.input_tokens


def test_a_marked_prefix_is_written_once_and_then_read(claude: anthropic.Anthropic) -> None:
    # given a system prompt of 600 tokens with a marker
    # when two requests begin with it
    first = ask(claude, "word" * 10, system=system(6, SHORT)).usage
    second = ask(claude, "mots" * 20, system=system(6, SHORT)).usage

    # then the first writes it and the second reads it
    assert figures(first) == (0, 600, 10)
    assert figures(second) == (600, 0, 20)
    assert first.cache_creation is not None
    assert first.cache_creation.ephemeral_5m_input_tokens == 600


def test_a_prefix_below_512_tokens_is_not_cached(claude: anthropic.Anthropic) -> None:
    # when a prompt of 500 tokens is marked, twice
    usages = [ask(claude, "word", system=system(5, SHORT)).usage for _ in range(2)]

    # then it is paid whole each time
    assert [figures(usage) for usage in usages] == [(0, 0, 501), (0, 0, 501)]


def test_an_entry_lives_five_minutes_and_each_reading_renews_it(
    server: ClaudeServer, claude: anthropic.Anthropic
) -> None:
    # given an entry that is read after four minutes, and again four minutes later
    ask(claude, system=system(6, SHORT))
    read = []
    for minutes in (4, 4, 6):
        server.clock.now += minutes * 60
        # when time goes on
        read.append(ask(claude, system=system(6, SHORT)).usage.cache_read_input_tokens)

    # then readings renew it, and after six minutes it is gone
    assert read == [600, 600, 0]


def test_an_entry_of_an_hour_outlives_one_of_five_minutes(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given tools and system cached for an hour, the conversation for five minutes
    request: dict[str, Any] = {"system": system(6, LONG), "cache_control": SHORT}
    messages = [{"role": "user", "content": HUNDRED}]
    first = ask(claude, messages=messages, **request).usage

    # when half an hour passes
    server.clock.now += 1_800
    second = ask(claude, messages=messages, **request).usage

    # then the long part is read and only the short one written again
    assert first.cache_creation is not None
    assert (first.cache_creation.ephemeral_1h_input_tokens, first.cache_creation.ephemeral_5m_input_tokens) == (
        600,
        100,
    )
    assert figures(second) == (600, 100, 0)


def test_the_automatic_marker_moves_with_the_conversation(claude: anthropic.Anthropic) -> None:
    # given a conversation whose end is marked automatically
    messages: list[dict[str, Any]] = [{"role": "user", "content": HUNDRED * 6}]
    first = ask(claude, messages=messages, cache_control=SHORT).usage

    # when it grows by 300 tokens
    messages += [{"role": "assistant", "content": HUNDRED}, {"role": "user", "content": HUNDRED * 2}]
    second = ask(claude, messages=messages, cache_control=SHORT).usage

    # then the old part is read and the new one written
    assert figures(first) == (0, 600, 0)
    assert figures(second) == (600, 300, 0)


def test_an_entry_more_than_twenty_blocks_back_is_not_found(claude: anthropic.Anthropic) -> None:
    # given an entry at the end of the first message
    first = {"role": "user", "content": [{"type": "text", "text": HUNDRED * 6, "cache_control": SHORT}]}
    ask(claude, messages=[first])
    plain = {"role": "user", "content": [{"type": "text", "text": HUNDRED * 6}]}

    # when the next marker stands 19, and 20 blocks after it
    def usage_after(blocks: int) -> int | None:
        later = [{"type": "text", "text": "word"} for _ in range(blocks)]
        later[-1] |= {"cache_control": SHORT}  # type: ignore[dict-item]
        return ask(claude, messages=[plain, {"role": "user", "content": later}]).usage.cache_read_input_tokens

    # then only the nearer one finds it
    assert usage_after(20) == 0
    assert usage_after(19) == 600


def test_each_model_has_a_cache_of_its_own(claude: anthropic.Anthropic) -> None:
    # given an entry of one model
    ask(claude, system=system(6, SHORT))

    # when another model is asked the same
    usage = ask(claude, system=system(6, SHORT), model="claude-opus-5-5").usage

    # then it writes its own
    assert figures(usage)[:2] == (0, 600)


def test_diagnostics_say_why_the_cache_was_missed(claude: anthropic.Anthropic) -> None:
    # given a reply, and a next request that opts in
    first = ask(claude, system=system(6, SHORT))
    opted = {"diagnostics": {"previous_message_id": first.id}}

    # when the prefix is the same, and when the system prompt was changed, and when the message is not known
    same = ask(claude, system=system(6, SHORT), **opted)
    changed = ask(claude, system=system(7, SHORT), **opted)
    unknown = ask(claude, diagnostics={"previous_message_id": "msg_nobody"})

    # then each is told
    assert same.diagnostics is None
    assert changed.diagnostics is not None
    assert changed.diagnostics.cache_miss_reason is not None
    assert changed.diagnostics.cache_miss_reason.type == "system_changed"
    assert unknown.diagnostics is not None
    assert unknown.diagnostics.cache_miss_reason is not None
    assert unknown.diagnostics.cache_miss_reason.type == "previous_message_not_found"


MARKERS = st.sampled_from([None, None, SHORT])
BLOCKS = st.lists(st.tuples(st.integers(1, 3_000), MARKERS), min_size=1, max_size=8)


@given(requests=st.lists(BLOCKS, min_size=1, max_size=5), steps=st.lists(st.integers(0, 400), min_size=5, max_size=5))
def test_what_is_read_written_and_paid_whole_is_always_the_whole_input(
    requests: list[list[tuple[int, dict[str, str] | None]]], steps: list[int]
) -> None:
    # given any requests over one cache, at any times
    cache, now = PromptCache(), 0.0
    for blocks, step in zip(requests, steps, strict=False):
        now += step
        content = [
            {"type": "text", "text": "x" * size} | ({"cache_control": marker} if marker else {})
            for size, marker in blocks
        ]
        body = {"model": MODEL, "messages": [{"role": "user", "content": content}]}

        # when each is billed
        billed = cache.bill(OFFERED[MODEL], body, now)

        # then no token is lost or counted twice, and none of the parts is negative
        parts = (billed.uncached, billed.written_5m, billed.written_1h, billed.read)
        assert sum(parts) == input_tokens(body)
        assert min(parts) >= 0
