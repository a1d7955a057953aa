"""Text of a stream is inert without a flag, however it was cut, and never has to be taken back."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rehearsal.world.unfurling import addresses, seen_text
from app.slack.streamed_text import settled

HOSTILE = st.sampled_from(
    [
        "https://evil.example/?q=secret", "evil.com", "e.g.", "http:", "/", "//", ".", "com", "evil", "：／／", "．com",
        "⒈com", "[label](https://evil.example)", "[a][b]\n[b]: https://e.example", "![x](http://e.example/i.png)", "]",
        "(", "](", "<!channel>", "<@U123>", "<#C1>", "&lt;!here&gt;", "&#60;", "&period;", "&colon;", "@here", "\\",
        "a@b.example", "**", "_", "~~", "`", "```\n", "mailto:", "javascript:", "\u200b", "\u200d", "\u202e", "\ufe0f",
        "\r", "\n", "。", "日本語。次の文", "правда.рф", "xn--e1afmkfd.example", "3.14", "https:\\/\\/evil.example",
        "evil.**com**",
    ]
)  # fmt: skip
TEXT = st.lists(HOSTILE | st.text(max_size=6), max_size=20).map("".join)


@pytest.mark.failure_mode(30)
@pytest.mark.failure_mode(67)
@given(TEXT)
def test_nothing_in_a_stream_can_be_live(text: str) -> None:
    # given any text, hostile or not, when streamed to its end
    shown = settled(text + "\n")
    # then nobody who reads it, generously, finds an address, a mention, markup or a link in it
    assert addresses([shown], []) == []
    assert addresses([shown.translate(dict.fromkeys(map(ord, "*_~`\\")))], []) == []
    assert "<" not in seen_text(shown)
    assert "](" not in shown


@given(TEXT, st.lists(st.integers(0, 200), max_size=6))
def test_what_was_shown_never_has_to_change(text: str, cuts: list[int]) -> None:
    # given a text that comes in pieces, wherever it is cut
    ends = [*sorted(min(cut, len(text)) for cut in cuts), len(text)]
    # when each is shown as it comes, then each goes on where the one before ended
    shown = [settled(text[:end]) for end in ends]
    assert all(later.startswith(before) for before, later in pairwise(shown))


@pytest.mark.failure_mode(25)
@given(st.text(st.sampled_from("abcdefghij klmnop日本語αβγ"), min_size=1, max_size=40))
def test_words_do_not_wait_for_what_follows(text: str) -> None:
    # given the first words of an answer, in any script, when they have come, then all of them are shown
    assert settled(text) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Net sales were **3.14 M**, e.g. in Q3. Next", "Net sales were **3.14 M**, e·g. in Q3. Next"),
        ("see https://evil.example/x now", "see https:⁄⁄evil·example/x now"),
        ("[docs](https://evil.example) ", "[docs] (https:⁄⁄evil·example) "),
        ("<!channel> <@U1> &lt;!here&gt; ", "‹!channel> ‹＠U1> ＆lt;!here＆gt; "),
        ("売上は増えた。次に", "売上は増えた。 次に"),
        ("done.", "done"),
    ],
)
def test_it_reads_almost_as_it_was_written(written: str, shown: str) -> None:
    # given words and addresses, when streamed, then only what is live has changed, and a last stop waits
    assert settled(written) == shown


@pytest.mark.timeout(20)
def test_a_hostile_text_takes_no_more_than_a_moment() -> None:
    # given texts made to slow it down, when shown, then all come back
    for hostile in ("." + "*" * 40_000 + "a", ".*" * 20_000 + "a", "a." * 20_000 + "a"):
        assert settled(hostile)
