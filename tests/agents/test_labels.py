"""Labels are joined at every step and never lowered."""

from hypothesis import given
from hypothesis import strategies as st

from agents.labels import Labels, from_json, joined
from tools.contract import Source, Trust

SOURCES = st.builds(Source, st.sampled_from(["file", "page"]), st.sampled_from(["1", "2"]), st.just("d"), st.just(""))
LABELS = st.builds(
    Labels,
    st.frozensets(st.sampled_from(["channel:C1", "channel:C2", "person:U1"])),
    st.sampled_from(Trust),
    st.frozensets(SOURCES),
)


@given(LABELS, LABELS, LABELS)
def test_joining_is_associative(one: Labels, two: Labels, three: Labels) -> None:
    # given three labels, when they are joined in any grouping, then the result is the same
    assert one.join(two).join(three) == one.join(two.join(three)) == joined([one, two, three])


@given(LABELS, LABELS)
def test_joining_knows_no_order(one: Labels, two: Labels) -> None:
    # given two labels, when joined either way, then the result is the same
    assert one.join(two) == two.join(one)


@given(LABELS)
def test_joining_with_itself_or_with_nothing_changes_nothing(one: Labels) -> None:
    # given labels, when joined with themselves or the labels of nothing, then they stay
    assert one.join(one) == one == one.join(Labels()) == joined([one])


@given(LABELS, LABELS)
def test_joining_never_lowers(one: Labels, two: Labels) -> None:
    # given two labels, when joined, then nobody may read more, nothing is trusted more, no source is forgotten
    both = one.join(two)
    assert both.readers >= one.readers | two.readers
    assert both.sources >= one.sources | two.sources
    assert both.trust is Trust.UNTRUSTED or (one.trust, two.trust) == (Trust.TRUSTED, Trust.TRUSTED)


@given(LABELS)
def test_labels_are_kept_as_json_and_read_back(one: Labels) -> None:
    # given labels, when kept and read, then they are the same
    assert from_json(one.as_json()) == one


def test_what_is_missing_is_read_as_its_most_careful_value() -> None:
    # given a row without labels, when they are read, then it is not trusted
    assert from_json({}).trust is Trust.UNTRUSTED
